"""What is in the fund, and what a household has had, is told as fast after a million entries as a thousand.

Both are kept in step with each entry; to add up instead is what they are compared with.
"""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import text

from storage.money import fund
from tests import postgres
from tests.benchmarks.money import long_ledger
from tests.benchmarks.money.long_ledger import ROOT, YEAR
from tests.benchmarks.row import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storage.core.transaction import Transaction
    from storage.database import Database

FEW, MANY = 1_000, 1_000_000
REPEATS = 1_000
SUMMED = 5
AT_MOST = 1.2
HOUSEHOLD = FEW // long_ledger.OF_A_HOUSEHOLD // 2

_IN_THE_FUND = text("SELECT sum(amount_fen) FROM ledger_entries WHERE union_id = :union")
_OF_A_HOUSEHOLD = text(
    "SELECT -sum(e.amount_fen) FROM ledger_entries e JOIN aid a ON a.id = e.aid_id"
    " WHERE a.household_id = :household AND e.happened_on BETWEEN :first AND :last"
)


def run() -> list[Row]:
    """Ask both ledgers, on each kind of database that is here."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = (f"sqlite:///{Path(folder) / name}" for name in ("few.db", "many.db"))
        rows = _compared("SQLite", few, many)
    if postgres.find_programs() is None:
        sys.stderr.write("PostgreSQL is not installed (make test-tools): SQLite alone is asked\n")
        return rows
    with _server() as server:
        return rows + _compared("PostgreSQL", server.url(server.create()), server.url(server.create()))


@contextmanager
def _server() -> Iterator[postgres.PostgresServer]:
    server = postgres.start()
    try:
        yield server
    finally:
        server.stop()


def _compared(name: str, few_url: str, many_url: str) -> list[Row]:
    began = time.perf_counter()
    many = long_ledger.build(many_url, MANY)
    took = time.perf_counter() - began
    few = long_ledger.build(few_url, FEW)
    try:
        rows = [Row(f"{MANY:,} entries, {name}", "to link and store them", MANY / took, "entries/s", MANY)]
        rows += _asked(f"balance, {name}", few, many, _balance, _sum)
        rows += _asked(f"household balance, {name}", few, many, _household_balance, _household_sum)
    finally:
        few.close()
        many.close()
    return rows


def _asked(
    name: str,
    few: Database,
    many: Database,
    kept: Callable[[Transaction], int],
    added_up: Callable[[Transaction], int],
) -> list[Row]:
    """Ask both by turns, so that whatever else the machine does is shared; and once by adding up."""
    if many.transact(kept) != many.transact(added_up):
        raise ValueError(f"{name}: what is kept is not what adding up gives")
    turns = [(_seconds(few, kept), _seconds(many, kept)) for _ in range(REPEATS)]
    of_few, of_many = (median(times) for times in zip(*turns, strict=True))
    summing = median(_seconds(many, added_up) for _ in range(SUMMED))
    return [
        Row(name, f"{MANY:,} entries against {FEW:,}", of_many / of_few, "x", REPEATS, at_most=AT_MOST),
        Row(name, f"at {MANY:,} entries", of_many * 1_000, "ms", REPEATS),
        Row(name, "SELECT SUM instead", summing * 1_000, "ms", SUMMED),
        Row(name, "times faster than SELECT SUM", summing / of_many, "x", SUMMED),
    ]


def _seconds(database: Database, question: Callable[[Transaction], int]) -> float:
    def timed(tx: Transaction) -> float:
        began = time.perf_counter()
        question(tx)
        return time.perf_counter() - began

    return database.transact(timed)


def _balance(tx: Transaction) -> int:
    return fund.balance(tx, ROOT).balance_fen


def _sum(tx: Transaction) -> int:
    return int(tx.connection.scalar(_IN_THE_FUND, {"union": ROOT}) or 0)


def _household_balance(tx: Transaction) -> int:
    return fund.household_year(tx, HOUSEHOLD, YEAR).paid_fen


def _household_sum(tx: Transaction) -> int:
    year = {"first": f"{YEAR}-01-01", "last": f"{YEAR}-12-31"}
    return int(tx.connection.scalar(_OF_A_HOUSEHOLD, {"household": HOUSEHOLD, **year}) or 0)
