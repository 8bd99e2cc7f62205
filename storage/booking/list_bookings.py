"""What the payments of many on one list move, at once: ledger, payments, each household's year.

The same holds afterwards as if each had been booked alone; who may be paid is its caller's to say, who holds
the fund.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, text

from storage.aid_codes import EntryKind, PaymentState
from storage.among import among
from storage.booking import bookings, vouchers
from storage.booking.bookings import PAYMENTS
from storage.money import ledger, reserve
from storage.money.ledger import Entry, entries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from storage.aid_codes import AidKind, FundSource, PayMethod
    from storage.core.transaction import Transaction

_ADD = insert(PAYMENTS)
_BY_REQUEST = select(entries.c.aid_id, entries.c.id).where(among(entries.c.request_id, "requests"))
_COUNT = text(
    "INSERT INTO household_years (household_id, year, kind, source, payments, paid_fen, reserved_fen) "
    "VALUES (:household, :year, :kind, :source, :payments, :fen, 0) "
    "ON CONFLICT (household_id, year, kind, source) DO UPDATE SET "
    "payments = household_years.payments + :payments, paid_fen = household_years.paid_fen + :fen"
)
_KEEP_LESS = text(
    "UPDATE household_years SET reserved_fen = reserved_fen - :fen "
    "WHERE household_id = :household AND year = :for_year AND kind = :kind AND source = :source"
)


@dataclass(frozen=True, slots=True)
class Lot:
    """How the payments of a list are made, all alike."""

    fund_id: int
    kind: AidKind
    source: FundSource
    for_year: int
    paid_on: date
    method: PayMethod
    voucher_no: str | None
    paid_by: int


@dataclass(frozen=True, slots=True)
class Share:
    """What one household gets now: all that is left; `is_first`: nothing was paid of it before."""

    aid_id: str
    household_id: int
    left_fen: int
    is_first: bool


def book(tx: Transaction, lot: Lot, shares: Sequence[Share]) -> None:
    """Record a payment for each, under the id of its aid; what was promised is promised no more.

    Booked a second time the same is refused by the database. Refuses Overdrawn.
    """
    if not shares:
        return
    entry_ids = _from_fund(tx, lot, shares) if bookings.moves_fund(lot.source) else {}
    tx.connection.execute(_ADD, [_payment(tx, lot, one, entry_ids.get(one.aid_id)) for one in shares])
    same = {"kind": str(lot.kind), "source": str(lot.source)}
    counted: list[dict[str, object]] = [
        {
            **same,
            "household": one.household_id,
            "year": lot.paid_on.year,
            "for_year": lot.for_year,
            "payments": int(one.is_first),
            "fen": one.left_fen,
        }
        for one in shares
    ]
    tx.connection.execute(_COUNT, counted)
    tx.connection.execute(_KEEP_LESS, counted)


def _from_fund(tx: Transaction, lot: Lot, shares: Sequence[Share]) -> dict[str, int]:
    """Let the money leave the company fund; return the entry of each piece of aid."""
    added = [
        Entry(
            union_id=lot.fund_id,
            kind=EntryKind.PAYMENT,
            amount_fen=-one.left_fen,
            happened_on=lot.paid_on,
            request_id=f"payment:{one.aid_id}",
            voucher_no=lot.voucher_no,
            aid_id=one.aid_id,
            recorded_by=lot.paid_by,
        )
        for one in shares
        if one.left_fen
    ]
    ledger.append_all(tx, lot.fund_id, added)
    vouchers.note(tx, lot.fund_id, lot.paid_on, lot.voucher_no)
    reserve.release(tx, lot.fund_id, sum(one.left_fen for one in shares))
    found = tx.connection.execute(_BY_REQUEST, {"requests": [one.request_id for one in added]})
    return {row.aid_id: row.id for row in found}


def _payment(tx: Transaction, lot: Lot, share: Share, entry_id: int | None) -> dict[str, object]:
    return {
        "id": share.aid_id,
        "aid_id": share.aid_id,
        "amount_fen": share.left_fen,
        "paid_on": lot.paid_on,
        "method": str(lot.method),
        "voucher_no": lot.voucher_no,
        "state": str(PaymentState.PAID),
        "reason": "",
        "receipts": [],
        "entry_id": entry_id,
        "paid_by": lot.paid_by,
        "recorded_at": tx.now,
        "imported_at": None,
    }
