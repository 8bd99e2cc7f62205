"""The threads on which transactions run; knows no table and no use case.

SQLite has one writer in the world, so one thread writes: it takes every waiting job, runs each under its own
SAVEPOINT and pays for the disk once. PostgreSQL has many: a few threads, each job its own transaction.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from storage.core import locks
from storage.core.engine import is_collision, is_fault, is_taken
from storage.errors import NotSaved

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from concurrent.futures import Future

    from sqlalchemy import Connection, Engine

    from storage.core.transaction import Transaction

GROUP_JOBS_MAX = 64
COLLISIONS_MAX = 50
COLLISIONS_ALONE = 3
# What is still taken after so many tries was not taken by somebody who came first just now.
TAKEN_MAX = 6
COLLISION_PAUSE_SECONDS = 0.002


class Job:
    """A piece of work on its way to a storage thread, and the one who waits for it."""

    __slots__ = ("_loop", "_waiter", "error", "result", "transaction", "work")

    def __init__(
        self,
        work: Callable[[Transaction], Any],
        waiter: Future[Any] | asyncio.Future[Any],
        loop: asyncio.AbstractEventLoop | None,
    ) -> None:
        self.work = work
        self.result: Any = None
        self.error: BaseException | None = None
        self.transaction: Transaction | None = None
        self._waiter = waiter
        self._loop = loop

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """Where the waiter lives; None when a thread waits."""
        return self._loop

    def tell(self) -> None:
        """Hand the outcome to the waiter, on the waiter's own ground."""
        if self._waiter.done():
            return
        if self.error is not None:
            self._waiter.set_exception(self.error)
        else:
            self._waiter.set_result(self.result)
        self.result = self.transaction = self.error = None


def tell_all(jobs: list[Job]) -> None:
    """Hand every outcome over, waking each event loop once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        if job.loop is None:
            job.tell()
        else:
            by_loop.setdefault(job.loop, []).append(job)
    for loop, theirs in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_tell_each, theirs)


def _tell_each(jobs: list[Job]) -> None:
    for job in jobs:
        job.tell()


class Lane(ABC):
    """A queue of jobs and the threads that empty it. Children say how jobs are run."""

    def __init__(
        self,
        engine: Engine,
        begin: Callable[[Connection], Transaction],
        committed: Callable[[list[Transaction]], None],
        *,
        name: str,
        threads: int = 1,
    ) -> None:
        self._engine = engine
        self._begin = begin
        self._committed = committed
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(threads)
        ]
        self._closed = False
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job. RuntimeError after close, or from inside another transaction (it would never end)."""
        if self._closed:
            raise RuntimeError("the database is closed")
        if threading.current_thread() in self._threads:
            raise RuntimeError("a transaction was started inside another")
        self._jobs.put(job)

    def close(self) -> None:
        """Run what waits, then stop the threads."""
        if self._closed:
            return
        self._closed = True
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        connection: Connection | None = None
        while (first := self._jobs.get()) is not None:
            jobs = self._more(first)
            try:
                connection = connection or self._engine.connect()
                self._run(connection, jobs)
            except BaseException as error:  # noqa: BLE001 - whatever it is, the waiters must hear of it
                _fail(jobs, error)
                _drop(connection)
                connection = None
            tell_all(jobs)
        _drop(connection)

    def _more(self, first: Job) -> list[Job]:
        return [first]

    @abstractmethod
    def _run(self, connection: Connection, jobs: list[Job]) -> None:
        """Run the jobs and commit; set each job's result or error; raise when nothing was kept."""

    def _one(self, connection: Connection, job: Job) -> None:
        transaction = self._begin(connection)
        try:
            job.result = job.work(transaction)
            transaction.flush()
        finally:
            transaction.leave()
        job.transaction = transaction

    def _announce(self, jobs: list[Job]) -> None:
        self._committed([job.transaction for job in jobs if job.transaction is not None])


class GroupLane(Lane):
    """SQLite's writer: as many waiting jobs as there are go into one commit."""

    def _more(self, first: Job) -> list[Job]:
        jobs = [first]
        while len(jobs) < GROUP_JOBS_MAX:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            jobs.append(job)
        return jobs

    def _run(self, connection: Connection, jobs: list[Job]) -> None:
        with connection.begin():
            driver: Any = connection.connection.driver_connection
            for job in jobs:
                driver.execute("SAVEPOINT job").close()
                try:
                    self._one(connection, job)
                except Exception as error:
                    if not driver.in_transaction:
                        raise  # SQLite gave up the whole transaction: nobody's work is there any more
                    driver.execute("ROLLBACK TO job").close()
                    job.error = _as_told(error)
                driver.execute("RELEASE job").close()
        self._announce(jobs)


class TurnLane(Lane):
    """PostgreSQL's threads, and the readers: each job its own transaction, run again when two collide."""

    def _run(self, connection: Connection, jobs: list[Job]) -> None:
        for job in jobs:
            self._until_alone(connection, job)
        self._announce(jobs)

    def _until_alone(self, connection: Connection, job: Job) -> None:
        for collisions in range(COLLISIONS_MAX):
            alone = collisions >= COLLISIONS_ALONE
            try:
                if alone:
                    _take_turn(connection)
                with connection.begin():
                    self._one(connection, job)
            except Exception as error:
                if is_collision(error) or (is_taken(error) and collisions < TAKEN_MAX):
                    # Not a wait for somebody else: only so that the same two do not meet in step again.
                    time.sleep(COLLISION_PAUSE_SECONDS * random.random())  # noqa: S311 - not a secret
                    continue
                if is_fault(error):
                    raise
                job.error = error
            finally:
                if alone and not connection.closed and not connection.invalidated:
                    _leave_turn(connection)
            return
        job.error = NotSaved("too many transactions collided")


def _take_turn(connection: Connection) -> None:
    with connection.begin():
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": locks.TURNS})


def _leave_turn(connection: Connection) -> None:
    with connection.begin():
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": locks.TURNS})


def _as_told(error: BaseException) -> BaseException:
    if not is_fault(error):
        return error
    told = NotSaved(type(error).__name__)
    told.__cause__ = error
    return told


def _fail(jobs: list[Job], error: BaseException) -> None:
    for job in jobs:
        job.transaction = None
        job.error = _as_told(error)


def _drop(connection: Connection | None) -> None:
    if connection is not None:
        connection.invalidate()
        connection.close()
