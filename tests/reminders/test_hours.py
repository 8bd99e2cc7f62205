"""The hours in which people are spoken to, by the rules of their union."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage.rulebook import hours
from storage.rulebook.policy import DEFAULT, with_values

SHANGHAI = ZoneInfo("Asia/Shanghai")
OWN = with_values({"digest_at": "10:00", "quiet_from": "18:30", "quiet_until": "09:00", "holidays": False})


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """That moment of September 2017, of which the 4th is a Monday."""
    return datetime(2017, 9, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("hour", "minute", "digest", "alert"),
    [
        (3, 0, False, False),
        (7, 29, False, False),
        (7, 30, False, True),
        (8, 29, False, True),
        (8, 30, True, True),
        (20, 59, True, True),
        (21, 0, False, False),
    ],
)
def test_digests_go_from_half_past_eight_urgent_things_an_hour_earlier_nothing_from_nine_at_night(
    hour: int, minute: int, *, digest: bool, alert: bool
) -> None:
    moment = at(4, hour, minute)
    assert (digest, alert) == (hours.may_digest(DEFAULT, moment), hours.may_alert(DEFAULT, moment))


def test_on_a_sunday_only_urgent_things_go() -> None:
    assert (False, True) == (hours.may_digest(DEFAULT, at(3, 12)), hours.may_alert(DEFAULT, at(3, 12)))


@pytest.mark.parametrize(("hour", "minute", "digest", "alert"), [(8, 59, False, False), (9, 0, False, True)])
def test_a_union_has_hours_of_its_own(hour: int, minute: int, *, digest: bool, alert: bool) -> None:
    moment = at(4, hour, minute)
    assert (digest, alert) == (hours.may_digest(OWN, moment), hours.may_alert(OWN, moment))


def test_who_keeps_no_holidays_works_every_day() -> None:
    national_day = date(2017, 10, 1)
    assert (False, True) == (hours.is_working(DEFAULT, national_day), hours.is_working(OWN, national_day))
    assert hours.may_digest(OWN, at(3, 10))


def test_what_is_urgent_at_night_goes_in_the_morning() -> None:
    assert at(4, 7, 30) == hours.alert_from(DEFAULT, at(4, 2))
    assert at(4, 12) == hours.alert_from(DEFAULT, at(4, 12))
    assert at(5, 7, 30) == hours.alert_from(DEFAULT, at(4, 21))


def test_the_digests_of_a_time_are_those_of_its_working_days() -> None:
    friday, tuesday = at(1, 8, 30), at(5, 8, 30)
    assert [at(1, 8, 30), at(4, 8, 30)] == list(hours.digests_between(DEFAULT, friday, tuesday))
    assert [at(5, 8, 30)] == list(hours.digests_between(DEFAULT, tuesday, tuesday + timedelta(minutes=1)))
