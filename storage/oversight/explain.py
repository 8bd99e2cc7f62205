"""Any figure of the fund or of a household, taken apart: what it is made of, down to the single entries.

A figure is the one that is kept; what it is made of is summed anew from the records, and `holds` says whether
the two agree. Amounts are fen, signed as they count towards the figure.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, or_, select

from storage import audit, errors
from storage.aid_codes import AidKind, AidState, EntryKind, FundSource, PaymentState
from storage.money import fund, standards
from storage.money.fund import aid, households, payments, unions
from storage.money.ledger import balances, entries
from storage.oversight.records import (
    OF_AID,
    OF_ENTRIES,
    Explanation,
    Figure,
    Line,
    Page,
    Term,
    from_aid,
    from_entries,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from storage.core.transaction import Transaction
    from storage.members.people import Person

__all__ = ["Explanation", "Figure", "Line", "Term", "explain"]

LINES = 10


def explain(
    tx: Transaction,
    person: Person,
    figure: Figure,
    *,
    household_id: int | None = None,
    year: int | None = None,
    limit: int = LINES,
    offset: int = 0,
    only: str = "",
) -> Explanation:
    """Return what `figure` of this year (or of `year`) is made of, as this person may read it.

    `only`: the key of one term: the lines are its records alone, the terms and `count` stay those of all.

    The fund is the one that serves the person's union. A household must be in their scope; looking at it is
    audited. Refuses NotFound for a household that is absent or somebody else's.
    """
    year = year or tx.today.year
    page = Page(person, year, limit, offset, only)
    if figure in {Figure.HOUSEHOLD_PAID, Figure.HOUSEHOLD_ROOM}:
        return _of_household(tx, page, figure, household_id)
    fund_id = fund.serving(tx, person.union_id)
    if figure == Figure.BALANCE:
        return _balance(tx, page, fund_id)
    if figure == Figure.RESERVED:
        return _reserved(tx, page, fund_id)
    if figure == Figure.AVAILABLE:
        return _available(tx, page)
    return _budget(tx, page, fund_id, figure)


def _balance(tx: Transaction, page: Page, fund_id: int) -> Explanation:
    kept = tx.connection.scalar(select(balances.c.balance_fen).where(balances.c.union_id == fund_id)) or 0
    return from_entries(tx, page, Figure.BALANCE, int(kept), OF_ENTRIES, entries.c.union_id == fund_id)


def _budget(tx: Transaction, page: Page, fund_id: int, figure: Figure) -> Explanation:
    """What was paid in a year, less what of it was taken back whenever; the budget less that."""
    plan = fund.balance(tx, fund_id, year=page.year)
    original = entries.alias("original")
    first, last = date(page.year, 1, 1), date(page.year, 12, 31)
    within = or_(
        and_(entries.c.kind == EntryKind.PAYMENT, entries.c.happened_on.between(first, last)),
        and_(original.c.kind == EntryKind.PAYMENT, original.c.happened_on.between(first, last)),
    )
    joined = OF_ENTRIES.outerjoin(original, original.c.id == entries.c.reverses_id)
    of_year = and_(entries.c.union_id == fund_id, within)
    paid = from_entries(tx, page, Figure.BUDGET_PAID, plan.budget_paid_fen, joined, of_year, sign=-1)
    if figure == Figure.BUDGET_PAID or plan.budget_fen is None:
        return paid
    spent_fen = sum(term.fen for term in paid.terms)
    terms = (Term("figure.budget", plan.budget_fen), Term("figure.budget_paid", -spent_fen, paid.count))
    return Explanation(
        figure, page.year, plan.budget_left_fen, terms, paid.lines, paid.count, holds=paid.holds
    )


def _reserved(tx: Transaction, page: Page, fund_id: int) -> Explanation:
    kept = tx.connection.scalar(select(balances.c.reserved_fen).where(balances.c.union_id == fund_id)) or 0
    joined = OF_AID.join(unions, unions.c.id == households.c.union_id)
    promised = and_(
        unions.c.path.startswith(f"/{fund_id}/", autoescape=True),
        aid.c.source == FundSource.COMPANY,
        aid.c.state == AidState.APPROVED,
    )
    left_fen = aid.c.amount_fen - aid.c.paid_fen
    return from_aid(tx, page, Figure.RESERVED, int(kept), joined, promised, left_fen)


def _available(tx: Transaction, page: Page) -> Explanation:
    kept = fund.balance(tx, page.person.union_id, year=page.year)
    terms = [Term("figure.balance", kept.balance_fen)]
    if kept.budget_left_fen is not None:
        terms.append(Term("figure.budget_left", kept.budget_left_fen))
    less_fen = min(term.fen for term in terms)
    by_budget = kept.budget_left_fen is not None and kept.budget_left_fen < kept.balance_fen
    terms.append(Term("figure.reserved", -kept.reserved_fen))
    return Explanation(
        Figure.AVAILABLE,
        page.year,
        kept.available_fen,
        tuple(terms),
        (),
        0,
        holds=kept.available_fen == max(0, less_fen - kept.reserved_fen),
        bound_by="budget_left" if by_budget else "balance",
    )


def _of_household(tx: Transaction, page: Page, figure: Figure, household_id: int | None) -> Explanation:
    """What it was paid in the year, of every source; or the cap less what counts against it."""
    row = tx.connection.execute(
        select(households.c.union_id, households.c.category).where(households.c.id == household_id)
    ).one_or_none()
    if household_id is None or row is None or row.union_id not in page.person.scope:
        raise errors.NotFound(household_id=household_id)
    audit.record(tx, person_id=page.person.id, act="household.explained", subject=f"household:{household_id}")
    kept = fund.household_year(tx, household_id, page.year)
    own = aid.c.household_id == household_id
    paid_fen = _paid_in(page.year)
    if figure == Figure.HOUSEHOLD_PAID:
        return from_aid(tx, page, figure, kept.paid_fen, OF_AID, and_(own, paid_fen > 0), paid_fen)
    is_promised = and_(aid.c.state == AidState.APPROVED, aid.c.for_year == page.year)
    counted_fen = paid_fen + case((is_promised, aid.c.amount_fen - aid.c.paid_fen), else_=0)
    living = and_(own, aid.c.kind == AidKind.LIVING, aid.c.source == FundSource.COMPANY, counted_fen > 0)
    counted = from_aid(tx, page, figure, 0, OF_AID, living, counted_fen)
    fund_id = fund.serving(tx, row.union_id)
    cap_fen = standards.of(tx, fund_id, page.year, AidKind.LIVING, row.category).cap_fen or 0
    spent_fen = sum(term.fen for term in counted.terms)
    terms = (Term("figure.cap", cap_fen), *(Term(one.key, -one.fen, one.count) for one in counted.terms))
    # Without a cap there is nothing to be short of, and nothing to add up.
    room_fen = kept.cap_room_fen or 0
    holds = room_fen == max(0, cap_fen - spent_fen)
    return Explanation(figure, page.year, room_fen, terms, counted.lines, counted.count, holds=holds)


def _paid_in(year: int) -> ColumnElement[int]:
    """What of a piece of aid was paid in a year and stands."""
    paid = select(func.coalesce(func.sum(payments.c.amount_fen), 0)).where(
        payments.c.aid_id == aid.c.id,
        payments.c.state == PaymentState.PAID,
        payments.c.paid_on.between(date(year, 1, 1), date(year, 12, 31)),
    )
    return paid.correlate(aid).scalar_subquery()
