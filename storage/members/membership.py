"""Who belongs to the union: the tree, the register, the first admins, and removal; makes no invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, or_, select, update

from storage import audit
from storage.codes import PersonState, Role
from storage.columns import table_of
from storage.errors import LastAdmin, NotAllowed, NotFound
from storage.members import people
from storage.members.people import IS_ACTIVE, PEOPLE, ROLES, UNIONS, Person
from storage.tables.people import Invitation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.database import Transaction

INVITATIONS = table_of(Invitation)


def root_union(tx: Transaction) -> int | None:
    """Return the id of the top union; None on an empty database."""
    tops = select(UNIONS.c.id).where(UNIONS.c.parent_id.is_(None)).order_by(UNIONS.c.id).limit(1)
    found: int | None = tx.connection.execute(tops).scalar()
    return found


def union_named(tx: Transaction, name: str) -> int:
    """Return the id of the union of that name. Refuses NotFound."""
    found = tx.connection.execute(select(UNIONS.c.id).where(UNIONS.c.name == name)).scalar()
    if found is None:
        raise NotFound(name=name)
    return int(found)


def ensure_union(tx: Transaction, name: str) -> int:
    """Return the id of the union of that name; a new one is put under the top union, the first is the top."""
    known = select(UNIONS.c.id).where(UNIONS.c.name == name).order_by(UNIONS.c.path).limit(1)
    union_id: int | None = tx.connection.execute(known).scalar()
    if union_id is not None:
        return union_id
    parent_id = root_union(tx)
    above = select(UNIONS.c.path).where(UNIONS.c.id == parent_id)
    path = "/" if parent_id is None else tx.connection.execute(above).scalar_one()
    # The path holds the union's own id, which the database gives; until then a path that is nobody's.
    made = insert(UNIONS).values(parent_id=parent_id, name=name, path="/new/").returning(UNIONS.c.id)
    new_id: int = tx.connection.execute(made).scalar_one()
    tx.connection.execute(update(UNIONS).where(UNIONS.c.id == new_id).values(path=f"{path}{new_id}/"))
    return new_id


def register(tx: Transaction, *, name: str, union_id: int, role: Role = Role.CADRE) -> int:
    """Return the id of the person of that name in that union, entered into the register if not yet there.

    They hold `role` there afterwards; they join in Telegram by an invitation to that name.
    """
    known = select(PEOPLE.c.id).where(
        PEOPLE.c.name == name, PEOPLE.c.union_id == union_id, PEOPLE.c.state != PersonState.REMOVED
    )
    person_id: int | None = tx.connection.execute(known.order_by(PEOPLE.c.id).limit(1)).scalar()
    if person_id is None:
        person_id = enter(tx, name=name, union_id=union_id, state=PersonState.REGISTERED)
    grant(tx, person_id, [role], union_id)
    return person_id


def enter(
    tx: Transaction, *, name: str, union_id: int, state: PersonState, telegram_id: int | None = None
) -> int:
    """Add a person and return the id; roles are granted apart."""
    joined_at = tx.now if state == PersonState.ACTIVE else None
    row = {
        "name": name,
        "union_id": union_id,
        "state": state,
        "telegram_id": telegram_id,
        "language": "zh",
        "joined_at": joined_at,
    }
    person_id: int = tx.connection.execute(insert(PEOPLE).values(row).returning(PEOPLE.c.id)).scalar_one()
    return person_id


def grant(tx: Transaction, person_id: int, roles: Iterable[Role], union_id: int) -> None:
    """Give roles over a union and what is below it; those already held stay as they are."""
    held = select(ROLES.c.role).where(ROLES.c.person_id == person_id, ROLES.c.union_id == union_id)
    new = set(roles).difference(tx.connection.execute(held).scalars())
    for role in sorted(new):
        tx.connection.execute(insert(ROLES).values(person_id=person_id, role=role, union_id=union_id))


def ensure_admins(tx: Transaction, telegram_ids: Iterable[int], *, union_name: str, name: str) -> None:
    """Make sure each of these Telegram accounts is an admin of the top union; done at every start.

    On an empty database the top union `union_name` is made. An account nobody has yet becomes a new person
    called `name`; somebody's account only gains the role.
    """
    union_id = root_union(tx) or ensure_union(tx, union_name)
    for telegram_id in telegram_ids:
        person = people.find(tx, telegram_id)
        if person is not None and Role.ADMIN in person.roles:
            continue
        person_id = (
            person.id
            if person is not None
            else enter(tx, name=name, union_id=union_id, state=PersonState.ACTIVE, telegram_id=telegram_id)
        )
        grant(tx, person_id, [Role.ADMIN], union_id)
        audit.record(tx, person_id=None, act="person.admin", subject=f"person:{person_id}")


def remove(tx: Transaction, actor: Person, person_id: int) -> None:
    """Take somebody out: no roles, no Telegram account, no open invitations; what they recorded stays.

    Refuses NotAllowed (the actor is no admin), NotFound (unknown, out of scope or removed already) and
    LastAdmin (nobody would be left to invite). The Telegram id is kept in the audit alone.
    """
    if Role.ADMIN not in actor.roles:
        raise NotAllowed
    gone = _removable(tx, actor, person_id)
    tx.connection.execute(ROLES.delete().where(ROLES.c.person_id == person_id))
    tx.connection.execute(
        update(PEOPLE)
        .where(PEOPLE.c.id == person_id)
        .values(state=PersonState.REMOVED, telegram_id=None, removed_at=tx.now)
    )
    _void_invitations(tx, person_id)
    audit.record(
        tx,
        person_id=actor.id,
        act="person.remove",
        subject=f"person:{person_id}",
        telegram_id=gone.telegram_id,
        roles=sorted(gone.roles),
    )


def _removable(tx: Transaction, actor: Person, person_id: int) -> Person:
    state = tx.connection.execute(select(PEOPLE.c.state).where(PEOPLE.c.id == person_id)).scalar()
    if state in {None, PersonState.REMOVED}:
        raise NotFound
    person = people.get(tx, person_id)
    if person.union_id not in actor.charge:
        raise NotFound
    if Role.ADMIN in person.roles and not _other_admin(tx, person_id):
        raise LastAdmin
    return person


def _void_invitations(tx: Transaction, person_id: int) -> None:
    """Codes the person made, or that were made for them, open no door any more."""
    tx.connection.execute(
        update(INVITATIONS)
        .where(
            or_(INVITATIONS.c.created_by == person_id, INVITATIONS.c.person_id == person_id),
            INVITATIONS.c.used_at.is_(None),
        )
        .values(expires_at=tx.now)
    )


def _other_admin(tx: Transaction, person_id: int) -> bool:
    others = (
        select(PEOPLE.c.id)
        .join(ROLES, ROLES.c.person_id == PEOPLE.c.id)
        .where(ROLES.c.role == Role.ADMIN, PEOPLE.c.id != person_id, IS_ACTIVE)
        .limit(1)
    )
    return tx.connection.execute(others).first() is not None
