"""Asks Telegram for updates and confirms them only when they are stored; says so when it hears nothing."""

from __future__ import annotations

import asyncio
import logging
import random
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from bot.chat.line.api import ApiRefused, NoAnswer, NotReached
from storage.errors import NotSaved
from storage.post import heartbeats, inbox

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.line.api import BotApi
    from bot.chat.line.intake import Intake
    from storage.database import Database

log = logging.getLogger(__name__)

# Edited messages would match as new ones; a report is mended by its own button instead.
ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
BATCH_MAX = 100
LONG_POLL_SECONDS = 25
ANSWER_SECONDS = 10.0
PAUSE_SECONDS = 0.5
PAUSE_MAX_SECONDS = 15.0
REFUSED_PAUSE_MAX_SECONDS = 5.0
DEAF_SECONDS = 50.0
HEARTBEAT_SECONDS = 30.0


class Deaf(Exception):
    """Telegram has refused every poll for too long (wrong token, or another poller); the process must end."""


class Poller:
    """Polls until cancelled. `last_good_at` is when Telegram last answered well."""

    def __init__(
        self,
        database: Database,
        api: BotApi,
        intake: Intake,
        *,
        long_poll_seconds: int = LONG_POLL_SECONDS,
        deaf_seconds: float = DEAF_SECONDS,
    ) -> None:
        self._database = database
        self._api = api
        self._intake = intake
        self._long_poll_seconds = long_poll_seconds
        self._deaf_seconds = deaf_seconds
        self._offset = 0
        self._pause = 0.0
        self._beat_after = 0.0
        self.last_good_at: datetime | None = None

    async def run(self) -> None:
        """Poll for ever. Raises Deaf after 50 seconds in which Telegram refused every poll.

        A network that is away is waited for without end: that heals by itself, a wrong token does not.
        """
        loop = asyncio.get_running_loop()
        heard_at = loop.time()
        while True:
            await self._intake.room()
            try:
                updates = await self._poll()
            except ApiRefused as refusal:
                if loop.time() - heard_at > self._deaf_seconds:
                    raise Deaf(f"{refusal.code} {refusal.description}") from None
                await self._refused(refusal)
            except (NotReached, NoAnswer) as error:
                heard_at = loop.time()
                log.warning("polling: Telegram is not reached (%s)", error)
                await self._rest(PAUSE_MAX_SECONDS)
            else:
                heard_at = loop.time()
                self._pause = 0.0
                await self._heard(updates)

    async def _poll(self) -> list[dict[str, Any]]:
        result = await self._api.call(
            "getUpdates",
            {
                "offset": self._offset,
                "limit": BATCH_MAX,
                "timeout": self._long_poll_seconds,
                "allowed_updates": ALLOWED_UPDATES,
            },
            read_seconds=self._long_poll_seconds + ANSWER_SECONDS,
        )
        return [raw for raw in result if isinstance(raw, dict)] if isinstance(result, list) else []

    async def _heard(self, updates: list[dict[str, Any]]) -> None:
        self.last_good_at = self._database.clock()
        try:
            if updates:
                await self._intake.accept(updates)
                self._offset = 1 + max(
                    (raw["update_id"] for raw in updates if inbox.is_numbered(raw)),
                    default=self._offset - 1,
                )
            await self._beat()
        except NotSaved:
            # Not confirmed: Telegram gives the same updates again.
            log.error("polling: the storage failed")  # noqa: TRY400 - a full disk needs no traceback
            await self._rest(REFUSED_PAUSE_MAX_SECONDS)

    async def _beat(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._beat_after:
            self._beat_after = now + HEARTBEAT_SECONDS
            await self._database.run(heartbeats.beat, heartbeats.POLL)

    async def _refused(self, refusal: ApiRefused) -> None:
        log.error("polling: refused with %d %s", refusal.code, refusal.description)
        if refusal.code == HTTPStatus.TOO_MANY_REQUESTS:
            await asyncio.sleep(refusal.retry_after_seconds or PAUSE_SECONDS)
            return
        if refusal.code == HTTPStatus.CONFLICT and "webhook" in refusal.description.lower():
            await self._remove_webhook()
        await self._rest(REFUSED_PAUSE_MAX_SECONDS)

    async def _remove_webhook(self) -> None:
        """Polling was chosen; a webhook left from before keeps every update away from it."""
        try:
            await self._api.call("deleteWebhook", {"drop_pending_updates": False})
        except (ApiRefused, NotReached, NoAnswer) as error:
            log.warning("polling: the old webhook could not be removed (%s)", error)

    async def _rest(self, most_seconds: float) -> None:
        self._pause = min(max(self._pause * 2, PAUSE_SECONDS), most_seconds)
        await asyncio.sleep(self._pause * random.uniform(0.7, 1.3))  # noqa: S311 - not a secret
