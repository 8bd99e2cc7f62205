"""How much aid waits where, of what somebody may see; of what waits for nobody nothing is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text, union_all

from storage.aid import aid_rows
from storage.aid.aid_rows import AID, HOUSEHOLDS
from storage.aid_codes import AidState
from storage.among import among
from storage.casebook import aid_views

if TYPE_CHECKING:
    from sqlalchemy import Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person


def _waiting(held: str) -> Select[Any]:
    """Counted from the index that holds these alone, whose own condition stands in the text."""
    return (
        select(AID.c.state, func.count())
        .select_from(aid_rows.FROM)
        .where(text(held), among(HOUSEHOLDS.c.union_id + 0, "scope"))
        .group_by(AID.c.state)
    )


_COUNTED = union_all(
    _waiting("aid.state IN ('TO_REVIEW', 'TO_APPROVE')"),
    _waiting("aid.state = 'APPROVED'"),
    _waiting("aid.state = 'RETURNED'"),
)


def by_state(tx: Transaction, person: Person) -> dict[AidState, int]:
    """Return how many pieces of aid wait for somebody in each state, as far as the person may see them."""
    seen = aid_views.states_seen(person)
    if not seen:
        return {}
    counted = tx.connection.execute(_COUNTED, {"scope": sorted(person.scope)})
    return {AidState(state): count for state, count in counted if state in seen}
