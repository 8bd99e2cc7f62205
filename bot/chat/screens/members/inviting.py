"""Letting somebody in: which roles, perhaps who of the register, and the link that works once.

What was chosen so far stands in the buttons themselves, so there is nothing to remember or to clear up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, number, pack
from bot.chat.screens.parts.pages import clipped, label, page_of, turning
from bot.texts import formats
from storage.codes import Role
from storage.members import invitations, roster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.chat.talk import Talk

ROUTE = "people"
TICK = "✓ "
WAITING_SHOWN = 10
ORDER = tuple(Role)


def role_names(talk: Talk, roles: Iterable[Role]) -> str:
    """The roles in words, in their own order."""
    held = set(roles)
    names = [talk.words.plain(f"codes.role.{role}") for role in ORDER if role in held]
    return formats.listed(talk.words, names) or talk.words.plain("people.no_role")


def mask_of(roles: Iterable[Role]) -> int:
    """The roles as one number that a button carries."""
    return sum(1 << ORDER.index(role) for role in set(roles))


def roles_of(mask: int) -> list[Role]:
    """The roles behind such a number; what names none is left out."""
    return [role for bit, role in enumerate(ORDER) if mask >> bit & 1]


def roles_data(union_id: int, mask: int = 1, person_id: int = 0) -> str:
    """What the button carries that begins an invitation; a cadre's, unless told otherwise."""
    return pack(ROUTE, "roles", union_id, mask, person_id)


def choose_roles(talk: Talk, given: Sequence[str]) -> None:
    """Tick the roles; then the link, or first somebody of the register."""
    words = talk.words
    union_id, mask, person_id = (number(part) for part in given[:3])
    branch = roster.branch(talk.tx, talk.person, union_id)
    who = ""
    if person_id:
        who = roster.member(talk.tx, talk.person, person_id).name
    ticks = [
        Button(
            f"{TICK if role in roles_of(mask) else ''}{words.plain(f'codes.role.{role}')}",
            roles_data(union_id, mask ^ (1 << bit), person_id),
        )
        for bit, role in enumerate(ORDER)
    ]
    rows = columns(ticks)
    if not person_id:
        named = pack(ROUTE, "who", union_id, mask, 0)
        rows.append([Button(words.plain("people.buttons.of_register"), named)])
    back = Button(words.plain("people.buttons.to_branch"), pack(ROUTE, "branch", union_id, 0))
    make = Button(words.plain("people.buttons.make"), pack(ROUTE, "make", union_id, mask, person_id))
    text = words.say(
        "people.choose_roles",
        union=clipped(branch.name, 60),
        who=clipped(who) or words.plain("people.anyone"),
    )
    talk.replace(text, [*rows, [make, back]])


def choose_person(talk: Talk, given: Sequence[str]) -> None:
    """Those of the register who have not joined yet."""
    union_id, mask, page = number(given[0]), number(given[1]), page_of(given[2])
    branch = roster.branch(talk.tx, talk.person, union_id)
    found = roster.members(
        talk.tx, talk.person, union_id, limit=WAITING_SHOWN + 1, offset=page * WAITING_SHOWN, waiting=True
    )
    buttons = [Button(label(one.name), roles_data(union_id, mask, one.id)) for one in found[:WAITING_SHOWN]]
    turn = turning(
        page, more=len(found) > WAITING_SHOWN, data=lambda to: pack(ROUTE, "who", union_id, mask, to)
    )
    back = Button(talk.words.plain("people.buttons.to_roles"), roles_data(union_id, mask))
    key = "people.choose_person" if found else "people.all_joined"
    text = talk.words.say(key, union=clipped(branch.name, 60))
    talk.replace(text, [*columns(buttons), turn, [back]])


def make(talk: Talk, given: Sequence[str]) -> None:
    """Make the link, shown this once. Refuses as `invitations.invite`."""
    words = talk.words
    union_id, mask, person_id = (number(part) for part in given[:3])
    roles = roles_of(mask)
    if not roles:
        talk.toast(words.plain("people.no_role_chosen"), alert=True)
        return
    branch = roster.branch(talk.tx, talk.person, union_id)
    who = roster.member(talk.tx, talk.person, person_id).name if person_id else None
    invited = invitations.invite(talk.tx, roles=roles, union_id=branch.id, name=who, created_by=talk.person)
    text = words.say(
        "people.link",
        link=words.plain("people.url", username=talk.bot_username, code=invited.code),
        union=clipped(branch.name, 60),
        who=clipped(who) if who else words.plain("people.anyone"),
        roles=role_names(talk, roles),
        until=formats.moment(words, invited.expires_at, talk.tx.zone, talk.today),
        creator=clipped(talk.person.name),
    )
    back = Button(words.plain("people.buttons.to_branch"), pack(ROUTE, "branch", union_id, 0))
    talk.replace(text, [[back]])


STEPS: dict[str, Callable[[Talk, Sequence[str]], None]] = {
    "roles": choose_roles,
    "who": choose_person,
    "make": make,
}
