"""A process of its own for one way of reminding; it says what each step took and what it holds in memory.

`python -m tests.benchmarks.reminders.fresh MODULE ARGUMENTS…` loads the module, awaits its `main(steps, …)`
and writes one line of JSON by step: seconds, for how long the event loop came to nobody else, megabytes
resident and the most there were.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Coroutine

MEGABYTE = 1_000_000
WATCH_SECONDS = 0.001
_KILOBYTE = 1_024


class Step(TypedDict):
    """What one step took, and the memory at its end."""

    seconds: float
    silence: float
    resident: float
    peak: float


class Steps:
    """`reached` notes a step: what has been since the one before."""

    def __init__(self) -> None:
        self.reached_so_far: dict[str, Step] = {}
        self._since = self._alive_at = time.perf_counter()
        self._silence = 0.0

    async def watch(self) -> None:
        """Ask to be let in again and again, as somebody who waits for an answer does."""
        self._alive_at = time.perf_counter()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            self._note_silence()

    def _note_silence(self) -> None:
        now = time.perf_counter()
        self._silence = max(self._silence, now - self._alive_at)
        self._alive_at = now

    def reached(self, name: str) -> None:
        """Note that this step is over and the next begins."""
        seconds = time.perf_counter() - self._since
        self._note_silence()
        self.reached_so_far[name] = {
            "seconds": seconds,
            "silence": self._silence,
            "resident": _megabytes("VmRSS"),
            "peak": _megabytes("VmHWM"),
        }
        self._since = self._alive_at = time.perf_counter()
        self._silence = 0.0


def run(module: str, *arguments: str) -> dict[str, Step]:
    """Start a process for `module` and return its steps."""
    command = [sys.executable, "-m", "tests.benchmarks.reminders.fresh", module, *arguments]
    said = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    steps: dict[str, Step] = json.loads(said)
    return steps


def _megabytes(name: str) -> float:
    """By Linux's own account of this process."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * _KILOBYTE / MEGABYTE
    raise ValueError(name)


def _main(name: str, arguments: list[str]) -> None:
    steps = Steps()
    module: Any = importlib.import_module(name)
    steps.reached("loaded")
    asyncio.run(_watched(steps, module.main(steps, *arguments)))
    sys.stdout.write(json.dumps(steps.reached_so_far) + "\n")


async def _watched(steps: Steps, work: Coroutine[Any, Any, None]) -> None:
    watching = asyncio.create_task(steps.watch())
    await work
    watching.cancel()


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2:])
