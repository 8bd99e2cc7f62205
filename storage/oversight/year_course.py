"""How a fund went through a year, day by day: what was in it, and what had been spent against the budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, select

from storage.aid_codes import EntryKind
from storage.due import policies
from storage.money import fund
from storage.money.ledger import entries
from storage.oversight import periods

if TYPE_CHECKING:
    from datetime import date

    from storage.core.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Day:
    """What was in the fund, and spent in the year, at the end of a day on which something moved."""

    on: date
    balance_fen: int
    spent_fen: int


@dataclass(frozen=True, slots=True)
class Course:
    """A year of a fund up to its last day or today; `days` begin with the first and end with `until`.

    What was taken back of the year's payments is no longer spent from the day it came back. `alarm_percent`:
    of the budget, when people are told.
    """

    year: int
    until: date
    days: tuple[Day, ...]
    budget_fen: int | None
    alarm_percent: int


def course(tx: Transaction, union_id: int, year: int) -> Course:
    """Return the year of the fund that serves `union_id`. Refuses NotFound for a year that is none."""
    first, last = periods.days_of_quarter(year, 0)
    found = periods.period(tx, union_id, first, min(last, max(first, tx.today)))
    original = entries.alias("original")
    of_year = case(
        (entries.c.kind == EntryKind.PAYMENT, -entries.c.amount_fen),
        (
            and_(original.c.kind == EntryKind.PAYMENT, original.c.happened_on.between(first, last)),
            -entries.c.amount_fen,
        ),
        else_=0,
    )
    moved = (
        select(
            entries.c.happened_on,
            func.sum(entries.c.amount_fen).label("fen"),
            func.sum(of_year).label("spent"),
        )
        .select_from(entries.outerjoin(original, original.c.id == entries.c.reverses_id))
        .where(entries.c.union_id == found.union_id, entries.c.happened_on.between(first, found.last))
        .group_by(entries.c.happened_on)
        .order_by(entries.c.happened_on)
    )
    days, balance_fen, spent_fen = [Day(first, found.opening_fen, 0)], found.opening_fen, 0
    for row in tx.connection.execute(moved):
        balance_fen += int(row.fen)
        spent_fen += int(row.spent)
        days.append(Day(row.happened_on, balance_fen, spent_fen))
    days.append(Day(found.last, balance_fen, spent_fen))
    plan = fund.balance(tx, found.union_id, year=year)
    return Course(
        year, found.last, tuple(days), plan.budget_fen, policies.of(tx, found.union_id).budget_alarm_percent
    )
