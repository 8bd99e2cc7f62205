"""Leaves as they are shown: before they are set, while they last, and to whoever stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from storage.columns import table_of
from storage.errors import CannotStandIn
from storage.members import absences, people
from storage.tables.people import PersonRow, Union
from storage.takeover import candidates, leave, leave_news, workload

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Select

    from storage.core.transaction import Transaction
    from storage.members.absences import Absence
    from storage.members.people import Person
    from storage.takeover.candidates import Candidate
    from storage.takeover.workload import Load

AHEAD_MAX = 3

_PEOPLE = table_of(PersonRow)
_UNIONS = table_of(Union)
_NAMES: Select[Any] = select(_PEOPLE.c.id, _PEOPLE.c.name).where(
    _PEOPLE.c.id.in_(bindparam("ids", expanding=True))
)
_UNION_NAMES = (
    select(_UNIONS.c.name).where(_UNIONS.c.id.in_(bindparam("ids", expanding=True))).order_by(_UNIONS.c.path)
)


@dataclass(frozen=True, slots=True)
class Preview:
    """A leave that is not set yet; `opened`: branches the substitute sees only because of it."""

    person_id: int
    person_name: str
    from_on: date
    until_on: date
    substitute: Candidate
    load: Load
    opened: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """A leave with its names; `instead`: who stands in today, None while nobody can."""

    leave: Absence
    person_name: str
    substitute_name: str
    instead: str | None
    is_now: bool


def preview(
    tx: Transaction,
    actor: Person,
    until_on: date,
    substitute_id: int,
    *,
    from_on: date | None = None,
    person_id: int | None = None,
) -> Preview:
    """Return what a leave would mean. Refuses what setting it refuses."""
    person, first = leave.check(tx, actor, until_on, substitute_id, from_on=from_on, person_id=person_id)
    substitute = candidates.one(tx, substitute_id)
    if substitute is None:
        raise CannotStandIn(name=people.get(tx, substitute_id).name)
    unseen = leave_news.branches_of(tx, person) - people.get(tx, substitute_id).scope
    return Preview(
        person_id=person.id,
        person_name=person.name,
        from_on=first,
        until_on=until_on,
        substitute=substitute,
        load=workload.of_people(tx, [person.id])[person.id],
        opened=tuple(tx.connection.scalars(_UNION_NAMES, {"ids": sorted(unseen)})) if unseen else (),
    )


def of_person(tx: Transaction, actor: Person, *, person_id: int | None = None) -> list[LeaveLine]:
    """Return the leave somebody is on and the next ones. Refuses NotAllowed, NotFound for somebody else's."""
    person = leave.whose(tx, actor, person_id)
    return _lines(tx, absences.between(tx, person.id, tx.today, tx.today.max)[:AHEAD_MAX])


def stood_in_for(tx: Transaction, person: Person) -> list[LeaveLine]:
    """Return the leaves of those whom this person stands in for today."""
    theirs = absences.standing_in(tx, person.id, tx.today)
    found = (absences.current(tx, one, tx.today) for one in sorted(theirs))
    return _lines(tx, [one for one in found if one is not None])


def now(tx: Transaction, person_id: int) -> LeaveLine | None:
    """Return the leave somebody is on today, for those who have checked that it may be shown."""
    current = absences.current(tx, person_id, tx.today)
    return None if current is None else _lines(tx, [current])[0]


def _lines(tx: Transaction, leaves: Iterable[Absence]) -> list[LeaveLine]:
    shown = list(leaves)
    if not shown:
        return []
    instead = absences.stand_ins(tx, tx.today)
    ids = {one for each in shown for one in (each.person_id, each.substitute_id, instead.get(each.person_id))}
    wanted = [one for one in ids if one is not None]
    names = {row.id: row.name for row in tx.connection.execute(_NAMES, {"ids": wanted})}
    lines = []
    for each in shown:
        is_now = each.from_on <= tx.today <= each.until_on
        today = instead.get(each.person_id)
        lines.append(
            LeaveLine(
                leave=each,
                person_name=names[each.person_id],
                substitute_name=names[each.substitute_id],
                instead=names[today] if is_now and today is not None else None,
                is_now=is_now,
            )
        )
    return lines
