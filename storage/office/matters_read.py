"""Reads the matters that follow from single rows: idle drafts, waiting approvals, ending publications.

One statement each, and each walks an index that holds nothing else.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, text

from storage.aid_codes import AidState
from storage.codes import HouseholdState, PersonState, Role
from storage.columns import table_of
from storage.due import policies
from storage.households.dossiers import LINE_COLUMNS, line_of
from storage.office.matter import Matter, MatterStage, reached, state_on
from storage.rulebook import workdays
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow, Union
from storage.tables.work import DraftRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.rulebook.policy import Policy

# An idle draft is told to the officer after so many days, an approval to the chair so long after its day.
# Our default.
LEFT_DAYS = 7
# However patient a union is with drafts, the author has it alone for so long. Our default.
OWN_DAYS = 5
CHAIR_DAYS = 7

_DRAFTS = table_of(DraftRow)
_HOUSEHOLDS = table_of(Household)
_AID = table_of(Aid)
_PEOPLE = table_of(PersonRow)
_UNIONS = table_of(Union)

# The states stand in the text, not as parameters: only so does SQLite use the index that holds these alone.
_READ_DRAFTS: Select[Any] = (
    select(
        *LINE_COLUMNS,
        _DRAFTS.c.id.label("draft_id"),
        _DRAFTS.c.person_id,
        _DRAFTS.c.form,
        _DRAFTS.c.touched_at,
        _PEOPLE.c.name.label("author"),
        ((_PEOPLE.c.state == PersonState.ACTIVE) & _PEOPLE.c.blocked_at.is_(None)).label("is_reachable"),
        _AID.c.number,
    )
    .join_from(_DRAFTS, _HOUSEHOLDS, _HOUSEHOLDS.c.id == _DRAFTS.c.household_id)
    .join(_UNIONS, _UNIONS.c.id == _HOUSEHOLDS.c.union_id)
    .join(_PEOPLE, _PEOPLE.c.id == _DRAFTS.c.person_id)
    .outerjoin(_AID, _AID.c.id == _DRAFTS.c.aid_id)
    .where(text("drafts.state IN ('ACTIVE', 'KEPT')"), _DRAFTS.c.touched_at < bindparam("before"))
    .order_by(_DRAFTS.c.touched_at, _DRAFTS.c.id)
)
_READ_APPROVALS: Select[Any] = (
    select(
        *LINE_COLUMNS,
        _AID.c.id.label("aid_id"),
        _AID.c.number,
        _AID.c.state.label("aid_state"),
        _AID.c.waits_since,
    )
    .join_from(_AID, _HOUSEHOLDS, _HOUSEHOLDS.c.id == _AID.c.household_id)
    .join(_UNIONS, _UNIONS.c.id == _HOUSEHOLDS.c.union_id)
    .where(text("aid.state IN ('TO_REVIEW', 'TO_APPROVE')"), _AID.c.waits_since < bindparam("before"))
    .order_by(_AID.c.waits_since, _AID.c.id)
)
_READ_PUBLICATIONS: Select[Any] = (
    select(*LINE_COLUMNS, _HOUSEHOLDS.c.public_from)
    .join_from(_HOUSEHOLDS, _UNIONS, _UNIONS.c.id == _HOUSEHOLDS.c.union_id)
    .where(
        _HOUSEHOLDS.c.public_from <= bindparam("on"),
        _HOUSEHOLDS.c.state.in_((HouseholdState.PUBLIC, HouseholdState.EXIT_PUBLIC)),
    )
    .order_by(_HOUSEHOLDS.c.public_from, _HOUSEHOLDS.c.id)
)


def drafts(
    tx: Transaction,
    on: date,
    *,
    scope: Collection[int] | None = None,
    author_id: int | None = None,
    only: str | None = None,
    since: date | None = None,
    limit: int | None = None,
) -> list[Matter]:
    """Return the open drafts that nobody has touched for as long as the union allows, the oldest first.

    `scope`: of households of these unions. `only`: this one. `since`: not those that lay there before.
    """
    statement = _within(_READ_DRAFTS, scope)
    if author_id is not None:
        statement = statement.where(_DRAFTS.c.person_id == author_id)
    if only is not None:
        statement = statement.where(_DRAFTS.c.id == only)
    if since is not None:
        statement = statement.where(_DRAFTS.c.touched_at >= _start_of(tx, since))
    rows = tx.connection.execute(statement.limit(limit), {"before": _start_of(tx, on)}).all()
    return [one for row, rules in _ruled(tx, rows) if (one := _draft(tx, row, on, rules)) is not None]


def approvals(
    tx: Transaction,
    on: date,
    *,
    scope: Collection[int] | None = None,
    only: str | None = None,
    since: date | None = None,
    limit: int | None = None,
) -> list[Matter]:
    """Return the aid that waits for its review or its approval, the longest waiting first."""
    statement = _within(_READ_APPROVALS, scope)
    if only is not None:
        statement = statement.where(_AID.c.id == only)
    if since is not None:
        statement = statement.where(_AID.c.waits_since >= _start_of(tx, since))
    tomorrow = _start_of(tx, on + timedelta(days=1))
    rows = tx.connection.execute(statement.limit(limit), {"before": tomorrow}).all()
    return [_approval(tx, row, on, rules) for row, rules in _ruled(tx, rows)]


def publications(
    tx: Transaction,
    on: date,
    *,
    scope: Collection[int] | None = None,
    only: int | None = None,
    since: date | None = None,
    limit: int | None = None,
) -> list[Matter]:
    """Return the files that are on public notice, or were and wait for the next step, the oldest first."""
    statement = _within(_READ_PUBLICATIONS, scope)
    if only is not None:
        statement = statement.where(_HOUSEHOLDS.c.id == only)
    if since is not None:
        statement = statement.where(_HOUSEHOLDS.c.public_from >= since)
    rows = tx.connection.execute(statement.limit(limit), {"on": on}).all()
    return [_publication(row, on, rules) for row, rules in _ruled(tx, rows)]


def _within(statement: Select[Any], scope: Collection[int] | None) -> Select[Any]:
    if scope is None:
        return statement
    # As a sum, so that the planner does not walk every household of the unions to find these few.
    return statement.where((_HOUSEHOLDS.c.union_id + 0).in_(sorted(scope)))


def _ruled(tx: Transaction, rows: Sequence[Row[Any]]) -> Iterator[tuple[Row[Any], Policy]]:
    """Each row with the rules of its union, read in one statement."""
    known = policies.of_many(tx, {row.union_id for row in rows}) if rows else {}
    return ((row, known[row.union_id]) for row in rows)


def _start_of(tx: Transaction, day: date) -> datetime:
    return datetime.combine(day, time(), tx.zone)


def _draft(tx: Transaction, row: Row[Any], on: date, rules: Policy) -> Matter | None:
    touched_on = row.touched_at.astimezone(tx.zone).date()
    due_on = touched_on + timedelta(days=rules.draft_idle_days)
    left_on = max(touched_on + timedelta(days=LEFT_DAYS), due_on + timedelta(days=OWN_DAYS))
    if not row.is_reachable:
        left_on = due_on
    days = {MatterStage.DUE: due_on, MatterStage.OFFICER: left_on}
    stage = reached(on, days)
    if stage is None:
        return None
    return Matter(
        kind="draft",
        slug=row.form,
        key=f"draft:{row.draft_id}",
        household=line_of(row),
        union_id=row.union_id,
        since=touched_on,
        due_on=due_on,
        state=state_on(on, due_on),
        stage=stage,
        stage_on=days[stage],
        assignee_id=row.person_id,
        assignee_name=row.author,
        assignee_hears=bool(row.is_reachable),
        payment_no=row.number,
    )


def _approval(tx: Transaction, row: Row[Any], on: date, rules: Policy) -> Matter:
    since = row.waits_since.astimezone(tx.zone).date()
    due_on = workdays.workdays_after(since, rules.approval_days)
    days = {
        MatterStage.OPENS: since,
        MatterStage.DUE: due_on,
        MatterStage.CHAIR: due_on + timedelta(days=CHAIR_DAYS),
    }
    stage = reached(on, days) or MatterStage.OPENS
    return Matter(
        kind="approval",
        slug=row.aid_state,
        key=f"approval:{row.aid_id}",
        household=line_of(row),
        union_id=row.union_id,
        since=since,
        due_on=due_on,
        state=state_on(on, due_on),
        stage=stage,
        stage_on=days[stage],
        role=Role.OFFICER if row.aid_state == AidState.TO_REVIEW else Role.CHAIR,
        payment_no=row.number,
    )


def _publication(row: Row[Any], on: date, rules: Policy) -> Matter:
    """Its first working day counts: five from a Monday end on Friday, and on the Monday after it is over."""
    ends_on = workdays.workdays_after(row.public_from - timedelta(days=1), rules.publicity_days)
    days = {
        MatterStage.OPENS: row.public_from,
        MatterStage.DUE: ends_on,
        MatterStage.LATE: workdays.workdays_after(ends_on, 1),
    }
    stage = reached(on, days) or MatterStage.OPENS
    return Matter(
        kind="publicity",
        slug=row.state,
        key=f"publicity:{row.id}",
        household=line_of(row),
        union_id=row.union_id,
        since=row.public_from,
        due_on=ends_on,
        state=state_on(on, ends_on),
        stage=stage,
        stage_on=days[stage],
        role=Role.OFFICER,
    )
