"""Who may review and who may approve: by office, or in the place of a chair who is away; never their own.

The same rules hold for one piece of aid and for a list of it. Nothing is decided or changed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.aid_refusals import ApprovedAlready, OwnApproval, OwnProposal
from storage.codes import Role
from storage.errors import NotAllowed, Refused
from storage.members import absences, offices, people
from storage.telling import bulletins

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from storage.aid.aid_steps import Given
    from storage.core.transaction import Transaction
    from storage.members.people import Person


@dataclass(frozen=True, slots=True)
class Chairs:
    """As whom somebody may approve, union by union: as a chair themselves, and in whose places."""

    own: frozenset[int]
    others: dict[int, frozenset[int]]

    @property
    def unions(self) -> frozenset[int]:
        """Where they may approve at all."""
        return self.own.union(*self.others.values())

    def ways(self, union_id: int) -> list[int | None]:
        """In whose place they may approve there: None is as themselves, which comes first."""
        own: list[int | None] = [None] if union_id in self.own else []
        return own + sorted(one for one, unions in self.others.items() if union_id in unions)


def chairs(tx: Transaction, person_id: int) -> Chairs:
    """Return as whom somebody may approve today. Who left, or is chair no more, lends nothing."""
    others = {
        absent: offices.over(tx, absent, Role.CHAIR)
        for absent in absences.approves_for(tx, person_id, tx.today)
    }
    return Chairs(offices.over(tx, person_id, Role.CHAIR), others)


def place(
    person_id: int,
    ways: Iterable[int | None],
    *,
    authors: Collection[int],
    given: Iterable[Given],
    payers: Collection[int] = (),
) -> int | None:
    """Return in whose place somebody approves; None: as themselves.

    `ways`: as whom they may. Nobody approves what they proposed or paid, nobody twice, be it for themselves
    or for another, and nobody for whoever could not do so. Refuses NotAllowed, OwnProposal, OwnApproval,
    ApprovedAlready.
    """
    before = {one for each in given for one in (each.person_id, each.for_person_id) if one is not None}
    refused: Refused = NotAllowed()
    for way in ways:
        acting = {person_id} if way is None else {person_id, way}
        if not acting.isdisjoint(authors):
            refused = OwnProposal()
        elif not acting.isdisjoint(payers):
            refused = OwnApproval()
        elif not acting.isdisjoint(before):
            refused = ApprovedAlready()
        else:
            return way
    raise refused


def may_place(
    person_id: int,
    ways: Iterable[int | None],
    *,
    authors: Collection[int],
    given: Iterable[Given],
    payers: Collection[int] = (),
) -> bool:
    """Whether somebody may approve at all, be it in another's place."""
    try:
        place(person_id, ways, authors=authors, given=given, payers=payers)
    except Refused:
        return False
    return True


def asked(tx: Transaction, union_id: int, besides: Collection[int] = (), needed: int = 1) -> list[int]:
    """Return whom an approval is asked of there: chairs who can be told; for one away, who was entrusted.

    Where these are fewer than are `needed`, the chairs on leave are asked as well. `besides`: who may not
    approve it.
    """
    told = [one for one in bulletins.reachable(tx, Role.CHAIR, union_id) if one not in besides]
    may = [one for one in told if union_id in chairs(tx, one).unions]
    if len(may) >= needed:
        return may
    return may + bulletins.in_office(tx, Role.CHAIR, union_id, besides=[*besides, *may])


def possible(tx: Transaction, union_id: int, authors: Collection[int]) -> list[Person]:
    """Return the chairs whose approval can be had at all, by themselves or by whoever acts for them."""
    return [one for one in people.holders(tx, Role.CHAIR, union_id) if one.id not in authors]


def may_review(tx: Transaction, person_id: int, union_id: int) -> bool:
    """Whether somebody reviews what is proposed there: an officer, or whoever has it where none can be told.

    That is who stands in for an officer on leave, else the chairs.
    """
    return union_id in offices.over(tx, person_id, Role.OFFICER) or person_id in bulletins.officers_of(
        tx, union_id
    )
