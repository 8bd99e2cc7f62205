"""A balance that is kept, against one that a plain-text accounting tool works out of 100,000 entries.

Both are told the same entries and must come to the same. The tool reads its whole file each time it is asked,
for that is how it is meant to be used; ours is asked in the bot, and as a command that starts anew like it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from storage.aid_codes import EntryKind
from storage.money import fund
from tests.benchmarks.money import long_ledger
from tests.benchmarks.money.long_ledger import OF_A_HOUSEHOLD, ROOT, YEAR
from tests.benchmarks.row import Row
from tests.conftest import SECRET

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database

ENTRIES = 100_000
# In Debian each is a package of its own name.
TOOLS = ("ledger", "hledger")
HOUSEHOLD = 50
REPEATS = 5
ASKED = 1_000
_AMOUNT = re.compile(r"(-?[\d,]+\.\d\d) CNY")


def run() -> list[Row]:
    """Ask whichever of the tools are here."""
    tools = [tool for tool in TOOLS if shutil.which(tool)]
    if not tools:
        sys.stderr.write(
            f"{' and '.join(TOOLS)}: not installed (Debian: apt-get install {TOOLS[0]});"
            " no balance is compared with a plain-text accounting tool\n"
        )
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'fund.db'}"
        database = long_ledger.build(url, ENTRIES)
        try:
            book = folder / "fund.journal"
            book.write_text(_journal(), encoding="utf-8")
            return [*_compared(database, book, tools), _started(url)]
        finally:
            database.close()


def _journal() -> str:
    """Everything the ledger was told, as such a tool reads it."""
    lines: list[str] = []
    for number, entry in enumerate(long_ledger.moved(ENTRIES)):
        lines.append(f"{entry.happened_on.isoformat()} ({number + 1}) {entry.request_id}")
        if entry.kind == EntryKind.INCOME:
            lines += [f"    Fund  {entry.amount_fen / 100:.2f} CNY", f"    Income:{entry.income_kind}"]
        else:
            household = number // OF_A_HOUSEHOLD + 1
            lines += [f"    Aid:K{household}:{entry.aid_id}  {-entry.amount_fen / 100:.2f} CNY", "    Fund"]
        lines.append("")
    return "\n".join(lines)


def _compared(database: Database, book: Path, tools: list[str]) -> list[Row]:
    questions: dict[str, tuple[list[str], Callable[[], int]]] = {
        "balance": (["Fund"], lambda: database.transact(fund.balance, ROOT).balance_fen),
        "household balance": (
            ["--depth", "2", f"^Aid:K{HOUSEHOLD}:"],
            lambda: database.transact(fund.household_year, HOUSEHOLD, YEAR).paid_fen,
        ),
    }
    rows = []
    for what, (arguments, ours) in questions.items():
        name = f"{ENTRIES:,} entries: {what}"
        kept = _taken(ours, ASKED)
        rows.append(Row(name, "kept", kept * 1_000, "ms", ASKED))
        for tool in tools:
            command = [tool, "-f", str(book), "balance", *arguments]
            if _told(command) != ours():
                raise ValueError(f"{tool} comes to another {what}")
            taken = _taken(partial(_told, command), REPEATS)
            rows.append(Row(name, f"{tool}, from its file", taken * 1_000, "ms", REPEATS))
            rows.append(Row(name, f"times faster than {tool}", taken / kept, "x", REPEATS))
    return rows


def _told(command: list[str]) -> int:
    """Return the last amount that the tool prints, in fen."""
    environment = {**os.environ, "LEDGER_FILE": os.devnull, "LC_ALL": "C.UTF-8"}
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    return int(_AMOUNT.findall(said)[-1].replace(",", "").replace(".", ""))


def _started(url: str) -> Row:
    """The same question as a command: Python starts, reads the settings and opens the database."""
    environment = {**os.environ, "TIEXIN_DATABASE_URL": url, "TIEXIN_SECRET_KEY": SECRET}
    command = [sys.executable, "-m", "bot", "balance", "--year", str(YEAR), "--json"]

    def ask() -> None:
        subprocess.run(command, check=True, capture_output=True, env=environment)

    return Row(
        f"{ENTRIES:,} entries: balance",
        "tiexin balance, a command",
        _taken(ask, REPEATS) * 1_000,
        "ms",
        REPEATS,
    )


def _taken(question: Callable[[], object], times: int) -> float:
    """The median of the seconds that an answer takes."""

    def seconds() -> float:
        began = time.perf_counter()
        question()
        return time.perf_counter() - began

    return median(seconds() for _ in range(times))
