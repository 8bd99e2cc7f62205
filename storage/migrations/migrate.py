"""Brings a database to the newest schema, in one transaction: afterwards it is new, or still as it was."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.core import locks
from storage.core.engine import is_fault, open_engine
from storage.errors import NotSaved, SchemaNewer

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPTS = "storage:migrations"


class MigrationRefused(Exception):
    """The migrations themselves are at fault: missing, or leaving a row without what it refers to."""


def migrate(url: str) -> None:
    """Bring the database at `url` to `head()`; nothing happens when it is there already.

    Safe when several programs do it at once. Refuses SchemaNewer when a newer version has been at work
    here; raises MigrationRefused when a step would break something, NotSaved when the storage failed.
    """
    with _alone(url) as connection:
        if _known(_revision(connection)) != head():
            command.upgrade(config(connection=connection), "head")
            _check_references(connection)


def current(url: str) -> str | None:
    """Return the schema's revision in the database at `url`; None for an empty or missing one."""
    engine = open_engine(url, read_only=True)
    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).exists():
        return None
    with _told(), engine.connect() as connection:
        return _revision(connection)


def is_current(url: str) -> bool:
    """Tell whether the database is at `head()`. Refuses SchemaNewer when it is beyond."""
    return _known(current(url)) == head()


def head() -> str:
    """Return the newest revision that this version knows."""
    newest = ScriptDirectory.from_config(config()).get_current_head()
    if newest is None:
        raise MigrationRefused("the program came without its migrations")
    return newest


def config(**attributes: object) -> Config:
    """Return Alembic's settings, which stand in no file; `attributes` are for migrations/env.py."""
    settings = Config(attributes=attributes)
    settings.set_main_option("script_location", SCRIPTS)
    return settings


def _known(revision: str | None) -> str | None:
    scripts = ScriptDirectory.from_config(config()).walk_revisions()
    if revision is not None and revision not in {script.revision for script in scripts}:
        raise SchemaNewer(revision=revision)
    return revision


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    """Open a transaction in which nobody else migrates."""
    engine = open_engine(url)
    # READ COMMITTED: what the one before us did must be seen once the lock is ours.
    options: dict[str, Any] = {} if engine.dialect.name == "sqlite" else {"isolation_level": "READ COMMITTED"}
    with _told(), engine.connect().execution_options(**options) as connection:
        if engine.dialect.name == "sqlite":
            # A table is changed by copying it: its references must not be followed meanwhile.
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF").close()
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": locks.MIGRATION})
            yield connection


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if is_fault(error):
            raise NotSaved(type(error).__name__) from error
        raise


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise MigrationRefused(f"a row of {broken[0]} would be left without what it refers to")
