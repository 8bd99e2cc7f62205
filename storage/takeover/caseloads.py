"""Whose households could be handed over, and which: a person's own, or anybody's in an overseer's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, func, select

from storage.among import among
from storage.codes import PersonState
from storage.columns import table_of
from storage.errors import NotAllowed, NotFound
from storage.households.names import OVER
from storage.members import offices, people
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow, Union
from storage.tables.work import Followup
from storage.takeover import candidates, workload
from storage.takeover.handovers import NOBODY
from storage.takeover.leave import OVERSEERS
from storage.takeover.workload import REPORTERS

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy import Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person
    from storage.takeover.candidates import Candidate
    from storage.takeover.workload import Load

LISTED_MAX = 1_000

_HOUSEHOLDS = table_of(Household)
_FOLLOWUPS = table_of(Followup)
_PEOPLE = table_of(PersonRow)
_UNIONS = table_of(Union)
_ON_HAND = _HOUSEHOLDS.c.state.not_in(OVER)
_IN_SCOPE = _HOUSEHOLDS.c.union_id.in_(bindparam("scope", expanding=True))
# By the people, who are few beside their households: each is asked after by the index of liaisons.
_GIVERS: Select[Any] = (
    select(
        _PEOPLE.c.id,
        _PEOPLE.c.name,
        _UNIONS.c.name.label("union_name"),
        (_PEOPLE.c.state == PersonState.REMOVED).label("is_gone"),
        _PEOPLE.c.blocked_at.is_not(None).label("is_blocked"),
    )
    .join(_UNIONS, _UNIONS.c.id == _PEOPLE.c.union_id)
    .where(
        select(_HOUSEHOLDS.c.id).where(_HOUSEHOLDS.c.liaison_id == _PEOPLE.c.id, _IN_SCOPE, _ON_HAND).exists()
    )
    # Those who cannot look after them any more come first.
    .order_by(
        case((_PEOPLE.c.state == PersonState.REMOVED, 0), (_PEOPLE.c.blocked_at.is_not(None), 1), else_=2),
        _UNIONS.c.name,
        _PEOPLE.c.id,
    )
)
_HOW_MANY: Select[Any] = (
    select(_HOUSEHOLDS.c.liaison_id, func.count())
    .where(among(_HOUSEHOLDS.c.liaison_id, "ids"), _IN_SCOPE, _ON_HAND)
    .group_by(_HOUSEHOLDS.c.liaison_id)
)
_CASES: Select[Any] = (
    select(
        _HOUSEHOLDS.c.id,
        _HOUSEHOLDS.c.name,
        _HOUSEHOLDS.c.file_no,
        _HOUSEHOLDS.c.union_id,
        func.min(_FOLLOWUPS.c.due_on).label("due_on"),
    )
    .outerjoin(
        _FOLLOWUPS,
        and_(_FOLLOWUPS.c.household_id == _HOUSEHOLDS.c.id, *workload.LIAISONS_OWN),
    )
    .where(_ON_HAND)
    .group_by(_HOUSEHOLDS.c.id, _HOUSEHOLDS.c.name, _HOUSEHOLDS.c.file_no, _HOUSEHOLDS.c.union_id)
    .order_by(_HOUSEHOLDS.c.id)
    .limit(LISTED_MAX)
)
_OF_ONE = _CASES.where(_HOUSEHOLDS.c.liaison_id == bindparam("giver"))
_OF_NOBODY = _CASES.where(_HOUSEHOLDS.c.liaison_id.is_(None), _IN_SCOPE)
_UNOWNED = select(func.count()).where(_HOUSEHOLDS.c.liaison_id.is_(None), _IN_SCOPE, _ON_HAND)


@dataclass(frozen=True, slots=True)
class Giver:
    """A liaison with open households in somebody's scope; gone, or not to be told, or at work."""

    id: int
    name: str
    union_name: str
    is_gone: bool
    is_blocked: bool
    households: int


@dataclass(frozen=True, slots=True)
class Case:
    """One household that could be handed over; `due_on`: the earliest of what goes over with it."""

    id: int
    name: str
    file_no: str
    union_id: int
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Caseload:
    """Everything that lies with one liaison, as far as it may be handed over by whoever asks."""

    giver_id: int
    giver_name: str
    cases: tuple[Case, ...]
    load: Load


def givers(tx: Transaction, actor: Person, *, limit: int, offset: int = 0) -> list[Giver]:
    """Return the liaisons in an overseer's scope, those who are gone or blocked first. Refuses NotAllowed."""
    if not actor.roles & OVERSEERS:
        raise NotAllowed
    scope = sorted(offices.led(tx, actor))
    rows = tx.connection.execute(_GIVERS.limit(limit).offset(offset), {"scope": scope}).all()
    asked = {"ids": [row.id for row in rows], "scope": scope}
    counts = {row[0]: row[1] for row in tx.connection.execute(_HOW_MANY, asked)}
    return [
        Giver(row.id, row.name, row.union_name, row.is_gone, row.is_blocked, counts[row.id]) for row in rows
    ]


def of(tx: Transaction, actor: Person, giver_id: int) -> Caseload:
    """Return a liaison's open households; for an overseer, those in their scope; NOBODY's have no liaison.

    Refuses NotAllowed (neither one's own nor an overseer), NotFound (nobody, or nothing in scope).
    """
    if not actor.roles.intersection(REPORTERS):
        raise NotAllowed
    own = giver_id == actor.id
    if not own and not actor.roles & OVERSEERS:
        raise NotAllowed
    if giver_id == NOBODY:
        return _of_nobody(tx, actor)
    giver = people.get(tx, giver_id)
    led = offices.led(tx, actor)
    rows = tx.connection.execute(_OF_ONE, {"giver": giver_id, "today": tx.today})
    cases = tuple(Case(*row) for row in rows if own or row.union_id in led)
    if not own and not cases and giver.union_id not in led:
        raise NotFound
    load = workload.of_households(tx, [one.id for one in cases])
    return Caseload(giver_id, giver.name, cases, load)


def unowned(tx: Transaction, actor: Person) -> int:
    """Return how many open households in an overseer's scope have no liaison. Refuses NotAllowed."""
    if not actor.roles & OVERSEERS:
        raise NotAllowed
    found: int = tx.connection.execute(_UNOWNED, {"scope": sorted(offices.led(tx, actor))}).scalar_one()
    return found


def _of_nobody(tx: Transaction, actor: Person) -> Caseload:
    asked = {"scope": sorted(offices.led(tx, actor)), "today": tx.today}
    cases = tuple(Case(*row) for row in tx.connection.execute(_OF_NOBODY, asked))
    return Caseload(NOBODY, "", cases, workload.of_households(tx, [one.id for one in cases]))


def receivers(tx: Transaction, giver_id: int, cases: Collection[Case]) -> list[Candidate]:
    """Return who could take these over and is at work today: cadres of the branch, officers, chairs."""
    unions = {one.union_id for one in cases}
    return candidates.of_branches(tx, giver_id, unions, tx.today, tx.today)
