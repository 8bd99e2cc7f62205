"""After the bot was down it says so: from when to when, to whom it came late, and to the admins."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from storage.codes import Role
from storage.telling import bulletins, outages
from tests.reminders.telling import TODAY, add, at, beat, home, said_to
from tests.storage import casework

if TYPE_CHECKING:
    from storage.database import Database
    from tests.clock import FakeClock

ZHANG, LI, WANG = casework.ZHANG, casework.LI, casework.WANG
ADMIN = 9
FRIDAY = date(2017, 9, 1)


@pytest.fixture(autouse=True)
def union(database: Database, clock: FakeClock) -> None:
    """An admin beside the others; the bot beats on Friday evening, before the weekend."""
    database.transact(casework.found)
    database.transact(casework.person, ADMIN, "管理员", casework.ROOT, Role.ADMIN)
    at(clock, FRIDAY, 18)
    beat(database)


def down(
    database: Database, clock: FakeClock, since: tuple[date, int, int], until: tuple[date, int, int]
) -> None:
    """The bot beats for the last time, and then again as a new process."""
    at(clock, *since)
    beat(database)
    at(clock, *until)
    beat(database, awake=False)


def test_the_admin_hears_from_when_to_when_and_how_many_digests_were_late(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add)
    database.transact(add, 2, liaison_id=LI)
    down(database, clock, (TODAY, 6, 10), (TODAY, 11, 40))
    expected = ["⚠️ 停机 9 月 4 日 06:10–11:40。\n2 人的提醒晚到，已分别说明。"]
    assert expected == said_to(database, ADMIN)
    for person in (ZHANG, LI):
        assert "\n停机 06:10–11:40，提醒晚到了，请见谅。\n" in said_to(database, person)[0]
    beat(database)
    assert 1 == len(said_to(database, ADMIN))


def test_an_outage_in_which_nothing_was_to_be_told_delayed_nobody(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add)
    at(clock, TODAY, 8, 30)
    beat(database)
    down(database, clock, (TODAY, 13, 0), (TODAY, 14, 0))
    assert ["⚠️ 停机 9 月 4 日 13:00–14:00。\n没有人的提醒因此晚到。"] == said_to(database, ADMIN)
    assert not any("停机" in text for text in said_to(database, ZHANG))


def test_half_an_hour_is_an_outage_and_less_is_not(database: Database, clock: FakeClock) -> None:
    down(database, clock, (TODAY, 13, 0), (TODAY, 13, 29))
    assert [] == said_to(database, ADMIN)
    down(database, clock, (TODAY, 14, 0), (TODAY, 14, 30))
    assert 1 == len(said_to(database, ADMIN))


def test_a_clock_that_was_turned_is_no_outage(database: Database, clock: FakeClock) -> None:
    database.transact(add)
    at(clock, TODAY, 12)
    beat(database, awake=True)
    assert [] == said_to(database, ADMIN)
    assert "停机" not in said_to(database, ZHANG)[0]


def test_several_outages_are_each_named(database: Database, clock: FakeClock) -> None:
    database.transact(add)
    database.transact(add, 2, liaison_id=LI)
    down(database, clock, (TODAY, 7, 0), (TODAY, 22, 0))
    down(database, clock, (TODAY + timedelta(days=1), 7, 45), (TODAY + timedelta(days=1), 9, 15))
    text = said_to(database, ZHANG)[0]
    assert "停机 9 月 4 日 07:00–22:00，提醒晚到了，请见谅。\n停机 07:45–09:15，提醒晚到了，请见谅。" in text
    assert 2 == len(said_to(database, ADMIN))


def test_who_had_nothing_to_hear_then_is_told_nothing_of_it(database: Database, clock: FakeClock) -> None:
    database.transact(add)
    database.transact(add, 2, liaison_id=LI, filed_on=TODAY + timedelta(days=9 - 90))
    down(database, clock, (TODAY, 6, 0), (TODAY, 11, 0))
    at(clock, TODAY + timedelta(days=2))
    beat(database)
    assert "停机" in said_to(database, ZHANG)[0]
    assert ["停机" in text for text in said_to(database, LI)] == [False]


def test_the_next_digest_does_not_apologise_again(database: Database, clock: FakeClock) -> None:
    database.transact(add)
    down(database, clock, (TODAY, 6, 0), (TODAY, 11, 0))
    at(clock, TODAY + timedelta(days=3))
    beat(database)
    assert [True, False] == ["停机" in text for text in said_to(database, ZHANG)]


def test_something_urgent_that_waited_for_the_morning_says_why_it_comes_late(
    database: Database, clock: FakeClock
) -> None:
    database.transact(home)
    at(clock, TODAY, 3)
    beat(database)
    database.transact(
        bulletins.post,
        [WANG],
        "third_miss",
        key="k",
        urgent=True,
        household=1,
        person=ZHANG,
        number="ZF-1",
        item=1,
        count=3,
    )
    down(database, clock, (TODAY, 6, 10), (TODAY, 8, 10))
    assert said_to(database, WANG)[0].endswith("\n停机 06:10–08:10，提醒晚到了，请见谅。")


def test_more_than_a_day_loses_what_people_sent_and_the_admin_is_told_to_say_so(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add)
    down(database, clock, (TODAY, 6, 0), (TODAY + timedelta(days=2), 10, 0))
    (text,) = said_to(database, ADMIN)
    assert text.startswith("⚠️ 停机 9 月 4 日 06:00–9 月 6 日 10:00，超过一天。\n1 人的提醒晚到")
    assert "请告诉大家没有回音的再发一次" in text
    assert "停机 9 月 4 日 06:00–9 月 6 日 10:00，提醒晚到了" in said_to(database, ZHANG)[0]


def test_at_night_the_admin_is_not_woken(database: Database, clock: FakeClock) -> None:
    down(database, clock, (TODAY, 13, 0), (TODAY, 23, 0))
    assert [] == said_to(database, ADMIN)
    at(clock, TODAY + timedelta(days=1), 7, 30)
    beat(database)
    assert 1 == len(said_to(database, ADMIN))


def test_an_outage_is_forgotten_after_a_week(database: Database, clock: FakeClock) -> None:
    down(database, clock, (TODAY, 13, 0), (TODAY, 14, 0))
    assert 1 == len(database.transact(outages.beat))
    clock.advance(days=8)
    assert () == database.transact(outages.beat, awake=True)
