"""How much lies with somebody: their open households, and what of those is late or due; counts alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, func, or_, select, union_all

from storage.among import among
from storage.codes import FollowupState, Role
from storage.columns import table_of
from storage.households.names import OVER
from storage.tables.dossiers import Household
from storage.tables.work import Followup

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from sqlalchemy import ColumnElement, Select

    from storage.core.transaction import Transaction

DAYS_OF_A_WEEK = 7
# SQLite takes 32,766 parameters in one statement.
AT_ONCE = 30_000
# Whose roles let them report at all: only they look after households or stand in for somebody.
REPORTERS = (Role.CADRE, Role.OFFICER, Role.CHAIR)

_HOUSEHOLDS = table_of(Household)
_FOLLOWUPS = table_of(Followup)


@dataclass(frozen=True, slots=True)
class Load:
    """Open households, and of their open items those that are late, those due within a week, and all."""

    households: int = 0
    late: int = 0
    week: int = 0
    open: int = 0


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


_SEVERAL: Select[Any] = (
    select(_HOUSEHOLDS.c.liaison_id, func.count())
    .where(among(_HOUSEHOLDS.c.liaison_id, "ids"), _HOUSEHOLDS.c.state.not_in(OVER))
    .group_by(_HOUSEHOLDS.c.liaison_id)
)
_OPEN = (
    _FOLLOWUPS.c.state == FollowupState.OPEN,
    _FOLLOWUPS.c.for_role.is_(None),
    _FOLLOWUPS.c.opens_on <= bindparam("today"),
    or_(_HOUSEHOLDS.c.paused_until.is_(None), _HOUSEHOLDS.c.paused_until <= bindparam("today")),
)
# What was given to somebody else, or lies with an office, is not the liaison's to do.
LIAISONS_OWN = (
    or_(_FOLLOWUPS.c.person_id.is_(None), _FOLLOWUPS.c.person_id == _HOUSEHOLDS.c.liaison_id),
    *_OPEN,
)
_JOINED = _FOLLOWUPS.join(_HOUSEHOLDS, _HOUSEHOLDS.c.id == _FOLLOWUPS.c.household_id)
# Two walks of an index each, instead of one through everything that is open.
_OWNED = union_all(
    select(_FOLLOWUPS.c.person_id.label("owner_id"), _FOLLOWUPS.c.due_on)
    .select_from(_JOINED)
    .where(among(_FOLLOWUPS.c.person_id, "ids"), *_OPEN),
    select(_HOUSEHOLDS.c.liaison_id.label("owner_id"), _FOLLOWUPS.c.due_on)
    .select_from(_JOINED)
    .where(among(_HOUSEHOLDS.c.liaison_id, "ids"), _FOLLOWUPS.c.person_id.is_(None), *_OPEN),
).subquery()


def _figures(due_on: ColumnElement[date]) -> tuple[ColumnElement[Any], ...]:
    return (
        _sum(due_on < bindparam("today")).label("late"),
        _sum(due_on.between(bindparam("today"), bindparam("week"))).label("week"),
        func.count().label("open"),
    )


_DUE_OF_PEOPLE: Select[Any] = select(_OWNED.c.owner_id, *_figures(_OWNED.c.due_on)).group_by(
    _OWNED.c.owner_id
)
_DUE_OF_HOUSEHOLDS: Select[Any] = (
    select(*_figures(_FOLLOWUPS.c.due_on))
    .select_from(_JOINED)
    .where(among(_HOUSEHOLDS.c.id, "ids"), *LIAISONS_OWN)
)


def of_people(tx: Transaction, person_ids: Collection[int]) -> Mapping[int, Load]:
    """Return what each of these has to do today: their households, and the items that are theirs.

    Theirs is what was given to them and, of their households, what nobody else was given. Two statements.
    """
    asked = {"ids": list(person_ids), **_days(tx)}
    households = {row[0]: row[1] for row in tx.connection.execute(_SEVERAL, {"ids": asked["ids"]})}
    due = {row.owner_id: row for row in tx.connection.execute(_DUE_OF_PEOPLE, asked)}
    return {
        one: Load(households.get(one, 0), due[one].late, due[one].week, due[one].open)
        if one in due
        else Load(households.get(one, 0))
        for one in person_ids
    }


def of_households(tx: Transaction, household_ids: Collection[int]) -> Load:
    """Return what is open today at these households, however many, and their liaison's to do."""
    ids, days = list(household_ids), _days(tx)
    rows = [
        tx.connection.execute(_DUE_OF_HOUSEHOLDS, {"ids": ids[start : start + AT_ONCE], **days}).one()
        for start in range(0, len(ids), AT_ONCE)
    ]
    late, week = sum(row.late or 0 for row in rows), sum(row.week or 0 for row in rows)
    return Load(len(ids), late, week, sum(row.open for row in rows))


def _days(tx: Transaction) -> dict[str, object]:
    return {"today": tx.today, "week": tx.today + timedelta(days=DAYS_OF_A_WEEK)}
