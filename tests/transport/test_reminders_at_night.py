"""Telegram cannot be reached in the evening: no reminder goes at night, and none is lost by that."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.chat.line.delivery import Delivery
from bot.reminders import tick
from storage.tables import mail
from tests.reminders.telling import TODAY, add, at
from tests.storage import casework
from tests.transport.conftest import FAST
from tests.transport.fake_api import Answer, Call, FakeApi, refusal, until

if TYPE_CHECKING:
    from bot.chat.line.api import BotApi
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

pytestmark = pytest.mark.slow

TOMORROW = TODAY + timedelta(days=1)


def unreachable(_call: Call) -> Answer:
    return "Bad Gateway"


def flooded(_call: Call) -> Answer:
    return refusal(429, "Too Many Requests: retry after 40000", retry_after=40_000)


def waiting(tx: Transaction) -> list[str]:
    return list(tx.connection.scalars(select(mail.outbox.c.state)))


@pytest.mark.parametrize("trouble", [unreachable, flooded])
async def test_a_digest_held_back_until_the_evening_comes_with_the_next_one(
    database: Database, api: BotApi, fake: FakeApi, clock: FakeClock, trouble: object
) -> None:
    assert callable(trouble)
    await database.run(casework.found)
    await database.run(add)
    fake.script = lambda call: trouble(call) if call.method == "sendMessage" else None
    evening = Delivery(database, api, pace=FAST)
    await evening.start()
    assert 1 == await tick.tell_all(database)
    await until(lambda: fake.of("sendMessage"))
    at(clock, TODAY, 21, 0)
    fake.script = lambda _call: None
    fake.calls.clear()
    # The sender tries again when its pause is over, half a second after the refusal.
    await asyncio.sleep(1.0)
    await tick.tell_all(database, awake=True)
    await evening.stop()
    assert [] == fake.of("sendMessage")

    at(clock, TOMORROW, 9)
    morning = Delivery(database, api, pace=FAST)
    await morning.start()
    assert 1 == await tick.tell_all(database, awake=True)
    await morning.drained()
    await morning.stop()
    (call,) = fake.of("sendMessage")
    assert "9 月 4 日的提醒当天没能发出，一并列在这里。" in call.parameters["text"]
    assert ["SENT"] == await database.run(waiting)


async def test_a_letter_found_too_late_by_its_sender_is_not_sent(
    database: Database, api: BotApi, fake: FakeApi, clock: FakeClock
) -> None:
    await database.run(casework.found)
    await database.run(add)
    assert 1 == await tick.tell_all(database)
    at(clock, TODAY, 21, 0)
    sender = Delivery(database, api, pace=FAST)
    await sender.start()
    await sender.drained()
    await sender.stop()
    assert [] == fake.of("sendMessage")
    assert ["EXPIRED"] == await database.run(waiting)
