"""待办: what is late, due and open; each item opens its card, and the card has the outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, number, pack
from bot.chat.report import conversation
from bot.chat.screens.access import REPORTERS, require
from bot.chat.screens.pages import fitted, label, page_of, told_apart, turning
from bot.reminders import item_card, wording
from bot.texts import formats
from storage.codes import FollowupKind, ReportKind, Role
from storage.due import followups

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.due.followups import DueItem

ROUTE = "due"
READ_MAX = 500
PAGE = 10
SNOOZES = (1, 3, 7)
OVERSEERS = frozenset({Role.OFFICER, Role.CHAIR, Role.AUDITOR})


def show(talk: Talk, argument: str = "") -> None:
    """The person's own list; overseers see everything in their scope."""
    del argument
    text, keyboard = _listing(talk, 0)
    talk.say(text, keyboard)


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A page was turned, an item opened, or one of its outcomes chosen."""
    act, (given, more, *_) = told_apart(parts)
    if act == "page":
        talk.replace(*_listing(talk, page_of(given)))
        return
    item = followups.get(talk.tx, talk.person, number(given))
    if act == "open":
        talk.say(item_card.item_card(item, talk.words, talk.today), outcomes(talk, item))
    elif act in ("now", "visited", "missed"):
        _report(talk, item, act)
    elif act == "later":
        talk.replace(item_card.item_card(item, talk.words, talk.today), _snoozes(talk, item))
    elif act == "snooze":
        until = followups.snooze(talk.tx, talk.person, item.id, number(more))
        talk.toast(talk.words.plain("due.snoozed", day=formats.day(talk.words, until, talk.today)))
        _reopen(talk, item)
    elif act == "why":
        explanation = followups.explain(talk.tx, talk.person, item.id)
        talk.say(item_card.explain(explanation, talk.words, talk.today, talk.tx.zone))
    else:
        talk.replace(item_card.item_card(item, talk.words, talk.today), outcomes(talk, item))


def outcomes(talk: Talk, item: DueItem) -> Keyboard:
    """现在填 · 已走访 · 未遇 · 推迟 · 为何提醒: whatever came of it, there is a button for it."""
    plain = talk.words.plain
    first = [
        Button(plain("due.buttons.now"), pack(ROUTE, "now", item.id)),
        Button(plain("due.buttons.visited"), pack(ROUTE, "visited", item.id)),
        Button(plain("due.buttons.missed"), pack(ROUTE, "missed", item.id)),
    ]
    second = [
        Button(plain("due.buttons.later"), pack(ROUTE, "later", item.id)),
        Button(plain("due.buttons.why"), pack(ROUTE, "why", item.id)),
        Button(plain("chat.buttons.open_file"), pack("file", "open", item.household.id)),
    ]
    return [first, second]


def _report(talk: Talk, item: DueItem, act: str) -> None:
    """Begin the report: now, for another day (which is asked first), or for nobody met."""
    require(talk, REPORTERS)
    form = ReportKind.REVISIT if item.kind == FollowupKind.REVISIT else ReportKind.VISIT
    conversation.begin(
        talk,
        form,
        item.household.id,
        aid_id=item.aid_id if form == ReportKind.REVISIT else None,
        followup_id=item.id,
        told={"met": "NOBODY"} if act == "missed" else None,
        ask_first="date" if act == "visited" else "",
    )


def _reopen(talk: Talk, item: DueItem) -> None:
    again = followups.get(talk.tx, talk.person, item.id)
    talk.replace(item_card.item_card(again, talk.words, talk.today), outcomes(talk, again))


def _snoozes(talk: Talk, item: DueItem) -> Keyboard:
    days = [
        Button(talk.words.plain("due.days", count=days), pack(ROUTE, "snooze", item.id, days))
        for days in SNOOZES
    ]
    return [days, [Button(talk.words.plain("due.buttons.back"), pack(ROUTE, "card", item.id))]]


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
