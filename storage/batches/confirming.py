"""A treasurer confirms that an approved list is paid: once for all; the beat books household by household."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import errors, reasons
from storage.aid import aid_steps
from storage.aid_codes import AidAct, BatchState, PayMethod
from storage.aid_refusals import DayTooEarly, OwnApproval, OwnProposal
from storage.batches import batch_news, batch_rows
from storage.booking import bookings
from storage.codes import Role
from storage.members import offices
from storage.money import reserve

if TYPE_CHECKING:
    from datetime import date

    from storage.batches.batch_rows import BatchRow
    from storage.core.transaction import Transaction
    from storage.members.people import Person


def confirm_payment(
    tx: Transaction,
    person: Person,
    batch_id: str,
    *,
    method: PayMethod,
    voucher_no: str | None = None,
    paid_on: date,
) -> None:
    """Confirm that a whole list is paid on that day, under one voucher; confirmed again it is once.

    Afterwards it is PAYING, and everybody on it is paid as the beat comes to them. Refuses NotFound,
    NotAllowed (no treasurer there), BatchNotReady, OwnProposal, OwnApproval, DateInFuture, DayTooEarly
    (before it was approved), OverBudget (a coming year's list, for which this year's does not suffice),
    BadReason (of the voucher).
    """
    batch = batch_rows.hold(tx, person, batch_id)
    if batch.union_id not in offices.over(tx, person.id, Role.TREASURER):
        raise errors.NotAllowed
    if batch.paid_by == person.id:
        return
    batch_rows.stands(batch, BatchState.APPROVED)
    check_payer(tx, batch, person.id)
    if paid_on > tx.today:
        raise errors.DateInFuture(day=paid_on)
    earliest = (batch.waits_since or tx.now).astimezone(tx.zone).date()
    if paid_on < earliest:
        raise DayTooEarly(earliest_on=earliest)
    if bookings.moves_fund(batch.source):
        left_fen = batch_rows.left_of(tx, batch.id)
        reserve.check_ahead(tx, batch.fund_id, left_fen, batch.for_year, paid_on)
    voucher = reasons.sentence(voucher_no or "", optional=True) or None
    paid = {"method": str(method), "voucher_no": voucher, "paid_on": paid_on, "paid_by": person.id}
    batch_rows.change(tx, batch, **paid, after_household_id=0, state=BatchState.PAYING)
    aid_steps.record(
        tx,
        AidAct.PAID,
        number=batch.number,
        revision=batch.revision,
        person_id=person.id,
        batch_id=batch.id,
        amount_fen=batch.sum_fen,
    )
    tx.ring(batch_news.BELL)


def check_payer(tx: Transaction, batch: BatchRow, person_id: int) -> None:
    """Let somebody pass who neither made nor approved it. Refuses OwnProposal, OwnApproval."""
    if person_id in batch_rows.authors(tx, batch):
        raise OwnProposal
    if person_id in batch_rows.deciders(tx, batch):
        raise OwnApproval
