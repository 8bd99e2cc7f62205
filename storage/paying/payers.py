"""What may be paid, and by whom: a treasurer over its household who neither asked for it nor approved it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from storage.aid import aid_news, aid_steps
from storage.aid_codes import AidState, BatchState
from storage.aid_refusals import AidMoved, AlreadyPaid, BatchNotReady, OwnApproval, OwnProposal
from storage.codes import Role
from storage.errors import NotAllowed
from storage.members import offices
from storage.paying import settling
from storage.paying.payment_rows import PAYMENTS
from storage.rules import GIVEN
from storage.telling import bulletins

if TYPE_CHECKING:
    from datetime import date

    from storage.aid.aid_rows import AidRow
    from storage.aid.aid_steps import Given
    from storage.core.transaction import Transaction
    from storage.members.people import Person

# Money for an emergency may have been given this long before the chair came to write it down. Our default.
EMERGENCY_BEFORE_DAYS = 7

_PAID_BY = (
    select(PAYMENTS.c.paid_by)
    .where(PAYMENTS.c.aid_id == bindparam("aid"), PAYMENTS.c.paid_by.is_not(None))
    .distinct()
)


def payers_of(tx: Transaction, aid_id: str) -> frozenset[int]:
    """Return who has paid on it before, be it that the payment failed: none of them approves it."""
    return frozenset(tx.connection.scalars(_PAID_BY, {"aid": aid_id}))


def authors_of(tx: Transaction, row: AidRow) -> frozenset[int]:
    """Return who asked for it, by itself or by the list on which it stands."""
    batch = settling.batch_of(tx, row)
    authors = aid_steps.authors(tx, aid_id=row.id)
    if batch is not None:
        authors |= aid_steps.authors(tx, batch_id=row.batch_id) | {batch.made_by}
    return authors if row.proposed_by is None else authors | {row.proposed_by}


def approvers_of(tx: Transaction, row: AidRow) -> frozenset[int]:
    """Return who approved it, by itself or by its list, with those in whose place that was done."""
    given = _given(tx, row)
    return frozenset(one for each in given for one in (each.person_id, each.for_person_id) if one is not None)


def approved_on(tx: Transaction, row: AidRow) -> date | None:
    """Return the day on which the last approval was given, to it or to its list; None where none was."""
    given = _given(tx, row)
    return max((one.done_at.astimezone(tx.zone).date() for one in given), default=None)


def earliest_on(tx: Transaction, row: AidRow) -> date | None:
    """Return the first day on which it can have been paid: none before it was approved, but an emergency."""
    day = approved_on(tx, row)
    return day - timedelta(days=EMERGENCY_BEFORE_DAYS) if day is not None and row.is_emergency else day


def is_treasurer(tx: Transaction, person: Person, row: AidRow) -> bool:
    """Whether somebody is treasurer over its household."""
    return row.union_id in offices.over(tx, person.id, Role.TREASURER)


def check(tx: Transaction, person: Person, row: AidRow) -> None:
    """Let a treasurer pass who may pay it. Refuses NotAllowed, OwnProposal, OwnApproval."""
    if not is_treasurer(tx, person, row):
        raise NotAllowed
    if person.id in authors_of(tx, row):
        raise OwnProposal
    if person.id in approvers_of(tx, row):
        raise OwnApproval


def check_open(tx: Transaction, row: AidRow) -> None:
    """Let aid pass that waits to be paid by itself. Refuses AlreadyPaid, AidMoved, BatchNotReady."""
    if row.state in GIVEN:
        raise AlreadyPaid(number=row.number)
    if row.state != AidState.APPROVED:
        raise AidMoved(number=row.number, state=str(row.state))
    batch = settling.batch_of(tx, row)
    if batch is not None and batch.state in {BatchState.APPROVED, BatchState.PAYING}:
        raise BatchNotReady(number=batch.number, state=str(batch.state))


def able(tx: Transaction, row: AidRow) -> list[int]:
    """Return the treasurers who can be told and may pay it."""
    without = authors_of(tx, row) | approvers_of(tx, row)
    return bulletins.in_office(tx, Role.TREASURER, row.union_id, besides=without)


def tell(tx: Transaction, row: AidRow) -> None:
    """Tell the treasurers who may pay it that it waits; where there is none, whoever can bring one about.

    These are the officers (else the chairs) and the admins.
    """
    if able(tx, row):
        aid_news.waits(tx, row, besides=authors_of(tx, row) | approvers_of(tx, row))
        return
    since = (row.waits_since or tx.now).isoformat()
    key = f"aid:{row.id}:{row.revision}:no_payer:{since}"
    bulletins.post(tx, helpers(tx, row.union_id), "aid_no_payer", key=key, urgent=True, aid=row.id)


def helpers(tx: Transaction, union_id: int) -> list[int]:
    """Return who can bring about another chair or treasurer: officers (else chairs), and the admins."""
    return [*bulletins.officers_of(tx, union_id), *bulletins.reachable(tx, Role.ADMIN, union_id)]


def _given(tx: Transaction, row: AidRow) -> list[Given]:
    """The approvals that stand, of it or of its list."""
    batch = settling.batch_of(tx, row)
    given = aid_steps.approvals(tx, row.revision, aid_id=row.id)
    if batch is not None:
        given += aid_steps.approvals(tx, batch.revision, batch_id=row.batch_id)
    return given
