"""The year's plan: the budget of a fund, and what was paid against it; knows no payment's reasons."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, insert, or_, select, text, update

from storage.aid_codes import BudgetState, EntryKind
from storage.columns import table_of
from storage.money.ledger import balances, budgets, entries
from storage.rules import OWN_FUND
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.fund import BudgetRevision
from storage.tables.people import Union

if TYPE_CHECKING:
    from storage.core.transaction import Transaction

revisions = table_of(BudgetRevision)
_AID = table_of(Aid)
_HOUSEHOLDS = table_of(Household)
_UNIONS = table_of(Union)

_AMOUNT = select(budgets.c.amount_fen).where(
    budgets.c.union_id == bindparam("fund"), budgets.c.year == bindparam("year")
)
_PAID = select(budgets.c.paid_fen).where(
    budgets.c.union_id == bindparam("fund"), budgets.c.year == bindparam("year")
)
_RESERVED = select(balances.c.reserved_fen).where(balances.c.union_id == bindparam("fund"))
# Counted from the index that holds what is approved alone, whose own condition stands in the text.
_AHEAD = (
    select(func.sum(_AID.c.amount_fen - _AID.c.paid_fen))
    .join_from(_AID, _HOUSEHOLDS, _HOUSEHOLDS.c.id == _AID.c.household_id)
    .join(_UNIONS, _UNIONS.c.id == _HOUSEHOLDS.c.union_id)
    .where(
        text("aid.state = 'APPROVED'"),
        _AID.c.for_year == bindparam("year"),
        _AID.c.source == OWN_FUND,
        _UNIONS.c.path.like(bindparam("below")),
    )
)
_LAST = select(func.max(revisions.c.revision)).where(
    revisions.c.union_id == bindparam("fund"), revisions.c.year == bindparam("year")
)


def set_budget(tx: Transaction, *, union_id: int, year: int, amount_fen: int) -> None:
    """Set or replace the budget of the union's own fund for a year, as an import does; nobody adopts it here.

    What was paid in that year before counts against it. It is one more version of the year's plan; set to
    what it is already it changes nothing.
    """
    if amount_of(tx, union_id, year) == amount_fen:
        return
    hold_amount(tx, union_id, year, amount_fen)
    version: dict[str, object] = {"union_id": union_id, "year": year, "amount_fen": amount_fen}
    version |= {"revision": next_revision(tx, union_id, year), "lines": {}, "basis": {}, "reason": ""}
    version |= {"state": str(BudgetState.ADOPTED), "drafted_at": tx.now, "decided_at": tx.now}
    tx.connection.execute(insert(revisions), version)


def hold_amount(tx: Transaction, fund_id: int, year: int, amount_fen: int) -> None:
    """Let this be the budget that holds for a year; what was paid in it before counts against it."""
    paid_fen = paid_in(tx, fund_id, year, as_of=None)
    known = and_(budgets.c.union_id == fund_id, budgets.c.year == year)
    values = {"amount_fen": amount_fen, "paid_fen": paid_fen}
    if tx.connection.execute(update(budgets).where(known).values(**values)).rowcount == 0:
        tx.connection.execute(insert(budgets).values(union_id=fund_id, year=year, **values))


def next_revision(tx: Transaction, fund_id: int, year: int) -> int:
    """Return the number of the next version of a year's plan, from 1."""
    return (tx.connection.scalar(_LAST, {"fund": fund_id, "year": year}) or 0) + 1


def amount_of(tx: Transaction, fund_id: int, year: int) -> int | None:
    """Return the budget that holds for a year; None: there is none."""
    amount_fen = tx.connection.scalar(_AMOUNT, {"fund": fund_id, "year": year})
    return None if amount_fen is None else int(amount_fen)


def promised(tx: Transaction, fund_id: int, year: int) -> int:
    """Return what is paid of a year's budget and promised: it cannot be less.

    What is promised counts in the year that runs, in which it will be paid; in a coming year what is promised
    for that year. What is paid is kept with a budget; only where there is none yet is it summed.
    """
    kept_fen = tx.connection.scalar(_PAID, {"fund": fund_id, "year": year})
    paid_fen = paid_in(tx, fund_id, year, as_of=None) if kept_fen is None else int(kept_fen)
    if year > tx.today.year:
        ahead = {"below": f"/{fund_id}/%", "year": year}
        return paid_fen + int(tx.connection.scalar(_AHEAD, ahead) or 0)
    if year < tx.today.year:
        return paid_fen
    return paid_fen + int(tx.connection.scalar(_RESERVED, {"fund": fund_id}) or 0)


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
