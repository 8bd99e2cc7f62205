"""Who is spoken to next: everybody for whom something waits, held while they are told; knows no words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, func, or_, select, union_all

from storage.codes import DraftState, PersonState
from storage.columns import table_of
from storage.tables.office import Bulletin
from storage.tables.people import PersonRow
from storage.tables.work import Digest, DraftRow, Notice

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Select, Table

    from storage.core.transaction import Transaction

# The person is in the middle of a report: what waits for them waits until they are done, or idle for so long.
BUSY = timedelta(minutes=10)

_PEOPLE = table_of(PersonRow)
_NOTICES = table_of(Notice)
_BULLETINS = table_of(Bulletin)
_DIGESTS = table_of(Digest)
_DRAFTS = table_of(DraftRow)


def _next_of(table: Table) -> Select[Any]:
    """The next people in a table of what waits, by its own index."""
    return (
        select(table.c.person_id)
        .distinct()
        .where(table.c.told_at.is_(None), table.c.person_id > bindparam("after"))
        .order_by(table.c.person_id)
        .limit(bindparam("most"))
    )


_WAITING = union_all(
    select(_next_of(_NOTICES).subquery().c.person_id), select(_next_of(_BULLETINS).subquery().c.person_id)
).subquery()
_REACHABLE = and_(
    _PEOPLE.c.state == PersonState.ACTIVE, _PEOPLE.c.telegram_id.is_not(None), _PEOPLE.c.blocked_at.is_(None)
)
_LAST_ON = (
    select(func.max(_DIGESTS.c.day)).where(_DIGESTS.c.person_id == _PEOPLE.c.id).scalar_subquery()
).label("last_on")
WAITING: Select[Any] = (
    select(
        _PEOPLE.c.id,
        _PEOPLE.c.union_id,
        _LAST_ON,
        # For whoever cannot be told bulletins wait, while due items go to somebody else.
        or_(
            _REACHABLE, exists().where(_NOTICES.c.person_id == _PEOPLE.c.id, _NOTICES.c.told_at.is_(None))
        ).label("is_open"),
        exists()
        .where(_BULLETINS.c.person_id == _PEOPLE.c.id, _BULLETINS.c.told_at.is_(None), _BULLETINS.c.is_urgent)
        .label("has_urgent"),
    )
    .where(_PEOPLE.c.id.in_(select(_WAITING.c.person_id)))
    .order_by(_PEOPLE.c.id)
    .limit(bindparam("most"))
)
_HELD: Select[Any] = (
    select(
        _PEOPLE.c.id,
        _PEOPLE.c.name,
        _PEOPLE.c.language,
        _PEOPLE.c.telegram_id,
        _PEOPLE.c.union_id,
        _PEOPLE.c.state,
        _PEOPLE.c.blocked_at,
        _LAST_ON,
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
_SENT_AT = select(_DIGESTS.c.sent_at).where(
    _DIGESTS.c.person_id == bindparam("person"), _DIGESTS.c.day == bindparam("day")
)


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody for whom something waits; nothing is said yet of whether this is the hour for it.

    `is_open`: they can be told, or what waits can be given to somebody else.
    """

    person_id: int
    union_id: int
    is_open: bool
    has_urgent: bool
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Hearer:
    """Somebody who is held while they are told; `last_on`: the day of their last digest."""

    person_id: int
    chat_id: int
    name: str
    language: str
    union_id: int
    is_reachable: bool
    is_busy: bool
    last_on: date | None


def waiting(tx: Transaction, *, after: int, limit: int) -> list[Waiter]:
    """Return up to `limit` people with ids above `after` for whom something waits."""
    rows = tx.connection.execute(WAITING, {"after": after, "most": limit})
    return [
        Waiter(row.id, row.union_id, bool(row.is_open), bool(row.has_urgent), row.last_on) for row in rows
    ]


def hold(tx: Transaction, person_id: int) -> Hearer | None:
    """Hold a person for this transaction and return them; None when somebody else is telling them now."""
    asked = {"person": person_id, "busy_since": tx.now - BUSY}
    row = tx.connection.execute(_HELD, asked).one_or_none()
    if row is None:
        return None
    is_active = row.state == PersonState.ACTIVE and row.telegram_id is not None
    return Hearer(
        person_id=row.id,
        chat_id=row.telegram_id or 0,
        name=row.name,
        language=row.language,
        union_id=row.union_id,
        is_reachable=is_active and row.blocked_at is None,
        is_busy=bool(row.is_busy),
        last_on=row.last_on,
    )


def last_sent_at(tx: Transaction, hearer: Hearer) -> datetime | None:
    """Return when this person last had a digest, None when never."""
    if hearer.last_on is None:
        return None
    return tx.connection.scalar(_SENT_AT, {"person": hearer.person_id, "day": hearer.last_on})
