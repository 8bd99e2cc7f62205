"""Reads the papers of emergencies that are still to be brought: the money went first.

One statement that walks an index of these alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, text

from storage.aid_codes import AidState
from storage.codes import PersonState, Role
from storage.columns import table_of
from storage.households.dossiers import LINE_COLUMNS, line_of
from storage.office.matter import Matter, MatterStage, reached, state_on
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow, Union

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction

# Under which name it stands; a piece of aid has no other papers to wait for.
UNFILED = "UNFILED"
# They are asked for so long before their day, and go up the day after it. Our default.
SOON_DAYS = 7
LATE_DAYS = 1
# As many as anybody will look at. Our default.
READ_MAX = 500

_AID = table_of(Aid)
_HOUSEHOLDS = table_of(Household)
_UNIONS = table_of(Union)
_PEOPLE = table_of(PersonRow)
# The condition stands in the text: only so does SQLite use the index that holds these alone.
_READ: Select[Any] = (
    select(
        *LINE_COLUMNS,
        _AID.c.id.label("aid_id"),
        _AID.c.number,
        _AID.c.file_by,
        _AID.c.recorded_at,
        _AID.c.proposed_by,
        _PEOPLE.c.id.label("cadre_id"),
        _PEOPLE.c.name.label("cadre"),
    )
    .join_from(_AID, _HOUSEHOLDS, _HOUSEHOLDS.c.id == _AID.c.household_id)
    .join(_UNIONS, _UNIONS.c.id == _HOUSEHOLDS.c.union_id)
    .outerjoin(
        _PEOPLE,
        (_PEOPLE.c.id == _HOUSEHOLDS.c.liaison_id)
        & (_PEOPLE.c.state == PersonState.ACTIVE)
        & _PEOPLE.c.blocked_at.is_(None),
    )
    .where(text("aid.file_by IS NOT NULL AND aid.filed_on IS NULL"))
    # What was taken back needs none any more.
    .where(_AID.c.state != AidState.REVERSED)
    .order_by(_AID.c.file_by, _AID.c.id)
    .limit(bindparam("most"))
)


def unfiled(
    tx: Transaction,
    on: date,
    *,
    scope: Collection[int] | None = None,
    cadre_id: int | None = None,
    only: str | None = None,
    since: date | None = None,
    limit: int | None = None,
) -> list[Matter]:
    """Return the emergencies whose papers are not there, the one due first on top.

    `scope`: of households of these unions. `cadre_id`: of households that this cadre looks after. `only`:
    this one. `since`: not those that were due before.
    """
    statement = _READ
    if scope is not None:
        # As a sum, so that the planner does not walk every household of the unions to find these few.
        statement = statement.where((_HOUSEHOLDS.c.union_id + 0).in_(sorted(scope)))
    if cadre_id is not None:
        statement = statement.where(_PEOPLE.c.id == cadre_id)
    if only is not None:
        statement = statement.where(_AID.c.id == only)
    if since is not None:
        statement = statement.where(_AID.c.file_by >= since)
    most = READ_MAX if limit is None else limit
    return [_matter(tx, row, on) for row in tx.connection.execute(statement, {"most": most})]


def _matter(tx: Transaction, row: Row[Any], on: date) -> Matter:
    since = row.recorded_at.astimezone(tx.zone).date()
    soon_on = max(since, row.file_by - timedelta(days=SOON_DAYS))
    days = {
        MatterStage.OPENS: since,
        MatterStage.SOON: soon_on,
        MatterStage.DUE: row.file_by,
        MatterStage.CHAIR: row.file_by + timedelta(days=LATE_DAYS),
    }
    stage = reached(on, days) or MatterStage.OPENS
    return Matter(
        kind="papers",
        slug=UNFILED,
        key=f"papers:{row.aid_id}",
        household=line_of(row),
        union_id=row.union_id,
        since=since,
        due_on=row.file_by,
        state=state_on(on, row.file_by),
        stage=stage,
        stage_on=days[stage],
        role=Role.OFFICER,
        assignee_id=row.cadre_id,
        assignee_name=row.cadre,
        payment_no=row.number,
        decided_by=row.proposed_by,
    )
