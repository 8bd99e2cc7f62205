"""Has people told of handovers: offered, answered, withdrawn, and not answered for three working days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from storage.codes import HandoverState, PersonState
from storage.columns import table_of
from storage.rulebook import workdays
from storage.tables.people import PersonRow
from storage.takeover import handover_rows
from storage.takeover.handover_rows import HANDOVERS
from storage.telling import bulletins

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.core.transaction import Transaction
    from storage.takeover.handover_rows import Handover, HandoverCard

Details = dict[str, int | str]

_PEOPLE = table_of(PersonRow)
_STILL_HERE = select(_PEOPLE.c.id).where(
    _PEOPLE.c.id.in_(bindparam("ids", expanding=True)), _PEOPLE.c.state != PersonState.REMOVED
)

# So many working days a receiver may leave an offer unanswered before they and the officers are reminded.
ANSWER_WORKDAYS = 3


def offered(tx: Transaction, card: HandoverCard) -> None:
    """The receiver hears at once what would come to them; the giver, when somebody else asked."""
    handover = card.handover
    counts: Details = {
        "person": handover.giver_id,
        "count": len(card.households),
        "late": str(card.load.late),
        "due": str(card.load.open),
        "aid": str(card.aid),
        "drafts": str(card.drafts),
    }
    _post(tx, {handover.receiver_id}, "handover_offered", handover, counts)
    if handover.asked_by != handover.giver_id:
        known: Details = {"person": handover.asked_by, "other": handover.receiver_id}
        known["count"] = len(card.households)
        _post(tx, {handover.giver_id}, "handover_asked", handover, known)


def accepted(tx: Transaction, handover: Handover, count: int, officers: Iterable[int]) -> None:
    """Giver and asker hear at once that it is done, the officers in their next digest."""
    receiver = handover.receiver_id
    bulletins.withdraw(tx, {receiver}, _key(handover, "handover_offered"))
    asked = {handover.giver_id, handover.asked_by} - {receiver}
    _post(tx, asked, "handover_accepted", handover, {"person": receiver, "count": count})
    others = set(officers) - asked - {receiver}
    known: Details = {"person": handover.giver_id, "other": receiver, "count": count}
    _post(tx, others, "handover_done", handover, known, urgent=False)


def declined(tx: Transaction, handover: Handover, *, has_reason: bool) -> None:
    """Giver and asker hear at once, with the reason if one was given: it is looked up when it is told."""
    told = {handover.giver_id, handover.asked_by}
    slug = "handover_declined_because" if has_reason else "handover_declined"
    known: Details = {"person": handover.receiver_id, "count": handover.households}
    _post(tx, told, slug, handover, known)


def withdrawn(tx: Transaction, handover: Handover, actor_id: int) -> None:
    """The receiver hears that there is nothing to answer any more, if they had heard of it; the giver too."""
    receiver, count = handover.receiver_id, handover.households
    if not bulletins.withdraw(tx, {receiver}, _key(handover, "handover_offered")):
        told: Details = {"person": handover.giver_id, "count": count}
        _post(tx, {receiver}, "handover_withdrawn", handover, told)
    others = {handover.giver_id, handover.asked_by} - {actor_id}
    _post(tx, others, "handover_taken_back", handover, {"person": receiver, "count": count})


def receiver_gone(tx: Transaction, handover: Handover) -> None:
    """Giver, asker and officers hear that nobody is left to answer."""
    told = {handover.giver_id, handover.asked_by, *officers_of(tx, handover)}
    known: Details = {"person": handover.giver_id, "other": handover.receiver_id}
    known["count"] = handover.households
    _post(tx, told, "handover_receiver_gone", handover, known)


def tell(tx: Transaction) -> None:
    """Remind receiver and officers of what was not answered for three working days; each hears it once."""
    waiting = select(HANDOVERS.c.id, HANDOVERS.c.asked_at).where(HANDOVERS.c.state == HandoverState.OFFERED)
    for row in tx.connection.execute(waiting).all():
        asked_on = row.asked_at.astimezone(tx.zone).date()
        if workdays.workdays_after(asked_on, ANSWER_WORKDAYS) > tx.today:
            continue
        handover = handover_rows.read(tx, row.id)
        receiver = handover.receiver_id
        known: Details = {"person": handover.giver_id, "count": handover.households}
        known["since"] = asked_on.isoformat()
        _post(tx, {receiver}, "handover_waiting", handover, known, urgent=False)
        officers = officers_of(tx, handover) - {receiver}
        _post(tx, officers, "handover_unanswered", handover, {**known, "other": receiver}, urgent=False)


def officers_of(tx: Transaction, handover: Handover) -> set[int]:
    """The officers, else the chairs, over the branches of its households."""
    unions = handover_rows.branches(tx, handover.id)
    return {one for union in unions for one in bulletins.officers_of(tx, union)}


def _post(
    tx: Transaction,
    told: Iterable[int],
    slug: str,
    handover: Handover,
    details: Details,
    *,
    urgent: bool = True,
) -> None:
    known: Details = {"handover": handover.id, **details}
    here = tx.connection.scalars(_STILL_HERE, {"ids": list(told)})
    bulletins.post(tx, here, slug, key=_key(handover, slug), urgent=urgent, **known)


def _key(handover: Handover, slug: str) -> str:
    return f"handover:{handover.id}:{slug}"
