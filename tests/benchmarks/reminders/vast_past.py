"""What lies behind a vast union: digests, letters and bulletins of the last month, leaves and handovers.

None of it is of any more interest to a tick, and a tick must not read it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import literal

from storage.codes import HandoverState
from storage.columns import Instant, Json, table_of
from storage.post.outbox import SENT, Priority
from storage.tables.mail import outbox
from storage.tables.office import Absence, Bulletin, Handover
from storage.tables.work import Digest
from tests.benchmarks.reminders.vast_rows import MONDAY, Size, day, numbers, put, said
from tests.clock import START

if TYPE_CHECKING:
    from sqlalchemy import Connection

MONTH_DAYS = 20
BULLETINS = 5
LEAVES = 2


def fill(connection: Connection, size: Size, first_telegram_id: int) -> None:
    """Give every cadre a past."""
    earlier = literal(START - timedelta(days=1), Instant())
    number = numbers(size.cadres * MONTH_DAYS).c.number
    person = (number - 1) % size.cadres + 1
    ago = -1 - (number - 1) // size.cadres
    put(
        connection,
        table_of(Digest),
        person_id=person,
        day=day(connection, MONDAY, ago),
        sent_at=earlier,
    )
    put(
        connection,
        outbox,
        chat_id=first_telegram_id + person,
        method=literal("sendMessage"),
        priority=literal(int(Priority.REMINDER)),
        key=said("digest:", number),
        expires_at=earlier,
        state=literal(SENT),
        created_at=earlier,
        sent_at=earlier,
    )
    number = numbers(size.cadres * BULLETINS).c.number
    put(
        connection,
        table_of(Bulletin),
        person_id=(number - 1) % size.cadres + 1,
        key=said("past:", number),
        slug=literal("back"),
        details=literal({}, Json()),
        is_urgent=literal(value=False),
        created_at=earlier,
        told_at=earlier,
    )
    number = numbers(size.cadres * LEAVES).c.number
    put(
        connection,
        table_of(Absence),
        person_id=(number - 1) % size.cadres + 1,
        substitute_id=number % size.cadres + 1,
        from_on=day(connection, MONDAY, -60),
        until_on=day(connection, MONDAY, -50),
        created_by=(number - 1) % size.cadres + 1,
        created_at=earlier,
    )
    number = numbers(size.cadres).c.number
    put(
        connection,
        table_of(Handover),
        id=said("handover-", number),
        giver_id=number,
        receiver_id=number % size.cadres + 1,
        asked_by=number,
        state=literal(HandoverState.ACCEPTED),
        asked_at=earlier,
        answered_at=earlier,
    )
