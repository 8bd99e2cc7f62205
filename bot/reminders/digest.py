"""The one message a morning: what is late, due today and this week, then what was said up and around; pure.

A due item takes two short lines: until when and why, and what happened there last. Its button opens it.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack
from bot.reminders import bulletin, wording
from bot.texts import formats
from storage.codes import FollowupKind, NoticeReason
from storage.telling import mornings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.buttons import Keyboard
    from bot.texts.catalogue import Words
    from storage.telling.bulletins import Bulletin
    from storage.telling.mornings import Morning
    from storage.telling.notices import Line
    from storage.telling.outages import Outage

LINES = 10
# Kept free for what has come up the ladder, however much else there is.
LINES_UP = 4
BUTTONS_A_ROW = 3
NOON_HOUR = 12
# Telegram takes 4,096 characters.
ROOM_CHARACTERS = 3_900
UP = frozenset({NoticeReason.OFFICER, NoticeReason.CHAIR})
GROUPS = ("late", "today", "week", "after", "up")
# News that an item of the same household says beside its own, in a few words.
DRAFT = "draft_due"


def draw(morning: Morning, words: Words, *, now: datetime) -> tuple[str, Keyboard]:
    """Return the digest and its buttons, in the person's language, at most ten due items one by one.

    What of it comes late because the bot was down, or did not get through the day before, is said openly.
    """
    local = now.astimezone(morning.zone)
    own, up, reviews = _sorted(morning)
    most = LINES
    while True:
        text, keyboard = _drawn(morning, words, local, _chosen(own, up, most), reviews)
        if len(html.unescape(text)) <= ROOM_CHARACTERS:
            return text, keyboard
        if most == 1:
            return _cut(text), keyboard
        most -= 1


def _cut(text: str) -> str:
    """As many whole lines as a message holds: Telegram would refuse all of it for one too many."""
    lines = text.split("\n")
    while len(html.unescape("\n".join(lines))) > ROOM_CHARACTERS:
        lines.pop()
    return "\n".join([*lines, "…"])


def apologies(outages: Sequence[Outage], words: Words, local: datetime) -> list[str]:
    """A line for each time the bot was down: from when to when."""
    lines = []
    for one in outages:
        since, until = one.since.astimezone(local.tzinfo), one.until.astimezone(local.tzinfo)
        start, end = f"{since:%H:%M}", f"{until:%H:%M}"
        if since.date() != until.date() or since.date() != local.date():
            start = f"{formats.day(words, since.date(), local.date())} {start}"
        if since.date() != until.date():
            end = f"{formats.day(words, until.date(), local.date())} {end}"
        lines.append(words.say("reminders.digest.silent", since=start, until=end))
    return lines


def _sorted(morning: Morning) -> tuple[list[Line], list[Line], list[Line]]:
    """The person's own items, what came up the ladder, and the yearly checks that are folded into one."""
    reviews = [line for line in morning.lines if line.item.kind == FollowupKind.REVIEW]
    rest = [line for line in morning.lines if line.item.kind != FollowupKind.REVIEW]
    return (
        [line for line in rest if line.because not in UP],
        [line for line in rest if line.because in UP],
        reviews,
    )


def _chosen(own: list[Line], up: list[Line], most: int) -> list[Line]:
    """The first of both, so that neither crowds out the other."""
    for_up = min(len(up), max(most - len(own), min(LINES_UP, most // 2)))
    return [*own[: most - for_up], *up[:for_up]]


def _drawn(
    morning: Morning, words: Words, local: datetime, shown: list[Line], reviews: list[Line]
) -> tuple[str, Keyboard]:
    parts = [_greeting(morning, words, local), *_notes(morning, words, local)]
    drafts = _drafts(morning) & {line.item.household.id for line in shown}
    for group in GROUPS:
        lines = [line for line in shown if _group(line, morning) == group]
        if lines:
            # Where there is nothing else, the greeting has said it.
            only_up = group == "up" and not _households(morning, up=False)
            parts.append("" if only_up else words.say(f"reminders.digest.head_{group}"))
            parts += [_line(line, words, morning, drafts) for line in lines]
    apart = wording.apart([line.item for line in shown], words, morning.day)
    buttons = [_button(line, words, apart) for line in shown]
    ends: list[list[Button]] = []
    if reviews:
        until = formats.day(words, max(line.item.due_on for line in reviews), morning.day)
        parts.append(words.say("reminders.digest.reviews", count=len(reviews), until=until))
        label = words.plain("reminders.digest.reviews_button", count=len(reviews))
        ends.append([Button(label, pack("due", "list", FollowupKind.REVIEW))])
    more = _more(morning, words, [*shown, *reviews], len(shown))
    if more:
        parts.append(more)
        ends.append([Button(more, pack("due", "list"))])
    news = [one for one in _news(morning) if one.slug != DRAFT or one.details.get("household") not in drafts]
    if news and morning.lines:
        parts.append(words.say("reminders.digest.head_news"))
    for one in news:
        parts.append(bulletin.line(one, words, morning.day, morning.zone))
        button = bulletin.button(one, words, morning.day, morning.zone)
        buttons += [button] if button is not None else []
    if morning.left:
        parts.append(words.say("reminders.digest.left", count=morning.left))
    return "\n".join(parts), [*columns(_apart(buttons), BUTTONS_A_ROW), *ends]


def _more(morning: Morning, words: Words, told: list[Line], lines: int) -> str:
    """How much does not stand there one by one: in households, as the greeting counts; empty if all does."""
    rest = [line for line in morning.lines if line not in told]
    if not rest:
        return ""
    shown = {line.item.household.id for line in told[:lines]}
    households = {line.item.household.id for line in rest} - shown
    if not households:
        return words.plain("reminders.digest.more_here", count=len(rest))
    return words.plain("reminders.digest.more", count=len(households))


def _greeting(morning: Morning, words: Words, local: datetime) -> str:
    """Good morning, and how many households: the person's own, else those that came up the ladder."""
    own, up = _households(morning, up=False), _households(morning, up=True)
    key = "morning" if local.hour < NOON_HOUR else "later"
    return words.say(
        f"reminders.digest.{key}" if own else f"reminders.digest.{key}_{'up' if up else 'bare'}",
        name=morning.hearer.name,
        day=formats.day(words, morning.day, morning.day),
        weekday=formats.weekday(words, morning.day),
        count=own or up,
    )


def _households(morning: Morning, *, up: bool) -> int:
    return len({line.item.household.id for line in morning.lines if (line.because in UP) == up})


def _notes(morning: Morning, words: Words, local: datetime) -> list[str]:
    """What is said of the telling itself, before anything else."""
    unsent = [one for one in morning.bulletins if one.slug in mornings.ASIDE]
    told = [bulletin.line(one, words, morning.day, morning.zone) for one in unsent]
    return [*apologies(morning.outages, words, local), *told]


def _news(morning: Morning) -> list[Bulletin]:
    return [one for one in morning.bulletins if one.slug not in mornings.ASIDE]


def _drafts(morning: Morning) -> set[object]:
    """The households of which a report was begun and left lying."""
    return {one.details.get("household") for one in morning.bulletins if one.slug == DRAFT}


def _group(line: Line, morning: Morning) -> str:
    if line.because in UP:
        return "up"
    days = line.item.days_late(morning.day)
    if days > 0:
        return "late"
    if days == 0:
        return "today"
    this_week = line.item.due_on.isocalendar()[:2] == morning.day.isocalendar()[:2]
    return "week" if this_week else "after"


def _line(line: Line, words: Words, morning: Morning, drafts: set[object]) -> str:
    item = line.item
    because = _because(line, words, morning)
    # Where a first visit is waited for, nothing happened before it.
    waits = wording.never_for_long(item, item.days_late(morning.day))
    last = "" if waits else wording.last(item, words, morning.day)
    draft = words.plain("reminders.digest.draft") if item.household.id in drafts else ""
    said = [one for one in (because, last, draft) if one]
    first = words.say(
        "reminders.digest.line",
        name=item.household.name,
        why=wording.why(item, words),
        until=wording.until(item, words, morning.day),
    )
    return "\n".join(
        [first, *([words.say("reminders.digest.second", said=" · ".join(said))] if said else [])]
    )


def _because(line: Line, words: Words, morning: Morning) -> str:
    """Why it goes to this person; empty for its liaison. Up the ladder also why that one hears nothing."""
    if line.because == NoticeReason.LIAISON:
        return ""
    hindered = line.hindrance if line.because in UP else None
    # The days of the rule, not of the delay: with what was late before us it began anew.
    days = morning.policy.stage_days(line.stage)
    said = words.plain(
        f"reminders.because.{hindered or line.because}",
        liaison=line.item.assignee_name or words.plain("bulletins.nothing"),
        count=days,
    )
    return words.plain("reminders.because.past", because=said, count=days) if hindered else said


def _button(line: Line, words: Words, apart: Mapping[int, str]) -> Button:
    name = wording.short(line.item.household.name)
    if line.item.id in apart:
        name = f"{name} {apart[line.item.id]}"
    elif line.item.kind == FollowupKind.REVISIT:
        name = words.plain("reminders.digest.button_revisit", name=name)
    return Button(name, pack("due", "open", line.item.id))


def _apart(buttons: Sequence[Button]) -> list[Button]:
    """One button for each thing to open."""
    return list({button.data: button for button in buttons}.values())
