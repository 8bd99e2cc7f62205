"""Faults a test orders, and the record of every call the bot made."""

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.sandbox.wire.errors import ApiError

MAX_RECORDED = 20_000
ANY_METHOD = "*"
Kind = Literal["fail", "drop", "delay", "garbage"]


@dataclass(slots=True)
class Fault:
    """One ordered fault: from the n-th call of a method on, so many times."""

    method: str
    kind: Kind
    nth: int = 1
    times: int = 1
    after: bool = False
    seconds: float = 0.0
    error: ApiError | None = None
    body: bytes = b""
    seen: int = 0
    fired: int = 0

    def strikes(self, method: str) -> bool:
        """Counts the call and says whether it is one of those to spoil."""
        if self.method not in {ANY_METHOD, method}:
            return False
        self.seen += 1
        if not self.nth <= self.seen < self.nth + self.times:
            return False
        self.fired += 1
        return True


@dataclass(slots=True)
class Call:
    """One request of the bot, as decoded; `status` is 0 while it runs and when it was dropped."""

    method: str
    parameters: Mapping[str, Any]
    at_seconds: float = field(default_factory=time.monotonic)
    status: int = 0
    description: str = ""
    result: Any = None


class Faults:
    """What goes wrong on purpose. Methods are named as the Bot API names them; `*` is any."""

    def __init__(self) -> None:
        self.ordered: list[Fault] = []
        self.calls: deque[Call] = deque(maxlen=MAX_RECORDED)

    def fail(
        self,
        method: str,
        status: int = 500,
        description: str = "Internal Server Error",
        *,
        nth: int = 1,
        times: int = 1,
        retry_after: int | None = None,
    ) -> Fault:
        """The call is answered with an error and does nothing."""
        parameters = {} if retry_after is None else {"retry_after": retry_after}
        error = ApiError(status, description, parameters)
        return self._order(Fault(method, "fail", nth, times, error=error))

    def drop(self, method: str, *, nth: int = 1, times: int = 1, after: bool) -> Fault:
        """The connection breaks: before the call is done, or after it (the bot cannot know which)."""
        return self._order(Fault(method, "drop", nth, times, after=after))

    def delay(self, method: str, seconds: float, *, nth: int = 1, times: int = 1) -> Fault:
        """The answer comes late."""
        return self._order(Fault(method, "delay", nth, times, seconds=seconds))

    def garbage(self, method: str, body: bytes, *, nth: int = 1, times: int = 1) -> Fault:
        """The answer is a 200 with something that is not the Bot API's."""
        return self._order(Fault(method, "garbage", nth, times, body=body))

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.ordered.clear()

    def struck(self, method: str) -> list[Fault]:
        """The faults of this call, each counted."""
        return [fault for fault in self.ordered if fault.strikes(method)]

    def of(self, *methods: str) -> list[Call]:
        """The calls of these methods so far, oldest first; of all methods when none is named."""
        return [call for call in self.calls if not methods or call.method in methods]

    def _order(self, fault: Fault) -> Fault:
        self.ordered.append(fault)
        return fault
