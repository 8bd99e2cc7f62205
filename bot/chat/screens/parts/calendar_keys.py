"""One month as buttons: days that may be chosen, and the months before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, number
from bot.forms.kinds.day import calendar_month

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from bot.buttons import Keyboard
    from bot.texts.catalogue import Words

WEEK_DAYS = 7
EMPTY = "·"


def month(
    words: Words,
    asked: str,
    first: date,
    last: date,
    *,
    day: Callable[[date], str],
    turn: Callable[[str], str],
) -> Keyboard:
    """The page of a month ("2017-09") within these days, or the first one; `day` and `turn` make the data."""
    year, _, name = asked.partition("-")
    shown = (number(year), number(name))
    if not (first.year, first.month) <= shown <= (last.year, last.month):
        shown = (first.year, first.month)
    page = calendar_month(*shown, first, last)
    here = turn(page.month)
    title = words.plain("chat.calendar_month", year=shown[0], month=words.plain(f"formats.month.{shown[1]}"))
    head = [
        Button("‹" if page.before else EMPTY, turn(page.before or page.month)),
        Button(title, here),
        Button("›" if page.after else EMPTY, turn(page.after or page.month)),
    ]
    names = [Button(words.plain(f"formats.weekday_short.{one}"), here) for one in range(1, WEEK_DAYS + 1)]
    weeks = [
        [Button(str(one.day), day(one)) if one else Button(EMPTY, here) for one in week]
        for week in page.weeks
        if any(week)
    ]
    return [head, names, *weeks]
