"""A decision that is taken back by whoever made it, within ten minutes and before anybody went on from it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.aid import aid_news, aid_rows, aid_steps, approvers
from storage.aid_codes import AidAct, AidState
from storage.aid_refusals import AidMoved, AlreadyPaid
from storage.errors import TooLateToUndo
from storage.money import fund
from storage.paying import payers, settling

if TYPE_CHECKING:
    from storage.aid.aid_rows import AidRow
    from storage.aid.aid_steps import Given
    from storage.core.transaction import Transaction
    from storage.errors import Refused
    from storage.members.people import Person

# As long as a report can be undone.
UNDO = timedelta(minutes=10)
# The states in which a decision has not been gone on from.
_HOLDS = {
    AidAct.APPROVED: frozenset({AidState.TO_APPROVE, AidState.APPROVED}),
    AidAct.REVIEWED: frozenset({AidState.TO_APPROVE}),
    AidAct.RETURNED: frozenset({AidState.RETURNED}),
    AidAct.REFUSED: frozenset({AidState.REFUSED}),
}


def take_back(tx: Transaction, person: Person, aid_id: str, act: AidAct = AidAct.APPROVED) -> None:
    """Take one's own decision back within ten minutes; done again it changes nothing.

    An approval: while nothing is paid; it waits for its approvals again, its money is free, and whoever was
    to pay it is told. A review:
    while nobody has approved. What was given back or refused: while whoever proposed it has neither amended
    nor withdrawn it; it is where it was then. Refuses NotFound, AidMoved (there is none of theirs, or
    somebody went on from it), AlreadyPaid, TooLateToUndo.
    """
    row = aid_rows.hold(tx, person, aid_id)
    decided = aid_steps.decisions(tx, person.id, row.revision, aid_id=row.id)
    own = decided.standing.get(act)
    if own is None:
        if act in decided.taken_back:
            return
        raise AidMoved(number=row.number, state=str(row.state))
    refused = _refusal(tx, row, act, own)
    if refused is not None:
        raise refused
    state = _before(act, own)
    if row.state != state:
        able = payers.able(tx, row) if row.state == AidState.APPROVED else ()
        put_back = _put_back(tx, row, state)
        _tell(tx, put_back, act, person)
        aid_news.not_to_pay(tx, put_back, able, actor_id=person.id)
    aid_steps.record(
        tx,
        AidAct.TAKEN_BACK,
        number=row.number,
        revision=row.revision,
        person_id=person.id,
        aid_id=row.id,
        for_person_id=own.for_person_id,
        amount_fen=row.amount_fen,
        answers={"act": str(act)},
    )


def may_take_back(tx: Transaction, row: AidRow, person: Person) -> bool:
    """Whether the person could take a decision of theirs back now."""
    decided = aid_steps.decisions(tx, person.id, row.revision, aid_id=row.id)
    return any(_refusal(tx, row, act, own) is None for act, own in decided.standing.items())


def _refusal(tx: Transaction, row: AidRow, act: AidAct, own: Given) -> Refused | None:
    if row.state in fund.GIVEN or row.paid_fen or aid_steps.was_waived(tx, row.id):
        return AlreadyPaid(number=row.number)
    if row.state not in _HOLDS[act] or row.is_emergency:
        return AidMoved(number=row.number, state=str(row.state))
    if act == AidAct.REVIEWED and aid_steps.approvals(tx, row.revision, aid_id=row.id):
        return AidMoved(number=row.number, state=str(row.state))
    return TooLateToUndo() if tx.now - own.done_at > UNDO else None


def _before(act: AidAct, own: Given) -> AidState:
    """Where it was before that decision."""
    if act == AidAct.APPROVED:
        return AidState.TO_APPROVE
    return own.before or AidState.TO_REVIEW


def _put_back(tx: Transaction, row: AidRow, state: AidState) -> AidRow:
    """It waits anew, from now on; what was promised for it is free."""
    if row.state == AidState.APPROVED:
        settling.let_go(tx, row)
    return aid_rows.change(tx, row, state=state)


def _tell(tx: Transaction, row: AidRow, act: AidAct, person: Person) -> None:
    """Whoever asked for it is told, and of a review the chairs, whom it waited for meanwhile."""
    chairs = approvers.asked(tx, row.union_id) if act == AidAct.REVIEWED else ()
    aid_news.told(tx, row, AidAct.TAKEN_BACK, actor_id=person.id, people=chairs, taken=act)
