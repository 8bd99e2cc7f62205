"""The treasurer ends aid that was paid in part: the rest is not paid, and the aid is PAID with what was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import reasons
from storage.aid import aid_news, aid_rows, aid_steps
from storage.aid_codes import AidAct
from storage.aid_refusals import AidMoved, NothingPaid, ReasonMissing
from storage.due import followups_refresh
from storage.errors import NotAllowed
from storage.money import fund
from storage.paying import payers, settling

if TYPE_CHECKING:
    from storage.aid.aid_rows import AidRow
    from storage.core.transaction import Transaction
    from storage.members.people import Person


def waive(tx: Transaction, person: Person, aid_id: str, rest_fen: int, reason: str) -> None:
    """Pay no more of part-paid aid than was paid, for a reason; whoever proposed it is told.

    `rest_fen`: what the person was shown as left. Afterwards that is promised no more, the aid's amount is
    what was paid, and it is PAID: its revisit is due in time. The same once more changes nothing. Refuses
    NotFound, NotAllowed, AlreadyPaid (nothing is left), AidMoved (it does not wait to be paid, or another sum
    is left by now), BatchNotReady (it stands on a list that is paid as a whole), OwnProposal, OwnApproval,
    NothingPaid (it is taken back instead), ReasonMissing, BadReason.
    """
    row = aid_rows.hold(tx, person, aid_id)
    if not payers.is_treasurer(tx, person, row):
        raise NotAllowed
    if row.state in fund.GIVEN and aid_steps.was_waived(tx, row.id):
        return
    check(tx, person, row)
    if row.left_fen != rest_fen:
        raise AidMoved(number=row.number, state=str(row.state))
    if not reason.strip():
        raise ReasonMissing
    said = reasons.sentence(reason)
    after = settling.waive(tx, row)
    settling.count_in_batch(tx, row, after)
    followups_refresh.refresh(tx, row.household_id)
    _record(tx, person, row, said)
    aid_news.told(tx, after, AidAct.WAIVED, actor_id=person.id, fen=row.left_fen)


def check(tx: Transaction, person: Person, row: AidRow) -> None:
    """Let whoever may pay it pass, where a part of it is paid. Refuses as `waive`."""
    payers.check_open(tx, row)
    payers.check(tx, person, row)
    if not row.paid_fen:
        raise NothingPaid(number=row.number)


def _record(tx: Transaction, person: Person, row: AidRow, reason: str) -> None:
    aid_steps.record(
        tx,
        AidAct.WAIVED,
        number=row.number,
        revision=row.revision,
        person_id=person.id,
        aid_id=row.id,
        amount_fen=row.left_fen,
        reason=reason,
        answers={"paid_fen": row.paid_fen},
    )
