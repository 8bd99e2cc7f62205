"""A union's mornings in tests: households that fall due, beats, and what was put into the outbox."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.reminders import tick
from storage.due import followups
from storage.post.outbox import NEW, SEAL, SENT
from storage.tables.mail import outbox
from tests.storage import casework

if TYPE_CHECKING:
    from sqlalchemy import Executable

    from storage.database import Database, Transaction
    from tests.clock import FakeClock

# Monday, 4 September 2017; a household filed on this day before is due on it.
TODAY = date(2017, 9, 4)
DUE_TODAY = TODAY - timedelta(days=90)


@dataclass
class Letter:
    """One message of the outbox."""

    chat_id: int
    text: str
    buttons: list[list[dict[str, str]]]


def letters(tx: Transaction) -> list[Letter]:
    """Everything that was ever put into the outbox, oldest first."""
    rows = tx.connection.execute(select(outbox).order_by(outbox.c.id)).all()
    said = [(row.chat_id, json.loads(tx.vault.open(row.payload, SEAL))) for row in rows]
    return [
        Letter(chat, one["text"], one.get("reply_markup", {}).get("inline_keyboard", []))
        for chat, one in said
    ]


def add(
    tx: Transaction,
    number: int = 1,
    *,
    filed_on: date = DUE_TODAY,
    liaison_id: int | None = casework.ZHANG,
    name: str = "凤芳",
    union_id: int = casework.BRANCH,
) -> None:
    """File a household that was never visited; a special one is due 90 days later."""
    casework.household(tx, number, opened_on=filed_on, liaison_id=liaison_id, name=name, union_id=union_id)
    followups.refresh(tx, number)


def home(tx: Transaction, number: int = 1) -> None:
    """A household with nothing due and nobody who looks after it."""
    casework.household(tx, number, liaison_id=None)


def run(tx: Transaction, statement: Executable) -> None:
    """Carry out one statement."""
    tx.connection.execute(statement)


def at(clock: FakeClock, day: date, hour: int = 9, minute: int = 0) -> None:
    """Turn the clock to that moment in Shanghai."""
    clock.set(datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8))


def deliver(database: Database) -> None:
    """Telegram takes whatever waits for it."""
    database.transact(run, update(outbox).where(outbox.c.state == NEW).values(state=SENT))


def beat(database: Database, *, awake: bool = True, reaches_telegram: bool = True) -> int:
    """One beat of a process that has been beating all the while, unless it has just been started.

    Returns how many digests were written; Telegram has taken them unless it cannot be reached.
    """
    number = asyncio.run(tick.tell_all(database, awake=awake))
    if reaches_telegram:
        deliver(database)
    return number


def said_to(database: Database, person: int) -> list[str]:
    """What was said to one of the union's people, oldest first."""
    return [one.text for one in database.view(letters) if one.chat_id == 1000 + person]


def told(database: Database) -> list[int]:
    """Whom everything was said to, in order."""
    return [one.chat_id - 1000 for one in database.view(letters)]
