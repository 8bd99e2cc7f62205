"""Hands a person's waiting notices over for one digest, and marks them told in the same transaction.

It sends nothing and words nothing. Run twice, or at two places at once, it hands over nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, exists, insert, or_, select, update

from storage.codes import DraftState, FollowupState, NoticeReason, PersonState, Stage
from storage.columns import table_of
from storage.due.due_items import ITEMS, DueItem, as_item
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow
from storage.tables.work import Digest, DraftRow, Followup, Notice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import BindParameter, Row, Select

    from storage.core.transaction import Transaction

# A report on the household is being filled: its item waits, for soon there may be nothing left to tell.
HOUSEHOLD_WAITS = timedelta(hours=12)
# The person is in the middle of a report: their digest waits until they are done, or idle for so long.
PERSON_WAITS = timedelta(minutes=10)

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)
_NOTICES = table_of(Notice)
_DIGESTS = table_of(Digest)
_DRAFTS = table_of(DraftRow)
_STAGES = list(Stage)

WAITING: Select[Any] = (
    select(_NOTICES.c.person_id)
    .distinct()
    .where(_NOTICES.c.told_at.is_(None), _NOTICES.c.person_id > bindparam("after"))
    .order_by(_NOTICES.c.person_id)
    .limit(bindparam("most"))
)
_PERSON: Select[Any] = (
    select(
        _PEOPLE.c.id,
        _PEOPLE.c.name,
        _PEOPLE.c.language,
        _PEOPLE.c.telegram_id,
        _PEOPLE.c.state,
        _PEOPLE.c.blocked_at,
        exists()
        .where(_DIGESTS.c.person_id == _PEOPLE.c.id, _DIGESTS.c.day == bindparam("today"))
        .label("had_today"),
        exists()
        .where(
            _DRAFTS.c.person_id == _PEOPLE.c.id,
            _DRAFTS.c.state == DraftState.ACTIVE,
            _DRAFTS.c.touched_at > bindparam("busy_since"),
        )
        .label("is_busy"),
    )
    .where(_PEOPLE.c.id == bindparam("person"))
    .with_for_update(of=_PEOPLE, skip_locked=True, key_share=True)
)
_THEIRS: Select[Any] = (
    select(
        _NOTICES.c.followup_id,
        _NOTICES.c.stage,
        _NOTICES.c.because,
        (
            (_FOLLOWUPS.c.state == FollowupState.OPEN)
            & (_FOLLOWUPS.c.due_on == _NOTICES.c.due_on)
            & (_FOLLOWUPS.c.turn == _NOTICES.c.turn)
        ).label("is_current"),
        or_(
            _NOTICES.c.because != NoticeReason.LIAISON,
            _HOUSEHOLDS.c.liaison_id == _NOTICES.c.person_id,
        ).label("is_theirs"),
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
    .where(_NOTICES.c.person_id == bindparam("person"), _NOTICES.c.told_at.is_(None))
)
_IDS: BindParameter[int] = bindparam("items", expanding=True)
_THESE = (
    _NOTICES.c.person_id == bindparam("person"),
    _NOTICES.c.told_at.is_(None),
    _NOTICES.c.followup_id.in_(_IDS),
)
_ITEMS = ITEMS.where(_FOLLOWUPS.c.id.in_(_IDS)).order_by(_FOLLOWUPS.c.opens_on, _FOLLOWUPS.c.id)
_PLAN_AGAIN = update(_FOLLOWUPS).where(_FOLLOWUPS.c.id.in_(_IDS)).values(next_stage_on=bindparam("today"))


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a digest, the stage it has reached, and why it goes to this person."""

    item: DueItem
    stage: Stage
    because: NoticeReason


@dataclass(frozen=True, slots=True)
class Morning:
    """What one person is told on a day, the longest late first."""

    person_id: int
    chat_id: int
    name: str
    language: str
    lines: tuple[Line, ...]


def waiting(tx: Transaction, *, after: int, limit: int) -> list[int]:
    """Return up to `limit` people with ids above `after` for whom notices wait."""
    return list(tx.connection.scalars(WAITING, {"after": after, "most": limit}))


def take(tx: Transaction, person_id: int) -> Morning | None:
    """Return what this person is to be told now and mark it told; None when nothing, or not now.

    Once a day at most, never in the middle of a report. Afterwards what no longer holds (answered, moved, put
    off) is forgotten, and what waited for somebody who can no longer be told, or is no longer the liaison, is
    planned anew. An item waits while its household is paused or a report on it is being filled.
    """
    asked = {
        "person": person_id,
        "today": tx.today,
        "busy_since": tx.now - PERSON_WAITS,
        "filled_since": tx.now - HOUSEHOLD_WAITS,
    }
    person = tx.connection.execute(_PERSON, asked).one_or_none()
    if person is None or person.had_today or person.is_busy:
        return None
    rows = tx.connection.execute(_THEIRS, asked).all()
    if person.state != PersonState.ACTIVE or person.telegram_id is None or person.blocked_at is not None:
        _forget(tx, person_id, {row.followup_id for row in rows}, again=True)
        return None
    _forget(tx, person_id, {row.followup_id for row in rows if not row.is_theirs}, again=True)
    rows = [row for row in rows if row.is_theirs]
    current = {row.followup_id for row in rows if row.is_current}
    _forget(tx, person_id, {row.followup_id for row in rows} - current, again=False)
    ready = [row for row in rows if row.is_current and not row.must_wait]
    return _told(tx, person, ready) if ready else None


def _told(tx: Transaction, person: Row[Any], rows: list[Row[Any]]) -> Morning:
    newest = {row.followup_id: row for row in sorted(rows, key=lambda row: _STAGES.index(Stage(row.stage)))}
    these = {"person": person.id, "items": list(newest)}
    tx.connection.execute(update(_NOTICES).where(*_THESE).values(told_at=tx.now), these)
    tx.connection.execute(insert(_DIGESTS), {"person_id": person.id, "day": tx.today, "sent_at": tx.now})
    lines = tuple(
        Line(
            as_item(item, tx.today),
            Stage(newest[item.item_id].stage),
            NoticeReason(newest[item.item_id].because),
        )
        for item in tx.connection.execute(_ITEMS, {"items": list(newest)})
    )
    return Morning(person.id, person.telegram_id, person.name, person.language, lines)


def _forget(tx: Transaction, person_id: int, items: Iterable[int], *, again: bool) -> None:
    """Drop what waits for this person on these items; `again`: somebody else is to be found for them."""
    these = {"person": person_id, "items": list(items)}
    if not these["items"]:
        return
    tx.connection.execute(delete(_NOTICES).where(*_THESE), these)
    if again:
        tx.connection.execute(_PLAN_AGAIN, {"items": these["items"], "today": tx.today})
