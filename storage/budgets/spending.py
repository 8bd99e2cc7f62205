"""What a fund spent on each kind of aid in a year, and what a kind would need; figures alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from storage import rules
from storage.aid_codes import AidKind, PaymentState
from storage.booking.bookings import PAYMENTS
from storage.codes import HouseholdState
from storage.money import standards
from storage.money.fund import aid, households, unions

if TYPE_CHECKING:
    from sqlalchemy import Select

    from storage.core.transaction import Transaction

# What the company fund is spent on at all.
KINDS = tuple(one for one in AidKind if one not in rules.OUTSIDE_MONEY | rules.COUNTED_ONLY)
# Of these everybody on file has the year's amount.
NEEDED = tuple(one for one in AidKind if one in rules.ONCE_A_YEAR)

_BELOW = unions.c.path.like(bindparam("below"))
_SPENT: Select[Any] = (
    select(
        aid.c.kind,
        func.count(aid.c.id.distinct()).label("times"),
        func.count(aid.c.household_id.distinct()).label("households"),
        func.sum(PAYMENTS.c.amount_fen).label("fen"),
    )
    .join_from(PAYMENTS, aid, aid.c.id == PAYMENTS.c.aid_id)
    .join(households, households.c.id == aid.c.household_id)
    .join(unions, unions.c.id == households.c.union_id)
    .where(
        PAYMENTS.c.paid_on.between(bindparam("first"), bindparam("last")),
        PAYMENTS.c.state == PaymentState.PAID,
        aid.c.source == rules.OWN_FUND,
        _BELOW,
    )
    .group_by(aid.c.kind)
)
_ON_FILE = (
    select(households.c.category, func.count())
    .join(unions, unions.c.id == households.c.union_id)
    .where(_BELOW, households.c.state == HouseholdState.ACTIVE)
    .group_by(households.c.category)
)


def spent(tx: Transaction, fund_id: int, year: int) -> dict[str, dict[str, int]]:
    """Return by kind how often, to how many households and how much was paid of a fund in a year."""
    asked = {"below": f"/{fund_id}/%", "first": date(year, 1, 1), "last": date(year, 12, 31)}
    return {
        row.kind: {"times": row.times, "households": row.households, "fen": int(row.fen)}
        for row in tx.connection.execute(_SPENT, asked)
    }


def needs(tx: Transaction, fund_id: int, year: int) -> dict[AidKind, int]:
    """Return what everybody on file would have of each yearly kind, where its amount is set for them."""
    holding = standards.in_year(tx, fund_id, year)
    counts = tx.connection.execute(_ON_FILE, {"below": f"/{fund_id}/%"}).all()
    found: dict[AidKind, int] = {}
    for kind in NEEDED:
        may = [row for row in counts if kind != AidKind.ANNUAL or row.category in rules.ANNUAL_FOR]
        fen = [(count, holding.of(kind, category).amount_fen) for category, count in may]
        if any(one is not None for _, one in fen):
            found[kind] = sum(count * (one or 0) for count, one in fen)
    return found
