"""The updates that wait for the bot: numbered, filtered, confirmed by offset."""

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import islice

from bot.sandbox.network.chats import Json
from bot.sandbox.wire.errors import conflict

MAX_PENDING = 100_000
MAX_HISTORY = 5_000
MAX_BATCH = 100
MAX_POLL_SECONDS = 50
_ONLY_ON_WISH = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class _Poll:
    """One getUpdates that is waiting."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.ended_by = ""


class UpdateQueue:
    """First in, first out; what the bot has not confirmed is given again."""

    def __init__(self, on_taken: Callable[[Json], None]) -> None:
        self._on_taken = on_taken
        self.next_id = 100_000_001
        self.pending: deque[Json] = deque(maxlen=MAX_PENDING)
        self.history: deque[Json] = deque(maxlen=MAX_HISTORY)
        self.allowed: list[str] = []
        self.pushed = asyncio.Event()
        self._again: list[Json] = []
        self._poll: _Poll | None = None
        self._closed = False

    def __len__(self) -> int:
        return len(self.pending) + len(self._again)

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for this kind; without a wish, all but the three rare ones."""
        return kind in self.allowed if self.allowed else kind not in _ONLY_ON_WISH

    def push(self, kind: str, body: Json) -> int | None:
        """Queues what happened and returns its number; None when the bot does not want this kind."""
        return self.push_raw({kind: body}) if self.wants(kind) else None

    def push_raw(self, body: Json) -> int:
        """Queues an update whatever is in it; it gets a number when it has none."""
        if not isinstance(body.get("update_id"), int):
            body = {"update_id": self.next_id} | {k: v for k, v in body.items() if k != "update_id"}
        self.next_id = max(self.next_id, body["update_id"]) + 1
        self.pending.append(body)
        self.history.append(body)
        self._wake()
        return int(body["update_id"])

    def redeliver(self, update_id: int) -> None:
        """Gives an earlier update once more under its old number, though it was confirmed."""
        found = next((body for body in self.history if body["update_id"] == update_id), None)
        if found is None:
            raise KeyError(update_id)
        self._again.append(found)
        self._wake()

    def confirm(self, offset: int) -> None:
        """Forgets what is below a positive offset, or all but the last of a negative one."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        while self.pending and self.pending[0]["update_id"] < offset:
            self._on_taken(self.pending.popleft())

    def drop_all(self) -> None:
        """Forgets everything that waits."""
        self.pending.clear()
        self._again.clear()

    def first(self) -> Json | None:
        """The update that is next, left in its place."""
        if self._again:
            return self._again[0]
        return self.pending[0] if self.pending else None

    def done(self, body: Json) -> None:
        """Takes one update out: the webhook accepted it."""
        for waiting in (self._again, self.pending):
            if waiting and waiting[0] is body:
                del waiting[0]
                self._on_taken(body)
                return

    async def poll(self, offset: int, limit: int, timeout_seconds: float) -> list[Json]:
        """Waits for updates; a poll that begins ends the one before it with a conflict."""
        self.end_poll("other getUpdates request; make sure that only one bot instance is running")
        self.confirm(offset)
        poll = self._poll = _Poll()
        try:
            if not len(self):
                await self._wait(poll, min(timeout_seconds, MAX_POLL_SECONDS))
            if poll.ended_by:
                raise conflict(f"terminated by {poll.ended_by}")
            return self._batch(limit)
        finally:
            if self._poll is poll:
                self._poll = None

    def end_poll(self, by: str) -> None:
        """Ends a waiting getUpdates with a conflict."""
        if self._poll:
            self._poll.ended_by = by
            self._poll.wake.set()

    def close(self) -> None:
        """Nobody waits any longer."""
        self._closed = True
        self._wake()

    async def _wait(self, poll: _Poll, seconds: float) -> None:
        if self._closed or seconds <= 0:
            return
        try:
            await asyncio.wait_for(poll.wake.wait(), seconds)
        except TimeoutError:
            return

    def _batch(self, limit: int) -> list[Json]:
        size = min(max(limit, 1), MAX_BATCH)
        again, self._again = self._again[:size], self._again[size:]
        return again + list(islice(self.pending, size - len(again)))

    def _wake(self) -> None:
        self.pushed.set()
        if self._poll:
            self._poll.wake.set()
