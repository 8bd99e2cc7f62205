"""What a change of a rule would do to what is due, tried out and taken back; nothing of it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from storage.codes import FollowupState
from storage.columns import table_of
from storage.due import policies
from storage.rulebook import policies_read
from storage.rulebook.policy import KEYS
from storage.tables.dossiers import Household
from storage.tables.office import Recount
from storage.tables.people import Union
from storage.tables.work import Followup

if TYPE_CHECKING:
    from sqlalchemy import Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

# What is not yet counted anew is counted for people no further than this. Our default.
LEFT_SHOWN = 10_000

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_UNIONS = table_of(Union)
_RECOUNTS = table_of(Recount)

_BELOW = select(_UNIONS.c.id).where(
    _UNIONS.c.path.like(
        select(_UNIONS.c.path + "%").where(_UNIONS.c.id == bindparam("union")).scalar_subquery()
    )
)
_THEIRS = _HOUSEHOLDS.c.union_id.in_(_BELOW)
_COUNT: Select[int, int] = (
    select(
        func.count(_HOUSEHOLDS.c.id.distinct()).label("to_do"),
        func.count(_HOUSEHOLDS.c.id.distinct())
        .filter(_FOLLOWUPS.c.due_on < bindparam("today"))
        .label("late"),
    )
    .join_from(_FOLLOWUPS, _HOUSEHOLDS, _HOUSEHOLDS.c.id == _FOLLOWUPS.c.household_id)
    .where(
        _FOLLOWUPS.c.state == FollowupState.OPEN,
        _FOLLOWUPS.c.opens_on <= bindparam("today"),
        _THEIRS,
    )
)
_AFTER = select(_RECOUNTS.c.after_household_id).where(_RECOUNTS.c.union_id == bindparam("union"))
_LEFT = (
    select(_HOUSEHOLDS.c.id)
    .where(_THEIRS, _HOUSEHOLDS.c.id > bindparam("after"))
    .limit(LEFT_SHOWN)
    .subquery()
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many households there is something to do for now, and for how many of them it is late."""

    to_do: int
    late: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What is due before and after; `is_part`: only the first households of a large union were tried."""

    before: Count
    after: Count
    is_part: bool


def preview(tx: Transaction, person: Person, union_id: int, key: str, value: object) -> Preview | None:
    """Return what a change would do to what is due; None for a rule on which no due day hangs.

    `value` None tries going back to what the union above has. Nothing is changed. Refuses as
    `policies.change` and `policies.reset` do.
    """
    tried = tx.connection.begin_nested()
    try:
        if value is None:
            policies.reset(tx, person, union_id, key)
        else:
            policies.change(tx, person, union_id, key, value)
        if not KEYS[key].moves:
            return None
        last = tx.connection.scalar(_AFTER, {"union": union_id})
        after = _count(tx, union_id, last)
    finally:
        tried.rollback()
        policies_read.forget(tx)
    return Preview(_count(tx, union_id, last), after, is_part=last is not None)


def left(tx: Transaction, union_id: int) -> int:
    """Return how many households still wait to be brought in step with the union's rules, up to 10,000."""
    after = tx.connection.scalar(_AFTER, {"union": union_id})
    if after is None:
        return 0
    asked = {"union": union_id, "after": after}
    return tx.connection.scalar(select(func.count()).select_from(_LEFT), asked) or 0


def _count(tx: Transaction, union_id: int, last: int | None) -> Count:
    statement = _COUNT if last is None else _COUNT.where(_HOUSEHOLDS.c.id <= last)
    row = tx.connection.execute(statement, {"union": union_id, "today": tx.today}).one()
    return Count(row.to_do, row.late)
