"""Hands a person's waiting notices over for one digest, and marks them told in the same transaction.

It sends nothing and words nothing. Run twice, or at two places at once, it hands over nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, exists, or_, select, update

from storage.among import among
from storage.codes import DraftState, FollowupState, Stage
from storage.columns import table_of
from storage.due.due_items import ANY_ITEMS, as_items
from storage.due.ladder import Ladder
from storage.rulebook import policies_read
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow
from storage.tables.work import DraftRow, Followup, Notice
from storage.telling import recipients

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.codes import NoticeReason
    from storage.core.transaction import Transaction
    from storage.due.due_items import DueItem
    from storage.telling.hearers import Hearer

# A report on the household is being filled: its item waits, for soon there may be nothing left to tell.
HOUSEHOLD_WAITS = timedelta(hours=12)

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)
_NOTICES = table_of(Notice)
_DRAFTS = table_of(DraftRow)
_STAGES = list(Stage)

_THEIRS: Select[Any] = (
    select(
        _NOTICES.c.followup_id,
        _NOTICES.c.stage,
        _FOLLOWUPS.c.opens_on,
        _FOLLOWUPS.c.due_on,
        _FOLLOWUPS.c.ladder_from,
        _FOLLOWUPS.c.snoozed_until,
        *recipients.COLUMNS,
        (
            (_FOLLOWUPS.c.state == FollowupState.OPEN)
            & (_FOLLOWUPS.c.due_on == _NOTICES.c.due_on)
            & (_FOLLOWUPS.c.turn == _NOTICES.c.turn)
        ).label("is_current"),
        or_(
            _HOUSEHOLDS.c.paused_until > bindparam("today"),
            exists().where(
                _DRAFTS.c.household_id == _HOUSEHOLDS.c.id,
                _DRAFTS.c.state == DraftState.ACTIVE,
                _DRAFTS.c.touched_at > bindparam("filled_since"),
            ),
        ).label("must_wait"),
    )
    .join_from(_NOTICES, _FOLLOWUPS, _FOLLOWUPS.c.id == _NOTICES.c.followup_id)
    .join(_HOUSEHOLDS, _HOUSEHOLDS.c.id == _FOLLOWUPS.c.household_id)
    .outerjoin(_PEOPLE, recipients.IS_ASSIGNEE)
    .where(_NOTICES.c.person_id == bindparam("person"), _NOTICES.c.told_at.is_(None))
)
_THESE = (
    _NOTICES.c.person_id == bindparam("person"),
    _NOTICES.c.told_at.is_(None),
    among(_NOTICES.c.followup_id, "items"),
)
_TELL = (
    update(_NOTICES)
    .where(
        _NOTICES.c.person_id == bindparam("person"),
        _NOTICES.c.followup_id == bindparam("item"),
        _NOTICES.c.stage == bindparam("reached"),
        _NOTICES.c.told_at.is_(None),
    )
    .values(told_at=bindparam("at"))
)
# Found open a moment ago: asked for open ones, SQLite would walk all that are open to find these few.
_ITEMS = ANY_ITEMS.where(among(_FOLLOWUPS.c.id, "items")).order_by(_FOLLOWUPS.c.opens_on, _FOLLOWUPS.c.id)
_PLAN_AGAIN = (
    update(_FOLLOWUPS)
    .where(among(_FOLLOWUPS.c.id, "items"))
    .values(next_stage=Stage.OPENS, next_stage_on=bindparam("today"))
)


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a digest, the stage it has reached, and why it goes to this person.

    `hindrance`: why whoever has it cannot be told themselves; None where they can, or an office has it.
    """

    item: DueItem
    stage: Stage
    because: NoticeReason
    hindrance: NoticeReason | None = None


def take(tx: Transaction, hearer: Hearer, today: date) -> tuple[Line, ...]:
    """Return what this person is to be told of due items now, longest late first, and mark it told.

    `today`: the day it is where the person is; what is reached only on a later day waits for it. The caller
    holds the person and has made sure that this is the moment. Afterwards what no longer holds (answered,
    moved, put off) is forgotten, and what is no longer this person's (given to somebody else, handed over,
    stood in for, back from leave) is planned anew for whoever has it. An item waits while its household is
    paused or a report on it is being filled.
    """
    person_id = hearer.person_id
    current = _current(tx, person_id, today)
    whom = recipients.on_day(tx, today)
    whom.expect(current)
    policies_read.of_many(tx, {row.union_id for row in current})
    reasons = {(row.followup_id, row.stage): whom.of(row, Stage(row.stage)) for row in current}
    lost = {row.followup_id for row in current if person_id not in reasons[row.followup_id, row.stage]}
    _forget(tx, person_id, lost, again=True)
    ready = [row for row in current if row.followup_id not in lost and _may_be_told(tx, row, today)]
    if not ready:
        return ()
    newest = {row.followup_id: row for row in sorted(ready, key=lambda row: _STAGES.index(Stage(row.stage)))}
    _mark_told(tx, person_id, ready)
    rows = tx.connection.execute(_ITEMS, {"items": list(newest)})
    lines = [_line(item, newest[item.id], reasons, person_id) for item in as_items(tx, rows, today)]
    return tuple(sorted(lines, key=lambda line: (line.item.due_on, line.item.id)))


def give_back(tx: Transaction, hearer: Hearer) -> None:
    """Have all that waits for somebody who cannot be told planned anew for whoever stands in."""
    current = _current(tx, hearer.person_id, tx.today)
    _forget(tx, hearer.person_id, {row.followup_id for row in current}, again=True)


def _current(tx: Transaction, person_id: int, today: date) -> list[Row[Any]]:
    """What waits for a person and still holds; the rest is forgotten."""
    asked = {"person": person_id, "today": today, "filled_since": tx.now - HOUSEHOLD_WAITS}
    rows = tx.connection.execute(_THEIRS, asked).all()
    current = [row for row in rows if row.is_current]
    holding = {row.followup_id for row in current}
    # Of one item an older turn may still wait beside the one that holds: that goes when it is told.
    _forget(tx, person_id, {row.followup_id for row in rows} - holding, again=False)
    return current


def _may_be_told(tx: Transaction, row: Row[Any], today: date) -> bool:
    policy = policies_read.of(tx, row.union_id)
    days = Ladder(row.opens_on, row.due_on, row.ladder_from, policy)
    reached_on = max(days.reached_on(Stage(row.stage)), row.snoozed_until or row.opens_on)
    return not row.must_wait and reached_on <= today


def _mark_told(tx: Transaction, person_id: int, rows: Iterable[Row[Any]]) -> None:
    """Mark these stages told, and no later one that was planned where the day begins earlier."""
    told = [
        {"person": person_id, "item": row.followup_id, "reached": row.stage, "at": tx.now} for row in rows
    ]
    tx.connection.execute(_TELL, told)


def _line(
    item: DueItem, row: Row[Any], reasons: dict[tuple[int, str], dict[int, NoticeReason]], person_id: int
) -> Line:
    hindrance = recipients.hindrance(row) if item.for_role is None else None
    return Line(item, Stage(row.stage), reasons[item.id, row.stage][person_id], hindrance)


def _forget(tx: Transaction, person_id: int, items: Iterable[int], *, again: bool) -> None:
    """Drop what waits for this person on these items; `again`: somebody else is to be found for them."""
    these = {"person": person_id, "items": list(items)}
    if not these["items"]:
        return
    tx.connection.execute(delete(_NOTICES).where(*_THESE), these)
    if again:
        tx.connection.execute(_PLAN_AGAIN, {"items": these["items"], "today": tx.today})
