"""Locks between processes: one poller per database, one worker per person; a dead process holds none.

Both end with the process itself, however it dies: nothing has to be cleaned up.
"""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy.engine import make_url

from storage.core import locks
from storage.errors import NotSaved

if TYPE_CHECKING:
    from storage.database import Database

# Telegram's ids have at most 52 bits; the bits above say that this lock is a person's.
PERSON_SPACE = 0x0071 << 52
# A host that vanished without a word is noticed by the server within ten seconds.
SERVER_KEEP_ALIVE = ("tcp_keepalives_idle=4", "tcp_keepalives_interval=2", "tcp_keepalives_count=2")


class AlreadyRunning(Exception):
    """Another process polls for this database."""


class InstanceLock:
    """Held by the one process that polls."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: sqlite3.Connection | psycopg.Connection | None = None

    def acquire(self) -> None:
        """Take the lock. Raises AlreadyRunning when somebody alive holds it."""
        self._held = self._lock_file() if self._database.is_sqlite else self._lock_server()

    def release(self) -> None:
        """Let go; also what the end of the process does."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def _lock_file(self) -> sqlite3.Connection:
        # SQLite's own locks, on a file of their own beside the database: they work on every system.
        path = make_url(self._database.url).database
        connection = sqlite3.connect(f"{path}.lock", timeout=0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            connection.close()
            raise AlreadyRunning from None
        return connection

    def _lock_server(self) -> psycopg.Connection:
        connection = _connect(self._database.url)
        found = connection.execute("SELECT pg_try_advisory_lock(%s)", (locks.POLLER,)).fetchone()
        if found is None or not found[0]:
            connection.close()
            raise AlreadyRunning
        return connection


class PersonLocks:
    """Several processes on one PostgreSQL: whoever holds a person's lock serves that person."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="locks")

    async def take(self, person: int) -> bool:
        """Try to take a person's lock. Raises NotSaved when the database is away."""
        return await self._ask("SELECT pg_try_advisory_lock(%s)", person)

    async def give(self, person: int) -> None:
        """Let a person's lock go."""
        await self._ask("SELECT pg_advisory_unlock(%s)", person)

    def close(self) -> None:
        """Let every lock go."""
        self._thread.shutdown(wait=True)
        if self._connection is not None:
            self._connection.close()

    async def _ask(self, question: str, person: int) -> bool:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._answer, question, PERSON_SPACE ^ person)

    def _answer(self, question: str, key: int) -> bool:
        try:
            if self._connection is None or self._connection.closed:
                self._connection = _connect(self._url)
            found = self._connection.execute(question.encode(), (key,)).fetchone()
        except psycopg.Error as error:
            if self._connection is not None:
                self._connection.close()
            raise NotSaved(type(error).__name__) from error
        return bool(found and found[0])


def _connect(url: str) -> psycopg.Connection:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(address, autocommit=True)
    for setting in SERVER_KEEP_ALIVE:
        connection.execute(f"SET {setting}".encode())
    return connection
