"""Lets people in by a code that works once; keeps no code, only its fingerprint."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from storage import audit
from storage.codes import PersonState, Role
from storage.errors import (
    AlreadyJoined,
    InvitationInvalid,
    NameAmbiguous,
    NameUnknown,
    NotAllowed,
    NotFound,
)
from storage.members import membership, people
from storage.members.membership import INVITATIONS
from storage.members.people import PEOPLE, UNIONS, Person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.database import Transaction

VALID = timedelta(days=7)
CODE_BYTES = 16
NAME_CHARACTERS = 64


@dataclass(frozen=True, slots=True)
class Invited:
    """A fresh code, shown this once: 22 characters that a Telegram link can carry."""

    code: str
    expires_at: datetime


def invite(
    tx: Transaction,
    *,
    roles: Iterable[Role],
    union_id: int | None = None,
    name: str | None = None,
    created_by: Person | None = None,
    valid: timedelta = VALID,
) -> Invited:
    """Make a code with which one person joins, with these roles over that union.

    `name` ties the code to that person of the register; then `union_id` None means their own union,
    otherwise the top one. `created_by` None is the shell. Refuses NotAllowed (the inviter is no admin, or no
    role is given), NotFound (no such union in the inviter's scope), NameUnknown, NameAmbiguous and
    AlreadyJoined (that person is in Telegram already).
    """
    granted = sorted(set(roles))
    if not granted or (created_by is not None and Role.ADMIN not in created_by.roles):
        raise NotAllowed
    field_id = union_id if union_id is not None else membership.root_union(tx)
    path = tx.connection.execute(select(UNIONS.c.path).where(UNIONS.c.id == field_id)).scalar()
    if path is None or (created_by is not None and field_id not in created_by.charge):
        raise NotFound
    person_id = None
    if name is not None:
        person_id, own_union_id = _of_register(tx, name, path)
        field_id = union_id if union_id is not None else own_union_id
    code = secrets.token_urlsafe(CODE_BYTES)
    made_by = created_by.id if created_by is not None else None
    tx.connection.execute(
        insert(INVITATIONS).values(
            code_fingerprint=_fingerprint(tx, code),
            union_id=field_id,
            person_id=person_id,
            roles=granted,
            created_by=made_by,
            created_at=tx.now,
            expires_at=tx.now + valid,
        )
    )
    audit.record(
        tx,
        person_id=made_by,
        act="person.invite",
        subject=f"union:{field_id}",
        roles=granted,
        for_person=person_id,
    )
    return Invited(code, tx.now + valid)


def _fingerprint(tx: Transaction, code: str) -> bytes:
    return tx.vault.fingerprint(f"invitation:{code}")


def _of_register(tx: Transaction, name: str, path: str) -> tuple[int, int]:
    """Return the person's id and own union, looked for in the union at `path` and below."""
    found = tx.connection.execute(
        select(PEOPLE.c.id, PEOPLE.c.union_id, PEOPLE.c.state)
        .join(UNIONS, UNIONS.c.id == PEOPLE.c.union_id)
        .where(PEOPLE.c.name == name.strip(), UNIONS.c.path.like(f"{path}%"))
    ).all()
    if not found:
        raise NameUnknown(name=name)
    waiting = [row for row in found if row.state != PersonState.ACTIVE]
    if not waiting:
        raise AlreadyJoined
    if len(waiting) > 1:
        raise NameAmbiguous(name=name, count=len(waiting))
    return waiting[0].id, waiting[0].union_id


def join(tx: Transaction, code: str, *, telegram_id: int, first_name: str) -> Person:
    """Let the owner of a Telegram account in by a code, and return who they are now.

    Afterwards the code is used up and the person active, with the invitation's roles added to their own.
    Refuses AlreadyJoined (the account is somebody's; the code stays good) and InvitationInvalid (unknown,
    used, expired or void: not told apart).
    """
    if people.find(tx, telegram_id) is not None:
        raise AlreadyJoined
    fingerprint = _fingerprint(tx, code)
    used = (
        update(INVITATIONS)
        .where(
            INVITATIONS.c.code_fingerprint == fingerprint,
            INVITATIONS.c.used_at.is_(None),
            INVITATIONS.c.expires_at > tx.now,
        )
        .values(used_at=tx.now)
        .returning(INVITATIONS.c.union_id, INVITATIONS.c.person_id, INVITATIONS.c.roles)
    )
    invitation = tx.connection.execute(used).one_or_none()
    if invitation is None:
        raise InvitationInvalid
    if invitation.person_id is None:
        person_id = _newcomer(tx, invitation.union_id, telegram_id, first_name)
    else:
        person_id = _arrival(tx, invitation.person_id, telegram_id)
    membership.grant(tx, person_id, [Role(role) for role in invitation.roles], invitation.union_id)
    tx.connection.execute(
        update(INVITATIONS).where(INVITATIONS.c.code_fingerprint == fingerprint).values(used_by=person_id)
    )
    audit.record(
        tx, person_id=person_id, act="person.join", subject=f"person:{person_id}", roles=invitation.roles
    )
    return people.get(tx, person_id)


def _newcomer(tx: Transaction, union_id: int, telegram_id: int, first_name: str) -> int:
    name = first_name.strip()[:NAME_CHARACTERS] or str(telegram_id)
    return membership.enter(
        tx, name=name, union_id=union_id, state=PersonState.ACTIVE, telegram_id=telegram_id
    )


def _arrival(tx: Transaction, person_id: int, telegram_id: int) -> int:
    """Join the account to a person of the register, unless another code has brought them in meanwhile."""
    joined = (
        update(PEOPLE)
        .where(PEOPLE.c.id == person_id, PEOPLE.c.state != PersonState.ACTIVE)
        .values(
            state=PersonState.ACTIVE,
            telegram_id=telegram_id,
            joined_at=tx.now,
            blocked_at=None,
            removed_at=None,
        )
    )
    if tx.connection.execute(joined).rowcount != 1:
        raise InvitationInvalid
    return person_id
