"""The metronome's beat: whoever has something new to hear gets one digest, written to the outbox.

Rows decide what is due and who was told; a beat that comes late, twice or at two places does no harm.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.buttons import inline_markup
from bot.reminders import digest, workdays
from bot.texts.catalogue import words
from storage.due import notices, notices_plan
from storage.post import heartbeats, outbox
from storage.post.outbox import Priority
from storage.rules import DIGEST_AT

if TYPE_CHECKING:
    from storage.database import Database, Transaction

PEOPLE_AT_ONCE = 20
BEAT = "reminders"
BEAT_EVERY = timedelta(minutes=5)
# A gap between beats that is longer than this is told to whoever waited because of it.
SILENCE = timedelta(minutes=30)

Silence = tuple[datetime, datetime]


async def tell_all(database: Database) -> int:
    """Write every digest that is due now, and return how many.

    On working days from 08:30 to 21:00 of the union's own time, else nothing. Afterwards everyone who can
    be told has heard of each stage once, in one message a day; the rest stays for a later beat.
    """
    silence = await database.run(_beat)
    if not workdays.may_speak(database.clock().astimezone(database.zone)):
        return 0
    while await database.run(notices_plan.plan):
        pass
    told, after = 0, 0
    while True:
        number, after = await database.run(tell, after=after, silence=silence)
        told += number
        if not after:
            return told


def tell(tx: Transaction, *, after: int = 0, silence: Silence | None = None) -> tuple[int, int]:
    """Write the digests of the next 20 people above `after`; return how many and where to go on (0: done)."""
    if not workdays.may_speak(tx.now.astimezone(tx.zone)):
        return 0, 0
    people = notices.waiting(tx, after=after, limit=PEOPLE_AT_ONCE)
    told = sum(_tell(tx, person_id, silence) for person_id in people)
    return told, people[-1] if len(people) == PEOPLE_AT_ONCE else 0


def _tell(tx: Transaction, person_id: int, silence: Silence | None) -> bool:
    morning = notices.take(tx, person_id)
    if morning is None:
        return False
    text, keyboard = digest.draw(morning, words(morning.language), now=tx.now, zone=tx.zone, silence=silence)
    outbox.put(
        tx,
        chat_id=morning.chat_id,
        method="sendMessage",
        payload={"text": text, "parse_mode": "HTML", "reply_markup": inline_markup(keyboard)},
        priority=Priority.REMINDER,
        key=f"digest:{morning.person_id}:{tx.today.isoformat()}",
    )
    return True


def _beat(tx: Transaction) -> Silence | None:
    """Note that reminders are alive; return since when they were not, if that delayed today's digest."""
    last = heartbeats.last(tx, BEAT)
    if last is not None and tx.now - last < BEAT_EVERY:
        return None
    heartbeats.beat(tx, BEAT)
    start = datetime.combine(tx.today, DIGEST_AT, tx.zone)
    if last is None or tx.now - last < SILENCE or not last < start < tx.now - SILENCE:
        return None
    return last, tx.now
