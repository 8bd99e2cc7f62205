"""Payments as the treasurer looks at them again: those of the last days, and one by itself.

It moves no money and changes nothing; who may pay or take back is judged where that is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from storage import errors
from storage.aid.aid_rows import AID, HOUSEHOLDS, UNIONS
from storage.aid_codes import AidKind, AidState, FundSource, PaymentState, PayMethod
from storage.columns import table_of
from storage.paying.payment_rows import PAYMENTS
from storage.tables.people import PersonRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

_PEOPLE = table_of(PersonRow)

_LINES: Select[Any] = (
    select(
        PAYMENTS.c.id,
        PAYMENTS.c.aid_id,
        AID.c.number,
        AID.c.household_id,
        HOUSEHOLDS.c.name.label("household_name"),
        UNIONS.c.name.label("union_name"),
        AID.c.kind,
        AID.c.source,
        AID.c.state.label("aid_state"),
        AID.c.amount_fen.label("whole_fen"),
        AID.c.paid_fen.label("booked_fen"),
        AID.c.batch_id,
        PAYMENTS.c.amount_fen,
        PAYMENTS.c.paid_on,
        PAYMENTS.c.method,
        PAYMENTS.c.voucher_no,
        PAYMENTS.c.state,
        PAYMENTS.c.reason,
        PAYMENTS.c.receipts,
        _PEOPLE.c.name.label("paid_by_name"),
        PAYMENTS.c.recorded_at,
    )
    .join_from(PAYMENTS, AID, AID.c.id == PAYMENTS.c.aid_id)
    .join(HOUSEHOLDS, HOUSEHOLDS.c.id == AID.c.household_id)
    .join(UNIONS, UNIONS.c.id == HOUSEHOLDS.c.union_id)
    .outerjoin(_PEOPLE, _PEOPLE.c.id == PAYMENTS.c.paid_by)
    .where(HOUSEHOLDS.c.union_id.in_(bindparam("scope", expanding=True)))
)
_ONE = _LINES.where(PAYMENTS.c.id == bindparam("payment"))
_RECENT = (
    _LINES.where(PAYMENTS.c.paid_on >= bindparam("since"), PAYMENTS.c.imported_at.is_(None))
    .order_by(PAYMENTS.c.paid_on.desc(), PAYMENTS.c.recorded_at.desc(), PAYMENTS.c.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One payment with whom it was for; amounts are fen.

    `whole_fen`: the aid of which it is, or a part; `booked_fen`: what of that stands as paid now.
    `receipts`: pictures, as the form keeps photos. `reason`: why it failed or was taken back.
    """

    id: str
    aid_id: str
    number: str
    household_id: int
    household_name: str
    union_name: str
    kind: AidKind
    source: FundSource
    aid_state: AidState
    whole_fen: int
    booked_fen: int
    batch_id: str | None
    amount_fen: int
    paid_on: date
    method: PayMethod | None
    voucher_no: str | None
    state: PaymentState
    reason: str
    receipts: tuple[Mapping[str, str], ...]
    paid_by_name: str | None
    recorded_at: datetime

    @property
    def left_fen(self) -> int:
        """What of the aid is still to be paid."""
        return self.whole_fen - self.booked_fen


def recent(tx: Transaction, person: Person, since: date, limit: int, offset: int = 0) -> list[PaidLine]:
    """Return the payments since that day to households in the person's scope, the newest first.

    Failed ones and those taken back are among them, what an import brought is not.
    """
    asked = {"scope": sorted(person.scope), "since": since, "limit": limit, "offset": offset}
    return [_line(row) for row in tx.connection.execute(_RECENT, asked)]


def one(tx: Transaction, person: Person, payment_id: str) -> PaidLine:
    """Return one payment. Refuses NotFound for none and for one of a household out of scope alike."""
    asked = {"scope": sorted(person.scope), "payment": payment_id}
    row = tx.connection.execute(_ONE, asked).one_or_none()
    if row is None:
        raise errors.NotFound(payment_id=payment_id)
    return _line(row)


def _line(row: Row[Any]) -> PaidLine:
    codes = {
        "kind": AidKind(row.kind),
        "source": FundSource(row.source),
        "aid_state": AidState(row.aid_state),
        "method": None if row.method is None else PayMethod(row.method),
        "state": PaymentState(row.state),
        "receipts": tuple(row.receipts),
    }
    return PaidLine(**{**row._mapping, **codes})  # noqa: SLF001 - SQLAlchemy's public name for it
