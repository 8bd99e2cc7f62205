"""What a person may do with one piece of aid now, for the buttons; the acts themselves judge again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.aid import aid_rows, aid_steps, approvers
from storage.aid_codes import AidState, BatchState
from storage.asking import emergencies, proposals
from storage.codes import Role
from storage.deciding import taking_back
from storage.errors import Refused
from storage.members import offices
from storage.money import fund
from storage.paying import payers, settling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from storage.aid.aid_lines import AidLine
    from storage.aid.aid_rows import AidRow
    from storage.core.transaction import Transaction
    from storage.members.people import Person


def may_decide(tx: Transaction, person: Person, card: AidLine) -> frozenset[str]:
    """Return what the person may do with it as it stands now.

    Of: review, approve, return, refuse; amend, withdraw, file; take_back; pay, reverse.
    """
    row = aid_rows.find(tx, card.id)
    if row is None or row.union_id not in person.scope:
        return frozenset()
    authors = aid_steps.authors(tx, aid_id=row.id)
    may = {*_as_author(tx, person, row), *_as_treasurer(tx, person, row)}
    if person.id not in authors:
        may.update(_as_decider(tx, person, row, authors))
    if taking_back.may_take_back(tx, row, person):
        may.add("take_back")
    return frozenset(may)


def _as_decider(tx: Transaction, person: Person, row: AidRow, authors: Collection[int]) -> Iterator[str]:
    if row.state == AidState.TO_REVIEW and approvers.may_review(tx, person.id, row.union_id):
        yield from ("review", "return", "refuse")
    elif row.state in {AidState.TO_REVIEW, AidState.TO_APPROVE}:
        ways = approvers.chairs(tx, person.id).ways(row.union_id)
        if approvers.may_place(person.id, ways, authors=authors, given=()):
            yield from ("return", "refuse")
        given = aid_steps.approvals(tx, row.revision, aid_id=row.id)
        paid = payers.payers_of(tx, row.id)
        may = approvers.may_place(person.id, ways, authors=authors, given=given, payers=paid)
        if may and row.state == AidState.TO_APPROVE:
            yield "approve"


def _as_author(tx: Transaction, person: Person, row: AidRow) -> Iterator[str]:
    is_author = row.proposed_by == person.id and bool(person.roles & proposals.PROPOSERS)
    is_open = row.state in proposals.OPEN and row.batch_id is None
    if is_open and (is_author or row.union_id in offices.over(tx, person.id, Role.OFFICER)):
        yield from ("amend", "withdraw")
    unfiled = row.is_emergency and row.filed_on is None and row.state in emergencies.UNFILED
    if unfiled and emergencies.may_file(person, row.proposed_by):
        yield "file"


def _as_treasurer(tx: Transaction, person: Person, row: AidRow) -> Iterator[str]:
    if not payers.is_treasurer(tx, person, row):
        return
    if row.state == AidState.APPROVED or row.state in fund.GIVEN:
        yield "reverse"
    if row.state != AidState.APPROVED:
        return
    batch = settling.batch_of(tx, row)
    listed = batch is not None and batch.state in {BatchState.APPROVED, BatchState.PAYING}
    try:
        payers.check(tx, person, row)
    except Refused:
        return
    if not listed:
        yield "pay"
