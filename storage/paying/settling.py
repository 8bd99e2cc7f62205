"""What a payment, and one that is taken back, makes of a piece of aid; who may do it is judged before.

The fund is held by the caller (`aid_rows.hold`). What is due for the household is left to the caller too,
who may pay many at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from storage.aid import aid_rows
from storage.aid_codes import AidState, PaymentState
from storage.booking import bookings
from storage.columns import table_of
from storage.money import fund, reserve
from storage.tables.aid import AidBatch

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.aid.aid_rows import AidRow
    from storage.aid_codes import PayMethod
    from storage.core.transaction import Transaction

_BATCHES = table_of(AidBatch)
_IN_BATCH = (
    update(_BATCHES)
    .where(_BATCHES.c.id == bindparam("batch"))
    .values(
        paid_people=_BATCHES.c.paid_people + bindparam("more_people"),
        paid_fen=_BATCHES.c.paid_fen + bindparam("more_fen"),
        sum_fen=_BATCHES.c.sum_fen + bindparam("more_sum_fen"),
    )
)
_BATCH: Select[Any] = select(
    _BATCHES.c.number,
    _BATCHES.c.state,
    _BATCHES.c.revision,
    _BATCHES.c.made_by,
    _BATCHES.c.union_id,
    _BATCHES.c.approvals_needed,
).where(_BATCHES.c.id == bindparam("batch"))


def promise(tx: Transaction, row: AidRow) -> None:
    """Promise what of it is not paid: the fund's money, and for the household in the aid's year.

    Refuses OverBudget, OverBalance.
    """
    if bookings.moves_fund(row.source):
        reserve.reserve(tx, row.fund_id, row.left_fen, max(row.for_year, tx.today.year))
    reserve.promise(tx, row.household_id, row.for_year, row.kind, row.source, row.left_fen)


def let_go(tx: Transaction, row: AidRow) -> None:
    """What of it is not paid is promised no more."""
    _less(tx, row, row.left_fen)


def record(
    tx: Transaction,
    row: AidRow,
    *,
    payment_id: str,
    amount_fen: int,
    paid_on: date,
    method: PayMethod | None = None,
    voucher_no: str | None = None,
    paid_by: int | None = None,
) -> AidRow:
    """Pay approved aid, or a part of it, and return it as it is then: PAID once nothing is left.

    Afterwards the money has left the fund and is promised no more. Refuses DateInFuture, Overdrawn.
    """
    stands = bookings.book(
        tx,
        _given(row),
        _standing(row),
        payment_id=payment_id,
        amount_fen=amount_fen,
        paid_on=paid_on,
        method=method,
        voucher_no=voucher_no,
        paid_by=paid_by,
    )
    _less(tx, row, amount_fen)
    state = AidState.PAID if stands.paid_fen == row.amount_fen else row.state
    return aid_rows.change(tx, row, paid_fen=stands.paid_fen, paid_on=stands.paid_on, state=state)


def came_back(
    tx: Transaction, row: AidRow, payment: Row[Any], reason: str, recorded_by: int | None
) -> AidRow:
    """The money of a payment came back: it is FAILED, back in the fund, and promised to them still.

    Returns the aid as it is then, APPROVED. Refuses nothing: what came back is promised whatever the budget.
    """
    stands = bookings.take_back(
        tx,
        _given(row),
        _standing(row),
        payment,
        state=PaymentState.FAILED,
        reason=reason,
        happened_on=tx.today,
        recorded_by=recorded_by,
    )
    _less(tx, row, -payment.amount_fen)
    changed = {"paid_fen": stands.paid_fen, "paid_on": stands.paid_on, "state": AidState.APPROVED}
    return aid_rows.change(tx, row, **changed)


def waive(tx: Transaction, row: AidRow) -> AidRow:
    """What is left of part-paid aid is promised no more; return the aid as it is then: PAID with what was.

    Its amount is what was paid: what comes back of that later is promised anew, and no more than that.
    """
    let_go(tx, row)
    return aid_rows.change(tx, row, amount_fen=row.paid_fen, state=AidState.PAID)


def undo(tx: Transaction, row: AidRow, reason: str, happened_on: date, recorded_by: int | None) -> AidRow:
    """Take back every payment that stands and what is promised; return the aid as it is then, REVERSED.

    Refuses DateInFuture.
    """
    if row.state == AidState.APPROVED:
        let_go(tx, row)
    stands = _standing(row)
    for payment in bookings.standing_rows(tx, row.id):
        stands = bookings.take_back(
            tx,
            _given(row),
            stands,
            payment,
            state=PaymentState.REVERSED,
            reason=reason,
            happened_on=happened_on,
            recorded_by=recorded_by,
        )
    changed = {"paid_fen": stands.paid_fen, "paid_on": stands.paid_on, "state": AidState.REVERSED}
    return aid_rows.change(tx, row, **changed)


def batch_of(tx: Transaction, row: AidRow) -> Row[Any] | None:
    """Return the list on which it stands; None for what was proposed by itself."""
    if row.batch_id is None:
        return None
    return tx.connection.execute(_BATCH, {"batch": row.batch_id}).one_or_none()


def count_in_batch(tx: Transaction, before: AidRow, after: AidRow) -> None:
    """Bring its list in step with what was paid, taken back or waived of this one by itself."""
    if after.batch_id is not None:
        people = _is_paid(after) - _is_paid(before)
        moved = {"more_people": people, "more_fen": after.paid_fen - before.paid_fen}
        moved["more_sum_fen"] = after.amount_fen - before.amount_fen
        tx.connection.execute(_IN_BATCH, {"batch": after.batch_id, **moved})


def _is_paid(row: AidRow) -> int:
    return int(row.state in fund.GIVEN)


def _less(tx: Transaction, row: AidRow, amount_fen: int) -> None:
    """So much less is promised of it; below zero: so much more."""
    if bookings.moves_fund(row.source):
        reserve.release(tx, row.fund_id, amount_fen)
    reserve.promise(tx, row.household_id, row.for_year, row.kind, row.source, -amount_fen)


def _given(row: AidRow) -> bookings.Given:
    return bookings.Given(row.id, row.household_id, row.kind, row.source, row.fund_id)


def _standing(row: AidRow) -> bookings.Standing:
    return bookings.Standing(row.paid_fen, row.paid_on)
