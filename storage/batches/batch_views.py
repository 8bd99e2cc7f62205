"""Lists as a person sees them: one in full with what may be done with it, all of them, their households."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from storage import errors
from storage.aid import aid_steps, approvers
from storage.aid_codes import BatchState, PayMethod
from storage.aid_refusals import OverBalance, OverBudget
from storage.among import among
from storage.asking import aid_facts
from storage.batches import amounts, batch_items, batch_rows, confirming, deciding, taking_back
from storage.batches.batch import BatchApproval, BatchCard, BatchLine
from storage.batches.batch_rows import BATCHES, OVER
from storage.booking import bookings
from storage.codes import Role
from storage.columns import table_of
from storage.errors import NotAllowed
from storage.members import offices
from storage.money import fund
from storage.tables.people import PersonRow

if TYPE_CHECKING:
    from sqlalchemy import Row, Select

    from storage.batches.batch import BatchItem, Part
    from storage.batches.batch_rows import BatchRow
    from storage.core.transaction import Transaction
    from storage.errors import Refused
    from storage.members.people import Person
    from storage.money.fund import FundFigures

PAGE = 10
# Who sees lists at all; a treasurer from the approval on.
_OVERSEERS = frozenset({Role.OFFICER, Role.CHAIR, Role.AUDITOR})
_TO_PAY = (BatchState.APPROVED, BatchState.PAYING, BatchState.PAID)

_PEOPLE = table_of(PersonRow)
_NAMES = select(_PEOPLE.c.id, _PEOPLE.c.name).where(among(_PEOPLE.c.id, "ids"))
_LISTING: Select[Any] = (
    batch_rows.ROWS.add_columns(_PEOPLE.c.name.label("made_by_name"))
    .join(_PEOPLE, _PEOPLE.c.id == BATCHES.c.made_by)
    .where(among(BATCHES.c.union_id, "scope"))
    .order_by(BATCHES.c.state.in_(OVER), BATCHES.c.made_at.desc(), BATCHES.c.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)


def listing(tx: Transaction, person: Person, limit: int = PAGE, offset: int = 0) -> list[BatchLine]:
    """Return the lists in the person's scope, those that are still worked on first, then the newest.

    A treasurer sees those that are approved; whoever has none of these offices none at all.
    """
    if not person.roles & (_OVERSEERS | {Role.TREASURER}):
        return []
    statement = _LISTING if person.roles & _OVERSEERS else _LISTING.where(BATCHES.c.state.in_(_TO_PAY))
    asked = {"scope": sorted(person.scope), "limit": limit, "offset": offset}
    return [_line(row) for row in tx.connection.execute(statement, asked)]


def items(
    tx: Transaction,
    person: Person,
    batch_id: str,
    offset: int = 0,
    limit: int = PAGE,
    only: Part | None = None,
) -> list[BatchItem]:
    """Return a page of a list's households, or of one part of them. Refuses NotFound."""
    return batch_items.page(tx, _seen(tx, person, batch_id), offset, limit, only)


def card(tx: Transaction, person: Person, batch_id: str) -> BatchCard:
    """Return one list in full. Refuses NotFound for none, and for one that is not theirs to see, alike."""
    batch = _seen(tx, person, batch_id)
    given = aid_steps.approvals(tx, batch.revision, batch_id=batch.id)
    ids = {batch.made_by, batch.paid_by or 0}
    ids |= {one for each in given for one in (each.person_id, each.for_person_id or 0)}
    names = {row.id: row.name for row in tx.connection.execute(_NAMES, {"ids": ids})}
    figures = fund.balance(tx, batch.union_id, year=aid_facts.budget_year(tx, batch.for_year))
    is_open = batch.state in {BatchState.DRAFT, BatchState.TO_APPROVE}
    authors = batch_rows.authors(tx, batch)
    unrevisited = batch_rows.marks(tx, batch)[0] if is_open else 0
    outdated = is_open and amounts.is_outdated(tx, batch)
    return BatchCard(
        line=_of(batch, names[batch.made_by]),
        picked=batch.picked,
        reason=batch.reason,
        exceptions=batch.exceptions,
        unrevisited=unrevisited,
        struck=batch.struck,
        left_out=batch.left_out,
        looked_at=batch.people + batch.struck + sum(batch.left_out.values()),
        expected_people=batch.expected_people,
        held=batch_rows.held(tx, batch),
        approvals_needed=_needed(tx, batch, unrevisited),
        approvals=tuple(
            BatchApproval(names[one.person_id], names.get(one.for_person_id or 0), one.done_at)
            for one in given
        ),
        approvers=len(approvers.possible(tx, batch.union_id, authors)),
        available_fen=figures.available_fen if bookings.moves_fund(batch.source) else None,
        money=_money(batch, figures) if is_open else None,
        outdated=outdated,
        paid_on=batch.paid_on,
        method=None if batch.method is None else PayMethod(batch.method),
        voucher_no=batch.voucher_no,
        paid_by_name=names.get(batch.paid_by or 0),
        may=frozenset(_may(tx, person, batch, outdated=outdated)),
    )


def _seen(tx: Transaction, person: Person, batch_id: str) -> BatchRow:
    batch = batch_rows.get(tx, person, batch_id)
    pays = Role.TREASURER in person.roles and batch.state in _TO_PAY
    if not (pays or person.roles & _OVERSEERS or batch_rows.acts(tx, person, batch)):
        raise errors.NotFound(batch_id=batch_id)
    return batch


def _needed(tx: Transaction, batch: BatchRow, unrevisited: int) -> int:
    """How many approve it; before it is handed in, how many would as it is now."""
    if batch.state not in {BatchState.BUILDING, BatchState.DRAFT}:
        return batch.approvals_needed
    return deciding.needed(tx, batch, unrevisited)


def _may(tx: Transaction, person: Person, batch: BatchRow, *, outdated: bool) -> set[str]:
    found: set[str] = set()
    leads = batch.union_id in offices.led(tx, person)
    if leads and batch.state == BatchState.DRAFT:
        found |= {"strike", "restore", "reprice" if outdated else "submit"}
    if leads and batch.state not in {*OVER, BatchState.PAYING}:
        found.add("withdraw")
    if batch.state == BatchState.TO_APPROVE:
        found |= _decisions(tx, person, batch)
    if taking_back.may_take_back(tx, batch, person):
        found.add("undo")
    treasurer = batch.union_id in offices.over(tx, person.id, Role.TREASURER)
    if treasurer and batch.state == BatchState.APPROVED and _passes(tx, batch, person):
        found.add("pay")
    return found


def _decisions(tx: Transaction, person: Person, batch: BatchRow) -> set[str]:
    ways = approvers.chairs(tx, person.id).ways(batch.union_id)
    authors = batch_rows.authors(tx, batch)
    if not approvers.may_place(person.id, ways, authors=authors, given=()):
        return set()
    given = aid_steps.approvals(tx, batch.revision, batch_id=batch.id)
    approves = approvers.may_place(person.id, ways, authors=authors, given=given)
    return {"return", "refuse", "approve"} if approves else {"return", "refuse"}


def _passes(tx: Transaction, batch: BatchRow, person: Person) -> bool:
    try:
        confirming.check_payer(tx, batch, person.id)
    except NotAllowed:
        return False
    return True


def _money(batch: BatchRow, figures: FundFigures) -> Refused | None:
    """Why the fund could not promise the list as it is now."""
    if not bookings.moves_fund(batch.source):
        return None
    if figures.budget_left_fen is not None:
        left_fen = max(0, figures.budget_left_fen - figures.reserved_fen)
        if batch.sum_fen > left_fen:
            return OverBudget(left_fen=left_fen, amount_fen=batch.sum_fen)
    free_fen = max(0, figures.balance_fen - figures.reserved_fen)
    if batch.sum_fen > free_fen:
        return OverBalance(free_fen=free_fen, amount_fen=batch.sum_fen)
    return None


def _line(row: Row[Any]) -> BatchLine:
    known = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    name = known.pop("made_by_name")
    return _of(batch_rows.from_columns(known), name)


def _of(batch: BatchRow, made_by_name: str) -> BatchLine:
    return BatchLine(
        id=batch.id,
        number=batch.number,
        union_id=batch.union_id,
        union_name=batch.union_name,
        kind=batch.kind,
        source=batch.source,
        for_year=batch.for_year,
        state=batch.state,
        revision=batch.revision,
        people=batch.people,
        sum_fen=batch.sum_fen,
        paid_people=batch.paid_people,
        paid_fen=batch.paid_fen,
        made_by=batch.made_by,
        made_by_name=made_by_name,
        made_at=batch.made_at,
        since=batch.waits_since,
    )
