"""A day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.kinds.day import Day, calendar_month
from bot.forms.model import Given, Invalid, Progress, Sent
from tests.forms.world import TODAY, context, slip, tapped, typed

PAST = Day(past_days=366, ahead_days=0)
COMING = Day(past_days=-1, ahead_days=731)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("9月4日", "2017-09-04"),
        ("9 月 4 日", "2017-09-04"),
        ("９月４号", "2017-09-04"),
        ("九月四日", "2017-09-04"),
        ("9-4", "2017-09-04"),
        ("9.4", "2017-09-04"),
        ("2017/9/4", "2017-09-04"),
        ("2017年9月4日", "2017-09-04"),
        ("17年8月31日", "2017-08-31"),
        ("20170904", "2017-09-04"),
        ("今天", "2017-09-04"),
        ("昨天", "2017-09-03"),
        ("前天", "2017-09-02"),
        ("大前天", "2017-09-01"),
        ("三天前", "2017-09-01"),
        ("2 weeks ago", "2017-08-21"),
        ("4 Sep", "2017-09-04"),
        ("Sep 4th, 2017", "2017-09-04"),
        ("yesterday", "2017-09-03"),
        ("4号", "2017-09-04"),
        ("12-30", "2016-12-30"),
    ],
)
def test_past_days_as_people_write_them(text: str, day: str) -> None:
    assert day == typed(PAST, text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("10月8日", "2017-10-08"),
        ("3月1日", "2018-03-01"),
        ("明天", "2017-09-05"),
        ("三天后", "2017-09-07"),
        ("90天", "2017-12-03"),
        ("in 2 weeks", "2017-09-18"),
        ("两个月后", "2017-11-03"),
        ("3号", "2017-10-03"),
        ("2月29日", None),
    ],
)
def test_coming_days_as_people_write_them(text: str, day: str | None) -> None:
    said = typed(COMING, text)
    assert day == (None if isinstance(said, Invalid) else said)


def test_the_thirty_first_of_february_is_named() -> None:
    said = typed(PAST, "2月31日")
    assert Invalid("no_such_day", {"month": 2, "day": 31}) == said
    assert "no_such_day" == slip(typed(PAST, "13-1"))


@pytest.mark.parametrize("text", ["", "哪天", "9月", "三天", "😀" * 4_096, "1/2/3/4", "0年0月0日x"])
def test_what_is_no_day_is_refused(text: str) -> None:
    assert "day_wanted" == slip(typed(PAST, text))


def test_a_sticker_is_no_day() -> None:
    assert "day_wanted" == slip(PAST.read(Given(sent=Sent("sticker")), context()))


@pytest.mark.parametrize("text", ["9月30日", "10-8", "5 Sep"])
def test_a_day_that_comes_soon_is_not_taken_for_last_year(text: str) -> None:
    assert "day_future" == slip(typed(PAST, text))


@pytest.mark.parametrize("text", ["9月3日", "8-25"])
def test_a_day_that_has_just_gone_is_not_taken_for_next_year(text: str) -> None:
    assert "day_past" == slip(typed(COMING, text))


def test_the_bounds_are_kept() -> None:
    assert "day_future" == slip(typed(PAST, "2017-09-05"))
    assert "day_early" == slip(typed(PAST, "2016-09-02"))
    assert "2016-09-03" == typed(PAST, "2016-09-03")
    assert "day_past" == slip(typed(COMING, "2017-09-04"))
    assert "day_late" == slip(typed(COMING, "2020-01-01"))
    assert "day_late" == slip(typed(COMING, "99年后"))


def test_taps_choose_a_day_a_near_day_or_turn_the_page() -> None:
    assert "2017-08-31" == tapped(PAST, "2017-08-31")
    assert "2017-09-03" == tapped(PAST, "YESTERDAY")
    assert "2017-12-03" == tapped(COMING, "QUARTER")
    assert Progress(month="2017-08") == tapped(PAST, "m:2017-08")


@pytest.mark.parametrize(
    "value", ["m:2017-10", "m:2015-01", "m:2017-99", "2017-02-31", "x", "TOMORROW", "20170904"]
)
def test_forged_taps_are_refused(value: str) -> None:
    assert "no_such_option" == slip(tapped(PAST, value))


def test_near_days_are_those_allowed() -> None:
    assert ["TODAY", "YESTERDAY", "DAY_BEFORE"] == [one.slug for one in PAST.shortcuts(TODAY)]
    assert ["TOMORROW", "WEEK", "MONTH", "QUARTER"] == [one.slug for one in COMING.shortcuts(TODAY)]


def test_a_page_shows_only_days_that_may_be_chosen() -> None:
    page = PAST.page("", TODAY)
    assert "2017-09" == page.month
    assert [date(2017, 9, day) for day in (1, 2, 3, 4)] == [day for week in page.weeks for day in week if day]
    assert ("2017-08", "") == (page.before, page.after)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 800), st.integers(0, 27))
def test_every_page_is_whole_weeks_and_holds_exactly_its_days(first: date, span: int, ahead: int) -> None:
    last = first + timedelta(days=span)
    shown = min(first + timedelta(days=ahead), last)
    page = calendar_month(shown.year, shown.month, first, last)
    days = [day for week in page.weeks for day in week if day is not None]
    assert {7} == {len(week) for week in page.weeks}
    assert days == sorted(set(days))
    assert shown in days
    assert all(first <= day <= last and day.month == shown.month for day in days)


def test_a_kept_day_must_still_be_allowed() -> None:
    assert PAST.accepts("2017-09-04", context())
    assert not PAST.accepts("TODAY", context())
    assert not PAST.accepts("m:2017-09", context())
    assert not COMING.accepts("2017-08-31", context())
    assert not COMING.accepts(20170904, context())


@given(st.text(max_size=40))
def test_no_typed_text_breaks_it(text: str) -> None:
    said = typed(COMING, text)
    assert isinstance(said, Invalid) or COMING.accepts(said if isinstance(said, str) else 0, context())
