"""China's working days: the State Council's holidays and make-up days, plain weekends beyond them; pure."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar

SATURDAY = 5


def is_workday(day: date) -> bool:
    """Whether people work on that day, by the State Council's holidays and make-up days.

    The arrangement of a year is published late in the year before; until then weekends are all that is known.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY


def is_published(year: int) -> bool:
    """Whether the holidays of that year are known here."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def workday_from(day: date) -> date:
    """Return that day, or the first working day after it."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def workday_until(day: date) -> date:
    """Return that day, or the last working day before it."""
    while not is_workday(day):
        day -= timedelta(days=1)
    return day


def workdays_after(day: date, count: int) -> date:
    """Return the `count`-th working day after `day`, which itself does not count; `day` itself for 0."""
    for _ in range(count):
        day = workday_from(day + timedelta(days=1))
    return day
