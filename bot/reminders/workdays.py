"""When people may be spoken to: China's working days, between the morning digest and the evening; pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import chinese_calendar

from storage.rules import DIGEST_AT, QUIET_FROM

if TYPE_CHECKING:
    from datetime import date, datetime

SATURDAY = 5


def is_workday(day: date) -> bool:
    """Whether people work on that day, by the State Council's holidays and make-up days.

    The arrangement of a year is published late in the year before; until then weekends are all that is known.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY


def workday_from(day: date) -> date:
    """Return that day, or the first working day after it."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def may_speak(local: datetime) -> bool:
    """Whether digests may go out at that moment of the union's own time: working days from 08:30 to 21:00."""
    return DIGEST_AT <= local.time() < QUIET_FROM and is_workday(local.date())
