"""When the bot was down, noted by the metronome itself, and what was told late because of it.

Each beat is written down; a beat that comes half an hour after the last one ends an outage. A process that
has been beating all the while and finds another time on the clock was not down: the clock was turned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, union

from storage.among import among
from storage.codes import Role
from storage.columns import table_of
from storage.due import policies
from storage.members import membership
from storage.post import heartbeats
from storage.rulebook import hours
from storage.tables.office import Bulletin as BulletinRow
from storage.tables.people import PersonRow
from storage.tables.work import Followup, Notice
from storage.telling import bulletins, hearers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from sqlalchemy import Select

    from storage.core.transaction import Transaction
    from storage.rulebook.policy import Policy
    from storage.telling.bulletins import Bulletin
    from storage.telling.hearers import Hearer
    from storage.telling.notices import Line

BEAT = "reminders"
BEAT_EVERY = timedelta(minutes=1)
SILENCE = timedelta(minutes=30)
KEPT = timedelta(days=7)
# Telegram keeps what people send for so long; what was sent before an outage's last day is lost.
UPDATES_KEPT = timedelta(hours=24)

_FOLLOWUPS = table_of(Followup)
_PEOPLE = table_of(PersonRow)
_NOTICES = table_of(Notice)
_BULLETINS = table_of(BulletinRow)
_THERE = select(_FOLLOWUPS.c.id).where(
    among(_FOLLOWUPS.c.id, "ids"), _FOLLOWUPS.c.created_at <= bindparam("at")
)
_WAIT: Select[Any] = (
    select(_PEOPLE.c.union_id, func.count())
    .where(
        _PEOPLE.c.id.in_(
            union(
                select(_NOTICES.c.person_id).where(_NOTICES.c.told_at.is_(None)),
                select(_BULLETINS.c.person_id).where(_BULLETINS.c.told_at.is_(None)),
            )
        )
    )
    .group_by(_PEOPLE.c.union_id)
)


@dataclass(frozen=True, slots=True)
class Outage:
    """The bot was down from `since` until `until`; `is_told`: the admins have heard of it."""

    since: datetime
    until: datetime
    is_told: bool = False


def beat(tx: Transaction, *, awake: bool = False) -> tuple[Outage, ...]:
    """Note that reminders are alive; return the outages of the last week, the one just over among them.

    `awake`: this very process has been beating all the while, whatever the clock says.
    """
    last = heartbeats.last(tx, BEAT)
    found = known(tx) if last is not None else ()
    if last is not None and timedelta() <= tx.now - last < BEAT_EVERY:
        return found
    if last is not None and tx.now - last >= SILENCE and not awake:
        found = (*found, Outage(last, tx.now))
    found = tuple(one for one in found if tx.now - one.until < KEPT)
    heartbeats.beat(tx, BEAT, _written(found))
    return found


def known(tx: Transaction) -> tuple[Outage, ...]:
    """Return the outages of the last week, without noting anything."""
    return _read(heartbeats.details(tx, BEAT))


def tell_admins(tx: Transaction) -> None:
    """Tell the admins of each outage they have not heard of, with how many people's digests it delayed.

    What is due has been planned by then. An outage of more than a day also lost what people had sent.
    """
    found = known(tx)
    root = membership.root_union(tx)
    untold = [one for one in found if not one.is_told]
    if not untold or root is None:
        return
    admins = bulletins.reachable(tx, Role.ADMIN, root)
    for one in untold:
        late = _people_delayed(tx, one)
        slug = "outage_long" if one.until - one.since > UPDATES_KEPT else "outage" if late else "outage_alone"
        since, until = one.since.isoformat(), one.until.isoformat()
        bulletins.post(
            tx, admins, slug, key=f"outage:{since}", urgent=True, since=since, until=until, count=late
        )
    told = tuple(Outage(one.since, one.until, is_told=True) for one in found)
    heartbeats.beat(tx, BEAT, _written(told))


def delaying(
    tx: Transaction,
    down: Sequence[Outage],
    hearer: Hearer,
    policy: Policy,
    zone: ZoneInfo,
    lines: Sequence[Line],
    told: Sequence[Bulletin],
) -> tuple[Outage, ...]:
    """Return the outages because of which this person hears some of this later than they should have."""
    missed = {
        one: moments[-1]
        for one in down
        if (
            moments := list(
                hours.digests_between(policy, *(at.astimezone(zone) for at in (one.since, one.until)))
            )
        )
    }
    if not missed:
        return ()
    sent_at = hearers.last_sent_at(tx, hearer)
    return tuple(
        one
        for one, moment in missed.items()
        if (sent_at is None or sent_at < moment) and _was_there(tx, moment, policy, lines, told)
    )


def delaying_alert(
    down: Iterable[Outage], policy: Policy, zone: ZoneInfo, bulletin: Bulletin
) -> tuple[Outage, ...]:
    """Return the outage because of which something urgent is told later than it should have been."""
    should = hours.alert_from(policy, bulletin.created_at.astimezone(zone))
    return tuple(one for one in down if one.since <= should < one.until)


def _was_there(
    tx: Transaction, moment: datetime, policy: Policy, lines: Sequence[Line], told: Sequence[Bulletin]
) -> bool:
    """Whether any of this was already to be told at that moment."""
    if any(one.created_at <= moment for one in told):
        return True
    reached = [
        one.item.id
        for one in lines
        if one.item.due_on + timedelta(days=policy.stage_days(one.stage)) <= moment.date()
    ]
    return bool(reached) and tx.connection.scalar(_THERE.limit(1), {"ids": reached, "at": moment}) is not None


def _people_delayed(tx: Transaction, outage: Outage) -> int:
    """How many people wait for a digest that should have gone out meanwhile."""
    rows = tx.connection.execute(_WAIT).all()
    rules = policies.of_many(tx, [row[0] for row in rows])
    zones = {row[0]: policies.zone_of(tx, row[0]) for row in rows}
    return sum(
        int(row[1])
        for row in rows
        if any(
            hours.digests_between(
                rules[row[0]], *(at.astimezone(zones[row[0]]) for at in (outage.since, outage.until))
            )
        )
    )


def _read(details: dict[str, Any]) -> tuple[Outage, ...]:
    return tuple(
        Outage(datetime.fromisoformat(since), datetime.fromisoformat(until), bool(is_told))
        for since, until, is_told in details.get("outages", ())
    )


def _written(found: Iterable[Outage]) -> dict[str, object]:
    return {"outages": [[one.since.isoformat(), one.until.isoformat(), one.is_told] for one in found]}
