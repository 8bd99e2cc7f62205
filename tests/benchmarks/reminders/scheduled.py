"""A hundred thousand reminders, a thousand of them due: as rows, against as many jobs of APScheduler's store.

Both lie in SQLite files; each way is tried by turns in fresh processes, and the best of three counts.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot import app
from tests.benchmarks.reminders import a_job_each, fresh, vast_union
from tests.benchmarks.reminders.vast_rows import Size
from tests.benchmarks.row import Row

if TYPE_CHECKING:
    from tests.benchmarks.reminders.fresh import Step

ROUNDS = 3
SIZE = Size(100_000)
DUE = SIZE.people * SIZE.items
NAME = f"{SIZE.households:,} reminders, {DUE:,} due"
WAYS = {"a job each": ("a_job_each", str(DUE)), "a row each": ("a_row_each", str(SIZE.people))}
THEIRS, OURS = WAYS


def run() -> list[Row]:
    """Start both and wake both."""
    with tempfile.TemporaryDirectory() as folder:
        files = {way: Path(folder) / f"{module}.db" for way, (module, _) in WAYS.items()}
        jobs = a_job_each.build(
            f"sqlite:///{files[THEIRS]}", now=app.clock()(), jobs=SIZE.households, due=DUE
        )
        asyncio.run(jobs)
        vast_union.build(f"sqlite:///{files[OURS]}", SIZE)
        steps: dict[str, list[dict[str, Step]]] = {way: [] for way in WAYS}
        for _ in range(ROUNDS):
            for way in WAYS:
                steps[way].append(_tried(way, files[way]))
    return [row for figures in _figures(steps) for row in figures]


def _tried(way: str, path: Path) -> dict[str, Step]:
    """The steps of one way on a copy of its own."""
    module, expected = WAYS[way]
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy = Path(shutil.copy(path, folder))
        # Else whoever writes first pays for the copy.
        os.sync()
        return fresh.run(f"tests.benchmarks.reminders.{module}", f"sqlite:///{copy}", expected)


def _figures(steps: dict[str, list[dict[str, Step]]]) -> list[list[Row]]:
    def best(way: str, step: str, figure: str) -> float:
        return min(float(one[step][figure]) for one in steps[way])  # type: ignore[literal-required]

    def memory(way: str) -> float:
        """What it takes beyond what its code takes."""
        return min(one["woken"]["peak"] - one["loaded"]["resident"] for one in steps[way])

    return [
        _compared("to load the code", "ms", {way: best(way, "loaded", "seconds") * 1_000 for way in WAYS}),
        _compared("to start", "ms", {way: best(way, "started", "seconds") * 1_000 for way in WAYS}),
        _compared("one wake-up", "ms", {way: best(way, "woken", "seconds") * 1_000 for way in WAYS}),
        _compared("nobody is let in", "ms", {way: best(way, "woken", "silence") * 1_000 for way in WAYS}),
        _compared("memory", "MB", {way: memory(way) for way in WAYS}),
    ]


def _compared(what: str, unit: str, values: dict[str, float]) -> list[Row]:
    rows = [Row(NAME, f"{what}, {way}", value, unit, SIZE.households) for way, value in values.items()]
    return [*rows, Row(NAME, f"{what}, ratio", values[THEIRS] / values[OURS], "x", ROUNDS)]
