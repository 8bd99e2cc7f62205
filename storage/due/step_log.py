"""What was done about due items, newest first, and how one ended; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from storage import errors
from storage.codes import FollowupKind, FollowupState, StepAct
from storage.columns import table_of
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow
from storage.tables.reports import Revisit, Visit
from storage.tables.work import Followup, FollowupStep, Notice

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)
_STEPS = table_of(FollowupStep)
_NOTICES = table_of(Notice)
_VISITS = table_of(Visit)
_REVISITS = table_of(Revisit)
_OTHERS = _PEOPLE.alias("others")

_READ: Select[Any] = (
    select(
        _STEPS.c.id,
        _STEPS.c.followup_id,
        _FOLLOWUPS.c.kind,
        _STEPS.c.act,
        _PEOPLE.c.name.label("person_name"),
        _OTHERS.c.name.label("other_name"),
        _STEPS.c.until_on,
        _STEPS.c.reason,
        _STEPS.c.done_at,
    )
    .join(_FOLLOWUPS, _FOLLOWUPS.c.id == _STEPS.c.followup_id)
    .join(_PEOPLE, _PEOPLE.c.id == _STEPS.c.person_id)
    .outerjoin(_OTHERS, _OTHERS.c.id == _STEPS.c.other_person_id)
    .order_by(_STEPS.c.id.desc())
    .limit(bindparam("most"))
)
_OF_ITEM = _READ.where(_STEPS.c.followup_id == bindparam("item"))
_OF_HOUSEHOLD = _READ.where(_STEPS.c.household_id == bindparam("household"))
_ENDED: Select[Any] = (
    select(
        _FOLLOWUPS.c.id,
        _FOLLOWUPS.c.kind,
        _FOLLOWUPS.c.state,
        _FOLLOWUPS.c.closed_at,
        _FOLLOWUPS.c.household_id,
        _HOUSEHOLDS.c.name,
        _HOUSEHOLDS.c.file_no,
        _HOUSEHOLDS.c.union_id,
        _PEOPLE.c.name.label("closed_by"),
        func.coalesce(_VISITS.c.number, _REVISITS.c.number).label("report_no"),
    )
    .join(_HOUSEHOLDS, _HOUSEHOLDS.c.id == _FOLLOWUPS.c.household_id)
    .outerjoin(_PEOPLE, _PEOPLE.c.id == _FOLLOWUPS.c.closed_by)
    .outerjoin(_VISITS, _VISITS.c.id == _FOLLOWUPS.c.done_by_report)
    .outerjoin(_REVISITS, _REVISITS.c.id == _FOLLOWUPS.c.done_by_report)
    .where(_FOLLOWUPS.c.id == bindparam("item"), _FOLLOWUPS.c.state != FollowupState.OPEN)
)


_TELLINGS: Select[Any] = (
    select(_NOTICES.c.told_at, _FOLLOWUPS.c.kind, _PEOPLE.c.name)
    .join_from(_FOLLOWUPS, _NOTICES, _NOTICES.c.followup_id == _FOLLOWUPS.c.id)
    .join(_PEOPLE, _PEOPLE.c.id == _NOTICES.c.person_id)
    .where(_FOLLOWUPS.c.household_id == bindparam("household"), _NOTICES.c.told_at.is_not(None))
    .order_by(_NOTICES.c.told_at.desc(), _NOTICES.c.followup_id, _NOTICES.c.person_id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who did what, until when, for what reason, and to whom it was given."""

    id: int
    followup_id: int
    kind: FollowupKind
    act: StepAct
    person_name: str
    other_name: str | None
    until_on: date | None
    reason: str
    done_at: datetime


@dataclass(frozen=True, slots=True)
class Telling:
    """That somebody was reminded of an item of this kind."""

    told_at: datetime
    kind: FollowupKind
    person_name: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How an item ended: answered by the report `report_no`, closed by somebody, or no longer called for."""

    id: int
    kind: FollowupKind
    state: FollowupState
    ended_at: datetime
    household_id: int
    name: str
    file_no: str
    closed_by: str | None
    report_no: str | None


def of_item(tx: Transaction, followup_id: int, limit: int = 10) -> list[Step]:
    """Return the steps of one item, newest first; who may see the item is the caller's to know."""
    return [_step(row) for row in tx.connection.execute(_OF_ITEM, {"item": followup_id, "most": limit})]


def of_household(tx: Transaction, household_id: int, limit: int = 10) -> list[Step]:
    """Return the steps of all items of a household, ended ones too, newest first."""
    asked = {"household": household_id, "most": limit}
    return [_step(row) for row in tx.connection.execute(_OF_HOUSEHOLD, asked)]


def tellings(tx: Transaction, household_id: int, limit: int = 10) -> list[Telling]:
    """Return who was reminded of any item of a household, newest first."""
    asked = {"household": household_id, "most": limit}
    rows = tx.connection.execute(_TELLINGS, asked)
    return [Telling(row.told_at, FollowupKind(row.kind), row.name) for row in rows]


def ended(tx: Transaction, person: Person, followup_id: int) -> Ended:
    """Return how an item ended. Refuses NotFound: absent, out of scope, or still open."""
    row = tx.connection.execute(_ENDED, {"item": followup_id}).one_or_none()
    if row is None or row.union_id not in person.scope:
        raise errors.NotFound(followup_id=followup_id)
    return Ended(
        id=row.id,
        kind=FollowupKind(row.kind),
        state=FollowupState(row.state),
        ended_at=row.closed_at,
        household_id=row.household_id,
        name=row.name,
        file_no=row.file_no,
        closed_by=row.closed_by,
        report_no=row.report_no,
    )


def _step(row: Row[Any]) -> Step:
    return Step(
        id=row.id,
        followup_id=row.followup_id,
        kind=FollowupKind(row.kind),
        act=StepAct(row.act),
        person_name=row.person_name,
        other_name=row.other_name,
        until_on=row.until_on,
        reason=row.reason,
        done_at=row.done_at,
    )
