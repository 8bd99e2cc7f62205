"""All that one person hears on a working morning, taken together and marked told; words nothing.

Run twice, or at two places at once, it hands over nothing twice: the caller holds the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert

from storage.columns import table_of
from storage.rulebook.policy import DEFAULT
from storage.tables.work import Digest
from storage.telling import bulletins, notices, outages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from storage.core.transaction import Transaction
    from storage.rulebook.policy import Policy
    from storage.telling.bulletins import Bulletin
    from storage.telling.hearers import Hearer
    from storage.telling.notices import Line
    from storage.telling.outages import Outage

# Said beside other things only: it is about the telling itself.
ASIDE = frozenset({"digest_unsent"})

# More lines than these fill a message by themselves; the rest is told the next morning.
BULLETINS_AT_ONCE = 20

_DIGESTS = table_of(Digest)


@dataclass(frozen=True, slots=True)
class Morning:
    """What one person is told on a day, due items the longest late first.

    `outages`: when the bot was down over the hour at which some of this should have been told. `left`: how
    many bulletins wait for the next morning, for want of room.
    """

    hearer: Hearer
    day: date
    zone: ZoneInfo
    lines: tuple[Line, ...]
    bulletins: tuple[Bulletin, ...] = ()
    outages: tuple[Outage, ...] = ()
    policy: Policy = DEFAULT
    left: int = 0


def take(
    tx: Transaction,
    hearer: Hearer,
    policy: Policy,
    zone: ZoneInfo,
    *,
    waiting: Sequence[Bulletin],
    down: Sequence[Outage] = (),
) -> Morning | None:
    """Return what this person is to be told now and mark it told; None when there is nothing to say.

    `waiting`: the bulletins that wait for them; urgent ones among them only once they are no longer news.
    Afterwards they have had their digest of the day.
    """
    day = tx.now.astimezone(zone).date()
    lines = notices.take(tx, hearer, day)
    ready = [one for one in waiting if not one.is_urgent or not one.is_fresh(tx.now)]
    told = tuple(ready[:BULLETINS_AT_ONCE])
    if not lines and all(one.slug in ASIDE for one in told):
        return None
    late = outages.delaying(tx, down, hearer, policy, zone, lines, told)
    bulletins.mark_told(tx, (one.id for one in told))
    tx.connection.execute(insert(_DIGESTS), {"person_id": hearer.person_id, "day": day, "sent_at": tx.now})
    return Morning(hearer, day, zone, lines, told, late, policy, len(ready) - len(told))
