"""How much aid stands where, of what somebody may see; of what is over nothing is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from storage.aid import aid_rows, aid_views
from storage.aid.aid_rows import AID, HOUSEHOLDS
from storage.among import among
from storage.codes import AidState

if TYPE_CHECKING:
    from sqlalchemy import Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

# What is going on: an index holds these alone.
GOING_ON = (
    AidState.TO_REVIEW,
    AidState.TO_APPROVE,
    AidState.APPROVED,
    AidState.RETURNED,
    AidState.PAID,
)
_COUNTED: Select[Any] = (
    select(AID.c.state, func.count())
    .select_from(aid_rows.FROM)
    .where(
        among(HOUSEHOLDS.c.union_id + 0, "scope"),
        AID.c.state.in_(bindparam("states", expanding=True, literal_execute=True)),
    )
    .group_by(AID.c.state)
)


def by_state(tx: Transaction, person: Person) -> dict[AidState, int]:
    """Return how many pieces of aid stand in each state in which something is still to be done."""
    seen = sorted(aid_views.states_seen(person).intersection(GOING_ON))
    if not seen:
        return {}
    asked = {"scope": sorted(person.scope), "states": seen}
    return {AidState(state): count for state, count in tx.connection.execute(_COUNTED, asked)}
