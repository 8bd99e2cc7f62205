"""A union of up to a million households, made by the database itself; as much opens on a day in any of them.

Behind each household are a visit, an answered item that was told of, and one that is still to come. On each
working day of the first week something opens for as many people, whose households lie far apart. Items are
numbered in the order in which they open, as they are when the visits of half a year ago made them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, String, case, cast, create_engine, func, insert, literal, select, text

from storage.codes import (
    Category,
    Cause,
    FollowupKind,
    FollowupState,
    HouseholdState,
    NoticeReason,
    PersonState,
    Role,
    Stage,
)
from storage.columns import Instant, Json, table_of
from storage.migrations import migrate
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow, RoleRow, Union
from storage.tables.reports import Visit
from storage.tables.work import Followup, Notice
from tests.clock import START

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import CTE, ColumnElement, Connection, Engine

DAYS = 5
INTERVAL_DAYS = 180
WINDOW_DAYS = 7
# What is not opening this week opens in one of the months that follow.
AHEAD_DAYS = 30
SPREAD_DAYS = 300
ROOT = 1
FIRST_TELEGRAM_ID = 1_000
MONDAY = START.date()


@dataclass(frozen=True, slots=True)
class Size:
    """How many households, how many people hear of something on a day, and of how many items each."""

    households: int
    people: int = 100
    items: int = 10

    @property
    def cadres(self) -> int:
        """Each has just enough households for the whole week."""
        return self.households // (self.items * DAYS)


def build(url: str, size: Size) -> None:
    """Make the database at `url` with the product's schema, on a Monday morning, and fill it."""
    if size.cadres % size.people:
        raise ValueError("the people who are told are to lie evenly among the cadres")
    migrate.migrate(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        _hurry(connection)
        with connection.begin():
            _fill(connection, size)
    _settle(engine)
    engine.dispose()


def _hurry(connection: Connection) -> None:
    """Nothing here needs to outlive a power cut, and every row refers to one that is there."""
    for statement in {
        "sqlite": ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-400000"),
        "postgresql": ("SET session_replication_role = replica", "SET maintenance_work_mem = '256MB'"),
    }[connection.dialect.name]:
        connection.execute(text(statement))
    connection.commit()


def _settle(engine: Engine) -> None:
    """Do what each database has done by itself long before somebody comes to work with so many rows."""
    statement = {"sqlite": "PRAGMA journal_mode=WAL", "postgresql": "VACUUM ANALYZE"}[engine.dialect.name]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


def _fill(connection: Connection, size: Size) -> None:
    cadres = _numbers(size.cadres)
    households = _numbers(size.households)
    number = cadres.c.number
    root = {"id": ROOT, "parent_id": None, "name": "公司工会", "path": f"/{ROOT}/"}
    connection.execute(insert(table_of(Union)), root)
    _insert(
        connection,
        Union,
        id=ROOT + number,
        parent_id=literal(ROOT),
        name=_said("分会", number),
        path=_said(f"/{ROOT}/", ROOT + number) + "/",
    )
    _insert(
        connection,
        PersonRow,
        id=number,
        union_id=ROOT + number,
        name=_said("干部", number),
        telegram_id=FIRST_TELEGRAM_ID + number,
        state=literal(PersonState.ACTIVE),
        joined_at=literal(START, Instant()),
    )
    _insert(connection, RoleRow, person_id=number, role=literal(Role.CADRE), union_id=ROOT + number)
    _insert(connection, Household, **_household(connection, households.c.number, size))
    _insert(connection, Visit, **_visit(connection, households.c.number))
    for item in (_answered(connection, households.c.number), _to_come(connection, households.c.number, size)):
        _insert(connection, Followup, **item)
    _insert(connection, Notice, **_told(connection, households.c.number, size))
    if connection.dialect.name == "postgresql":
        for table in ("unions", "people", "households"):
            last = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608
            connection.execute(text(last))


def _numbers(last: int) -> CTE:
    """1, 2, … last."""
    numbers = select(literal(1).label("number")).cte("numbers", recursive=True)
    return numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < last))


def _insert(connection: Connection, model: Any, **columns: ColumnElement[Any]) -> None:  # noqa: ANN401 - any table
    rows = select(*columns.values())
    if model is Followup:
        rows = rows.order_by(columns["opens_on"], columns["household_id"])
    connection.execute(insert(table_of(model)).from_select(list(columns), rows))


def _said(word: str, number: ColumnElement[int]) -> ColumnElement[str]:
    return literal(word) + cast(number, String)


def _day(connection: Connection, first: date, days: ColumnElement[int] | int) -> ColumnElement[Any]:
    if connection.dialect.name == "sqlite":
        return func.date(first.isoformat(), func.printf("%+d days", days))
    return literal(first, Date()) + days


def _cadre(number: ColumnElement[int], size: Size) -> ColumnElement[int]:
    return (number - 1) % size.cadres + 1


def _household(
    connection: Connection, number: ColumnElement[int], size: Size
) -> dict[str, ColumnElement[Any]]:
    return {
        "id": number,
        "file_no": _said("K", number),
        "union_id": ROOT + _cadre(number, size),
        "name": _said("户", number),
        "state": literal(HouseholdState.ACTIVE),
        "category": literal(Category.LONG),
        "main_cause": literal(Cause.ILLNESS),
        "other_causes": literal([], Json()),
        "liaison_id": _cadre(number, size),
        "opened_on": _day(connection, MONDAY, -2 * INTERVAL_DAYS),
        "last_visit_on": _day(connection, MONDAY, -INTERVAL_DAYS),
        "last_visit_id": _said("visit-", number),
    }


def _visit(connection: Connection, number: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
    return {
        "id": _said("visit-", number),
        "number": _said("ZF-2017-", number),
        "household_id": number,
        "visited_on": _day(connection, MONDAY, -INTERVAL_DAYS),
        "way": literal("HOME"),
        "kind": literal("DAILY"),
        "met": literal("SELF"),
        "assessment": literal("SAME"),
        "needs": literal(["MEDICAL"], Json()),
        "answers": literal({}, Json()),
        "form_version": literal(1),
        "reported_at": literal(START - timedelta(days=INTERVAL_DAYS), Instant()),
    }


def _answered(connection: Connection, number: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
    """Last half-year's item."""
    due_on = _day(connection, MONDAY, -INTERVAL_DAYS)
    return _item(number) | {
        "opens_on": _day(connection, MONDAY, -INTERVAL_DAYS - WINDOW_DAYS),
        "due_on": due_on,
        "ladder_from": due_on,
        "state": literal(FollowupState.DONE),
        "next_stage": literal(Stage.DUE),
        "next_stage_on": due_on,
        "done_by_report": _said("visit-", number),
        "closed_at": literal(START - timedelta(days=INTERVAL_DAYS), Instant()),
    }


def _to_come(connection: Connection, number: ColumnElement[int], size: Size) -> dict[str, ColumnElement[Any]]:
    """The next one: this week for the people who are told, as many of theirs each day."""
    place = (number - 1) // size.cadres
    is_told = (_cadre(number, size) - 1) % (size.cadres // size.people) == 0
    ahead = case((is_told, place // size.items), else_=AHEAD_DAYS + number % SPREAD_DAYS)
    return _item(number) | {
        "opens_on": _day(connection, MONDAY, ahead),
        "due_on": _day(connection, MONDAY + timedelta(days=WINDOW_DAYS), ahead),
        "ladder_from": _day(connection, MONDAY + timedelta(days=WINDOW_DAYS), ahead),
        "state": literal(FollowupState.OPEN),
        "next_stage": literal(Stage.OPENS),
        "next_stage_on": _day(connection, MONDAY, ahead),
    }


def _item(number: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
    return {
        "household_id": number,
        "kind": literal(FollowupKind.RECHECK),
        "source": _said("visit:visit-", number),
        "interval_days": literal(INTERVAL_DAYS),
        "created_at": literal(START - timedelta(days=INTERVAL_DAYS), Instant()),
    }


def _told(connection: Connection, number: ColumnElement[int], size: Size) -> dict[str, ColumnElement[Any]]:
    return {
        "followup_id": number,
        "due_on": _day(connection, MONDAY, -INTERVAL_DAYS),
        "stage": literal(Stage.OPENS),
        "turn": literal(0),
        "person_id": _cadre(number, size),
        "because": literal(NoticeReason.LIAISON),
        "told_at": literal(START - timedelta(days=INTERVAL_DAYS + WINDOW_DAYS), Instant()),
    }
