"""外出 in one line: who, from when, until when, who stands in; pure, and knows nobody by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.forms.days import read_day

if TYPE_CHECKING:
    from collections.abc import Iterator

# What stands before the last day, and what may stand around the name of whoever stands in.
_UNTIL = re.compile(r"至|到|直到|－|–|—|~|～|\b(?:until|till|to)\b", re.IGNORECASE)
_FROM = re.compile(r"(?:^|(?<=\s))(?:从|自|from(?=\s))\s*|(?:从|自)$|\s*\bfrom$", re.IGNORECASE)
# No day or name is cut within.
_OF_A_DAY = frozenset("0123456789年月日号-/.")
_AROUND = re.compile(r"^(?:由|请|by\b)\s*|\s*(?:代管|代班|代)$", re.IGNORECASE)
_SUNDAY = 6
_WEEKS = {"本周": 0, "这周": 0, "this week": 0, "下周": 7, "next week": 7}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a line says of a leave; None and "" where it says nothing."""

    person: str = ""
    from_on: date | None = None
    until_on: date | None = None
    substitute: str = ""


def end_of_week(today: date, weeks: int = 0) -> date:
    """The Sunday of this week, or of one to come."""
    return today + timedelta(days=_SUNDAY - today.weekday() + 7 * weeks)


def read(text: str, today: date) -> Wanted | None:
    """至 9月20日 昌洋佳 · 9月10日至9月20日 · 张东 到下周 蒋立; None when no day is in it."""
    before, after = _halves(text)
    until_on, substitute = _day_first(after, today)
    if until_on is None:
        return None
    from_on, person = _day_last(before, today) if before else (None, "")
    return Wanted(person, from_on, until_on, _AROUND.sub("", substitute).strip())


def _halves(text: str) -> tuple[str, str]:
    """What stands before and after the word that means until; all of it after, when there is none."""
    found = _UNTIL.search(text)
    if found is None:
        return "", text.strip()
    return text[: found.start()].strip(), text[found.end() :].strip()


def _day_first(text: str, today: date) -> tuple[date | None, str]:
    """A day at the beginning, and the rest; the longest beginning that is a day counts."""
    for head, rest in _splits(text):
        day = _day(head, today)
        if day is not None:
            return day, rest
    return None, text


def _day_last(text: str, today: date) -> tuple[date | None, str]:
    """A day at the end, and what stands before it; the longest end that is a day counts."""
    day = _day(_FROM.sub("", text), today)
    if day is not None:
        return day, ""
    for rest, tail in reversed(list(_splits(text))):
        day = _day(tail, today)
        if day is not None:
            return day, _FROM.sub("", rest).strip()
    return None, text


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """Every way to cut a text in two, the longest beginning first."""
    for place in range(len(text), 0, -1):
        if place == len(text) or not _is_one(text[place - 1], text[place]):
            yield text[:place].strip(" ，,。"), text[place:].strip(" ，,。")


def _is_one(before: str, after: str) -> bool:
    """Whether two marks stand next to each other in one day or one word."""
    return {before, after} <= _OF_A_DAY or (before.isascii() and before.isalpha() and after.isalnum())


def _day(text: str, today: date) -> date | None:
    weeks = _WEEKS.get(text.casefold())
    if weeks is not None:
        return end_of_week(today) + timedelta(days=weeks)
    found = read_day(text, today=today, ahead=True)
    return found if isinstance(found, date) else None
