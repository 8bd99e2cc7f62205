"""Whose roles open which screen; scope is storage's to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.codes import Role
from storage.errors import NotAllowed

if TYPE_CHECKING:
    from bot.chat.talk import Talk

# Who looks at a household at all; an admin by that role alone only looks after people.
READERS = frozenset(Role) - {Role.ADMIN}
REPORTERS = frozenset({Role.CADRE, Role.OFFICER, Role.CHAIR})
ADMINS = frozenset({Role.ADMIN})
# Who reads all of a union's rules; a cadre reads what concerns visits.
OVERSEERS = frozenset({Role.OFFICER, Role.CHAIR, Role.AUDITOR, Role.ADMIN})
RULE_READERS = OVERSEERS | {Role.CADRE}
# Who answers for money: sees lists of aid and the year's plan.
OFFICES = frozenset({Role.OFFICER, Role.CHAIR, Role.TREASURER, Role.AUDITOR})
ANYBODY = frozenset(Role)


def require(talk: Talk, roles: frozenset[Role]) -> None:
    """Let only somebody with one of these roles pass. Refuses NotAllowed."""
    if not talk.person.roles & roles:
        raise NotAllowed


def holds(talk: Talk, role: Role) -> bool:
    """Whether the person is shown what this role alone may do; storage decides when it is done."""
    return role in talk.person.roles
