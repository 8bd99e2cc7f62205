"""Lists aid, each piece on one line, as far as somebody may see it: within their scope, and by their roles.

Who only pays sees aid once it is approved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, false, select, text

from storage.aid import aid_rows
from storage.aid.aid_rows import AID, HOUSEHOLDS, UNIONS
from storage.aid_codes import AidKind, AidState, FundSource
from storage.among import among
from storage.codes import Role
from storage.columns import table_of
from storage.due import revisits_open
from storage.tables.people import PersonRow

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

LISTED_MAX = 50
# Who reads a household's file, and with it why aid was asked for.
FILE_READERS = frozenset({Role.CADRE, Role.OFFICER, Role.CHAIR, Role.AUDITOR})
# What a treasurer has to do with.
APPROVED_ONCE = frozenset(
    {AidState.APPROVED, AidState.PAID, AidState.REVISITED, AidState.CLOSED, AidState.REVERSED}
)

_PEOPLE = table_of(PersonRow)
LINES: Select[Any] = select(
    AID.c.id,
    AID.c.number,
    AID.c.household_id,
    HOUSEHOLDS.c.name.label("household_name"),
    UNIONS.c.name.label("union_name"),
    AID.c.kind,
    AID.c.source,
    AID.c.amount_fen,
    AID.c.paid_fen,
    AID.c.state,
    AID.c.revision,
    AID.c.is_emergency,
    AID.c.waits_since.label("since"),
    _PEOPLE.c.name.label("proposer_name"),
    AID.c.batch_id,
    AID.c.recorded_at,
    AID.c.paid_on,
    # Asked of what is paid alone: nothing else is revisited.
    case((AID.c.state == AidState.PAID, revisits_open.awaits(AID.c.id)), else_=false()).label(
        "awaits_revisit"
    ),
).select_from(aid_rows.FROM.outerjoin(_PEOPLE, _PEOPLE.c.id == AID.c.proposed_by))
_SEEN: Select[Any] = LINES.where(among(HOUSEHOLDS.c.union_id + 0, "scope"))
_OF_HOUSEHOLD = (
    _SEEN.where(AID.c.household_id == bindparam("household"), AID.c.state != AidState.DRAFT)
    .order_by(AID.c.recorded_at.desc(), AID.c.number.desc())
    .limit(bindparam("most"))
)
_MINE = (
    _SEEN.where(AID.c.proposed_by == bindparam("person"), AID.c.batch_id.is_(None))
    .order_by(AID.c.recorded_at.desc(), AID.c.number.desc())
    .limit(bindparam("most"))
)
# The indexes' own conditions stand in the text: only so does SQLite use those that hold these alone.
_HELD = {
    AidState.TO_REVIEW: "aid.state IN ('TO_REVIEW', 'TO_APPROVE')",
    AidState.TO_APPROVE: "aid.state IN ('TO_REVIEW', 'TO_APPROVE')",
    AidState.APPROVED: "aid.state = 'APPROVED'",
    AidState.RETURNED: "aid.state = 'RETURNED'",
}
_WAITING = {
    state: _SEEN.where(text(held), AID.c.state == str(state))
    .order_by(AID.c.waits_since, AID.c.id)
    .limit(bindparam("most"))
    for state, held in _HELD.items()
}


@dataclass(frozen=True, slots=True)
class AidLine:
    """One piece of aid on a line; `since`: from when it waits for whoever its state names.

    `paid_on`: of its first payment that stands. `awaits_revisit`: a revisit of it is open.
    """

    id: str
    number: str
    household_id: int
    household_name: str
    union_name: str
    kind: AidKind
    source: FundSource
    amount_fen: int
    paid_fen: int
    state: AidState
    revision: int
    is_emergency: bool
    since: datetime | None
    proposer_name: str | None
    batch_id: str | None
    recorded_at: datetime
    paid_on: date | None
    awaits_revisit: bool


def of_household(
    tx: Transaction, person: Person, household_id: int, limit: int = LISTED_MAX
) -> list[AidLine]:
    """Return a household's aid as far as the person may see it, the newest first."""
    seen = states_seen(person)
    asked = {"scope": sorted(person.scope), "household": household_id, "most": limit}
    lines = [as_line(row) for row in tx.connection.execute(_OF_HOUSEHOLD, asked)]
    return [one for one in lines if one.state in seen]


def mine(tx: Transaction, person: Person, limit: int = LISTED_MAX) -> list[AidLine]:
    """Return what the person proposed one by one, for households that they still see, the newest first."""
    asked = {"scope": sorted(person.scope), "person": person.id, "most": limit}
    return [as_line(row) for row in tx.connection.execute(_MINE, asked)]


def in_state(
    tx: Transaction, person: Person, states: Collection[AidState], limit: int = LISTED_MAX, offset: int = 0
) -> list[AidLine]:
    """Return the aid that waits in these states, as far as the person may see it, the longest first.

    In a state in which it waits for nobody there is none.
    """
    asked = {"scope": sorted(person.scope), "most": limit + offset}
    seen = states_seen(person).intersection(states)
    waiting = [
        row for state in _WAITING if state in seen for row in tx.connection.execute(_WAITING[state], asked)
    ]
    waiting.sort(key=lambda row: (row.since or row.recorded_at, row.id))
    return [as_line(row) for row in waiting[offset : offset + limit]]


def states_seen(person: Person) -> frozenset[AidState]:
    """Return the states in which somebody sees aid at all."""
    if person.roles & FILE_READERS:
        return frozenset(AidState)
    return APPROVED_ONCE if Role.TREASURER in person.roles else frozenset()


def as_line(row: Row[Any]) -> AidLine:
    """Return what was read with `LINES`, its codes as codes."""
    codes = {
        "kind": AidKind(row.kind),
        "source": FundSource(row.source),
        "state": AidState(row.state),
        "is_emergency": bool(row.is_emergency),
    }
    return AidLine(**{**row._mapping, **codes})  # noqa: SLF001 - SQLAlchemy's public name for it
