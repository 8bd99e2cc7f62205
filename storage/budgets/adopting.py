"""A chair decides on a plan that was handed in: adopted, returned or refused; never the own draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import errors, reasons
from storage.aid import approvers
from storage.aid_codes import BudgetState
from storage.aid_refusals import BudgetBelowPromised, BudgetMoved, ReasonMissing
from storage.budgets import budget_alarms, plan_news, plan_rows
from storage.money import budget, fund, ledger

if TYPE_CHECKING:
    from storage.budgets.plan_rows import PlanRow
    from storage.core.transaction import Transaction
    from storage.members.people import Person


def adopt(tx: Transaction, person: Person, year: int, revision: int) -> None:
    """Let a plan that was handed in hold from now on; a second tap does nothing more.

    Refuses NotAllowed, OwnProposal, BudgetMoved, BudgetBelowPromised.
    """
    fund_id = fund.serving(tx, person.union_id)
    ledger.lock(tx, fund_id)
    holding = plan_rows.adopted(tx, fund_id, year)
    if holding is not None and (holding.revision, holding.decided_by) == (revision, person.id):
        return
    row, instead = _judged(tx, person, fund_id, year, revision)
    promised_fen = budget.promised(tx, fund_id, year)
    if row.amount_fen < promised_fen:
        raise BudgetBelowPromised(promised_fen=promised_fen)
    _decide(tx, row, person, BudgetState.ADOPTED)
    budget.hold_amount(tx, fund_id, year, row.amount_fen)
    plan_rows.record(tx, person, "adopt", fund_id, year, revision, fen=row.amount_fen, **instead)
    plan_news.told(tx, row, "budget_adopted", actor_id=person.id)
    budget_alarms.check(tx, fund_id, year)


def give_back(tx: Transaction, person: Person, year: int, revision: int, reason: str) -> None:
    """Return a draft to whoever drafted it, for a reason; it can be changed again, as a new revision.

    Refuses NotAllowed, OwnProposal, BudgetMoved, ReasonMissing, BadReason.
    """
    fund_id = fund.serving(tx, person.union_id)
    ledger.lock(tx, fund_id)
    row, instead = _judged(tx, person, fund_id, year, revision)
    changed = {"basis": {**row.basis, "decision": _said(reason)}, "waits_since": None}
    plan_rows.change(tx, row, **changed, revision=budget.next_revision(tx, fund_id, year))
    plan_rows.record(tx, person, "return", fund_id, year, revision, **instead)
    plan_news.told(tx, row, "budget_returned", actor_id=person.id)


def refuse(tx: Transaction, person: Person, year: int, revision: int, reason: str) -> None:
    """Refuse a draft for good, for a reason: what held before holds on. Refuses as `give_back` does."""
    fund_id = fund.serving(tx, person.union_id)
    ledger.lock(tx, fund_id)
    row, instead = _judged(tx, person, fund_id, year, revision)
    plan_rows.change(tx, row, basis={**row.basis, "decision": _said(reason)})
    _decide(tx, row, person, BudgetState.REFUSED)
    plan_rows.record(tx, person, "refuse", fund_id, year, revision, **instead)
    plan_news.told(tx, row, "budget_refused", actor_id=person.id)


def _judged(
    tx: Transaction, person: Person, fund_id: int, year: int, revision: int
) -> tuple[PlanRow, dict[str, int]]:
    """The draft that was handed in, for a chair, or whoever acts for one, who did not draft it.

    With it goes what the audit chain is told of it: in whose place it is decided, if in another's.
    """
    ways = approvers.chairs(tx, person.id).ways(fund_id)
    if not ways:
        raise errors.NotAllowed
    row = plan_rows.drafted(tx, fund_id, year)
    if row is None or row.revision != revision or row.waits_since is None:
        raise BudgetMoved(year=year)
    instead = approvers.place(person.id, ways, authors=plan_rows.authors(row), given=())
    return row, {} if instead is None else {"in_place_of": instead}


def _decide(tx: Transaction, row: PlanRow, person: Person, state: BudgetState) -> None:
    decided = {"state": str(state), "decided_by": person.id, "decided_at": tx.now}
    plan_rows.change(tx, row, **decided, waits_since=None)


def _said(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reasons.sentence(reason)
