"""Who has work waiting and does nothing for two weeks: a line to the officers, with the telephone number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, insert, select, update

from storage.codes import ReportKind, Role
from storage.columns import table_of
from storage.reporting import drafts, visits
from storage.steps import steps
from storage.tables.dossiers import Household
from storage.tables.office import Absence, Bulletin, Handover, PolicyRow
from storage.tables.people import PersonRow
from storage.telling import silence
from tests.reminders.telling import TODAY, add, at, beat, run, said_to
from tests.storage import casework

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

ZHANG, LI, WANG, CHEN = casework.ZHANG, casework.LI, casework.WANG, casework.CHEN
# Opens on the day of the test.
OPENS_TODAY = TODAY - timedelta(days=83)


@pytest.fixture(autouse=True)
def union(request: pytest.FixtureRequest) -> None:
    if "database" in request.fixturenames:
        request.getfixturevalue("database").transact(casework.found)


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


def heard(database: Database, person: int = WANG) -> list[tuple[str, int, date]]:
    """The slugs of the bulletins of silence posted to somebody, about whom, and since when."""

    def read(tx: Transaction) -> list[tuple[str, int, date]]:
        rows = tx.connection.execute(
            select(table_of(Bulletin))
            .where(table_of(Bulletin).c.person_id == person)
            .order_by(table_of(Bulletin).c.id)
        )
        return [(row.slug, row.details["person"], date.fromisoformat(row.details["since"])) for row in rows]

    return database.view(read)


def alarm(database: Database, clock: FakeClock, day: date) -> list[tuple[str, int, date]]:
    at(clock, day)
    database.transact(silence.tell)
    return heard(database)


def test_two_weeks_without_anything_done_are_told_once_and_again_after_two_more(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add, filed_on=OPENS_TODAY)
    assert [] == alarm(database, clock, days(13))
    assert [("silence", ZHANG, TODAY)] == alarm(database, clock, days(14))
    assert 1 == len(alarm(database, clock, days(15)))
    assert 1 == len(alarm(database, clock, days(27)))
    assert 2 == len(alarm(database, clock, days(28)))


def test_the_officer_reads_it_in_the_digest_with_the_number_of_the_telephone(
    database: Database, clock: FakeClock
) -> None:
    people = table_of(PersonRow)
    sealed = database.vault.seal("13987654321", "people.phone")
    database.transact(run, update(people).where(people.c.id == ZHANG).values(phone_sealed=sealed))
    database.transact(add, filed_on=OPENS_TODAY)
    for day in range(15):
        at(clock, days(day))
        beat(database)
    line = "<b>张东</b> 从 9 月 4 日起没有动静，手上 1 户到时候了。电话：13987654321"
    assert line in said_to(database, WANG)[-1]


def report(tx: Transaction) -> None:
    who = casework.get(tx, ZHANG)
    visits.submit(tx, who, report_id="r", household_id=2, answers=casework.met(tx.today), form_version=1)


def step(tx: Transaction) -> None:
    steps.snooze(tx, casework.get(tx, ZHANG), 2, tx.today + timedelta(days=1))


def draft(tx: Transaction) -> None:
    drafts.open_draft(tx, casework.get(tx, ZHANG), form=ReportKind.VISIT, household_id=2, content={})


@pytest.mark.parametrize("act", [report, step, draft])
def test_whatever_is_done_begins_the_days_anew(database: Database, clock: FakeClock, act: object) -> None:
    assert callable(act)
    database.transact(add, filed_on=OPENS_TODAY)
    database.transact(add, 2, filed_on=OPENS_TODAY)
    at(clock, days(10))
    database.transact(act)
    assert [] == alarm(database, clock, days(23))
    assert [("silence", ZHANG, days(10))] == alarm(database, clock, days(24))


def test_work_that_has_only_just_come_is_nobodys_silence(database: Database, clock: FakeClock) -> None:
    # Nothing was asked of them for a month; what opened a week ago has waited for a week.
    database.transact(add, filed_on=OPENS_TODAY + timedelta(days=30))
    assert [] == alarm(database, clock, days(37))
    assert [("silence", ZHANG, days(30))] == alarm(database, clock, days(44))


def test_work_that_came_before_eight_in_the_morning_came_on_that_day(
    database: Database, clock: FakeClock
) -> None:
    at(clock, TODAY, 7, 30)
    database.transact(add, filed_on=TODAY - timedelta(days=200))
    assert [] == alarm(database, clock, days(13))
    assert [("silence", ZHANG, TODAY)] == alarm(database, clock, days(14))


def test_work_taken_over_late_waits_only_since_then(database: Database, clock: FakeClock) -> None:
    database.transact(add, filed_on=TODAY - timedelta(days=700))
    assert [] == alarm(database, clock, days(13))
    assert [("silence", ZHANG, TODAY)] == alarm(database, clock, days(14))


def test_paused_households_and_what_was_given_to_somebody_else_do_not_count(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add, filed_on=OPENS_TODAY)
    table = table_of(Household)
    database.transact(run, update(table).values(paused_until=days(20)))
    assert [] == alarm(database, clock, days(16))
    database.transact(run, update(table).values(paused_until=None))
    database.transact(lambda tx: steps.reassign(tx, casework.get(tx, WANG), 1, LI))
    assert [] == alarm(database, clock, days(29))
    assert [("silence", LI, days(16))] == alarm(database, clock, days(30))


def test_who_has_just_answered_a_handover_is_not_silent(database: Database, clock: FakeClock) -> None:
    database.transact(add, filed_on=OPENS_TODAY)
    answered = {"giver_id": LI, "receiver_id": ZHANG, "asked_by": LI, "state": "ACCEPTED"}
    at(clock, days(9))
    answered |= {"asked_at": clock(), "answered_at": clock()}
    database.transact(run, insert(table_of(Handover)).values(id="h", **answered))
    assert [] == alarm(database, clock, days(22))
    assert [("silence", ZHANG, days(9))] == alarm(database, clock, days(23))


def test_nobody_below_asks_after_a_silent_chair(database: Database, clock: FakeClock) -> None:
    database.transact(add, filed_on=OPENS_TODAY, liaison_id=CHEN)
    assert [] == alarm(database, clock, days(14))
    assert [] == heard(database, CHEN)


def test_who_is_on_leave_is_not_silent(database: Database, clock: FakeClock) -> None:
    database.transact(add, filed_on=OPENS_TODAY)
    leave = {"person_id": ZHANG, "substitute_id": LI, "created_by": ZHANG, "created_at": clock()}
    leave |= {"from_on": days(10), "until_on": days(14)}
    database.transact(run, insert(table_of(Absence)).values(**leave))
    assert [] == alarm(database, clock, days(14))
    assert 1 == len(alarm(database, clock, days(15)))


def test_who_has_blocked_the_bot_is_named_again_every_two_weeks(database: Database, clock: FakeClock) -> None:
    database.transact(add, filed_on=OPENS_TODAY)
    at(clock, days(2))
    people = table_of(PersonRow)
    database.transact(run, update(people).where(people.c.id == ZHANG).values(blocked_at=clock()))
    assert [] == alarm(database, clock, days(15))
    assert [("silence_blocked", ZHANG, days(2))] == alarm(database, clock, days(16))
    assert 2 == len(alarm(database, clock, days(30)))


@pytest.mark.parametrize("columns", [{"state": "REMOVED"}, {"state": "REGISTERED", "telegram_id": None}])
def test_whoever_is_gone_or_never_came_is_not_called_silent(
    database: Database, clock: FakeClock, columns: dict[str, object]
) -> None:
    database.transact(add, filed_on=OPENS_TODAY)
    people = table_of(PersonRow)
    database.transact(run, update(people).where(people.c.id == ZHANG).values(**columns))
    assert [] == alarm(database, clock, days(20))


def test_the_only_officers_own_silence_is_the_chairs(database: Database, clock: FakeClock) -> None:
    database.transact(add, filed_on=OPENS_TODAY, liaison_id=WANG)
    assert [] == alarm(database, clock, days(14))
    assert [("silence", WANG, TODAY)] == heard(database, CHEN)


def test_a_union_has_a_patience_of_its_own(database: Database, clock: FakeClock) -> None:
    values = {"union_id": casework.BRANCH, "key": "silence", "value": 5, "set_at": clock()}
    database.transact(run, insert(table_of(PolicyRow)).values(**values))
    database.transact(add, filed_on=OPENS_TODAY)
    assert [("silence", ZHANG, TODAY)] == alarm(database, clock, days(5))


def test_it_takes_a_few_statements_whoever_has_work(sqlite_database: Database, clock: FakeClock) -> None:
    def make(tx: Transaction) -> None:
        casework.found(tx)
        for number in range(1, 101):
            casework.person(tx, 100 + number, f"干部{number}", casework.BRANCH, Role.CADRE)
            add(tx, number, filed_on=OPENS_TODAY, liaison_id=100 + number)

    sqlite_database.transact(make)
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        counted.append(statement)

    at(clock, days(13))
    event.listen(sqlite_database.engine, "before_cursor_execute", note)
    sqlite_database.transact(silence.tell)
    event.remove(sqlite_database.engine, "before_cursor_execute", note)
    assert 4 >= len([one for one in counted if one.startswith(("SELECT", "WITH"))])
