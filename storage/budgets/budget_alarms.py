"""Tells the people of a fund once that its year's budget is used to a part that a rule names, or used up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from storage.aid_codes import BudgetState
from storage.codes import Role
from storage.columns import table_of
from storage.money.ledger import balances, budgets
from storage.rulebook import policies_read
from storage.tables.fund import BudgetRevision
from storage.telling import bulletins

if TYPE_CHECKING:
    from storage.core.transaction import Transaction

FULL_PERCENT = 100
# Who hears of it, by office over the fund's union.
_TOLD = (Role.OFFICER, Role.CHAIR, Role.TREASURER)

_REVISIONS = table_of(BudgetRevision)
_USED = select(budgets.c.amount_fen, budgets.c.paid_fen).where(
    budgets.c.union_id == bindparam("fund"), budgets.c.year == bindparam("year")
)
_REVISION = select(func.max(_REVISIONS.c.revision)).where(
    _REVISIONS.c.union_id == bindparam("fund"),
    _REVISIONS.c.year == bindparam("year"),
    _REVISIONS.c.state == BudgetState.ADOPTED,
)


def check(tx: Transaction, fund_id: int, year: int) -> None:
    """Post the alarm of the highest part that is reached: once a person, year, part and revised budget.

    The first part is the union's rule `budget.alarm`, the second the whole. Officers, chairs and treasurers
    over the fund's union hear of it, the whole at once.
    """
    asked = {"fund": fund_id, "year": year}
    used = tx.connection.execute(_USED, asked).one_or_none()
    if used is None or used.paid_fen <= 0:
        return
    first = policies_read.of(tx, fund_id).budget_alarm_percent
    reached = [one for one in (first, FULL_PERCENT) if used.paid_fen * FULL_PERCENT >= one * used.amount_fen]
    if not reached:
        return
    revision = tx.connection.scalar(_REVISION, asked) or 0
    people = [one for role in _TOLD for one in bulletins.reachable(tx, role, fund_id)]
    slug = "budget_alarm" if reached[-1] < FULL_PERCENT else "budget_alarm_full"
    # What is spent beyond the budget was paid before it was cut: a hundred times nothing is no per cent.
    percent = used.paid_fen * FULL_PERCENT // used.amount_fen if used.amount_fen else FULL_PERCENT
    bulletins.post(
        tx,
        people,
        slug,
        key=f"budget:{fund_id}:{year}:{revision}:{reached[-1]}",
        urgent=True,
        budget=year,
        year=year,
        fen=used.amount_fen,
        percent=percent,
    )


def check_all(tx: Transaction) -> None:
    """Look at this year's budget of every fund, once a morning."""
    for fund_id in list(tx.connection.scalars(select(balances.c.union_id).order_by(balances.c.union_id))):
        check(tx, fund_id, tx.today.year)
