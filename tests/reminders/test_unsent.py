"""What Telegram did not take by the evening never goes at night, and is told the next morning."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from storage.post import dispatch, outbox
from storage.reporting import visits
from storage.tables.mail import outbox as letters_table
from storage.takeover import departures
from storage.telling import bulletins
from tests.reminders.telling import TODAY, add, at, beat, home, letters, run, said_to
from tests.storage import casework

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

ZHANG, WANG = casework.ZHANG, casework.WANG
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(casework.found)


def expire(database: Database) -> None:
    """The sender finds that it is too late for whatever it holds."""
    table = letters_table
    late = update(table).where(table.c.state == outbox.NEW, table.c.expires_at <= database.clock())
    database.transact(run, late.values(state=outbox.EXPIRED, payload=None, sent_at=database.clock()))


def offered(database: Database) -> list[str]:
    """What a sender would take now."""

    def claim(tx: Transaction) -> list[str]:
        taken, _ = dispatch.claim(tx, "sender", 100)
        now = database.clock()
        dispatch.release(tx)
        return [one.payload["text"] for one in taken if one.expires_at is None or one.expires_at > now]

    return database.transact(claim)


@pytest.mark.parametrize("is_held", [False, True])
def test_a_digest_that_did_not_get_through_is_in_the_next_one_which_says_so(
    database: Database, clock: FakeClock, *, is_held: bool
) -> None:
    database.transact(add)
    assert 1 == beat(database, reaches_telegram=False)
    for day, hour, minute in ((TODAY, 20, 59), (TODAY, 21, 1), (TOMORROW, 3, 0), (TOMORROW, 8, 29)):
        at(clock, day, hour, minute)
        if not is_held and offered(database) == []:
            expire(database)
        beat(database, reaches_telegram=False)
        assert (hour == 20) == bool(offered(database)), hour
    database.transact(add, 2, name="施磊斌", filed_on=TOMORROW - timedelta(days=90))
    at(clock, TOMORROW, 8, 30)
    assert (1, 0) == (beat(database), beat(database))
    expected = (
        "早上好，张东。今天 9 月 5 日（周二），您有 2 户：\n"
        "9 月 4 日的提醒当天没能发出，一并列在这里。\n"
        "\n<b>迟</b>（今天去也算）\n"
        "<b>凤芳</b> 特别困难 · 9 月 4 日到期，迟 1 天\n"
        "　还没走访过\n"
        "\n<b>今天</b>\n"
        "<b>施磊斌</b> 特别困难 · 今天到期\n"
        "　还没走访过"
    )
    assert [expected] == [one.text for one in database.view(letters)]


def test_nothing_is_said_of_it_when_all_was_done_meanwhile(database: Database, clock: FakeClock) -> None:
    database.transact(add)
    beat(database, reaches_telegram=False)
    answers = casework.met(TODAY)
    who = database.view(casework.get, ZHANG)
    database.transact(visits.submit, who, report_id="r", household_id=1, answers=answers, form_version=1)
    at(clock, TOMORROW, 9)
    assert (0, 0) == (beat(database), beat(database))
    assert [] == database.view(letters)


def test_something_urgent_that_did_not_get_through_goes_again_in_the_morning(
    database: Database, clock: FakeClock
) -> None:
    database.transact(home)
    known: dict[str, int | str] = {"household": 1, "person": ZHANG, "number": "ZF-1", "item": 1, "count": 3}
    database.transact(bulletins.post, [WANG], "third_miss", key="k", urgent=True, **known)
    beat(database, reaches_telegram=False)
    at(clock, TODAY, 22)
    expire(database)
    beat(database)
    assert [] == database.view(letters)
    at(clock, TOMORROW, 7, 30)
    beat(database)
    beat(database)
    assert ["❗ <b>3 次没见到人</b>"] == [text.split("\n")[0] for text in said_to(database, WANG)]


def test_bulletins_of_an_unsent_digest_are_told_again_too(database: Database, clock: FakeClock) -> None:
    database.transact(bulletins.post, [WANG], "calendar", key="c", year=2090)
    beat(database, reaches_telegram=False)
    at(clock, TOMORROW)
    beat(database)
    (text,) = said_to(database, WANG)
    assert "9 月 4 日的提醒当天没能发出" in text
    assert "2090 年的放假安排" in text


def test_what_was_sent_is_not_sent_again(database: Database, clock: FakeClock) -> None:
    database.transact(add)
    beat(database)
    at(clock, TOMORROW)
    assert 0 == beat(database)
    states = select(letters_table.c.state)
    assert [outbox.SENT] == database.view(lambda tx: list(tx.connection.scalars(states)))


def test_what_left_a_moment_before_it_expired_is_not_told_again(database: Database, clock: FakeClock) -> None:
    database.transact(add)
    at(clock, TODAY, 20, 59)
    beat(database, reaches_telegram=False)
    on_its_way, _ = database.transact(dispatch.claim, "sender", 10)
    at(clock, TODAY, 21)
    beat(database, reaches_telegram=False)
    arrived = [dispatch.Outcome(letter, outbox.SENT, 7) for letter in on_its_way]
    database.transact(dispatch.settle, arrived)
    at(clock, TOMORROW)
    assert 0 == beat(database)
    states = select(letters_table.c.state)
    assert [outbox.SENT] == database.view(lambda tx: list(tx.connection.scalars(states)))


def test_who_blocks_the_bot_as_it_speaks_and_comes_back_hears_what_was_said(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add)
    database.transact(home, 2)
    known: dict[str, int | str] = {"household": 2, "person": WANG, "number": "ZF-1", "item": 1, "count": 3}
    database.transact(bulletins.post, [ZHANG], "third_miss", key="k", urgent=True, **known)
    assert 1 == beat(database, reaches_telegram=False)
    database.transact(dispatch.give_up_chat, 1000 + ZHANG, "bot was blocked by the user")
    database.transact(departures.blocked, 1000 + ZHANG)
    clock.advance(minutes=5)
    database.transact(departures.reachable, 1000 + ZHANG)
    assert (1, 0) == (beat(database), beat(database))
    alone, digest = said_to(database, ZHANG)
    assert "3 次没见到人" in alone
    assert "凤芳" in digest
    assert [] == said_to(database, WANG)


def test_what_a_blocked_chat_did_not_take_is_the_officers_the_same_day(database: Database) -> None:
    database.transact(add)
    beat(database, reaches_telegram=False)
    database.transact(dispatch.give_up_chat, 1000 + ZHANG, "bot was blocked by the user")
    database.transact(departures.blocked, 1000 + ZHANG)
    for _ in range(2):
        beat(database)
    assert ["收不到消息" in text or "凤芳" in text for text in said_to(database, WANG)] == [True, True]
    assert [] == said_to(database, ZHANG)


def test_a_digest_that_met_a_blocked_bot_is_told_to_who_stands_in_and_again_when_they_are_back(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add)
    beat(database, reaches_telegram=False)
    database.transact(dispatch.give_up_chat, 1000 + ZHANG, "Forbidden: bot was blocked by the user")
    database.transact(departures.blocked, 1000 + ZHANG)
    beat(database)
    assert any("凤芳" in text for text in said_to(database, WANG))
    at(clock, TOMORROW, 9)
    beat(database)
    database.transact(departures.reachable, 1000 + ZHANG)
    beat(database)
    (text,) = said_to(database, ZHANG)
    assert "凤芳" in text
