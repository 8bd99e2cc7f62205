"""Tells random stories for as long as one likes: `python -m tests.money --seed 1 --stories 20 --acts 500`.

With `--postgres` in a PostgreSQL server of its own, else in SQLite. Exit 1 at the first that goes otherwise
than on paper, with its seed and the acts that led there; at the end it counts what was done and refused.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from storage.database import Database
from storage.secrets import Vault
from tests import postgres
from tests.clock import FakeClock
from tests.conftest import SECRET, ZONE, create_schema
from tests.money.play import Played

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def main() -> int:
    """Return 0 when every story went as on paper."""
    parser = argparse.ArgumentParser(prog="python -m tests.money", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stories", type=int, default=20)
    parser.add_argument("--acts", type=int, default=500)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    ends: Counter[str] = Counter()
    with _places(on_postgres=asked.postgres) as new_place:
        for seed in range(asked.seed, asked.seed + asked.stories):
            try:
                ends += told(new_place(), seed, asked.acts)
            except AssertionError as error:
                sys.stderr.write(f"{error}\n")
                return 1
    for end, count in sorted(ends.items()):
        sys.stdout.write(f"{count:8,}  {end}\n")
    sys.stdout.write(f"{ends.total():8,}  acts in {asked.stories} stories, all as on paper\n")
    return 0


def told(url: str, seed: int, acts: int) -> Counter[str]:
    """Tell one story in an empty database; return how often what was done, and refused by what name."""
    create_schema(url)
    clock = FakeClock()
    database = Database(url, vault=Vault(SECRET), clock=clock, zone=ZONE)
    try:
        played = Played(database, clock, seed)
        played.play(acts)
    finally:
        database.close()
    return Counter(f"{act.name}: {end}" for act, end in played.told)


@contextmanager
def _places(*, on_postgres: bool) -> Iterator[Callable[[], str]]:
    """Yield what makes an empty database and returns its address."""
    if on_postgres:
        server = postgres.start()
        try:
            yield lambda: server.url(server.create())
        finally:
            server.stop()
        return
    with tempfile.TemporaryDirectory() as folder:
        numbers = iter(range(sys.maxsize))
        yield lambda: f"sqlite:///{Path(folder) / f'{next(numbers)}.db'}"


if __name__ == "__main__":
    sys.exit(main())
