"""Somebody is removed, or blocks the bot: whose their work is then, and who hears of it the same day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from storage.codes import DraftState, HandoverState, Role
from storage.columns import table_of
from storage.due import followups
from storage.members import absences, people
from storage.post import dispatch, outbox
from storage.reporting import drafts
from storage.tables import mail
from storage.tables.dossiers import Household
from storage.tables.office import Bulletin
from storage.takeover import departures, handover_rows, handovers, leave, leave_news, workload
from tests.storage import casework
from tests.storage.casework import BRANCH, CHEN, LI, OTHER_BRANCH, ROOT, WANG, ZHANG

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

ADMIN, HE = 9, 11
MONDAY, FRIDAY = date(2017, 9, 4), date(2017, 9, 8)


@pytest.fixture
def union(database: Database) -> Database:
    """张东 looks after households 1 and 2; both are late."""
    database.transact(_found)
    return database


def _found(tx: Transaction) -> None:
    casework.found(tx)
    casework.person(tx, ADMIN, "管理员", ROOT, Role.ADMIN)
    casework.person(tx, HE, "何玉燕", OTHER_BRANCH, Role.CADRE)
    for number in (1, 2):
        casework.household(tx, number)
        followups.refresh(tx, number)


def remove(database: Database, who: int) -> None:
    database.transact(lambda tx: departures.remove(tx, people.get(tx, ADMIN), who))


def waiting(database: Database, who: int) -> list[tuple[str, dict[str, object]]]:
    """What this person is still to be told, in order: slugs and details."""
    table = table_of(Bulletin)
    asked = select(table.c.slug, table.c.details).where(table.c.person_id == who, table.c.told_at.is_(None))
    rows = database.transact(lambda tx: tx.connection.execute(asked.order_by(table.c.id)).all())
    return [(row.slug, row.details) for row in rows]


def slugs(database: Database, who: int) -> list[str]:
    return [slug for slug, _ in waiting(database, who)]


def hear_everything(database: Database) -> None:
    table = table_of(Bulletin)
    now = update(table).values(told_at=datetime(2017, 9, 4, 1, tzinfo=UTC))
    database.transact(lambda tx: tx.connection.execute(now))


def draft(database: Database, who: int, household_id: int, form: str = "visit") -> None:
    def work(tx: Transaction) -> None:
        drafts.open_draft(tx, people.get(tx, who), form=form, household_id=household_id, content={"by": who})

    database.transact(work)


def drafts_of(database: Database, who: int) -> list[tuple[int, DraftState]]:
    found = database.transact(lambda tx: drafts.listing(tx, people.get(tx, who)))
    return sorted((one.household_id, one.state) for one in found)


def away(database: Database, who: int, substitute: int) -> None:
    database.transact(lambda tx: leave.away(tx, people.get(tx, who), FRIDAY, substitute))


def offer(database: Database, receiver: int, by: int = ZHANG) -> str:
    def work(tx: Transaction) -> str:
        return handovers.offer(tx, people.get(tx, by), [1, 2], receiver, giver_id=ZHANG).id

    return database.transact(work)


def state_of(database: Database, handover_id: str) -> HandoverState:
    return database.transact(handover_rows.read, handover_id).state


def test_who_is_removed_leaves_the_officers_with_their_households_and_they_hear_how_many(
    union: Database,
) -> None:
    remove(union, ZHANG)
    ((slug, details),) = waiting(union, WANG)
    assert "gone_removed" == slug
    assert {"person": ZHANG, "count": 2, "due": "2", "late": "2", "drafts": "0"} == details
    assert [] == slugs(union, CHEN)


def test_where_there_is_no_officer_the_chair_hears_it(union: Database) -> None:
    remove(union, WANG)
    remove(union, ZHANG)
    assert "gone_removed" in slugs(union, CHEN)


def test_who_looked_after_nothing_is_removed_without_a_word(union: Database) -> None:
    remove(union, LI)
    assert [] == slugs(union, WANG)


def test_each_officer_hears_of_their_own_branches_alone(union: Database) -> None:
    union.transact(lambda tx: casework.household(tx, 21, union_id=OTHER_BRANCH))
    union.transact(casework.person, 14, "热控专责", OTHER_BRANCH, Role.OFFICER)
    remove(union, ZHANG)
    assert [3, 1] == [waiting(union, who)[0][1]["count"] for who in (WANG, 14)]


def test_drafts_of_who_is_removed_go_to_the_officer_who_had_none_of_the_same(union: Database) -> None:
    for number in (1, 2):
        draft(union, ZHANG, number)
    draft(union, WANG, 2)
    remove(union, ZHANG)
    assert [(1, DraftState.KEPT), (2, DraftState.ACTIVE)] == drafts_of(union, WANG)
    ((slug, details),) = waiting(union, WANG)
    assert ("gone_removed_drafts", "1") == (slug, details["drafts"])


def test_a_second_officer_takes_the_draft_the_first_has_already(union: Database) -> None:
    union.transact(casework.person, 14, "另一专责", BRANCH, Role.OFFICER)
    draft(union, ZHANG, 1)
    draft(union, WANG, 1)
    remove(union, ZHANG)
    assert [(1, DraftState.KEPT)] == drafts_of(union, 14)


def test_who_is_removed_is_on_leave_no_more_and_stands_in_no_more(union: Database) -> None:
    away(union, ZHANG, LI)
    remove(union, ZHANG)
    assert frozenset() == union.transact(absences.standing_in, LI, MONDAY)


def test_the_officers_hear_when_whoever_stood_in_is_removed(union: Database) -> None:
    away(union, ZHANG, LI)
    hear_everything(union)
    remove(union, LI)
    assert ["away_uncovered"] == slugs(union, WANG)
    assert union.transact(absences.substitute_of, ZHANG, MONDAY) is None


def test_what_was_offered_to_who_is_removed_is_withdrawn_and_all_others_hear(union: Database) -> None:
    made = offer(union, LI)
    hear_everything(union)
    remove(union, LI)
    assert HandoverState.WITHDRAWN == state_of(union, made)
    assert [["handover_receiver_gone"]] * 2 == [slugs(union, who) for who in (ZHANG, WANG)]


def test_what_was_offered_by_who_is_removed_can_still_be_accepted(union: Database) -> None:
    made = offer(union, LI)
    remove(union, ZHANG)
    assert HandoverState.OFFERED == state_of(union, made)
    union.transact(lambda tx: handovers.accept(tx, people.get(tx, LI), made))
    table = table_of(Household)
    asked = select(table.c.liaison_id).order_by(table.c.id)
    assert [LI, LI] == union.transact(lambda tx: list(tx.connection.scalars(asked)))


def test_nothing_waits_to_be_told_to_who_is_removed(union: Database) -> None:
    made = offer(union, LI, by=WANG)
    remove(union, ZHANG)
    assert [] == slugs(union, ZHANG)
    union.transact(lambda tx: handovers.accept(tx, people.get(tx, LI), made))
    assert [] == slugs(union, ZHANG)


def test_what_was_written_to_who_is_removed_does_not_leave_any_more(union: Database) -> None:
    chart = {"chat.png": b"a picture"}

    def say(tx: Transaction) -> None:
        for who in (ZHANG, LI):
            said = {"caption": "凤芳", "photo": {"outbox_file": "chat.png"}}
            outbox.put(tx, chat_id=1000 + who, method="sendPhoto", payload=said, files=chart)

    union.transact(say)
    remove(union, ZHANG)
    letters, _ = union.transact(dispatch.claim, "sender", 10)
    assert [1000 + LI] == [one.chat_id for one in letters]
    kept = select(mail.outbox.c.chat_id, mail.outbox.c.payload.is_(None)).order_by(mail.outbox.c.id)
    rows = union.view(lambda tx: tx.connection.execute(kept).all())
    assert [(1000 + ZHANG, True), (1000 + LI, False)] == [tuple(row) for row in rows]
    files = select(mail.outbox_files.c.outbox_id)
    assert [letters[0].id] == union.view(lambda tx: list(tx.connection.scalars(files)))


def test_what_lies_with_somebody_is_counted_however_many_households_there_are(union: Database) -> None:
    load = union.view(workload.of_households, range(1, 40_001))
    assert (40_000, 2, 2) == (load.households, load.late, load.open)


def test_a_substitute_hears_that_who_was_away_is_gone(union: Database) -> None:
    away(union, ZHANG, LI)
    hear_everything(union)
    remove(union, ZHANG)
    assert ["away_over"] == slugs(union, LI)


def test_who_blocks_the_bot_is_told_of_once_and_nothing_is_moved(union: Database, clock: FakeClock) -> None:
    draft(union, ZHANG, 1)
    for _ in range(3):
        union.transact(departures.blocked, 1000 + ZHANG)
        clock.advance(hours=1)
    ((slug, details),) = waiting(union, WANG)
    assert ("gone_blocked", 2) == (slug, details["count"])
    assert [(1, DraftState.ACTIVE)] == drafts_of(union, ZHANG)


def test_who_is_back_before_the_officer_heard_is_not_told_of(union: Database) -> None:
    union.transact(departures.blocked, 1000 + ZHANG)
    union.transact(departures.reachable, 1000 + ZHANG)
    assert [] == slugs(union, WANG)


def test_the_officers_who_were_told_hear_that_somebody_is_back(union: Database) -> None:
    union.transact(departures.blocked, 1000 + ZHANG)
    hear_everything(union)
    union.transact(departures.reachable, 1000 + ZHANG)
    assert [("back_reachable", {"person": ZHANG})] == waiting(union, WANG)


def test_who_blocks_the_bot_again_is_told_of_again(union: Database, clock: FakeClock) -> None:
    for _ in range(2):
        union.transact(departures.blocked, 1000 + ZHANG)
        hear_everything(union)
        union.transact(departures.reachable, 1000 + ZHANG)
        clock.advance(days=1)
    union.transact(departures.blocked, 1000 + ZHANG)
    assert ["gone_blocked"] == slugs(union, WANG)


def test_a_substitute_who_blocks_the_bot_leaves_it_to_the_officers_until_they_are_back(
    union: Database,
) -> None:
    away(union, ZHANG, LI)
    hear_everything(union)
    union.transact(departures.blocked, 1000 + LI)
    assert ["away_uncovered"] == slugs(union, WANG)
    union.transact(departures.reachable, 1000 + LI)
    assert LI == union.transact(absences.substitute_of, ZHANG, MONDAY)
    union.transact(leave_news.tell)
    assert [] == slugs(union, LI)


def test_a_stranger_who_blocks_the_bot_concerns_nobody(union: Database) -> None:
    union.transact(departures.blocked, 4_711)
    union.transact(departures.reachable, 4_711)
    assert [] == slugs(union, WANG)


def test_an_officer_who_is_blocked_themselves_is_not_told_of_others(union: Database) -> None:
    union.transact(departures.blocked, 1000 + WANG)
    union.transact(departures.blocked, 1000 + ZHANG)
    assert ([], ["gone_blocked"]) == (slugs(union, WANG), slugs(union, CHEN))
