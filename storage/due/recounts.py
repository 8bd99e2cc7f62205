"""Brings what is due in step with changed rules, some households at a time; knows no rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update

from storage.columns import table_of
from storage.due import followups_refresh
from storage.due.followups_wanted import SILENT
from storage.tables.dossiers import Household
from storage.tables.office import Recount
from storage.tables.people import Union

if TYPE_CHECKING:
    from sqlalchemy import Select

    from storage.core.transaction import Transaction

_HOUSEHOLDS = table_of(Household)
_RECOUNTS = table_of(Recount)
_UNIONS = table_of(Union)

_PATH = select(_UNIONS.c.path).where(_UNIONS.c.id == bindparam("union"))
_NEXT: Select[Any] = (
    select(_HOUSEHOLDS.c.id)
    .where(
        _HOUSEHOLDS.c.union_id.in_(select(_UNIONS.c.id).where(_UNIONS.c.path.like(bindparam("below")))),
        _HOUSEHOLDS.c.id > bindparam("after"),
        _HOUSEHOLDS.c.state.not_in(sorted(SILENT)),
    )
    .order_by(_HOUSEHOLDS.c.id)
    .limit(followups_refresh.REFRESH_AT_ONCE)
)
_PENDING: Select[Any] = (
    select(_RECOUNTS.c.union_id, _RECOUNTS.c.after_household_id)
    .order_by(_RECOUNTS.c.asked_at, _RECOUNTS.c.union_id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_OF = _RECOUNTS.c.union_id == bindparam("union")


def begin(tx: Transaction, union_id: int) -> None:
    """Recount the first households of a union and those below it now; what is left is noted for later.

    A recount that was still under way begins again, for it began under other rules.
    """
    tx.connection.execute(delete(_RECOUNTS).where(_OF), {"union": union_id})
    last = _some(tx, union_id, after=0)
    if last is not None:
        row = {"union_id": union_id, "after_household_id": last, "asked_at": tx.now}
        tx.connection.execute(insert(_RECOUNTS), row)


def go_on(tx: Transaction) -> bool:
    """Recount the next households of the recount that was asked for first; True while there may be more.

    Two at once take different recounts, or the second finds nothing to do.
    """
    pending = tx.connection.execute(_PENDING).one_or_none()
    if pending is None:
        return False
    last = _some(tx, pending.union_id, after=pending.after_household_id)
    if last is None:
        tx.connection.execute(delete(_RECOUNTS).where(_OF), {"union": pending.union_id})
    else:
        further = update(_RECOUNTS).where(_OF).values(after_household_id=bindparam("last"))
        tx.connection.execute(further, {"union": pending.union_id, "last": last})
    return True


def _some(tx: Transaction, union_id: int, *, after: int) -> int | None:
    """Recount the next households; return the last of them, None when there can be no more."""
    path = tx.connection.execute(_PATH, {"union": union_id}).scalar_one()
    ids = list(tx.connection.scalars(_NEXT, {"below": f"{path}%", "after": after}))
    followups_refresh.refresh_some(tx, ids)
    return ids[-1] if len(ids) == followups_refresh.REFRESH_AT_ONCE else None
