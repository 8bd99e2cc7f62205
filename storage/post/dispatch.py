"""The sender's side of the outbox: taking letters, and writing down what became of them.

Knows nothing of Telegram's pace or words. A letter is taken under a lease, so that several senders can share
one database and a letter whose sender died is taken by another.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, exists, insert, or_, select, text, update

from storage.core import locks
from storage.json_text import unpacked
from storage.post.outbox import ERROR_CHARACTERS, FAILED, FILE_SEAL, NEW, SEAL, Priority
from storage.tables.mail import cards, outbox, outbox_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.dml import ReturningUpdate

    from storage.core.transaction import Transaction

LEASE_SECONDS = 60


@dataclass(slots=True)
class Letter:
    """One row that a sender has taken: `tries` counts sends whose outcome nobody knows."""

    id: int
    chat_id: int
    method: str
    payload: dict[str, Any]
    priority: int
    card: str | None
    repost: bool
    expires_at: datetime | None
    tries: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter: a state, the message it became, what is to be remembered as its card.

    State NEW means: still to be sent, `tries` sends have an unknown outcome.
    """

    letter: Letter
    state: str
    message_id: int | None = None
    error: str | None = None
    card_message_id: int | None = None
    card_gone: bool = False


_SETTLE = (
    update(outbox)
    .where(outbox.c.id == bindparam("letter"), outbox.c.state == NEW)
    .values(
        state=bindparam("to"),
        payload=None,
        sent_at=bindparam("at"),
        message_id=bindparam("message"),
        error=bindparam("why"),
    )
)
_KEEP = (
    update(outbox)
    .where(outbox.c.id == bindparam("letter"), outbox.c.state == NEW)
    .values(tries=bindparam("count"), error=bindparam("why"))
)
_FORGET_CARD = delete(cards).where(cards.c.chat_id == bindparam("chat"), cards.c.card == bindparam("name"))
_REMEMBER_CARD = insert(cards)
_CARDS = select(cards.c.chat_id, cards.c.card, cards.c.message_id).where(
    cards.c.chat_id.in_(bindparam("chats", expanding=True))
)
_DROP_FILES = delete(outbox_files).where(outbox_files.c.outbox_id == bindparam("letter"))


def _held_by_others() -> ColumnElement[bool]:
    other = outbox.alias("other")
    return exists().where(
        other.c.chat_id == outbox.c.chat_id,
        other.c.state == NEW,
        other.c.owner != bindparam("mine"),
        other.c.leased_until > bindparam("now"),
    )


def _taking(*more: ColumnElement[bool]) -> ReturningUpdate[Any]:
    chosen = (
        select(outbox.c.id)
        .where(
            outbox.c.state == NEW,
            outbox.c.priority <= bindparam("last"),
            or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= bindparam("now")),
            or_(outbox.c.not_before.is_(None), outbox.c.not_before <= bindparam("now")),
            *more,
        )
        .order_by(outbox.c.priority, outbox.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )
    return (
        update(outbox)
        .where(outbox.c.id.in_(chosen.scalar_subquery()))
        .values(owner=bindparam("mine"), leased_until=bindparam("until"))
        .returning(
            outbox.c.id,
            outbox.c.chat_id,
            outbox.c.method,
            outbox.c.payload,
            outbox.c.priority,
            outbox.c.card,
            outbox.c.repost,
            outbox.c.expires_at,
            outbox.c.tries,
        )
    )


_TAKE_TURN = text(f"SELECT pg_advisory_xact_lock({locks.CLAIMS})")
_TAKE = {"sqlite": _taking(), "postgresql": _taking(~_held_by_others())}


def claim(
    tx: Transaction, owner: str, limit: int, last: Priority = Priority.REMINDER
) -> tuple[list[Letter], dict[tuple[int, str], int]]:
    """Take up to `limit` letters that are due, the most urgent first, for 60 seconds (`renew` prolongs it).

    `last`: nothing less urgent than this is taken.

    On PostgreSQL a chat of which another owner holds letters is left to that owner, so that its order is
    kept. Returns the letters, oldest first, and the messages that are now the cards of their chats.
    """
    if tx.connection.dialect.name == "postgresql":
        # One claim at a time: two at once would each skip the other's locked row and share out one chat.
        tx.connection.execute(_TAKE_TURN)
    until = tx.now + timedelta(seconds=LEASE_SECONDS)
    rows = tx.connection.execute(
        _TAKE[tx.connection.dialect.name],
        {"now": tx.now, "most": limit, "last": int(last), "mine": owner, "until": until},
    ).all()
    letters = [
        Letter(row[0], row[1], row[2], unpacked(tx.vault.open(row[3], SEAL)), *row[4:])
        for row in sorted(rows, key=lambda row: int(row[0]))
    ]
    return letters, _cards_of(tx, {letter.chat_id for letter in letters if letter.card})


def _cards_of(tx: Transaction, chats: set[int]) -> dict[tuple[int, str], int]:
    if not chats:
        return {}
    return {
        (row.chat_id, row.card): row.message_id
        for row in tx.connection.execute(_CARDS, {"chats": list(chats)})
    }


def renew(tx: Transaction, owner: str) -> None:
    """Hold what `owner` has taken for another 60 seconds."""
    tx.connection.execute(
        update(outbox)
        .where(outbox.c.state == NEW, outbox.c.owner == owner)
        .values(leased_until=tx.now + timedelta(seconds=LEASE_SECONDS))
    )


def release(tx: Transaction, owner: str | None = None) -> None:
    """Give back what `owner` has taken and not sent; None: what anyone has taken (nobody else is alive)."""
    mine = [outbox.c.owner == owner] if owner else []
    tx.connection.execute(
        update(outbox).where(outbox.c.state == NEW, *mine).values(owner=None, leased_until=None)
    )


def settle(tx: Transaction, outcomes: Sequence[Outcome]) -> None:
    """Write down what became of letters; what was said is no longer kept."""
    done = [_settled(outcome, tx.now) for outcome in outcomes if outcome.state != NEW]
    if done:
        tx.connection.execute(_SETTLE, done)
        with_files = [{"letter": row["letter"]} for row in done if row["has_files"]]
        if with_files:
            tx.connection.execute(_DROP_FILES, with_files)
    for outcome in outcomes:
        if outcome.state == NEW:
            count = {"letter": outcome.letter.id, "count": outcome.letter.tries, "why": outcome.error}
            tx.connection.execute(_KEEP, count)
        _settle_card(tx, outcome)


def _settled(outcome: Outcome, now: datetime) -> dict[str, Any]:
    return {
        "letter": outcome.letter.id,
        "to": outcome.state,
        "at": now,
        "message": outcome.message_id,
        "why": outcome.error[:ERROR_CHARACTERS] if outcome.error else None,
        "has_files": bool(files_of(outcome.letter.payload)),
    }


def _settle_card(tx: Transaction, outcome: Outcome) -> None:
    if outcome.letter.card is None or not (outcome.card_gone or outcome.card_message_id):
        return
    chat, card = outcome.letter.chat_id, outcome.letter.card
    tx.connection.execute(_FORGET_CARD, {"chat": chat, "name": card})
    if outcome.card_message_id:
        tx.connection.execute(
            _REMEMBER_CARD,
            {"chat_id": chat, "card": card, "message_id": outcome.card_message_id, "updated_at": tx.now},
        )


def files_of(payload: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the parameters of `payload` that stand for stored files."""
    return {
        name: value for name, value in payload.items() if isinstance(value, dict) and "outbox_file" in value
    }


def drawings_of(payload: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the parameters of `payload` that stand for pictures still to be drawn."""
    return {name: value for name, value in payload.items() if isinstance(value, dict) and "draw" in value}


def orders_of(payload: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the parameters of `payload` that stand for files still to be made."""
    return {name: value for name, value in payload.items() if isinstance(value, dict) and "make" in value}


def contents(tx: Transaction, letter: int) -> dict[str, bytes]:
    """Return the files of a letter by name."""
    rows = tx.connection.execute(
        select(outbox_files.c.name, outbox_files.c.content).where(outbox_files.c.outbox_id == letter)
    )
    return {row.name: base64.b64decode(tx.vault.open(row.content, FILE_SEAL)) for row in rows}


def give_up_chat(tx: Transaction, chat_id: int, error: str) -> int:
    """Send nothing more of what waits for this chat (they blocked the bot, or left); returns how many."""
    waiting = select(outbox.c.id).where(outbox.c.chat_id == chat_id, outbox.c.state == NEW)
    tx.connection.execute(delete(outbox_files).where(outbox_files.c.outbox_id.in_(waiting)))
    return tx.connection.execute(
        update(outbox)
        .where(outbox.c.chat_id == chat_id, outbox.c.state == NEW)
        .values(state=FAILED, payload=None, sent_at=tx.now, error=error[:ERROR_CHARACTERS])
    ).rowcount
