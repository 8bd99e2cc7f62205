"""The clock that runs by itself and is turned forward by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.clock import TurnableClock, stops
from tests.sandbox.town import SHANGHAI, START


def test_the_clock_runs_on_from_its_start() -> None:
    clock = TurnableClock(START)
    first, second = clock(), clock()
    assert START <= first < second < START + timedelta(seconds=5)
    assert timedelta(0) == first.utcoffset()


def test_the_clock_is_never_turned_back() -> None:
    clock = TurnableClock(START)
    clock.set(START + timedelta(days=1))
    with pytest.raises(ValueError, match="forward only"):
        clock.set(START)
    assert START + timedelta(days=1) <= clock()


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        TurnableClock(START.replace(tzinfo=None))


def test_the_mornings_between_are_half_past_eight_whatever_summer_time_does() -> None:
    paris = ZoneInfo("Europe/Paris")
    start = datetime(2017, 10, 28, 12, 0, tzinfo=UTC)
    found = list(stops(start, start + timedelta(days=2), paris))
    assert ["08:30 +0100", "08:30 +0100", "13:00 +0100"] == [f"{s.astimezone(paris):%H:%M %z}" for s in found]


def test_whoever_works_by_the_clock_may_name_the_mornings() -> None:
    def twice(day: date) -> list[datetime]:
        return [datetime.combine(day, time(hour), tzinfo=SHANGHAI) for hour in (10, 7)]

    start = datetime(2017, 9, 4, 8, 0, tzinfo=SHANGHAI)
    found = list(stops(start, start + timedelta(days=1), SHANGHAI, twice))
    assert ["04 10:00", "05 07:00", "05 08:00"] == [f"{s.astimezone(SHANGHAI):%d %H:%M}" for s in found]


def test_a_walk_leaves_the_clock_at_its_end() -> None:
    clock = TurnableClock(START)
    end = START + timedelta(days=400)
    assert 401 == len(list(clock.walk(end, SHANGHAI)))
    assert end <= clock() < end + timedelta(seconds=5)
