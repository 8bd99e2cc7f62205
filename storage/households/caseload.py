"""What one person looks after: the households whose liaison they are, and their part of the union."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from storage.errors import NotAllowed
from storage.households import dossiers
from storage.households.dossiers import HOUSEHOLDS
from storage.households.names import OVER
from storage.members.people import UNIONS

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from storage.households.dossiers import HouseholdLine
    from storage.members.people import Person


def mine(tx: Transaction, person: Person, limit: int) -> list[HouseholdLine]:
    """Return the person's own open households in their scope, the one visited longest ago first."""
    chosen = (
        select(HOUSEHOLDS.c.id)
        .where(
            HOUSEHOLDS.c.liaison_id == person.id,
            HOUSEHOLDS.c.union_id.in_(sorted(person.scope)),
            HOUSEHOLDS.c.state.not_in(OVER),
        )
        .order_by(HOUSEHOLDS.c.last_visit_on.is_not(None), HOUSEHOLDS.c.last_visit_on, HOUSEHOLDS.c.file_no)
        .limit(limit)
    )
    ids = list(tx.connection.scalars(chosen))
    by_id = dossiers.lines(tx, ids) if ids else {}
    return [by_id[household_id] for household_id in ids]


def widest(tx: Transaction, person: Person) -> int:
    """Return the uppermost union the person sees or looks after. Refuses NotAllowed for none."""
    depth = func.length(UNIONS.c.path) - func.length(func.replace(UNIONS.c.path, "/", ""))
    upper = (
        select(UNIONS.c.id)
        .where(UNIONS.c.id.in_(sorted(person.scope | person.charge)))
        .order_by(depth, UNIONS.c.id)
    )
    union_id: int | None = tx.connection.scalar(upper.limit(1))
    if union_id is None:
        raise NotAllowed
    return union_id
