"""One answered update: a bare bot that forgets, against ours that forgets nothing, on one loopback server.

`word`: somebody writes 余额 and gets one message. `tap`: somebody goes through a visit report, and each
tap is answered and turns the card. The bare bot makes the same calls per update. Every bot, and the server,
is a process of its own; what is measured is the bot's CPU and the time, after everybody is warm.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks import demo_union
from tests.benchmarks.row import Row

PEOPLE = 100
UPDATES = 2_000
ROUNDS = 3
# What the bot still writes down after its last answer is part of the cost.
AFTERMATH_SECONDS = 0.5
PROMISED_RATIO = 2.0

Measured = tuple[float, float]


def run() -> list[Row]:
    """Measure both bots in turn; the best of three rounds of each: a busy neighbour counts for neither."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.db"
        files = demo_union.build(template, PEOPLE)
        words = ["余额"] * PEOPLE
        visits = [f"走访 {file_no}" for file_no in files]
        return [*_compared("word", words, template), *_compared("tap", visits, template)]


def _compared(workload: str, openings: list[str], template: Path) -> list[Row]:
    bare: list[Measured] = []
    ours: list[Measured] = []
    path = template.with_name("bench.db")
    for _ in range(ROUNDS):
        bare.append(_measure(workload, openings, "tests.benchmarks.bare_bot", workload))
        for old in path.parent.glob("bench.db*"):
            old.unlink()
        shutil.copy(template, path)
        ours.append(_measure(workload, openings, "tests.benchmarks.our_bot", None, str(path)))
    bare_cpu, bare_rate = min(cpu for cpu, _ in bare), max(rate for _, rate in bare)
    our_cpu, our_rate = min(cpu for cpu, _ in ours), max(rate for _, rate in ours)
    name = f"answered update: {workload}"
    return [
        Row(name, "bare python-telegram-bot", bare_rate, "updates/s", UPDATES),
        Row(name, "ours, durable", our_rate, "updates/s", UPDATES),
        Row(name, "ratio of throughput", our_rate / bare_rate, "x", UPDATES, at_least=PROMISED_RATIO),
        Row(name, "bare python-telegram-bot", bare_cpu, "ms CPU each", UPDATES),
        Row(name, "ours, durable", our_cpu, "ms CPU each", UPDATES),
        Row(name, "ratio of CPU", bare_cpu / our_cpu, "x", UPDATES, at_least=PROMISED_RATIO),
    ]


def _measure(workload: str, openings: list[str], module: str, first: str | None, *rest: str) -> Measured:
    """Return milliseconds of CPU per update and updates per second of a bot in a process of its own."""
    python = [sys.executable, "-m"]
    town = [*python, "tests.benchmarks.loopback", workload, str(UPDATES), json.dumps(openings)]
    with subprocess.Popen(town, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        port = _line(server)
        arguments = [*([first] if first else []), port, *rest]
        with subprocess.Popen([*python, module, *arguments], stdout=subprocess.PIPE, text=True) as bot:
            try:
                _line(server)
                before = _cpu_seconds(bot)
                _go_on(server)
                seconds = float(_line(server))
                time.sleep(AFTERMATH_SECONDS)
                used = _cpu_seconds(bot) - before
            finally:
                bot.terminate()
                bot.wait()
        _go_on(server)
    return used * 1_000 / UPDATES, UPDATES / seconds


def _cpu_seconds(bot: subprocess.Popen[str]) -> float:
    bot.send_signal(signal.SIGUSR1)
    return float(_line(bot))


def _go_on(server: subprocess.Popen[str]) -> None:
    assert server.stdin is not None
    server.stdin.write("\n")
    server.stdin.flush()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line:
        raise RuntimeError(f"{process.args!r} ended early")
    return line
