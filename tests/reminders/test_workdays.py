"""Working days, as China's State Council arranged them, and plain weekends beyond."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage.rulebook import workdays


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


def test_what_falls_on_a_holiday_waits_for_the_next_working_day() -> None:
    assert date(2017, 9, 30) == workdays.workday_from(date(2017, 9, 30))
    assert date(2017, 10, 9) == workdays.workday_from(date(2017, 10, 1))


@pytest.mark.parametrize(("year", "published"), [(2017, True), (2026, True), (2003, False), (2090, False)])
def test_it_is_known_of_which_years_the_holidays_are_published(year: int, *, published: bool) -> None:
    assert published == workdays.is_published(year)
