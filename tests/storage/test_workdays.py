"""Working days counted forwards and backwards, over weekends, holidays and make-up days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage.rulebook.workdays import is_workday, workday_from, workday_until, workdays_after

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2017, 9, day) for day in (8, 9, 10, 11))
# National Day 2017: holidays from 1 to 8 October, with work on Saturday 30 September.
MADE_UP, HOLIDAY, BACK = date(2017, 9, 30), date(2017, 10, 1), date(2017, 10, 9)


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (FRIDAY, FRIDAY, FRIDAY),
        (SATURDAY, FRIDAY, MONDAY),
        (SUNDAY, FRIDAY, MONDAY),
        (MADE_UP, MADE_UP, MADE_UP),
        (HOLIDAY, MADE_UP, BACK),
    ],
)
def test_the_nearest_working_day_on_each_side(day: date, before: date, after: date) -> None:
    assert (before, after) == (workday_until(day), workday_from(day))


@pytest.mark.parametrize(
    ("day", "count", "found"),
    [
        (FRIDAY, 0, FRIDAY),
        (SATURDAY, 0, SATURDAY),
        (FRIDAY, 1, MONDAY),
        (FRIDAY, 5, date(2017, 9, 15)),
        (date(2017, 9, 29), 1, MADE_UP),
        (date(2017, 9, 29), 2, BACK),
        (HOLIDAY, 1, BACK),
    ],
)
def test_so_many_working_days_after(day: date, count: int, found: date) -> None:
    assert found == workdays_after(day, count)


@pytest.mark.parametrize("start", [date(2017, 9, 1), date(2020, 1, 20), date(2099, 12, 28)])
@pytest.mark.parametrize("count", range(12))
def test_between_lie_exactly_as_many_working_days(start: date, count: int) -> None:
    end = workdays_after(start, count)
    days = [start + timedelta(days=number + 1) for number in range((end - start).days)]
    assert count == sum(is_workday(day) for day in days)
    assert not count or is_workday(end)
