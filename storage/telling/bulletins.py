"""What people are told beside due items: posted once a person and key, handed over once; words nothing.

A bulletin is urgent (told alone and soon) or a line of the person's next digest. Its details are ids, days
and counts; names and phone numbers are looked up when it is told and are never kept with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select, text, update

from storage.among import among
from storage.codes import PersonState, Role
from storage.columns import table_of
from storage.members import absences, people
from storage.tables.office import Bulletin as BulletinRow
from storage.tables.people import PersonRow
from storage.telling import bulletin_facts, in_sight, step_news

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction

# Rung when something urgent was posted, or somebody has become free to hear what waits for them.
BELL = "reminders"
# What could not be told for so long is no longer told as if it were new. Our default.
FRESH = timedelta(hours=48)
# Bulletins of this family are told at any hour: somebody's life may hang on them.
SAFETY = "safety"

_BULLETINS = table_of(BulletinRow)
_PEOPLE = table_of(PersonRow)
_POST = text(
    "INSERT INTO bulletins (person_id, key, slug, details, is_urgent, created_at) "
    "VALUES (:person_id, :key, :slug, :details, :is_urgent, :created_at) ON CONFLICT DO NOTHING"
).bindparams(
    bindparam("details", type_=_BULLETINS.c.details.type),
    bindparam("created_at", type_=_BULLETINS.c.created_at.type),
)
_REACHABLE = (
    _PEOPLE.c.state == PersonState.ACTIVE,
    _PEOPLE.c.telegram_id.is_not(None),
    _PEOPLE.c.blocked_at.is_(None),
)
_OF_THESE = select(_PEOPLE.c.id).where(among(_PEOPLE.c.id, "ids"), *_REACHABLE)
_THEIRS: Select[Any] = (
    select(_BULLETINS)
    .where(_BULLETINS.c.person_id == bindparam("person"), _BULLETINS.c.told_at.is_(None))
    .order_by(_BULLETINS.c.id)
)
_KNOWN = (
    select(_BULLETINS.c.id)
    .where(among(_BULLETINS.c.person_id, "ids"), _BULLETINS.c.key == bindparam("key"))
    .limit(1)
)
_TELL = (
    update(_BULLETINS)
    .where(among(_BULLETINS.c.id, "ids"), _BULLETINS.c.told_at.is_(None))
    .values(told_at=bindparam("at"))
)
_FORGET = delete(_BULLETINS).where(among(_BULLETINS.c.id, "ids"), _BULLETINS.c.told_at.is_(None))


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One thing to tell; `details` as posted, `facts` the names behind its ids as they are now."""

    id: int
    slug: str
    is_urgent: bool
    created_at: datetime
    details: Mapping[str, int | str]
    facts: Mapping[str, str | None]

    def is_fresh(self, now: datetime) -> bool:
        """Whether it may still be told as something new."""
        return now - self.created_at <= FRESH

    @property
    def is_safety(self) -> bool:
        """Whether it is told at any hour."""
        return self.slug.startswith(SAFETY)


def post(
    tx: Transaction,
    /,
    person_ids: Iterable[int],
    slug: str,
    *,
    key: str,
    urgent: bool = False,
    **details: int | str,
) -> None:
    """Have each of these people told once: at once if urgent, else in their next digest.

    A second post to the same person under the same key does nothing, whatever became of the first.
    `details` that are ids are looked up when it is told: household, person, other, visit, revisit; days and
    instants are in ISO form: on, until, since; count is a number. No name, phone or diagnosis belongs here.
    """
    rows = [
        {
            "person_id": person_id,
            "key": key,
            "slug": slug,
            "details": details,
            "is_urgent": urgent,
            "created_at": tx.now,
        }
        for person_id in dict.fromkeys(person_ids)
    ]
    if not rows:
        return
    tx.connection.execute(_POST, rows)
    if urgent:
        tx.ring(BELL)


def known(tx: Transaction, person_ids: Iterable[int], prefix: str) -> set[tuple[int, str]]:
    """Return what these people were posted under keys that begin so, told already or not."""
    asked = select(_BULLETINS.c.person_id, _BULLETINS.c.key).where(
        _BULLETINS.c.person_id.in_(list(person_ids)), _BULLETINS.c.key.startswith(prefix, autoescape=True)
    )
    return {(row.person_id, row.key) for row in tx.connection.execute(asked)}


def is_known(tx: Transaction, person_ids: Iterable[int], key: str) -> bool:
    """Whether any of these was posted something under that key, told or not, that was not withdrawn."""
    return tx.connection.scalar(_KNOWN, {"key": key, "ids": list(person_ids)}) is not None


def withdraw(tx: Transaction, person_ids: Iterable[int] | None, key: str) -> set[int]:
    """Take back what these people (None: all) have not been told yet under that key; return who they are."""
    untold = delete(_BULLETINS).where(_BULLETINS.c.key == key, _BULLETINS.c.told_at.is_(None))
    if person_ids is not None:
        untold = untold.where(_BULLETINS.c.person_id.in_(list(person_ids)))
    return set(tx.connection.scalars(untold.returning(_BULLETINS.c.person_id)))


def forget(tx: Transaction, person_id: int) -> None:
    """Drop whatever waits for somebody who has left: it will never be told."""
    untold = delete(_BULLETINS).where(_BULLETINS.c.person_id == person_id, _BULLETINS.c.told_at.is_(None))
    tx.connection.execute(untold)


def officers_of(tx: Transaction, union_id: int) -> list[int]:
    """Return whom an officer's bulletin goes to: officers over a union who can be told, else its chairs."""
    return reachable(tx, Role.OFFICER, union_id) or reachable(tx, Role.CHAIR, union_id)


def guardians_of(tx: Transaction, union_id: int) -> list[int]:
    """Return whom danger to somebody's life is told to: officers and chairs over a union, on leave or not."""
    held = [_able(tx, role, union_id) for role in (Role.OFFICER, Role.CHAIR)]
    instead = [reachable(tx, role, union_id) for role in (Role.OFFICER, Role.CHAIR)]
    return list(dict.fromkeys(one for ids in (*held, *instead) for one in ids))


def reachable(tx: Transaction, role: Role, union_id: int) -> list[int]:
    """Return the holders of a role over a union who can be told; for who is on leave, whoever stands in."""
    able = _able(tx, role, union_id)
    away = absences.stand_ins(tx, tx.today) if able else {}
    present = [away.get(one, one) for one in able]
    # With everybody away and nobody in their place it is better told to them than to nobody.
    return list(dict.fromkeys(one for one in present if one is not None)) or able


def in_office(tx: Transaction, role: Role, union_id: int, *, besides: Collection[int] = ()) -> list[int]:
    """Return the holders of a role over a union who can be told, for what nobody does in their place.

    Who is on leave is told only where nobody else is left. `besides`: who is not to be asked at all.
    """
    able = [one for one in _able(tx, role, union_id) if one not in besides]
    away = absences.stand_ins(tx, tx.today) if able else {}
    return [one for one in able if one not in away] or able


def _able(tx: Transaction, role: Role, union_id: int) -> list[int]:
    ids = [person.id for person in people.holders(tx, role, union_id)]
    able = set(tx.connection.scalars(_OF_THESE, {"ids": ids})) if ids else set()
    return [one for one in ids if one in able]


def waiting(tx: Transaction, person_id: int) -> list[Bulletin]:
    """Return what waits for a person, oldest first; what was taken back or overtaken meanwhile is forgotten.

    The caller holds the person (`hearers.hold`), so that nobody else tells the same.
    """
    rows = tx.connection.execute(_THEIRS, {"person": person_id}).all()
    if not rows:
        return []
    facts = bulletin_facts.of(tx, [row.details for row in rows])
    stale = step_news.outdated(tx, person_id, [(row.slug, row.details.get("item")) for row in rows])
    lost = in_sight.lost(tx, person_id, [(row.slug, row.details) for row in rows])
    told: list[Bulletin] = []
    gone: list[int] = []
    for row, known, is_stale, is_lost in zip(rows, facts, stale, lost, strict=True):
        if known is None or is_stale or is_lost:
            gone.append(row.id)
        else:
            told.append(_bulletin(row, known))
    if gone:
        tx.connection.execute(_FORGET, {"ids": gone})
    return told


def mark_told(tx: Transaction, ids: Iterable[int]) -> None:
    """Note that these were told now."""
    these = list(ids)
    if these:
        tx.connection.execute(_TELL, {"ids": these, "at": tx.now})


def _bulletin(row: Row[Any], facts: Mapping[str, str | None]) -> Bulletin:
    return Bulletin(row.id, row.slug, row.is_urgent, row.created_at, row.details, facts)
