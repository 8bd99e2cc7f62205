"""One answered update: a bare echo bot that forgets, against our durable way, on one loopback server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.row import Row

UPDATES = 3_000
ROUNDS = 2


def run() -> list[Row]:
    """Measure both in turn; the better of two rounds of each, so that a busy neighbour counts for neither."""
    bare, ours = [], []
    for _ in range(ROUNDS):
        bare.append(_measure("tests.benchmarks.bare_echo"))
        with tempfile.TemporaryDirectory() as folder:
            ours.append(_measure("tests.benchmarks.durable_echo", str(Path(folder) / "bench.db")))
    bare_cpu, bare_rate = min(cpu for cpu, _ in bare), max(rate for _, rate in bare)
    our_cpu, our_rate = min(cpu for cpu, _ in ours), max(rate for _, rate in ours)
    name = "answered update"
    return [
        Row(name, "bare python-telegram-bot echo", bare_rate, "updates/s", UPDATES),
        Row(name, "ours, durable", our_rate, "updates/s", UPDATES),
        Row(name, "ratio of throughput", our_rate / bare_rate, "x", UPDATES, at_least=2.0),
        Row(name, "bare python-telegram-bot echo", bare_cpu, "ms CPU each", UPDATES),
        Row(name, "ours, durable", our_cpu, "ms CPU each", UPDATES),
        Row(name, "ratio of CPU", bare_cpu / our_cpu, "x", UPDATES, at_least=2.0),
    ]


def _measure(module: str, *arguments: str) -> tuple[float, float]:
    """Return milliseconds of CPU per update and updates per second of a bot in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.loopback", str(UPDATES)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        bot = subprocess.Popen(
            [sys.executable, "-m", module, port, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        seconds = float(server.stdout.readline())
        bot.send_signal(signal.SIGTERM)
        _, _, usage = os.wait4(bot.pid, 0)
        bot.returncode = 0
    started = _start_cost(module, *arguments)
    cpu = usage.ru_utime + usage.ru_stime - started
    return cpu * 1_000 / UPDATES, UPDATES / seconds


def _start_cost(module: str, *_arguments: str) -> float:
    """Seconds of CPU that merely importing the bot costs; not part of an update."""
    imports = subprocess.Popen([sys.executable, "-c", f"import {module}"])
    _, _, usage = os.wait4(imports.pid, 0)
    imports.returncode = 0
    return usage.ru_utime + usage.ru_stime
