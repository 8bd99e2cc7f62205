"""Drafts a year's plan, or a change of it: by an officer or a chair, handed in for another chair to adopt.

Nothing holds before it is adopted. There is one draft of a year at a time. Amounts are fen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage import errors, reasons
from storage.aid_codes import AidKind, BudgetState, FundSource
from storage.aid_refusals import BudgetBelowPromised, BudgetDrafted, BudgetHolds, BudgetMoved
from storage.budgets import plan_news, plan_rows, spending
from storage.money import budget

if TYPE_CHECKING:
    from storage.budgets.plan_rows import PlanRow
    from storage.core.transaction import Transaction
    from storage.members.people import Person

# Beyond it somebody has mistyped. Our default.
HIGHEST_FEN = 100_000_000_000


def draft(tx: Transaction, person: Person, year: int) -> None:
    """Draft the plan of a year from what the year before spent, line by line; an open draft stays as it is.

    Refuses NotAllowed, BudgetYear, BudgetHolds (there is one, which is revised with a reason).
    """
    fund_id = plan_rows.led(tx, person, year)
    if plan_rows.drafted(tx, fund_id, year) is not None:
        return
    if plan_rows.adopted(tx, fund_id, year) is not None:
        raise BudgetHolds(year=year)
    basis = _basis(tx, fund_id, year)
    lines = {kind: one["fen"] for kind, one in basis["lines"].items() if one["fen"]}
    plan_rows.add(tx, person, fund_id, year, amount_fen=sum(lines.values()), lines=lines, basis=basis)


def revise(tx: Transaction, person: Person, year: int, reason: str) -> None:
    """Draft a change of the budget that holds, for a reason; its lines can be edited then.

    Refuses NotAllowed, BudgetYear, NotFound (none holds yet), BudgetDrafted, BadReason.
    """
    fund_id, holding = _holding(tx, person, year)
    plan_rows.add(
        tx,
        person,
        fund_id,
        year,
        amount_fen=holding.amount_fen,
        lines=dict(holding.lines),
        basis=_basis(tx, fund_id, year),
        reason=reasons.sentence(reason),
    )


def top_up(
    tx: Transaction, person: Person, year: int, *, source: FundSource, amount_fen: int, reason: str
) -> None:
    """Ask for so much more in the budget that holds, from whose money, for a reason; handed in at once.

    Refuses NotAllowed, BudgetYear, NotFound (none holds yet), BudgetDrafted, BadSum, BadReason.
    """
    fund_id, holding = _holding(tx, person, year)
    _check(amount_fen, lowest_fen=1)
    plan_rows.add(
        tx,
        person,
        fund_id,
        year,
        amount_fen=holding.amount_fen + amount_fen,
        lines=dict(holding.lines),
        basis=_basis(tx, fund_id, year),
        reason=reasons.sentence(reason),
        source=str(source),
    )
    _hand_in(tx, person, fund_id, year)


def set_line(
    tx: Transaction, person: Person, year: int, revision: int, kind: AidKind, amount_fen: int
) -> None:
    """Plan so much for a kind; the whole follows. Refuses NotAllowed, BudgetMoved, NotFound, BadSum."""
    row = _editable(tx, person, year, revision)
    _check(amount_fen)
    if kind not in spending.KINDS:
        raise errors.NotFound(kind=str(kind))
    lines = {**row.lines, str(kind): amount_fen}
    total_fen = row.rest_fen + sum(lines.values())
    plan_rows.change(tx, row, lines=lines, amount_fen=total_fen, basis=_by(row, person))
    known = {"kind": str(kind), "fen": amount_fen, "total": total_fen}
    plan_rows.record(tx, person, "line", row.union_id, year, revision, **known)


def set_rest(tx: Transaction, person: Person, year: int, revision: int, amount_fen: int) -> None:
    """Plan so much for what stands in no line. Refuses NotAllowed, BudgetMoved, BadSum."""
    row = _editable(tx, person, year, revision)
    _check(amount_fen)
    total_fen = sum(row.lines.values()) + amount_fen
    plan_rows.change(tx, row, amount_fen=total_fen, basis=_by(row, person))
    plan_rows.record(tx, person, "rest", row.union_id, year, revision, fen=amount_fen, total=total_fen)


def submit(tx: Transaction, person: Person, year: int, revision: int) -> None:
    """Hand the draft in for a chair to adopt; handed in a second time it is handed in once.

    Refuses NotAllowed, BudgetMoved, BudgetBelowPromised.
    """
    fund_id = plan_rows.led(tx, person, year)
    row = plan_rows.hold(tx, person, year, revision)
    if row.waits_since is not None:
        return
    _check_promised(tx, row)
    _hand_in(tx, person, fund_id, year)


def withdraw(tx: Transaction, person: Person, year: int, revision: int) -> None:
    """Drop a draft, handed in or not: what held before holds on. Refuses NotAllowed, BudgetMoved."""
    plan_rows.led(tx, person, year)
    row = plan_rows.hold(tx, person, year, revision)
    over = {"state": str(BudgetState.REFUSED), "decided_by": person.id, "decided_at": tx.now}
    plan_rows.change(tx, row, **over, waits_since=None)
    plan_rows.record(tx, person, "withdraw", row.union_id, year, revision)


def _holding(tx: Transaction, person: Person, year: int) -> tuple[int, PlanRow]:
    """The fund, and the version that holds, while nobody has drafted another."""
    fund_id = plan_rows.led(tx, person, year)
    if plan_rows.drafted(tx, fund_id, year) is not None:
        raise BudgetDrafted(year=year)
    holding = plan_rows.adopted(tx, fund_id, year)
    if holding is None:
        raise errors.NotFound(year=year)
    return fund_id, holding


def _editable(tx: Transaction, person: Person, year: int, revision: int) -> PlanRow:
    plan_rows.led(tx, person, year)
    row = plan_rows.hold(tx, person, year, revision)
    if row.waits_since is not None:
        raise BudgetMoved(year=year)
    return row


def _by(row: PlanRow, person: Person) -> dict[str, Any]:
    """The basis with whoever plans now among those who did."""
    return {**row.basis, "authors": sorted(plan_rows.authors(row) | {person.id})}


def _basis(tx: Transaction, fund_id: int, year: int) -> dict[str, Any]:
    return {"year": year - 1, "lines": spending.spent(tx, fund_id, year - 1)}


def _check(amount_fen: int, lowest_fen: int = 0) -> None:
    if not lowest_fen <= amount_fen <= HIGHEST_FEN:
        raise errors.BadSum(lowest_fen=lowest_fen, highest_fen=HIGHEST_FEN)


def _check_promised(tx: Transaction, row: PlanRow) -> None:
    promised_fen = budget.promised(tx, row.union_id, row.year)
    if row.amount_fen < promised_fen:
        raise BudgetBelowPromised(promised_fen=promised_fen)


def _hand_in(tx: Transaction, person: Person, fund_id: int, year: int) -> None:
    row = plan_rows.drafted(tx, fund_id, year)
    if row is not None:
        plan_rows.change(tx, row, waits_since=tx.now)
        plan_rows.record(tx, person, "submit", fund_id, year, row.revision, fen=row.amount_fen)
        plan_news.waits(tx, row)
