"""Turns stages of the ladder that were reached into notices that wait for each person's digest.

It sends nothing. A stage is planned once; run again, or at two places at once, it plans nothing twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, text, update

from storage.among import among
from storage.codes import FollowupState, Stage
from storage.columns import table_of
from storage.due import ladder
from storage.due.ladder import Ladder
from storage.rulebook import policies_read
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow
from storage.tables.work import Followup, Notice
from storage.telling import recipients
from storage.telling.recipients import Recipients

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Row, Select, Update

    from storage.core.transaction import Transaction

PLANNED_AT_ONCE = 200

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)
_NOTICES = table_of(Notice)

REACHED: Select[Any] = (
    select(
        _FOLLOWUPS.c.id,
        _FOLLOWUPS.c.opens_on,
        _FOLLOWUPS.c.due_on,
        _FOLLOWUPS.c.ladder_from,
        _FOLLOWUPS.c.turn,
        _FOLLOWUPS.c.next_stage_on,
        _HOUSEHOLDS.c.paused_until,
        *recipients.COLUMNS,
    )
    .join_from(_FOLLOWUPS, _HOUSEHOLDS, _HOUSEHOLDS.c.id == _FOLLOWUPS.c.household_id)
    .outerjoin(_PEOPLE, recipients.IS_ASSIGNEE)
    .where(_FOLLOWUPS.c.state == FollowupState.OPEN, _FOLLOWUPS.c.next_stage_on <= bindparam("today"))
    .order_by(_FOLLOWUPS.c.next_stage_on, _FOLLOWUPS.c.id)
    .limit(PLANNED_AT_ONCE)
    .with_for_update(of=_FOLLOWUPS, skip_locked=True)
)
# In the order of the index: in none PostgreSQL would walk all items to find that there is no such one.
_LEFT = (
    select(_FOLLOWUPS.c.id)
    .where(_FOLLOWUPS.c.state == FollowupState.OPEN, _FOLLOWUPS.c.next_stage_on <= bindparam("today"))
    .order_by(_FOLLOWUPS.c.next_stage_on)
    .limit(1)
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
# What is put off stays so; an item whose ladder had ended is looked at once more as well.
_OPENED = (
    _FOLLOWUPS.c.state == FollowupState.OPEN,
    _FOLLOWUPS.c.opens_on <= bindparam("today"),
    func.coalesce(_FOLLOWUPS.c.snoozed_until, _FOLLOWUPS.c.opens_on) <= bindparam("today"),
)
# From its first stage: which one it has reached is found out when it is planned.
_AGAIN = update(_FOLLOWUPS).values(next_stage=Stage.OPENS, next_stage_on=bindparam("today"))
_OF_HOUSEHOLDS = (
    _AGAIN.where(among(_FOLLOWUPS.c.household_id, "ids"), _FOLLOWUPS.c.person_id.is_(None), *_OPENED),
)
_OF_PERSON = (
    _AGAIN.where(among(_FOLLOWUPS.c.person_id, "ids"), *_OPENED),
    _AGAIN.where(
        _FOLLOWUPS.c.household_id.in_(select(_HOUSEHOLDS.c.id).where(among(_HOUSEHOLDS.c.liaison_id, "ids"))),
        _FOLLOWUPS.c.person_id.is_(None),
        *_OPENED,
    ),
)
_OF_PERSON_BACK = (_OF_PERSON[0].where(_FOLLOWUPS.c.next_stage.is_not(None)), *_OF_PERSON[1:])
_NOTE = text(
    "INSERT INTO notices (followup_id, due_on, stage, turn, person_id, because, told_at) "
    "VALUES (:followup_id, :due_on, :stage, :turn, :person_id, :because, NULL) ON CONFLICT DO NOTHING"
).bindparams(bindparam("due_on", type_=_NOTICES.c.due_on.type))


def plan(tx: Transaction) -> bool:
    """Plan the notices of the next items whose day has come; True when there may be more.

    Afterwards each of them has its newest stage noted for its people, stages that passed unseen are skipped,
    and `next_stage_on` is the day of the stage after it. An item of a paused household waits for the end of
    the pause, one that nobody can be told of until tomorrow. Where unions live in several time zones the
    day that comes first counts; `notices.take` hands nothing over before it is that day where it is told.
    """
    rows = tx.connection.execute(REACHED, {"today": policies_read.latest_today(tx)}).all()
    policies_read.of_many(tx, {row.union_id for row in rows})
    whom = Recipients(tx, tx.today)
    whom.expect(rows)
    pauses: list[dict[str, object]] = []
    noted: list[dict[str, object]] = []
    advances: list[dict[str, object]] = []
    for row in rows:
        day = max(row.next_stage_on, policies_read.today_of(tx, row.union_id))
        if row.paused_until is not None and row.paused_until > day:
            start = max(row.ladder_from, row.paused_until)
            pauses.append({"item": row.id, "until": row.paused_until, "start": start})
        else:
            notices, advance = _planned(tx, row, day, whom)
            noted += notices
            advances.append(advance)
    for statement, values in ((_PAUSE, pauses), (_NOTE, noted), (_ADVANCE, advances)):
        if values:
            tx.connection.execute(statement, values)
    return len(rows) == PLANNED_AT_ONCE


def is_complete(tx: Transaction) -> bool:
    """Whether nothing is left to plan, neither here nor in a replica that is still at it."""
    return tx.connection.scalar(_LEFT, {"today": policies_read.latest_today(tx)}) is None


def of_households_again(tx: Transaction, household_ids: Iterable[int]) -> None:
    """Plan the open items of these households again, after they came to somebody else.

    Afterwards whoever has them now hears of the stage each has reached; nobody hears of a stage twice. What
    was given to one person stays theirs.
    """
    _plan_again(tx, _OF_HOUSEHOLDS, list(household_ids))


def of_person_again(tx: Transaction, person_id: int) -> None:
    """Plan all open items of a person again, after they left, blocked the bot or went on leave."""
    _plan_again(tx, _OF_PERSON, [person_id])


def of_person_back(tx: Transaction, person_id: int) -> None:
    """Plan a person's open items again, now that they can do them themselves.

    What they have taken on stays silent: they know of it, and nobody else needs to.
    """
    _plan_again(tx, _OF_PERSON_BACK, [person_id])


def _plan_again(tx: Transaction, statements: Iterable[Update], ids: list[int]) -> None:
    for statement in statements if ids else ():
        tx.connection.execute(statement, {"ids": ids, "today": tx.today})


def _planned(
    tx: Transaction, row: Row[Any], day: date, whom: Recipients
) -> tuple[list[dict[str, object]], dict[str, object]]:
    """The notices of one item on that day, and which stage it has before it then."""
    days = Ladder(row.opens_on, row.due_on, row.ladder_from, policies_read.of(tx, row.union_id))
    stage = days.stage_at(day) or Stage.OPENS
    told = whom.of(row, stage)
    if not told:
        return [], {"item": row.id, "stage": stage, "day": day + timedelta(days=1)}
    notices: list[dict[str, object]] = [
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
    after = ladder.stage_after(stage)
    next_on = None if after is None else days.reached_on(after)
    return notices, {"item": row.id, "stage": after, "day": next_on}
