"""Days as people type them: 9月4日 · 9-4 · 2017/9/4 · 昨天 · 4 Sep · 三天后. The day it is, is passed in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.forms.numerals import read_number
from bot.forms.wording import folded


@dataclass(frozen=True, slots=True)
class NoSuchDay:
    """A day was meant, but the calendar has none such: 31 February."""

    month: int
    day: int


_NEAR = {
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "后天": 2, "大后天": 3,
    "昨": -1, "今": 0, "the day before yesterday": -2, "yesterday": -1, "today": 0, "tomorrow": 1,
    "the day after tomorrow": 2,
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBER = r"[\d〇零一二三四五六七八九十]{1,4}"
_CHINESE = re.compile(rf"(?:(?P<year>{_NUMBER})年)?(?P<month>{_NUMBER})月(?P<day>{_NUMBER})(?:日|号)?")
_NUMERIC = re.compile(r"(?:(?P<year>\d{4})[-/.])?(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?P<month>[a-z]{3})[a-z]*\.?(?:,?\s+(?P<year>\d{4}))?"
)
_MONTH_FIRST = re.compile(
    r"(?P<month>[a-z]{3})[a-z]*\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{4}))?"
)
_DAY_ONLY = re.compile(r"(?P<day>\d{1,2})(?:日|号)")
_AWAY = re.compile(
    r"(?P<count>[\d一二两三四五六七八九十百]{1,4})(?P<unit>天|个?星期|周|个?月|年|days?|weeks?|months?)(?P<way>前|以前|后|以后|之后|ago)?"
)
# A day so near on the wrong side of today is a slip to be pointed out, not one of another year.
_SLIP_DAYS = 60
_SPAN_DAYS = {"天": 1, "周": 7, "星期": 7, "月": 30, "年": 365, "day": 1, "week": 7, "month": 30}


def read_day(text: str, *, today: date, ahead: bool = False) -> date | NoSuchDay | None:
    """The day meant, or None if no day was typed.

    Without a year it is the latest such day that has come; with `ahead` the next one still to come. But a
    day of this year that misses today by less than two months is taken at its word, for the bounds to refuse.
    """
    plain = folded(text).replace(" 月", "月").replace("月 ", "月").replace(" 日", "日").replace("年 ", "年")
    plain = plain.rstrip("。.,，")
    if plain in _NEAR:
        return today + timedelta(days=_NEAR[plain])
    for pattern in (_CHINESE, _COMPACT, _NUMERIC, _DAY_FIRST, _MONTH_FIRST):
        found = pattern.fullmatch(re.sub(r"(?<=\d) (?=[月日年])", "", plain))
        if found is not None:
            return _from_parts(found, today, ahead=ahead)
    only = _DAY_ONLY.fullmatch(plain)
    if only is not None:
        return _of_this_month(int(only["day"]), today, ahead=ahead)
    return _away(plain, today, ahead=ahead)


def _number(text: str) -> int | None:
    value = read_number(text)
    return None if value is None else int(value)


def _from_parts(found: re.Match[str], today: date, *, ahead: bool) -> date | NoSuchDay | None:
    named = found["month"]
    month = _MONTHS.index(named) + 1 if named in _MONTHS else _number(named)
    day = _number(found["day"])
    if month is None or day is None:
        return None
    if "year" in found.re.groupindex and found["year"] is not None:
        year = _number(found["year"])
        return None if year is None else _made(year if year >= 100 else 2000 + year, month, day)  # noqa: PLR2004 - 17年
    return _nearest(month, day, today, ahead=ahead)


def _made(year: int, month: int, day: int) -> date | NoSuchDay:
    try:
        return date(year, month, day)
    except ValueError:
        return NoSuchDay(month, day)


def _nearest(month: int, day: int, today: date, *, ahead: bool) -> date | NoSuchDay:
    """This month and day in the year that fits; 29 February looks further than one year."""
    if any(
        isinstance(near := _made(today.year + years, month, day), date)
        and 0 < (today - near if ahead else near - today).days <= _SLIP_DAYS
        for years in (-1, 0, 1)
    ):
        return near
    step = 1 if ahead else -1
    for years in range(9):
        found = _made(today.year + step * years, month, day)
        if isinstance(found, date) and (found >= today if ahead else found <= today):
            return found
    return NoSuchDay(month, day)


def _of_this_month(day: int, today: date, *, ahead: bool) -> date | NoSuchDay:
    found = _made(today.year, today.month, day)
    if isinstance(found, NoSuchDay) or (found >= today if ahead else found <= today):
        return found
    other = today.replace(day=1) + timedelta(days=31 if ahead else -1)
    return _made(other.year, other.month, day)


def _away(text: str, today: date, *, ahead: bool) -> date | None:
    """三天后, 2周前, 90天: so many days from today."""
    found = _AWAY.fullmatch(text.removeprefix("in ").replace(" ", ""))
    if found is None:
        return None
    count = _number(found["count"])
    unit = found["unit"].removeprefix("个")
    if count is None:
        return None
    if found["way"] is None and not ahead:
        return None
    back = found["way"] in ("前", "以前", "ago")
    days = count * _SPAN_DAYS[unit if unit in _SPAN_DAYS else unit.rstrip("s")]
    try:
        return today + timedelta(days=-days if back else days)
    except OverflowError:
        return None
