"""Who is who: looks people up with their roles and scope, and keeps what belongs to one person.

Nothing is cached, so that a removal acts at the very next update. It knows nothing of invitations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, bindparam, literal, select, text, union_all, update

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
_BY_TELEGRAM_ID = _with_roles(*_SPEAKS).add_columns(absences.is_asked(PEOPLE.c.id).label("is_asked"))
_BY_ID = _with_roles(PEOPLE.c.id == bindparam("person_id"))
_OTHERS = _with_roles(
    PEOPLE.c.union_id.in_(bindparam("unions", expanding=True)),
    PEOPLE.c.state != PersonState.REMOVED,
    PEOPLE.c.id != bindparam("person_id"),
)
_BELOW = select(UNIONS.c.id).where(UNIONS.c.path.like(bindparam("below")))
_BELOW_AND_FOR_OTHERS = union_all(
    _BELOW.add_columns(literal(0).label("for_others")),
    absences.seen_for_others(*_SPEAKS).add_columns(literal(1)),
)


def find(tx: Transaction, telegram_id: int) -> Person | None:
    """Return the active person behind a Telegram account; None for strangers and for the removed.

    Every update asks this: one statement for a cadre, two for whoever sees more than one branch, by their
    roles or because they stand in for somebody.
    """
    asked = {"telegram_id": telegram_id, "on": tx.today}
    rows = tx.connection.execute(_BY_TELEGRAM_ID, asked).all()
    if not rows:
        return None
    return _standing_in(tx, rows, asked) if rows[0].is_asked else _person(tx, rows)


def get(tx: Transaction, person_id: int) -> Person:
    """Return a person whatever their state; NotFound when there is none."""
    rows = tx.connection.execute(_BY_ID, {"person_id": person_id}).all()
    if not rows:
        raise NotFound
    return _person(tx, rows)


def _person(tx: Transaction, rows: Sequence[Row[Any]]) -> Person:
    return _people(tx, rows)[0]


def _standing_in(tx: Transaction, rows: Sequence[Row[Any]], asked: Mapping[str, object]) -> Person:
    """The same with the branches of those they stand in for; read together with the first field's unions."""
    first, *rest = sorted({row.field_path for row in rows if _reaches_down(row)}) or [""]
    told = tx.connection.execute(
        _BELOW_AND_FOR_OTHERS, {**asked, "below": f"{first}%" if first else ""}
    ).all()
    below = {first: [union_id for union_id, for_others in told if not for_others]}
    below |= {path: list(tx.connection.execute(_BELOW, {"below": f"{path}%"}).scalars()) for path in rest}
    return _told(rows, below, {union_id for union_id, for_others in told if for_others})


def _people(tx: Transaction, rows: Iterable[Row[Any]]) -> list[Person]:
    by_person: dict[int, list[Row[Any]]] = {}
    for row in rows:
        by_person.setdefault(row.id, []).append(row)
    below: dict[str, list[int]] = {}
    for path in {row.field_path for told in by_person.values() for row in told if _reaches_down(row)}:
        below[path] = list(tx.connection.execute(_BELOW, {"below": f"{path}%"}).scalars())
    return [_told(told, below) for told in by_person.values()]


def _reaches_down(row: Row[Any]) -> bool:
    return row.role is not None and row.role != Role.CADRE


def _told(rows: Sequence[Row[Any]], below: Mapping[str, list[int]], for_others: Iterable[int] = ()) -> Person:
    first = rows[0]
    scope = {row.field_id for row in rows if row.role == Role.CADRE}.union(for_others)
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
        roles=frozenset(Role(row.role) for row in rows if row.role is not None),
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
