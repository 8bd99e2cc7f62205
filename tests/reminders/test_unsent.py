"""What Telegram did not take by the evening never goes at night, and is told the next morning."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, update

from storage.codes import Role
from storage.columns import table_of
from storage.post import dispatch, outbox
from storage.reporting import visits
from storage.tables.mail import outbox as letters_table
from storage.tables.office import Bulletin
from storage.tables.people import RoleRow
from storage.takeover import departures
from storage.telling import bulletins, unsent
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


def refuse(database: Database) -> int:
    """Telegram refuses whatever a sender holds for the cadre and the officer; returns how many letters."""

    def work(tx: Transaction) -> int:
        taken, _ = dispatch.claim(tx, "sender", 100)
        refused = [one for one in taken if one.chat_id in {1000 + ZHANG, 1000 + WANG}]
        for letter in refused:
            unsent.refused(tx, letter.id)
        over = [dispatch.Outcome(one, outbox.FAILED, error="Bad Request") for one in refused]
        dispatch.settle(tx, over)
        dispatch.release(tx)
        return len(refused)

    return database.transact(work)


def admin(tx: Transaction) -> None:
    casework.person(tx, 99, "管理员", casework.ROOT, Role.ADMIN)


def test_a_digest_that_telegram_refuses_is_told_once_more_and_then_the_admins_hear(
    database: Database, clock: FakeClock
) -> None:
    database.transact(admin)
    database.transact(add)
    assert 1 == beat(database, reaches_telegram=False)
    (first,) = offered(database)
    assert 1 == refuse(database)
    assert 1 == beat(database, reaches_telegram=False)
    assert [first] == offered(database)
    assert 1 == refuse(database)
    for _ in range(3):
        assert 0 == beat(database, reaches_telegram=False)
        assert 0 == refuse(database)
        clock.advance(seconds=20)
    (text,) = offered(database)
    assert "张东" in text
    assert "两次没收" in text


def test_a_refused_digest_that_arrives_the_second_time_is_over(database: Database) -> None:
    database.transact(admin)
    database.transact(add)
    beat(database, reaches_telegram=False)
    refuse(database)
    assert (1, 0) == (beat(database), beat(database))
    arrived = select(letters_table.c.chat_id).where(letters_table.c.state == outbox.SENT)
    assert [1000 + ZHANG] == database.view(lambda tx: list(tx.connection.scalars(arrived)))


def test_an_urgent_bulletin_that_telegram_refuses_goes_once_more(database: Database) -> None:
    database.transact(admin)
    database.transact(home)
    known: dict[str, int | str] = {"household": 1, "person": ZHANG, "number": "ZF-1", "item": 1, "count": 3}
    database.transact(bulletins.post, [WANG], "third_miss", key="k", urgent=True, **known)
    for expected in (1, 1, 0):
        beat(database, reaches_telegram=False)
        assert expected == refuse(database)
    assert ["王芳" in text and "两次没收" in text for text in offered(database)] == [True]


def test_that_admins_cannot_be_told_of_a_refusal_is_told_to_nobody(database: Database) -> None:
    database.transact(casework.person, 98, "管理员", casework.ROOT, Role.ADMIN)
    grant = insert(table_of(RoleRow)).values(person_id=WANG, role=Role.ADMIN, union_id=casework.ROOT)
    database.transact(run, grant)
    database.transact(home)
    database.transact(bulletins.post, [ZHANG, WANG], "reminder_refused", key="k", urgent=True, person=ZHANG)
    for expected in (2, 2, 0, 0):
        beat(database, reaches_telegram=False)
        assert expected == refuse(database)
    assert [] == offered(database)


def test_a_refused_letter_that_is_no_reminder_stays_refused(database: Database) -> None:
    said = {"text": "hi"}
    database.transact(outbox.put, chat_id=1000 + ZHANG, method="sendMessage", payload=said, key="tap:1")
    assert (1, 0) == (refuse(database), refuse(database))
    assert database.view(outbox.is_known, "tap:1")


def test_what_went_alone_beside_an_expired_digest_is_told(database: Database, clock: FakeClock) -> None:
    database.transact(add)
    database.transact(home, 2)
    known: dict[str, int | str] = {"household": 2, "person": WANG, "number": "ZF-1", "item": 1, "count": 3}
    database.transact(bulletins.post, [ZHANG], "third_miss", key="k", urgent=True, **known)
    database.transact(bulletins.post, [ZHANG], "calendar", key="c", year=2090)
    beat(database, reaches_telegram=False)
    table = letters_table
    alone = update(table).where(table.c.key.startswith("bulletin:")).values(state=outbox.SENT)
    database.transact(run, alone)
    at(clock, TODAY, 22)
    beat(database, reaches_telegram=False)
    posted = table_of(Bulletin)
    untold = select(posted.c.slug).where(posted.c.told_at.is_(None)).order_by(posted.c.id)
    assert ["calendar", "digest_unsent"] == database.view(lambda tx: list(tx.connection.scalars(untold)))
