"""Due items in a list: a line and a button each, a gap between what is late, today, this week and later."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bot.buttons import Button
from bot.chat.screens.parts.pages import label, label_of
from bot.reminders import wording
from bot.texts import formats
from storage.codes import FollowupKind
from storage.due import overview_pick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from bot.texts.catalogue import Words
    from storage.due.followups import DueItem

GROUP_GAP = ""


def lines(items: Iterable[DueItem], today: date, line: Callable[[DueItem], str]) -> list[str]:
    """A line for each item, with a gap where the next group begins."""
    told: list[str] = []
    for _, near in groupby(items, key=lambda item: group(item, today)):
        told += [GROUP_GAP] if told else []
        told += [line(item) for item in near]
    return told


def group(item: DueItem, today: date) -> str:
    """Whether an item is late, due today, this week or later."""
    if item.due_on == today:
        return "today"
    if item.due_on < today:
        return "late"
    return "week" if item.due_on <= overview_pick.sunday(today) else "later"


def buttons(
    items: Sequence[DueItem], words: Words, today: date, data: Callable[[DueItem], str]
) -> list[Button]:
    """The button that goes with each item's line; no two revisits of one household look alike."""
    apart = wording.apart(items, words, today)
    return [Button(_label(item, words, apart.get(item.id, "")), data(item)) for item in items]


def _label(item: DueItem, words: Words, which: str) -> str:
    name = item.household.name
    if which:
        return label_of(name, lambda short: f"{short} {which}")
    if item.kind == FollowupKind.REVISIT:
        return label_of(name, lambda short: words.plain("due.buttons.revisit_of", name=short))
    return label(name)


def told(item: DueItem, words: Words, today: date) -> dict[str, str]:
    """The placeholders of an item's line."""
    return {
        "when": wording.when(item, words, today),
        "name": item.household.name,
        "what": wording.what(item, words, today),
    }


def put_off(item: DueItem, words: Words, today: date) -> list[str]:
    """已推迟到 9 月 8 日, while it is."""
    if item.snoozed_until is None or item.snoozed_until <= today:
        return []
    return [words.plain("due.snoozed", day=formats.day(words, item.snoozed_until, today))]
