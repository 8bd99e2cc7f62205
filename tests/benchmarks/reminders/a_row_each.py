"""Our way: what is due is a query over rows. Opens the database, and beats once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.reminders import tick
from storage.database import Database
from storage.post import outbox
from storage.secrets import Vault
from tests.clock import FakeClock

if TYPE_CHECKING:
    from tests.benchmarks.reminders.fresh import Steps


async def main(steps: Steps, url: str, people: str) -> None:
    """Steps: started (a first transaction is through), woken (all digests are written)."""
    database = Database(
        url, vault=Vault("a secret of the bench"), clock=FakeClock(), zone=ZoneInfo("Asia/Shanghai")
    )
    await database.run(outbox.queue)
    steps.reached("started")
    told = await tick.tell_all(database)
    steps.reached("woken")
    if told != int(people):
        raise ValueError(f"{told} people were told, not {people}")
    database.close()
