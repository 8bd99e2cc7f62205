"""Whether news of a step about a due item is still so when it is told; words nothing, posts nothing.

What was decided later about the same item overtakes it, and nobody hears of work that is done, is somebody
else's by now, or lies in a branch that is not theirs to see any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from storage.among import among
from storage.codes import FollowupState
from storage.columns import table_of
from storage.members import absences, people
from storage.tables.dossiers import Household
from storage.tables.work import Followup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction

# Told to whoever has the item; to whoever had it; and to the officers over it.
_TO_OWNER = frozenset({"step_assigned", "step_assigned_first", "step_more_days"})
_TO_FORMER = frozenset({"step_taken", "step_passed_on"})
_ASIDE = frozenset({"step_moved", "step_declined", "step_hospital"})
_CLOSED = "step_closed"
_SLUGS = _TO_OWNER | _TO_FORMER | _ASIDE | {_CLOSED}
# Days that were given do not make it unsaid whose the item is.
_BESIDE = dict.fromkeys(("step_assigned", "step_assigned_first"), frozenset({"step_more_days"}))

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_ITEMS: Select[Any] = (
    select(
        _FOLLOWUPS.c.id,
        _FOLLOWUPS.c.state,
        _FOLLOWUPS.c.for_role,
        func.coalesce(_FOLLOWUPS.c.person_id, _HOUSEHOLDS.c.liaison_id).label("owner_id"),
        _HOUSEHOLDS.c.union_id,
    )
    .join(_HOUSEHOLDS, _HOUSEHOLDS.c.id == _FOLLOWUPS.c.household_id)
    .where(among(_FOLLOWUPS.c.id, "items"))
)


def outdated(tx: Transaction, person_id: int, posted: Sequence[tuple[str, object]]) -> list[bool]:
    """Return, for each of one person's bulletins in their order, whether it is no longer to be told.

    `posted`: the slug of each and the item that it speaks of. Whatever is no news of a step stays.
    """
    asked = {item for slug, item in posted if slug in _SLUGS}
    if not asked:
        return [False] * len(posted)
    rows = {row.id: row for row in tx.connection.execute(_ITEMS, {"items": sorted(asked, key=str)})}
    scope = people.get(tx, person_id).scope
    # What somebody on leave has is for whoever stands in for them to know.
    mine = absences.standing_in(tx, person_id, tx.today) | {person_id}
    return [
        slug in _SLUGS
        and (_is_overtaken(slug, item, posted[place + 1 :]) or not _stands(slug, rows.get(item), mine, scope))
        for place, (slug, item) in enumerate(posted)
    ]


def _is_overtaken(slug: str, item: object, later: Sequence[tuple[str, object]]) -> bool:
    beside = _BESIDE.get(slug, frozenset())
    return any(one in _SLUGS - beside and other == item for one, other in later)


def _stands(slug: str, row: Row[Any] | None, mine: frozenset[int], scope: frozenset[int]) -> bool:
    if row is None or (row.union_id not in scope and row.owner_id not in mine):
        return False
    is_theirs = row.for_role is None and row.owner_id in mine
    if slug == _CLOSED:
        return bool(row.state == FollowupState.DISMISSED) and row.owner_id in mine
    if row.state != FollowupState.OPEN:
        return False
    if slug in _TO_OWNER:
        return is_theirs
    return slug in _ASIDE or not is_theirs
