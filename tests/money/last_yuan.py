"""Has two hands reach for the last money a thousand times: `python -m tests.money.last_yuan --rounds 1000`.

By two threads with connections of their own, by two processes, in SQLite and in PostgreSQL, and by two
replicas of the whole bot over one PostgreSQL. It ends at the first round in which not exactly one had it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING, Protocol

from storage.database import Database
from storage.migrations import migrate
from storage.secrets import Vault
from tests import postgres
from tests.clock import FakeClock
from tests.conftest import SECRET, ZONE, create_schema
from tests.money import reaching
from tests.money.reaching import Act, Hands, Reaching
from tests.money.replicas import Replicas

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Closing(Hands, Protocol):
    """Two hands over the database at `url`, to be let go of."""

    def __init__(self, url: str) -> None:
        """Take hold."""

    def close(self) -> None:
        """Let go."""


# Both processes know by then what to do, and wait for the same moment.
AHEAD_SECONDS = 0.003


def opened(url: str) -> Database:
    """Open a database as each hand does: with threads and connections of its own."""
    return Database(url, vault=Vault(SECRET), clock=FakeClock(), zone=ZONE)


class Threads:
    """Two threads of one process."""

    def __init__(self, url: str) -> None:
        self._databases = [opened(url), opened(url)]
        self._pool = ThreadPoolExecutor(2)

    def at_once(self, acts: Sequence[Act]) -> list[str]:
        start = Barrier(2)

        def reach(database: Database, act: Act) -> str:
            start.wait()
            return reaching.ended(database, act)

        return list(self._pool.map(reach, self._databases, acts))

    def close(self) -> None:
        self._pool.shutdown()
        for database in self._databases:
            database.close()


class Processes:
    """Two processes; each is told what to do and when, and says what became of it."""

    def __init__(self, url: str) -> None:
        command = [sys.executable, "-m", "tests.money.last_yuan", "--hand", url]
        pipe = subprocess.PIPE
        self._hands = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
        for hand in self._hands:
            self._said(hand)

    def at_once(self, acts: Sequence[Act]) -> list[str]:
        at = time.monotonic() + AHEAD_SECONDS
        for hand, act in zip(self._hands, acts, strict=True):
            assert hand.stdin is not None
            hand.stdin.write(json.dumps([at, act]) + "\n")
            hand.stdin.flush()
        return [self._said(hand) for hand in self._hands]

    def close(self) -> None:
        for hand in self._hands:
            hand.communicate()

    @staticmethod
    def _said(hand: subprocess.Popen[str]) -> str:
        assert hand.stdout is not None
        said = hand.stdout.readline().strip()
        assert said, "a hand has ended"
        return said


def be_a_hand(url: str) -> None:
    """Do what is told on stdin, a line each, at its moment."""
    database = opened(url)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        at, act = json.loads(line)
        while time.monotonic() < at:
            pass
        sys.stdout.write(reaching.ended(database, act) + "\n")
        sys.stdout.flush()
    database.close()


@contextmanager
def race(url: str, kind: type[Closing]) -> Iterator[Reaching]:
    """Yield rounds over an empty database with the schema, for hands of that kind."""
    database = opened(url)
    database.transact(reaching.found)
    hands = kind(url)
    try:
        yield Reaching(database, hands)
    finally:
        hands.close()
        database.close()


KINDS: dict[str, type[Closing]] = {"threads": Threads, "processes": Processes}


def main() -> int:
    """Return 0 when in every round exactly one had it."""
    parser = argparse.ArgumentParser(prog="python -m tests.money.last_yuan", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1_000)
    parser.add_argument("--hand", help="be one of two processes over this database")
    asked = parser.parse_args()
    if asked.hand:
        be_a_hand(asked.hand)
        return 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls: dict[str, Callable[[str], str]] = {"SQLite": lambda name: f"sqlite:///{folder / name}.db"}
        if postgres.find_programs() is None:
            sys.stderr.write("PostgreSQL is not installed (make test-tools): only SQLite is raced over\n")
        else:
            server = postgres.start()
            stack.callback(server.stop)
            urls["PostgreSQL"] = lambda name: server.url(server.create(name))
        for place, url_of in urls.items():
            for name, kind in KINDS.items():
                url = url_of(name)
                create_schema(url)
                _run(f"{name}, {place}", url, kind, asked.rounds)
        if postgres.find_programs() is not None:
            url = server.url(server.create("replicas"))
            migrate.migrate(url)
            _run("replicas, PostgreSQL", url, Replicas, asked.rounds)
    return 0


def _run(name: str, url: str, kind: type[Closing], rounds: int) -> None:
    with race(url, kind) as reached:
        for what, one_round in (("approvers, payers", reached.for_two), ("a list", reached.against_a_list)):
            began = time.monotonic()
            for _ in range(rounds):
                one_round()
            reached.check()
            took = time.monotonic() - began
            sys.stdout.write(
                f"{rounds:6,} rounds  {name:24} {what:20} exactly one each time  {took:6.0f} s\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
