"""What a person asks for costs the same among sixty households and among sixty thousand."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import event

from bot.chat import gate
from bot.chat.line.incoming import Incoming
from bot.reminders import tick
from storage.households import dossiers
from storage.members import people
from storage.post import inbox
from storage.telling import notices_plan
from tests.benchmarks import large_union
from tests.benchmarks.row import Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.core.transaction import Transaction
    from storage.database import Database

FEW, MANY = 60, 60_000
REPEATS = 200
ASKING = large_union.FIRST_TELEGRAM_ID + 1
HOUSE = gate.House(language="zh", bot_username="bench_bot")
# One of the household's own names, a part of it, its initials and its number.
SEARCHES = ("施磊磊", "磊磊", "sll", "K000000", "000000")

Question = tuple[int, float]
"""Statements, and seconds of CPU."""


def run() -> list[Row]:
    """Ask everything of both unions."""
    with tempfile.TemporaryDirectory() as folder:
        few = _asked(large_union.build(Path(folder) / "few.db", FEW))
        many = _asked(large_union.build(Path(folder) / "many.db", MANY))
    rows = []
    for what, (statements, seconds) in many.items():
        name = f"{MANY:,} households: {what}"
        rows += [
            Row(name, "statements", statements, "", 1, at_most=few[what][0]),
            Row(name, f"time, against {FEW}", seconds / few[what][1], "x", REPEATS, at_most=1.5),
            Row(name, "time", seconds * 1_000, "ms CPU each", REPEATS),
        ]
    return rows


def _asked(database: Database) -> dict[str, Question]:
    asked: dict[str, Callable[[Transaction, int], object]] = {
        "balance": lambda tx, number: _write(tx, number, "余额"),
        "due list": lambda tx, number: _write(tx, number, "待办"),
        "search": lambda tx, _: _search(tx),
        "tick": lambda tx, _: _tick(tx),
    }
    try:
        return {what: _cost(database, question) for what, question in asked.items()}
    finally:
        database.close()


def _cost(database: Database, question: Callable[[Transaction, int], object]) -> Question:
    """The median of many times, on the thread that does it."""
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    def once(tx: Transaction, number: int) -> float:
        inbox.store(tx, [{"update_id": number, "message": {"from": {"id": ASKING}}}])
        statements.clear()
        started_at = time.thread_time()
        question(tx, number)
        return time.thread_time() - started_at

    event.listen(database.engine, "before_cursor_execute", count)
    first = large_union.FIRST_TELEGRAM_ID + int(time.monotonic() * 1_000_000)
    seconds = median(database.transact(once, first + number) for number in range(REPEATS))
    event.remove(database.engine, "before_cursor_execute", count)
    return len(statements), seconds


def _write(tx: Transaction, number: int, text: str) -> None:
    incoming = Incoming(
        update_id=number,
        chat_id=ASKING,
        user_id=ASKING,
        chat_type="private",
        kind="text",
        text=text,
        data="",
        tap_id="",
        message_id=1,
        file=None,
        place=None,
        contact_user_id=None,
        album_id="",
        forwarded=False,
        sent_at=tx.now,
        first_name="张东",
    )
    gate.answer(tx, incoming, HOUSE)


def _search(tx: Transaction) -> None:
    person = people.find(tx, ASKING)
    assert person is not None
    for words in SEARCHES:
        found = dossiers.search(tx, person, words)
        assert [1] == [one.id for one in found if one.id == 1], words


def _tick(tx: Transaction) -> None:
    """A beat on which nothing is new: what nearly every beat is."""
    assert not notices_plan.plan(tx)
    assert tick.tell(tx) == (0, 0)
