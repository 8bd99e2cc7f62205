"""The unions whose rules a person may look at, and how many rules each has of its own; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from storage import errors
from storage.columns import table_of
from storage.tables.office import PolicyRow
from storage.tables.people import Union

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from storage.members.people import Person

_UNIONS = table_of(Union)
_POLICIES = table_of(PolicyRow)
_NEWEST = select(func.max(_POLICIES.c.id)).group_by(_POLICIES.c.union_id, _POLICIES.c.key)


@dataclass(frozen=True, slots=True)
class RuledUnion:
    """One union; `own`: how many rules it has set for itself; `parent_id`: whose rules hold otherwise."""

    id: int
    name: str
    parent_id: int | None
    own: int


def listing(tx: Transaction, person: Person, *, limit: int, offset: int = 0) -> list[RuledUnion]:
    """Return the unions the person sees or looks after, the upper ones first."""
    depth = func.length(_UNIONS.c.path) - func.length(func.replace(_UNIONS.c.path, "/", ""))
    statement = (
        select(_UNIONS.c.id, _UNIONS.c.name, _UNIONS.c.parent_id)
        .where(_UNIONS.c.id.in_(sorted(person.scope | person.charge)))
        .order_by(depth, _UNIONS.c.id)
    )
    rows = tx.connection.execute(statement.limit(limit).offset(offset)).all()
    counted = (
        select(_POLICIES.c.union_id, func.count())
        .where(_POLICIES.c.union_id.in_([row.id for row in rows]), _POLICIES.c.id.in_(_NEWEST))
        .where(_POLICIES.c.value.is_not(None))
        .group_by(_POLICIES.c.union_id)
    )
    own = dict(tuple(row) for row in tx.connection.execute(counted))
    return [RuledUnion(row.id, row.name, row.parent_id, own.get(row.id, 0)) for row in rows]


def with_own(tx: Transaction, union_id: int, key: str) -> int:
    """Return how many unions below this one have set that rule for themselves: a change leaves them alone."""
    path = tx.connection.execute(select(_UNIONS.c.path).where(_UNIONS.c.id == union_id)).scalar_one()
    below = select(_UNIONS.c.id).where(_UNIONS.c.path.startswith(path), _UNIONS.c.id != union_id)
    newest = (
        select(func.max(_POLICIES.c.id))
        .where(_POLICIES.c.key == key, _POLICIES.c.union_id.in_(below))
        .group_by(_POLICIES.c.union_id)
    )
    own = select(func.count()).where(_POLICIES.c.id.in_(newest), _POLICIES.c.value.is_not(None))
    return tx.connection.scalar(own) or 0


def get(tx: Transaction, person: Person, union_id: int) -> RuledUnion:
    """Return one of them, `own` not counted. Refuses NotFound: no such union, or out of sight."""
    if union_id not in person.scope | person.charge:
        raise errors.NotFound(union_id=union_id)
    row = tx.connection.execute(select(_UNIONS).where(_UNIONS.c.id == union_id)).one()
    return RuledUnion(row.id, row.name, row.parent_id, 0)
