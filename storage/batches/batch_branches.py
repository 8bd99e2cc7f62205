"""What of a list stands in each branch, and where one household stands on it; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from storage.aid_codes import AidState
from storage.among import among
from storage.batches import batch_items, batch_rows
from storage.batches.batch_facts import AID, HOUSEHOLDS, UNIONS

if TYPE_CHECKING:
    from collections.abc import Collection

    from storage.batches.batch import BatchItem
    from storage.core.transaction import Transaction
    from storage.members.people import Person

# Who was struck, or fell off, stands on the list no more.
_GONE = (AidState.WITHDRAWN, AidState.REFUSED)
_BY_BRANCH = (
    select(UNIONS.c.name, func.count().label("people"), func.sum(AID.c.amount_fen).label("fen"))
    .join_from(AID, HOUSEHOLDS, HOUSEHOLDS.c.id == AID.c.household_id)
    .join(UNIONS, UNIONS.c.id == HOUSEHOLDS.c.union_id)
    .where(AID.c.batch_id == bindparam("batch"), AID.c.state.not_in(_GONE))
    .group_by(UNIONS.c.id, UNIONS.c.name)
    .order_by(func.count().desc(), UNIONS.c.id)
)
_OF_HOUSEHOLDS = select(AID.c.id).where(
    AID.c.batch_id == bindparam("batch"), among(AID.c.household_id, "households")
)


@dataclass(frozen=True, slots=True)
class BranchPart:
    """What of a list is one branch's, in fen."""

    union_name: str
    people: int
    sum_fen: int


def by_branch(tx: Transaction, person: Person, batch_id: str) -> list[BranchPart]:
    """Return the branches on a list, the one with the most people first. Refuses NotFound."""
    batch = batch_rows.get(tx, person, batch_id)
    rows = tx.connection.execute(_BY_BRANCH, {"batch": batch.id})
    return [BranchPart(row.name, int(row.people), int(row.fen)) for row in rows]


def of_households(tx: Transaction, person: Person, batch_id: str, households: Collection[int]) -> list[str]:
    """Return the ids of the aid these households have on a list, struck or not. Refuses NotFound."""
    batch = batch_rows.get(tx, person, batch_id)
    named = {"batch": batch.id, "households": sorted(households)}
    return [str(one) for one in tx.connection.scalars(_OF_HOUSEHOLDS, named)]


def item(tx: Transaction, person: Person, batch_id: str, aid_id: str) -> BatchItem:
    """Return one household of a list by its aid. Refuses NotFound."""
    return batch_items.one(tx, batch_rows.get(tx, person, batch_id), aid_id)
