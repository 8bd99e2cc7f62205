"""Random months against a model of a page: nothing missing, nothing twice, nobody wrong, no quiet hour.

Each month has a number, the seed of its dice, which stands in the test's name; a month that failed is lived
again by `TIEXIN_MONTHS_FROM=17 TIEXIN_MONTHS=1 pytest tests/reminders/months -k sqlite`, and what happened in
it stands below the failure. `TIEXIN_MONTHS=300` lives three hundred months on SQLite, a third as many on
PostgreSQL, and a third there with two replicas that beat at the same moment.
"""

from __future__ import annotations

import os
import random
import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from storage.database import Database
from tests.conftest import ZONE
from tests.reminders.months.acts import Acts
from tests.reminders.months.world import LIAISONS, World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from storage.secrets import Vault
    from tests.clock import FakeClock

MONTHS = int(os.environ.get("TIEXIN_MONTHS", "36"))
FIRST = int(os.environ.get("TIEXIN_MONTHS_FROM", "0"))
DAYS = (9, 12, 16, 31)
STORY_LINES = 60

pytestmark = pytest.mark.slow


def numbers(count: int) -> list[int]:
    return list(range(FIRST, FIRST + max(count, 1)))


def live(world: World, dice: random.Random, days: int) -> None:
    """A month goes by: something happens, the clock goes on, the metronome beats."""
    acts = Acts(world, dice)
    end = world.today + timedelta(days=days)
    reaches_telegram = True
    while world.today < end:
        for _ in range(dice.choice([0, 1, 1, 2, 3])):
            acts.one()
            world.answer_bells()
        go_on(world, dice)
        if dice.random() < 0.05:
            reaches_telegram = not reaches_telegram
        for _ in range(dice.choice([1, 1, 2])):
            world.beat(reaches_telegram=reaches_telegram)
            world.clock.advance(minutes=1)


def go_on(world: World, dice: random.Random) -> None:
    """Minutes, hours or days go by; now and then the process is down meanwhile."""
    to_morning = 24 - world.local.hour + 8.5 - world.local.minute / 60
    way = dice.choice(["minutes", "hours", "morning", "morning", "morning", "days", "night"])
    ways: dict[str, dict[str, float]] = {
        "minutes": {"minutes": dice.randint(2, 50)},
        "hours": {"hours": dice.randint(1, 9)},
        "morning": {"hours": to_morning + dice.choice([0, 0, 0.1, 1, 3])},
        "days": {"days": dice.randint(1, 9)},
        "night": {"hours": 24 - world.local.hour + dice.randint(0, 7)},
    }
    gone = ways[way]
    if dice.random() < 0.12:
        world.restart(**gone)
    else:
        world.clock.advance(**gone)


def month(open_database: Callable[[FakeClock], Database], number: int, *, replicas: int = 1) -> None:
    dice = random.Random(number)  # noqa: S311 - dice of a test
    begins_on = date(2017, 1, 3) + timedelta(days=dice.randint(0, 330))
    world = World(open_database, begins_on, replicas=replicas)
    try:
        opened_on = {one: begins_on - timedelta(days=dice.randint(1, 200)) for one in LIAISONS}
        world.found(opened_on, {one: dice.choice(["SPECIAL", "LONG", "TEMP"]) for one in LIAISONS})
        days = dice.choice(DAYS)
        live(world, dice, days)
        assert world.heard or days < max(DAYS), "a whole month, and nobody heard anything"
    except AssertionError as failure:
        failure.add_note("\n".join(world.story[-STORY_LINES:]))
        raise
    finally:
        world.close()


@pytest.mark.parametrize("number", numbers(MONTHS), ids=lambda number: f"sqlite-{number}")
def test_a_month_on_sqlite_is_told_as_the_page_says(
    sqlite_template: Path, tmp_path: Path, vault: Vault, number: int
) -> None:
    path = tmp_path / "tiexin.db"
    shutil.copy(sqlite_template, path)

    def open_database(clock: FakeClock) -> Database:
        return Database(f"sqlite:///{path}", vault=vault, clock=clock, zone=ZONE)

    month(open_database, number)


@pytest.mark.postgres
@pytest.mark.parametrize("replicas", [1, 2], ids=["one", "two"])
@pytest.mark.parametrize("number", numbers(MONTHS // 3), ids=lambda number: f"postgres-{number}")
def test_a_month_on_postgresql_is_told_as_the_page_says(
    postgres_url: str, vault: Vault, number: int, replicas: int
) -> None:
    def open_database(clock: FakeClock) -> Database:
        return Database(postgres_url, vault=vault, clock=clock, zone=ZONE)

    month(open_database, number, replicas=replicas)
