"""One database, one way in: every use case runs as one transaction on a storage thread; knows no table."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from storage.core.engine import open_engine
from storage.core.lanes import GroupLane, Job, Lane, TurnLane
from storage.core.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from storage.secrets import Vault

__all__ = ["Database", "Transaction"]

POSTGRESQL_THREADS = 4
P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """Runs work in transactions, on SQLite or PostgreSQL alike.

    Transactions are as if one ran after another: SQLite by BEGIN IMMEDIATE on one writer thread,
    PostgreSQL by SERIALIZABLE (so that a use case need not know which rows to lock). When two collide
    there, the work is run again: a work function must have no effect but through its transaction.
    """

    def __init__(self, url: str, *, vault: Vault, clock: Callable[[], datetime], zone: ZoneInfo) -> None:
        """Open it lazily: nothing is connected before the first transaction."""
        self.vault = vault
        self.clock = clock
        self.zone = zone
        self.url = url
        self.engine = open_engine(url)
        self._listeners: dict[str, list[Callable[[], None]]] = {}
        self._writer: Lane | None = None
        self._reader: Lane | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database, with one process to write it."""
        return self.engine.dialect.name == "sqlite"

    def transact(
        self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(tx, …)` in one transaction and wait for it; what it raises undoes it and is raised here.

        Raises NotSaved when the storage failed; nothing was kept then.
        """
        return self._wait(self._writing(), partial(_call, work, args, kwargs))

    def view(self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Like `transact` for reading alone: one snapshot, in nobody's way; a write is refused."""
        return self._wait(self._reading(), partial(_call, work, args, kwargs))

    async def run(
        self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`transact` for a coroutine: jobs that wait at the same time share one commit on SQLite."""
        return await self._await(self._writing(), partial(_call, work, args, kwargs))

    async def read(
        self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`view` for a coroutine; for long reading that must not keep the writer waiting."""
        return await self._await(self._reading(), partial(_call, work, args, kwargs))

    def listen(self, bell: str, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` on a storage thread after each commit that rang `bell`; returns how to stop it."""
        self._listeners.setdefault(bell, []).append(callback)

        def stop() -> None:
            with suppress(ValueError):
                self._listeners[bell].remove(callback)

        return stop

    def close(self) -> None:
        """Finish what is queued and let go of every connection; nothing can be run afterwards."""
        for lane in (self._writer, self._reader):
            if lane is not None:
                lane.close()
        self.engine.dispose()

    def _wait(self, lane: Lane, work: Callable[[Transaction], T]) -> T:
        waiter: Future[T] = Future()
        lane.submit(Job(work, waiter, None))
        return waiter.result()

    async def _await(self, lane: Lane, work: Callable[[Transaction], T]) -> T:
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[T] = loop.create_future()
        lane.submit(Job(work, waiter, loop))
        return await waiter

    def _writing(self) -> Lane:
        if self._writer is None:
            if self.is_sqlite:
                self._writer = GroupLane(self.engine, self._begin, self._committed, name="writer")
            else:
                self._writer = TurnLane(
                    self.engine, self._begin, self._committed, name="writer", threads=POSTGRESQL_THREADS
                )
        return self._writer

    def _reading(self) -> Lane:
        if self._reader is None:
            engine = open_engine(self.url, read_only=True)
            self._reader = TurnLane(engine, self._begin, self._committed, name="reader")
        return self._reader

    def _begin(self, connection: Connection) -> Transaction:
        return Transaction(connection, self.clock(), self.zone, self.vault)

    def _committed(self, transactions: list[Transaction]) -> None:
        calls: dict[Callable[[], None], None] = {}
        for transaction in transactions:
            calls.update(dict.fromkeys(transaction.callbacks))
            for bell in transaction.bells:
                calls.update(dict.fromkeys(self._listeners.get(bell, ())))
        for call in calls:
            # The work is on disk; a bell whose loop has closed meanwhile must not make it look otherwise.
            with suppress(RuntimeError):
                call()


def _call(
    work: Callable[Concatenate[Transaction, P], T],
    args: tuple[object, ...],
    kwargs: dict[str, object],
    transaction: Transaction,
) -> T:
    return work(transaction, *args, **kwargs)  # type: ignore[arg-type]  # a tuple cannot carry P to the thread
