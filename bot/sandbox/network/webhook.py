"""Delivers updates to the bot's own address, in order, until each is accepted."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.network.chats import Json
from bot.sandbox.network.updates import UpdateQueue
from bot.sandbox.wire.errors import bad_request

FIRST_RETRY_SECONDS = 0.1
LAST_RETRY_SECONDS = 5.0
ANSWER_SECONDS = 30.0
DEFAULT_CONNECTIONS = 40
_HTTP_OK = range(200, 300)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(slots=True)
class Setting:
    """Where the bot wants its updates."""

    url: str = ""
    secret: str = ""
    max_connections: int = DEFAULT_CONNECTIONS
    last_error: str = ""
    last_error_date: int = 0


class Webhook:
    """One update at a time; anything but a 2xx is tried again after a growing pause."""

    def __init__(self, queue: UpdateQueue, clock: Callable[[], datetime]) -> None:
        self._queue = queue
        self._clock = clock
        self._changed = asyncio.Event()
        self.setting = Setting()

    def set(self, url: str, *, secret: str, max_connections: int) -> None:
        """From now on updates go there; only addresses on this machine are taken."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or parts.hostname not in _LOOPBACK:
            raise bad_request("bad webhook: the sandbox delivers on this machine only")
        self.setting = Setting(url, secret, max_connections)
        self._queue.end_poll("setWebhook request")
        self._changed.set()

    def clear(self) -> None:
        """From now on the bot asks by itself."""
        self.setting = Setting()
        self._changed.set()

    def info(self, allowed: list[str]) -> Json:
        """The Bot API's WebhookInfo."""
        setting = self.setting
        body: Json = {
            "url": setting.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._queue),
        }
        if setting.url:
            body |= {"max_connections": setting.max_connections, "ip_address": "127.0.0.1"}
        if setting.last_error:
            body |= {"last_error_date": setting.last_error_date, "last_error_message": setting.last_error}
        return body | ({"allowed_updates": allowed} if allowed else {})

    async def run(self) -> None:
        """Delivers until cancelled."""
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as session:
            while True:
                update = self._queue.first()
                if not self.setting.url:
                    await self._sleep(self._changed)
                elif update is None:
                    await self._sleep(self._queue.pushed)
                else:
                    await self._deliver(session, update)

    async def _deliver(self, session: aiohttp.ClientSession, update: Json) -> None:
        setting, pause_seconds = self.setting, FIRST_RETRY_SECONDS
        self._changed.clear()
        while setting is self.setting and not await self._accepted(session, setting, update):
            try:
                await asyncio.wait_for(self._changed.wait(), pause_seconds)
            except TimeoutError:
                pause_seconds = min(pause_seconds * 2, LAST_RETRY_SECONDS)

    async def _accepted(self, session: aiohttp.ClientSession, setting: Setting, update: Json) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": setting.secret} if setting.secret else {}
        try:
            async with session.post(
                setting.url, json=update, headers=headers, allow_redirects=False
            ) as answer:
                if answer.status in _HTTP_OK:
                    self._queue.done(update)
                    return True
                setting.last_error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            setting.last_error = (
                "Read timeout expired" if isinstance(error, TimeoutError) else "Connection refused"
            )
        setting.last_error_date = int(self._clock().timestamp())
        return False

    @staticmethod
    async def _sleep(event: asyncio.Event) -> None:
        await event.wait()
        event.clear()
