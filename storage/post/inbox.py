"""What Telegram said, kept until it has been dealt with; knows nothing of what an update means.

An update is stored before Telegram is told that it arrived, and marked done inside the very transaction that
answers it: it is dealt with once, whatever dies in between and however often it is delivered.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, null, select, update

from storage.columns import INTEGER_MAX
from storage.json_text import packed, unpacked
from storage.tables.mail import inbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from storage.core.transaction import Transaction

NEW, DONE, DEAD = "NEW", "DONE", "DEAD"
TRIES_MAX = 3
WAITING_PER_PERSON_MAX = 500
RESTART_ROWS_MAX = 1_000
ERROR_CHARACTERS = 200
PAUSE_SECONDS = 1.0
SEAL = "inbox.payload"

_KNOWN = select(inbox.c.update_id).where(inbox.c.update_id.in_(bindparam("ids", expanding=True)))
_QUEUES = (
    select(inbox.c.chat_key, func.count().label("waiting"))
    .where(inbox.c.state == NEW, inbox.c.chat_key.in_(bindparam("people", expanding=True)))
    .group_by(inbox.c.chat_key)
)
_STORE = insert(inbox)
# Every update asks this: its two nulls are words of the statement, not values to be handed over each time.
_FINISH = (
    update(inbox)
    .where(inbox.c.update_id == bindparam("id"), inbox.c.state == NEW)
    .values(state=DONE, payload=null(), error=null(), finished_at=bindparam("at"))
)
_WAITING = (
    select(inbox.c.update_id, inbox.c.chat_key, inbox.c.payload, inbox.c.tries, inbox.c.not_before)
    .where(inbox.c.state == NEW)
    .order_by(inbox.c.update_id)
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One stored update that is not done: the JSON as it came, whose it is, how often it failed."""

    update_id: int
    chat_key: int
    payload: dict[str, Any]
    tries: int
    not_before: datetime | None


def chat_key(payload: Mapping[str, Any]) -> int:
    """Return whose turn this update takes: the user's id, else the chat's, else 0. Never raises."""
    for part in payload.values():
        if not isinstance(part, dict):
            continue
        for name in ("from", "chat"):
            who = part.get(name)
            number = who.get("id") if isinstance(who, dict) else None
            if isinstance(number, int) and abs(number) <= INTEGER_MAX:
                return int(number)
    return 0


def is_numbered(payload: Mapping[str, Any]) -> bool:
    """Whether this has the number under which an update can be kept."""
    number = payload.get("update_id")
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= INTEGER_MAX


def store(tx: Transaction, updates: Sequence[Mapping[str, Any]]) -> list[int]:
    """Keep what is new among `updates` (raw JSON, each with its update_id) and return those ids, in order.

    What is known already is left as it is. Of one person at most 500 wait at a time; the rest is not kept.
    """
    unknown = {int(raw["update_id"]): raw for raw in updates}
    for known in tx.connection.scalars(_KNOWN, {"ids": list(unknown)}):
        del unknown[known]
    rows = [_row(tx, update_id, raw) for update_id, raw in sorted(unknown.items())]
    kept = _within_bounds(tx, rows)
    if kept:
        tx.connection.execute(_STORE, kept)
    return [row["update_id"] for row in kept]


def _row(tx: Transaction, update_id: int, raw: Mapping[str, Any]) -> dict[str, Any]:
    text = packed(raw)
    return {
        "update_id": update_id,
        "chat_key": chat_key(raw),
        "payload": tx.vault.seal(text, SEAL),
        "received_at": tx.now,
        "state": NEW,
    }


def _within_bounds(tx: Transaction, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not rows:
        return rows
    people = {row["chat_key"] for row in rows}
    waiting: Counter[int] = Counter()
    for person, count in tx.connection.execute(_QUEUES, {"people": list(people)}):
        waiting[person] = count
    kept = []
    for row in rows:
        waiting[row["chat_key"]] += 1
        if waiting[row["chat_key"]] <= WAITING_PER_PERSON_MAX:
            kept.append(row)
    return kept


def finish(tx: Transaction, update_id: int) -> bool:
    """Mark done, in the transaction of the answer; what was said is no longer kept.

    False: it was done before (or buried, or never stored), and the caller must change nothing.
    """
    return tx.connection.execute(_FINISH, {"id": update_id, "at": tx.now}).rowcount == 1


def fail(tx: Transaction, update_id: int, error: str) -> int:
    """Count a failed try and return how many there were; the next is due after a growing pause.

    `error` names the kind of error and a reference, never what the person said.
    """
    tries = tx.connection.scalar(
        update(inbox)
        .where(inbox.c.update_id == update_id, inbox.c.state == NEW)
        .values(tries=inbox.c.tries + 1, error=error[:ERROR_CHARACTERS])
        .returning(inbox.c.tries)
    )
    if tries is None:
        return TRIES_MAX
    pause = timedelta(seconds=PAUSE_SECONDS * 2 ** (tries - 1))
    tx.connection.execute(
        update(inbox).where(inbox.c.update_id == update_id).values(not_before=tx.now + pause)
    )
    return int(tries)


def bury(tx: Transaction, update_id: int, error: str) -> bool:
    """Set aside for good: it stops nobody any more, and is kept sealed for whoever looks into it.

    False: it was no longer waiting.
    """
    buried = tx.connection.execute(
        update(inbox)
        .where(inbox.c.update_id == update_id, inbox.c.state == NEW)
        .values(state=DEAD, error=error[:ERROR_CHARACTERS], finished_at=tx.now)
    )
    return buried.rowcount == 1


def waiting(tx: Transaction, *, after: int = -1, limit: int = RESTART_ROWS_MAX) -> list[Waiting]:
    """Return what is not done, oldest first, from behind update `after`: what a restart takes up."""
    rows = tx.connection.execute(_WAITING.where(inbox.c.update_id > after).limit(limit))
    return [_opened(tx, row) for row in rows]


def waiting_of(tx: Transaction, person: int, limit: int = 20) -> list[Waiting]:
    """Return one person's updates that are not done, oldest first."""
    rows = tx.connection.execute(_WAITING.where(inbox.c.chat_key == person).limit(limit))
    return [_opened(tx, row) for row in rows]


def people_waiting(tx: Transaction) -> list[int]:
    """Return everyone of whom something is not done."""
    return list(tx.connection.scalars(select(inbox.c.chat_key).where(inbox.c.state == NEW).distinct()))


def _opened(tx: Transaction, row: Any) -> Waiting:  # noqa: ANN401 - SQLAlchemy's rows have no types
    payload = unpacked(tx.vault.open(row.payload, SEAL))
    return Waiting(row.update_id, row.chat_key, payload, row.tries, row.not_before)


def prune(tx: Transaction, *, older_than: datetime) -> int:
    """Forget what was finished or buried before `older_than`; returns how many.

    Telegram repeats an update for 24 hours at most: keep more than that.
    """
    return tx.connection.execute(
        delete(inbox).where(inbox.c.state != NEW, inbox.c.finished_at < older_than)
    ).rowcount


def received_at(tx: Transaction, update_id: int) -> datetime | None:
    """Return when an update reached us; None when it is not kept."""
    return tx.connection.scalar(select(inbox.c.received_at).where(inbox.c.update_id == update_id))


def sender(tx: Transaction, update_id: int) -> int | None:
    """Return whose update it is (a person's id, else the chat's); None when it is not kept."""
    return tx.connection.scalar(select(inbox.c.chat_key).where(inbox.c.update_id == update_id))


def queue(tx: Transaction) -> tuple[int, datetime | None]:
    """Return how many updates are not done, and when the oldest of them came."""
    waiting = select(func.count(), func.min(inbox.c.received_at)).where(inbox.c.state == NEW)
    count, oldest = tx.connection.execute(waiting).one()
    return count, oldest
