"""The scheduler's way: a stored job for each reminder. Starts it, and lets it do what is due.

A job does nothing at all: what a reminder says and who hears it is left out of the scheduler's account.
"""

from __future__ import annotations

import asyncio
import pickle
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from apscheduler.events import EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.util import datetime_to_utc_timestamp
from sqlalchemy import insert, text

if TYPE_CHECKING:
    from datetime import datetime

    from tests.benchmarks.reminders.fresh import Steps

YEAR_DAYS = 365
AT_ONCE = 5_000
PATIENCE_SECONDS = 300.0


async def remind(_household_id: int) -> None:
    """Remind of nothing."""


async def build(url: str, *, now: datetime, jobs: int, due: int) -> None:
    """Store so many jobs, as `add_job` does but many at once: some are due, the others spread over a year."""
    store = SQLAlchemyJobStore(url)
    scheduler = AsyncIOScheduler(timezone="UTC", jobstores={"default": store})
    scheduler.start(paused=True)
    pattern = scheduler.add_job(remind, DateTrigger(now), (0,), misfire_grace_time=None)
    pattern.remove()
    state = pattern.__getstate__()
    with store.engine.begin() as connection:
        for first in range(0, jobs, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, jobs))
            rows = [_row(state, number, _day(now, number - due, jobs)) for number in numbers]
            connection.execute(insert(store.jobs_t), rows)
    with store.engine.connect() as connection:
        # The journal that ours has, too: the scheduler's own would cost it more.
        connection.execute(text("PRAGMA journal_mode=WAL"))
    scheduler.shutdown()


def _day(now: datetime, ahead: int, jobs: int) -> datetime:
    return now if ahead < 0 else now + timedelta(days=1) + timedelta(days=YEAR_DAYS) * ahead / jobs


def _row(state: dict[str, Any], number: int, day: datetime) -> dict[str, Any]:
    said = {"id": str(number), "args": (number,), "trigger": DateTrigger(day), "next_run_time": day}
    return {
        "id": str(number),
        "next_run_time": datetime_to_utc_timestamp(day),
        "job_state": pickle.dumps(state | said, pickle.HIGHEST_PROTOCOL),
    }


async def main(steps: Steps, url: str, due: str) -> None:
    """Steps: started (its store is open), woken (every job that was due has run and is gone)."""
    store = SQLAlchemyJobStore(url)
    scheduler = AsyncIOScheduler(timezone="UTC", jobstores={"default": store})
    scheduler.start(paused=True)
    steps.reached("started")
    reminded: list[str] = []
    all_reminded = asyncio.Event()

    def count(event: JobExecutionEvent) -> None:
        reminded.append(event.job_id)
        if len(reminded) == int(due):
            all_reminded.set()

    scheduler.add_listener(count, EVENT_JOB_EXECUTED)
    scheduler.resume()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await all_reminded.wait()
    steps.reached("woken")
    scheduler.shutdown()
