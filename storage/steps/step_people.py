"""To whom a due item could be given, and how much each of them has open already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from storage.codes import PersonState, Role
from storage.columns import table_of
from storage.members import absences, people
from storage.steps import step_rows
from storage.tables.people import PersonRow
from storage.takeover import workload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import BindParameter, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

# Cadres of the branch come first; officer and chair may be given an item too.
_GIVEN_TO = (Role.CADRE, Role.OFFICER, Role.CHAIR)

_PEOPLE = table_of(PersonRow)
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_REACHABLE: Select[Any] = select(_PEOPLE.c.id).where(
    _PEOPLE.c.id.in_(_IDS),
    _PEOPLE.c.state == PersonState.ACTIVE,
    _PEOPLE.c.telegram_id.is_not(None),
    _PEOPLE.c.blocked_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be given an item; `load`: how many items they have that are open, due or late."""

    person_id: int
    name: str
    roles: frozenset[Role]
    load: int


def candidates(tx: Transaction, person: Person, followup_id: int) -> list[Candidate]:
    """Return everybody the item could be given to, cadres first, then whoever has least to do.

    The one who has it is left out. Refuses NotFound, NotAllowed.
    """
    row = step_rows.held(tx, person, followup_id)
    step_rows.require_decider_over(tx, person, row.union_id)
    others = {one: who for one, who in able(tx, row.union_id).items() if one != step_rows.owner_of(row)}
    if not others:
        return []
    loads = workload.of_people(tx, others)
    found = [Candidate(who.id, who.name, who.roles, loads[who.id].open) for who in others.values()]
    return sorted(found, key=lambda one: (Role.CADRE not in one.roles, one.load, one.person_id))


def able(tx: Transaction, union_id: int) -> Mapping[int, Person]:
    """Return whoever reports on the households of a union, has joined, can be told, and is not away."""
    seeing = {who.id: who for role in _GIVEN_TO for who in people.holders(tx, role, union_id)}
    reachable = set(tx.connection.scalars(_REACHABLE, {"ids": list(seeing)})) if seeing else set()
    away = absences.stand_ins(tx, tx.today)
    return {one: who for one, who in seeing.items() if one in reachable and one not in away}
