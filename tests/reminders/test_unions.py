"""Each union by its own clock and calendar: zone, hours, holidays; and what everybody's morning costs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, insert

from bot.reminders import tick
from storage.codes import Role
from storage.columns import table_of
from storage.tables.office import PolicyRow
from storage.telling import notices_plan
from tests.reminders.telling import TODAY, add, at, beat, deliver, run, said_to
from tests.storage import casework

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

ZHANG, WANG, FAR, ADMIN = casework.ZHANG, casework.WANG, 20, 21
SUNDAY = date(2017, 9, 10)


@pytest.fixture(autouse=True)
def union(request: pytest.FixtureRequest) -> None:
    """Somebody of another branch, and an admin, beside the others."""
    name = "database" if "database" in request.fixturenames else "sqlite_database"
    database: Database = request.getfixturevalue(name)
    database.transact(casework.found)
    database.transact(casework.person, FAR, "艾力", casework.OTHER_BRANCH, Role.CADRE)
    database.transact(casework.person, ADMIN, "管理员", casework.ROOT, Role.ADMIN)


def rule(database: Database, key: str, value: object) -> None:
    values = {"union_id": casework.OTHER_BRANCH, "key": key, "value": value, "set_at": database.clock()}
    database.transact(run, insert(table_of(PolicyRow)).values(**values))


def far(tx: Transaction, number: int = 2, *, filed_on: date) -> None:
    add(tx, number, liaison_id=FAR, union_id=casework.OTHER_BRANCH, filed_on=filed_on, name="远户")


def test_a_digest_comes_at_half_past_eight_of_the_unions_own_zone(
    database: Database, clock: FakeClock
) -> None:
    rule(database, "zone", "Asia/Urumqi")
    database.transact(add)
    database.transact(far, filed_on=TODAY - timedelta(days=90))
    heard = {}
    for hour in (8, 9, 10, 11):
        at(clock, TODAY, hour, 30)
        beat(database)
        heard[hour] = (len(said_to(database, ZHANG)), len(said_to(database, FAR)))
    assert {8: (1, 0), 9: (1, 0), 10: (1, 1), 11: (1, 1)} == heard


def test_the_day_of_a_digest_is_the_day_it_is_there(database: Database, clock: FakeClock) -> None:
    # At half past nine in Shanghai on Monday it is half past three in Honolulu, on Sunday.
    rule(database, "zone", "Pacific/Honolulu")
    rule(database, "holidays", value=False)
    database.transact(far, filed_on=SUNDAY - timedelta(days=90))
    at(clock, SUNDAY + timedelta(days=1), 9, 30)
    beat(database)
    (text,) = said_to(database, FAR)
    assert "今天 9 月 10 日（周日）" in text
    assert "今天到期" in text


def test_who_keeps_no_holidays_hears_on_a_sunday_and_nobody_else_does(
    database: Database, clock: FakeClock
) -> None:
    rule(database, "holidays", value=False)
    due_on = SUNDAY - timedelta(days=90)
    database.transact(add, filed_on=due_on)
    database.transact(far, filed_on=due_on)
    at(clock, SUNDAY, 9)
    assert 1 == beat(database)
    assert [0, 1] == [len(said_to(database, one)) for one in (ZHANG, FAR)]


def test_a_digest_at_another_hour_is_said_at_that_hour(database: Database, clock: FakeClock) -> None:
    rule(database, "digest_at", "10:15")
    database.transact(far, filed_on=TODAY - timedelta(days=90))
    told = []
    for hour, minute in ((8, 30), (10, 14), (10, 15)):
        at(clock, TODAY, hour, minute)
        told.append(beat(database))
    assert [0, 0, 1] == told


def test_the_admin_hears_once_a_year_that_its_holidays_are_not_known(
    database: Database, clock: FakeClock
) -> None:
    for day in (date(2090, 1, 2), date(2090, 1, 3), date(2090, 6, 1), date(2090, 12, 1)):
        at(clock, day, 9)
        beat(database)
    said = [text.split("\n")[1] for text in said_to(database, ADMIN)]
    assert ["2090 年的放假安排", "2091 年的放假安排"] == [one[:11] for one in said]


def test_a_known_year_is_nothing_to_speak_of(database: Database, clock: FakeClock) -> None:
    at(clock, date(2017, 12, 20), 9)
    beat(database)
    assert [] == said_to(database, ADMIN)


def test_a_digest_costs_the_same_few_statements_however_many_there_are(
    sqlite_database: Database, clock: FakeClock
) -> None:
    few, many = (_statements(sqlite_database, clock, people) / people for people in (10, 40))
    assert many <= few
    assert many <= 12


def _statements(database: Database, clock: FakeClock, people: int) -> int:
    """How many statements it takes to tell so many people of an item each."""

    def make(tx: Transaction) -> None:
        for number in range(people * 100, people * 100 + people):
            casework.person(tx, number, f"干部{number}", casework.BRANCH, Role.CADRE)
            add(tx, number, liaison_id=number, filed_on=tx.today - timedelta(days=90))

    clock.advance(days=1)
    database.transact(make)
    database.transact(notices_plan.plan)
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        counted.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    told, after = 0, 0
    while True:
        number, after = database.transact(tick.tell, after=after)
        told += number
        if not after:
            break
    event.remove(database.engine, "before_cursor_execute", note)
    deliver(database)
    assert people <= told
    return len(counted)
