"""Which unions somebody leads by an office of their own: to stand in for a colleague gives nobody one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from storage.codes import Role
from storage.columns import table_of
from storage.tables.people import RoleRow, Union

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from storage.members.people import Person

LEADERS = frozenset({Role.OFFICER, Role.CHAIR})

_ROLES = table_of(RoleRow)
_UNIONS = table_of(Union)
_BELOW = _UNIONS.alias("below")
_LED = (
    select(_BELOW.c.id)
    .join_from(_ROLES, _UNIONS, _UNIONS.c.id == _ROLES.c.union_id)
    .join(_BELOW, _BELOW.c.path.like(_UNIONS.c.path + "%"))
    .where(_ROLES.c.person_id == bindparam("person"), _ROLES.c.role.in_(LEADERS))
)


_HELD = (
    select(_BELOW.c.id)
    .join_from(_ROLES, _UNIONS, _UNIONS.c.id == _ROLES.c.union_id)
    .join(_BELOW, _BELOW.c.path.like(_UNIONS.c.path + "%"))
    .where(_ROLES.c.person_id == bindparam("person"), _ROLES.c.role == bindparam("role"))
)


def over(tx: Transaction, person_id: int, role: Role) -> frozenset[int]:
    """Return the unions over which somebody holds this office: those it was given for, and all below.

    Nobody who was removed holds any.
    """
    held = {"person": person_id, "role": str(role)}
    return frozenset(tx.connection.scalars(_HELD, held))


def led(tx: Transaction, person: Person) -> frozenset[int]:
    """Return the unions over which this person is officer or chair.

    Their scope may be wider: somebody sees the branch whose cadre they are, or stand in for, and decides
    nothing there about others' work.
    """
    if not person.roles & LEADERS:
        return frozenset()
    return frozenset(tx.connection.scalars(_LED, {"person": person.id}))
