"""A morning on which a thousand items open costs the same among a million households as among ten thousand.

Each morning of a week is told once in either union, by turns; the first warms up, the best of the others
counts. So does a beat on which there is nothing to tell, as nearly every beat is. On PostgreSQL, measured
where its programs are installed, the CPU is ours and not the server's.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from bot.reminders import tick
from storage.columns import table_of
from storage.database import Database
from storage.post.outbox import NEW, SENT
from storage.secrets import Vault
from storage.tables.mail import outbox
from storage.tables.work import Notice
from tests import postgres
from tests.benchmarks.reminders import vast_union
from tests.benchmarks.reminders.vast_rows import DAYS, Size
from tests.benchmarks.row import Row
from tests.clock import START, FakeClock
from tests.conftest import SECRET, ZONE

if TYPE_CHECKING:
    from storage.core.transaction import Transaction

FEW, MANY = Size(10_000), Size(1_000_000)
PROMISED_RATIO = 1.3
IDLE_BEATS = 30
NOTICES = table_of(Notice)

Cost = tuple[float, float]
"""Seconds, and seconds of CPU."""


def run() -> list[Row]:
    """Tell the same mornings in both unions, on each kind of database that is here."""
    with tempfile.TemporaryDirectory() as folder:
        rows = _compared("SQLite", *(f"sqlite:///{Path(folder) / name}.db" for name in ("few", "many")))
    programs = postgres.find_programs()
    if programs is None:
        return rows
    server = postgres.PostgresServer(programs)
    try:
        return rows + _compared("PostgreSQL", *(server.url(server.create(name)) for name in ("few", "many")))
    finally:
        server.stop()


def _compared(kind: str, few_url: str, many_url: str) -> list[Row]:
    vast_union.build(few_url, FEW)
    started_at = time.perf_counter()
    vast_union.build(many_url, MANY)
    build_seconds = time.perf_counter() - started_at
    few: list[Cost] = []
    many: list[Cost] = []
    clock = FakeClock()
    vault = Vault(SECRET)
    with (
        closing(Database(few_url, vault=vault, clock=clock, zone=ZONE)) as small,
        closing(Database(many_url, vault=vault, clock=clock, zone=ZONE)) as large,
    ):
        for day in range(DAYS):
            clock.set(START + timedelta(days=day))
            few.append(_morning(small, FEW))
            many.append(_morning(large, MANY))
        idle = [(_beat(small, 0), _beat(large, 0)) for _ in range(IDLE_BEATS)]
    rows = _rows(kind, build_seconds, _best(few[1:]), _best(many[1:]))
    return rows + _idle_rows(kind, *(_best(list(costs)) for costs in zip(*idle, strict=True)))


def _morning(database: Database, size: Size) -> Cost:
    """One tick; everybody who is to hear of something has, of each thing once, and nobody else."""
    cost = _beat(database, size.people)
    assert (size.people, size.people * size.items) == database.view(_written)
    database.transact(_send)
    return cost


def _beat(database: Database, people: int) -> Cost:
    began, cpu_began = time.perf_counter(), time.process_time()
    told = asyncio.run(tick.tell_all(database, awake=True))
    cost = time.perf_counter() - began, time.process_time() - cpu_began
    assert people == told, told
    return cost


def _written(tx: Transaction) -> tuple[int | None, int | None]:
    """Letters, and notices told, of this very morning."""
    letters = select(func.count()).select_from(outbox).where(outbox.c.created_at >= tx.now)
    notices = select(func.count()).select_from(NOTICES).where(NOTICES.c.told_at >= tx.now)
    return tx.connection.scalar(letters), tx.connection.scalar(notices)


def _send(tx: Transaction) -> None:
    """As if all of it had gone out: what has not is told again the next day."""
    sent = {"state": SENT, "payload": None, "sent_at": tx.now}
    tx.connection.execute(update(outbox).where(outbox.c.state == NEW).values(sent))


def _best(costs: list[Cost]) -> Cost:
    return min(seconds for seconds, _ in costs), min(cpu for _, cpu in costs)


def _rows(kind: str, build_seconds: float, few: Cost, many: Cost) -> list[Row]:
    name = f"1,000 of {MANY.households:,} due, {kind}"
    items = MANY.people * MANY.items
    return [
        Row(name, "to make the union", build_seconds, "s", MANY.households),
        Row(name, "one tick", many[0] * 1_000, "ms", items),
        Row(name, "one tick", many[1] * 1_000, "ms CPU", items),
        Row(name, f"one tick among {FEW.households:,}", few[0] * 1_000, "ms", items),
        Row(name, f"one tick among {FEW.households:,}", few[1] * 1_000, "ms CPU", items),
        Row(name, "ratio of time", many[0] / few[0], "x", items, at_most=PROMISED_RATIO),
        Row(name, "ratio of CPU", many[1] / few[1], "x", items, at_most=PROMISED_RATIO),
    ]


def _idle_rows(kind: str, few: Cost, many: Cost) -> list[Row]:
    name = f"none of {MANY.households:,} due, {kind}"
    return [
        Row(name, "one tick", many[0] * 1_000, "ms", IDLE_BEATS),
        Row(name, "ratio of time", many[0] / few[0], "x", IDLE_BEATS, at_most=PROMISED_RATIO),
    ]
