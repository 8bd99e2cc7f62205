"""Handovers as they stand: who offered what to whom; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, or_, select

from storage.aid_codes import AidState
from storage.among import among
from storage.codes import HandoverState
from storage.columns import table_of
from storage.errors import NotFound
from storage.households import dossiers
from storage.households.names import OVER
from storage.members import offices
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.office import Handover as HandoverRow
from storage.tables.office import HandoverHousehold
from storage.tables.people import PersonRow
from storage.takeover import draft_moves, workload
from storage.takeover.leave import OVERSEERS

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.households.dossiers import HouseholdLine
    from storage.members.people import Person
    from storage.takeover.workload import Load

LISTED_MAX = 20
# Aid that is asked for and not paid yet.
PENDING = (AidState.DRAFT, AidState.TO_REVIEW, AidState.TO_APPROVE, AidState.APPROVED, AidState.RETURNED)

HANDOVERS = table_of(HandoverRow)
OFFERED = table_of(HandoverHousehold)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)
_AID = table_of(Aid)
_giver, _receiver, _asker = (_PEOPLE.alias(name) for name in ("giver", "receiver", "asker"))
_WITH_NAMES: Select[Any] = (
    select(
        HANDOVERS,
        _giver.c.name.label("giver_name"),
        _receiver.c.name.label("receiver_name"),
        _asker.c.name.label("asker_name"),
        select(func.count())
        .where(OFFERED.c.handover_id == HANDOVERS.c.id)
        .correlate(HANDOVERS)
        .scalar_subquery()
        .label("households"),
    )
    .join(_giver, _giver.c.id == HANDOVERS.c.giver_id)
    .join(_receiver, _receiver.c.id == HANDOVERS.c.receiver_id)
    .join(_asker, _asker.c.id == HANDOVERS.c.asked_by)
)
_ONE = _WITH_NAMES.where(HANDOVERS.c.id == bindparam("handover"))
_LOCK = select(HANDOVERS.c.state).where(HANDOVERS.c.id == bindparam("handover")).with_for_update()
_WHICH = select(OFFERED.c.household_id).where(OFFERED.c.handover_id == bindparam("handover"))
_BRANCHES = (
    select(_HOUSEHOLDS.c.union_id)
    .join(OFFERED, OFFERED.c.household_id == _HOUSEHOLDS.c.id)
    .where(OFFERED.c.handover_id == bindparam("handover"))
    .distinct()
)
_OF_IT = (
    select(_HOUSEHOLDS.c.id)
    .join(OFFERED, OFFERED.c.household_id == _HOUSEHOLDS.c.id)
    .where(OFFERED.c.handover_id == HANDOVERS.c.id)
)
_CHANGED = (
    select(_HOUSEHOLDS.c.id)
    .join(OFFERED, OFFERED.c.household_id == _HOUSEHOLDS.c.id)
    .where(
        OFFERED.c.handover_id == bindparam("handover"),
        # One without a liaison is the giver's still, who is then the officer that gives it.
        or_(_HOUSEHOLDS.c.liaison_id != bindparam("giver"), _HOUSEHOLDS.c.state.in_(OVER)),
    )
)
_AID_OF = select(func.count()).where(among(_AID.c.household_id, "ids"), _AID.c.state.in_(PENDING))


@dataclass(frozen=True, slots=True)
class Handover:
    """One handover: from whom to whom, asked by whom and when, how many households, and what became of it."""

    id: str
    giver_id: int
    giver_name: str
    receiver_id: int
    receiver_name: str
    asked_by: int
    asker_name: str
    state: HandoverState
    asked_at: datetime
    answered_at: datetime | None
    households: int


@dataclass(frozen=True, slots=True)
class HandoverCard:
    """What would change hands, as it stands now.

    `changed`: households of it that went to somebody else meanwhile, or whose files are over: they stay where
    they are. `aid`: asked for and not paid yet. `drafts`: put aside by the giver, they go along.
    """

    handover: Handover
    households: tuple[HouseholdLine, ...]
    changed: tuple[HouseholdLine, ...]
    load: Load
    aid: int
    drafts: int
    may_answer: bool
    may_withdraw: bool


def card(tx: Transaction, person: Person, handover_id: str) -> HandoverCard:
    """Return a handover as it stands, for giver, receiver, asker, and overseers of all its branches.

    Refuses NotFound for everybody else.
    """
    handover = read(tx, handover_id)
    own = person.id in {handover.giver_id, handover.receiver_id, handover.asked_by}
    if not own and not oversees(tx, person, handover_id):
        raise NotFound(handover_id=handover_id)
    lines = dossiers.lines(tx, household_ids(tx, handover_id))
    changed = changed_ids(tx, handover) if handover.state == HandoverState.OFFERED else frozenset()
    moving = sorted(set(lines) - changed)
    is_open = handover.state == HandoverState.OFFERED
    return HandoverCard(
        handover=handover,
        households=tuple(lines[one] for one in moving),
        changed=tuple(lines[one] for one in sorted(changed)),
        load=workload.of_households(tx, moving),
        aid=tx.connection.execute(_AID_OF, {"ids": moving}).scalar_one(),
        drafts=draft_moves.put_aside(tx, handover.giver_id, moving) if is_open else 0,
        may_answer=is_open and person.id == handover.receiver_id,
        may_withdraw=is_open and person.id != handover.receiver_id,
    )


def read(tx: Transaction, handover_id: str, *, lock: bool = False) -> Handover:
    """Return a handover, for those who have checked whose it is; `lock`: nobody else answers it meanwhile.

    Refuses NotFound.
    """
    if lock:
        tx.connection.execute(_LOCK, {"handover": handover_id})
    row = tx.connection.execute(_ONE, {"handover": handover_id}).one_or_none()
    if row is None:
        raise NotFound(handover_id=handover_id)
    return _handover(row)


def open_ones(tx: Transaction, person: Person) -> list[Handover]:
    """Return the open handovers that concern a person: receiver, giver, asker, or overseer of all of it."""
    theirs = [
        HANDOVERS.c.receiver_id == person.id,
        HANDOVERS.c.giver_id == person.id,
        HANDOVERS.c.asked_by == person.id,
    ]
    if person.roles & OVERSEERS:
        elsewhere = _HOUSEHOLDS.c.union_id.not_in(sorted(offices.led(tx, person)))
        theirs.append(~_OF_IT.where(elsewhere).correlate(HANDOVERS).exists())
    statement = _WITH_NAMES.where(HANDOVERS.c.state == HandoverState.OFFERED, or_(*theirs))
    rows = tx.connection.execute(statement.order_by(HANDOVERS.c.asked_at, HANDOVERS.c.id).limit(LISTED_MAX))
    return [_handover(row) for row in rows]


def household_ids(tx: Transaction, handover_id: str) -> list[int]:
    """Return the households of a handover."""
    return sorted(tx.connection.scalars(_WHICH, {"handover": handover_id}))


def changed_ids(tx: Transaction, handover: Handover) -> frozenset[int]:
    """Return those of its households that are no longer the giver's to hand over."""
    asked = {"handover": handover.id, "giver": handover.giver_id}
    return frozenset(tx.connection.scalars(_CHANGED, asked))


def branches(tx: Transaction, handover_id: str) -> list[int]:
    """Return the branches its households belong to."""
    return sorted(tx.connection.scalars(_BRANCHES, {"handover": handover_id}))


def oversees(tx: Transaction, person: Person, handover_id: str) -> bool:
    """Whether the person is officer or chair over every household of it."""
    unions = branches(tx, handover_id)
    return bool(unions) and offices.led(tx, person).issuperset(unions)


def taken(tx: Transaction, ids: Collection[int]) -> dict[int, Handover]:
    """Return which of these households stand in an open handover, with that handover."""
    inside = (
        _WITH_NAMES.join(OFFERED, OFFERED.c.handover_id == HANDOVERS.c.id)
        .add_columns(OFFERED.c.household_id)
        .where(and_(HANDOVERS.c.state == HandoverState.OFFERED, OFFERED.c.household_id.in_(list(ids))))
    )
    return {row.household_id: _handover(row) for row in tx.connection.execute(inside)}


def _handover(row: Row[Any]) -> Handover:
    return Handover(
        id=row.id,
        giver_id=row.giver_id,
        giver_name=row.giver_name,
        receiver_id=row.receiver_id,
        receiver_name=row.receiver_name,
        asked_by=row.asked_by,
        asker_name=row.asker_name,
        state=HandoverState(row.state),
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        households=row.households,
    )
