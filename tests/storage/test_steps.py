"""What is done about a due item without a report: who may, what is kept, who hears of it, and only once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from storage import audit, errors
from storage.codes import FollowupState, Role, Stage, StepAct
from storage.columns import table_of
from storage.due import followups, step_log
from storage.members import people
from storage.reporting import visits
from storage.steps import step_people, steps
from storage.tables.audit import AuditEntry
from storage.tables.dossiers import Household
from storage.tables.office import Absence, Bulletin
from storage.tables.people import PersonRow
from storage.tables.work import Followup, FollowupStep, Notice
from storage.telling import notices_plan
from tests.storage import casework

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Executable

    from storage.database import Database, Transaction
    from storage.due.followups import DueItem
    from storage.members.people import Person
    from tests.clock import FakeClock

# Monday, 4 September 2017; the item of the first household is ten days late on it.
TODAY = date(2017, 9, 4)
DUE_ON = TODAY - timedelta(days=10)
ITEM = 1
LONG = "😀" * 4_096
SECOND_OFFICER = 7


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(casework.found)
    database.transact(casework.person, SECOND_OFFICER, "李敏", casework.ROOT, Role.OFFICER)
    database.transact(add)


def add(tx: Transaction, /, number: int = 1, **more: Any) -> None:  # noqa: ANN401 - columns as they come
    casework.household(tx, number, opened_on=DUE_ON - timedelta(days=90), **more)
    followups.refresh(tx, number)


def run(tx: Transaction, statement: Executable) -> None:
    tx.connection.execute(statement)


def rows(database: Database, statement: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - any select
    return database.view(lambda tx: [tuple(row) for row in tx.connection.execute(statement)])


def who(database: Database, number: int) -> Person:
    return database.view(casework.get, number)


def act(database: Database, number: int, what: Callable[..., Any], *given: object) -> Any:  # noqa: ANN401 - as is
    """Have somebody do one of the acts to the item."""
    return database.transact(what, who(database, number), ITEM, *given)


def item(database: Database, number: int = ITEM) -> DueItem:
    return database.view(followups.get, who(database, casework.WANG), number)


def kept(database: Database) -> list[StepAct]:
    return [one.act for one in database.view(step_log.of_item, ITEM)]


def bulletins(database: Database) -> set[tuple[int, str, bool]]:
    """Who is to be told what, and whether at once."""
    table = table_of(Bulletin)
    return {
        (one[0], one[1], one[2])
        for one in rows(database, select(table.c.person_id, table.c.slug, table.c.is_urgent))
    }


def planned(database: Database) -> set[int]:
    """Whom the ladder would tell of the item now."""
    while database.transact(notices_plan.plan):
        pass
    table = table_of(Notice)
    turn = select(table_of(Followup).c.turn).where(table_of(Followup).c.id == ITEM).scalar_subquery()
    waiting = select(table.c.person_id).where(table.c.told_at.is_(None), table.c.turn == turn)
    return {one[0] for one in rows(database, waiting)}


def soon(days: int) -> date:
    return TODAY + timedelta(days=days)


# Put off.


def test_the_same_day_again_is_not_put_off_again(database: Database) -> None:
    for _ in range(3):
        assert soon(3) == act(database, casework.ZHANG, steps.snooze, soon(3))
    assert (1, [StepAct.SNOOZE]) == (item(database).snoozes, kept(database))


def test_after_three_times_the_officer_decides_and_is_not_counted(database: Database) -> None:
    for days in (1, 2, 3):
        act(database, casework.ZHANG, steps.snooze, soon(days))
    with pytest.raises(errors.SnoozedTooOften):
        act(database, casework.ZHANG, steps.snooze, soon(4))
    act(database, casework.WANG, steps.snooze, soon(5))
    assert (3, soon(5)) == (item(database).snoozes, item(database).snoozed_until)


def test_who_has_it_puts_it_off_and_not_the_liaison_it_was_taken_from(database: Database) -> None:
    act(database, casework.WANG, steps.reassign, casework.LI)
    with pytest.raises(errors.NotAllowed):
        act(database, casework.ZHANG, steps.snooze, soon(1))
    assert soon(1) == act(database, casework.LI, steps.snooze, soon(1))


def test_a_substitute_puts_off_for_the_one_away(database: Database) -> None:
    away = insert(table_of(Absence)).values(
        person_id=casework.ZHANG,
        substitute_id=casework.LI,
        from_on=TODAY,
        until_on=soon(5),
        created_by=casework.ZHANG,
        created_at=database.clock(),
    )
    database.transact(run, away)
    assert soon(1) == act(database, casework.LI, steps.snooze, soon(1))


# The ladder's acts.


@pytest.mark.parametrize("number", [casework.ZHANG, casework.QIAN, casework.SUN])
def test_only_officer_and_chair_decide(database: Database, number: int) -> None:
    acts: list[tuple[Callable[..., Any], tuple[object, ...]]] = [
        (steps.take, ()),
        (steps.reassign, (casework.LI,)),
        (steps.give_days, ("天气",)),
        (steps.close, ("重复了",)),
        (step_people.candidates, ()),
    ]
    for what, given in acts:
        with pytest.raises(errors.NotAllowed):
            act(database, number, what, *given)
    assert ([], set()) == (kept(database), bulletins(database))


def test_an_officer_of_another_branch_who_stands_in_here_is_no_officer_here(database: Database) -> None:
    database.transact(casework.person, 8, "韩专责", casework.OTHER_BRANCH, Role.OFFICER)
    away = insert(table_of(Absence)).values(
        person_id=casework.ZHANG,
        substitute_id=8,
        from_on=TODAY,
        until_on=soon(5),
        created_by=casework.ZHANG,
        created_at=database.clock(),
    )
    database.transact(run, away)
    han = database.view(people.find, 1008)
    assert han is not None
    acts: list[tuple[Callable[..., Any], tuple[object, ...]]] = [
        (steps.take, ()),
        (steps.close, ("SEEN",)),
        (step_people.candidates, ()),
    ]
    for what, given in acts:
        with pytest.raises(errors.NotAllowed):
            database.transact(what, han, ITEM, *given)
    for day in (1, 2, 3):
        database.transact(steps.snooze, han, ITEM, soon(day))
    with pytest.raises(errors.SnoozedTooOften):
        database.transact(steps.snooze, han, ITEM, soon(4))


def test_an_item_out_of_scope_looks_like_none_for_every_act(database: Database) -> None:
    database.transact(casework.person, 8, "韩专责", casework.OTHER_BRANCH, Role.OFFICER)
    acts: list[tuple[Callable[..., Any], tuple[object, ...]]] = [
        (steps.snooze, (soon(1),)),
        (steps.set_aside, (StepAct.MOVED, soon(7))),
        (steps.add_sentence, ("一句",)),
        (steps.take, ()),
        (steps.reassign, (casework.LI,)),
        (steps.give_days, ("天气",)),
        (steps.close, ("重复了",)),
        (step_people.candidates, ()),
        (step_log.ended, ()),
    ]
    for what, given in acts:
        with pytest.raises(errors.NotFound):
            act(database, 8, what, *given)
        with pytest.raises(errors.NotFound):
            database.transact(what, who(database, casework.WANG), 999, *given)


def test_taking_it_on_stops_the_ladder(database: Database, clock: FakeClock) -> None:
    clock.advance(days=7)
    assert {casework.ZHANG, casework.WANG, SECOND_OFFICER} == planned(database)
    act(database, casework.WANG, steps.take)
    assert set() == planned(database)
    clock.advance(days=60)
    assert set() == planned(database)
    assert casework.WANG == database.view(_owner)
    assert {(casework.ZHANG, "step_taken", False)} == bulletins(database)


def _owner(tx: Transaction) -> int | None:
    owner: int | None = tx.connection.scalar(
        select(table_of(Followup).c.person_id).where(table_of(Followup).c.id == ITEM)
    )
    return owner


def test_of_two_officers_the_second_is_told_who_has_it(database: Database) -> None:
    act(database, SECOND_OFFICER, steps.take)
    with pytest.raises(errors.AlreadyTaken) as refused:
        act(database, casework.WANG, steps.take)
    assert {"name": "李敏"} == refused.value.details
    act(database, SECOND_OFFICER, steps.take)
    assert [StepAct.TAKE] == kept(database)


def test_what_a_removed_officer_had_taken_can_be_taken_again(database: Database) -> None:
    act(database, SECOND_OFFICER, steps.take)
    gone = (
        update(table_of(PersonRow)).where(table_of(PersonRow).c.id == SECOND_OFFICER).values(state="REMOVED")
    )
    database.transact(run, gone)
    act(database, casework.WANG, steps.take)
    assert casework.WANG == database.view(_owner)


def test_who_has_taken_it_may_put_it_off_and_is_then_told_again(database: Database, clock: FakeClock) -> None:
    act(database, casework.WANG, steps.take)
    act(database, casework.WANG, steps.snooze, soon(3))
    assert set() == planned(database)
    clock.advance(days=3)
    assert casework.WANG in planned(database)


def test_reassigning_tells_both_at_once_and_starts_the_ladder_over(
    database: Database, clock: FakeClock
) -> None:
    act(database, casework.ZHANG, steps.snooze, soon(1))
    act(database, casework.WANG, steps.reassign, casework.LI)
    assert {(casework.LI, "step_assigned", True), (casework.ZHANG, "step_passed_on", True)} == bulletins(
        database
    )
    assert (casework.LI, 0, None) == (
        database.view(_owner),
        item(database).snoozes,
        item(database).snoozed_until,
    )
    assert Stage.LATE == item(database).stage
    assert set() == planned(database)
    clock.advance(days=6)
    assert set() == planned(database)
    clock.advance(days=1)
    assert casework.WANG in planned(database)


def test_given_back_to_the_liaison_it_is_simply_theirs(database: Database) -> None:
    act(database, casework.WANG, steps.reassign, casework.LI)
    act(database, casework.WANG, steps.reassign, casework.ZHANG)
    assert database.view(_owner) is None
    act(database, casework.WANG, steps.reassign, casework.ZHANG)
    assert [StepAct.REASSIGN] * 2 == kept(database)


def test_it_is_given_only_to_who_sees_it_has_joined_can_be_told_and_is_not_away(database: Database) -> None:
    database.transact(casework.person, 8, "别处的", casework.OTHER_BRANCH, Role.CADRE)
    for number, name in ((9, "没加入"), (10, "拉黑的"), (11, "移除的"), (12, "外出的")):
        database.transact(casework.person, number, name, casework.BRANCH, Role.CADRE)
    table = table_of(PersonRow)
    database.transact(run, update(table).where(table.c.id == 9).values(telegram_id=None, state="REGISTERED"))
    database.transact(run, update(table).where(table.c.id == 10).values(blocked_at=database.clock()))
    database.transact(run, update(table).where(table.c.id == 11).values(state="REMOVED"))
    database.transact(
        run,
        insert(table_of(Absence)).values(
            person_id=12,
            substitute_id=casework.LI,
            from_on=TODAY,
            until_on=TODAY,
            created_by=12,
            created_at=database.clock(),
        ),
    )
    found = act(database, casework.WANG, step_people.candidates)
    expected = [casework.LI, casework.WANG, casework.CHEN, SECOND_OFFICER]
    assert expected == [one.person_id for one in found]
    for number in (8, 9, 10, 11, 12, casework.QIAN, 999):
        with pytest.raises(errors.NotFound):
            act(database, casework.WANG, steps.reassign, number)


def test_whoever_has_least_to_do_comes_first_among_the_cadres(database: Database) -> None:
    database.transact(casework.person, 8, "闲着的", casework.BRANCH, Role.CADRE)
    database.transact(add, 2, liaison_id=casework.LI)
    database.transact(add, 3, liaison_id=casework.LI)
    database.transact(steps.reassign, who(database, casework.WANG), 3, casework.CHEN)
    found = act(database, casework.WANG, step_people.candidates)
    loads = [(8, 0), (casework.LI, 1), (casework.WANG, 0), (SECOND_OFFICER, 0), (casework.CHEN, 1)]
    assert loads == [(one.person_id, one.load) for one in found]


def test_more_days_are_given_with_a_reason_and_told_to_who_has_it(
    database: Database, clock: FakeClock
) -> None:
    assert soon(3) == act(database, casework.WANG, steps.give_days, "ARRANGED")
    act(database, casework.WANG, steps.give_days, "ARRANGED")
    assert (0, soon(3), [StepAct.MORE_DAYS]) == (
        item(database).snoozes,
        item(database).snoozed_until,
        kept(database),
    )
    assert {(casework.ZHANG, "step_more_days", False)} == bulletins(database)
    assert set() == planned(database)
    clock.advance(days=3)
    assert {casework.ZHANG} == planned(database)
    assert soon(3 + 7) == act(database, casework.WANG, steps.give_days, "路不通", 7)


def test_more_days_never_cut_short_what_was_given_before(database: Database) -> None:
    act(database, casework.ZHANG, steps.set_aside, StepAct.HOSPITAL, soon(14))
    assert soon(14) == act(database, casework.WANG, steps.give_days, "ARRANGED")
    assert soon(14) == item(database).snoozed_until


@pytest.mark.parametrize("days", [0, -1, 31])
def test_days_given_are_bounded(database: Database, days: int) -> None:
    with pytest.raises(errors.DayNotOffered):
        act(database, casework.WANG, steps.give_days, "ARRANGED", days)


@pytest.mark.parametrize("reason", ["", "  \n ", "\u200b\ud800\x00", LONG, "字" * 201])
def test_a_reason_is_one_sentence(database: Database, reason: str) -> None:
    for what in (steps.close, steps.give_days):
        with pytest.raises(errors.BadReason):
            act(database, casework.WANG, what, reason)
    assert [] == kept(database)


def test_a_reason_is_kept_on_one_line_and_out_of_the_audit(database: Database) -> None:
    act(database, casework.WANG, steps.give_days, " 孩子\x00开学，\n约了周五 ")
    (step,) = database.view(step_log.of_item, ITEM)
    assert "孩子 开学， 约了周五" == step.reason
    entries = rows(database, select(table_of(AuditEntry).c.act, table_of(AuditEntry).c.details))
    assert "followup.more_days" in {one[0] for one in entries}
    assert not any("孩子" in str(one[1]) for one in entries)
    assert [] == database.view(audit.check)


def test_closing_schedules_the_next_of_the_cycle(database: Database) -> None:
    act(database, casework.WANG, steps.close, "SEEN")
    with pytest.raises(errors.NotFound):
        item(database)
    ended = database.view(step_log.ended, who(database, casework.ZHANG), ITEM)
    assert (FollowupState.DISMISSED, "王芳", None) == (ended.state, ended.closed_by, ended.report_no)
    after = database.view(followups.due, soon(400), household_id=1)
    assert ("recheck", soon(90)) in [(one.kind, one.due_on) for one in after]
    assert {(casework.ZHANG, "step_closed", False)} == bulletins(database)
    database.transact(followups.refresh, 1)
    assert after == database.view(followups.due, soon(400), household_id=1)


def test_what_was_closed_cannot_be_acted_upon(database: Database) -> None:
    act(database, casework.WANG, steps.close, "SEEN")
    for what, given in ((steps.close, ("SEEN",)), (steps.take, ()), (steps.snooze, (soon(1),))):
        with pytest.raises(errors.NotFound):
            act(database, casework.WANG, what, *given)
    assert [StepAct.CLOSE] == kept(database)


# Moved, declined, in hospital.


@pytest.mark.parametrize("what", sorted(steps.ASIDE))
def test_what_keeps_a_household_away_is_not_counted_and_the_officers_hear_of_it(
    database: Database, clock: FakeClock, what: StepAct
) -> None:
    for _ in range(2):
        act(database, casework.ZHANG, steps.set_aside, what, soon(14))
    assert (0, soon(14), [what]) == (item(database).snoozes, item(database).snoozed_until, kept(database))
    told = {(number, f"step_{what}", False) for number in (casework.WANG, SECOND_OFFICER)}
    assert told == bulletins(database)
    assert set() == planned(database)
    clock.advance(days=14)
    assert {casework.ZHANG} == planned(database)


def test_a_sentence_may_follow(database: Database) -> None:
    act(database, casework.ZHANG, steps.set_aside, StepAct.HOSPITAL, soon(14))
    with pytest.raises(errors.BadReason):
        act(database, casework.ZHANG, steps.add_sentence, LONG)
    act(database, casework.ZHANG, steps.add_sentence, "州医院，下周手术")
    assert ["州医院，下周手术"] == [one.reason for one in database.view(step_log.of_item, ITEM)]
    with pytest.raises(errors.NotFound):
        act(database, casework.WANG, steps.add_sentence, "不是我记的")


@pytest.mark.parametrize("what", [StepAct.TAKE, StepAct.CLOSE])
def test_nothing_else_is_set_aside(database: Database, what: StepAct) -> None:
    with pytest.raises(errors.NotAllowed):
        act(database, casework.WANG, steps.set_aside, what, soon(7))


@pytest.mark.parametrize("days", [0, 91])
def test_a_household_is_set_aside_for_ninety_days_at_most(database: Database, days: int) -> None:
    with pytest.raises(errors.DayNotOffered):
        act(database, casework.ZHANG, steps.set_aside, StepAct.MOVED, soon(days))


# The third miss.


def _miss_thrice(database: Database) -> DueItem:
    """Nobody is met three times: the second try is the officer's."""
    for number in range(3):
        day = TODAY - timedelta(days=2 - number)
        database.transact(
            visits.submit,
            who(database, casework.ZHANG),
            report_id=f"miss{number}",
            household_id=1,
            answers=casework.missed(day, soon(1 + number)),
            form_version=1,
        )
    (retry,) = [one for one in database.view(followups.due, soon(20), household_id=1) if one.kind == "retry"]
    assert (Role.OFFICER, soon(3)) == (retry.for_role, retry.due_on)
    return retry


def test_after_the_third_miss_only_a_decider_puts_it_off_or_sets_it_aside(database: Database) -> None:
    retry, zhang = _miss_thrice(database), who(database, casework.ZHANG)
    with pytest.raises(errors.NotAllowed):
        database.transact(steps.snooze, zhang, retry.id, soon(1))
    with pytest.raises(errors.NotAllowed):
        database.transact(steps.set_aside, zhang, retry.id, StepAct.MOVED, soon(7))
    database.transact(steps.set_aside, who(database, casework.WANG), retry.id, StepAct.MOVED, soon(7))
    assert soon(2) == database.transact(steps.snooze, who(database, casework.WANG), retry.id, soon(2))


@pytest.mark.parametrize("to", [None, casework.LI, casework.ZHANG])
def test_what_the_officer_decides_of_a_third_miss_stands_when_facts_are_read_again(
    database: Database, to: int | None
) -> None:
    retry, wang = _miss_thrice(database), who(database, casework.WANG)
    names = {one.person_id for one in database.transact(step_people.candidates, wang, retry.id)}
    assert {casework.ZHANG, casework.LI, casework.WANG} <= names
    if to is None:
        database.transact(steps.take, wang, retry.id)
    else:
        database.transact(steps.reassign, wang, retry.id, to)
    database.transact(followups.refresh, 1)
    again = item(database, retry.id)
    assert (None, to or casework.WANG) == (again.for_role, again.assignee_id)


def test_a_closed_third_try_gives_way_to_the_next_visit_of_the_cycle(database: Database) -> None:
    retry, wang = _miss_thrice(database), who(database, casework.WANG)
    database.transact(steps.close, wang, retry.id, "ELSEWHERE")
    assert [("recheck", soon(90))] == [
        (one.kind, one.due_on)
        for one in database.view(followups.due, soon(90), household_id=1)
        if one.kind != "review"
    ]


# What is kept.


def test_steps_are_read_newest_first_by_item_and_by_household(database: Database) -> None:
    act(database, casework.ZHANG, steps.snooze, soon(1))
    act(database, casework.WANG, steps.reassign, casework.LI)
    told = [(one.act, one.person_name, one.other_name) for one in database.view(step_log.of_household, 1)]
    assert [(StepAct.REASSIGN, "王芳", "李梅"), (StepAct.SNOOZE, "张东", None)] == told
    assert told == [
        (one.act, one.person_name, one.other_name) for one in database.view(step_log.of_item, ITEM)
    ]
    assert 1 == len(database.view(step_log.of_household, 1, 1))


def test_how_an_item_ended_names_the_report(database: Database) -> None:
    with pytest.raises(errors.NotFound):
        database.view(step_log.ended, who(database, casework.ZHANG), ITEM)
    receipt = database.transact(
        visits.submit,
        who(database, casework.ZHANG),
        report_id="r1",
        household_id=1,
        answers=casework.met(TODAY),
        form_version=1,
    )
    ended = database.view(step_log.ended, who(database, casework.ZHANG), ITEM)
    assert (FollowupState.DONE, receipt.number) == (ended.state, ended.report_no)


def test_closing_the_file_ends_the_item_and_its_acts(database: Database) -> None:
    def shut(tx: Transaction) -> None:
        run(tx, update(table_of(Household)).values(state="CLOSED", closed_on=tx.today))
        followups.refresh(tx, 1)

    database.transact(shut)
    with pytest.raises(errors.NotFound):
        act(database, casework.WANG, steps.take)
    ended = database.view(step_log.ended, who(database, casework.ZHANG), ITEM)
    assert FollowupState.CANCELLED == ended.state


def test_every_step_names_its_household_and_its_person(database: Database) -> None:
    act(database, casework.ZHANG, steps.snooze, soon(1))
    table = table_of(FollowupStep)
    columns = (table.c.followup_id, table.c.household_id, table.c.person_id, table.c.act, table.c.until_on)
    assert [(ITEM, 1, casework.ZHANG, "snooze", soon(1))] == rows(database, select(*columns))


def test_of_two_officers_at_the_same_moment_one_takes_it(database: Database) -> None:
    officers = [who(database, number) for number in (casework.WANG, SECOND_OFFICER)]

    def press(person: Person) -> str:
        try:
            database.transact(steps.take, person, ITEM)
        except errors.AlreadyTaken:
            return "taken"
        return "mine"

    with ThreadPoolExecutor(2) as pool:
        assert ["mine", "taken"] == sorted(pool.map(press, officers))
    assert [StepAct.TAKE] == kept(database)


def test_closing_reporting_and_taking_at_the_same_moment_leave_one_next_visit(database: Database) -> None:
    wang, zhang = who(database, casework.WANG), who(database, casework.ZHANG)

    def press(what: Callable[..., Any], item_id: int, *given: object) -> None:
        with suppress(errors.NotFound):
            database.transact(what, wang, item_id, *given)

    def report(number: int) -> None:
        database.transact(
            visits.submit,
            zhang,
            report_id=f"r{number}",
            household_id=number,
            answers=casework.met(TODAY),
            form_version=1,
        )

    for number in range(2, 8):
        database.transact(add, number)
        (late,) = database.view(followups.due, TODAY, household_id=number)
        with ThreadPoolExecutor(3) as pool:
            done = [
                pool.submit(press, steps.close, late.id, "SEEN"),
                pool.submit(report, number),
                pool.submit(press, steps.take, late.id),
            ]
        assert [None] * 3 == [one.result() for one in done]
        left = [
            one
            for one in database.view(followups.due, soon(400), household_id=number)
            if one.kind != "review"
        ]
        assert [soon(90)] == [one.due_on for one in left]
