"""The households one person looks after: those whose liaison they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from storage import dossiers
from storage.dossiers import HOUSEHOLDS
from storage.names import OVER

if TYPE_CHECKING:
    from storage.dossiers import HouseholdLine
    from storage.people import Person
    from storage.transaction import Transaction


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
