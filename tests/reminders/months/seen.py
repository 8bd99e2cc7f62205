"""What the product did, as its tables have it: what is open, what was told, what was there before."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from storage.columns import table_of
from storage.post import heartbeats
from storage.post.outbox import NEW, SEAL, SENT, Priority
from storage.tables.mail import outbox
from storage.tables.office import Bulletin
from storage.tables.work import DraftRow, Followup, Notice
from storage.telling import outages

if TYPE_CHECKING:
    from datetime import date, datetime

    from storage.core.transaction import Transaction
    from tests.reminders.months.told_page import ItemKey, Mark

_NOTICES, _FOLLOWUPS = table_of(Notice), table_of(Followup)
# A letter that leaves just before it expires may be on its way for so long.
ON_ITS_WAY = timedelta(minutes=2)
Heard = dict[int, dict["ItemKey", set["Mark"]]]
Letter = tuple[int, int, dict[str, Any]]
_KEY = (_FOLLOWUPS.c.kind, _FOLLOWUPS.c.aid_id, _FOLLOWUPS.c.round, _FOLLOWUPS.c.source)


@dataclass
class Before:
    """What is there before a beat of what the page does not keep.

    `urgent`: for whom something urgent waits; `expired`: letters that came too late; `filling`: who fills a
    report on which household, and when they last touched it; `was_down`: an outage nobody was told of.
    """

    urgent: set[int]
    expired: list[str]
    filling: dict[int, tuple[int, datetime]]
    was_down: bool


def before(tx: Transaction, now: datetime) -> Before:
    bulletin = table_of(Bulletin)
    urgent = select(bulletin.c.person_id).where(bulletin.c.told_at.is_(None), bulletin.c.is_urgent)
    expired = select(outbox.c.key).where(
        outbox.c.state == NEW, outbox.c.key.is_not(None), outbox.c.expires_at <= now - ON_ITS_WAY
    )
    drafts = table_of(DraftRow)
    filled = select(drafts.c.person_id, drafts.c.household_id, drafts.c.touched_at).where(
        drafts.c.state == "ACTIVE"
    )
    known = heartbeats.details(tx, outages.BEAT).get("outages", ())
    return Before(
        set(tx.connection.scalars(urgent)),
        [str(key) for key in tx.connection.scalars(expired)],
        {row.person_id: (row.household_id, row.touched_at) for row in tx.connection.execute(filled)},
        any(not told for _, _, told in known),
    )


def told_at(tx: Transaction, now: datetime) -> tuple[Heard, list[Letter]]:
    marked = (
        select(_NOTICES, _FOLLOWUPS.c.household_id, *_KEY)
        .join(_FOLLOWUPS, _FOLLOWUPS.c.id == _NOTICES.c.followup_id)
        .where(_NOTICES.c.told_at == now)
    )
    heard: defaultdict[int, dict[ItemKey, set[Mark]]] = defaultdict(dict)
    for row in tx.connection.execute(marked):
        key = (row.household_id, (row.kind, row.aid_id, row.round, row.source))
        heard[row.person_id].setdefault(key, set()).add((row.due_on, row.turn, row.stage))
    written = (
        select(outbox.c.chat_id, outbox.c.priority, outbox.c.payload)
        .where(outbox.c.created_at == now, outbox.c.priority >= Priority.URGENT)
        .order_by(outbox.c.id)
    )
    letters = [
        (row.chat_id, row.priority, json.loads(tx.vault.open(row.payload, SEAL)))
        for row in tx.connection.execute(written)
    ]
    return dict(heard), letters


def open_items(tx: Transaction) -> dict[ItemKey, tuple[date, date, int | None, bool, int]]:
    rows = tx.connection.execute(select(_FOLLOWUPS).where(_FOLLOWUPS.c.state == "OPEN"))
    return {
        (row.household_id, (row.kind, row.aid_id, row.round, row.source)): (
            row.due_on,
            row.opens_on,
            row.person_id,
            row.for_role is not None,
            row.turn,
        )
        for row in rows
    }


def deliver(tx: Transaction) -> None:
    tx.connection.execute(update(outbox).where(outbox.c.state == NEW).values(state=SENT))


def shown(heard: Heard) -> str:
    return (
        "; ".join(
            f"{person}: "
            + ", ".join(
                f"{key[0]}/{key[1][0]}/{key[1][3]} {max(marks)[0]:%m-%d} t{max(marks)[1]} "
                + "+".join(sorted(mark[2] for mark in marks))
                for key, marks in sorted(told.items(), key=str)
            )
            for person, told in sorted(heard.items())
        )
        or "nothing"
    )
