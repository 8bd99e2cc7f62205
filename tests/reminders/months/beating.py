"""A metronome in a process of its own, that beats through days of a turned clock until it is killed."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.reminders import tick
from storage.database import Database
from storage.secrets import Vault
from tests.clock import FakeClock
from tests.conftest import SECRET, ZONE
from tests.reminders.months import seen

# The clock stands this far ahead at each beat; after a start it beats every minute for a while.
STRIDE = timedelta(hours=2)
FIRST = 3


def open_database(url: str, clock: FakeClock) -> Database:
    return Database(url, vault=Vault(SECRET), clock=clock, zone=ZONE)


def beat_on(url: str, since: datetime, until: datetime) -> None:
    """Go on beating from where the last process was killed."""
    asyncio.run(_beat_on(url, since, until))


async def _beat_on(url: str, since: datetime, until: datetime) -> None:
    clock = FakeClock(since)
    database = open_database(url, clock)
    for minutes in range(FIRST):
        clock.set(since + timedelta(minutes=minutes + 1))
        await tick.tell_all(database, awake=minutes > 0)
        await database.run(seen.deliver)
    while clock.now < until:
        clock.set(clock.now.replace(minute=40) + STRIDE)
        await tick.tell_all(database, awake=True)
        await database.run(seen.deliver)
    database.close()
