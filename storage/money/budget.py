"""The year's plan: the budget of a fund, and what was paid against it; knows no payment's reasons."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, insert, or_, select, update

from storage.codes import EntryKind
from storage.money.ledger import budgets, entries

if TYPE_CHECKING:
    from storage.core.transaction import Transaction


def set_budget(tx: Transaction, *, union_id: int, year: int, amount_fen: int) -> None:
    """Set or replace the budget of the union's own fund for a year.

    What was paid in that year before counts against it.
    """
    paid_fen = paid_in(tx, union_id, year, as_of=None)
    known = and_(budgets.c.union_id == union_id, budgets.c.year == year)
    values = {"amount_fen": amount_fen, "paid_fen": paid_fen}
    if tx.connection.execute(update(budgets).where(known).values(**values)).rowcount == 0:
        tx.connection.execute(insert(budgets).values(union_id=union_id, year=year, **values))


def paid_in(tx: Transaction, fund_id: int, year: int, *, as_of: date | None) -> int:
    """Return what a fund paid in `year`, less what of it was taken back, up to `as_of` (to today if None)."""
    original = entries.alias("original")
    first, last = date(year, 1, 1), date(year, 12, 31)
    total = tx.connection.scalar(
        select(func.coalesce(func.sum(-entries.c.amount_fen), 0))
        .select_from(entries.outerjoin(original, original.c.id == entries.c.reverses_id))
        .where(
            entries.c.union_id == fund_id,
            entries.c.happened_on <= (as_of or tx.today),
            or_(
                and_(entries.c.kind == EntryKind.PAYMENT, entries.c.happened_on.between(first, last)),
                and_(original.c.kind == EntryKind.PAYMENT, original.c.happened_on.between(first, last)),
            ),
        )
    )
    return int(total or 0)
