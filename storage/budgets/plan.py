"""One version of a year's plan as it is shown; PURE, knows no table. Amounts are fen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from storage.aid_codes import AidKind, BudgetState, FundSource


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One kind of aid: what of the fund was spent on it in the year the plan is drafted from, and the plan.

    `planned_fen` None: nobody has planned anything for it, nor that there be nothing.
    `need_fen`: people on file times the year's standard, for kinds that have one exact amount.
    """

    kind: AidKind
    times: int
    households: int
    actual_fen: int
    planned_fen: int | None
    need_fen: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of a year's plan: a draft, or one that was adopted or refused.

    `rest_fen`: what of `amount_fen` stands in no line. `reason`: why it was revised, `decision`: why it was
    returned or refused.
    `basis_year`: whose actual spending the lines show. `before_fen`: the budget that holds now, None before
    the first. `promised_fen`: paid and promised in that year already; the budget cannot be less. `source`:
    whose money a top-up is. `is_waiting`: handed in, for a chair to adopt. `approvers`: how many there are
    who could, whoever drafted it not counted. `may`: what this person may do now: edit, submit, withdraw,
    adopt, return, refuse; the acts judge again.
    """

    union_id: int
    union_name: str
    year: int
    revision: int
    state: BudgetState
    amount_fen: int
    rest_fen: int
    lines: tuple[PlanLine, ...]
    basis_year: int | None
    basis_fen: int
    before_fen: int | None
    promised_fen: int
    reason: str
    decision: str
    source: FundSource | None
    drafted_by: int | None
    drafted_by_name: str | None
    drafted_at: datetime
    is_waiting: bool
    waits_since: datetime | None
    decided_by_name: str | None
    decided_at: datetime | None
    approvers: int
    may: frozenset[str]
