"""An approval of a list that is taken back by whoever gave it, before anybody went on from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from storage.aid import aid_steps
from storage.aid_codes import AidAct, AidState, BatchState
from storage.aid_refusals import BatchMoved, BatchNotReady
from storage.batches import batch_news, batch_rows, promising
from storage.batches.batch_facts import AID
from storage.codes import Role
from storage.deciding.taking_back import UNDO
from storage.errors import TooLateToUndo
from storage.telling import bulletins

if TYPE_CHECKING:
    from storage.aid.aid_steps import Given
    from storage.batches.batch_rows import BatchRow
    from storage.core.transaction import Transaction
    from storage.errors import Refused
    from storage.members.people import Person

# What stands on an approved list as long as nobody went on from it: approved, or struck.
_GONE_ON = select(func.count()).where(
    AID.c.batch_id == bindparam("batch"), AID.c.state.not_in((AidState.APPROVED, AidState.WITHDRAWN))
)


def take_back(tx: Transaction, person: Person, batch_id: str) -> None:
    """Take one's own approval of a list back within ten minutes; done again it changes nothing.

    Afterwards the list waits for its approvals again. Was it approved by then, nothing of it is promised any
    more, and its maker and the treasurers are told; who fell off at the approval stays struck. Refuses
    NotFound, BatchNotReady (its payment is confirmed, or it is over), BatchMoved (there is none of theirs, or
    a household's aid was reversed since), TooLateToUndo.
    """
    batch = batch_rows.hold(tx, person, batch_id)
    decided = aid_steps.decisions(tx, person.id, batch.revision, batch_id=batch.id)
    own = decided.standing.get(AidAct.APPROVED)
    if own is None:
        if AidAct.APPROVED in decided.taken_back:
            return
        raise BatchMoved(number=batch.number, state=str(batch.state))
    refused = _refusal(tx, batch, own)
    if refused is not None:
        raise refused
    besides = batch_rows.authors(tx, batch) | batch_rows.deciders(tx, batch)
    aid_steps.record(
        tx,
        AidAct.TAKEN_BACK,
        number=batch.number,
        revision=batch.revision,
        person_id=person.id,
        batch_id=batch.id,
        for_person_id=own.for_person_id,
        amount_fen=batch.sum_fen,
        answers={"act": str(AidAct.APPROVED)},
    )
    if batch.state == BatchState.APPROVED:
        promising.let_go(tx, batch, AidState.DRAFT)
        done = batch_rows.change(tx, batch, state=BatchState.TO_APPROVE)
        told = {"actor_id": person.id, "person": person.id}
        batch_news.told(tx, done, "batch_taken_back", [batch.made_by], **told)
        # Whoever was told that it can be paid.
        payers = bulletins.in_office(tx, Role.TREASURER, batch.union_id, besides=besides)
        batch_news.told(tx, done, "batch_not_to_pay", payers, **told)


def may_take_back(tx: Transaction, batch: BatchRow, person: Person) -> bool:
    """Whether the person could take their approval back now."""
    decided = aid_steps.decisions(tx, person.id, batch.revision, batch_id=batch.id)
    own = decided.standing.get(AidAct.APPROVED)
    return own is not None and _refusal(tx, batch, own) is None


def _refusal(tx: Transaction, batch: BatchRow, own: Given) -> Refused | None:
    if batch.state not in {BatchState.TO_APPROVE, BatchState.APPROVED}:
        return BatchNotReady(number=batch.number, state=str(batch.state))
    if batch.state == BatchState.APPROVED and tx.connection.scalar(_GONE_ON, {"batch": batch.id}):
        return BatchMoved(number=batch.number, state=str(batch.state))
    return TooLateToUndo() if tx.now - own.done_at > UNDO else None
