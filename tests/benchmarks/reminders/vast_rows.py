"""The rows of a vast union, each table's as expressions over a number; the database makes them by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, String, case, cast, func, insert, literal, select

from storage.codes import Category, Cause, FollowupKind, FollowupState, HouseholdState, NoticeReason, Stage
from storage.columns import Instant, Json, table_of
from storage.tables.work import Followup
from tests.clock import START

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import CTE, ColumnElement, Connection, Table

DAYS = 5
INTERVAL_DAYS = 180
WINDOW_DAYS = 7
# What is not opening this week opens in one of the months that follow.
AHEAD_DAYS = 30
SPREAD_DAYS = 300
ROOT = 1
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


def numbers(last: int) -> CTE:
    """1, 2, … last."""
    counted = select(literal(1).label("number")).cte("numbers", recursive=True)
    return counted.union_all(select(counted.c.number + 1).where(counted.c.number < last))


def put(connection: Connection, table: Table, **columns: ColumnElement[Any]) -> None:
    """Make a row for each number; items in the order in which they open."""
    rows = select(*columns.values())
    if table is table_of(Followup):
        rows = rows.order_by(columns["opens_on"], columns["household_id"])
    connection.execute(insert(table).from_select(list(columns), rows))


def said(word: str, number: ColumnElement[int]) -> ColumnElement[str]:
    return literal(word) + cast(number, String)


def day(connection: Connection, first: date, days: ColumnElement[int] | int) -> ColumnElement[Any]:
    if connection.dialect.name == "sqlite":
        return func.date(first.isoformat(), func.printf("%+d days", days))
    return literal(first, Date()) + days


def cadre(number: ColumnElement[int], size: Size) -> ColumnElement[int]:
    return (number - 1) % size.cadres + 1


def household(
    connection: Connection, number: ColumnElement[int], size: Size
) -> dict[str, ColumnElement[Any]]:
    return {
        "id": number,
        "file_no": said("K", number),
        "union_id": ROOT + cadre(number, size),
        "name": said("户", number),
        "state": literal(HouseholdState.ACTIVE),
        "category": literal(Category.LONG),
        "main_cause": literal(Cause.ILLNESS),
        "other_causes": literal([], Json()),
        "liaison_id": cadre(number, size),
        "opened_on": day(connection, MONDAY, -2 * INTERVAL_DAYS),
        "last_visit_on": day(connection, MONDAY, -INTERVAL_DAYS),
        "last_visit_id": said("visit-", number),
    }


def visit(connection: Connection, number: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
    return {
        "id": said("visit-", number),
        "number": said("ZF-2017-", number),
        "household_id": number,
        "visited_on": day(connection, MONDAY, -INTERVAL_DAYS),
        "way": literal("HOME"),
        "kind": literal("DAILY"),
        "met": literal("SELF"),
        "assessment": literal("SAME"),
        "needs": literal(["MEDICAL"], Json()),
        "answers": literal({}, Json()),
        "form_version": literal(1),
        "reported_at": literal(START - timedelta(days=INTERVAL_DAYS), Instant()),
    }


def answered(connection: Connection, number: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
    """Last half-year's item."""
    due_on = day(connection, MONDAY, -INTERVAL_DAYS)
    return _item(number) | {
        "opens_on": day(connection, MONDAY, -INTERVAL_DAYS - WINDOW_DAYS),
        "due_on": due_on,
        "ladder_from": due_on,
        "state": literal(FollowupState.DONE),
        "next_stage": literal(Stage.DUE),
        "next_stage_on": due_on,
        "done_by_report": said("visit-", number),
        "closed_at": literal(START - timedelta(days=INTERVAL_DAYS), Instant()),
    }


def to_come(connection: Connection, number: ColumnElement[int], size: Size) -> dict[str, ColumnElement[Any]]:
    """The next one: this week for the people who are told, as many of theirs each day."""
    place = (number - 1) // size.cadres
    is_told = (cadre(number, size) - 1) % (size.cadres // size.people) == 0
    ahead = case((is_told, place // size.items), else_=AHEAD_DAYS + number % SPREAD_DAYS)
    return _item(number) | {
        "opens_on": day(connection, MONDAY, ahead),
        "due_on": day(connection, MONDAY + timedelta(days=WINDOW_DAYS), ahead),
        "ladder_from": day(connection, MONDAY + timedelta(days=WINDOW_DAYS), ahead),
        "state": literal(FollowupState.OPEN),
        "next_stage": literal(Stage.OPENS),
        "next_stage_on": day(connection, MONDAY, ahead),
    }


def _item(number: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
    return {
        "household_id": number,
        "kind": literal(FollowupKind.RECHECK),
        "source": said("visit:visit-", number),
        "interval_days": literal(INTERVAL_DAYS),
        "created_at": literal(START - timedelta(days=INTERVAL_DAYS), Instant()),
    }


def told(connection: Connection, number: ColumnElement[int], size: Size) -> dict[str, ColumnElement[Any]]:
    return {
        "followup_id": number,
        "due_on": day(connection, MONDAY, -INTERVAL_DAYS),
        "stage": literal(Stage.OPENS),
        "turn": literal(0),
        "person_id": cadre(number, size),
        "because": literal(NoticeReason.LIAISON),
        "told_at": literal(START - timedelta(days=INTERVAL_DAYS + WINDOW_DAYS), Instant()),
    }
