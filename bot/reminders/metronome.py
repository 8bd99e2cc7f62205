"""Beats by the clock, and at once when something urgent was posted; one beat after another in one process."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.reminders import tick
from storage.errors import NotSaved
from storage.telling import bulletins, outages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from storage.database import Database

log = logging.getLogger(__name__)


class Metronome:
    """Has everything told that is due in one database, whenever it is asked or a bell rings."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._one_at_a_time = asyncio.Lock()
        self._bell = asyncio.Event()
        self._answered = asyncio.Event()
        self._answered.set()
        self._beaten_at: float | None = None
        self._task: asyncio.Task[None] | None = None
        self._unlisten: Callable[[], None] | None = None

    async def start(self) -> None:
        """Note whether the bot was down until now, and listen for the bell."""
        self._loop = asyncio.get_running_loop()
        await self._database.run(outages.beat)
        self._beaten_at = self._loop.time()
        self._unlisten = self._database.listen(bulletins.BELL, self._ring)
        self._task = asyncio.create_task(self._listen(), name="metronome")

    async def stop(self) -> None:
        """Finish the beat that is on its way; listen no more."""
        if self._unlisten is not None:
            self._unlisten()
        async with self._one_at_a_time:
            if self._task is not None:
                self._task.cancel()
        if self._task is not None:
            with suppress(asyncio.CancelledError):
                await self._task

    async def beat(self) -> None:
        """Find out what is due, and tell whatever may be told now."""
        await self._tell(tick.tell_all)

    async def _tell(self, tell: Callable[..., Awaitable[int]]) -> None:
        async with self._one_at_a_time:
            now = self._loop.time()
            awake = self._beaten_at is not None and now - self._beaten_at < outages.SILENCE.total_seconds()
            await tell(self._database, awake=awake)
            self._beaten_at = now

    async def answered(self) -> None:
        """Return once every bell that has rung was answered by a beat."""
        # A bell rung on a storage thread is on its way here; it arrives before what is queued after it.
        await asyncio.sleep(0)
        await self._answered.wait()

    def _ring(self) -> None:
        self._loop.call_soon_threadsafe(self._rung)

    def _rung(self) -> None:
        self._answered.clear()
        self._bell.set()

    async def _listen(self) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            try:
                # Nothing urgent waits for a beat that is telling ten thousand others.
                await tick.tell_urgent(self._database)
                await self._tell(tick.tell_waiting)
            except NotSaved:
                log.warning("reminders: the storage failed; the next beat tries again")
            except Exception:
                # The beat by the clock comes anyway; what is wrong here must not make the bell deaf.
                log.exception("reminders: a beat failed")
            if not self._bell.is_set():
                self._answered.set()
