"""The company fund and what of it is free: income, balance, budget, and what a household has had of it.

Amounts are fen, days are dates of the union's own zone. Only the company fund has a balance; money of other
sources is counted for the household alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import String, and_, bindparam, cast, func, literal, or_, select, union_all

from storage import errors, rules
from storage.aid_codes import AidAct, AidKind, AidState, FundSource, PaymentState
from storage.codes import HouseholdState
from storage.columns import table_of
from storage.money import budget, fund_check, household_sums, standards
from storage.money.ledger import Entry, append, balances, budgets, entries, reverse
from storage.tables.aid import Aid, AidStep, HouseholdYear, Payment
from storage.tables.dossiers import Household
from storage.tables.people import Union

if TYPE_CHECKING:
    from storage.core.transaction import Transaction

__all__ = ["Entry", "append", "reverse"]

GIVEN = rules.GIVEN
APPROVALS = (AidAct.APPROVED, AidAct.EMERGENCY)

aid = table_of(Aid)
households = table_of(Household)
household_years = table_of(HouseholdYear)
payments = table_of(Payment)
steps = table_of(AidStep)
unions = table_of(Union)

# A union's own path begins with its fund's: the root of its tree.
_NOW = (
    select(balances.c.balance_fen, balances.c.reserved_fen, budgets.c.amount_fen, budgets.c.paid_fen)
    .select_from(
        unions.join(
            balances, unions.c.path.like(literal("/") + cast(balances.c.union_id, String) + "/%")
        ).outerjoin(
            budgets, and_(budgets.c.union_id == balances.c.union_id, budgets.c.year == bindparam("year"))
        )
    )
    .where(unions.c.id == bindparam("union"))
)
_PATH = select(unions.c.path).where(unions.c.id == bindparam("union"))
_BUDGET = select(budgets.c.amount_fen, budgets.c.paid_fen).where(
    budgets.c.union_id == bindparam("fund"), budgets.c.year == bindparam("year")
)


@dataclass(frozen=True, slots=True)
class FundFigures:
    """What a person asks of the fund; the budget's figures are None in a year without a budget."""

    balance_fen: int
    reserved_fen: int
    available_fen: int
    budget_fen: int | None
    budget_paid_fen: int | None
    budget_left_fen: int | None


@dataclass(frozen=True, slots=True)
class HouseholdFigures:
    """What a household has had in a year, and how much living aid it can still be given.

    What the union set for that year bounds it; without a cap `cap_room_fen` is None.
    `paid_fen` and `by_kind` (kind, payments, fen) count every source; the cap counts only living aid
    from the company fund.
    """

    paid_fen: int
    cap_room_fen: int | None
    most_fen: int
    by_kind: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of the ledger as it is shown; `file_no` and `household` name who was paid."""

    id: int
    kind: str
    income_kind: str | None
    amount_fen: int
    happened_on: date
    voucher_no: str | None
    note: str | None
    aid_number: str | None
    aid_kind: str | None
    file_no: str | None


def serving(tx: Transaction, union_id: int) -> int:
    """Return the union whose fund serves `union_id`: the one at the root of its tree. Refuses NotFound."""
    path = tx.connection.scalar(_PATH, {"union": union_id})
    if path is None:
        raise errors.NotFound(union_id=union_id)
    return int(path.split("/")[1])


def balance(
    tx: Transaction, union_id: int, *, year: int | None = None, as_of: date | None = None
) -> FundFigures:
    """Return the figures of the fund that serves `union_id`, with the budget of `year` (None: the day's).

    Without `as_of`, or with a day not yet past, they are read from two kept rows, however long the ledger.
    For a past day they are summed from the entries up to it; reserved is what was approved by then and not
    paid by then, of the aid that stands today.
    """
    year = year or (as_of or tx.today).year
    if as_of is None or as_of >= tx.today:
        row = tx.connection.execute(_NOW, {"union": union_id, "year": year}).one_or_none()
        if row is not None:
            return _figures(*row)
    fund_id = serving(tx, union_id)
    day = as_of or tx.today
    plan = tx.connection.execute(_BUDGET, {"fund": fund_id, "year": year}).one_or_none()
    paid_fen = None if plan is None else budget.paid_in(tx, fund_id, year, as_of=day)
    return _figures(*_summed(tx, fund_id, day), None if plan is None else plan.amount_fen, paid_fen)


def _figures(
    balance_fen: int, reserved_fen: int, budget_fen: int | None, paid_fen: int | None
) -> FundFigures:
    left_fen = None if budget_fen is None or paid_fen is None else budget_fen - paid_fen
    free_fen = rules.available_fen(balance_fen, left_fen, reserved_fen)
    return FundFigures(balance_fen, reserved_fen, free_fen, budget_fen, paid_fen, left_fen)


def household_year(
    tx: Transaction, household_id: int, year: int, *, as_of: date | None = None
) -> HouseholdFigures:
    """Return what a household had in `year` (up to `as_of`), and how much living aid it can still be given.

    The most that can be given is nothing once the file is not open. Refuses NotFound.
    """
    row = tx.connection.execute(
        select(households.c.union_id, households.c.state, households.c.category).where(
            households.c.id == household_id
        )
    ).one_or_none()
    if row is None:
        raise errors.NotFound(household_id=household_id)
    past = as_of if as_of is not None and as_of < tx.today else None
    sums = household_sums.of(tx, household_id, year, past)
    by_kind: dict[str, tuple[int, int]] = {}
    living_paid_fen = living_reserved_fen = 0
    for kind, source, payments, paid_fen, reserved_fen in sums:
        before = by_kind.get(kind, (0, 0))
        by_kind[kind] = (before[0] + payments, before[1] + paid_fen)
        if kind == AidKind.LIVING and source == FundSource.COMPANY:
            living_paid_fen, living_reserved_fen = paid_fen, reserved_fen
    norm = standards.of(tx, serving(tx, row.union_id), year, AidKind.LIVING, row.category)
    room_fen = None
    if norm.cap_fen is not None:
        room_fen = rules.cap_room_fen(living_paid_fen, living_reserved_fen, norm.cap_fen)
    most_fen = 0
    if row.state == HouseholdState.ACTIVE:
        free_fen = balance(tx, row.union_id, year=year, as_of=as_of).available_fen
        lowest_fen, highest_fen = norm.amount_fen or norm.lowest_fen, norm.amount_fen or norm.highest_fen
        most_fen = rules.most_payable(room_fen, free_fen, lowest_fen, highest_fen)
    lines = tuple((str(kind), *by_kind[kind]) for kind in AidKind if any(by_kind.get(kind, ())))
    return HouseholdFigures(sum(line[2] for line in lines), room_fen, most_fen, lines)


def last_entries(tx: Transaction, union_id: int, limit: int = 10) -> list[EntryLine]:
    """Return the newest entries of the fund that serves `union_id`, newest first."""
    named = households.c.id == aid.c.household_id
    statement = (
        select(
            *(entries.c[name] for name in ("id", "kind", "income_kind", "amount_fen", "happened_on")),
            *(entries.c[name] for name in ("voucher_no", "note")),
            aid.c.number.label("aid_number"),
            aid.c.kind.label("aid_kind"),
            households.c.file_no,
        )
        .select_from(entries.outerjoin(aid, aid.c.id == entries.c.aid_id).outerjoin(households, named))
        .where(entries.c.union_id == serving(tx, union_id))
        .order_by(entries.c.happened_on.desc(), entries.c.id.desc())
        .limit(limit)
    )
    return [EntryLine(**row) for row in tx.connection.execute(statement).mappings()]


def check(tx: Transaction, limit: int = 100) -> list[str]:
    """Rebuild every kept sum from the facts; return what differs (at most `limit` lines), [] if all holds."""
    return list(islice(fund_check.findings(tx), limit))


def _summed(tx: Transaction, fund_id: int, as_of: date) -> tuple[int, int]:
    balance_fen = tx.connection.scalar(
        select(func.coalesce(func.sum(entries.c.amount_fen), 0)).where(
            entries.c.union_id == fund_id, entries.c.happened_on <= as_of
        )
    )
    return int(balance_fen or 0), _reserved(tx, fund_id, as_of)


def _reserved(tx: Transaction, fund_id: int, as_of: date) -> int:
    """What was approved by the end of that day and not paid by then, of the aid that stands today."""
    day_after = datetime.combine(as_of + timedelta(days=1), time(0), tx.zone)
    about = or_(steps.c.aid_id == aid.c.id, steps.c.batch_id == aid.c.batch_id)
    last_on = select(func.max(steps.c.done_at)).where(about, steps.c.act.in_(APPROVALS)).scalar_subquery()
    paid = select(func.coalesce(func.sum(payments.c.amount_fen), 0)).where(
        payments.c.aid_id == aid.c.id, payments.c.state == PaymentState.PAID, payments.c.paid_on <= as_of
    )
    later = select(payments.c.aid_id).where(
        payments.c.paid_on > as_of, payments.c.state == PaymentState.PAID, payments.c.imported_at.is_(None)
    )
    # The rest that was waived since was promised until then.
    waived = and_(steps.c.act == AidAct.WAIVED, steps.c.done_at >= day_after)
    rest = select(func.coalesce(func.sum(steps.c.amount_fen), 0)).where(steps.c.aid_id == aid.c.id, waived)
    since = union_all(later, select(steps.c.aid_id).where(waived))
    left = aid.c.amount_fen + rest.scalar_subquery() - paid.scalar_subquery()
    total = tx.connection.scalar(
        select(func.coalesce(func.sum(left), 0))
        .select_from(
            aid.join(households, households.c.id == aid.c.household_id).join(
                unions, unions.c.id == households.c.union_id
            )
        )
        .where(
            unions.c.path.startswith(f"/{fund_id}/", autoescape=True),
            aid.c.source == FundSource.COMPANY,
            or_(aid.c.state == AidState.APPROVED, and_(aid.c.state.in_(GIVEN), aid.c.id.in_(since))),
            # What an earlier version approved has no acts: it counts from its record.
            func.coalesce(last_on, aid.c.recorded_at) < day_after,
        )
    )
    return int(total or 0)
