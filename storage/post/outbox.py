"""What is to be said, kept until Telegram has it; knows nothing of how it is sent.

Whatever a use case wants said is a row written in its own transaction: said if and only if the deed is done.
"""

from __future__ import annotations

import base64
from datetime import timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, insert, select, update

from storage.json_text import packed
from storage.tables.mail import cards, outbox, outbox_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from storage.core.transaction import Transaction

NEW, SENT, FAILED, EXPIRED, REPLACED = "NEW", "SENT", "FAILED", "EXPIRED", "REPLACED"
BELL = "outbox"
SEAL = "outbox.payload"
FILE_SEAL = "outbox_files.content"
TAP_ANSWER_SECONDS = 30
ERROR_CHARACTERS = 200
# What left just before it expired may still be on its way: only after this is it known not to have gone.
ON_ITS_WAY = timedelta(minutes=2)


class Priority(IntEnum):
    """Who goes first when Telegram's pace does not let all go at once."""

    TOAST = 0
    REPLY = 1
    URGENT = 2
    REMINDER = 3


# Nobody asks for the number of a letter without files: not to fetch it spares a sixth of the statement.
_PUT = insert(outbox).inline()
_PUT_NUMBERED = insert(outbox).returning(outbox.c.id)
_KEY = select(outbox.c.id).where(outbox.c.key == bindparam("key"))
_TOO_LATE = (
    select(outbox.c.key)
    .where(outbox.c.key.is_not(None), outbox.c.priority >= Priority.URGENT)
    .limit(bindparam("most"))
)
# Each in the order of its own index: in any other SQLite would walk all that was ever sent.
_EXPIRED = _TOO_LATE.where(outbox.c.state == EXPIRED).order_by(outbox.c.id)
# Held by a sender that cannot reach Telegram: it will not be sent any more either.
_EXPIRING = _TOO_LATE.where(outbox.c.state == NEW, outbox.c.expires_at <= bindparam("now")).order_by(
    outbox.c.priority, outbox.c.id
)
_REFUSED = select(outbox.c.key).where(
    outbox.c.chat_id == bindparam("chat"),
    outbox.c.state == FAILED,
    outbox.c.key.is_not(None),
    outbox.c.priority >= Priority.URGENT,
    outbox.c.sent_at > bindparam("since"),
)
_KEY_OF = select(outbox.c.key).where(outbox.c.id == bindparam("letter"))
_REMEMBER = update(outbox).where(outbox.c.id == bindparam("letter"), outbox.c.state.in_((NEW, FAILED)))
# Before the key of what was refused once, so that its key is free for a second try.
REFUSED = "refused:"
_WITHDRAW = delete(outbox).where(outbox.c.key == bindparam("key"))


def put(
    tx: Transaction,
    *,
    chat_id: int,
    method: str,
    payload: Mapping[str, object],
    priority: Priority = Priority.REPLY,
    card: str | None = None,
    repost: bool = False,
    key: str | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    files: Mapping[str, bytes] | None = None,
) -> None:
    """Say something by the Bot API's `method` once this transaction is on disk.

    `payload`: the method's parameters but chat_id, which is added for every method that has one.
    `card`: the message of that name in the chat is edited in place if it was sent before, else sent; `repost`
    deletes the old one and sends anew at the bottom. `key`: a second put under the same key does nothing.
    `files`: contents by name; a parameter `{"outbox_file": name, "filename": …}` becomes that file. A photo
    `{"draw": kind, "figures": {…}}` is drawn by the sender, and its caption is sent alone where that fails;
    so with a document `{"make": kind, "figures": {…}, "otherwise": words}`, whose caption then has the words.
    Nothing is sent before `not_before`, nor after `expires_at`; the answer to a tap expires after 30 seconds.
    """
    if key is not None and is_known(tx, key):
        return
    if expires_at is None and method == "answerCallbackQuery":
        expires_at = tx.now + timedelta(seconds=TAP_ANSWER_SECONDS)
    text = packed(payload)
    row: dict[str, object] = {
        "chat_id": chat_id,
        "method": method,
        "payload": tx.vault.seal(text, SEAL),
        "priority": int(priority),
        "state": NEW,
        "created_at": tx.now,
    }
    # Most letters have none of these: what is not said costs nothing.
    more = {"card": card, "key": key, "not_before": not_before, "expires_at": expires_at, "repost": repost}
    row.update({name: value for name, value in more.items() if value})
    if files:
        _attach(tx, row, files)
    else:
        tx.connection.execute(_PUT, row)
    tx.ring(BELL)


def is_known(tx: Transaction, key: str) -> bool:
    """Whether something was put under that key, sent or not."""
    return tx.connection.scalar(_KEY, {"key": key}) is not None


def too_late(tx: Transaction, limit: int) -> list[str]:
    """Return the keys of up to `limit` reminders that expired before Telegram took them."""
    expired = list(tx.connection.scalars(_EXPIRED, {"most": limit}))
    return expired or list(tx.connection.scalars(_EXPIRING, {"most": limit, "now": tx.now - ON_ITS_WAY}))


def just_refused(tx: Transaction, chat_id: int) -> list[str]:
    """Return the keys of the reminders that a chat would not take a moment ago."""
    return list(tx.connection.scalars(_REFUSED, {"chat": chat_id, "since": tx.now - ON_ITS_WAY}))


def key_of(tx: Transaction, letter: int) -> str | None:
    """Return the key of a letter; None when it has none or is not there."""
    return tx.connection.scalar(_KEY_OF, {"letter": letter})


def refused_before(tx: Transaction, letter: int, key: str) -> bool:
    """Note that Telegram would not have this letter; True when it was so with the last one of that key.

    The first time its key is free again, for the same to be said once more; the second time it stays taken.
    """
    if is_known(tx, f"{REFUSED}{key}"):
        return True
    over = {"key": f"{REFUSED}{key}", "state": FAILED, "payload": None, "sent_at": tx.now}
    tx.connection.execute(_REMEMBER.values(**over), {"letter": letter})
    return False


def withdraw(tx: Transaction, key: str) -> None:
    """Take back what was put under that key and did not arrive; the key is free again."""
    tx.connection.execute(_WITHDRAW, {"key": key})


def _attach(tx: Transaction, letter: Mapping[str, object], files: Mapping[str, bytes]) -> None:
    number = tx.connection.execute(_PUT_NUMBERED, letter).scalar_one()
    rows = [
        {
            "outbox_id": number,
            "name": name,
            "content": tx.vault.seal(base64.b64encode(content).decode(), FILE_SEAL),
        }
        for name, content in files.items()
    ]
    tx.connection.execute(insert(outbox_files), rows)


def card_message(tx: Transaction, chat_id: int, card: str) -> int | None:
    """Return the message that is this chat's card of that name, None when there is none."""
    return tx.connection.scalar(
        select(cards.c.message_id).where(cards.c.chat_id == chat_id, cards.c.card == card)
    )


def queue(tx: Transaction) -> tuple[int, datetime | None]:
    """Return how many letters are not settled, and when the oldest of them was written."""
    waiting = select(func.count(), func.min(outbox.c.created_at)).where(outbox.c.state == NEW)
    count, oldest = tx.connection.execute(waiting).one()
    return count, oldest


def prune(tx: Transaction, *, older_than: datetime) -> int:
    """Forget what was settled before `older_than`; returns how many. Their keys are free again."""
    return tx.connection.execute(
        delete(outbox).where(outbox.c.state != NEW, outbox.c.sent_at < older_than)
    ).rowcount
