"""What expired before Telegram took it is told anew: nothing goes out at night, and nothing is lost by it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, or_, select, update

from storage.codes import Role
from storage.columns import table_of
from storage.members import membership
from storage.post import outbox
from storage.tables.office import Bulletin
from storage.tables.work import Digest, Notice
from storage.telling import bulletins

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select

    from storage.core.transaction import Transaction

AT_ONCE = 200
DIGEST, BULLETIN = "digest", "bulletin"
# What the admins are told of it; said once, whatever becomes of that itself.
TWICE_REFUSED = "reminder_refused"

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
# What went alone at the same moment is not the digest's: urgent things stand in one when they are old alone.
_BULLETINS_AGAIN = (
    update(_BULLETINS)
    .where(
        _BULLETINS.c.person_id == bindparam("person"),
        _BULLETINS.c.told_at == bindparam("at"),
        or_(_BULLETINS.c.is_urgent.is_(False), _BULLETINS.c.created_at < bindparam("old_before")),
    )
    .values(told_at=None)
)
_BULLETIN: Select[Any] = select(_BULLETINS.c.person_id, _BULLETINS.c.slug).where(
    _BULLETINS.c.id == bindparam("bulletin")
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


def refused(tx: Transaction, letter: int) -> None:
    """Telegram would not have a letter, or nobody knows whether it did: what stood in it waits again, once.

    Refused a second time it would be refused for ever: it is let be, and the admins hear for whom it was.
    What is no reminder stays as it is.
    """
    key = outbox.key_of(tx, letter)
    kind, *rest = (key or "").split(":")
    if key is None or kind not in {DIGEST, BULLETIN}:
        return
    if outbox.refused_before(tx, letter, key):
        _tell_admins(tx, kind, int(rest[0]), key)
    else:
        _wait_again(tx, kind, rest)


def _tell_admins(tx: Transaction, kind: str, number: int, key: str) -> None:
    person_id = number
    if kind == BULLETIN:
        bulletin = tx.connection.execute(_BULLETIN, {"bulletin": number}).one_or_none()
        if bulletin is None or bulletin.slug == TWICE_REFUSED:
            return
        person_id = bulletin.person_id
    root = membership.root_union(tx)
    admins = [] if root is None else bulletins.reachable(tx, Role.ADMIN, root)
    bulletins.post(tx, admins, TWICE_REFUSED, key=f"refused:{key}", urgent=True, person=person_id)


def _untell(tx: Transaction, key: str) -> None:
    kind, *rest = key.split(":")
    if kind == DIGEST and _wait_again(tx, kind, rest):
        on = rest[1]
        bulletins.post(tx, [int(rest[0])], "digest_unsent", key=f"digest_unsent:{on}", on=on)
    elif kind == BULLETIN:
        _wait_again(tx, kind, rest)
    outbox.withdraw(tx, key)


def _wait_again(tx: Transaction, kind: str, rest: list[str]) -> bool:
    """Have it told anew, as if it had never been; False when there was nothing of it."""
    if kind == BULLETIN:
        tx.connection.execute(_BULLETIN_AGAIN, {"bulletin": int(rest[0])})
        return True
    that_day = {"person": int(rest[0]), "on": date.fromisoformat(rest[1])}
    sent_at: datetime | None = tx.connection.scalar(_SENT_AT, that_day)
    if sent_at is None:
        return False
    same = {"person": that_day["person"], "at": sent_at}
    tx.connection.execute(_NOTICES_AGAIN, same)
    tx.connection.execute(_BULLETINS_AGAIN, {**same, "old_before": sent_at - bulletins.FRESH})
    tx.connection.execute(_FORGET, that_day)
    return True
