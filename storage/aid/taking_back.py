"""An approval that is taken back by whoever gave it, within ten minutes and before anything is paid."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.aid import aid_news, aid_rows, aid_steps, paying
from storage.aid_refusals import AidMoved, AlreadyPaid
from storage.codes import AidAct, AidState
from storage.errors import TooLateToUndo
from storage.money import fund

if TYPE_CHECKING:
    from storage.aid.aid_rows import AidRow
    from storage.aid.aid_steps import Given
    from storage.core.transaction import Transaction
    from storage.errors import Refused
    from storage.members.people import Person

# As long as a report can be undone.
UNDO = timedelta(minutes=10)


def take_back(tx: Transaction, person: Person, aid_id: str) -> None:
    """Take one's own approval back within ten minutes, while nothing is paid; done again it changes nothing.

    Afterwards it waits for its approvals again, and its money is free. Refuses NotFound, AidMoved (there is
    none of theirs, or it was changed since), AlreadyPaid, TooLateToUndo.
    """
    row = aid_rows.hold(tx, person, aid_id)
    own = _own(tx, row, person)
    if own is None:
        if aid_steps.did(tx, AidAct.TAKEN_BACK, person.id, row.id, row.revision):
            return
        raise AidMoved(number=row.number, state=str(row.state))
    refused = _refusal(tx, row, own)
    if refused is not None:
        raise refused
    if row.state == AidState.APPROVED:
        paying.let_go(tx, row)
        row = aid_rows.change(tx, row, state=AidState.TO_APPROVE)
        aid_news.told(tx, row, AidAct.TAKEN_BACK, actor_id=person.id)
    aid_steps.record(
        tx,
        AidAct.TAKEN_BACK,
        number=row.number,
        revision=row.revision,
        person_id=person.id,
        aid_id=row.id,
        for_person_id=own.for_person_id,
        amount_fen=row.amount_fen,
    )


def may_take_back(tx: Transaction, row: AidRow, person: Person) -> bool:
    """Whether the person could take an approval of theirs back now."""
    own = _own(tx, row, person)
    return own is not None and _refusal(tx, row, own) is None


def _own(tx: Transaction, row: AidRow, person: Person) -> Given | None:
    given = aid_steps.approvals(tx, row.revision, aid_id=row.id)
    return next((one for one in given if one.person_id == person.id), None)


def _refusal(tx: Transaction, row: AidRow, own: Given) -> Refused | None:
    if row.state in fund.GIVEN or row.paid_fen:
        return AlreadyPaid(number=row.number)
    if row.state not in {AidState.TO_APPROVE, AidState.APPROVED} or row.is_emergency:
        return AidMoved(number=row.number, state=str(row.state))
    return TooLateToUndo() if tx.now - own.done_at > UNDO else None
