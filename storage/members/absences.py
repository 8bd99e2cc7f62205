"""Who is away on which days, and who stands in for them; tells nobody, and knows no household.

A leave begins and ends by its days alone: nothing has to happen for it to be over. Somebody who stands in
may be away too; then it goes on to whoever stands in for them, over three links at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select

from storage.codes import PersonState
from storage.columns import table_of
from storage.tables.dossiers import Household
from storage.tables.office import Absence as AbsenceRow
from storage.tables.people import PersonRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import ColumnElement, Row, Select

    from storage.core.transaction import Transaction

LINKS_MAX = 3

ABSENCES = table_of(AbsenceRow)
_PEOPLE = table_of(PersonRow)
_ON = (
    ABSENCES.c.ended_at.is_(None),
    ABSENCES.c.from_on <= bindparam("on"),
    ABSENCES.c.until_on >= bindparam("on"),
)
_COLUMNS = (
    ABSENCES.c.id,
    ABSENCES.c.person_id,
    ABSENCES.c.substitute_id,
    ABSENCES.c.from_on,
    ABSENCES.c.until_on,
    ABSENCES.c.may_approve,
)
# In no order: in that of its numbers SQLite would walk every leave there ever was.
_ALL: Select[Any] = (
    select(
        ABSENCES.c.id,
        ABSENCES.c.person_id,
        ABSENCES.c.substitute_id,
        _PEOPLE.c.state,
        _PEOPLE.c.telegram_id,
        _PEOPLE.c.blocked_at,
    )
    .join(_PEOPLE, _PEOPLE.c.id == ABSENCES.c.substitute_id)
    .where(*_ON)
)
_CHOSEN = select(ABSENCES.c.person_id).where(ABSENCES.c.substitute_id == bindparam("person"), *_ON).limit(1)
_THEIRS: Select[Any] = (
    select(*_COLUMNS)
    .where(
        ABSENCES.c.person_id == bindparam("person"),
        ABSENCES.c.ended_at.is_(None),
        ABSENCES.c.from_on <= bindparam("last"),
        ABSENCES.c.until_on >= bindparam("first"),
    )
    .order_by(ABSENCES.c.from_on, ABSENCES.c.id)
)
_ENTRUSTED = (
    select(ABSENCES.c.person_id)
    .join(_PEOPLE, _PEOPLE.c.id == ABSENCES.c.person_id)
    .where(
        ABSENCES.c.substitute_id == bindparam("person"),
        ABSENCES.c.may_approve,
        _PEOPLE.c.state == PersonState.ACTIVE,
        *_ON,
    )
)


def is_asked(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether somebody is away, or will be, for whom this person stands in. Parameter: `on`."""
    asked = select(ABSENCES.c.id).where(
        ABSENCES.c.substitute_id == person_id,
        ABSENCES.c.until_on >= bindparam("on"),
        ABSENCES.c.ended_at.is_(None),
    )
    return asked.exists()


def seen_for_others(*conditions: ColumnElement[bool]) -> Select[tuple[int]]:
    """The branches a person sees only because they stand in today, at the end of a chain or not.

    They are the branches of the households whose liaison is away: they come and go with the leave, and no
    role is given. Parameters: `on`, and those of the conditions on the person.
    """
    households = table_of(Household)
    links = [ABSENCES.alias(f"link{number}") for number in range(LINKS_MAX)]
    now = [
        (link.c.ended_at.is_(None), link.c.from_on <= bindparam("on"), link.c.until_on >= bindparam("on"))
        for link in links
    ]
    joined = _PEOPLE.join(links[0], links[0].c.substitute_id == _PEOPLE.c.id)
    for nearer, link, during in zip(links, links[1:], now[1:], strict=False):
        joined = joined.outerjoin(link, and_(link.c.substitute_id == nearer.c.person_id, *during))
    joined = joined.join(households, households.c.liaison_id.in_([link.c.person_id for link in links]))
    return select(households.c.union_id).select_from(joined).where(*conditions, *now[0]).distinct()


@dataclass(frozen=True, slots=True)
class Absence:
    """One leave, both days included, and who was chosen to stand in; `may_approve`: for aid as well."""

    id: int
    person_id: int
    substitute_id: int
    from_on: date
    until_on: date
    may_approve: bool = False


def stand_ins(tx: Transaction, on: date) -> Mapping[int, int | None]:
    """Return everybody who is away on that day with whoever stands in for them.

    None: nobody who can be told does, because the one chosen left, blocked the bot, is away with nobody
    instead, or it goes round in a ring; then it lies with the officers. One statement.
    """
    rows = sorted(tx.connection.execute(_ALL, {"on": on}), key=lambda row: int(row.id))
    chosen = {row.person_id: row for row in rows}
    return {person_id: _followed(person_id, chosen) for person_id in chosen}


def _followed(person_id: int, chosen: Mapping[int, Row[Any]]) -> int | None:
    row = chosen[person_id]
    for _ in range(LINKS_MAX - 1):
        if row.substitute_id not in chosen:
            break
        row = chosen[row.substitute_id]
    if row.substitute_id in chosen:
        return None
    reachable = row.state == PersonState.ACTIVE and row.telegram_id is not None and row.blocked_at is None
    return row.substitute_id if reachable else None


def is_away(tx: Transaction, person_id: int, on: date) -> bool:
    """Whether this person is on leave on that day."""
    return current(tx, person_id, on) is not None


def substitute_of(tx: Transaction, person_id: int, on: date) -> int | None:
    """Return who stands in for this person on that day; None when nobody has to, or nobody can."""
    return stand_ins(tx, on).get(person_id) if is_away(tx, person_id, on) else None


def standing_in(tx: Transaction, person_id: int, on: date) -> frozenset[int]:
    """Return everybody for whom this person stands in on that day, be it at the end of a chain."""
    if tx.connection.scalar(_CHOSEN, {"person": person_id, "on": on}) is None:
        return frozenset()
    return frozenset(absent for absent, instead in stand_ins(tx, on).items() if instead == person_id)


def approves_for(tx: Transaction, person_id: int, on: date) -> frozenset[int]:
    """Return in whose place this person may approve aid on that day: whoever is away and entrusted them.

    That trust is theirs alone: it is not handed on to whoever stands in for them.
    """
    return frozenset(tx.connection.scalars(_ENTRUSTED, {"person": person_id, "on": on}))


def current(tx: Transaction, person_id: int, on: date) -> Absence | None:
    """Return the leave this person is on that day; None when they are at work."""
    return next(iter(between(tx, person_id, on, on)), None)


def between(tx: Transaction, person_id: int, first: date, last: date) -> list[Absence]:
    """Return this person's leaves that touch these days, the earliest first."""
    asked = {"person": person_id, "first": first, "last": last}
    return [Absence(*row) for row in tx.connection.execute(_THEIRS, asked)]
