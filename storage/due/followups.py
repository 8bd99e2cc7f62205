"""What is due: the one definition of open, due and late that every list, digest and export reads.

The rows themselves follow from the facts (`followups_refresh`); here they are only read. What people do
about them without a report stands in `steps`, why they are there in `explaining`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select, union_all

from storage.codes import FollowupState
from storage.columns import table_of
from storage.due.due_items import ANY_ITEMS, ITEMS, DueItem, as_items, open_row
from storage.due.explaining import Explanation, Told, explain
from storage.due.followups_refresh import refresh, refresh_all
from storage.members import absences
from storage.tables.dossiers import Household
from storage.tables.work import Followup

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy import CompoundSelect, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

__all__ = ["DueItem", "Explanation", "Told", "due", "explain", "get", "refresh", "refresh_all"]

NOBODY_ID = 0

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
# The same columns, said so that for the items of a few households nobody walks everybody's open items.
_OPENS_ON = func.coalesce(_FOLLOWUPS.c.opens_on, _FOLLOWUPS.c.due_on)
_STATE = func.coalesce(_FOLLOWUPS.c.state, "")
_GIVEN_TO = func.coalesce(_FOLLOWUPS.c.person_id, NOBODY_ID)


def due(
    tx: Transaction,
    on: date,
    *,
    scope: Collection[int] | None = None,
    assignee_id: int | None = None,
    household_id: int | None = None,
    limit: int | None = None,
) -> list[DueItem]:
    """Return everything that is open, due or late on that day, the longest late first.

    `scope`: only households of these unions. `assignee_id`: only what this person has to do: what was given
    to them, what nobody else was given of the households whose liaison they are, and the same of everybody
    for whom they stand in today; what an office has is nobody's. A household that is paused on that day is
    silent.
    """
    statement = _chosen(tx, on, assignee_id, household_id)
    statement = statement.where(or_(_HOUSEHOLDS.c.paused_until.is_(None), _HOUSEHOLDS.c.paused_until <= on))
    if scope is not None:
        statement = statement.where(_HOUSEHOLDS.c.union_id.in_(sorted(scope)))
    rows = tx.connection.execute(statement.order_by(_FOLLOWUPS.c.id).limit(limit))
    return sorted(as_items(tx, rows, on), key=lambda item: (item.due_on, item.id))


def get(tx: Transaction, person: Person, followup_id: int) -> DueItem:
    """Return one open item as it stands today. Refuses NotFound: answered, absent, or out of scope."""
    return as_items(tx, [open_row(tx, person, followup_id)], tx.today)[0]


def _chosen(tx: Transaction, on: date, assignee_id: int | None, household_id: int | None) -> Select[Any]:
    if assignee_id is not None:
        # Open they are by the choice itself: asked again, SQLite would walk everything that is open.
        statement = ANY_ITEMS.where(_FOLLOWUPS.c.id.in_(_theirs(tx, assignee_id, on)))
        if household_id is not None:
            statement = statement.where(_FOLLOWUPS.c.household_id == household_id)
        return statement.order_by(_FOLLOWUPS.c.due_on)
    if household_id is not None:
        this = (_FOLLOWUPS.c.household_id == household_id, on >= _OPENS_ON)
        return ITEMS.where(*this).order_by(_FOLLOWUPS.c.due_on)
    # In the order of the index, so that a limit ends the walk.
    return ITEMS.where(_FOLLOWUPS.c.opens_on <= on).order_by(_FOLLOWUPS.c.opens_on)


def _theirs(tx: Transaction, person_id: int, on: date) -> CompoundSelect[int]:
    """The ids of what a person has to do: two walks of an index each."""
    people = sorted({person_id} | absences.standing_in(tx, person_id, tx.today))
    open_now = (_STATE == FollowupState.OPEN, _FOLLOWUPS.c.for_role.is_(None), on >= _OPENS_ON)
    households = select(_HOUSEHOLDS.c.id).where(_HOUSEHOLDS.c.liaison_id.in_(people)).scalar_subquery()
    as_liaison = select(_FOLLOWUPS.c.id).where(
        _FOLLOWUPS.c.household_id.in_(households), _GIVEN_TO == NOBODY_ID, *open_now
    )
    given = select(_FOLLOWUPS.c.id).where(_FOLLOWUPS.c.person_id.in_(people), *open_now)
    return union_all(as_liaison, given)
