"""Who is who: looks people up with their roles and scope, and keeps what belongs to one person.

Nothing is cached, so that a removal acts at the very next update. It knows nothing of invitations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, bindparam, select, text, union_all, update

from storage.codes import PersonState, Role
from storage.columns import table_of
from storage.errors import NotFound
from storage.members import absences
from storage.tables.people import Greeting, PersonRow, RoleRow, Union

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Row

    from storage.database import Transaction

PEOPLE = table_of(PersonRow)
ROLES = table_of(RoleRow)
UNIONS = table_of(Union)
GREETINGS = table_of(Greeting)

# Strangers cost one row each; beyond this many the oldest are forgotten (and may be greeted once more).
GREETINGS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the union as they are now.

    `scope` holds the ids of the unions whose households they see, `charge` those whose people they look after
    as an admin: that role opens no file. For whoever speaks now (`find`) the scope holds the branches of
    those they stand in for today as well, and no longer than their leave.
    """

    id: int
    telegram_id: int | None
    name: str
    language: str
    union_id: int
    union_name: str
    roles: frozenset[Role]
    scope: frozenset[int]
    charge: frozenset[int]


def _with_roles(*conditions: ColumnElement[bool]) -> Select[Any]:
    """One row per role; one row with no role for somebody who has none."""
    home = UNIONS.alias("home")
    field = UNIONS.alias("field")
    return (
        select(
            PEOPLE.c.id,
            PEOPLE.c.telegram_id,
            PEOPLE.c.name,
            PEOPLE.c.language,
            PEOPLE.c.union_id,
            home.c.name.label("union_name"),
            ROLES.c.role,
            ROLES.c.union_id.label("field_id"),
            field.c.path.label("field_path"),
        )
        .join(home, home.c.id == PEOPLE.c.union_id)
        .join(ROLES, ROLES.c.person_id == PEOPLE.c.id, isouter=True)
        .join(field, field.c.id == ROLES.c.union_id, isouter=True)
        .where(*conditions)
        .order_by(PEOPLE.c.id)
    )


IS_ACTIVE = PEOPLE.c.state == PersonState.ACTIVE
_SPEAKS = (PEOPLE.c.telegram_id == bindparam("telegram_id"), IS_ACTIVE)
_BY_TELEGRAM_ID = union_all(_with_roles(*_SPEAKS).order_by(None), absences.seen_for_others(*_SPEAKS))
_BY_ID = _with_roles(PEOPLE.c.id == bindparam("person_id"))
_OTHERS = _with_roles(
    PEOPLE.c.union_id.in_(bindparam("unions", expanding=True)),
    PEOPLE.c.state != PersonState.REMOVED,
    PEOPLE.c.id != bindparam("person_id"),
)
_NO_ROLE = frozenset({None, absences.STANDS_IN})
_OF_ONE_BRANCH = _NO_ROLE | {Role.CADRE}
_BELOW = select(UNIONS.c.id).where(UNIONS.c.path.like(bindparam("below")))


def find(tx: Transaction, telegram_id: int) -> Person | None:
    """Return the active person behind a Telegram account; None for strangers and for the removed.

    Every update asks this: one statement for a cadre, two for whoever sees more than one branch.
    """
    rows = tx.connection.execute(_BY_TELEGRAM_ID, {"telegram_id": telegram_id, "on": tx.today}).all()
    return _person(tx, rows) if rows else None


def get(tx: Transaction, person_id: int) -> Person:
    """Return a person whatever their state; NotFound when there is none."""
    rows = tx.connection.execute(_BY_ID, {"person_id": person_id}).all()
    if not rows:
        raise NotFound
    return _person(tx, rows)


def _person(tx: Transaction, rows: Sequence[Row[Any]]) -> Person:
    return _people(tx, rows)[0]


def _people(tx: Transaction, rows: Iterable[Row[Any]]) -> list[Person]:
    by_person: dict[int, list[Row[Any]]] = {}
    for row in rows:
        by_person.setdefault(row.id, []).append(row)
    below: dict[str, list[int]] = {}
    for path in {row.field_path for told in by_person.values() for row in told if _reaches_down(row)}:
        below[path] = list(tx.connection.execute(_BELOW, {"below": f"{path}%"}).scalars())
    return [_told(told, below) for told in by_person.values()]


def _reaches_down(row: Row[Any]) -> bool:
    return row.role not in _OF_ONE_BRANCH


def _told(rows: list[Row[Any]], below: Mapping[str, list[int]]) -> Person:
    first = next(row for row in rows if row.role != absences.STANDS_IN)
    scope = {row.field_id for row in rows if row.role in _OF_ONE_BRANCH and row.field_id is not None}
    charge: set[int] = set()
    for row in rows:
        if _reaches_down(row):
            (charge if row.role == Role.ADMIN else scope).update(below[row.field_path])
    return Person(
        id=first.id,
        telegram_id=first.telegram_id,
        name=first.name,
        language=first.language,
        union_id=first.union_id,
        union_name=first.union_name,
        roles=frozenset(Role(row.role) for row in rows if row.role not in _NO_ROLE),
        scope=frozenset(scope),
        charge=frozenset(charge),
    )


def holders(tx: Transaction, role: Role, union_id: int) -> list[Person]:
    """Return the active people who hold `role` over that union.

    A cadre's role reaches their own branch, every other role the unions below as well.
    """
    reach = [union_id] if role == Role.CADRE else _upwards(tx, union_id)
    held = select(ROLES.c.person_id).where(ROLES.c.role == role, ROLES.c.union_id.in_(reach))
    return _people(tx, tx.connection.execute(_with_roles(PEOPLE.c.id.in_(held), IS_ACTIVE)))


def colleagues(tx: Transaction, person: Person) -> list[Person]:
    """Return the others of the unions this person sees or belongs to, joined or not; never the removed."""
    unions = person.scope.union(_upwards(tx, person.union_id))
    others = tx.connection.execute(_OTHERS, {"unions": sorted(unions), "person_id": person.id})
    return _people(tx, others)


def _upwards(tx: Transaction, union_id: int) -> list[int]:
    path = tx.connection.execute(select(UNIONS.c.path).where(UNIONS.c.id == union_id)).scalar_one()
    return [int(part) for part in path.strip("/").split("/")]


def set_language(tx: Transaction, person_id: int, language: str) -> None:
    """Speak to this person in `language` (zh or en) from now on."""
    tx.connection.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(language=language))


def mark_blocked(tx: Transaction, chat_id: int) -> None:
    """Remember since when this private chat takes no messages; the first time counts."""
    tx.connection.execute(
        update(PEOPLE)
        .where(PEOPLE.c.telegram_id == chat_id, PEOPLE.c.blocked_at.is_(None))
        .values(blocked_at=tx.now)
    )


def mark_reachable(tx: Transaction, chat_id: int) -> None:
    """Forget that this private chat took no messages."""
    tx.connection.execute(
        update(PEOPLE)
        .where(PEOPLE.c.telegram_id == chat_id, PEOPLE.c.blocked_at.is_not(None))
        .values(blocked_at=None)
    )


_GREET = text(
    "INSERT INTO greetings (chat_id, greeted_at) VALUES (:chat_id, :now) ON CONFLICT (chat_id) DO NOTHING"
).bindparams(bindparam("now", type_=GREETINGS.c.greeted_at.type))


def greet_once(tx: Transaction, chat_id: int) -> bool:
    """Return True the first time for a chat, False ever after, so that a stranger gets one polite line."""
    if tx.connection.execute(_GREET, {"chat_id": chat_id, "now": tx.now}).rowcount == 0:
        return False
    kept = (
        select(GREETINGS.c.greeted_at).order_by(GREETINGS.c.greeted_at.desc()).offset(GREETINGS_KEPT).limit(1)
    )
    oldest = tx.connection.execute(kept).scalar()
    if oldest is not None:
        tx.connection.execute(GREETINGS.delete().where(GREETINGS.c.greeted_at <= oldest))
    return True
