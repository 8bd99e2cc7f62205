"""Working days, as China's State Council arranged them, and the hours in which people are spoken to."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.reminders import workdays


def test_the_national_day_of_2017_was_eight_days_and_the_saturday_before_was_worked() -> None:
    worked = [
        day
        for day in (date(2017, 9, 29) + timedelta(days=offset) for offset in range(12))
        if workdays.is_workday(day)
    ]
    assert [date(2017, 9, 29), date(2017, 9, 30), date(2017, 10, 9), date(2017, 10, 10)] == worked


@pytest.mark.parametrize("year", [1990, 2090])
def test_years_without_an_arrangement_have_plain_weekends(year: int) -> None:
    first = date(year, 1, 1)
    days = [first + timedelta(days=offset) for offset in range(14)]
    assert [day.weekday() < 5 for day in days] == [workdays.is_workday(day) for day in days]


@pytest.mark.parametrize(
    ("hour", "minute", "allowed"),
    [(8, 29, False), (8, 30, True), (20, 59, True), (21, 0, False), (3, 0, False)],
)
def test_people_are_spoken_to_between_half_past_eight_and_nine(
    hour: int, minute: int, *, allowed: bool
) -> None:
    moment = datetime(2017, 9, 4, hour, minute)  # noqa: DTZ001 - a wall clock's time
    assert allowed == workdays.may_speak(moment)


def test_what_falls_on_a_holiday_waits_for_the_next_working_day() -> None:
    assert date(2017, 9, 30) == workdays.workday_from(date(2017, 9, 30))
    assert date(2017, 10, 9) == workdays.workday_from(date(2017, 10, 1))
