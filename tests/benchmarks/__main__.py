"""Run every benchmark, print a table, write bench.json; exit 1 when a promise is not kept."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.benchmarks.row import Row

# One module each, with `run() -> list[Row]`; a name given on the command line runs that one alone.
BENCHMARKS = (
    "answered_update",
    "growth",
    "money.balances",
    "money.plain_text",
    "reminders.morning",
    "reminders.scheduled",
    "reminders.flood",
)


def main(names: list[str]) -> int:
    """Return 0 when every promise is kept."""
    rows: list[Row] = []
    for name in names or BENCHMARKS:
        rows += importlib.import_module(f"tests.benchmarks.{name}").run()
    for row in rows:
        promise = f"  (at least {row.at_least:g})" if row.at_least is not None else ""
        promise += f"  (at most {row.at_most:g})" if row.at_most is not None else ""
        mark = " " if row.is_kept else "!"
        sys.stdout.write(
            f"{mark} {row.benchmark:36} {row.what:40} {row.value:12.3f} {row.unit}, n={row.n}{promise}\n"
        )
    results = [{**asdict(row), "is_kept": row.is_kept} for row in rows]
    Path("bench.json").write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0 if all(row.is_kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
