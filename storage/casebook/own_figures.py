"""What became of what somebody proposed in a year, in figures; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from storage.aid_codes import AidState
from storage.money.fund import aid

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from storage.members.people import Person

_BY_STATE = (
    select(aid.c.state, func.count(), func.coalesce(func.sum(aid.c.amount_fen), 0))
    .where(
        aid.c.proposed_by == bindparam("person"),
        aid.c.recorded_at >= bindparam("first", type_=aid.c.recorded_at.type),
        aid.c.recorded_at < bindparam("after", type_=aid.c.recorded_at.type),
        aid.c.batch_id.is_(None),
    )
    .group_by(aid.c.state)
)


@dataclass(frozen=True, slots=True)
class OwnLine:
    """How many of a person's proposals are in a state now, and what they were for together."""

    state: AidState
    count: int
    fen: int


def of(tx: Transaction, person: Person, year: int) -> list[OwnLine]:
    """Return a line for each state of what the person proposed in a year, lists not counted."""
    first = datetime.combine(date(year, 1, 1), time(0), tx.zone)
    after = datetime.combine(date(year + 1, 1, 1), time(0), tx.zone)
    rows = tx.connection.execute(_BY_STATE, {"person": person.id, "first": first, "after": after})
    found = {state: OwnLine(AidState(state), int(count), int(fen)) for state, count, fen in rows}
    return [found[state] for state in AidState if state in found]
