"""A list on its way: handed in, approved by as many as its sum asks for, returned, refused, withdrawn.

Whoever decides holds the fund first. With the last approval every household's aid is approved and its money
promised in the same transaction; who may no longer have it by then falls off the list, and nobody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import reasons
from storage.aid import aid_steps, approvers
from storage.aid_codes import AidAct, AidState, BatchState
from storage.aid_refusals import BatchEmpty, BatchOutdated, ExceptionsKept, ReasonMissing
from storage.asking import aid_rules
from storage.batches import amounts, batch_news, batch_rows, falling, promising
from storage.codes import Role
from storage.due import policies
from storage.telling import bulletins

if TYPE_CHECKING:
    from storage.batches.batch_rows import BatchRow
    from storage.core.transaction import Transaction
    from storage.members.people import Person

# A list may still be withdrawn in these: nothing of it is paid.
_UNPAID = (BatchState.BUILDING, BatchState.DRAFT, BatchState.TO_APPROVE, BatchState.APPROVED)


def submit(tx: Transaction, person: Person, batch_id: str, revision: int, reason: str = "") -> None:
    """Hand a list in to the chairs; handed in a second time it is handed in once.

    `reason`: why those stay on it whom a rule wants a look at; needed while there are any. Afterwards it
    waits for as many approvals as its sum asks for, one more where earlier aid was not revisited, and never
    more than the highest band asks for.
    Refuses NotFound, NotAllowed, BatchNotReady, BatchMoved, BatchEmpty, BatchOutdated, BadReason,
    ExceptionsKept.
    """
    batch = batch_rows.hold(tx, person, batch_id)
    batch_rows.led(tx, person, batch)
    if batch.state == BatchState.TO_APPROVE and batch.revision == revision:
        return
    batch_rows.stands(batch, BatchState.DRAFT, revision=revision)
    if not batch.people:
        raise BatchEmpty(number=batch.number)
    if amounts.is_outdated(tx, batch):
        raise BatchOutdated(number=batch.number)
    said = reasons.sentence(reason, optional=True)
    unrevisited, unseen = batch_rows.marks(tx, batch)
    if batch.exceptions and not said:
        raise ExceptionsKept(number=batch.number, count=batch.exceptions)
    for guard, count in (("earlier_not_revisited", unrevisited), ("no_recent_visit", unseen)):
        if count:
            _step(tx, AidAct.OVERRIDE, batch, person, guard=guard, reason=said)
    _step(tx, AidAct.PROPOSED, batch, person, reason=said)
    asked = needed(tx, batch, unrevisited)
    done = batch_rows.change(tx, batch, state=BatchState.TO_APPROVE, reason=said, approvals_needed=asked)
    batch_news.waits(tx, done, besides=batch_rows.authors(tx, done))


def needed(tx: Transaction, batch: BatchRow, unrevisited: int) -> int:
    """Return how many approve a list: by its sum, one more where earlier aid was not revisited.

    Never more than the highest band asks for: somebody who was struck or kept does not change a large list.
    """
    policy = policies.of(tx, batch.union_id)
    asked = aid_rules.approvers(policy, batch.sum_fen, unrevisited=unrevisited > 0)
    return min(asked, 1 + len(policy.approval_bands_fen))


def approve(tx: Transaction, person: Person, batch_id: str, revision: int) -> None:
    """Approve a list, as a chair or in the place of one who is away; a second tap does nothing more.

    With the last approval that is needed everybody's aid on it is approved and its money promised, for all at
    once; who may not have it any more falls off. Refuses NotFound, BatchNotReady, BatchMoved, NotAllowed,
    OwnProposal, ApprovedAlready, BatchOutdated, BatchEmpty, OverBudget, OverBalance.
    """
    batch = batch_rows.hold(tx, person, batch_id)
    given = aid_steps.approvals(tx, batch.revision, batch_id=batch.id)
    if batch.revision == revision and any(one.person_id == person.id for one in given):
        return
    batch_rows.stands(batch, BatchState.TO_APPROVE, revision=revision)
    ways = approvers.chairs(tx, person.id).ways(batch.union_id)
    in_place_of = approvers.place(person.id, ways, authors=batch_rows.authors(tx, batch), given=given)
    _step(tx, AidAct.APPROVED, batch, person, for_person_id=in_place_of)
    if len(given) + 1 >= batch.approvals_needed:
        decided = {one for each in given for one in (each.person_id, each.for_person_id)}
        _settle(
            tx, batch, person, {one for one in decided if one is not None} | {person.id, in_place_of or 0}
        )


def _settle(tx: Transaction, batch: BatchRow, person: Person, decided: set[int]) -> None:
    """Approve everybody on the list, and promise what it comes to."""
    if amounts.is_outdated(tx, batch):
        raise BatchOutdated(number=batch.number)
    left = falling.fall(tx, batch)
    if not left.people:
        raise BatchEmpty(number=batch.number)
    promising.promise(tx, left)
    done = batch_rows.change(tx, left, state=BatchState.APPROVED)
    fallen = batch.people - left.people
    slug = "batch_approved_but" if fallen else "batch_approved"
    batch_news.told(tx, done, slug, [batch.made_by], actor_id=person.id, fallen=fallen)
    batch_news.waits(tx, done, besides=batch_rows.authors(tx, batch) | decided)


def give_back(tx: Transaction, person: Person, batch_id: str, revision: int, reason: str) -> None:
    """Return a list to whoever made it, for a reason: it can be changed again, and its approvals are void.

    Refuses NotFound, NotAllowed, OwnProposal, BatchNotReady, BatchMoved, ReasonMissing, BadReason.
    """
    batch = _sent_back(tx, person, batch_id, revision, AidAct.RETURNED, reason)
    done = batch_rows.change(tx, batch, state=BatchState.DRAFT, revision=batch.revision + 1)
    batch_news.told(tx, done, "batch_returned", batch_rows.authors(tx, batch), actor_id=person.id)


def refuse(tx: Transaction, person: Person, batch_id: str, revision: int, reason: str) -> None:
    """Refuse a whole list, for a reason; nobody on it has anything of it. Refuses as `give_back` does."""
    batch = _sent_back(tx, person, batch_id, revision, AidAct.REFUSED, reason)
    promising.move(tx, batch, AidState.DRAFT, AidState.REFUSED)
    done = batch_rows.change(tx, batch, state=BatchState.REFUSED)
    batch_news.told(tx, done, "batch_refused", batch_rows.authors(tx, batch), actor_id=person.id)


def withdraw(tx: Transaction, person: Person, batch_id: str, reason: str = "") -> None:
    """Take a list back of which nothing is paid; what it promised is free again. Once is enough.

    Refuses NotFound, NotAllowed (neither officer nor chair there), BatchNotReady, BadReason.
    """
    batch = batch_rows.hold(tx, person, batch_id)
    batch_rows.led(tx, person, batch)
    if batch.state == BatchState.WITHDRAWN:
        return
    batch_rows.stands(batch, *_UNPAID)
    said = reasons.sentence(reason, optional=True)
    asked = [*batch_rows.authors(tx, batch)]
    if batch.state == BatchState.APPROVED:
        asked += bulletins.reachable(tx, Role.TREASURER, batch.union_id)
        promising.let_go(tx, batch, AidState.WITHDRAWN)
    elif batch.state == BatchState.TO_APPROVE:
        asked += bulletins.reachable(tx, Role.CHAIR, batch.union_id)
    _step(tx, AidAct.WITHDRAWN, batch, person, reason=said)
    promising.move(tx, batch, AidState.DRAFT, AidState.WITHDRAWN)
    done = batch_rows.change(tx, batch, state=BatchState.WITHDRAWN)
    batch_news.told(tx, done, "batch_withdrawn", asked, actor_id=person.id)


def _sent_back(
    tx: Transaction, person: Person, batch_id: str, revision: int, act: AidAct, reason: str
) -> BatchRow:
    """The list, once a chair, or whoever acts for one, has said why; never who made it."""
    batch = batch_rows.hold(tx, person, batch_id)
    ways = approvers.chairs(tx, person.id).ways(batch.union_id)
    in_place_of = approvers.place(person.id, ways, authors=batch_rows.authors(tx, batch), given=())
    batch_rows.stands(batch, BatchState.TO_APPROVE, revision=revision)
    if not reason.strip():
        raise ReasonMissing
    _step(tx, act, batch, person, for_person_id=in_place_of, reason=reasons.sentence(reason))
    return batch


def _step(
    tx: Transaction,
    act: AidAct,
    batch: BatchRow,
    person: Person,
    *,
    for_person_id: int | None = None,
    guard: str = "",
    reason: str = "",
) -> None:
    aid_steps.record(
        tx,
        act,
        number=batch.number,
        revision=batch.revision,
        person_id=person.id,
        batch_id=batch.id,
        for_person_id=for_person_id,
        amount_fen=batch.sum_fen,
        guard=guard,
        reason=reason,
    )
