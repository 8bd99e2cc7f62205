"""Killed at any moment of a beat and started again: each digest is written once, and none is lost."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from storage.columns import table_of
from storage.due import followups
from storage.post import heartbeats
from storage.post.outbox import Priority
from storage.tables.mail import outbox
from storage.tables.work import Digest, Followup, Notice
from storage.telling import outages
from tests.clock import FakeClock
from tests.conftest import ZONE
from tests.reminders.months import beating
from tests.storage import casework

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Database, Transaction

BEGINS_AT = datetime(2017, 9, 4, 0, 40, tzinfo=UTC)
DAYS = 12
HOUSEHOLDS = 60
KILLS = 15
# What was told to whom on which day: household, need, day it was due, turn, stage, person, day.
Told = Counter[tuple[int, str, date, int, str, int, date]]


def found(tx: Transaction) -> None:
    casework.found(tx)
    for number in range(1, HOUSEHOLDS + 1):
        opened_on = date(2017, 9, 4) - timedelta(days=70 + number % 35)
        liaison = (casework.ZHANG, casework.LI, None)[number % 3]
        casework.household(tx, number, opened_on=opened_on, liaison_id=liaison, name=f"户{number}")
        if number % 4 == 0:
            paid_on = date(2017, 9, 4) - timedelta(days=25 - number % 10)
            casework.payment(tx, number, paid_on, aid_id=f"a{number}")
        followups.refresh(tx, number)


def told(tx: Transaction) -> Told:
    notices, items = table_of(Notice), table_of(Followup)
    rows = tx.connection.execute(
        select(notices, items.c.household_id, items.c.kind)
        .join(items, items.c.id == notices.c.followup_id)
        .where(notices.c.told_at.is_not(None))
    )
    return Counter(
        (
            row.household_id,
            row.kind,
            row.due_on,
            row.turn,
            row.stage,
            row.person_id,
            row.told_at.astimezone(ZONE).date(),
        )
        for row in rows
    )


def mornings(tx: Transaction) -> set[tuple[str, datetime]]:
    """Every digest as it is noted, and when it was written."""
    digests = table_of(Digest)
    rows = tx.connection.execute(select(digests))
    return {(f"digest:{row.person_id}:{row.day.isoformat()}", row.sent_at) for row in rows}


def letters(tx: Transaction) -> Counter[tuple[str, datetime]]:
    rows = tx.connection.execute(select(outbox).where(outbox.c.priority == Priority.REMINDER))
    return Counter((row.key, row.created_at) for row in rows)


def last_beat(tx: Transaction) -> datetime:
    return heartbeats.last(tx, outages.BEAT) or BEGINS_AT


def live(url: str, kills: int, within_seconds: float = 0.0) -> tuple[Told, int]:
    """Let twelve days go by, with so many kills at most; return what was told, and how many there were.

    Each kill comes at a random moment of the so many seconds after a start.
    """
    clock = FakeClock(BEGINS_AT)
    database = beating.open_database(url, clock)
    database.transact(found)
    nursery = multiprocessing.get_context("forkserver")
    nursery.set_forkserver_preload([beating.__name__])
    dice, killed = random.Random(7), 0  # noqa: S311 - moments for a test
    until = BEGINS_AT + timedelta(days=DAYS)
    while True:
        process = nursery.Process(target=beating.beat_on, args=(url, database.view(last_beat), until))
        process.start()
        process.join(dice.uniform(0, within_seconds) if killed < kills else None)
        if process.exitcode is not None:
            assert 0 == process.exitcode
            break
        process.kill()
        process.join()
        killed += 1
    check(database)
    found_told = database.view(told)
    database.close()
    return found_told, killed


def check(database: Database) -> None:
    """Each digest is noted and written in one go, and never twice."""
    written, noted = database.view(letters), database.view(mornings)
    assert noted == set(written)
    assert {1} == set(written.values())


@pytest.mark.slow
def test_killed_in_the_middle_of_beats_it_tells_the_same_on_the_same_days_as_undisturbed(
    sqlite_template: Path, tmp_path: Path
) -> None:
    urls = []
    for name in ("undisturbed", "killed"):
        path = tmp_path / f"{name}.db"
        shutil.copy(sqlite_template, path)
        urls.append(f"sqlite:///{path}")
    begun_at = time.monotonic()
    undisturbed, none = live(urls[0], 0)
    # However quick the machine is, about as many kills fall into the twelve days.
    disturbed, kills = live(urls[1], KILLS, (time.monotonic() - begun_at) / KILLS)
    assert 0 == none
    assert kills > KILLS // 2
    assert len(undisturbed) > HOUSEHOLDS
    assert undisturbed == disturbed
