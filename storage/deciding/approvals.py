"""What is decided on aid that was proposed: reviewed, given back, refused, approved; each act once.

A button carries the revision it was drawn for: what was changed or decided since is answered by AidMoved, and
the same act of the same person once more changes nothing and answers the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage import reasons
from storage.aid import aid_news, aid_rows, aid_steps, approvers
from storage.aid_codes import AidAct, AidState
from storage.aid_refusals import AidMoved, OwnProposal, ReasonMissing
from storage.asking import guards
from storage.deciding.decisions import may_decide
from storage.deciding.expiry import expire
from storage.deciding.taking_back import take_back
from storage.deciding.waiting import count, waiting
from storage.errors import NotAllowed
from storage.paying import payers, settling

if TYPE_CHECKING:
    from storage.aid.aid_rows import AidRow
    from storage.core.transaction import Transaction
    from storage.members.people import Person

__all__ = [
    "Approval",
    "approve",
    "count",
    "expire",
    "give_back",
    "may_decide",
    "refuse",
    "review",
    "take_back",
    "waiting",
]


@dataclass(frozen=True, slots=True)
class Approval:
    """Where a piece of aid stands after an approval: so many `given` of those `needed`."""

    state: AidState
    given: int
    needed: int


def review(tx: Transaction, person: Person, aid_id: str, revision: int) -> None:
    """Pass a proposal on to the chairs: TO_APPROVE, by as many of them as the union's bands ask for.

    The chairs are told, and whoever proposed it. Refuses NotFound, NotAllowed, AidMoved, OwnProposal.
    """
    row = aid_rows.hold(tx, person, aid_id)
    if not approvers.may_review(tx, person.id, row.union_id):
        raise NotAllowed
    if AidAct.REVIEWED in aid_steps.decisions(tx, person.id, revision, aid_id=row.id).standing:
        return
    _check(row, revision, AidState.TO_REVIEW)
    authors = aid_steps.authors(tx, aid_id=row.id)
    if person.id in authors:
        raise OwnProposal
    needed = guards.judge(tx, _wish(row), aid_id=row.id).approvals_needed
    row = aid_rows.change(tx, row, state=AidState.TO_APPROVE, approvals_needed=needed)
    _record(tx, row, AidAct.REVIEWED, person)
    aid_news.told(tx, row, AidAct.REVIEWED, actor_id=person.id)
    aid_news.waits(tx, row, besides=authors)


def give_back(tx: Transaction, person: Person, aid_id: str, revision: int, reason: str) -> None:
    """Give a proposal back to whoever made it, for a reason: RETURNED until they amend or withdraw it.

    Refuses NotFound, NotAllowed, AidMoved, OwnProposal, ReasonMissing, BadReason.
    """
    _end(tx, person, aid_id, revision, AidAct.RETURNED, reason)


def refuse(tx: Transaction, person: Person, aid_id: str, revision: int, reason: str) -> None:
    """Say no to a proposal, for a reason: REFUSED, for good.

    Refuses NotFound, NotAllowed, AidMoved, OwnProposal, ReasonMissing, BadReason.
    """
    _end(tx, person, aid_id, revision, AidAct.REFUSED, reason)


def approve(tx: Transaction, person: Person, aid_id: str, revision: int) -> Approval:
    """Give one approval, for oneself or in the place of a chair who is away and entrusted it.

    With the last one needed it is APPROVED: its money is promised, and the treasurers are told. It is judged
    anew each time, while the fund is held. Refuses NotFound, NotAllowed, AidMoved, OwnProposal, OwnApproval,
    ApprovedAlready, and what the rules of aid say by now (OverCap, OverBudget, OverBalance …).
    """
    row = aid_rows.hold(tx, person, aid_id)
    given = aid_steps.approvals(tx, revision, aid_id=row.id)
    if revision == row.revision and any(one.person_id == person.id for one in given):
        return Approval(row.state, len(given), row.approvals_needed)
    ways = approvers.chairs(tx, person.id).ways(row.union_id)
    if not ways:
        raise NotAllowed
    _check(row, revision, AidState.TO_APPROVE)
    authors, paid = aid_steps.authors(tx, aid_id=row.id), payers.payers_of(tx, row.id)
    in_place_of = approvers.place(person.id, ways, authors=authors, given=given, payers=paid)
    verdict = guards.judge(tx, _wish(row), aid_id=row.id)
    if verdict.refusals:
        raise verdict.refusals[0]
    _record(tx, row, AidAct.APPROVED, person, in_place_of=in_place_of)
    count = len(given) + 1
    if count >= row.approvals_needed:
        row = _approved(tx, row, person)
    return Approval(row.state, count, row.approvals_needed)


def _approved(tx: Transaction, row: AidRow, person: Person) -> AidRow:
    """The last approval was given: the money is promised, and whoever pays is told."""
    settling.promise(tx, row)
    row = aid_rows.change(tx, row, state=AidState.APPROVED)
    aid_news.told(tx, row, AidAct.APPROVED, actor_id=person.id)
    payers.tell(tx, row)
    return row


def _end(tx: Transaction, person: Person, aid_id: str, revision: int, act: AidAct, reason: str) -> None:
    row = aid_rows.hold(tx, person, aid_id)
    ways = approvers.chairs(tx, person.id).ways(row.union_id)
    reviews = approvers.may_review(tx, person.id, row.union_id)
    if not ways and not reviews:
        raise NotAllowed
    if act in aid_steps.decisions(tx, person.id, revision, aid_id=row.id).standing:
        return
    _check(row, revision, AidState.TO_REVIEW, AidState.TO_APPROVE)
    authors = aid_steps.authors(tx, aid_id=row.id)
    in_place_of = None
    if row.state == AidState.TO_APPROVE or not reviews:
        # The officer has passed it on: it is the chairs' to decide now.
        in_place_of = approvers.place(person.id, ways, authors=authors, given=())
    elif person.id in authors:
        raise OwnProposal
    if not reason.strip():
        raise ReasonMissing
    said = reasons.sentence(reason)
    before, state = row.state, AidState.RETURNED if act == AidAct.RETURNED else AidState.REFUSED
    row = aid_rows.change(tx, row, state=state)
    _record(tx, row, act, person, in_place_of=in_place_of, reason=said, before=before)
    aid_news.told(tx, row, act, actor_id=person.id)


def _wish(row: AidRow) -> guards.Wish:
    return guards.Wish(row.household_id, row.kind, row.source, row.amount_fen, row.for_year)


def _check(row: AidRow, revision: int, *states: AidState) -> None:
    """Refuses AidMoved when it is not as it was when the button was drawn."""
    if row.revision != revision or row.state not in states:
        raise AidMoved(number=row.number, state=str(row.state))


def _record(
    tx: Transaction,
    row: AidRow,
    act: AidAct,
    person: Person,
    *,
    in_place_of: int | None = None,
    reason: str = "",
    before: AidState | None = None,
) -> None:
    aid_steps.record(
        tx,
        act,
        number=row.number,
        revision=row.revision,
        person_id=person.id,
        aid_id=row.id,
        for_person_id=in_place_of,
        amount_fen=row.amount_fen,
        reason=reason,
        answers=None if before is None else {"state": str(before)},
    )
