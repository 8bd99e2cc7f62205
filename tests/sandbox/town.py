"""The people of these tests, and how a sandbox and a real bot are made for them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from telegram import Bot

from bot.sandbox.clock import TurnableClock
from bot.sandbox.persona import Persona
from bot.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

START = datetime(2017, 9, 4, 0, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
LI, WANG, ZHAO = 1001, 1002, 1003


def persona(slug: str, user_id: int, name: str) -> Persona:
    return Persona(slug, user_id, name, name, {"zh": "干部", "en": "cadre"}, {"zh": "机关", "en": "office"})


PERSONAS = (persona("li", LI, "李"), persona("wang", WANG, "王"), persona("zhao", ZHAO, "赵"))


def new_sandbox(**changes: Any) -> Sandbox:  # noqa: ANN401 - each test names its own settings
    settings: dict[str, Any] = {"clock": TurnableClock(START), "zone": SHANGHAI, "personas": PERSONAS}
    return Sandbox(**(settings | changes))


@asynccontextmanager
async def running(**changes: Any) -> AsyncIterator[Sandbox]:  # noqa: ANN401 - each test names its own settings
    sandbox = new_sandbox(**changes)
    await sandbox.start()
    try:
        yield sandbox
    finally:
        await sandbox.stop()


def bot_of(sandbox: Sandbox, token: str | None = None) -> Bot:
    return Bot(token or sandbox.token, base_url=sandbox.api_base_url, base_file_url=sandbox.file_base_url)
