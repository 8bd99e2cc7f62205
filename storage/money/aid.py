"""Aid: what a household was given, and what of it is still to be looked at.

A payment here is done; proposing and approving come before it. Amounts are fen, days are dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, insert, select, update

from storage import audit, errors, numbers
from storage.codes import (
    AidKind,
    AidState,
    FollowupKind,
    FollowupState,
    FundSource,
    PaymentState,
    PayMethod,
)
from storage.columns import table_of
from storage.due import followups_refresh
from storage.money import bookings, fund
from storage.money.fund import aid, households
from storage.tables.work import Followup

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, RowMapping

    from storage.core.transaction import Transaction
    from storage.members.people import Person

LISTED_MAX = 50

followups = table_of(Followup)


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One piece of aid as it is shown; `paid_on` is None while it is only approved."""

    id: str
    number: str
    household_id: int
    kind: AidKind
    source: FundSource
    amount_fen: int
    paid_on: date | None


def record_payment(
    tx: Transaction,
    *,
    aid_id: str,
    household_id: int,
    kind: AidKind,
    source: FundSource,
    amount_fen: int,
    paid_on: date,
    method: PayMethod | None = None,
    reason: str | None = None,
    voucher_no: str | None = None,
    paid_by: int | None = None,
    imported_at: datetime | None = None,
) -> PaymentLine:
    """Record aid that was paid on `paid_on` and return it with its new number BF-….

    Afterwards the household's year counts it, its revisit is due in time, and company money has left the fund
    by a ledger entry. `aid_id` is made before the work: recorded twice it is one payment.
    Refuses NotFound (no such household), DateInFuture, Overdrawn.
    """
    known = _line(tx, aid.c.id == aid_id)
    if known is not None:
        return known
    if paid_on > tx.today:
        raise errors.DateInFuture(day=paid_on)
    union_id = tx.connection.scalar(select(households.c.union_id).where(households.c.id == household_id))
    if union_id is None:
        raise errors.NotFound(household_id=household_id)
    number = numbers.next_number(tx, "BF", paid_on.year)
    line = PaymentLine(aid_id, number, household_id, kind, source, amount_fen, paid_on)
    done = {"paid_on": paid_on, "recorded_at": tx.now, "imported_at": imported_at}
    what = {"household_id": household_id, "kind": str(kind), "source": str(source), "for_year": paid_on.year}
    what |= {"amount_fen": amount_fen, "paid_fen": amount_fen, "state": AidState.PAID, "reason": reason}
    tx.connection.execute(insert(aid), {"id": aid_id, "number": number, **what, **done})
    bookings.book(
        tx,
        _given(tx, line, union_id),
        bookings.Standing(0, None),
        payment_id=aid_id,
        amount_fen=amount_fen,
        paid_on=paid_on,
        method=method,
        voucher_no=voucher_no,
        paid_by=paid_by,
        imported_at=imported_at,
    )
    followups_refresh.refresh(tx, household_id)
    audit.record(tx, person_id=paid_by, act="aid.paid", subject=number, amount_fen=amount_fen)
    return line


def reverse_payment(
    tx: Transaction, aid_id: str, *, happened_on: date, reason: str, recorded_by: int | None = None
) -> None:
    """Take back a payment that should not have been made; `reason` stands in the ledger.

    Afterwards it counts nowhere any more, and company money is back in the fund by a reversing entry.
    Done again it changes nothing. Refuses NotFound, NotPaid, DateInFuture.
    """
    row = tx.connection.execute(_STATES.where(aid.c.id == aid_id)).one_or_none()
    line = _line(tx, aid.c.id == aid_id)
    if row is None or line is None:
        raise errors.NotFound(aid_id=aid_id)
    if row.state == AidState.REVERSED:
        return
    if row.state not in fund.GIVEN:
        raise errors.NotPaid(aid_id=aid_id)
    stands = bookings.Standing(row.paid_fen, row.paid_on)
    for one in bookings.standing_rows(tx, aid_id):
        stands = bookings.take_back(
            tx,
            _given(tx, line, row.union_id),
            stands,
            one,
            state=PaymentState.REVERSED,
            reason=reason,
            happened_on=happened_on,
            recorded_by=recorded_by,
        )
    reversed_now = {"state": AidState.REVERSED, "paid_fen": stands.paid_fen, "paid_on": stands.paid_on}
    tx.connection.execute(update(aid).where(aid.c.id == aid_id).values(**reversed_now))
    followups_refresh.refresh(tx, line.household_id)
    audit.record(tx, person_id=recorded_by, act="aid.reversed", subject=line.number, reason=reason)


def payment(tx: Transaction, person: Person, aid_id: str) -> PaymentLine:
    """Return a payment of a household in the person's scope. Refuses NotFound for none and others' alike."""
    line = _line(tx, and_(aid.c.id == aid_id, households.c.union_id.in_(person.scope)))
    if line is None:
        raise errors.NotFound(aid_id=aid_id)
    return line


def to_revisit(tx: Transaction, person: Person, limit: int = LISTED_MAX) -> list[PaymentLine]:
    """Return the payments in the person's scope whose revisit is still open, the one due first on top."""
    statement = (
        _LINES.join(followups, followups.c.aid_id == aid.c.id)
        .where(
            followups.c.kind == FollowupKind.REVISIT,
            followups.c.state == FollowupState.OPEN,
            households.c.union_id.in_(person.scope),
        )
        .order_by(followups.c.due_on, aid.c.number)
        .limit(limit)
    )
    # A payment may have two open revisits (after 30 and after 90 days): it is listed once.
    lines = [_as_line(row) for row in tx.connection.execute(statement).mappings()]
    return list(dict.fromkeys(lines))


def handed_over_candidates(tx: Transaction, household_id: int) -> list[PaymentLine]:
    """Return what is approved for a household and not paid yet, oldest first."""
    statement = _LINES.where(aid.c.household_id == household_id, aid.c.state == AidState.APPROVED)
    statement = statement.order_by(aid.c.recorded_at, aid.c.id)
    return [_as_line(row) for row in tx.connection.execute(statement).mappings()]


_LINES = select(
    aid.c.id, aid.c.number, aid.c.household_id, aid.c.kind, aid.c.source, aid.c.amount_fen, aid.c.paid_on
).select_from(aid.join(households, households.c.id == aid.c.household_id))

_STATES = select(aid.c.state, aid.c.paid_fen, aid.c.paid_on, households.c.union_id).select_from(
    aid.join(households, households.c.id == aid.c.household_id)
)


def _as_line(row: RowMapping) -> PaymentLine:
    return PaymentLine(
        **{
            **row,
            "kind": AidKind(row["kind"]),
            "source": FundSource(row["source"]),
        }  # the codes, not their text
    )


def _line(tx: Transaction, which: ColumnElement[bool]) -> PaymentLine | None:
    row = tx.connection.execute(_LINES.where(which)).mappings().one_or_none()
    return None if row is None else _as_line(row)


def _given(tx: Transaction, line: PaymentLine, union_id: int) -> bookings.Given:
    fund_id = fund.serving(tx, union_id)
    return bookings.Given(line.id, line.household_id, line.kind, line.source, fund_id)
