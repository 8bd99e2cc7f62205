"""Turns stages of the ladder that were reached into notices that wait for each person's digest.

It sends nothing. A stage is planned once; run again, or at two places at once, it plans nothing twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, text, update

from storage.codes import FollowupState, NoticeReason, PersonState, Role, Stage
from storage.columns import table_of
from storage.due import ladder
from storage.members import people
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow
from storage.tables.work import Followup, Notice

if TYPE_CHECKING:
    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction

PLANNED_AT_ONCE = 200

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)
_NOTICES = table_of(Notice)

REACHED: Select[Any] = (
    select(
        _FOLLOWUPS.c.id,
        _FOLLOWUPS.c.due_on,
        _FOLLOWUPS.c.ladder_from,
        _FOLLOWUPS.c.turn,
        _HOUSEHOLDS.c.union_id,
        _HOUSEHOLDS.c.liaison_id,
        _HOUSEHOLDS.c.paused_until,
        _PEOPLE.c.state.label("liaison_state"),
        _PEOPLE.c.telegram_id,
        _PEOPLE.c.blocked_at,
    )
    .join_from(_FOLLOWUPS, _HOUSEHOLDS, _HOUSEHOLDS.c.id == _FOLLOWUPS.c.household_id)
    .outerjoin(_PEOPLE, _PEOPLE.c.id == _HOUSEHOLDS.c.liaison_id)
    .where(_FOLLOWUPS.c.state == FollowupState.OPEN, _FOLLOWUPS.c.next_stage_on <= bindparam("today"))
    .order_by(_FOLLOWUPS.c.next_stage_on, _FOLLOWUPS.c.id)
    .limit(PLANNED_AT_ONCE)
    .with_for_update(of=_FOLLOWUPS, skip_locked=True)
)
_ADVANCE = (
    update(_FOLLOWUPS)
    .where(_FOLLOWUPS.c.id == bindparam("item"))
    .values(next_stage=bindparam("stage"), next_stage_on=bindparam("day"))
)
_PAUSE = (
    update(_FOLLOWUPS)
    .where(_FOLLOWUPS.c.id == bindparam("item"))
    .values(next_stage_on=bindparam("until"), ladder_from=bindparam("start"))
)
_NOTE = text(
    "INSERT INTO notices (followup_id, due_on, stage, turn, person_id, because, told_at) "
    "VALUES (:followup_id, :due_on, :stage, :turn, :person_id, :because, NULL) ON CONFLICT DO NOTHING"
).bindparams(bindparam("due_on", type_=_NOTICES.c.due_on.type))
_REACHABLE = select(_PEOPLE.c.id).where(
    _PEOPLE.c.id.in_(bindparam("ids", expanding=True)),
    _PEOPLE.c.state == PersonState.ACTIVE,
    _PEOPLE.c.telegram_id.is_not(None),
    _PEOPLE.c.blocked_at.is_(None),
)


def plan(tx: Transaction) -> bool:
    """Plan the notices of the next items whose day has come; True when there may be more.

    Afterwards each of them has its newest stage noted for its people, stages that passed unseen are skipped,
    and `next_stage_on` is the day of the stage after it. An item of a paused household waits for the end of
    the pause, one that nobody can be told of until tomorrow.
    """
    rows = tx.connection.execute(REACHED, {"today": tx.today}).all()
    holders = _Holders(tx)
    for row in rows:
        if row.paused_until is not None and row.paused_until > tx.today:
            until = {"until": row.paused_until, "start": max(row.ladder_from, row.paused_until)}
            tx.connection.execute(_PAUSE, {"item": row.id, **until})
        else:
            _note(tx, row, holders)
    return len(rows) == PLANNED_AT_ONCE


class _Holders:
    """Who holds a role over a union and can be reached; looked up once a transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._known: dict[tuple[Role, int], list[int]] = {}

    def of(self, role: Role, union_id: int) -> list[int]:
        if (role, union_id) not in self._known:
            ids = [person.id for person in people.holders(self._tx, role, union_id)]
            reachable = set(self._tx.connection.scalars(_REACHABLE, {"ids": ids})) if ids else set()
            self._known[role, union_id] = [one for one in ids if one in reachable]
        return self._known[role, union_id]


def _note(tx: Transaction, row: Row[Any], holders: _Holders) -> None:
    stage = ladder.stage_at(tx.today, row.due_on, row.ladder_from) or Stage.OPENS
    told = _recipients(row, stage, holders)
    if not told:
        tomorrow = {"stage": stage, "day": tx.today + timedelta(days=1)}
        tx.connection.execute(_ADVANCE, {"item": row.id, **tomorrow})
        return
    notices = [
        {
            "followup_id": row.id,
            "due_on": row.due_on,
            "stage": stage,
            "turn": row.turn,
            "person_id": person_id,
            "because": because,
        }
        for person_id, because in told.items()
    ]
    tx.connection.execute(_NOTE, notices)
    after = ladder.stage_after(stage)
    day = None if after is None else ladder.reached_on(after, row.due_on, row.ladder_from)
    tx.connection.execute(_ADVANCE, {"item": row.id, "stage": after, "day": day})


def _recipients(row: Row[Any], stage: Stage, holders: _Holders) -> dict[int, NoticeReason]:
    """Who is told, and why: the liaison, the officers in their place or by the ladder, at last the chairs."""
    told: dict[int, NoticeReason] = {}
    missing = _missing(row)
    if missing is None:
        told[row.liaison_id] = NoticeReason.LIAISON
    else:
        instead = holders.of(Role.OFFICER, row.union_id) or holders.of(Role.CHAIR, row.union_id)
        told |= dict.fromkeys(instead, missing)
    if stage in ladder.UPWARD:
        for person_id in holders.of(Role.OFFICER, row.union_id):
            told.setdefault(person_id, NoticeReason.OFFICER)
    if stage == Stage.CHAIR:
        for person_id in holders.of(Role.CHAIR, row.union_id):
            told.setdefault(person_id, NoticeReason.CHAIR)
    return told


def _missing(row: Row[Any]) -> NoticeReason | None:
    """Why the liaison cannot be told; None when they can."""
    if row.liaison_id is None:
        return NoticeReason.NO_LIAISON
    if row.liaison_state == PersonState.REMOVED:
        return NoticeReason.REMOVED
    if row.liaison_state != PersonState.ACTIVE or row.telegram_id is None:
        return NoticeReason.NOT_JOINED
    return None if row.blocked_at is None else NoticeReason.BLOCKED
