"""外出: somebody says until when they are away and who stands in; it is over by itself, or they come back.

Whatever follows from a leave is read from its days (`absences`): nothing is moved, so nothing has to be put
back. What this module does is to keep the leaves in order and to have people told.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select, update

from storage import audit
from storage.codes import Role
from storage.columns import table_of
from storage.errors import CannotStandIn, LeaveDays, NotAllowed, NotAway, NotFound, StandInAway
from storage.members import absences, offices, people
from storage.members.absences import ABSENCES, Absence
from storage.tables.people import PersonRow
from storage.takeover import candidates, draft_moves, leave_news
from storage.takeover.workload import REPORTERS
from storage.telling import notices_plan

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from storage.members.people import Person
    from storage.takeover.candidates import Candidate

# A whole year with both its ends; whoever is gone for longer hands over.
DAYS_MAX = 366
OVERSEERS = frozenset({Role.OFFICER, Role.CHAIR})

_PEOPLE = table_of(PersonRow)

# Two taps at once must not make two leaves of the same days.
_HOLD = select(_PEOPLE.c.id).where(_PEOPLE.c.id == bindparam("person")).with_for_update(key_share=True)
_END = update(ABSENCES).where(ABSENCES.c.id == bindparam("leave")).values(ended_at=bindparam("at"))
_SHORTEN = update(ABSENCES).where(ABSENCES.c.id == bindparam("leave")).values(until_on=bindparam("until"))


def substitutes(
    tx: Transaction,
    actor: Person,
    until_on: date,
    *,
    from_on: date | None = None,
    person_id: int | None = None,
) -> list[Candidate]:
    """Return who could stand in on all these days: colleagues of the branch, then officers, then chairs.

    For an officer or a chair only another one. Refuses NotFound and NotAllowed (somebody else's leave),
    LeaveDays.
    """
    person = whose(tx, actor, person_id)
    first = _first(tx, from_on, until_on)
    found = candidates.of_branches(tx, person.id, leave_news.branches_of(tx, person), first, until_on)
    return [one for one in found if _carries(tx, person, one.id)] if person.roles & OVERSEERS else found


def away(
    tx: Transaction,
    actor: Person,
    until_on: date,
    substitute_id: int,
    *,
    from_on: date | None = None,
    person_id: int | None = None,
    may_approve: bool = False,
) -> Absence:
    """Set somebody's leave, both days included, and who stands in; from today on unless `from_on` says else.

    Afterwards it is their only leave on those days: one that it touches is shortened, or over. The substitute
    is told at once; so is the person, when an officer set it. The same leave once more changes nothing.
    `may_approve`: a chair has the substitute approve aid in their place as well; of others it says nothing.
    Refuses NotFound and NotAllowed (`person_id`: only officers and chairs set it for somebody of
    their own unions; nobody lends another's approval), LeaveDays, CannotStandIn, StandInAway.
    """
    person, first = check(tx, actor, until_on, substitute_id, from_on=from_on, person_id=person_id)
    if may_approve and person.id != actor.id:
        raise NotAllowed
    may_approve = may_approve and Role.CHAIR in person.roles
    tx.connection.execute(_HOLD, {"person": person.id})
    there = absences.between(tx, person.id, first, until_on)
    if there and first == tx.today:
        # Whoever is away already has been since then, whatever they change.
        first = min(first, there[0].from_on)
    leave = Absence(0, person.id, substitute_id, first, until_on, may_approve)
    for one in there:
        if one == replace(leave, id=one.id):
            return one
    leave = _recorded(tx, actor, leave)
    for one in there:
        _make_room(tx, one, leave)
    leave_news.begun(tx, leave, substitute_id)
    leave_news.noted(tx, leave, actor.id)
    leave_news.tell(tx)
    return leave


def _recorded(tx: Transaction, actor: Person, leave: Absence) -> Absence:
    row = {name: value for name, value in asdict(leave).items() if name != "id"}
    made = insert(ABSENCES).values(**row, created_by=actor.id, created_at=tx.now).returning(ABSENCES.c.id)
    audit.record(
        tx,
        person_id=actor.id,
        act="leave.set",
        subject=f"person:{leave.person_id}",
        substitute=leave.substitute_id,
        since=leave.from_on.isoformat(),
        until=leave.until_on.isoformat(),
        may_approve=leave.may_approve,
    )
    return replace(leave, id=tx.connection.execute(made).scalar_one())


def back(tx: Transaction, actor: Person, *, person_id: int | None = None) -> leave_news.Meanwhile:
    """End the leave somebody is on, or call off the next one, and return what was done meanwhile.

    Afterwards everything due there is theirs again, as is what a substitute who does not see it any more had
    begun there; whoever stood in is told. Refuses NotAway; NotFound and NotAllowed for somebody else's.
    """
    person = whose(tx, actor, person_id)
    ahead = absences.between(tx, person.id, tx.today, date.max)
    if not ahead:
        raise NotAway
    leave = ahead[0]
    today = absences.stand_ins(tx, tx.today).get(person.id)
    stood_in = {leave.substitute_id} if today is None else {leave.substitute_id, today}
    tx.connection.execute(_END, {"leave": leave.id, "at": tx.now})
    audit.record(tx, person_id=actor.id, act="leave.end", subject=f"person:{person.id}", leave=leave.id)
    leave_news.over(tx, leave, stood_in)
    notices_plan.of_person_back(tx, person.id)
    leave_news.tell(tx)
    for one in sorted(stood_in):
        draft_moves.return_lost(tx, one)
    return leave_news.meanwhile(tx, leave)


def settle(tx: Transaction, person_id: int) -> None:
    """Somebody left the union: their own leaves are over, and whoever stood in hears so.

    Whom they stood in for themselves is told by `leave_news.tell`.
    """
    for leave in absences.between(tx, person_id, tx.today, date.max):
        tx.connection.execute(_END, {"leave": leave.id, "at": tx.now})
        leave_news.over(tx, leave, {leave.substitute_id})
        draft_moves.return_lost(tx, leave.substitute_id)


def check(
    tx: Transaction,
    actor: Person,
    until_on: date,
    substitute_id: int,
    *,
    from_on: date | None = None,
    person_id: int | None = None,
) -> tuple[Person, date]:
    """Return whose leave that would be and its first day. Refuses what `away` refuses."""
    person = whose(tx, actor, person_id)
    first = _first(tx, from_on, until_on)
    _check_substitute(tx, person, substitute_id, first, until_on)
    return person, first


def whose(tx: Transaction, actor: Person, person_id: int | None) -> Person:
    """Return whose leave it is: the actor's own, or somebody's in an overseer's scope.

    Refuses NotAllowed, NotFound.
    """
    if not actor.roles.intersection(REPORTERS):
        raise NotAllowed
    if person_id is None or person_id == actor.id:
        return actor
    if not actor.roles & OVERSEERS:
        raise NotAllowed
    person = people.get(tx, person_id)
    if person.union_id not in offices.led(tx, actor) or not person.roles.intersection(REPORTERS):
        raise NotFound
    return person


def _first(tx: Transaction, from_on: date | None, until_on: date) -> date:
    first = tx.today if from_on is None else from_on
    farthest = tx.today + timedelta(days=DAYS_MAX)
    if not tx.today <= first <= until_on or first > farthest or (until_on - first).days >= DAYS_MAX:
        raise LeaveDays(days=DAYS_MAX)
    return first


def _check_substitute(tx: Transaction, person: Person, substitute_id: int, first: date, until: date) -> None:
    other = people.get(tx, substitute_id)
    fits = tx.connection.scalar(select(_PEOPLE.c.id).where(_PEOPLE.c.id == other.id, *candidates.CAN_BE_TOLD))
    able = bool(other.roles.intersection(REPORTERS)) and _carries(tx, person, other.id)
    if other.id == person.id or fits is None or not able:
        raise CannotStandIn(name=other.name)
    if absences.between(tx, other.id, first, until):
        raise StandInAway(name=other.name)


def _carries(tx: Transaction, person: Person, substitute_id: int) -> bool:
    """Whether somebody can do what a person's office asks: what comes up to an officer, no cadre decides."""
    return offices.led(tx, people.get(tx, substitute_id)) >= offices.led(tx, person)


def _make_room(tx: Transaction, old: Absence, new: Absence) -> None:
    """An earlier leave ends the day before the new one; one that has not begun by then gives way to it."""
    if old.from_on < new.from_on:
        cut = {"leave": old.id, "until": new.from_on - timedelta(days=1)}
        tx.connection.execute(_SHORTEN, cut)
    else:
        tx.connection.execute(_END, {"leave": old.id, "at": tx.now})
    if old.substitute_id != new.substitute_id:
        leave_news.over(tx, old, {old.substitute_id})
