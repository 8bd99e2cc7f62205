"""Killed at any moment: nothing is lost, no effect is doubled, at most one text is repeated for each kill."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from storage.core.instance import AlreadyRunning, InstanceLock
from storage.tables import mail
from tests.conftest import SECRET
from tests.transport import echo_process
from tests.transport.fake_api import TOKEN, FakeApi, message, refusal, until

if TYPE_CHECKING:
    from storage.database import Database

pytestmark = pytest.mark.slow

KILLS = 6
UPDATES_EACH = 40
# Sends that may be on their way, or not yet written down, when a kill comes: one in each chat.
PEOPLE = 8


async def start(fake: FakeApi, database: Database) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.transport.echo_process", fake.base_url, TOKEN, database.url, SECRET
    )


async def test_killed_at_random_moments_nothing_is_lost_and_no_effect_is_doubled(
    sqlite_database: Database, fake: FakeApi
) -> None:
    dice = random.Random(11)  # noqa: S311 - a fixed order of moments for a test
    fake.latency_seconds = 0.01
    fed = 0
    for _ in range(KILLS):
        process = await start(fake, sqlite_database)
        polls = len(fake.of("getUpdates"))
        await until(lambda polls=polls: len(fake.of("getUpdates")) > polls, 30)  # type: ignore[misc]
        numbers = range(fed + 1, fed + 1 + UPDATES_EACH)
        fake.feed(*(message(number, 1 + number % PEOPLE, f"text {number}") for number in numbers))
        fed += UPDATES_EACH
        await asyncio.sleep(dice.uniform(0.0, 0.4))
        process.kill()
        await process.wait()
    process = await start(fake, sqlite_database)
    await until(lambda: fed == len({call.parameters["text"] for call in fake.of("sendMessage")}), 60)
    await asyncio.sleep(0.5)
    process.kill()
    await process.wait()

    texts = Counter(call.parameters["text"] for call in fake.of("sendMessage"))
    effects = sqlite_database.transact(
        lambda tx: tx.connection.scalar(
            select(func.count()).select_from(mail.heartbeats).where(mail.heartbeats.c.name.like("effect-%"))
        )
    )
    assert fed == effects
    assert {f"text {number}" for number in range(1, fed + 1)} == set(texts)
    # A text on its way at a kill comes again, once for each kill: better than never.
    assert max(texts.values()) <= 1 + KILLS
    assert sum(texts.values()) - fed <= KILLS * PEOPLE * 2


async def test_a_second_poller_on_one_database_is_refused_until_the_first_is_dead(
    database: Database, fake: FakeApi
) -> None:
    first = await start(fake, database)
    await until(lambda: fake.of("getUpdates"), 30)
    second = await start(fake, database)
    assert echo_process.EXIT_SECOND == await second.wait()
    with pytest.raises(AlreadyRunning):
        InstanceLock(database).acquire()

    first.kill()
    await first.wait()
    killed = time.monotonic()
    lock = InstanceLock(database)
    while True:
        try:
            lock.acquire()
        except AlreadyRunning:
            assert time.monotonic() - killed < 10
            await asyncio.sleep(0.05)
        else:
            break
    lock.release()


async def test_a_process_that_is_refused_for_long_exits_and_says_so(
    sqlite_database: Database, fake: FakeApi
) -> None:
    fake.script = lambda _call: refusal(401, "Unauthorized")
    process = await start(fake, sqlite_database)

    assert echo_process.EXIT_DEAF == await asyncio.wait_for(process.wait(), 40)
