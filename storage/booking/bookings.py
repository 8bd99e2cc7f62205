"""What one payment of aid moves, and what taking it back moves back: ledger, payments, the household's year.

It writes the payment and the sums that follow from it, and decides nothing: who may pay, what is left to pay
and in which state the aid stands then are its callers' to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, select, text, update

from storage import rules
from storage.aid_codes import EntryKind, PaymentState
from storage.booking import vouchers
from storage.columns import table_of
from storage.money import ledger
from storage.tables.aid import Payment

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Row, Select

    from storage.aid_codes import AidKind, FundSource, PayMethod
    from storage.core.transaction import Transaction

PAYMENTS = table_of(Payment)

_ADD = insert(PAYMENTS)
_STANDING: Select[Any] = select(
    func.coalesce(func.sum(PAYMENTS.c.amount_fen), 0), func.min(PAYMENTS.c.paid_on)
).where(PAYMENTS.c.aid_id == bindparam("aid"), PAYMENTS.c.state == PaymentState.PAID)
_TAKE_BACK = update(PAYMENTS).where(PAYMENTS.c.id == bindparam("payment"))
_COUNT = text(
    "INSERT INTO household_years (household_id, year, kind, source, payments, paid_fen, reserved_fen) "
    "VALUES (:household, :year, :kind, :source, :payments, :fen, 0) "
    "ON CONFLICT (household_id, year, kind, source) DO UPDATE SET "
    "payments = household_years.payments + :payments, paid_fen = household_years.paid_fen + :fen"
)
# SQLite tries a row's checks before it finds that the row is there: what goes down is no row to insert.
_COUNT_DOWN = text(
    "UPDATE household_years SET payments = payments + :payments, paid_fen = paid_fen + :fen "
    "WHERE household_id = :household AND year = :year AND kind = :kind AND source = :source"
)


@dataclass(frozen=True, slots=True)
class Given:
    """The piece of aid a payment is of, and whose fund serves its household."""

    aid_id: str
    household_id: int
    kind: AidKind | str
    source: FundSource | str
    fund_id: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands of a piece of aid's payments: their sum, and the first one's day; None where none does."""

    paid_fen: int
    paid_on: date | None


def moves_fund(source: FundSource | str) -> bool:
    """Whether what is given of this money is promised and paid by the company fund kept here."""
    return source == rules.OWN_FUND


def book(
    tx: Transaction,
    aid: Given,
    before: Standing,
    *,
    payment_id: str,
    amount_fen: int,
    paid_on: date,
    method: PayMethod | None = None,
    voucher_no: str | None = None,
    paid_by: int | None = None,
    imported_at: datetime | None = None,
) -> Standing:
    """Record one payment; `before`: what stood of the aid's payments until now.

    Afterwards it has left the company fund by a ledger entry if it is of its money, and the household's year
    counts it: its fen in the year of its day, the aid itself once, in the year of its first payment.
    Refuses DateInFuture, Overdrawn.
    """
    entry_id = None
    if moves_fund(aid.source) and amount_fen > 0:
        entry = ledger.Entry(
            union_id=aid.fund_id,
            kind=EntryKind.PAYMENT,
            amount_fen=-amount_fen,
            happened_on=paid_on,
            request_id=f"payment:{payment_id}",
            voucher_no=voucher_no,
            aid_id=aid.aid_id,
            recorded_by=paid_by,
        )
        entry_id = ledger.append(tx, entry)
        vouchers.note(tx, aid.fund_id, paid_on, voucher_no)
    row = {"id": payment_id, "aid_id": aid.aid_id, "amount_fen": amount_fen, "paid_on": paid_on}
    row |= {"method": method and str(method), "voucher_no": voucher_no, "paid_by": paid_by}
    row |= {"state": str(PaymentState.PAID), "reason": "", "receipts": [], "entry_id": entry_id}
    tx.connection.execute(_ADD, {**row, "recorded_at": tx.now, "imported_at": imported_at})
    return _counted(tx, aid, before, paid_on, amount_fen)


def take_back(
    tx: Transaction,
    aid: Given,
    before: Standing,
    payment: Row[Any],
    *,
    state: PaymentState,
    reason: str,
    happened_on: date,
    recorded_by: int | None = None,
) -> Standing:
    """Let a standing payment count nowhere any more: FAILED or REVERSED, for `reason`.

    Afterwards company money is back in the fund by a reversing entry of `happened_on`, and the budget of the
    year in which it was paid is free again. Refuses DateInFuture.
    """
    if payment.entry_id is not None:
        ledger.reverse(
            tx,
            payment.entry_id,
            happened_on=happened_on,
            request_id=f"reverse:{payment.id}",
            note=reason,
            recorded_by=recorded_by,
        )
    marked = {"state": str(state), "reason": reason}
    tx.connection.execute(_TAKE_BACK.values(**marked), {"payment": payment.id})
    return _counted(tx, aid, before, payment.paid_on, -payment.amount_fen)


def standing_rows(tx: Transaction, aid_id: str) -> list[Row[Any]]:
    """Return the payments of a piece of aid that stand, the first one first."""
    asked = select(PAYMENTS).where(PAYMENTS.c.aid_id == aid_id, PAYMENTS.c.state == PaymentState.PAID)
    return list(tx.connection.execute(asked.order_by(PAYMENTS.c.paid_on, PAYMENTS.c.id)))


def _counted(tx: Transaction, aid: Given, before: Standing, paid_on: date, amount_fen: int) -> Standing:
    """Bring the household's years in step, and return what stands of the aid's payments now."""
    paid_fen, first_on = tx.connection.execute(_STANDING, {"aid": aid.aid_id}).one()
    _count(tx, aid, paid_on.year, 0, amount_fen)
    counted_in = None if before.paid_on is None else before.paid_on.year
    counts_in = None if first_on is None else first_on.year
    if counted_in != counts_in:
        for year, payments in ((counted_in, -1), (counts_in, 1)):
            if year is not None:
                _count(tx, aid, year, payments, 0)
    return Standing(int(paid_fen), first_on)


def _count(tx: Transaction, aid: Given, year: int, payments: int, amount_fen: int) -> None:
    key = {"household": aid.household_id, "year": year, "kind": str(aid.kind), "source": str(aid.source)}
    counting = _COUNT if payments >= 0 and amount_fen >= 0 else _COUNT_DOWN
    tx.connection.execute(counting, {**key, "payments": payments, "fen": amount_fen})
