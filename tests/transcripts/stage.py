"""The whole product on a stage: the demo union, and its bot that can be stopped, killed and started."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot import app, service
from bot.chat.line.delivery import Pace
from bot.rehearsal import Rehearsal
from bot.sandbox import demo
from bot.sandbox.network.pace import Pace as NetworkPace

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from bot.sandbox.persona import Persona
    from bot.sandbox.world import World
    from storage.database import Database

FAST = Pace(overall_per_second=10_000, overall_burst=1_000, chat_per_second=10_000, chat_burst=1_000)
SETTLE_SECONDS = 30.0
PEOPLE: dict[str, Persona] = {one.name: one for one in demo.PERSONAS}


def without_pace(patch: pytest.MonkeyPatch) -> None:
    """The bot sends as fast as it can, as nobody counts here."""
    patch.setattr(service, "Bot", partial(service.Bot, pace=FAST))


class Stage:
    """A rehearsal in a folder of its own; `restart` and `kill` leave everything but the bot as it is."""

    def __init__(self, folder: Path, *, keeps: bool = False) -> None:
        self.rehearsal = Rehearsal(folder=folder, keeps=keeps)
        self.world.pace = NetworkPace(None)

    @property
    def world(self) -> World:
        return self.rehearsal.sandbox.world

    @property
    def bot(self) -> service.Bot:
        assert self.rehearsal.bot is not None
        return self.rehearsal.bot

    @property
    def database(self) -> Database:
        return self.bot.database

    async def start(self) -> None:
        await self.rehearsal.start()

    async def stop(self) -> None:
        await self._end()
        await self.rehearsal.stop()

    async def settle(self) -> None:
        """Return once everything that was said has been answered, and the answers have arrived."""
        await self.world.wait_for(lambda: not len(self.world.updates), SETTLE_SECONDS)
        await self.bot.intake.idle()
        await self.bot.reminded()
        async with asyncio.timeout(SETTLE_SECONDS):
            await self.bot.delivery.drained()

    async def restart(self) -> None:
        """Stop the bot politely and start it again, with its database opened anew."""
        await self._end()
        await self._begin()

    async def kill(self) -> None:
        """End the bot in the middle of whatever it is doing, and start it again."""
        bot, self.rehearsal.serving = self.bot, self.rehearsal.serving
        ours = [self.rehearsal.serving, bot.delivery._task]
        ours += [line.task for line in bot.intake._lines.values()]
        ours += list(bot.delivery._carrier._flying)
        for task in [one for one in ours if one is not None]:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        bot.delivery._task = None
        await self._end()
        await self._begin()

    async def down(self, minutes: int) -> None:
        """The bot is stopped, time goes by, and it is started again."""
        await self.settle()
        await self._end()
        clock = self.rehearsal.clock
        clock.set(clock() + timedelta(minutes=minutes))
        await self._begin()
        await self.bot.tick()
        await self.settle()

    async def turn(self, *, days: int = 0, minutes: int = 0) -> None:
        """Turn the clock forward; what falls due on the way is told."""
        await self.settle()
        if days:
            await self.rehearsal.sandbox.turning.turn(days=days)
        if minutes:
            clock = self.rehearsal.clock
            clock.set(clock() + timedelta(minutes=minutes))
            await self.bot.tick()
        await self.settle()

    async def _end(self) -> None:
        serving = self.rehearsal.serving
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        await self.bot.stop()
        self.database.close()

    async def _begin(self) -> None:
        settings = self.bot.settings
        bot = service.Bot(settings, app.open_database(settings, self.rehearsal.clock))
        self.rehearsal.bot = bot
        self.rehearsal.database = bot.database
        await bot.start()
        self.rehearsal.serving = asyncio.create_task(bot.serve())


async def furnish(folder: Path) -> None:
    """Fill a folder with the demo union, everybody but the stranger joined and welcomed."""
    stage = Stage(folder, keeps=True)
    await stage.start()
    await stage.settle()
    await stage.stop()
