"""How fast a bot may write before Telegram tells it to wait."""

import math
import time
from dataclasses import dataclass

from bot.sandbox.wire.errors import too_many_requests

MAX_CHATS = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages a second overall and in one chat, and how many may come at once."""

    overall_per_second: float = 30.0
    overall_burst: int = 30
    chat_per_second: float = 1.0
    chat_burst: int = 5


class _Bucket:
    """Fills with time, one token a message."""

    def __init__(self, per_second: float, burst: int) -> None:
        self.per_second = per_second
        self.burst = burst
        self.tokens = float(burst)
        self.at_seconds = time.monotonic()

    def wait_seconds(self) -> float:
        now = time.monotonic()
        self.tokens = min(self.burst, self.tokens + (now - self.at_seconds) * self.per_second)
        self.at_seconds = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.per_second


class Pace:
    """Refuses with 429 and `retry_after` what comes too fast; without limits nothing is refused."""

    def __init__(self, limits: Limits | None) -> None:
        self.limits = limits
        self._chats: dict[int, _Bucket] = {}
        self._overall = _Bucket(limits.overall_per_second, limits.overall_burst) if limits else None

    def take(self, chat_id: int) -> None:
        """Counts one message to the chat, or refuses it uncounted."""
        if self.limits is None or self._overall is None:
            return
        chat = self._chats.get(chat_id)
        if chat is None:
            if len(self._chats) >= MAX_CHATS:
                self._chats.clear()
            chat = self._chats[chat_id] = _Bucket(self.limits.chat_per_second, self.limits.chat_burst)
        seconds = max(chat.wait_seconds(), self._overall.wait_seconds())
        if seconds > 0:
            raise too_many_requests(max(1, math.ceil(seconds)))
        chat.tokens -= 1
        self._overall.tokens -= 1
