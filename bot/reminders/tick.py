"""The metronome's beat: whoever has something new to hear is told, by rows in the outbox.

Rows decide what is due and who was told; a beat that comes late, twice or at two places does no harm.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.buttons import inline_markup
from bot.reminders import bulletin, daily, digest, list_work
from bot.texts.catalogue import words
from storage.due import policies
from storage.errors import NotSaved
from storage.post import outbox
from storage.post.outbox import Priority
from storage.rulebook import hours
from storage.telling import bulletins, hearers, mornings, notices, notices_plan, outages, speaking, unsent

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from storage.database import Database, Transaction
    from storage.rulebook.policy import Policy
    from storage.telling.bulletins import Bulletin
    from storage.telling.hearers import Hearer, Waiter
    from storage.telling.outages import Outage

log = logging.getLogger(__name__)

PEOPLE_AT_ONCE = 20
LOOKED_AT = 500
# Recounting a very large union takes minutes: so many batches, and whatever is urgent is told in between.
URGENT_AFTER_BATCHES = 4


async def tell_all(database: Database, *, awake: bool = False) -> int:
    """Write every message that is due now, and return how many digests there were.

    Digests go on working days from the union's own hour until it is quiet, urgent messages on any day outside
    quiet hours, those of safety always. Afterwards everyone who can be told has heard of each stage once, in
    one digest a day; the rest stays for a later beat. `awake`: this process has been beating all the while,
    so that a clock that stands elsewhere was turned, and nothing was down.
    """
    known = await database.run(outages.beat, awake=awake)
    while await database.run(unsent.take_back):
        pass
    await _recount(database, known)
    await _work_on_lists(database, known)
    # Looked at a moment before somebody's hour strikes: their digest waits for a beat that has prepared it.
    digesting = False
    if await database.run(speaking.may_digest_anywhere) or any(not one.is_told for one in known):
        digesting = await _prepare(database)
        await database.run(outages.tell_admins)
    return await _tell_on(database, known, digesting=digesting)


async def tell_waiting(database: Database, *, awake: bool = False) -> int:
    """Write every message that waits and may go now, whoever asks for it between two beats."""
    known = await database.run(outages.beat, awake=awake)
    # Somebody has begun a list, or confirmed its payment, and looks on.
    await _work_on_lists(database, known)
    # Who has their digest of the day now has no other: what is newly due belongs in it.
    digesting = await database.run(speaking.may_digest_anywhere) and await _prepare(database)
    return await _tell_on(database, known, digesting=digesting)


async def tell_urgent(database: Database) -> int:
    """Write every urgent message that waits and may go now, and nothing else; beside a beat if need be."""
    known = await database.run(outages.known)
    return await _tell_on(database, known, digesting=False)


async def _recount(database: Database, known: Sequence[Outage]) -> None:
    """Bring what is due in step with changed rules; nothing urgent waits until all of it is done."""
    batches = 0
    while await database.run(policies.recount):
        batches += 1
        if batches % URGENT_AFTER_BATCHES == 0:
            await _tell_on(database, known, digesting=False)


async def _work_on_lists(database: Database, known: Sequence[Outage]) -> None:
    """Make and pay lists of aid, some households at a time; nothing urgent waits until all of it is done.

    A list that cannot go on keeps back neither the other lists nor anybody's messages: it is passed over, and
    the next beat tries again.
    """
    pieces, faulty = 0, set[str]()
    while await list_work.go_on(database, faulty):
        pieces += 1
        if pieces % URGENT_AFTER_BATCHES == 0:
            await _tell_on(database, known, digesting=False)


async def _prepare(database: Database) -> bool:
    """Find out what has become due since the last time; first who is away and who is back.

    Returns whether that is complete. While another replica still finds out a part of it digests wait for the
    next beat, for whoever has theirs now would hear of the rest only on the next working day.
    """
    await _look_around(database)
    while await database.run(notices_plan.plan):
        pass
    return await database.run(notices_plan.is_complete)


async def _look_around(database: Database) -> None:
    """What is looked at once a day; a fault in one part keeps nobody's digest back."""
    for part in await database.run(daily.unseen):
        try:
            await database.run(daily.look, part)
        except NotSaved:
            raise
        except Exception:
            log.exception("reminders: %s could not be looked at", part)


async def _tell_on(database: Database, known: Sequence[Outage], *, digesting: bool) -> int:
    """Tell one after another; somebody who cannot be told because of a fault keeps nobody else waiting."""
    told, after, faulty = 0, 0, frozenset[int]()
    while True:
        reached: list[int] = []
        try:
            number, after = await database.run(
                tell, after=after, down=known, but=faulty, reached=reached, digesting=digesting
            )
        except NotSaved:
            raise
        except Exception:
            if not reached:
                raise
            log.exception("reminders: person %d could not be told", reached[-1])
            faulty |= {reached[-1]}
            continue
        told += number
        if not after:
            return told


def tell(
    tx: Transaction,
    *,
    after: int = 0,
    down: Sequence[Outage] = (),
    but: Collection[int] = (),
    reached: list[int] | None = None,
    digesting: bool = True,
) -> tuple[int, int]:
    """Tell the next 20 people above `after`; return how many digests and where to go on (0: done).

    `but`: whom to leave out; `reached` is given the id of each person before they are told. `digesting`:
    digests may go, where it is time for them; else urgent messages alone.
    """
    waiters = hearers.waiting(tx, after=after, limit=LOOKED_AT)
    rules = policies.of_many(tx, {one.union_id for one in waiters})
    digests, spoken_to = 0, 0
    for waiter in waiters:
        policy, zone = rules[waiter.union_id], policies.zone_of(tx, waiter.union_id)
        local = tx.now.astimezone(zone)
        may_digest = digesting and _is_digest_time(waiter, policy, local)
        if waiter.person_id in but or not waiter.is_open or not (may_digest or waiter.has_urgent):
            continue
        if reached is not None:
            reached.append(waiter.person_id)
        digests += _speak(tx, waiter, policy, zone, down, may_digest=may_digest)
        spoken_to += 1
        if spoken_to == PEOPLE_AT_ONCE:
            return digests, waiter.person_id
    return digests, waiters[-1].person_id if len(waiters) == LOOKED_AT else 0


def _is_digest_time(waiter: Waiter, policy: Policy, local: datetime) -> bool:
    """Whether digests go out now where this person is, and today's of theirs has not been."""
    had_today = waiter.last_on is not None and waiter.last_on >= local.date()
    return hours.may_digest(policy, local) and not had_today


def _speak(
    tx: Transaction,
    waiter: Waiter,
    policy: Policy,
    zone: ZoneInfo,
    down: Sequence[Outage],
    *,
    may_digest: bool,
) -> bool:
    """Tell one person what may be told now: urgent things alone, then the digest; True if that was sent."""
    hearer = hearers.hold(tx, waiter.person_id)
    if hearer is None:
        return False
    if not hearer.is_reachable:
        notices.give_back(tx, hearer)
        return False
    local = tx.now.astimezone(zone)
    waiting = [one for one in bulletins.waiting(tx, hearer.person_id) if _has_words(tx, hearer, one, zone)]
    alerting = hours.may_alert(policy, local) and not hearer.is_busy
    for one in waiting:
        if one.is_urgent and one.is_fresh(tx.now) and (alerting or one.is_safety):
            _alert(tx, hearer, one, policy, zone, outages.delaying_alert(down, policy, zone, one))
    if hearer.is_busy or not may_digest:
        return False
    if hearer.last_on is not None and hearer.last_on >= local.date():
        return False
    return _digest(tx, hearer, policy, zone, waiting, down)


def _has_words(tx: Transaction, hearer: Hearer, one: Bulletin, zone: ZoneInfo) -> bool:
    """Whether it can be said at all; what was posted wrongly is laid aside, so that the rest is told."""
    speech, today = words(hearer.language), tx.now.astimezone(zone).date()
    try:
        bulletin.line(one, speech, today, zone)
        bulletin.alone(one, speech, today, zone)
        bulletin.keyboard(one, speech, today, zone)
    except (LookupError, ValueError):
        log.exception("reminders: bulletin %d (%s) has no words", one.id, one.slug)
        bulletins.mark_told(tx, [one.id])
        return False
    return True


def _digest(
    tx: Transaction,
    hearer: Hearer,
    policy: Policy,
    zone: ZoneInfo,
    waiting: Sequence[Bulletin],
    down: Sequence[Outage],
) -> bool:
    morning = mornings.take(tx, hearer, policy, zone, waiting=waiting, down=down)
    if morning is None:
        return False
    text, keyboard = digest.draw(morning, words(hearer.language), now=tx.now)
    _put(
        tx,
        hearer,
        {"text": text, "reply_markup": inline_markup(keyboard)},
        priority=Priority.REMINDER,
        key=unsent.digest_key(hearer.person_id, morning.day),
        expires_at=hours.quiet_from(policy, tx.now.astimezone(zone)),
    )
    return True


def _alert(
    tx: Transaction,
    hearer: Hearer,
    one: Bulletin,
    policy: Policy,
    zone: ZoneInfo,
    late_by: Sequence[Outage],
) -> None:
    speech, local = words(hearer.language), tx.now.astimezone(zone)
    parts = [bulletin.alone(one, speech, local.date(), zone), *digest.apologies(late_by, speech, local)]
    keyboard = bulletin.keyboard(one, speech, local.date(), zone)
    payload: dict[str, object] = {"text": "\n".join(parts)}
    if keyboard:
        payload["reply_markup"] = inline_markup(keyboard)
    expires_at = None if one.is_safety else hours.quiet_from(policy, local)
    _put(
        tx,
        hearer,
        payload,
        priority=Priority.URGENT,
        key=unsent.bulletin_key(one.id),
        expires_at=expires_at,
    )
    bulletins.mark_told(tx, [one.id])


def _put(
    tx: Transaction,
    hearer: Hearer,
    payload: dict[str, object],
    *,
    priority: Priority,
    key: str,
    expires_at: datetime | None,
) -> None:
    outbox.put(
        tx,
        chat_id=hearer.chat_id,
        method="sendMessage",
        payload={"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}, **payload},
        priority=priority,
        key=key,
        expires_at=expires_at,
    )
