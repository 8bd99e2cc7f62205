"""The days of the campaigns, and above all the festival that follows the moon."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

import pytest
from chinese_calendar import constants

from storage.codes import CampaignKind
from storage.office import campaign_calendar
from storage.office.campaign_calendar import FIRST_FESTIVAL_YEAR, LAST_FESTIVAL_YEAR, festival_on

YEARS = range(FIRST_FESTIVAL_YEAR, LAST_FESTIVAL_YEAR + 1)


def festival(year: int) -> date:
    day = festival_on(year)
    assert day is not None
    return day


def new_moon(lunation: int) -> datetime:
    """The moment of a new moon at 120° E, to some minutes: the mean moon and its largest corrections."""
    turns = lunation / 1236.85
    sun = math.radians(2.5534 + 29.1053567 * lunation)
    moon = math.radians(201.5643 + 385.81693528 * lunation + 0.0107582 * turns**2)
    node = math.radians(160.7108 + 390.67050284 * lunation - 0.0016118 * turns**2)
    days = 5.09766 + 29.530588861 * lunation + 0.00015437 * turns**2
    days -= 0.4072 * math.sin(moon) - 0.17241 * math.sin(sun) - 0.01608 * math.sin(2 * moon)
    days += 0.01039 * math.sin(2 * node) + 0.00739 * math.sin(moon - sun) - 0.00514 * math.sin(moon + sun)
    days += 0.00208 * math.sin(2 * sun) - 0.00111 * math.sin(moon - 2 * node)
    days -= 0.00057 * math.sin(moon + 2 * node) - 0.00056 * math.sin(2 * moon + sun)
    return datetime(2000, 1, 1, 12) + timedelta(days=days, hours=8, seconds=-70)  # noqa: DTZ001 - local time


@pytest.mark.parametrize("day", [date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2018, 2, 16)])
def test_the_festival_falls_on_the_day_everybody_knows(day: date) -> None:
    assert day == festival(day.year)


def test_every_published_spring_festival_holiday_holds_the_festival() -> None:
    published = {day for day, name in constants.holidays.items() if "Spring" in str(name)}
    years = {day.year for day in published}
    assert 20 <= len(years)
    assert set() == {festival(year) for year in years} - published


@pytest.mark.parametrize("year", YEARS)
def test_every_festival_is_the_day_of_a_new_moon_in_china(year: int) -> None:
    day = festival(year)
    lunation = round((day - date(2000, 1, 6)).days / 29.530588861)
    moment = new_moon(lunation)
    near = {(moment + timedelta(minutes=minutes)).date() for minutes in (-10, 0, 10)}
    assert day in near


@pytest.mark.parametrize("year", YEARS)
def test_every_festival_lies_between_21_january_and_21_february(year: int) -> None:
    assert date(year, 1, 21) <= festival(year) <= date(year, 2, 21)


@pytest.mark.parametrize("year", YEARS[1:])
def test_a_lunar_year_has_twelve_or_thirteen_moons(year: int) -> None:
    assert (festival(year) - festival(year - 1)).days in {353, 354, 355, 383, 384, 385}


@pytest.mark.parametrize("year", [1999, 2101])
def test_beyond_the_known_years_there_is_no_festival_and_no_list(year: int) -> None:
    assert festival_on(year) is None
    assert campaign_calendar.campaign(CampaignKind.SPRING_LIST, year, 45) is None


@pytest.mark.parametrize(
    ("day", "opens_on"),
    [
        (date(2026, 2, 17), date(2026, 1, 3)),
        (date(2027, 2, 6), date(2026, 12, 23)),
        (date(2028, 1, 26), date(2027, 12, 12)),
    ],
)
def test_the_spring_list_opens_45_days_before_the_festival(day: date, opens_on: date) -> None:
    found = campaign_calendar.running(CampaignKind.SPRING_LIST, opens_on, 45)
    assert campaign_calendar.Campaign(CampaignKind.SPRING_LIST, day.year, opens_on, day) == found
    assert campaign_calendar.running(CampaignKind.SPRING_LIST, opens_on - timedelta(days=1), 45) is None


@pytest.mark.parametrize(
    ("kind", "month"),
    [
        (CampaignKind.SUMMER_RELIEF, 6),
        (CampaignKind.AUTUMN_STUDY, 7),
        (CampaignKind.FILE_CHECK, 11),
        (CampaignKind.BUDGET_DRAFT, 11),
    ],
)
def test_the_others_have_their_month(kind: CampaignKind, month: int) -> None:
    found = campaign_calendar.running(kind, date(2026, month, 15), 30)
    assert found is not None
    assert month == found.due_on.month


@pytest.mark.parametrize("kind", CampaignKind)
def test_a_campaign_that_is_off_never_runs(kind: CampaignKind) -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(0, 365, 7)]
    assert [None] * len(days) == [campaign_calendar.running(kind, day, 0) for day in days]


@pytest.mark.parametrize("kind", CampaignKind)
def test_a_month_after_its_day_a_campaign_is_history(kind: CampaignKind) -> None:
    day = campaign_calendar.due_on(kind, 2026)
    assert day is not None
    last = day + timedelta(days=campaign_calendar.SHOWN_LATE_DAYS)
    assert campaign_calendar.running(kind, last, 30) is not None
    assert campaign_calendar.running(kind, last + timedelta(days=1), 30) is None
