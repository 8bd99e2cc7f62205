"""The same act on many items of a list at once: kept item by item, and once in the audit chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert

from storage import audit
from storage.aid.aid_steps import STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.aid_codes import AidAct
    from storage.batches.batch_rows import BatchRow
    from storage.core.transaction import Transaction

_ADD = insert(STEPS)


def record(
    tx: Transaction,
    act: AidAct,
    batch: BatchRow,
    items: Sequence[tuple[str, int]],
    *,
    person_id: int | None,
    reason: str = "",
) -> None:
    """Append the act for each of these items (id, fen); the audit chain has how many of which list."""
    if not items:
        return
    same = {"act": str(act), "person_id": person_id, "revision": 1, "guard": "", "reason": reason}
    rows = [{**same, "aid_id": aid_id, "amount_fen": fen, "done_at": tx.now} for aid_id, fen in items]
    tx.connection.execute(_ADD, rows)
    audit.record(
        tx,
        person_id=person_id,
        act=f"batch.{act.lower()}",
        subject=batch.number,
        count=len(items),
        fen=sum(fen for _, fen in items),
    )
