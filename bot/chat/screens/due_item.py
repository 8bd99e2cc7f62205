"""One due item opened from a digest or a list: its card, and a button for whatever came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.buttons import Button, number, pack
from bot.chat.report import conversation
from bot.chat.screens.access import REPORTERS, require
from bot.chat.screens.pages import told_apart
from bot.reminders import item_card
from bot.texts import formats
from storage.codes import FollowupKind, ReportKind
from storage.due import followups, steps

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.due.followups import DueItem

ROUTE = "due"
SNOOZES = (1, 3, 7)


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """An item was opened, or one of its outcomes chosen."""
    act, (given, more, *_) = told_apart(parts)
    item = followups.get(talk.tx, talk.person, number(given))
    if act == "open":
        talk.say(item_card.item_card(item, talk.words, talk.today), outcomes(talk, item))
    elif act in ("now", "visited", "missed"):
        _report(talk, item, act)
    elif act == "later":
        talk.replace(item_card.item_card(item, talk.words, talk.today), _snoozes(talk, item))
    elif act == "snooze":
        until = steps.snooze(talk.tx, talk.person, item.id, talk.today + timedelta(days=number(more)))
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
