"""What expired before Telegram took it is told anew: nothing goes out at night, and nothing is lost by it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from storage.columns import table_of
from storage.post import outbox
from storage.tables.office import Bulletin
from storage.tables.work import Digest, Notice
from storage.telling import bulletins

if TYPE_CHECKING:
    from datetime import datetime

    from storage.core.transaction import Transaction

AT_ONCE = 200
DIGEST, BULLETIN = "digest", "bulletin"

_DIGESTS = table_of(Digest)
_NOTICES = table_of(Notice)
_BULLETINS = table_of(Bulletin)
_THAT_DAY = (_DIGESTS.c.person_id == bindparam("person"), _DIGESTS.c.day == bindparam("on"))
_SENT_AT = select(_DIGESTS.c.sent_at).where(*_THAT_DAY)
_FORGET = delete(_DIGESTS).where(*_THAT_DAY)
_NOTICES_AGAIN = (
    update(_NOTICES)
    .where(_NOTICES.c.person_id == bindparam("person"), _NOTICES.c.told_at == bindparam("at"))
    .values(told_at=None)
)
_BULLETINS_AGAIN = (
    update(_BULLETINS)
    .where(_BULLETINS.c.person_id == bindparam("person"), _BULLETINS.c.told_at == bindparam("at"))
    .values(told_at=None)
)
_BULLETIN_AGAIN = update(_BULLETINS).where(_BULLETINS.c.id == bindparam("bulletin")).values(told_at=None)


def digest_key(person_id: int, day: date) -> str:
    """The key of a day's digest in the outbox."""
    return f"{DIGEST}:{person_id}:{day.isoformat()}"


def bulletin_key(bulletin_id: int) -> str:
    """The key of a bulletin that goes alone."""
    return f"{BULLETIN}:{bulletin_id}"


def take_back(tx: Transaction) -> bool:
    """Withdraw the next reminders that expired unsent; True when there may be more.

    Afterwards what stood in them waits again: an urgent one to go alone, a digest's lines for the next
    digest, which says on which day they did not get through.
    """
    keys = outbox.too_late(tx, AT_ONCE)
    for key in keys:
        _untell(tx, key)
    return len(keys) == AT_ONCE


def never_came(tx: Transaction, chat_id: int) -> None:
    """A chat has just refused what was on its way to it: that waits again, for whoever can be told of it."""
    for key in outbox.just_refused(tx, chat_id):
        _untell(tx, key)


def _untell(tx: Transaction, key: str) -> None:
    kind, *rest = key.split(":")
    if kind == DIGEST:
        _untell_digest(tx, int(rest[0]), date.fromisoformat(rest[1]))
    elif kind == BULLETIN:
        tx.connection.execute(_BULLETIN_AGAIN, {"bulletin": int(rest[0])})
    outbox.withdraw(tx, key)


def _untell_digest(tx: Transaction, person_id: int, day: date) -> None:
    that_day = {"person": person_id, "on": day}
    sent_at: datetime | None = tx.connection.scalar(_SENT_AT, that_day)
    if sent_at is None:
        return
    same = {"person": person_id, "at": sent_at}
    tx.connection.execute(_NOTICES_AGAIN, same)
    tx.connection.execute(_BULLETINS_AGAIN, same)
    tx.connection.execute(_FORGET, that_day)
    on = day.isoformat()
    bulletins.post(tx, [person_id], "digest_unsent", key=f"digest_unsent:{on}", on=on)
