"""A Bot API that takes no more than Telegram does, and somebody who taps through a report meanwhile.

Thirty messages in any second; one a second to a chat, of which a few may come together. What is too much is
refused with 429 and has not been sent.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.benchmarks.loopback import parameters

if TYPE_CHECKING:
    from tests.benchmarks.loopback import Someone

OVERALL_A_SECOND = 30
CHAT_BURST = 3.0
RETRY_AFTER_SECONDS = 1
LONG_POLL_SECONDS = 5.0
TAP_EVERY_SECONDS = 1.0
TAP_PATIENCE_SECONDS = 20.0
OURSELVES = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
SHOWN = frozenset({"sendMessage", "editMessageText"})


@dataclass(slots=True)
class Limits:
    """How much may be said; with `is_lifted`, anything."""

    is_lifted: bool = False
    _latest: deque[float] = field(default_factory=deque)
    _chats: dict[int, tuple[float, float]] = field(default_factory=dict)

    def allow(self, chat_id: int) -> bool:
        """Whether one more message to that chat passes now; it counts only if it does."""
        now = time.monotonic()
        while self._latest and self._latest[0] <= now - 1:
            self._latest.popleft()
        left, since = self._chats.get(chat_id, (CHAT_BURST, now))
        left = min(CHAT_BURST, left + now - since)
        if not self.is_lifted and (len(self._latest) >= OVERALL_A_SECOND or left < 1):
            return False
        self._latest.append(now)
        self._chats[chat_id] = left - 1, now
        return True


class StrictApi:
    """`letters`: which chats were written to and when, but for the one who taps; `refused`: how often not."""

    def __init__(self, tapper: Someone) -> None:
        self.limits = Limits()
        self.letters: list[tuple[int, float]] = []
        self.refused = 0
        self.answered_after: list[float] = []
        self.port = 0
        self._tapper = tapper
        self._updates: deque[dict[str, Any]] = deque()
        self._more = asyncio.Event()
        self._answered = asyncio.Event()
        self._written = asyncio.Event()
        self._number = 0

    async def start(self) -> None:
        """Listen on a free port of this machine."""
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Listen no more."""
        self._more.set()
        await self._runner.cleanup()

    async def tap(self) -> None:
        """Open a report and tap every second, or as soon as the last tap is answered; until cancelled."""
        while True:
            began = time.monotonic()
            self._number += 1
            self._answered.clear()
            self._updates.append(self._tapper.next(self._number))
            self._more.set()
            async with asyncio.timeout(TAP_PATIENCE_SECONDS):
                await self._answered.wait()
            seconds = time.monotonic() - began
            self.answered_after.append(seconds)
            await asyncio.sleep(max(0.0, TAP_EVERY_SECONDS - seconds))

    async def all_written(self, letters: int) -> None:
        """Return once there are so many letters."""
        while len(self.letters) < letters:
            self._written.clear()
            await self._written.wait()

    async def _serve(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        said = parameters(await request.read())
        if "chat_id" in said and not self.limits.allow(int(said["chat_id"])):
            self.refused += 1
            refusal = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
            again = {"parameters": {"retry_after": RETRY_AFTER_SECONDS}}
            return web.json_response(refusal | again, status=429)
        return web.json_response({"ok": True, "result": await self._do(method, said)})

    async def _do(self, method: str, said: dict[str, Any]) -> object:
        if method == "getUpdates":
            return await self._poll(int(said.get("offset") or 0))
        if method == "getMe":
            return OURSELVES
        if method in SHOWN and int(said["chat_id"]) != self._tapper.id:
            return self._deliver(int(said["chat_id"]))
        if method in SHOWN:
            self._tapper.shown(said)
        self._tapper.awaited.discard(method)
        if not self._tapper.awaited:
            self._answered.set()
        return self._tapper.message(1) if method in SHOWN else True

    def _deliver(self, chat_id: int) -> object:
        self.letters.append((chat_id, time.monotonic()))
        self._written.set()
        return {"message_id": 1, "date": 1_504_486_800, "chat": {"id": chat_id, "type": "private"}}

    async def _poll(self, offset: int) -> list[dict[str, Any]]:
        while self._updates and self._updates[0]["update_id"] < offset:
            self._updates.popleft()
        if not self._updates:
            self._more.clear()
            try:
                await asyncio.wait_for(self._more.wait(), LONG_POLL_SECONDS)
            except TimeoutError:
                return []
        return list(self._updates)
