"""The one message a morning: a greeting, a line an item, a button a household; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack
from bot.reminders import wording
from bot.texts import formats
from storage.codes import FollowupKind, NoticeReason

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from bot.buttons import Keyboard
    from bot.texts.catalogue import Words
    from storage.due.notices import Line, Morning

LINES = 10
BUTTONS_A_ROW = 3
NOON_HOUR = 12


def draw(
    morning: Morning,
    words: Words,
    *,
    now: datetime,
    zone: ZoneInfo,
    silence: tuple[datetime, datetime] | None = None,
) -> tuple[str, Keyboard]:
    """Return the digest and its buttons, in the person's language, at most ten lines of items.

    `silence`: when the bot was down over the hour at which this was to be sent; it is said openly.
    """
    local = now.astimezone(zone)
    today = local.date()
    shown = morning.lines[:LINES]
    greeting = "morning" if local.hour < NOON_HOUR else "later"
    parts = [
        words.say(
            f"reminders.digest.{greeting}",
            name=morning.name,
            day=formats.day(words, today, today),
            weekday=formats.weekday(words, today),
            count=len({line.item.household.id for line in morning.lines}),
        )
    ]
    if silence is not None:
        since, until = (formats.moment(words, moment, zone, today) for moment in silence)
        parts.append(words.say("reminders.digest.silent", since=since, until=until))
    parts += [_line(line, words, today) for line in shown]
    if len(morning.lines) > LINES:
        parts.append(words.say("reminders.digest.more", count=len(morning.lines) - LINES))
    return "\n".join(parts), columns([_button(line, words) for line in shown], BUTTONS_A_ROW)


def _line(line: Line, words: Words, today: date) -> str:
    known = {
        "when": wording.when(line.item, words, today),
        "name": line.item.household.name,
        "what": wording.what(line.item, words, today),
    }
    if line.because == NoticeReason.LIAISON:
        return words.say("reminders.digest.line", **known)
    because = words.plain(f"reminders.because.{line.because}", liaison=line.item.assignee_name or "–")
    return words.say("reminders.digest.line_because", **known, because=because)


def _button(line: Line, words: Words) -> Button:
    name = line.item.household.name
    if line.item.kind == FollowupKind.REVISIT:
        name = words.plain("reminders.digest.button_revisit", name=name)
    return Button(name, pack("due", "open", line.item.id))
