"""What is promised and not paid yet: of the fund as a whole, and to each household in its year.

It judges the fund's own bounds alone: who may promise what to whom is decided before. Whoever promises holds
the fund first (`ledger.lock`), so that the last yuan is promised once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, text, update

from storage.aid_codes import AidState
from storage.aid_refusals import OverBalance, OverBudget
from storage.money import ledger
from storage.money.ledger import balances, budgets

if TYPE_CHECKING:
    from datetime import date

    from storage.aid_codes import AidKind, FundSource
    from storage.core.transaction import Transaction

_BUDGET = select(budgets.c.amount_fen - budgets.c.paid_fen).where(
    budgets.c.union_id == bindparam("fund"), budgets.c.year == bindparam("year")
)
_MOVE = (
    update(balances)
    .where(balances.c.union_id == bindparam("fund"))
    .values(reserved_fen=balances.c.reserved_fen + bindparam("fen"))
)
_PROMISE = text(
    "INSERT INTO household_years (household_id, year, kind, source, payments, paid_fen, reserved_fen) "
    "VALUES (:household, :year, :kind, :source, 0, 0, :fen) "
    "ON CONFLICT (household_id, year, kind, source) "
    "DO UPDATE SET reserved_fen = household_years.reserved_fen + :fen"
)
# SQLite tries a row's checks before it finds that the row is there: what is taken back is no row to insert.
_TAKE_BACK = text(
    "UPDATE household_years SET reserved_fen = reserved_fen + :fen "
    "WHERE household_id = :household AND year = :year AND kind = :kind AND source = :source"
)
_PROMISE_LIST = text(
    "INSERT INTO household_years (household_id, year, kind, source, payments, paid_fen, reserved_fen) "
    "SELECT household_id, for_year, kind, source, 0, 0, SUM(amount_fen) FROM aid "
    "WHERE batch_id = :batch AND state = :state GROUP BY household_id, for_year, kind, source "
    "ON CONFLICT (household_id, year, kind, source) "
    "DO UPDATE SET reserved_fen = household_years.reserved_fen + excluded.reserved_fen"
)
_LET_GO_LIST = text(
    "UPDATE household_years SET reserved_fen = household_years.reserved_fen - promised.fen FROM "
    "(SELECT household_id, for_year, kind, source, SUM(amount_fen - paid_fen) AS fen FROM aid "
    "WHERE batch_id = :batch AND state = :state "
    "GROUP BY household_id, for_year, kind, source) AS promised "
    "WHERE household_years.household_id = promised.household_id "
    "AND household_years.year = promised.for_year "
    "AND household_years.kind = promised.kind AND household_years.source = promised.source"
)


def reserve(tx: Transaction, fund_id: int, amount_fen: int, year: int) -> None:
    """Promise so much of a fund against the budget of `year`; a year without a budget has no such bound.

    Refuses OverBudget and OverBalance (in this order) where so much is not free; nothing for no money.
    """
    check(tx, fund_id, amount_fen, year)
    if amount_fen:
        tx.connection.execute(_MOVE, {"fund": fund_id, "fen": amount_fen})


def release(tx: Transaction, fund_id: int, amount_fen: int) -> None:
    """Let go of what was promised: it was paid, or it will not be."""
    if amount_fen:
        ledger.lock(tx, fund_id)
        tx.connection.execute(_MOVE, {"fund": fund_id, "fen": -amount_fen})


def check(tx: Transaction, fund_id: int, amount_fen: int, year: int) -> None:
    """Refuse OverBudget or OverBalance where the fund cannot promise so much; the fund is held afterwards."""
    fund = ledger.lock(tx, fund_id)
    if amount_fen == 0:
        return
    left_fen = tx.connection.scalar(_BUDGET, {"fund": fund_id, "year": year})
    if left_fen is not None and amount_fen > left_fen - fund.reserved_fen:
        raise OverBudget(left_fen=max(0, int(left_fen) - fund.reserved_fen), amount_fen=amount_fen)
    if amount_fen > fund.balance_fen - fund.reserved_fen:
        free_fen = max(0, fund.balance_fen - fund.reserved_fen)
        raise OverBalance(free_fen=free_fen, amount_fen=amount_fen)


def check_ahead(tx: Transaction, fund_id: int, amount_fen: int, for_year: int, paid_on: date) -> None:
    """Refuse OverBudget for promised money of a later year where the budget of the day does not hold it.

    It was promised against the later year's budget, and counts in that of the year in which it is paid. What
    else is promised goes before it.
    """
    if paid_on.year >= for_year:
        return
    others_fen = ledger.lock(tx, fund_id).reserved_fen - amount_fen
    left_fen = tx.connection.scalar(_BUDGET, {"fund": fund_id, "year": paid_on.year})
    if left_fen is not None and amount_fen > left_fen - others_fen:
        raise OverBudget(left_fen=max(0, int(left_fen) - others_fen), amount_fen=amount_fen)


def promise(
    tx: Transaction, household_id: int, year: int, kind: AidKind | str, source: FundSource | str, fen: int
) -> None:
    """Count what is promised to a household for a year, or, below zero, what no longer is."""
    if fen:
        key = {"household": household_id, "year": year, "kind": str(kind), "source": str(source)}
        if fen > 0:
            tx.connection.execute(_PROMISE, {**key, "fen": fen})
        else:
            tx.connection.execute(_TAKE_BACK, {**key, "fen": fen})


def promise_list(tx: Transaction, batch_id: str, *, state: AidState = AidState.APPROVED) -> None:
    """Count what a whole list promises to each of its households; `state`: which of its items these are."""
    tx.connection.execute(_PROMISE_LIST, {"batch": batch_id, "state": str(state)})


def let_go_list(tx: Transaction, batch_id: str, *, state: AidState = AidState.APPROVED) -> None:
    """Count what a list promised, and was not paid, as promised no more: for its items in that state."""
    tx.connection.execute(_LET_GO_LIST, {"batch": batch_id, "state": str(state)})
