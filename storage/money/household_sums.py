"""What a household had in a year and is promised, by kind and source: as kept, or summed up to a past day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, case, func, select

from storage.aid_codes import AidState, PaymentState
from storage.columns import table_of
from storage.tables.aid import Aid, HouseholdYear, Payment

if TYPE_CHECKING:
    from storage.core.transaction import Transaction

aid = table_of(Aid)
household_years = table_of(HouseholdYear)
payments = table_of(Payment)

# kind, source, payments, paid fen, reserved fen
Sums = tuple[str, str, int, int, int]


def of(tx: Transaction, household_id: int, year: int, as_of: date | None) -> list[Sums]:
    """Return kind, source, aid paid, fen paid, fen promised; `as_of`: up to a past day, None: as they are."""
    return _kept(tx, household_id, year) if as_of is None else _as_of(tx, household_id, year, as_of)


def _kept(tx: Transaction, household_id: int, year: int) -> list[Sums]:
    kept = household_years.c
    return _sums(
        tx,
        select(kept.kind, kept.source, kept.payments, kept.paid_fen, kept.reserved_fen).where(
            kept.household_id == household_id, kept.year == year
        ),
    )


def _as_of(tx: Transaction, household_id: int, year: int, as_of: date) -> list[Sums]:
    """What stands today of the payments up to that day, and what is promised for the year."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), as_of)
    own = aid.c.household_id == household_id
    begun = case((aid.c.paid_on.between(first, last), 1), else_=0)
    promised = case(
        (and_(aid.c.state == AidState.APPROVED, aid.c.for_year == year), aid.c.amount_fen - aid.c.paid_fen),
        else_=0,
    )
    sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for kind, source, times, fen in tx.connection.execute(
        select(aid.c.kind, aid.c.source, func.sum(begun), func.sum(promised))
        .where(own)
        .group_by(aid.c.kind, aid.c.source)
    ):
        sums[kind, source] = [int(times), 0, int(fen)]
    for kind, source, fen in tx.connection.execute(
        select(aid.c.kind, aid.c.source, func.sum(payments.c.amount_fen))
        .join_from(payments, aid, aid.c.id == payments.c.aid_id)
        .where(own, payments.c.state == PaymentState.PAID, payments.c.paid_on.between(first, last))
        .group_by(aid.c.kind, aid.c.source)
    ):
        sums[kind, source][1] = int(fen)
    return [(kind, source, times, fen, left) for (kind, source), (times, fen, left) in sums.items()]


def _sums(tx: Transaction, statement: Select[Any]) -> list[Sums]:
    return [
        (str(kind), str(source), int(payments), int(paid_fen), int(reserved_fen))
        for kind, source, payments, paid_fen, reserved_fen in tx.connection.execute(statement)
    ]
