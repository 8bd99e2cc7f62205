"""The fund over a stretch of days: what it began with, what came and went, what it ended with.

Every sum is taken from the entries by the day they happened; amounts are fen. What was taken back counts on
the day on which it was taken back.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Row, and_, func, select

from storage import errors
from storage.aid_codes import EntryKind, IncomeKind
from storage.money import fund
from storage.money.fund import unions
from storage.money.ledger import entries

if TYPE_CHECKING:
    from typing import Any

    from storage.core.transaction import Transaction

MONTHS = 12
MONTHS_A_QUARTER = 3
FIRST_YEAR = 1900
LAST_YEAR = 9999


@dataclass(frozen=True, slots=True)
class Sum:
    """What entries of one kind come to; `income_kind` names where an income comes from."""

    kind: EntryKind
    income_kind: str | None
    fen: int
    count: int


@dataclass(frozen=True, slots=True)
class Period:
    """The fund from `first` to `last`, both included.

    `income_fen` (what was carried over and the opening included) and `paid_fen` are positive;
    `returned_fen` came back of what was paid, `retracted_fen` of what came in was taken out again.
    `reserved_fen` and the budget's figures are those of the last day, or of today if that is earlier.
    """

    union_id: int
    union_name: str
    first: date
    last: date
    opening_fen: int
    income_fen: int
    paid_fen: int
    returned_fen: int
    retracted_fen: int
    closing_fen: int
    reserved_fen: int
    budget_fen: int | None
    budget_paid_fen: int | None
    sums: tuple[Sum, ...]
    count: int


def days_of_month(year: int, month: int) -> tuple[date, date]:
    """Return a month's first and last day. Refuses NotFound for a month that no calendar has."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= MONTHS):
        raise errors.NotFound(year=year, month=month)
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def days_of_quarter(year: int, quarter: int) -> tuple[date, date]:
    """Return a quarter's first and last day, the whole year's for quarter 0. Refuses NotFound."""
    if quarter == 0:
        return days_of_month(year, 1)[0], days_of_month(year, MONTHS)[1]
    last = MONTHS_A_QUARTER * quarter
    return days_of_month(year, last - MONTHS_A_QUARTER + 1)[0], days_of_month(year, last)[1]


def month(tx: Transaction, union_id: int, year: int, number: int) -> Period:
    """Return a month of the fund that serves `union_id`. Refuses NotFound."""
    return period(tx, union_id, *days_of_month(year, number))


def period(tx: Transaction, union_id: int, first: date, last: date) -> Period:
    """Return the fund that serves `union_id` over some days of one year. Refuses NotFound."""
    fund_id = fund.serving(tx, union_id)
    name = tx.connection.scalar(select(unions.c.name).where(unions.c.id == fund_id))
    sums = _sums(tx, fund_id, first, last)
    opening_fen = _before(tx, fund_id, first)
    until = fund.balance(tx, fund_id, year=last.year, as_of=min(last, tx.today))
    of_kind = {kind: sum(one.fen for one in sums if one.kind == kind) for kind in EntryKind}
    returned_fen = sum(one.fen for one in sums if one.kind == EntryKind.REVERSAL and one.fen > 0)
    retracted_fen = sum(one.fen for one in sums if one.kind == EntryKind.REVERSAL and one.fen < 0)
    return Period(
        union_id=fund_id,
        union_name=str(name),
        first=first,
        last=last,
        opening_fen=opening_fen,
        income_fen=of_kind[EntryKind.INCOME] + of_kind[EntryKind.OPENING],
        paid_fen=-of_kind[EntryKind.PAYMENT],
        returned_fen=returned_fen,
        retracted_fen=-retracted_fen,
        closing_fen=opening_fen + sum(one.fen for one in sums),
        reserved_fen=until.reserved_fen,
        budget_fen=until.budget_fen,
        budget_paid_fen=until.budget_paid_fen,
        sums=tuple(sums),
        count=sum(one.count for one in sums),
    )


def _before(tx: Transaction, fund_id: int, first: date) -> int:
    earlier = and_(entries.c.union_id == fund_id, entries.c.happened_on < first)
    total = tx.connection.scalar(select(func.coalesce(func.sum(entries.c.amount_fen), 0)).where(earlier))
    return int(total or 0)


def _sums(tx: Transaction, fund_id: int, first: date, last: date) -> list[Sum]:
    """By kind, in the codes' order; of what was taken back what came in stands apart from what went out."""
    came_back = entries.c.amount_fen > 0
    rows: list[Row[Any]] = list(
        tx.connection.execute(
            select(
                entries.c.kind,
                entries.c.income_kind,
                func.sum(entries.c.amount_fen).label("fen"),
                func.count().label("times"),
            )
            .where(entries.c.union_id == fund_id, entries.c.happened_on.between(first, last))
            .group_by(entries.c.kind, entries.c.income_kind, came_back)
        )
    )
    order, incomes = list(EntryKind), ["", *IncomeKind]
    sums = [Sum(EntryKind(row.kind), row.income_kind, int(row.fen), int(row.times)) for row in rows]
    return sorted(
        sums, key=lambda one: (order.index(one.kind), incomes.index(one.income_kind or ""), -one.fen)
    )
