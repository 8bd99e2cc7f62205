"""How one office matter is put into words, wherever it is shown; pure, every word from the texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.reminders import wording
from bot.texts import formats

if TYPE_CHECKING:
    from datetime import date

    from bot.texts.catalogue import Words
    from storage.office.matter import Matter


def title(matter: Matter, words: Words) -> str:
    """没填完的走访, 帮扶申请等审核, 建档公示, 春节慰问名单."""
    if matter.kind == "campaign":
        return words.plain(f"codes.campaign.{matter.slug}")
    return words.plain(f"matters.title.{matter.kind}_{matter.slug.lower()}", number=matter.payment_no or "")


def when(matter: Matter, words: Words, today: date) -> str:
    """迟 2 天, 今天, 本周, or until which day."""
    late = (today - matter.due_on).days
    if late > 0:
        return words.plain("reminders.digest.late", count=late)
    if late == 0:
        return words.plain("reminders.digest.today")
    if matter.due_on.isocalendar()[:2] == today.isocalendar()[:2]:
        return words.plain("reminders.digest.this_week")
    return words.plain("reminders.digest.by_day", day=formats.day(words, matter.due_on, today))


def line(matter: Matter, words: Words, today: date) -> str:
    """One line of a list, as HTML."""
    name = wording.short(matter.household.name) if matter.household else ""
    return words.say(
        "matters.line_household" if matter.household else "matters.line",
        when=when(matter, words, today),
        name=name,
        what=title(matter, words),
    )


def button(matter: Matter, words: Words) -> str:
    """What stands on its button in a list."""
    if matter.household is None:
        return title(matter, words)
    return words.plain(f"matters.button_{matter.kind}", name=matter.household.name)
