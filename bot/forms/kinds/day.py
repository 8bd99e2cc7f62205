"""A day: from the near ones, from a calendar, or typed."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from bot.forms.days import NoSuchDay, read_day
from bot.forms.model import Invalid, Progress

if TYPE_CHECKING:
    from bot.forms.model import Context, Given, SentKind, Value

_PAGE = re.compile(r"m:(\d{4})-(\d{2})")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A near day worth a button: its slug names the label."""

    slug: str
    day: date


@dataclass(frozen=True, slots=True)
class Page:
    """One month of the calendar: weeks from Monday; None where no day may be chosen.

    `before` and `after` are the months ("YYYY-MM") one may turn to, "" at the end of the book.
    """

    month: str
    weeks: tuple[tuple[date | None, ...], ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day from `past_days` before today to `ahead_days` after it, both allowed.

    Taps: "2017-09-04", a shortcut's slug ("TODAY"), or "m:2017-08" to turn the calendar.
    A negative number moves the edge beyond today: past_days=-1 means tomorrow at the earliest.
    """

    name: ClassVar[str] = "day"
    past_days: int
    ahead_days: int

    @property
    def gathers(self) -> bool:
        """One day ends it."""
        return False

    @property
    def ahead(self) -> bool:
        """Whether the days to come are meant."""
        return self.ahead_days > 0

    def earliest(self, today: date) -> date:
        """The first day allowed."""
        return today - timedelta(days=self.past_days)

    def latest(self, today: date) -> date:
        """The last day allowed."""
        return today + timedelta(days=self.ahead_days)

    def shortcuts(self, today: date) -> tuple[Shortcut, ...]:
        """今天 昨天 前天, or for days to come 明天, in a week, in a month, in three."""
        steps = (
            (("TOMORROW", 1), ("WEEK", 7), ("MONTH", 30), ("QUARTER", 90))
            if self.ahead
            else (("TODAY", 0), ("YESTERDAY", -1), ("DAY_BEFORE", -2))
        )
        near = (Shortcut(slug, today + timedelta(days=days)) for slug, days in steps)
        return tuple(one for one in near if self.earliest(today) <= one.day <= self.latest(today))

    def page(self, month: str, today: date) -> Page:
        """The calendar page of a month ("YYYY-MM"), or of today's when it is "" or out of the book."""
        found = _PAGE.fullmatch(f"m:{month}")
        first, last = self.earliest(today), self.latest(today)
        shown = min(max(today, first), last)
        year, number = (int(found[1]), int(found[2])) if found else (shown.year, shown.month)
        if not (first.year, first.month) <= (year, number) <= (last.year, last.month):
            year, number = shown.year, shown.month
        return calendar_month(year, number, first, last)

    def takes(self, sent: SentKind) -> bool:
        """Nothing that is sent is a day."""
        del sent
        return False

    def read(self, given: Given, context: Context) -> Value | Invalid | Progress:
        """The day as an ISO date, or a page turned."""
        if given.tapped is not None:
            return self._tapped(given.tapped, context.today)
        if given.typed is None:
            return Invalid("day_wanted")
        found = read_day(given.typed, today=context.today, ahead=self.ahead)
        if found is None:
            return Invalid("day_wanted")
        if isinstance(found, NoSuchDay):
            return Invalid("no_such_day", {"month": found.month, "day": found.day})
        return self._bounded(found, context.today)

    def accepts(self, value: Value, context: Context) -> bool:
        """Whether it is an ISO date in the range."""
        if not isinstance(value, str) or _ISO.fullmatch(value) is None:
            return False
        return value == self._tapped(value, context.today)

    def _tapped(self, value: str, today: date) -> Value | Invalid | Progress:
        if _PAGE.fullmatch(value):
            page = self.page(value.removeprefix("m:"), today)
            return Progress(month=page.month) if f"m:{page.month}" == value else Invalid("no_such_option")
        for shortcut in self.shortcuts(today):
            if shortcut.slug == value:
                return shortcut.day.isoformat()
        if _ISO.fullmatch(value) is None:
            return Invalid("no_such_option")
        try:
            return self._bounded(date.fromisoformat(value), today)
        except ValueError:
            return Invalid("no_such_option")

    def _bounded(self, day: date, today: date) -> Value | Invalid:
        if day > self.latest(today):
            return Invalid(
                "day_late" if self.ahead else "day_future", {"latest": self.latest(today).isoformat()}
            )
        if day < self.earliest(today):
            return Invalid(
                "day_past" if self.ahead else "day_early", {"earliest": self.earliest(today).isoformat()}
            )
        return day.isoformat()


def calendar_month(year: int, month: int, earliest: date, latest: date) -> Page:
    """One page of the calendar, with only the days between the two (both allowed)."""
    weeks = tuple(
        tuple(day if day.month == month and earliest <= day <= latest else None for day in week)
        for week in calendar.Calendar().monthdatescalendar(year, month)
    )
    here = year * _MONTHS_A_YEAR + month - 1
    first = earliest.year * _MONTHS_A_YEAR + earliest.month - 1
    last = latest.year * _MONTHS_A_YEAR + latest.month - 1
    return Page(
        month=_named(here),
        weeks=weeks,
        before=_named(here - 1) if here > first else "",
        after=_named(here + 1) if here < last else "",
    )


def _named(months: int) -> str:
    year, month = divmod(months, _MONTHS_A_YEAR)
    return f"{year:04}-{month + 1:02}"
