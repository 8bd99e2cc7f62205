"""The payments of aid as they are stored and shown; decides nothing and moves no money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from storage.aid_codes import PaymentState, PayMethod
from storage.columns import table_of
from storage.tables.aid import Payment
from storage.tables.people import PersonRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction

PAYMENTS = table_of(Payment)
_PEOPLE = table_of(PersonRow)

_VIEWS: Select[Any] = select(PAYMENTS, _PEOPLE.c.name.label("paid_by_name")).outerjoin(
    _PEOPLE, _PEOPLE.c.id == PAYMENTS.c.paid_by
)
_ONE = _VIEWS.where(PAYMENTS.c.id == bindparam("payment"))
_OF_AID = _VIEWS.where(PAYMENTS.c.aid_id == bindparam("aid")).order_by(
    PAYMENTS.c.recorded_at, PAYMENTS.c.paid_on, PAYMENTS.c.id
)


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One payment of a piece of aid, or of a part of it; `reason`: why it failed or was taken back.

    `receipts`: pictures, as the form keeps photos. `entry_id`: how it left the company fund.
    """

    id: str
    aid_id: str
    amount_fen: int
    paid_on: date
    method: PayMethod | None
    voucher_no: str | None
    state: PaymentState
    reason: str
    receipts: tuple[Mapping[str, str], ...]
    entry_id: int | None
    paid_by: int | None
    paid_by_name: str | None
    recorded_at: datetime


def of_aid(tx: Transaction, aid_id: str) -> list[PaymentView]:
    """Return the payments of a piece of aid, failed ones and those taken back too, the oldest first."""
    return [_view(row) for row in tx.connection.execute(_OF_AID, {"aid": aid_id})]


def find(tx: Transaction, payment_id: str) -> PaymentView | None:
    """Return one payment, whoever may see it; None when there is none."""
    row = tx.connection.execute(_ONE, {"payment": payment_id}).one_or_none()
    return None if row is None else _view(row)


def _view(row: Row[Any]) -> PaymentView:
    return PaymentView(
        id=row.id,
        aid_id=row.aid_id,
        amount_fen=row.amount_fen,
        paid_on=row.paid_on,
        method=None if row.method is None else PayMethod(row.method),
        voucher_no=row.voucher_no,
        state=PaymentState(row.state),
        reason=row.reason,
        receipts=tuple(row.receipts),
        entry_id=row.entry_id,
        paid_by=row.paid_by,
        paid_by_name=row.paid_by_name,
        recorded_at=row.recorded_at,
    )
