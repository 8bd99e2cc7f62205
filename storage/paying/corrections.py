"""A payment whose day, voucher or way was entered wrong: taken back and entered anew, as one act.

Its amount and whom it was for are not put right here: that is a payment which should not have been.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from storage import errors
from storage.aid import aid_rows, aid_steps
from storage.aid_codes import AidAct, PaymentState
from storage.aid_refusals import AidMoved, DayTooEarly
from storage.booking import bookings
from storage.due import followups_refresh
from storage.paying import payers, payment_rows
from storage.paying.payment_rows import PAYMENTS, PaymentView

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from storage.aid.aid_rows import AidRow
    from storage.aid_codes import PayMethod
    from storage.core.transaction import Transaction
    from storage.members.people import Person

_ROW = select(PAYMENTS).where(PAYMENTS.c.id == bindparam("payment"))
_CHANGE = update(PAYMENTS).where(PAYMENTS.c.id == bindparam("payment"))


def correct(
    tx: Transaction,
    person: Person,
    payment_id: str,
    *,
    new_id: str,
    method: PayMethod | None,
    voucher_no: str | None,
    paid_on: date,
    reason: str,
) -> PaymentView:
    """Enter a payment anew with this way, voucher and day, and return what stands now.

    A ledger entry is never changed: where voucher or day were wrong, the old payment is REVERSED by an entry
    of today, and the new one (`new_id`) stands in its place with its receipts. Where only the way was wrong,
    no entry says it, and the payment itself is changed. The aid stays as it is; its revisit moves with the
    day. The same once more changes nothing. Refuses NotFound, NotAllowed, OwnProposal, OwnApproval, AidMoved
    (it stands no more), DateInFuture, DayTooEarly.
    """
    row, old = _held(tx, person, payment_id)
    known = payment_rows.find(tx, new_id)
    if known is not None and known.aid_id == row.id:
        return known
    if known is not None or old.state != PaymentState.PAID:
        raise AidMoved(number=row.number, state=str(row.state))
    if (old.method, old.voucher_no, old.paid_on) == (method, voucher_no, paid_on):
        return old
    if (old.voucher_no, old.paid_on) == (voucher_no, paid_on):
        tx.connection.execute(_CHANGE.values(method=method and str(method)), {"payment": old.id})
        stands = old.id
    else:
        _check_day(tx, row, old, paid_on)
        anew = {"payment_id": new_id, "paid_on": paid_on, "method": method, "voucher_no": voucher_no}
        _entered_anew(tx, row, old, anew, person.id, reason)
        stands = new_id
    _record(tx, person, row, old.amount_fen)
    followups_refresh.refresh(tx, row.household_id)
    return _view(tx, stands)


def _held(tx: Transaction, person: Person, payment_id: str) -> tuple[AidRow, PaymentView]:
    """The payment and its aid, with the fund held. Refuses NotFound, NotAllowed, OwnProposal, OwnApproval."""
    row = aid_rows.hold(tx, person, _view(tx, payment_id).aid_id)
    payers.check(tx, person, row)
    return row, _view(tx, payment_id)


def _view(tx: Transaction, payment_id: str) -> PaymentView:
    view = payment_rows.find(tx, payment_id)
    if view is None:
        raise errors.NotFound(payment_id=payment_id)
    return view


def _record(tx: Transaction, person: Person, row: AidRow, amount_fen: int) -> None:
    aid_steps.record(
        tx,
        AidAct.CORRECTED,
        number=row.number,
        revision=row.revision,
        person_id=person.id,
        aid_id=row.id,
        amount_fen=amount_fen,
    )


def _check_day(tx: Transaction, row: AidRow, old: PaymentView, paid_on: date) -> None:
    if paid_on > tx.today:
        raise errors.DateInFuture(day=paid_on)
    earliest = payers.earliest_on(tx, row)
    # A day that was accepted once may be kept.
    if earliest is not None and paid_on < min(earliest, old.paid_on):
        raise DayTooEarly(earliest_on=earliest)


def _entered_anew(
    tx: Transaction,
    row: AidRow,
    old: PaymentView,
    anew: Mapping[str, Any],
    recorded_by: int,
    reason: str,
) -> None:
    """The old one is taken back first, so that the fund holds enough for the new one."""
    given = bookings.Given(row.id, row.household_id, row.kind, row.source, row.fund_id)
    stands = bookings.take_back(
        tx,
        given,
        bookings.Standing(row.paid_fen, row.paid_on),
        tx.connection.execute(_ROW, {"payment": old.id}).one(),
        state=PaymentState.REVERSED,
        reason=reason,
        happened_on=tx.today,
        recorded_by=recorded_by,
    )
    stands = bookings.book(tx, given, stands, amount_fen=old.amount_fen, paid_by=recorded_by, **anew)
    receipts = [dict(one) for one in old.receipts]
    tx.connection.execute(_CHANGE.values(receipts=receipts), {"payment": anew["payment_id"]})
    aid_rows.change(tx, row, paid_fen=stands.paid_fen, paid_on=stands.paid_on)
