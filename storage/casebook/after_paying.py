"""Lists aid that waits for nobody's decision any more: what is to be revisited, and what is finished.

Whatever was given is in exactly one of the two: to be revisited as long as a revisit of it is open.
"""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from storage.aid import aid_rows
from storage.aid.aid_lines import LINES, LISTED_MAX, as_line, states_seen
from storage.aid.aid_rows import AID, HOUSEHOLDS
from storage.aid_codes import AidState
from storage.among import among
from storage.due import revisits_open
from storage.rules import GIVEN

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.aid.aid_lines import AidLine
    from storage.core.transaction import Transaction
    from storage.members.people import Person

FINISHED = frozenset({*GIVEN, AidState.REFUSED, AidState.WITHDRAWN, AidState.REVERSED})

_SEEN = among(HOUSEHOLDS.c.union_id + 0, "scope")
_FIRST = revisits_open.FIRST.subquery("first")
_TO_REVISIT: Select[Any] = (
    LINES.join(_FIRST, _FIRST.c.aid_id == AID.c.id)
    .where(_SEEN)
    .order_by(_FIRST.c.due_on, AID.c.number)
    .limit(bindparam("most"))
    .offset(bindparam("passed"))
)
_COUNT = (
    select(func.count())
    .select_from(aid_rows.FROM)
    .where(AID.c.id.in_(select(revisits_open.FOLLOWUPS.c.aid_id).where(revisits_open.OPEN)), _SEEN)
)
_STATES = AID.c.state.in_(bindparam("states", expanding=True))
# By the index of the day it was paid, the newest first; what was never paid is found by it too.
_PAID = (
    LINES.where(AID.c.paid_on.is_not(None), _STATES, ~revisits_open.awaits(AID.c.id), _SEEN)
    .order_by(AID.c.paid_on.desc(), AID.c.number.desc())
    .limit(bindparam("most"))
)
_NEVER_PAID = (
    LINES.where(AID.c.paid_on.is_(None), _STATES, _SEEN)
    .order_by(AID.c.recorded_at.desc(), AID.c.number.desc())
    .limit(bindparam("most"))
)


def to_revisit(tx: Transaction, person: Person, limit: int = LISTED_MAX, offset: int = 0) -> list[AidLine]:
    """Return the aid in the person's sight whose revisit is open, the one due first on top."""
    if AidState.PAID not in states_seen(person):
        return []
    asked = {"scope": sorted(person.scope), "most": limit, "passed": offset}
    return [as_line(row) for row in tx.connection.execute(_TO_REVISIT, asked)]


def to_revisit_count(tx: Transaction, person: Person) -> int:
    """Return how much that is."""
    if AidState.PAID not in states_seen(person):
        return 0
    return int(tx.connection.scalar(_COUNT, {"scope": sorted(person.scope)}) or 0)


def finished(tx: Transaction, person: Person, limit: int = LISTED_MAX, offset: int = 0) -> list[AidLine]:
    """Return the aid in the person's sight for which nothing is left to do, the newest first.

    By the day on which it was paid, of one day the highest number first; what was never paid stands at the
    day on which it was asked for.
    """
    states = sorted(FINISHED & states_seen(person))
    asked = {"scope": sorted(person.scope), "states": states, "most": limit + offset}
    lists = [tx.connection.execute(one, asked).all() for one in (_PAID, _NEVER_PAID)]

    def day(row: Row[Any]) -> date:
        known: date = row.paid_on or row.recorded_at.astimezone(tx.zone).date()
        return known

    newest = list(merge(*lists, key=day, reverse=True))
    return [as_line(row) for row in newest[offset : offset + limit]]
