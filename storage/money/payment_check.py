"""Rebuilds what is kept of aid from its payments, and each payment from its entry; changes nothing.

Findings are `<table> <key> <fault>`, with the figure that is kept and the one that should be.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, or_, select

from storage.aid_codes import AidState, BatchState, EntryKind, PaymentState
from storage.columns import table_of
from storage.money.ledger import entries
from storage.rules import GIVEN, OWN_FUND
from storage.tables.aid import Aid, AidBatch, HouseholdYear, Payment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction

ROWS_AT_ONCE = 1_000
# Lists that were never handed over for approval, or came to nothing, promise and pay nothing.
_STANDING_LISTS = (BatchState.TO_APPROVE, BatchState.APPROVED, BatchState.PAYING, BatchState.PAID)

aid = table_of(Aid)
batches = table_of(AidBatch)
household_years = table_of(HouseholdYear)
payments = table_of(Payment)

# Of each piece of aid: what of its payments stands, and the first one's day.
_PAID = (
    select(
        payments.c.aid_id,
        func.sum(payments.c.amount_fen).label("fen"),
        func.min(payments.c.paid_on).label("first_on"),
    )
    .where(payments.c.state == PaymentState.PAID)
    .group_by(payments.c.aid_id)
    .subquery()
)
_AID: Select[Any] = (
    select(
        aid.c.number,
        aid.c.household_id,
        aid.c.kind,
        aid.c.source,
        aid.c.state,
        aid.c.for_year,
        aid.c.amount_fen,
        aid.c.paid_fen,
        aid.c.paid_on,
        _PAID.c.fen,
        _PAID.c.first_on,
    )
    .select_from(aid.outerjoin(_PAID, _PAID.c.aid_id == aid.c.id))
    .order_by(aid.c.number)
)


def differs(what: str, kept: object, counted: object) -> Iterator[str]:
    """Yield the finding that what is kept is not what was counted."""
    if kept != counted:
        yield f"{what} is {kept}, should be {counted}"


def findings(tx: Transaction) -> Iterator[str]:
    """Yield every finding on aid, its payments and their entries, households' years, and lists."""
    yield from _aid_against_entries(tx)
    yield from _payments_against_entries(tx)
    years: defaultdict[tuple[int, int, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in tx.connection.execute(_AID.execution_options(yield_per=ROWS_AT_ONCE)):
        yield from _aid(row)
        own = (row.household_id, row.kind, row.source)
        if row.first_on is not None:
            years[_year(own, row.first_on.year)][0] += 1
        if row.state == AidState.APPROVED and row.amount_fen > (row.fen or 0):
            years[_year(own, row.for_year)][2] += row.amount_fen - int(row.fen or 0)
    _add_paid(tx, years)
    yield from _household_years(tx, years)
    yield from _batches(tx)


def _aid(row: Row[Any]) -> Iterator[str]:
    """What is kept of one piece of aid against its payments."""
    name, paid_fen = f"aid {row.number}", int(row.fen or 0)
    yield from differs(f"{name} paid_fen", row.paid_fen, paid_fen)
    yield from differs(f"{name} paid_on", row.paid_on, row.first_on)
    given = row.state in GIVEN
    if given and (row.first_on is None or paid_fen != row.amount_fen):
        yield f"{name} is {row.state}, and not paid in full"
    if not given and row.first_on is not None and paid_fen == row.amount_fen:
        yield f"{name} is {row.state}, and paid in full"
    if not given and row.state != AidState.APPROVED and row.first_on is not None:
        yield f"{name} is {row.state}, and has a payment that stands"


def _aid_against_entries(tx: Transaction) -> Iterator[str]:
    """What the ledger moved for each piece of company aid is what of its payments stands."""
    moved = (
        select(entries.c.aid_id, func.sum(-entries.c.amount_fen).label("fen"))
        .where(entries.c.aid_id.is_not(None))
        .group_by(entries.c.aid_id)
        .subquery()
    )
    expected = case((aid.c.source == OWN_FUND, func.coalesce(_PAID.c.fen, 0)), else_=0)
    actual = func.coalesce(moved.c.fen, 0)
    joined = aid.outerjoin(_PAID, _PAID.c.aid_id == aid.c.id).outerjoin(moved, moved.c.aid_id == aid.c.id)
    for number, kept_fen, moved_fen in tx.connection.execute(
        select(aid.c.number, expected, actual)
        .select_from(joined)
        .where(expected != actual)
        .order_by(aid.c.number)
    ):
        yield from differs(f"aid {number} in ledger", int(moved_fen), int(kept_fen))


def _payments_against_entries(tx: Transaction) -> Iterator[str]:
    """Each payment names the entry by which it left; only what was taken back has one that was reversed."""
    undoing = entries.alias("undoing")
    joined = (
        payments.join(aid, aid.c.id == payments.c.aid_id)
        .outerjoin(entries, entries.c.id == payments.c.entry_id)
        .outerjoin(undoing, undoing.c.reverses_id == payments.c.entry_id)
    )
    stands = payments.c.state == PaymentState.PAID
    left_fund = and_(aid.c.source == OWN_FUND, payments.c.amount_fen > 0)
    wrong = or_(
        and_(stands, left_fund, payments.c.entry_id.is_(None)),
        and_(aid.c.source != OWN_FUND, payments.c.entry_id.is_not(None)),
        entries.c.kind != EntryKind.PAYMENT,
        entries.c.aid_id != payments.c.aid_id,
        entries.c.amount_fen != -payments.c.amount_fen,
        entries.c.happened_on != payments.c.paid_on,
        and_(stands, undoing.c.id.is_not(None)),
        and_(payments.c.state != PaymentState.PAID, entries.c.id.is_not(None), undoing.c.id.is_(None)),
    )
    for payment_id in tx.connection.scalars(
        select(payments.c.id).select_from(joined).where(wrong).order_by(payments.c.id)
    ):
        yield f"payments {payment_id} is not what its entry says"
    # As a join: payments have no index by entry, and a search in them for each would never end.
    unnamed = (
        select(entries.c.id)
        .select_from(entries.outerjoin(payments, payments.c.entry_id == entries.c.id))
        .where(entries.c.kind == EntryKind.PAYMENT, payments.c.id.is_(None))
    )
    for entry_id in tx.connection.scalars(unnamed.order_by(entries.c.id)):
        yield f"ledger_entries {entry_id} is of no payment"


def _year(own: tuple[int, str, str], year: int) -> tuple[int, int, str, str]:
    household_id, kind, source = own
    return household_id, year, kind, source


def _add_paid(tx: Transaction, years: dict[tuple[int, int, str, str], list[int]]) -> None:
    """Add what was paid, in the year of each payment's own day."""
    of_day: Select[tuple[int, str, str, date, int]] = (
        select(aid.c.household_id, aid.c.kind, aid.c.source, payments.c.paid_on, payments.c.amount_fen)
        .join_from(payments, aid, aid.c.id == payments.c.aid_id)
        .where(payments.c.state == PaymentState.PAID)
    )
    for row in tx.connection.execute(of_day.execution_options(yield_per=ROWS_AT_ONCE)):
        years[_year((row.household_id, row.kind, row.source), row.paid_on.year)][1] += row.amount_fen


def _household_years(tx: Transaction, years: dict[tuple[int, int, str, str], list[int]]) -> Iterator[str]:
    for row in tx.connection.execute(select(household_years)):
        key = (row.household_id, row.year, row.kind, row.source)
        counted = years.pop(key, [0, 0, 0])
        name = f"household_years {'/'.join(str(part) for part in key)}"
        for column, fen in zip(("payments", "paid_fen", "reserved_fen"), counted, strict=True):
            yield from differs(f"{name} {column}", getattr(row, column), fen)
    for key in years:
        yield f"household_years {'/'.join(str(part) for part in key)} missing"


def _batches(tx: Transaction) -> Iterator[str]:
    """What is kept of a list against those who stand on it: whoever was struck does not."""
    stands = aid.c.state != AidState.WITHDRAWN
    counted = {
        row.batch_id: (row.people, int(row.sum_fen), row.paid_people, int(row.paid_fen))
        for row in tx.connection.execute(
            select(
                aid.c.batch_id,
                func.count(case((stands, 1))).label("people"),
                func.coalesce(func.sum(case((stands, aid.c.amount_fen), else_=0)), 0).label("sum_fen"),
                func.count(case((aid.c.state.in_(GIVEN), 1))).label("paid_people"),
                func.coalesce(func.sum(aid.c.paid_fen), 0).label("paid_fen"),
            )
            .where(aid.c.batch_id.is_not(None))
            .group_by(aid.c.batch_id)
        )
    }
    kept = select(batches).where(batches.c.state.in_(_STANDING_LISTS)).order_by(batches.c.number)
    for row in tx.connection.execute(kept):
        names = ("people", "sum_fen", "paid_people", "paid_fen")
        for name, figure in zip(names, counted.get(row.id, (0, 0, 0, 0)), strict=True):
            yield from differs(f"aid_batches {row.number} {name}", getattr(row, name), figure)
