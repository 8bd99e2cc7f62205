"""移交: households offered to somebody else, who takes them over by saying so; until then nothing changes.

A household stays with its branch: that is where the employee works, what figures, budget and publication go
by, and what decides who sees the file. So only who sees the branch by their own roles can take it over; a
lasting view of another branch is the admin's to give, by a role.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select, update

from storage import audit, errors, reasons
from storage.among import among
from storage.codes import FollowupState, HandoverState
from storage.columns import new_id, table_of
from storage.households import dossiers
from storage.households.names import OVER
from storage.members import offices, people
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow
from storage.tables.work import Followup
from storage.takeover import candidates, draft_moves, handover_news, handover_rows
from storage.takeover.handover_rows import HANDOVERS, OFFERED, Handover
from storage.takeover.leave import OVERSEERS
from storage.takeover.workload import REPORTERS
from storage.telling import notices_plan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from storage.core.transaction import Transaction
    from storage.households.dossiers import HouseholdLine
    from storage.members.people import Person

# In the giver's place: households that have no liaison.
NOBODY = 0
NAMED_MAX = 5

_HOUSEHOLDS = table_of(Household)
_FOLLOWUPS = table_of(Followup)
_PEOPLE = table_of(PersonRow)
_THESE = select(_HOUSEHOLDS.c.id, _HOUSEHOLDS.c.liaison_id, _HOUSEHOLDS.c.state).where(
    among(_HOUSEHOLDS.c.id, "ids")
)
_LOCKED = _THESE.order_by(_HOUSEHOLDS.c.id).with_for_update(of=_HOUSEHOLDS)
_MOVE = update(_HOUSEHOLDS).where(among(_HOUSEHOLDS.c.id, "ids")).values(liaison_id=bindparam("receiver"))
# What was given to the giver personally goes with the household; what others were given stays with them.
_FOLLOW = (
    update(_FOLLOWUPS)
    .where(
        among(_FOLLOWUPS.c.household_id, "ids"),
        _FOLLOWUPS.c.state == FollowupState.OPEN,
        _FOLLOWUPS.c.person_id == bindparam("giver"),
    )
    .values(person_id=None)
)
_ANSWER = (
    update(HANDOVERS)
    .where(HANDOVERS.c.id == bindparam("handover"))
    .values(state=bindparam("became"), answered_at=bindparam("at"))
)
_SAY_WHY = update(HANDOVERS).where(HANDOVERS.c.id == bindparam("handover")).values(reason=bindparam("said"))


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a receiver took over; `left_out`: what was no longer the giver's to give; `drafts` came along."""

    handover: Handover
    moved: tuple[HouseholdLine, ...]
    left_out: tuple[HouseholdLine, ...]
    drafts: int


def offer(
    tx: Transaction,
    actor: Person,
    household_ids: Collection[int],
    receiver_id: int,
    *,
    giver_id: int | None = None,
) -> Handover:
    """Offer a giver's households to somebody, and return the handover; to oneself it is accepted at once.

    Afterwards the receiver has been told, and the giver is as responsible as before. The same offer once more
    is the same handover. A cadre offers their own, officers and chairs anybody's in their scope; NOBODY as
    giver are households that have no liaison, and the officer gives them.
    Refuses NotAllowed, NotFound (out of scope, or none of the giver's), HouseholdsChanged, CannotReceive,
    OutOfReach, AlreadyOffered.
    """
    giver = people.get(tx, actor.id if giver_id in {None, NOBODY} else giver_id)
    ids = sorted(set(household_ids))
    lines = _offered(tx, actor, giver, ids, liaison_id=None if giver_id == NOBODY else giver.id)
    receiver = _receiver(tx, receiver_id, lines)
    if receiver.id == giver.id and giver_id != NOBODY:
        raise errors.CannotReceive(name=receiver.name)
    taken = handover_rows.taken(tx, ids)
    for same in taken.values():
        if same.receiver_id == receiver_id and handover_rows.household_ids(tx, same.id) == ids:
            return same
    if taken:
        names = _named(one for one in lines if one.id in taken)
        raise errors.AlreadyOffered(names=names, receiver=next(iter(taken.values())).receiver_name)
    handover_id = _write(tx, actor, giver, receiver, ids)
    if receiver.id == actor.id:
        return _accept(tx, receiver, handover_rows.read(tx, handover_id)).handover
    handover_news.offered(tx, handover_rows.card(tx, receiver, handover_id))
    return handover_rows.read(tx, handover_id)


def accept(tx: Transaction, person: Person, handover_id: str) -> Accepted:
    """Take over what was offered.

    Afterwards the receiver is the liaison of every household that was still the giver's, in one transaction;
    their next digest tells them of all that is open there, nobody else hears of it again; the giver's drafts
    that lay aside have come along. Giver, asker and officers hear of it. Where nothing is left to take over,
    nothing changes but that the handover is over.
    Refuses NotFound (not the receiver's), HandoverOver, AskerGone, OutOfReach, CannotReceive.
    """
    return _accept(tx, person, _answerable(tx, person, handover_id))


def decline(tx: Transaction, person: Person, handover_id: str, reason: str = "") -> Handover:
    """Do not take it over; nothing changes hands, and giver and asker hear why.

    `reason`: one sentence, or none. Refuses NotFound (not the receiver's), HandoverOver, BadReason.
    """
    handover = _answerable(tx, person, handover_id)
    said = reasons.sentence(reason, optional=True)
    # The reason, which may be personal, is kept with the handover alone: neither audited nor in the news.
    tx.connection.execute(_SAY_WHY, {"handover": handover_id, "said": said})
    _close(tx, person, handover, HandoverState.DECLINED)
    handover_news.declined(tx, handover, has_reason=bool(said))
    return handover_rows.read(tx, handover_id)


def withdraw(tx: Transaction, person: Person, handover_id: str) -> Handover:
    """Take an offer back; giver, asker and overseers of all its branches may.

    A receiver who has not heard of it yet hears nothing. Refuses NotFound, HandoverOver.
    """
    handover = handover_rows.read(tx, handover_id, lock=True)
    own = person.id in {handover.giver_id, handover.asked_by}
    if not own and not handover_rows.oversees(tx, person, handover_id):
        raise errors.NotFound(handover_id=handover_id)
    if handover.state != HandoverState.OFFERED:
        raise errors.HandoverOver
    _close(tx, person, handover, HandoverState.WITHDRAWN)
    handover_news.withdrawn(tx, handover, person.id)
    return handover_rows.read(tx, handover_id)


def settle(tx: Transaction, person_id: int) -> None:
    """Somebody left the union: what was offered to them is withdrawn, and giver, asker and officers hear so.

    What they offered stands: the receiver can still take it over.
    """
    theirs = select(HANDOVERS.c.id).where(
        HANDOVERS.c.receiver_id == person_id, HANDOVERS.c.state == HandoverState.OFFERED
    )
    for handover_id in list(tx.connection.scalars(theirs)):
        handover = handover_rows.read(tx, handover_id, lock=True)
        _close(tx, None, handover, HandoverState.WITHDRAWN)
        handover_news.receiver_gone(tx, handover)


def _offered(
    tx: Transaction, actor: Person, giver: Person, ids: list[int], *, liaison_id: int | None
) -> list[HouseholdLine]:
    """The households, locked from now on, if they are there and the actor may offer them."""
    is_own = giver.id == actor.id and liaison_id is not None
    if not actor.roles.intersection(REPORTERS) or not (is_own or actor.roles & OVERSEERS):
        raise errors.NotAllowed
    rows = {row.id: row for row in tx.connection.execute(_LOCKED, {"ids": ids})} if ids else {}
    lines = dossiers.lines(tx, ids) if ids else {}
    if not ids or len(rows) != len(ids):
        raise errors.NotFound
    if not is_own and not offices.led(tx, actor).issuperset(line.union_id for line in lines.values()):
        raise errors.NotFound
    gone = [one for one in ids if rows[one].liaison_id != liaison_id or rows[one].state in OVER]
    if gone:
        raise errors.HouseholdsChanged(names=_named(lines[one] for one in gone))
    return [lines[one] for one in ids]


def _receiver(tx: Transaction, receiver_id: int, lines: Iterable[HouseholdLine]) -> Person:
    """Whoever is to take over, if they can be told, may report, and see every branch by their own roles."""
    receiver = people.get(tx, receiver_id)
    told = select(_PEOPLE.c.id).where(_PEOPLE.c.id == receiver_id, *candidates.CAN_BE_TOLD)
    fits = tx.connection.scalar(told) is not None and bool(receiver.roles.intersection(REPORTERS))
    if not fits:
        raise errors.CannotReceive(name=receiver.name)
    for line in lines:
        if line.union_id not in receiver.scope:
            raise errors.OutOfReach(name=receiver.name, union=line.union_name)
    return receiver


def _write(tx: Transaction, actor: Person, giver: Person, receiver: Person, ids: list[int]) -> str:
    handover_id = new_id()
    row = {
        "id": handover_id,
        "giver_id": giver.id,
        "receiver_id": receiver.id,
        "asked_by": actor.id,
        "state": HandoverState.OFFERED,
        "reason": "",
        "asked_at": tx.now,
    }
    tx.connection.execute(insert(HANDOVERS), row)
    tx.connection.execute(insert(OFFERED), [{"handover_id": handover_id, "household_id": one} for one in ids])
    audit.record(
        tx,
        person_id=actor.id,
        act="handover.offer",
        subject=f"handover:{handover_id}",
        giver=giver.id,
        receiver=receiver.id,
        households=ids,
    )
    return handover_id


def _answerable(tx: Transaction, person: Person, handover_id: str) -> Handover:
    handover = handover_rows.read(tx, handover_id, lock=True)
    if handover.receiver_id != person.id:
        raise errors.NotFound(handover_id=handover_id)
    if handover.state != HandoverState.OFFERED:
        raise errors.HandoverOver
    return handover


def _require_asker(tx: Transaction, handover: Handover, lines: Iterable[HouseholdLine]) -> None:
    """Whoever asked may ask still: the giver, removed or not, for what is their own; else who leads there.

    Refuses AskerGone.
    """
    is_own = handover.asked_by == handover.giver_id
    others = {one.union_id for one in lines if not (is_own and one.liaison_id == handover.giver_id)}
    if others and not offices.led(tx, people.get(tx, handover.asked_by)).issuperset(others):
        raise errors.AskerGone(name=handover.asker_name)


def _accept(tx: Transaction, person: Person, handover: Handover) -> Accepted:
    ids = handover_rows.household_ids(tx, handover.id)
    tx.connection.execute(_LOCKED, {"ids": ids})
    changed = handover_rows.changed_ids(tx, handover)
    lines = dossiers.lines(tx, ids)
    moving = [one for one in ids if one not in changed]
    _require_asker(tx, handover, [lines[one] for one in moving])
    _receiver(tx, person.id, (lines[one] for one in moving))
    left_out = tuple(lines[one] for one in sorted(changed))
    if not moving:
        _close(tx, person, handover, HandoverState.WITHDRAWN)
        return Accepted(handover_rows.read(tx, handover.id), (), left_out, 0)
    tx.connection.execute(_MOVE, {"ids": moving, "receiver": person.id})
    tx.connection.execute(_FOLLOW, {"ids": moving, "giver": handover.giver_id})
    notices_plan.of_households_again(tx, moving)
    officers = sorted(handover_news.officers_of(tx, handover))
    drafts = draft_moves.go_along(tx, handover.giver_id, moving, [person.id, *officers])
    _close(tx, person, handover, HandoverState.ACCEPTED, households=moving)
    handover_news.accepted(tx, handover, len(moving), officers)
    return Accepted(
        handover=handover_rows.read(tx, handover.id),
        moved=tuple(lines[one] for one in moving),
        left_out=left_out,
        drafts=drafts.get(person.id, 0),
    )


def _close(
    tx: Transaction, person: Person | None, handover: Handover, became: HandoverState, **details: object
) -> None:
    tx.connection.execute(_ANSWER, {"handover": handover.id, "became": became, "at": tx.now})
    audit.record(
        tx,
        person_id=None if person is None else person.id,
        act=f"handover.{became.lower()}",
        subject=f"handover:{handover.id}",
        **details,
    )


def _named(lines: Iterable[HouseholdLine]) -> str:
    """The names of a few households and their numbers, as a refusal says them."""
    told = [f"{line.name} {line.file_no}" for line in lines]
    return " · ".join(told[:NAMED_MAX]) + ("…" if len(told) > NAMED_MAX else "")
