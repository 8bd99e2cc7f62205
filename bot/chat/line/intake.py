"""Updates in: stored before they are confirmed, each person's in order, different people side by side.

It knows nothing of what an update means: `handle` does. An update that cannot be read, or on which `handle`
fails three times, is set aside and stops nobody.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import traceback
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.chat.line import reading
from storage.core.instance import PersonLocks
from storage.errors import NotSaved
from storage.post import inbox
from storage.post.inbox import PAUSE_SECONDS, TRIES_MAX, Waiting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.chat.line.incoming import Arrival
    from storage.core.transaction import Transaction
    from storage.database import Database

log = logging.getLogger(__name__)

HANDLED_AT_ONCE_MAX = 64
WAITING_MAX = 2_000
OUTAGE_PAUSE_SECONDS = 1.0
LOCK_PAUSE_SECONDS = 0.05
LEFT_BEHIND_SECONDS = 2.0
STOP_SECONDS = 10.0


def _nothing(_tx: Transaction, _update_id: int, _reference: str) -> None:
    """Tell nobody."""


async def _nobody(_chat_id: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """Who is told of trouble.

    `on_dead(tx, update_id, reference)` runs in the transaction that sets an update aside: what it puts into
    the outbox is said exactly once. `on_not_saved(chat_id)` is called once per person and outage, with no
    database to lean on.
    """

    on_dead: Callable[[Transaction, int, str], None] = _nothing
    on_not_saved: Callable[[int], Awaitable[None]] = _nobody


@dataclass(slots=True)
class _Line:
    """One person's updates that are not done, and the task that works on them."""

    updates: deque[Waiting] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None
    has_more: bool = True


class Intake:
    """Stores updates and sees each of them through.

    `handle(came)` must mark the update done (`inbox.finish`) in the transaction of its answer, also when
    there is nothing to answer; an update with nothing in it that anybody answers does not reach it. `shared`:
    several processes serve one PostgreSQL; then a person's updates are taken under that person's lock and
    from the database alone.
    """

    def __init__(
        self,
        database: Database,
        handle: Callable[[Arrival], Awaitable[None]],
        *,
        hooks: Hooks | None = None,
        shared: bool = False,
    ) -> None:
        self._database = database
        self._handle = handle
        self._hooks = hooks or Hooks()
        self._locks = PersonLocks(database.url) if shared else None
        self._lines: dict[int, _Line] = {}
        self._gate = asyncio.Semaphore(HANDLED_AT_ONCE_MAX)
        self._told_not_saved: set[int] = set()
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()
        self._scout: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Take up what was stored and not done when the last process ended."""
        if self._locks is not None:
            self._scout = asyncio.create_task(self._find_left_behind(self._locks), name="intake-scout")
            return
        after = -1
        while found := await self._database.run(inbox.waiting, after=after):
            for update in found:
                self._queue(update)
            after = found[-1].update_id

    async def accept(self, updates: Sequence[dict[str, Any]]) -> None:
        """Store raw updates; when this returns they are on disk and Telegram may be told.

        Raises NotSaved when they are not; their senders have been told then.
        """
        proper = {raw["update_id"]: raw for raw in updates if inbox.is_numbered(raw)}
        if len(proper) < len(updates):
            log.error("intake: %d updates without a number of their own", len(updates) - len(proper))
        if not proper:
            return
        try:
            new = await self._database.run(inbox.store, list(proper.values()))
        except NotSaved:
            for raw in proper.values():
                await self._tell_not_saved(inbox.chat_key(raw))
            raise
        self._told_not_saved.clear()
        for update_id in new:
            raw = proper[update_id]
            self._queue(Waiting(update_id, inbox.chat_key(raw), raw, 0, None))

    async def room(self) -> None:
        """Wait until there is room for more; Telegram keeps the rest meanwhile."""
        await self._room.wait()

    async def idle(self) -> None:
        """Return once nothing is being worked on."""
        while tasks := [line.task for line in self._lines.values() if line.task]:
            await asyncio.wait(tasks)

    async def stop(self) -> None:
        """Let what is being handled end (10 seconds). The rest stays stored for the next start."""
        self._stopping = True
        if self._scout is not None:
            self._scout.cancel()
            with suppress(asyncio.CancelledError):
                await self._scout
        tasks = [line.task for line in self._lines.values() if line.task]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._locks is not None:
            self._locks.close()

    def _queue(self, update: Waiting) -> None:
        line = self._lines.setdefault(update.chat_key, _Line())
        if self._locks is not None:
            self._serve_under_lock(update.chat_key, line, self._locks)
            return
        line.updates.append(update)
        self._count(1)
        if line.task is None:
            line.task = asyncio.create_task(self._serve(update.chat_key, line))

    def _serve_under_lock(self, person: int, line: _Line, locks: PersonLocks) -> None:
        line.has_more = True
        if line.task is None:
            line.task = asyncio.create_task(self._serve_shared(person, line, locks))

    def _count(self, change: int) -> None:
        self._waiting += change
        if self._waiting >= WAITING_MAX:
            self._room.clear()
        else:
            self._room.set()

    async def _serve(self, person: int, line: _Line) -> None:
        """See one person's updates through, one after another."""
        try:
            while line.updates and not self._stopping:
                await self._see_through(line.updates[0])
                line.updates.popleft()
                self._count(-1)
        finally:
            del self._lines[person]

    async def _serve_shared(self, person: int, line: _Line, locks: PersonLocks) -> None:
        """The same among several processes: under the person's lock, from the database."""
        try:
            while line.has_more and not self._stopping:
                if not await locks.take(person):
                    await asyncio.sleep(LOCK_PAUSE_SECONDS)
                    continue
                try:
                    await self._serve_stored(person, line)
                finally:
                    await locks.give(person)
        except NotSaved:
            log.warning("intake: the storage failed; the person is taken up again soon")
        finally:
            del self._lines[person]

    async def _serve_stored(self, person: int, line: _Line) -> None:
        last = -1
        while not self._stopping:
            line.has_more = False
            found = await self._database.run(inbox.waiting_of, person)
            if not found or found[-1].update_id == last:
                return
            for update in found:
                await self._see_through(update)
            last = found[-1].update_id

    async def _find_left_behind(self, locks: PersonLocks) -> None:
        """Take up what a process that died has left."""
        while True:
            with suppress(NotSaved):
                for person in await self._database.run(inbox.people_waiting):
                    self._serve_under_lock(person, self._lines.setdefault(person, _Line()), locks)
            await asyncio.sleep(LEFT_BEHIND_SECONDS)

    async def _see_through(self, update: Waiting) -> None:
        """Handle one update until it is done or set aside. The others of this person wait behind it."""
        pause: float | None = 0.0
        while pause is not None and not self._stopping:
            if pause:
                await asyncio.sleep(pause)
            pause = await self._attempt(update)

    async def _attempt(self, update: Waiting) -> float | None:
        """Return None when the update is over, else the seconds to wait before the next try."""
        try:
            async with self._gate:
                came = reading.read(update.payload, self._database.clock())
                if came is None:
                    await self._database.run(inbox.finish, update.update_id)
                else:
                    await self._handle(came)
        except NotSaved:
            await self._tell_not_saved(update.chat_key)
            return OUTAGE_PAUSE_SECONDS
        except Exception as error:  # noqa: BLE001 - whatever a handler does wrong must stop nobody else
            return await self._failed(update, error)
        return None

    async def _failed(self, update: Waiting, error: Exception) -> float | None:
        reference = secrets.token_hex(4)
        # The message of an exception may hold what a person said: the kind and the place are enough.
        log.error("intake: update %d failed, reference %s: %s", update.update_id, reference, _place(error))
        try:
            tries = await self._database.run(
                self._count_failure, update.update_id, f"{type(error).__name__} {reference}", reference
            )
        except NotSaved:
            await self._tell_not_saved(update.chat_key)
            return OUTAGE_PAUSE_SECONDS
        return None if tries >= TRIES_MAX else PAUSE_SECONDS * 2 ** (tries - 1)

    def _count_failure(self, tx: Transaction, update_id: int, error: str, reference: str) -> int:
        tries = inbox.fail(tx, update_id, error)
        if tries >= TRIES_MAX and inbox.bury(tx, update_id, error):
            self._hooks.on_dead(tx, update_id, reference)
        return tries

    async def _tell_not_saved(self, person: int) -> None:
        if person in self._told_not_saved:
            return
        self._told_not_saved.add(person)
        with suppress(Exception):
            await self._hooks.on_not_saved(person)


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where
