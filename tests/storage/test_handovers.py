"""Handovers: nothing changes until the receiver accepts; then everything does, in one go."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from storage import errors
from storage.aid_codes import AidState
from storage.codes import DraftState, HandoverState, Role
from storage.columns import table_of
from storage.due import followups
from storage.members import membership, people
from storage.reporting import drafts
from storage.tables.audit import AuditEntry
from storage.tables.dossiers import Household
from storage.tables.office import Bulletin
from storage.tables.people import PersonRow, RoleRow
from storage.tables.work import DraftRow, Followup, Notice
from storage.takeover import caseloads, handover_news, handover_rows, handovers, leave
from storage.telling import bulletins, notices_plan
from tests.storage import casework
from tests.storage.casework import BRANCH, CHEN, LI, OTHER_BRANCH, QIAN, WANG, ZHANG

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from storage.database import Database, Transaction
    from storage.members.people import Person
    from storage.reporting.drafts import OpenDraft
    from storage.takeover.handover_rows import Handover, HandoverCard
    from tests.clock import FakeClock

HE = 11  # a cadre of the other branch
EVE = date(2017, 9, 1)


@pytest.fixture
def union(database: Database) -> Database:
    """张东 looks after households 1 to 3, 何玉燕 after 21 in the other branch."""
    database.transact(_found)
    return database


def _found(tx: Transaction) -> None:
    casework.found(tx)
    casework.person(tx, HE, "何玉燕", OTHER_BRANCH, Role.CADRE)
    for number, name in ((1, "凤芳"), (2, "苗云涛"), (3, "袁静")):
        casework.household(tx, number, name=name)
        followups.refresh(tx, number)
    casework.household(tx, 21, union_id=OTHER_BRANCH, liaison_id=HE)


def offer(
    database: Database, ids: Collection[int], receiver: int, *, by: int = ZHANG, giver: int | None = ZHANG
) -> Handover:
    def work(tx: Transaction) -> Handover:
        return handovers.offer(tx, people.get(tx, by), ids, receiver, giver_id=giver)

    return database.transact(work)


def accept(database: Database, who: int, handover: Handover) -> handovers.Accepted:
    return database.transact(lambda tx: handovers.accept(tx, people.get(tx, who), handover.id))


def decline(database: Database, who: int, handover: Handover, reason: str = "") -> Handover:
    return database.transact(lambda tx: handovers.decline(tx, people.get(tx, who), handover.id, reason))


def withdraw(database: Database, who: int, handover: Handover) -> Handover:
    return database.transact(lambda tx: handovers.withdraw(tx, people.get(tx, who), handover.id))


def card(database: Database, who: int, handover: Handover) -> HandoverCard:
    return database.transact(lambda tx: handover_rows.card(tx, people.get(tx, who), handover.id))


def liaisons(database: Database, *ids: int) -> list[int | None]:
    table = table_of(Household)
    asked = select(table.c.liaison_id).where(table.c.id.in_(ids)).order_by(table.c.id)
    return database.transact(lambda tx: list(tx.connection.scalars(asked)))


def told(database: Database, who: int) -> list[str]:
    """The slugs of what this person is to be told, in order."""
    table = table_of(Bulletin)
    asked = select(table.c.slug).where(table.c.person_id == who).order_by(table.c.id)
    return database.transact(lambda tx: list(tx.connection.scalars(asked)))


def hear_everything(database: Database) -> None:
    """Everybody is told what waits for them."""
    table = table_of(Bulletin)
    now = update(table).values(told_at=datetime(2017, 9, 4, 1, tzinfo=UTC))
    database.transact(lambda tx: tx.connection.execute(now))


def change(database: Database, table: type, number: int, **values: object) -> None:
    """Something happens meanwhile to a household or a person."""
    rows = table_of(table)
    statement = update(rows).where(rows.c.id == number).values(values)
    database.transact(lambda tx: tx.connection.execute(statement))


def draft(database: Database, who: int, household_id: int, *, kept: bool = True) -> OpenDraft:
    def work(tx: Transaction) -> OpenDraft:
        begun = drafts.open_draft(
            tx, people.get(tx, who), form="visit", household_id=household_id, content={"by": who}
        )
        if kept:
            drafts.keep(tx, begun.id)
        return begun

    return database.transact(work)


def drafts_of(database: Database, who: int) -> list[tuple[int, DraftState]]:
    found = database.transact(lambda tx: drafts.listing(tx, people.get(tx, who)))
    return [(one.household_id, one.state) for one in found]


def test_until_it_is_accepted_nothing_changes(union: Database) -> None:
    made = offer(union, [1, 2], LI)
    assert HandoverState.OFFERED == made.state
    assert [ZHANG, ZHANG, ZHANG] == liaisons(union, 1, 2, 3)
    mine = union.transact(lambda tx: followups.due(tx, tx.today, assignee_id=ZHANG))
    assert {1, 2, 3} == {item.household.id for item in mine}
    assert [] == union.transact(lambda tx: followups.due(tx, tx.today, assignee_id=LI))


def test_accepted_the_households_and_all_that_is_due_there_are_the_receivers(union: Database) -> None:
    done = accept(union, LI, offer(union, [1, 2], LI))
    assert [1, 2] == [one.id for one in done.moved]
    assert [LI, LI, ZHANG] == liaisons(union, 1, 2, 3)
    theirs = union.transact(lambda tx: followups.due(tx, tx.today, assignee_id=LI))
    assert {1, 2} == {item.household.id for item in theirs}


def test_the_card_says_what_would_come(union: Database) -> None:
    union.transact(casework.payment, 1, EVE, aid_id="wanted", state=AidState.TO_APPROVE)
    draft(union, ZHANG, 1)
    made = card(union, LI, offer(union, [1, 2], LI))
    assert ["凤芳", "苗云涛"] == [one.name for one in made.households]
    assert (2, 2, 1, 1) == (made.load.households, made.load.late, made.aid, made.drafts)
    assert (True, False) == (made.may_answer, made.may_withdraw)


def test_the_receiver_hears_of_it_at_once_and_the_others_when_it_is_answered(union: Database) -> None:
    made = offer(union, [1], LI, by=WANG)
    assert (["handover_offered"], ["handover_asked"]) == (told(union, LI), told(union, ZHANG))
    hear_everything(union)
    accept(union, LI, made)
    assert ["handover_asked", "handover_accepted"] == told(union, ZHANG)
    assert ["handover_accepted"] == told(union, WANG)


def test_an_officer_who_did_not_ask_hears_of_it_in_the_digest(union: Database) -> None:
    accept(union, LI, offer(union, [1], LI))
    assert (["handover_accepted"], ["handover_done"]) == (told(union, ZHANG), told(union, WANG))


def test_drafts_that_lay_aside_come_along(union: Database) -> None:
    draft(union, ZHANG, 1)
    draft(union, ZHANG, 3)
    done = accept(union, LI, offer(union, [1, 2], LI))
    assert 1 == done.drafts
    assert [(1, DraftState.KEPT)] == drafts_of(union, LI)
    assert [(3, DraftState.KEPT)] == drafts_of(union, ZHANG)


def test_where_the_receiver_has_a_draft_the_givers_goes_to_the_officer(union: Database) -> None:
    draft(union, ZHANG, 1)
    draft(union, LI, 1)
    accept(union, LI, offer(union, [1], LI))
    assert [[(1, DraftState.KEPT)]] * 2 == [drafts_of(union, who) for who in (LI, WANG)]
    assert [] == drafts_of(union, ZHANG)


def test_what_is_being_filled_stays_with_whoever_fills_it(union: Database) -> None:
    begun = draft(union, ZHANG, 1, kept=False)
    made = offer(union, [1], LI)
    assert 0 == card(union, LI, made).drafts
    accept(union, LI, made)
    assert [(1, DraftState.ACTIVE)] == drafts_of(union, ZHANG)
    assert begun.id == _active(union, ZHANG)


def _active(database: Database, who: int) -> str | None:
    now = database.transact(drafts.active, who)
    return None if now is None else now.id


def test_a_draft_left_for_ten_minutes_lies_aside(union: Database, clock: FakeClock) -> None:
    draft(union, ZHANG, 1, kept=False)
    clock.advance(minutes=10)
    accept(union, LI, offer(union, [1], LI))
    assert [(1, DraftState.KEPT)] == drafts_of(union, LI)


def test_a_report_that_is_being_mended_stays_with_its_author(union: Database) -> None:
    draft(union, ZHANG, 1)
    table = table_of(DraftRow)
    union.transact(lambda tx: tx.connection.execute(update(table).values(amends="r1", subject="report:r1")))
    accept(union, LI, offer(union, [1], LI))
    assert [(1, DraftState.KEPT)] == drafts_of(union, ZHANG)


def test_what_was_told_is_told_to_the_receiver_and_to_nobody_again(union: Database) -> None:
    told = table_of(Notice)
    waiting = select(told.c.person_id, told.c.turn).where(told.c.told_at.is_(None), told.c.followup_id == 1)
    union.transact(notices_plan.plan)
    union.transact(lambda tx: tx.connection.execute(update(told).values(told_at=tx.now)))
    accept(union, LI, offer(union, [1], LI))
    union.transact(notices_plan.plan)
    found = union.transact(lambda tx: tx.connection.execute(waiting).all())
    assert [(LI, 0)] == [tuple(row) for row in found]


def test_what_was_given_to_the_giver_goes_along_and_what_others_have_stays(union: Database) -> None:
    table = table_of(Followup)

    def give(number: int, to: int) -> None:
        given = update(table).where(table.c.household_id == number).values(person_id=to)
        union.transact(lambda tx: tx.connection.execute(given))

    give(1, ZHANG)
    give(2, WANG)
    accept(union, LI, offer(union, [1, 2], LI))
    asked = select(table.c.person_id).where(table.c.household_id.in_([1, 2])).order_by(table.c.household_id)
    assert [None, WANG] == union.transact(lambda tx: list(tx.connection.scalars(asked)))


def test_declined_it_stays_and_the_reason_is_told(union: Database) -> None:
    made = decline(union, LI, offer(union, [1], LI, by=WANG), "手上太多")
    assert HandoverState.DECLINED == made.state
    assert [ZHANG] == liaisons(union, 1)
    assert ["handover_asked", "handover_declined_because"] == told(union, ZHANG)
    assert ["handover_declined_because"] == told(union, WANG)
    entries = table_of(AuditEntry)
    audited = union.transact(lambda tx: [str(row) for row in tx.connection.execute(select(entries))])
    assert not any("手上太多" in row for row in audited)
    posted = table_of(Bulletin)
    details = union.transact(lambda tx: [str(one) for one in tx.connection.scalars(select(posted.c.details))])
    assert not any("手上太多" in one for one in details)
    (*_, news) = union.transact(bulletins.waiting, WANG)
    assert "手上太多" == news.facts["said"]


@pytest.mark.parametrize("reason", ["😀" * 4_096, "因" * 201])
def test_a_long_reason_to_decline_is_refused_rather_than_cut(union: Database, reason: str) -> None:
    made = offer(union, [1], LI)
    with pytest.raises(errors.BadReason):
        decline(union, LI, made, reason)
    assert HandoverState.OFFERED == card(union, LI, made).handover.state


def test_an_overseer_finds_listed_what_they_may_open_and_nothing_else(union: Database) -> None:
    union.transact(casework.person, 14, "机关专责", BRANCH, Role.OFFICER)
    union.transact(lambda tx: casework.household(tx, 22, union_id=OTHER_BRANCH, liaison_id=ZHANG))
    union.transact(lambda tx: membership.grant(tx, LI, [Role.CADRE], OTHER_BRANCH))
    union.transact(lambda tx: membership.grant(tx, ZHANG, [Role.CADRE], OTHER_BRANCH))
    within, beyond = offer(union, [1], LI), offer(union, [2, 22], LI)
    listed = union.transact(lambda tx: handover_rows.open_ones(tx, people.get(tx, 14)))
    assert [within.id] == [one.id for one in listed]
    assert within.id == card(union, 14, within).handover.id
    with pytest.raises(errors.NotFound):
        card(union, 14, beyond)
    all_of_it = union.transact(lambda tx: handover_rows.open_ones(tx, people.get(tx, WANG)))
    assert {within.id, beyond.id} == {one.id for one in all_of_it}


def test_withdrawn_before_it_was_heard_nothing_is_heard(union: Database) -> None:
    withdraw(union, ZHANG, offer(union, [1], LI))
    assert [] == told(union, LI)
    hear_everything(union)
    made = offer(union, [1], LI)
    hear_everything(union)
    withdraw(union, ZHANG, made)
    assert ["handover_offered", "handover_withdrawn"] == told(union, LI)


def test_an_officer_may_withdraw_it_and_giver_and_asker_hear(union: Database) -> None:
    withdraw(union, WANG, offer(union, [1], LI))
    assert ["handover_taken_back"] == told(union, ZHANG)


@pytest.mark.parametrize("who", [LI, HE, QIAN], ids=["the receiver", "a stranger", "the treasurer"])
def test_nobody_else_withdraws_it(union: Database, who: int) -> None:
    made = offer(union, [1], LI)
    with pytest.raises(errors.NotFound):
        withdraw(union, who, made)


@pytest.mark.parametrize("who", [ZHANG, WANG, CHEN, HE])
def test_nobody_but_the_receiver_answers_it(union: Database, who: int) -> None:
    made = offer(union, [1], LI)
    for answer in (accept, decline):
        with pytest.raises(errors.NotFound):
            answer(union, who, made)


def test_a_second_answer_is_refused_in_one_line(union: Database) -> None:
    made = offer(union, [1], LI)
    accept(union, LI, made)
    for again in (accept, decline):
        with pytest.raises(errors.HandoverOver):
            again(union, LI, made)
    with pytest.raises(errors.HandoverOver):
        withdraw(union, ZHANG, made)


def test_the_same_offer_once_more_is_the_same_handover(union: Database) -> None:
    assert offer(union, [1, 2], LI).id == offer(union, [2, 1], LI).id
    assert ["handover_offered"] == told(union, LI)


def test_a_household_in_two_open_offers_is_refused_by_name(union: Database) -> None:
    offer(union, [1, 2], LI)
    with pytest.raises(errors.AlreadyOffered) as refused:
        offer(union, [2, 3], WANG, by=WANG)
    assert {"names": "苗云涛 K000002", "receiver": "李梅"} == refused.value.details


def test_a_household_whose_offer_is_over_can_be_offered_again(union: Database) -> None:
    decline(union, LI, offer(union, [1], LI))
    assert HandoverState.OFFERED == offer(union, [1], LI).state


def test_two_officers_at_once_make_one_handover_and_one_refusal(
    union: Database, open_again: Callable[[], Database]
) -> None:
    union.transact(casework.person, 14, "另一专责", BRANCH, Role.OFFICER)
    ready, outcomes = threading.Barrier(2), list[str]()

    def run(database: Database, by: int, receiver: int) -> None:
        ready.wait()
        try:
            offer(database, [1], receiver, by=by)
            outcomes.append("offered")
        except errors.AlreadyOffered:
            outcomes.append("refused")

    threads = [
        threading.Thread(target=run, args=(open_again(), by, receiver))
        for by, receiver in ((WANG, LI), (14, CHEN))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ["offered", "refused"] == sorted(outcomes)


def _race(ready: threading.Barrier, outcomes: list[str], act: Callable[[], object]) -> None:
    ready.wait()
    try:
        act()
        outcomes.append("done")
    except errors.HandoverOver:
        outcomes.append("over")


def test_accepted_and_withdrawn_at_once_only_one_of_them_happens(
    union: Database, open_again: Callable[[], Database]
) -> None:
    for number in (1, 2, 3):
        made, ready, outcomes = offer(union, [number], LI), threading.Barrier(2), list[str]()

        one, other = open_again(), open_again()
        threads = [
            threading.Thread(target=_race, args=(ready, outcomes, partial(accept, one, LI, made))),
            threading.Thread(target=_race, args=(ready, outcomes, partial(withdraw, other, ZHANG, made))),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert ["done", "over"] == sorted(outcomes)
        moved = card(union, LI, made).handover.state == HandoverState.ACCEPTED
        assert [LI if moved else ZHANG] == liaisons(union, number)


def test_a_household_that_changed_hands_or_closed_meanwhile_is_left_out_and_named(union: Database) -> None:
    made = offer(union, [1, 2, 3], LI)
    change(union, Household, 1, liaison_id=WANG)
    change(union, Household, 2, state="CLOSED", closed_on=EVE)
    assert [1, 2] == [one.id for one in card(union, LI, made).changed]
    done = accept(union, LI, made)
    assert ([3], [1, 2]) == ([one.id for one in done.moved], [one.id for one in done.left_out])
    assert [WANG, ZHANG, LI] == liaisons(union, 1, 2, 3)


def test_when_nothing_is_left_to_take_over_it_is_over(union: Database) -> None:
    made = offer(union, [1], LI)
    change(union, Household, 1, liaison_id=WANG)
    done = accept(union, LI, made)
    assert ((), HandoverState.WITHDRAWN) == (done.moved, done.handover.state)
    assert [WANG] == liaisons(union, 1)


def test_a_closed_file_or_somebody_elses_is_not_offered(union: Database) -> None:
    change(union, Household, 2, state="CLOSED", closed_on=EVE)
    for number in (2, 21):
        with pytest.raises(errors.HouseholdsChanged):
            offer(union, [number], LI)
    with pytest.raises(errors.NotFound):
        offer(union, [1, 99], LI)
    with pytest.raises(errors.NotFound):
        offer(union, [], LI)


def test_only_who_sees_the_branch_by_their_own_roles_can_receive(union: Database) -> None:
    with pytest.raises(errors.OutOfReach) as refused:
        offer(union, [1], HE)
    assert {"name": "何玉燕", "union": "机关分会"} == refused.value.details
    assert [BRANCH] == _branches(union, 1)


def _branches(database: Database, *ids: int) -> list[int]:
    table = table_of(Household)
    asked = select(table.c.union_id).where(table.c.id.in_(ids)).order_by(table.c.id)
    return database.transact(lambda tx: list(tx.connection.scalars(asked)))


def test_who_stands_in_for_a_while_receives_nothing_for_good(union: Database) -> None:
    absence = {"person_id": ZHANG, "substitute_id": HE, "from_on": EVE, "until_on": date(2017, 9, 30)}
    union.transact(_absence, absence)
    with pytest.raises(errors.OutOfReach):
        offer(union, [1], HE)


def _absence(tx: Transaction, values: dict[str, object]) -> None:
    from storage.members.absences import ABSENCES  # noqa: PLC0415 - for this one test

    tx.connection.execute(ABSENCES.insert().values(**values, created_by=ZHANG, created_at=tx.now))


@pytest.mark.parametrize(
    "values",
    [{"blocked_at": datetime(2017, 9, 1, tzinfo=UTC)}, {"state": "REMOVED"}, {"telegram_id": None}],
    ids=["blocked", "removed", "not joined"],
)
def test_who_cannot_be_told_receives_nothing_nor_answers_later(
    union: Database, values: dict[str, object]
) -> None:
    made = offer(union, [1], LI)
    change(union, PersonRow, LI, **values)
    with pytest.raises(errors.CannotReceive):
        offer(union, [2], LI)
    with pytest.raises(errors.CannotReceive):
        accept(union, LI, made)


@pytest.mark.parametrize("receiver", [ZHANG, QIAN], ids=["the giver", "the treasurer"])
def test_the_giver_and_who_reports_nothing_cannot_receive(union: Database, receiver: int) -> None:
    with pytest.raises(errors.CannotReceive):
        offer(union, [1], receiver)


def test_an_officer_takes_over_at_once(union: Database) -> None:
    made = offer(union, [1, 2], WANG, by=WANG)
    assert HandoverState.ACCEPTED == made.state
    assert [WANG, WANG] == liaisons(union, 1, 2)
    assert (["handover_accepted"], []) == (told(union, ZHANG), told(union, WANG))


def test_no_cadre_hands_over_what_is_a_colleagues(union: Database) -> None:
    with pytest.raises(errors.NotAllowed):
        offer(union, [1], LI, by=LI)


def test_no_officer_hands_over_what_is_out_of_scope(union: Database) -> None:
    union.transact(casework.person, 14, "热控专责", OTHER_BRANCH, Role.OFFICER)
    with pytest.raises(errors.NotFound):
        offer(union, [1], LI, by=14)


def test_what_has_no_liaison_is_the_officers_to_give(union: Database) -> None:
    for number in (1, 2):
        change(union, Household, number, liaison_id=None)
    assert 2 == union.transact(lambda tx: caseloads.unowned(tx, people.get(tx, WANG)))
    load = union.transact(lambda tx: caseloads.of(tx, people.get(tx, WANG), handovers.NOBODY))
    assert [1, 2] == [one.id for one in load.cases]
    accept(union, LI, offer(union, [1], LI, by=WANG, giver=handovers.NOBODY))
    assert HandoverState.ACCEPTED == offer(union, [2], WANG, by=WANG, giver=handovers.NOBODY).state
    assert [LI, WANG, ZHANG] == liaisons(union, 1, 2, 3)
    for by, refusal in ((ZHANG, errors.NotAllowed), (WANG, errors.HouseholdsChanged)):
        with pytest.raises(refusal):
            offer(union, [3], LI, by=by, giver=handovers.NOBODY)


def test_what_a_removed_cadre_left_is_handed_over_by_the_officer(union: Database) -> None:
    change(union, PersonRow, ZHANG, state="REMOVED", telegram_id=None)
    accept(union, LI, offer(union, [1, 2, 3], LI, by=WANG))
    assert [LI, LI, LI] == liaisons(union, 1, 2, 3)


def test_unanswered_for_three_working_days_receiver_and_officer_are_reminded_once(
    union: Database, clock: FakeClock
) -> None:
    offer(union, [1], LI)
    hear_everything(union)
    days: dict[date, list[str]] = {}
    for _ in range(6):
        union.transact(handover_news.tell)
        days[clock.now.date()] = [*told(union, LI)[1:], *told(union, WANG)]
        clock.advance(days=1)
    reminded = [day for day, slugs in days.items() if slugs]
    # Asked on a Monday: Tuesday, Wednesday, Thursday.
    assert date(2017, 9, 7) == reminded[0]
    assert ["handover_waiting", "handover_unanswered"] == days[reminded[-1]]


def test_an_answered_handover_reminds_nobody(union: Database, clock: FakeClock) -> None:
    decline(union, LI, offer(union, [1], LI))
    clock.advance(days=10)
    union.transact(handover_news.tell)
    assert "handover_waiting" not in told(union, LI)


def test_givers_are_listed_with_who_is_gone_first_and_within_the_scope(union: Database) -> None:
    change(union, PersonRow, HE, state="REMOVED", telegram_id=None)
    found = union.transact(lambda tx: caseloads.givers(tx, people.get(tx, WANG), limit=10))
    assert [(HE, True, 1), (ZHANG, False, 3)] == [(one.id, one.is_gone, one.households) for one in found]
    with pytest.raises(errors.NotAllowed):
        union.transact(lambda tx: caseloads.givers(tx, people.get(tx, ZHANG), limit=10))


def test_a_caseload_is_ones_own_or_an_overseers_to_see(union: Database) -> None:
    def of(who: int, giver: int) -> list[int]:
        return union.transact(
            lambda tx: [one.id for one in caseloads.of(tx, people.get(tx, who), giver).cases]
        )

    assert [[1, 2, 3], [1, 2, 3], [21]] == [of(ZHANG, ZHANG), of(WANG, ZHANG), of(CHEN, HE)]
    for who, giver, refusal in (
        (LI, ZHANG, errors.NotAllowed),
        (QIAN, QIAN, errors.NotAllowed),
        (WANG, 99, errors.NotFound),
    ):
        with pytest.raises(refusal):
            of(who, giver)


def test_open_handovers_are_seen_by_those_they_concern(union: Database) -> None:
    made = offer(union, [1], LI)
    seen = {who: _open_for(union, who) for who in (ZHANG, LI, WANG, HE, QIAN)}
    assert {ZHANG: [made.id], LI: [made.id], WANG: [made.id], HE: [], QIAN: []} == seen
    with pytest.raises(errors.NotFound):
        card(union, HE, made)


def _open_for(database: Database, who: int) -> list[str]:
    found = database.transact(lambda tx: handover_rows.open_ones(tx, people.get(tx, who)))
    return [one.id for one in found]


def test_a_thousand_households_change_hands_in_one_go(union: Database) -> None:
    def fill(tx: Transaction) -> None:
        for number in range(100, 1_100):
            casework.household(tx, number)

    union.transact(fill)
    done = accept(union, LI, offer(union, range(100, 1_100), LI))
    assert 1_000 == len(done.moved)


def test_an_officer_who_stands_in_elsewhere_hands_nothing_over_there(union: Database) -> None:
    officer = 14

    def stand_in(tx: Transaction) -> None:
        casework.person(tx, officer, "吴专责", BRANCH, Role.OFFICER)
        casework.person(tx, 15, "陶立", OTHER_BRANCH, Role.CADRE)
        casework.household(tx, 22, union_id=OTHER_BRANCH, liaison_id=15)
        leave.away(tx, people.get(tx, HE), date(2017, 9, 8), officer)

    def speaking(tx: Transaction) -> Person:
        person = people.find(tx, 1000 + officer)
        assert person is not None
        assert OTHER_BRANCH in person.scope
        return person

    union.transact(stand_in)
    with pytest.raises(errors.NotFound):
        union.transact(lambda tx: handovers.offer(tx, speaking(tx), [22], HE, giver_id=15))
    with pytest.raises(errors.NotFound):
        union.transact(lambda tx: caseloads.of(tx, speaking(tx), 15))
    with pytest.raises(errors.NotFound):
        union.transact(lambda tx: leave.away(tx, speaking(tx), date(2017, 9, 8), HE, person_id=15))
    givers = union.transact(lambda tx: caseloads.givers(tx, speaking(tx), limit=10))
    assert [ZHANG] == [one.id for one in givers]
    made = offer(union, [22], WANG, by=WANG, giver=15)
    with pytest.raises(errors.NotFound):
        union.transact(lambda tx: handovers.withdraw(tx, speaking(tx), made.id))


# Whoever asked, and may no longer ask.


def lose_office(database: Database, who: int) -> None:
    roles = table_of(RoleRow)
    database.transact(lambda tx: tx.connection.execute(roles.delete().where(roles.c.person_id == who)))


@pytest.mark.parametrize("giver", [ZHANG, handovers.NOBODY])
def test_what_an_officer_asked_for_is_not_accepted_once_they_lead_there_no_more(
    union: Database, giver: int
) -> None:
    if giver == handovers.NOBODY:
        change(union, Household, 1, liaison_id=None)
    made = offer(union, [1], LI, by=WANG, giver=giver)
    before = liaisons(union, 1)
    lose_office(union, WANG)
    with pytest.raises(errors.AskerGone) as refused:
        accept(union, LI, made)
    assert {"name": "王芳"} == refused.value.details
    assert before == liaisons(union, 1)


def test_an_officer_of_another_branch_by_now_asks_nothing_here(union: Database) -> None:
    made = offer(union, [1], LI, by=WANG)
    roles = table_of(RoleRow)
    moved = update(roles).where(roles.c.person_id == WANG).values(union_id=OTHER_BRANCH)
    union.transact(lambda tx: tx.connection.execute(moved))
    with pytest.raises(errors.AskerGone):
        accept(union, LI, made)


def test_a_cadres_own_offer_stands_while_they_are_the_liaison(union: Database) -> None:
    made = offer(union, [1, 2], LI)
    lose_office(union, ZHANG)
    accept(union, LI, made)
    assert [LI, LI] == liaisons(union, 1, 2)
