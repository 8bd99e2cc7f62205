"""A whole beat of the metronome on both databases: each statement goes by an index, past all that is over."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, text

from bot.reminders import tick
from storage.database import Database
from storage.secrets import Vault
from tests.benchmarks.reminders import vast_union
from tests.benchmarks.reminders.vast_rows import Size
from tests.clock import FakeClock
from tests.conftest import SECRET, ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.core.transaction import Transaction
    from tests.postgres import PostgresServer

SIZE = Size(20_000, people=10)
# What grows with the union or with the years; a small table may be read as a whole.
LARGE = {"households", "followups", "notices", "visits", "outbox", "digests"}
GROWING = LARGE | {"absences", "bulletins", "drafts", "people", "unions"}
PLAN = re.compile(r"(SCAN|SEARCH) (\w+)(?: USING (?:COVERING )?INDEX (\w+)(?: \((.*)\))?)?")
SEQUENTIAL = re.compile(r"Seq Scan on (\w+)")

Statement = tuple[str, Any]


@pytest.fixture(scope="module")
def sqlite_vast(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("vast") / "tiexin.db"
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def postgres_vast(postgres_server: PostgresServer) -> str:
    return postgres_server.url(postgres_server.create())


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def vast(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A union of twenty thousand households, ten of whose cadres hear of ten each."""
    url = str(request.getfixturevalue(f"{request.param}_vast"))
    vast_union.build(url, SIZE)
    opened = Database(url, vault=Vault(SECRET), clock=FakeClock(), zone=ZONE)
    yield opened
    opened.close()


def said(database: Database) -> list[Statement]:
    """Beat once; return each statement that reads, changes or removes rows, once."""
    sent: dict[str, Any] = {}

    def note(*seen: Any) -> None:  # noqa: ANN401 - the driver's own
        _connection, _cursor, statement, values, _context, many = seen
        if not statement.lstrip().upper().startswith("INSERT"):
            sent.setdefault(statement, values[0] if many else values)

    event.listen(database.engine, "before_cursor_execute", note)
    told = asyncio.run(tick.tell_all(database))
    event.remove(database.engine, "before_cursor_execute", note)
    assert SIZE.people == told
    return list(sent.items())


def plan(tx: Transaction, statement: str, values: Any) -> list[str]:  # noqa: ANN401 - the driver's own
    explain = "EXPLAIN QUERY PLAN " if tx.connection.dialect.name == "sqlite" else "EXPLAIN "
    return [str(row[-1]).strip() for row in tx.connection.exec_driver_sql(explain + statement, values)]


def partial_indexes(tx: Transaction) -> set[str]:
    """The indexes that hold a few rows of their table."""
    names = text("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'")
    return set(tx.connection.scalars(names))


def walked(step: str, partial: set[str]) -> bool:
    """Whether this step of SQLite's goes through all of a table that grows, or all that is open in it."""
    found = PLAN.match(step)
    if found is None or found[2] not in GROWING or found[3] in partial:
        return False
    return found[1] == "SCAN" or found[4] == "state=?"


def test_each_statement_of_a_beat_goes_by_an_index(vast: Database) -> None:
    plans = {statement: vast.transact(plan, statement, values) for statement, values in said(vast)}
    assert len(plans) > 20
    if vast.is_sqlite:
        partial = vast.transact(partial_indexes)
        walks = [
            (step, statement) for statement, steps in plans.items() for step in steps if walked(step, partial)
        ]
    else:
        walks = [
            (step, statement)
            for statement, steps in plans.items()
            for step in steps
            if (found := SEQUENTIAL.search(step)) and found[1] in LARGE
        ]
    assert [] == walks
