"""One list of aid as it is shown: its figures, its items, what may be done with it; PURE, knows no table.

Amounts are fen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from storage.aid_codes import AidKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from storage.aid_codes import AidState, BatchState, FundSource, PayMethod
    from storage.codes import Category
    from storage.errors import Refused

# What is given to many alike; the rest is judged household by household. Our default.
KINDS = (AidKind.SPRING, AidKind.ANNUAL, AidKind.WARMTH, AidKind.COOL, AidKind.STUDY, AidKind.JINQIU)

# Part of a list: what wants a look, who was struck, who never came on it, whose payment is held.
Part = Literal["exceptions", "struck", "left_out", "held"]


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One list in a listing; `since`: since when it waits for whoever has it next."""

    id: str
    number: str
    union_id: int
    union_name: str
    kind: AidKind
    source: FundSource
    for_year: int
    state: BatchState
    revision: int
    people: int
    sum_fen: int
    paid_people: int
    paid_fen: int
    made_by: int
    made_by_name: str
    made_at: datetime
    since: datetime | None


@dataclass(frozen=True, slots=True)
class BatchApproval:
    """One approval that stands; `for_name`: in whose place it was given."""

    name: str
    for_name: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class BatchCard:
    """One list in full.

    `picked`: of whom it is made: `categories` and `unions` (ids), and `amount_fen` where the kind has no
    standard; all where one is missing. `people` and `sum_fen`: what stands on it. `exceptions`: how many of
    these want a look. `left_out`: how many never came on it, by the rule (`once_a_year`, `file_not_active`,
    `kind_not_for_category`, `over_cap`, `no_standard`). `looked_at` of `expected_people` files while it is
    made. `held`: approved and not paid, while or after the others were.
    `approvers`: how many there are who could approve it, the maker not counted. `money`: why the fund does
    not hold it now; None: it does, or it is reserved. `outdated`: a standard has changed since it was made.
    `may`: what this person may do with it now: strike, restore, submit, reprice, withdraw, approve, return,
    refuse, undo (their approval), pay; the acts judge again.
    """

    line: BatchLine
    picked: Mapping[str, object]
    reason: str
    exceptions: int
    unrevisited: int
    struck: int
    left_out: Mapping[str, int]
    looked_at: int
    expected_people: int
    held: int
    approvals_needed: int
    approvals: tuple[BatchApproval, ...]
    approvers: int
    available_fen: int | None
    money: Refused | None
    outdated: bool
    paid_on: date | None
    method: PayMethod | None
    voucher_no: str | None
    paid_by_name: str | None
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One household of a list, or one that was left out.

    `guards`: the rules that want a look at it (`earlier_not_revisited`, `no_recent_visit`), that hold its
    payment, or that left it out. `reason`: why it was struck. `other_number`: the aid it has already. Who was
    left out has no aid here: `aid_id` and `number` are empty.
    """

    aid_id: str
    number: str
    household_id: int
    household_name: str
    file_no: str
    union_name: str
    category: Category
    amount_fen: int
    state: AidState | None
    guards: tuple[str, ...]
    reason: str
    other_number: str | None
