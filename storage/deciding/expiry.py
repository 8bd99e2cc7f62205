"""Proposals on which nobody decided in time go back to whoever made them: by the clock, once a morning."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam

from storage.aid import aid_news, aid_rows, aid_steps
from storage.aid.aid_rows import AID, AidRow
from storage.aid_codes import AidAct, AidState
from storage.money import ledger
from storage.rulebook import policies_read, workdays

if TYPE_CHECKING:
    from storage.core.transaction import Transaction

# No union lets them expire sooner.
DAYS_LOWEST = 3

_WAITING = aid_rows.ROWS.where(
    AID.c.state.in_((AidState.TO_REVIEW, AidState.TO_APPROVE)), AID.c.waits_since < bindparam("before")
).order_by(AID.c.waits_since, AID.c.id)


def expire(tx: Transaction) -> int:
    """Give back what has waited for its review or its approvals longer than the union's working days.

    Afterwards it is RETURNED, whoever proposed it is told, and what was approved of it is void once they send
    it on again. Returns how many there were. Called twice on a day the second time finds nothing.
    """
    before = tx.now - timedelta(days=DAYS_LOWEST)
    rows = [aid_rows.as_row(one) for one in tx.connection.execute(_WAITING, {"before": before})]
    rules = policies_read.of_many(tx, {one.union_id for one in rows})
    late = [one for one in rows if _is_late(tx, one, rules[one.union_id].aid_expires_days)]
    for fund_id in sorted({one.fund_id for one in late}):
        ledger.lock(tx, fund_id)
    for row in late:
        _expire(tx, row)
    return len(late)


def _is_late(tx: Transaction, row: AidRow, days: int) -> bool:
    if row.waits_since is None:
        return False
    since = row.waits_since.astimezone(tx.zone).date()
    return tx.today > workdays.workdays_after(since, days)


def _expire(tx: Transaction, row: AidRow) -> None:
    row = aid_rows.change(tx, row, state=AidState.RETURNED)
    aid_steps.record(
        tx,
        AidAct.EXPIRED,
        number=row.number,
        revision=row.revision,
        person_id=None,
        aid_id=row.id,
        amount_fen=row.amount_fen,
    )
    aid_news.told(tx, row, AidAct.EXPIRED, actor_id=None)
