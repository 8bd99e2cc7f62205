"""待办: what is late, due and open; each item opens its card (`item`), overseers see everybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import columns, pack
from bot.chat.screens.item import outcomes
from bot.chat.screens.overview import matters, whole
from bot.chat.screens.overview.parts import OVERSEERS
from bot.chat.screens.parts import due_lines
from bot.chat.screens.parts.pages import fitted, page_of, told_apart, turning
from storage.due import followups, overview_pick
from storage.due.overview_pick import Pick

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from bot.texts.catalogue import Words
    from storage.due.followups import DueItem

ROUTE = "due"
READ_MAX = 500
PAGE = 10


def show(talk: Talk, argument: str = "") -> None:
    """The person's own list; overseers see everything in their scope, by branch and person."""
    del argument
    if whole.oversees(talk):
        whole.show(talk)
    else:
        talk.say(*_listing(talk, 0))


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A page was turned, a part of everybody's work asked for, or an item touched."""
    act, (given, *_) = told_apart(parts)
    if act == "list":
        show(talk)
    elif act in whole.ACTS or (act == "page" and whole.oversees(talk)):
        whole.tapped(talk, parts)
    elif act == "page":
        talk.replace(*_listing(talk, page_of(given)))
    else:
        outcomes.tapped(talk, parts)


def waiting(talk: Talk) -> list[DueItem]:
    """What waits for this person, the longest late first; for overseers everything in their scope."""
    if talk.person.roles & OVERSEERS:
        return followups.due(talk.tx, talk.today, scope=talk.person.scope, limit=READ_MAX)
    return followups.due(talk.tx, talk.today, assignee_id=talk.person.id, limit=READ_MAX)


def count(talk: Talk) -> int:
    """How much waits for this person, for overseers everything in their scope, without reading it all."""
    if talk.person.roles & OVERSEERS:
        return overview_pick.counts(talk.tx, talk.person, Pick()).all
    return len(waiting(talk))


def _listing(talk: Talk, page: int) -> tuple[str, Keyboard]:
    items = waiting(talk)
    page = min(page, max(len(items) - 1, 0) // PAGE)
    start = page * PAGE
    shown = items[start : start + PAGE]
    beside, found = matters.beside(talk) if not page else ([], [])
    late = sum(item.state == "late" for item in items)
    head = _head(talk.words, len(items), late)
    lines = due_lines.lines(shown, talk.today, lambda item: _line(talk, item))
    buttons = due_lines.buttons(shown, talk.words, talk.today, lambda item: pack(ROUTE, "open", item.id))
    buttons += matters.buttons(talk, found)
    turns = turning(page, more=start + PAGE < len(items), data=lambda turned: pack(ROUTE, "page", turned))
    return fitted([head, *lines, *beside]), [*columns(buttons), turns]


def _head(words: Words, count: int, late: int) -> str:
    """How much there is, and how much of it is late where anything is."""
    if not count:
        return words.say("due.none")
    return words.say("due.title_late" if late else "due.title", count=count, late=late)


def _line(talk: Talk, item: DueItem) -> str:
    """An item's line; marked where it was put off, is somebody else's, or was given to this person."""
    told = due_lines.told(item, talk.words, talk.today)
    put_off = due_lines.put_off(item, talk.words, talk.today)
    if put_off:
        mark = put_off[0]
    elif item.assignee_id != talk.person.id:
        mark = talk.words.plain("due.instead_of", name=item.assignee_name or "")
    elif item.is_given:
        mark = talk.words.plain("due.given")
    else:
        return talk.words.say("due.line", **told)
    return talk.words.say("due.line_marked", mark=mark, **told)
