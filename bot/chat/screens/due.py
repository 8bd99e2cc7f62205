"""待办: what is late, due and open; each item opens its card (`due_item`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack
from bot.chat.screens import due_item
from bot.chat.screens.pages import fitted, label, page_of, told_apart, turning
from bot.reminders import wording
from storage.codes import FollowupKind, Role
from storage.due import followups

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.due.followups import DueItem

ROUTE = "due"
READ_MAX = 500
PAGE = 10
OVERSEERS = frozenset({Role.OFFICER, Role.CHAIR, Role.AUDITOR})


def show(talk: Talk, argument: str = "") -> None:
    """The person's own list; overseers see everything in their scope."""
    del argument
    text, keyboard = _listing(talk, 0)
    talk.say(text, keyboard)


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A page was turned, or an item touched."""
    act, (given, *_) = told_apart(parts)
    if act == "page":
        talk.replace(*_listing(talk, page_of(given)))
        return
    due_item.tapped(talk, parts)


def _listing(talk: Talk, page: int) -> tuple[str, Keyboard]:
    items = waiting(talk)
    if not items:
        return talk.words.say("due.none"), []
    page = min(page, (len(items) - 1) // PAGE)
    start = page * PAGE
    shown = items[start : start + PAGE]
    late = sum(item.state == "late" for item in items)
    lines = [talk.words.say("due.title", count=len(items), late=late)]
    lines += [
        talk.words.say(
            "due.line",
            when=wording.when(item, talk.words, talk.today),
            name=item.household.name,
            what=wording.what(item, talk.words, talk.today),
        )
        for item in shown
    ]
    buttons = [Button(_label(talk, item), pack(ROUTE, "open", item.id)) for item in shown]
    turns = turning(page, more=start + PAGE < len(items), data=lambda turned: pack(ROUTE, "page", turned))
    return fitted(lines), [*columns(buttons), turns]


def _label(talk: Talk, item: DueItem) -> str:
    if item.kind == FollowupKind.REVISIT:
        return label(talk.words.plain("due.buttons.revisit_of", name=item.household.name))
    return label(item.household.name)


def waiting(talk: Talk) -> list[DueItem]:
    """What waits for this person, the longest late first; for overseers everything in their scope."""
    if talk.person.roles & OVERSEERS:
        return followups.due(talk.tx, talk.today, scope=talk.person.scope, limit=READ_MAX)
    return followups.due(talk.tx, talk.today, assignee_id=talk.person.id, limit=READ_MAX)
