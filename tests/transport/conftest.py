"""The transport's own parts: a scripted Bot API, and delivery at full speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.line.api import BotApi
from bot.chat.line.delivery import Delivery, Pace
from tests.transport.fake_api import TOKEN, FakeApi

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.database import Database

FAST = Pace(overall_per_second=10_000, overall_burst=1_000, chat_per_second=10_000, chat_burst=1_000)


@pytest.fixture
async def fake() -> AsyncIterator[FakeApi]:
    server = FakeApi()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def api(fake: FakeApi) -> AsyncIterator[BotApi]:
    client = BotApi(TOKEN, fake.base_url)
    yield client
    await client.close()


@pytest.fixture
async def delivery(database: Database, api: BotApi) -> AsyncIterator[Delivery]:
    running = Delivery(database, api, pace=FAST)
    await running.start()
    yield running
    await running.stop()
