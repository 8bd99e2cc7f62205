"""The facts by which aid is judged, for one household or many, in a handful of statements; judges nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, func, or_, select

from storage.aid.aid_rows import AID, HOUSEHOLDS, UNIONS, fund_of
from storage.aid_codes import AidKind, AidState, FundSource
from storage.among import among
from storage.codes import NOBODY, Category, FollowupKind, FollowupState, HouseholdState, ReportState
from storage.columns import table_of
from storage.money import standards
from storage.money.ledger import balances, budgets
from storage.rulebook import policies_read
from storage.rules import IN_PERSON, OWN_FUND
from storage.tables.aid import HouseholdYear
from storage.tables.reports import Revisit
from storage.tables.work import Followup

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from sqlalchemy import Select

    from storage.core.transaction import Transaction
    from storage.money.standards import Holding
    from storage.rulebook.policy import Policy

# The household has it, or may still come to have it.
STANDING = (
    AidState.TO_REVIEW,
    AidState.TO_APPROVE,
    AidState.APPROVED,
    AidState.PAID,
    AidState.REVISITED,
    AidState.CLOSED,
    AidState.RETURNED,
)
# The money is promised, or given.
PROMISED = frozenset({AidState.APPROVED, AidState.PAID, AidState.REVISITED, AidState.CLOSED})

_YEARS = table_of(HouseholdYear)
_FOLLOWUPS = table_of(Followup)
_REVISITS = table_of(Revisit)
_REVISITED_ON = (
    select(func.max(_REVISITS.c.visited_on))
    .where(
        _REVISITS.c.household_id == HOUSEHOLDS.c.id,
        _REVISITS.c.state == ReportState.SUBMITTED,
        _REVISITS.c.met != NOBODY,
        _REVISITS.c.way.in_(IN_PERSON),
    )
    .scalar_subquery()
    .label("revisited_on")
)
_HOMES: Select[Any] = (
    select(
        HOUSEHOLDS.c.id,
        HOUSEHOLDS.c.name,
        HOUSEHOLDS.c.state,
        HOUSEHOLDS.c.category,
        HOUSEHOLDS.c.union_id,
        HOUSEHOLDS.c.last_visit_on,
        _REVISITED_ON,
        UNIONS.c.path,
    )
    .join(UNIONS, UNIONS.c.id == HOUSEHOLDS.c.union_id)
    .where(among(HOUSEHOLDS.c.id, "ids"))
)
_PATH = (
    select(UNIONS.c.path)
    .join(HOUSEHOLDS, HOUSEHOLDS.c.union_id == UNIONS.c.id)
    .where(HOUSEHOLDS.c.id == bindparam("household"))
)
_EARLIER: Select[Any] = (
    select(
        AID.c.household_id,
        AID.c.id,
        AID.c.number,
        AID.c.kind,
        AID.c.source,
        AID.c.for_year,
        AID.c.amount_fen,
        AID.c.state,
        exists()
        .where(
            _FOLLOWUPS.c.aid_id == AID.c.id,
            _FOLLOWUPS.c.household_id == AID.c.household_id,
            _FOLLOWUPS.c.kind == FollowupKind.REVISIT,
            _FOLLOWUPS.c.state == FollowupState.OPEN,
        )
        .label("is_open"),
    )
    .where(
        among(AID.c.household_id, "ids"),
        or_(
            and_(AID.c.for_year == bindparam("year"), AID.c.state.in_(STANDING)),
            AID.c.state == AidState.PAID,
        ),
    )
    .order_by(AID.c.paid_on, AID.c.number)
)
_HAD = select(_YEARS.c.household_id, _YEARS.c.kind, _YEARS.c.paid_fen + _YEARS.c.reserved_fen).where(
    among(_YEARS.c.household_id, "ids"),
    _YEARS.c.year == bindparam("year"),
    _YEARS.c.source == OWN_FUND,
)
_PURSES: Select[Any] = (
    select(
        balances.c.union_id,
        balances.c.balance_fen,
        balances.c.reserved_fen,
        (budgets.c.amount_fen - budgets.c.paid_fen).label("left_fen"),
    )
    .outerjoin(budgets, and_(budgets.c.union_id == balances.c.union_id, budgets.c.year == bindparam("year")))
    .where(among(balances.c.union_id, "ids"))
)


@dataclass(frozen=True, slots=True)
class Home:
    """The household as far as a rule of aid asks; `fund_id`: the union whose fund serves it.

    `seen_on`: when somebody last saw them, on a visit or on a revisit in person.
    """

    id: int
    name: str
    state: HouseholdState
    category: Category
    union_id: int
    fund_id: int
    seen_on: date | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """Other aid of the household: of the same year, or paid and not revisited yet, whenever it was."""

    id: str
    number: str
    kind: AidKind
    source: FundSource
    for_year: int
    amount_fen: int
    state: AidState
    is_unrevisited: bool


@dataclass(frozen=True, slots=True)
class Purse:
    """What the fund holds, what of it is promised, and what the year's budget leaves; None: no budget."""

    balance_fen: int = 0
    reserved_fen: int = 0
    budget_left_fen: int | None = None

    @property
    def free_fen(self) -> int:
        """What it holds and has not promised."""
        return max(0, self.balance_fen - self.reserved_fen)

    @property
    def budget_free_fen(self) -> int | None:
        """What the budget leaves beside what is promised."""
        return None if self.budget_left_fen is None else max(0, self.budget_left_fen - self.reserved_fen)

    @property
    def available_fen(self) -> int:
        """What can still be promised."""
        return self.free_fen if self.budget_free_fen is None else min(self.free_fen, self.budget_free_fen)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything by which aid for one household in one year is judged on a day; amounts are fen.

    `had`: what the year's own figures count of company money, paid and promised, by kind.
    """

    home: Home
    year: int
    today: date
    earlier: tuple[Earlier, ...]
    had: Mapping[str, int]
    purse: Purse
    policy: Policy
    standards: Holding


def fund_of_household(tx: Transaction, household_id: int) -> int | None:
    """Return the union whose fund serves a household; None when there is no such household."""
    path = tx.connection.scalar(_PATH, {"household": household_id})
    return None if path is None else fund_of(path)


def budget_year(tx: Transaction, for_year: int) -> int:
    """The year whose budget aid counts in: what is given for last year is paid in this one."""
    return max(for_year, tx.today.year)


def read(tx: Transaction, household_ids: Collection[int], year: int) -> dict[int, Facts]:
    """Return the facts of each of these households for aid of `year`; those that do not exist are missing.

    Six statements however many they are, one more for each further fund.
    """
    homes = [_home(row) for row in tx.connection.execute(_HOMES, {"ids": household_ids})]
    if not homes:
        return {}
    asked = {"ids": [one.id for one in homes], "year": year}
    earlier: dict[int, list[Earlier]] = {}
    for household_id, *fields in tx.connection.execute(_EARLIER, asked):
        earlier.setdefault(household_id, []).append(_earlier(fields))
    had: dict[int, dict[str, int]] = {}
    for household_id, kind, fen in tx.connection.execute(_HAD, asked):
        had.setdefault(household_id, {})[kind] = int(fen)
    funds = {one.fund_id for one in homes}
    purses = _purses(tx, funds, year)
    norms = {fund_id: standards.in_year(tx, fund_id, year) for fund_id in funds}
    policies = policies_read.of_many(tx, {one.union_id for one in homes})
    return {
        one.id: Facts(
            home=one,
            year=year,
            today=tx.today,
            earlier=tuple(earlier.get(one.id, ())),
            had=had.get(one.id, {}),
            purse=purses.get(one.fund_id, Purse()),
            policy=policies[one.union_id],
            standards=norms[one.fund_id],
        )
        for one in homes
    }


def _purses(tx: Transaction, funds: Iterable[int], year: int) -> dict[int, Purse]:
    rows = tx.connection.execute(_PURSES, {"ids": funds, "year": budget_year(tx, year)})
    return {row.union_id: Purse(row.balance_fen, row.reserved_fen, row.left_fen) for row in rows}


def _home(row: Any) -> Home:  # noqa: ANN401 - a row of `_HOMES`
    return Home(
        id=row.id,
        name=row.name,
        state=HouseholdState(row.state),
        category=Category(row.category),
        union_id=row.union_id,
        fund_id=fund_of(row.path),
        seen_on=max(filter(None, (row.last_visit_on, row.revisited_on)), default=None),
    )


def _earlier(fields: list[Any]) -> Earlier:
    aid_id, number, kind, source, for_year, amount_fen, state, is_open = fields
    is_unrevisited = state == AidState.PAID and bool(is_open)
    codes = AidKind(kind), FundSource(source)
    return Earlier(aid_id, number, *codes, for_year, amount_fen, AidState(state), is_unrevisited)
