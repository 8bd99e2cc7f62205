"""The people of a union as its admin looks after them: by branch, with their roles, joined or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from storage.codes import PersonState, Role
from storage.errors import NotAllowed, NotFound
from storage.members.people import PEOPLE, ROLES, UNIONS

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from storage.core.transaction import Transaction
    from storage.members.people import Person


@dataclass(frozen=True, slots=True)
class Branch:
    """A union of the admin's scope, and how many people belong to it."""

    id: int
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the register; `is_blocked`: their chat takes no messages at the moment."""

    id: int
    name: str
    union_id: int
    union_name: str
    roles: tuple[Role, ...]
    is_joined: bool
    is_blocked: bool


def branches(tx: Transaction, actor: Person, *, limit: int, offset: int = 0) -> list[Branch]:
    """Return the unions the admin looks after, the upper ones first. Refuses NotAllowed."""
    _check(actor)
    belongs = and_(PEOPLE.c.union_id == UNIONS.c.id, PEOPLE.c.state != PersonState.REMOVED)
    statement = (
        select(UNIONS.c.id, UNIONS.c.name, func.count(PEOPLE.c.id))
        .join(PEOPLE, belongs, isouter=True)
        .where(UNIONS.c.id.in_(sorted(actor.charge)))
        .group_by(UNIONS.c.id, UNIONS.c.name, UNIONS.c.path)
        .order_by(func.length(UNIONS.c.path) - func.length(func.replace(UNIONS.c.path, "/", "")), UNIONS.c.id)
    )
    return [Branch(*row) for row in tx.connection.execute(statement.limit(limit).offset(offset))]


def branch(tx: Transaction, actor: Person, union_id: int) -> Branch:
    """Return one of them. Refuses NotAllowed, NotFound (none, or out of scope)."""
    _check(actor)
    name = tx.connection.scalar(select(UNIONS.c.name).where(UNIONS.c.id == union_id))
    if name is None or union_id not in actor.charge:
        raise NotFound
    belongs = (PEOPLE.c.union_id == union_id, PEOPLE.c.state != PersonState.REMOVED)
    count = tx.connection.scalar(select(func.count()).select_from(PEOPLE).where(*belongs))
    return Branch(union_id, name, count or 0)


def members(
    tx: Transaction, actor: Person, union_id: int, *, limit: int, offset: int = 0, waiting: bool = False
) -> list[Member]:
    """Return the people of one union by name; `waiting`: only who has not joined in Telegram yet.

    Refuses NotAllowed, NotFound (no such union, or out of scope).
    """
    _check(actor)
    if union_id not in actor.charge:
        raise NotFound
    wanted = PEOPLE.c.state == PersonState.REGISTERED if waiting else PEOPLE.c.state != PersonState.REMOVED
    return _members(tx, PEOPLE.c.union_id == union_id, wanted, limit=limit, offset=offset)


def member(tx: Transaction, actor: Person, person_id: int) -> Member:
    """Return one person. Refuses NotAllowed, NotFound (none, removed, or out of scope)."""
    _check(actor)
    found = _members(tx, PEOPLE.c.id == person_id, PEOPLE.c.state != PersonState.REMOVED, limit=1)
    if not found or found[0].union_id not in actor.charge:
        raise NotFound
    return found[0]


def _check(actor: Person) -> None:
    if Role.ADMIN not in actor.roles:
        raise NotAllowed


def _members(tx: Transaction, *conditions: ColumnElement[bool], limit: int, offset: int = 0) -> list[Member]:
    statement = (
        select(PEOPLE, UNIONS.c.name.label("union_name"))
        .join(UNIONS, UNIONS.c.id == PEOPLE.c.union_id)
        .where(*conditions)
        .order_by(PEOPLE.c.name, PEOPLE.c.id)
    )
    rows = tx.connection.execute(statement.limit(limit).offset(offset)).all()
    held: dict[int, set[Role]] = {row.id: set() for row in rows}
    of_them = select(ROLES.c.person_id, ROLES.c.role).where(ROLES.c.person_id.in_(list(held)))
    for person_id, role in tx.connection.execute(of_them):
        held[person_id].add(Role(role))
    return [
        Member(
            id=row.id,
            name=row.name,
            union_id=row.union_id,
            union_name=row.union_name,
            roles=tuple(role for role in Role if role in held[row.id]),
            is_joined=row.state == PersonState.ACTIVE,
            is_blocked=row.blocked_at is not None,
        )
        for row in rows
    ]
