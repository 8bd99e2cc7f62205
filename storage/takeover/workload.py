"""How much lies with somebody: their open households, and what of those is late or due; counts alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, func, or_, select

from storage.codes import FollowupState, Role
from storage.columns import table_of
from storage.households.names import OVER
from storage.tables.dossiers import Household
from storage.tables.work import Followup

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import BindParameter, ColumnElement, Select

    from storage.core.transaction import Transaction

DAYS_OF_A_WEEK = 7
# Whose roles let them report at all: only they look after households or stand in for somebody.
REPORTERS = (Role.CADRE, Role.OFFICER, Role.CHAIR)

_HOUSEHOLDS = table_of(Household)
_FOLLOWUPS = table_of(Followup)
_IDS: BindParameter[int] = bindparam("ids", expanding=True)


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
    .where(_HOUSEHOLDS.c.liaison_id.in_(_IDS), _HOUSEHOLDS.c.state.not_in(OVER))
    .group_by(_HOUSEHOLDS.c.liaison_id)
)
_DUE: tuple[ColumnElement[Any], ...] = (
    _sum(_FOLLOWUPS.c.due_on < bindparam("today")).label("late"),
    _sum(_FOLLOWUPS.c.due_on.between(bindparam("today"), bindparam("week"))).label("week"),
    func.count().label("open"),
)
_OPEN = (
    _FOLLOWUPS.c.state == FollowupState.OPEN,
    _FOLLOWUPS.c.opens_on <= bindparam("today"),
    or_(_HOUSEHOLDS.c.paused_until.is_(None), _HOUSEHOLDS.c.paused_until <= bindparam("today")),
)
_DUE_OF_PEOPLE: Select[Any] = (
    select(_HOUSEHOLDS.c.liaison_id, *_DUE)
    .join(_FOLLOWUPS, _FOLLOWUPS.c.household_id == _HOUSEHOLDS.c.id)
    .where(_HOUSEHOLDS.c.liaison_id.in_(_IDS), *_OPEN)
    .group_by(_HOUSEHOLDS.c.liaison_id)
)
_DUE_OF_HOUSEHOLDS: Select[Any] = (
    select(*_DUE)
    .select_from(_HOUSEHOLDS.join(_FOLLOWUPS, _FOLLOWUPS.c.household_id == _HOUSEHOLDS.c.id))
    .where(_HOUSEHOLDS.c.id.in_(_IDS), *_OPEN)
)


def of_people(tx: Transaction, person_ids: Collection[int]) -> Mapping[int, Load]:
    """Return what lies with each of these liaisons today; two statements, whatever their number."""
    asked = {"ids": list(person_ids), **_days(tx)}
    households = {row[0]: row[1] for row in tx.connection.execute(_SEVERAL, {"ids": asked["ids"]})}
    due = {row.liaison_id: row for row in tx.connection.execute(_DUE_OF_PEOPLE, asked)}
    return {
        one: Load(households.get(one, 0), due[one].late, due[one].week, due[one].open)
        if one in due
        else Load(households.get(one, 0))
        for one in person_ids
    }


def of_households(tx: Transaction, household_ids: Collection[int]) -> Load:
    """Return what is open today at these households."""
    row = tx.connection.execute(_DUE_OF_HOUSEHOLDS, {"ids": list(household_ids), **_days(tx)}).one()
    return Load(len(household_ids), row.late or 0, row.week or 0, row.open)


def _days(tx: Transaction) -> dict[str, object]:
    return {"today": tx.today, "week": tx.today + timedelta(days=DAYS_OF_A_WEEK)}
