"""A running sandbox with three people, and a real python-telegram-bot that talks to it over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.sandbox.town import LI, bot_of, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Bot

    from bot.sandbox.server import Sandbox
    from bot.sandbox.world import World


@pytest.fixture(autouse=True)
def durations_as_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot's coming way, which it warns about until it is chosen."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running() as one:
        yield one


@pytest.fixture
def world(sandbox: Sandbox) -> World:
    """The sandbox's world, with Li already in a conversation."""
    sandbox.world.send_text(LI, "/start")
    sandbox.world.updates.drop_all()
    return sandbox.world


@pytest.fixture
async def bot(sandbox: Sandbox, world: World) -> AsyncIterator[Bot]:
    assert world.people
    async with bot_of(sandbox) as ready:
        yield ready


@pytest.fixture
async def page(sandbox: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser's side: it sends the page's own header with everything."""
    async with aiohttp.ClientSession(
        sandbox.url, headers={"X-Tiexin-Sandbox": "1"}, timeout=aiohttp.ClientTimeout(total=10)
    ) as session:
        yield session
