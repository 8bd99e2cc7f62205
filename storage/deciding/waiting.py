"""What waits for one person to decide on: to review or approve, for themselves or in another's place.

What they could not decide on, because it is their own or they have approved it, is left out.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from storage.aid import approvers
from storage.aid.aid_lines import LINES, AidLine, as_line
from storage.aid.aid_rows import AID, HOUSEHOLDS
from storage.aid.aid_steps import STEPS, Given, taken
from storage.aid_codes import AidAct, AidState
from storage.among import among
from storage.codes import Role
from storage.members import offices
from storage.telling import bulletins

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

LISTED_MAX = 50
# However much lies there: nobody decides on more before they look again.
LOOKED_AT_MAX = 500

_ASKED = frozenset({AidAct.PROPOSED, AidAct.AMENDED})
_GIVEN = frozenset({AidAct.APPROVED, AidAct.EMERGENCY})
_UNDECIDED: Select[Any] = (
    select(AID.c.id, AID.c.state, AID.c.revision, AID.c.proposed_by, HOUSEHOLDS.c.union_id)
    .join_from(AID, HOUSEHOLDS, HOUSEHOLDS.c.id == AID.c.household_id)
    .where(
        AID.c.state.in_((AidState.TO_REVIEW, AidState.TO_APPROVE)),
        among(HOUSEHOLDS.c.union_id + 0, "unions"),
    )
    .order_by(AID.c.waits_since, AID.c.id)
    .limit(LOOKED_AT_MAX)
)
_THESE = LINES.where(among(AID.c.id, "ids"))
_STEPS: Select[Any] = (
    select(
        STEPS.c.aid_id,
        STEPS.c.act,
        STEPS.c.revision,
        STEPS.c.person_id,
        STEPS.c.for_person_id,
        STEPS.c.done_at,
        STEPS.c.answers,
    )
    .where(
        among(STEPS.c.aid_id, "ids"),
        STEPS.c.act.in_((*_ASKED, *_GIVEN, AidAct.TAKEN_BACK)),
        STEPS.c.person_id.is_not(None),
    )
    .order_by(STEPS.c.id)
)


def waiting(tx: Transaction, person: Person, limit: int = LISTED_MAX) -> list[AidLine]:
    """Return what waits for this person's decision, the longest waiting first."""
    ids = [row.id for row in _theirs(tx, person)[:limit]]
    lines = {row.id: as_line(row) for row in tx.connection.execute(_THESE, {"ids": ids})}
    return [lines[one] for one in ids]


def count(tx: Transaction, person: Person) -> int:
    """Return how much waits for this person's decision; at most `LOOKED_AT_MAX` is counted."""
    return len(_theirs(tx, person))


def _theirs(tx: Transaction, person: Person) -> list[Row[Any]]:
    own = offices.over(tx, person.id, Role.OFFICER) if Role.OFFICER in person.roles else frozenset()
    chairs = approvers.chairs(tx, person.id)
    # Whoever stands in for an officer leads those branches as well.
    unions = own | chairs.unions | offices.led(tx, person)
    if not unions:
        return []
    rows = tx.connection.execute(_UNDECIDED, {"unions": sorted(unions & person.scope)}).all()
    authors, given = _steps(tx, rows)
    reviews = _Reviews(tx, person, own)
    return [
        row
        for row in rows
        if (
            reviews.may(row.union_id) and person.id not in authors[row.id]
            if row.state == AidState.TO_REVIEW
            else approvers.may_place(
                person.id, chairs.ways(row.union_id), authors=authors[row.id], given=given[row.id]
            )
        )
    ]


class _Reviews:
    """In which unions somebody reviews; asked once a union."""

    def __init__(self, tx: Transaction, person: Person, own: Collection[int]) -> None:
        self._tx = tx
        self._person = person
        self._known = dict.fromkeys(own, True)

    def may(self, union_id: int) -> bool:
        if union_id not in self._known:
            self._known[union_id] = self._person.id in bulletins.officers_of(self._tx, union_id)
        return self._known[union_id]


def _steps(tx: Transaction, rows: Sequence[Row[Any]]) -> tuple[dict[str, set[int]], dict[str, list[Given]]]:
    """Who asked for each, and whose approvals of its present revision stand."""
    authors: defaultdict[str, set[int]] = defaultdict(set)
    given: defaultdict[str, dict[int, Given]] = defaultdict(dict)
    revisions = {row.id: row.revision for row in rows}
    for row in rows:
        if row.proposed_by is not None:
            authors[row.id].add(row.proposed_by)
    for step in tx.connection.execute(_STEPS, {"ids": list(revisions)}) if revisions else ():
        if step.act in _ASKED:
            authors[step.aid_id].add(step.person_id)
        elif step.revision != revisions[step.aid_id]:
            continue
        elif step.act in _GIVEN:
            given[step.aid_id][step.person_id] = Given(step.person_id, step.for_person_id, step.done_at)
        elif taken(step.answers) == AidAct.APPROVED:
            given[step.aid_id].pop(step.person_id, None)
    return authors, defaultdict(list, {aid_id: list(own.values()) for aid_id, own in given.items()})
