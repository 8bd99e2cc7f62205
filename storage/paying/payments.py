"""The treasurer's acts on approved aid: paid whole or in part, receipts, failed, taken back; each once.

A payment's id is made before the work (with the card that offers it), so that the same tap twice pays once.
Amounts are fen, days are dates; company money leaves the fund by a ledger entry, other money is recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select, update

from storage import errors, reasons
from storage.aid import aid_news, aid_rows, aid_steps
from storage.aid_codes import AidAct, AidState, PaymentState
from storage.aid_refusals import (
    AidMoved,
    BadAmount,
    DayTooEarly,
    MoreThanLeft,
    ReasonMissing,
    TooManyReceipts,
)
from storage.booking import bookings
from storage.budgets import budget_alarms
from storage.columns import new_id
from storage.due import followups_refresh
from storage.money import fund, reserve
from storage.paying import payers, payment_rows, settling
from storage.paying.pay_lines import PayLine, line, to_pay, total
from storage.paying.payment_rows import PAYMENTS, PaymentView
from storage.rules import OWN_FUND

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from storage.aid.aid_rows import AidRow
    from storage.aid_codes import PayMethod
    from storage.core.transaction import Transaction
    from storage.members.people import Person

__all__ = [
    "PayLine",
    "PaymentView",
    "add_receipt",
    "fail",
    "line",
    "pay",
    "reverse",
    "to_pay",
    "total",
]

RECEIPTS_MAX = 10

_RECEIPTS = update(PAYMENTS).where(PAYMENTS.c.id == bindparam("payment"))
_ROW = select(PAYMENTS).where(PAYMENTS.c.id == bindparam("payment"))
_ADD = insert(PAYMENTS)


def pay(
    tx: Transaction,
    person: Person,
    *,
    payment_id: str,
    aid_id: str,
    amount_fen: int | None = None,
    method: PayMethod | None = None,
    voucher_no: str | None = None,
    paid_on: date,
) -> PaymentView:
    """Record that approved aid was paid, all that is left of it or a part, and return the payment.

    Afterwards so much has left the fund and is promised no more; once nothing is left the aid is PAID and its
    revisit is due in time. The same payment once more changes nothing and answers the same. Refuses NotFound,
    NotAllowed, OwnProposal, OwnApproval, AlreadyPaid, AidMoved, BatchNotReady (it stands on a list that is
    paid as a whole), MoreThanLeft, BadAmount, DateInFuture, DayTooEarly (before it was approved), Overdrawn,
    OverBudget (a coming year's aid, for which this year's budget does not suffice).
    """
    row = aid_rows.hold(tx, person, aid_id)
    _check_treasurer(tx, person, row)
    known = payment_rows.find(tx, payment_id)
    if known is not None:
        return _same(known, row)
    payers.check_open(tx, row)
    payers.check(tx, person, row)
    amount_fen = _amount(row, amount_fen)
    _check_day(tx, row, paid_on)
    if row.source == OWN_FUND:
        reserve.check_ahead(tx, row.fund_id, amount_fen, row.for_year, paid_on)
    paid = settling.record(
        tx,
        row,
        payment_id=payment_id,
        amount_fen=amount_fen,
        paid_on=paid_on,
        method=method,
        voucher_no=reasons.sentence(voucher_no or "", optional=True) or None,
        paid_by=person.id,
    )
    _settle(tx, row, paid)
    _record(tx, paid, AidAct.PAID, person, amount_fen)
    aid_news.told(tx, paid, AidAct.PAID, actor_id=person.id, payment_id=payment_id, fen=amount_fen)
    if paid.source == OWN_FUND:
        budget_alarms.check(tx, paid.fund_id, paid_on.year)
    return _view(tx, payment_id)


def add_receipt(tx: Transaction, person: Person, payment_id: str, photo: Mapping[str, str]) -> PaymentView:
    """Keep a picture of a payment's receipt (`file_id`, `unique_id`); the same picture twice is one.

    Refuses NotFound, NotAllowed, TooManyReceipts.
    """
    payment = payment_rows.find(tx, payment_id)
    if payment is None:
        raise errors.NotFound(payment_id=payment_id)
    row = aid_rows.hold(tx, person, payment.aid_id)
    _check_treasurer(tx, person, row)
    payment = _view(tx, payment_id)
    if any(one.get("unique_id") == photo["unique_id"] for one in payment.receipts):
        return payment
    if len(payment.receipts) >= RECEIPTS_MAX:
        raise TooManyReceipts(most=RECEIPTS_MAX)
    kept = [*(dict(one) for one in payment.receipts), dict(photo)]
    tx.connection.execute(_RECEIPTS.values(receipts=kept), {"payment": payment_id})
    _record(tx, row, AidAct.RECEIPT, person, payment.amount_fen)
    return _view(tx, payment_id)


def fail(
    tx: Transaction,
    person: Person,
    *,
    payment_id: str | None = None,
    aid_id: str | None = None,
    reason: str,
) -> None:
    """Record that a payment failed, for a reason; whoever proposed the aid is told.

    A payment that was booked and came back from the bank (`payment_id`) is taken out of every sum again: the
    money is in the fund, promised still, and the aid is APPROVED, to be paid anew. One that never left
    (`aid_id`, with a new `payment_id` made before) is kept as a failed attempt, and moves nothing. The same
    once more changes nothing. Refuses NotFound, NotAllowed, AidMoved, AlreadyPaid, ReasonMissing, BadReason.
    """
    known = None if payment_id is None else payment_rows.find(tx, payment_id)
    subject = known.aid_id if known is not None else aid_id
    if subject is None or (aid_id is not None and aid_id != subject):
        raise errors.NotFound(payment_id=payment_id)
    row = aid_rows.hold(tx, person, subject)
    _check_treasurer(tx, person, row)
    said = _reason(reason)
    if known is None:
        _never_left(tx, person, row, payment_id or new_id(), said)
        return
    if known.state == PaymentState.FAILED:
        return
    if known.state == PaymentState.REVERSED:
        raise AidMoved(number=row.number, state=str(row.state))
    payment = tx.connection.execute(_ROW, {"payment": known.id}).one()
    after = settling.came_back(tx, row, payment, said, person.id)
    _settle(tx, row, after)
    _record(tx, after, AidAct.PAY_FAILED, person, known.amount_fen, reason=said)
    aid_news.told(tx, after, AidAct.PAY_FAILED, actor_id=person.id, payment_id=known.id, fen=known.amount_fen)


def reverse(tx: Transaction, person: Person, aid_id: str, reason: str, happened_on: date) -> None:
    """Take back aid that should not have been given, paid or only approved: REVERSED, for a reason.

    Afterwards none of its payments counts any more, company money is back in the fund by reversing entries of
    `happened_on`, nothing is promised, and no revisit is due. The same once more changes nothing.
    Refuses NotFound, NotAllowed, AidMoved, DateInFuture, DayTooEarly (before it was paid), ReasonMissing,
    BadReason.
    """
    row = aid_rows.hold(tx, person, aid_id)
    _check_treasurer(tx, person, row)
    if row.state == AidState.REVERSED:
        return
    if row.state != AidState.APPROVED and row.state not in fund.GIVEN:
        raise AidMoved(number=row.number, state=str(row.state))
    if happened_on > tx.today:
        raise errors.DateInFuture(day=happened_on)
    last_on = max((one.paid_on for one in bookings.standing_rows(tx, row.id)), default=happened_on)
    if happened_on < last_on:
        raise DayTooEarly(earliest_on=last_on)
    said = _reason(reason)
    after = settling.undo(tx, row, said, happened_on, person.id)
    _settle(tx, row, after)
    _record(tx, after, AidAct.REVERSED, person, row.paid_fen, reason=said)
    aid_news.told(tx, after, AidAct.REVERSED, actor_id=person.id, fen=row.paid_fen)


def _check_treasurer(tx: Transaction, person: Person, row: AidRow) -> None:
    if not payers.is_treasurer(tx, person, row):
        raise errors.NotAllowed


def _amount(row: AidRow, amount_fen: int | None) -> int:
    """How much is paid: what is said, else all that is left; nothing only of what is no money."""
    if amount_fen is None:
        return row.left_fen
    if amount_fen > row.left_fen:
        raise MoreThanLeft(left_fen=row.left_fen)
    if amount_fen < 0 or (amount_fen == 0 and row.amount_fen > 0):
        raise BadAmount(kind=str(row.kind))
    return amount_fen


def _check_day(tx: Transaction, row: AidRow, paid_on: date) -> None:
    if paid_on > tx.today:
        raise errors.DateInFuture(day=paid_on)
    earliest = payers.earliest_on(tx, row)
    if earliest is not None and paid_on < earliest:
        raise DayTooEarly(earliest_on=earliest)


def _never_left(tx: Transaction, person: Person, row: AidRow, payment_id: str, reason: str) -> None:
    """Keep a payment that failed before anything was booked."""
    payers.check_open(tx, row)
    payers.check(tx, person, row)
    failed = {"id": payment_id, "aid_id": row.id, "amount_fen": row.left_fen, "paid_on": tx.today}
    failed |= {"state": str(PaymentState.FAILED), "reason": reason, "receipts": [], "paid_by": person.id}
    tx.connection.execute(_ADD, {**failed, "recorded_at": tx.now})
    _record(tx, row, AidAct.PAY_FAILED, person, row.left_fen, reason=reason)
    aid_news.told(tx, row, AidAct.PAY_FAILED, actor_id=person.id, payment_id=payment_id, fen=row.left_fen)


def _settle(tx: Transaction, before: AidRow, after: AidRow) -> None:
    """What follows for the household and for the list on which it stands."""
    settling.count_in_batch(tx, before, after)
    if after.state != before.state:
        followups_refresh.refresh(tx, after.household_id)


def _same(known: PaymentView, row: AidRow) -> PaymentView:
    if known.aid_id != row.id:
        raise errors.NotFound(payment_id=known.id)
    return known


def _view(tx: Transaction, payment_id: str) -> PaymentView:
    payment = payment_rows.find(tx, payment_id)
    if payment is None:
        raise errors.NotFound(payment_id=payment_id)
    return payment


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reasons.sentence(reason)


def _record(
    tx: Transaction, row: AidRow, act: AidAct, person: Person, amount_fen: int, *, reason: str = ""
) -> None:
    aid_steps.record(
        tx,
        act,
        number=row.number,
        revision=row.revision,
        person_id=person.id,
        aid_id=row.id,
        amount_fen=amount_fen,
        reason=reason,
    )
