"""What a whole list promises when it is approved, and lets go when it will not be paid: for all at once.

Its fund is held by the caller, who has judged whether it may be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, update

from storage.aid_codes import AidState
from storage.asking import aid_facts
from storage.batches import batch_rows
from storage.batches.batch_facts import AID
from storage.booking import bookings
from storage.money import reserve

if TYPE_CHECKING:
    from storage.batches.batch_rows import BatchRow
    from storage.core.transaction import Transaction

_MOVE = (
    update(AID)
    .where(AID.c.batch_id == bindparam("batch"), AID.c.state == bindparam("before"))
    .values(state=bindparam("after"), waits_since=bindparam("since"))
)


def promise(tx: Transaction, batch: BatchRow) -> None:
    """Approve everybody on it, and promise what it comes to. Refuses OverBudget, OverBalance."""
    if bookings.moves_fund(batch.source):
        reserve.reserve(tx, batch.fund_id, batch.sum_fen, aid_facts.budget_year(tx, batch.for_year))
    move(tx, batch, AidState.DRAFT, AidState.APPROVED)
    reserve.promise_list(tx, batch.id)


def let_go(tx: Transaction, batch: BatchRow, after: AidState) -> None:
    """Let everybody who was approved on it be in another state; nothing is promised to them any more."""
    if bookings.moves_fund(batch.source):
        reserve.release(tx, batch.fund_id, batch_rows.left_of(tx, batch.id))
    reserve.let_go_list(tx, batch.id)
    move(tx, batch, AidState.APPROVED, after)


def move(tx: Transaction, batch: BatchRow, before: AidState, after: AidState) -> None:
    """Bring every item of that state into another, all at once."""
    since = tx.now if after == AidState.APPROVED else None
    moved = {"batch": batch.id, "before": str(before), "after": str(after), "since": since}
    tx.connection.execute(_MOVE, moved)
