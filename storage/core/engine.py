"""Opens the two databases with the settings that keep their promises; knows no table and no use case."""

import sqlite3
import sys
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, PoolProxiedConnection

from storage.json_text import packed, unpacked

BUSY_TIMEOUT_MS = 5_000
CACHED_STATEMENTS = 256

# Primary result codes of SQLite that mean the disk, a lock or the file, not a mistake in a statement:
# BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, AUTH, NOTADB.
SQLITE_FAULTS = frozenset({5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 23, 26})
# Beginnings of SQLSTATE: connection, read-only, resources, limits, prerequisite, operator, system, internal.
POSTGRESQL_FAULTS = ("08", "25006", "53", "54", "55", "57", "58", "XX")
# serialization_failure and deadlock_detected: the same work, run again, may well succeed.
POSTGRESQL_COLLISIONS = frozenset({"40001", "40P01"})
# unique_violation: two gave the same next number at once; or one alone is wrong, and then it stays so.
POSTGRESQL_TAKEN = "23505"


def open_engine(url: str, *, read_only: bool = False) -> Engine:
    """Return the engine for `sqlite:///…` or `postgresql+psycopg://…`; each connection is its caller's.

    `read_only`: each transaction sees one snapshot, stands in nobody's way, and a write in it is refused.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url, read_only=read_only)
    isolation = "REPEATABLE READ" if read_only else "SERIALIZABLE"
    engine = create_engine(
        url,
        poolclass=NullPool,
        json_serializer=packed,
        json_deserializer=unpacked,
        hide_parameters=True,
        execution_options={"isolation_level": isolation, "postgresql_readonly": read_only},
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _open_sqlite(url: str, *, read_only: bool) -> Engine:
    engine = create_engine(
        url,
        poolclass=NullPool,
        json_serializer=packed,
        json_deserializer=unpacked,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "cached_statements": CACHED_STATEMENTS},
    )
    # The dialect's own beginning, not a listener for it: one listener makes every statement a third dearer.
    engine.dialect.do_begin = _begin_reading if read_only else _begin_writing  # type: ignore[method-assign]
    event.listen(engine, "connect", _prepare_sqlite)
    if read_only:
        event.listen(engine, "connect", _forbid_writing)
    return engine


def _begin_writing(dbapi_connection: PoolProxiedConnection) -> None:
    dbapi_connection.cursor().execute("BEGIN IMMEDIATE")


def _begin_reading(dbapi_connection: PoolProxiedConnection) -> None:
    dbapi_connection.cursor().execute("BEGIN")


def _forbid_writing(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON").close()


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not open transactions by itself: its BEGIN is deferred and would let two writers
    # read the same balance.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _prepare_postgresql(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver that may be absent
    # Statements here take milliseconds; compiling one first, which a wrong guess of its rows brings about,
    # takes hundreds.
    connection.execute("SET jit = off")
    connection.commit()


def _driver_error(error: BaseException) -> Any:  # noqa: ANN401 - two drivers, two unrelated families of errors
    return error.orig if isinstance(error, DBAPIError) else error


def is_fault(error: BaseException) -> bool:
    """Tell whether the storage failed (disk, lock, connection), as against a mistake or a violated rule."""
    cause = _driver_error(error)
    if isinstance(cause, sqlite3.Error):
        return (getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF in SQLITE_FAULTS
    driver = _psycopg()
    if driver is not None and isinstance(cause, driver.Error):
        if cause.sqlstate is None:
            return isinstance(cause, driver.OperationalError | driver.InterfaceError)
        return bool(cause.sqlstate.startswith(POSTGRESQL_FAULTS))
    return False


def is_collision(error: BaseException) -> bool:
    """Tell whether two transactions met and running this one again is the answer."""
    cause = _driver_error(error)
    driver = _psycopg()
    return driver is not None and isinstance(cause, driver.Error) and cause.sqlstate in POSTGRESQL_COLLISIONS


def is_taken(error: BaseException) -> bool:
    """Tell whether what was to be unique is there already, perhaps only since this transaction began."""
    cause = _driver_error(error)
    driver = _psycopg()
    return driver is not None and isinstance(cause, driver.Error) and cause.sqlstate == POSTGRESQL_TAKEN


def _psycopg() -> Any:  # noqa: ANN401 - a module
    """PostgreSQL's driver where it is in use, else None: a command on SQLite starts sooner without it."""
    return sys.modules.get("psycopg")
