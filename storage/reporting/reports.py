"""What visit and revisit reports share: the receipt, who may write one and when, revisions and the undo."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select

from storage import audit, errors
from storage.codes import FollowupKind, FollowupState, HouseholdState, ReportKind, Role
from storage.columns import table_of
from storage.members import offices
from storage.tables.dossiers import Household
from storage.tables.reports import ReportRevision
from storage.tables.work import Followup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.core.transaction import Transaction
    from storage.members.people import Person

UNDO_WITHIN = timedelta(minutes=10)
REPORTERS = frozenset({Role.CADRE, Role.OFFICER, Role.CHAIR})
FINISHED = frozenset({HouseholdState.CLOSED, HouseholdState.REJECTED})

_HOUSEHOLDS = table_of(Household)
_FOLLOWUPS = table_of(Followup)
_REVISIONS = table_of(ReportRevision)

_READ_HOUSEHOLD = select(
    _HOUSEHOLDS.c.id,
    _HOUSEHOLDS.c.union_id,
    _HOUSEHOLDS.c.state,
    _HOUSEHOLDS.c.category,
    _HOUSEHOLDS.c.closed_on,
    _HOUSEHOLDS.c.last_visit_on,
    _HOUSEHOLDS.c.missed_visits,
).where(_HOUSEHOLDS.c.id == bindparam("household"))
_NEXT_DUE = select(_FOLLOWUPS.c.due_on).where(
    _FOLLOWUPS.c.household_id == bindparam("household"),
    _FOLLOWUPS.c.state == FollowupState.OPEN,
    # The yearly check of the file is no day on which somebody is expected.
    _FOLLOWUPS.c.kind != FollowupKind.REVIEW,
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a submitted report answers with.

    `next_due_on`: the household's next visit, or the payment's next revisit; None when there is none.
    `third_miss`: nobody was met for the third time in a row; the officer is to know.
    `alarm`: the money was not received; officer, treasurer and auditor are to know at once.
    `again`: the report was there already and nothing was done; whoever was to know has been told.
    """

    number: str
    id: str
    next_due_on: date | None
    third_miss: bool = False
    alarm: bool = False
    again: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """The household a report is about, as far as the rules of reporting need it."""

    id: int
    union_id: int
    state: str
    category: str
    closed_on: date | None
    last_visit_on: date | None
    missed_visits: int


def household(tx: Transaction, person: Person, household_id: int) -> Subject:
    """Return the household a report is about.

    Refuses NotFound for none and for one out of scope alike, NotAllowed for who only pays or audits.
    """
    row = tx.connection.execute(_READ_HOUSEHOLD, {"household": household_id}).one_or_none()
    if row is None or row.union_id not in person.scope:
        raise errors.NotFound(household_id=household_id)
    if not person.roles & REPORTERS:
        raise errors.NotAllowed
    return Subject(*row)


def check_day(tx: Transaction, subject: Subject, visited_on: date) -> None:
    """Let a report of that day pass. Refuses DateInFuture, and HouseholdClosed from the closing day on."""
    if visited_on > tx.today:
        raise errors.DateInFuture(day=visited_on)
    if subject.state in FINISHED and (subject.closed_on is None or visited_on >= subject.closed_on):
        raise errors.HouseholdClosed(closed_on=subject.closed_on)


def next_due_on(tx: Transaction, household_id: int, aid_id: str | None = None) -> date | None:
    """Return when the household is visited next, or that payment revisited next."""
    mine = _FOLLOWUPS.c.aid_id.is_(None) if aid_id is None else _FOLLOWUPS.c.aid_id == aid_id
    return tx.connection.scalar(
        _NEXT_DUE.where(mine).order_by(_FOLLOWUPS.c.due_on).limit(1), {"household": household_id}
    )


def check_undo(tx: Transaction, person: Person, reported_by: int | None, reported_at: datetime) -> None:
    """Let an undo pass: ten minutes, by the reporter alone. Refuses NotFound, TooLateToUndo."""
    if reported_by != person.id:
        raise errors.NotFound
    if tx.now - reported_at > UNDO_WITHIN:
        raise errors.TooLateToUndo


def may_amend(tx: Transaction, person: Person, reported_by: int | None, union_id: int) -> bool:
    """Whether they may amend such a report: the reporter, and the officers who lead the household's union.

    An officer who only stands in for somebody of another branch sees it, and amends nothing of others there.
    """
    if reported_by == person.id:
        return True
    return Role.OFFICER in person.roles and union_id in offices.led(tx, person)


def check_amender(tx: Transaction, person: Person, reported_by: int | None, union_id: int) -> None:
    """Let an amendment pass as `may_amend` says. Refuses NotAllowed."""
    if not may_amend(tx, person, reported_by, union_id):
        raise errors.NotAllowed


def keep_revision(
    tx: Transaction,
    person: Person,
    kind: ReportKind,
    *,
    report_id: str,
    revision: int,
    answers: Mapping[str, object],
) -> None:
    """Keep what a report said before it is amended or undone."""
    tx.connection.execute(
        insert(_REVISIONS),
        {
            "report_id": report_id,
            "revision": revision,
            "kind": kind,
            "answers": answers,
            "changed_by": person.id,
            "changed_at": tx.now,
        },
    )


def record_act(tx: Transaction, person: Person, act: str, number: str, **details: object) -> None:
    """Write a report's act into the audit, under its number."""
    audit.record(tx, person_id=person.id, act=act, subject=number, **details)


def day(answers: Mapping[str, object], slug: str) -> date | None:
    """Return the day under that slug; None when it was not said."""
    said = answers.get(slug)
    return date.fromisoformat(said) if isinstance(said, str) and said else None


def code(answers: Mapping[str, object], slug: str) -> str | None:
    """Return the single choice under that slug; None when it was not said."""
    said = answers.get(slug)
    return said if isinstance(said, str) and said else None


def codes(answers: Mapping[str, object], slug: str) -> list[str]:
    """Return the choices under that slug, none when it was not said."""
    said = answers.get(slug)
    return [str(one) for one in said] if isinstance(said, list | tuple) else []
