"""Writes down who did or looked at what, each entry linked to the one before by a keyed hash.

It must not hold personal data: subjects are ids (`household:12`), details are codes, numbers and dates.
"""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select, update

from storage.columns import table_of
from storage.tables.audit import AuditEntry, AuditHead

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Row

    from storage.database import Transaction

ENTRIES = table_of(AuditEntry)
HEAD = table_of(AuditHead)
CHAIN_START = b""
FAULTS_SHOWN = 100
ROWS_AT_ONCE = 1_000

_READ_HEAD = select(HEAD.c.entry_id, HEAD.c.head).where(HEAD.c.id == 1)
_APPEND = insert(ENTRIES)
_WALK = select(ENTRIES).order_by(ENTRIES.c.id).execution_options(yield_per=ROWS_AT_ONCE)
_MOVE_HEAD = update(HEAD).where(HEAD.c.id == 1)


class Head(NamedTuple):
    """The newest entry and its link; kept outside, it shows if the end of the chain was ever cut off."""

    entry_id: int
    link: str


def record(tx: Transaction, /, *, person_id: int | None, act: str, subject: str, **details: object) -> None:
    """Append one entry. `details` must be plain JSON (codes, numbers, dates as text).

    `person_id` None: the shell or the program itself. An entry is kept only if its transaction is: who
    refuses something and wants it remembered catches the refusal inside the transaction.
    """
    previous = tx.connection.execute(_READ_HEAD).one_or_none()
    entry_id = previous.entry_id + 1 if previous else 1
    content = _canonical(entry_id, tx.now, person_id, act, subject, details)
    link = tx.vault.link(previous.head if previous else CHAIN_START, content)
    tx.connection.execute(
        _APPEND,
        {
            "id": entry_id,
            "happened_at": tx.now,
            "person_id": person_id,
            "act": act,
            "subject": subject,
            "details": details,
            "link": link,
        },
    )
    if previous:
        tx.connection.execute(_MOVE_HEAD, {"entry_id": entry_id, "head": link})
    else:
        tx.connection.execute(insert(HEAD), {"id": 1, "entry_id": entry_id, "head": link})


def head(tx: Transaction) -> Head | None:
    """Return the chain's end for publication outside; None while nothing was recorded."""
    found = tx.connection.execute(_READ_HEAD).one_or_none()
    return Head(found.entry_id, found.head.hex()) if found else None


def check(tx: Transaction) -> list[str]:
    """Walk the whole chain and name what does not hold, as `audit_entries <id> <fault>`; [] when all holds.

    Faults: `altered` (edited, or moved to another place), `removed`, `added` (past the recorded end),
    `cut` (the end is missing). At most 100 are named.
    """
    faults: list[str] = []
    for fault in _faults(tx):
        faults.append(fault)
        if len(faults) == FAULTS_SHOWN:
            break
    return faults


def _faults(tx: Transaction) -> Iterator[str]:
    end = tx.connection.execute(_READ_HEAD).one_or_none()
    end_id, end_link = (end.entry_id, end.head) if end else (0, CHAIN_START)
    before_id, before_link = 0, CHAIN_START
    for entry in tx.connection.execute(_WALK):
        if entry.id > end_id or entry.id < 1:
            yield f"audit_entries {entry.id} added"
            continue
        if entry.id != before_id + 1:
            # The next link hangs on a missing one: the gap is named, the link cannot be judged.
            yield from _missing(before_id + 1, entry.id - 1, "removed")
        elif tx.vault.link(before_link, _content(entry)) != entry.link:
            yield f"audit_entries {entry.id} altered"
        before_id, before_link = entry.id, entry.link
    if before_id < end_id:
        yield from _missing(before_id + 1, end_id, "cut")
    elif before_link != end_link:
        yield f"audit_head {end_id} altered"


def _missing(first: int, last: int, fault: str) -> Iterator[str]:
    return (f"audit_entries {entry_id} {fault}" for entry_id in range(first, last + 1))


def _content(entry: Row[tuple[object, ...]]) -> bytes:
    return _canonical(entry.id, entry.happened_at, entry.person_id, entry.act, entry.subject, entry.details)


def _canonical(
    entry_id: int, happened_at: datetime, person_id: int | None, act: str, subject: str, details: object
) -> bytes:
    """Return the entry's one spelling; its number is part of it, so that no entry can change places."""
    fields: Sequence[object] = (
        entry_id,
        happened_at.astimezone(UTC).isoformat(),
        person_id,
        act,
        subject,
        details,
    )
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
