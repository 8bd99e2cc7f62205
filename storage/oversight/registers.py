"""A year's registers, row by row: files, visits, revisits and aid, of a union and everything below it.

They name people and say what was done; they hold no phone, address, number of a card or a document, no
illness, no child, and nothing that was told in somebody's own words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, and_, or_, select

from storage import errors
from storage.aid_codes import AidState, FundSource
from storage.codes import ReportState
from storage.columns import table_of
from storage.money.fund import aid, household_years, households, payments, unions
from storage.oversight.entries import PEOPLE, ROWS_AT_ONCE, approvers
from storage.tables.reports import Revisit, Visit, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Select, Table

    from storage.core.transaction import Transaction

VISITS = table_of(Visit)
REVISITS = table_of(Revisit)
VISITORS = table_of(Visitor)

_HOME = (households.c.file_no, households.c.name, unions.c.name.label("union_name"))


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file that was open on some day of the year; what it had in the year, of the company and in all."""

    file_no: str
    name: str
    union_name: str
    category: str
    system_category: str | None
    state: str
    opened_on: date
    closed_on: date | None
    close_reason: str | None
    liaison: str | None
    last_visit_on: date | None
    company_fen: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit, or an attempt at one."""

    number: str
    visited_on: date
    file_no: str
    name: str
    union_name: str
    way: str
    kind: str
    met: str
    visitors: tuple[str, ...]
    assessment: str | None
    measure: str | None
    next_visit_on: date | None
    reported_by: str | None


@dataclass(frozen=True, slots=True)
class RevisitRow:
    """One revisit after aid."""

    number: str
    visited_on: date
    file_no: str
    name: str
    union_name: str
    aid_number: str
    aid_kind: str
    way: str
    met: str
    received: str | None
    conclusion: str | None
    reported_by: str | None


@dataclass(frozen=True, slots=True)
class AidRow:
    """One piece of aid that was asked for in the year, given for it, or paid in it."""

    number: str
    file_no: str
    name: str
    union_name: str
    kind: str
    source: str
    for_year: int
    amount_fen: int
    paid_fen: int
    state: str
    is_emergency: bool
    asked_on: date
    proposed_by: str | None
    approvers: tuple[str, ...]
    paid_on: date | None
    vouchers: tuple[str, ...]


def files(tx: Transaction, union_id: int, year: int) -> Iterator[FileRow]:
    """Yield the files in the order of their numbers."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    on_file = and_(
        households.c.opened_on <= last, or_(households.c.closed_on.is_(None), households.c.closed_on >= first)
    )
    names = (
        "category",
        "system_category",
        "state",
        "opened_on",
        "closed_on",
        "close_reason",
        "last_visit_on",
    )
    statement = (
        select(households.c.id, *_HOME, *(households.c[one] for one in names), PEOPLE.c.name.label("liaison"))
        .select_from(_HOMES.outerjoin(PEOPLE, PEOPLE.c.id == households.c.liaison_id))
        .where(on_file, _below(tx, union_id))
        .order_by(households.c.file_no)
    )
    for some in _chunks(tx, statement):
        paid = _paid(tx, [row.id for row in some], year)
        for row in some:
            company_fen, all_fen = paid.get(row.id, (0, 0))
            told = {
                name: getattr(row, name)
                for name in FileRow.__slots__
                if name not in {"company_fen", "paid_fen"}
            }
            yield FileRow(**told, company_fen=company_fen, paid_fen=all_fen)


def visits(tx: Transaction, union_id: int, year: int) -> Iterator[VisitRow]:
    """Yield the visits that stand, by their day."""
    names = ("number", "visited_on", "way", "kind", "met", "assessment", "measure", "next_visit_on")
    statement = _reports(tx, VISITS, union_id, year, [VISITS.c[one] for one in names])
    for some in _chunks(tx, statement):
        went = _went(tx, [row.id for row in some])
        for row in some:
            told = {name: getattr(row, name) for name in VisitRow.__slots__ if name != "visitors"}
            yield VisitRow(**told, visitors=went.get(row.id, ()))


def revisits(tx: Transaction, union_id: int, year: int) -> Iterator[RevisitRow]:
    """Yield the revisits that stand, by their day."""
    names = ("number", "visited_on", "way", "met", "received", "conclusion")
    columns: list[ColumnElement[Any]] = [REVISITS.c[one] for one in names]
    columns += [aid.c.number.label("aid_number"), aid.c.kind.label("aid_kind")]
    for some in _chunks(tx, _reports(tx, REVISITS, union_id, year, columns)):
        for row in some:
            yield RevisitRow(**{name: getattr(row, name) for name in RevisitRow.__slots__})


def given(tx: Transaction, union_id: int, year: int) -> Iterator[AidRow]:
    """Yield the aid, by its number; what is only a draft or an item of an unapproved list is none yet."""
    first = datetime.combine(date(year, 1, 1), time(0), tx.zone)
    end = datetime.combine(date(year + 1, 1, 1), time(0), tx.zone)
    asked = and_(aid.c.recorded_at >= first, aid.c.recorded_at < end, aid.c.imported_at.is_(None))
    of_year = or_(aid.c.for_year == year, aid.c.paid_on.between(date(year, 1, 1), date(year, 12, 31)), asked)
    names = ("id", "number", "kind", "source", "for_year", "amount_fen", "paid_fen", "state", "is_emergency")
    columns = [aid.c[one] for one in (*names, "paid_on", "recorded_at", "imported_at")]
    statement = (
        select(*columns, *_HOME, PEOPLE.c.name.label("proposed_by"))
        .select_from(
            _HOMES.join(aid, aid.c.household_id == households.c.id).outerjoin(
                PEOPLE, PEOPLE.c.id == aid.c.proposed_by
            )
        )
        .where(of_year, aid.c.state != AidState.DRAFT, _below(tx, union_id))
        .order_by(aid.c.number)
    )
    for some in _chunks(tx, statement):
        ids = [row.id for row in some]
        approved, vouchers = approvers(tx, ids), _vouchers(tx, ids)
        for row in some:
            yield _aid_row(tx, row, approved.get(row.id, ()), vouchers.get(row.id, ()))


_HOMES = households.join(unions, unions.c.id == households.c.union_id)


def _below(tx: Transaction, union_id: int) -> ColumnElement[bool]:
    path = tx.connection.scalar(select(unions.c.path).where(unions.c.id == union_id))
    if path is None:
        raise errors.NotFound(union_id=union_id)
    return unions.c.path.startswith(path, autoescape=True)


def _chunks(tx: Transaction, statement: Select[Any]) -> Iterator[list[Row[Any]]]:
    found = tx.connection.execute(statement.execution_options(yield_per=ROWS_AT_ONCE))
    for some in found.partitions():
        yield list(some)


def _reports(
    tx: Transaction,
    table: Table,
    union_id: int,
    year: int,
    columns: list[ColumnElement[Any]],
) -> Select[Any]:
    joined = table.join(households, households.c.id == table.c.household_id)
    joined = joined.join(unions, unions.c.id == households.c.union_id)
    if "aid_id" in table.c:
        joined = joined.join(aid, aid.c.id == table.c.aid_id)
    reporter = PEOPLE.c.name.label("reported_by")
    return (
        select(table.c.id, *columns, *_HOME, reporter)
        .select_from(joined.outerjoin(PEOPLE, PEOPLE.c.id == table.c.reported_by))
        .where(
            table.c.visited_on.between(date(year, 1, 1), date(year, 12, 31)),
            table.c.state == ReportState.SUBMITTED,
            _below(tx, union_id),
        )
        .order_by(table.c.visited_on, table.c.number)
    )


def _paid(tx: Transaction, ids: list[int], year: int) -> dict[int, tuple[int, int]]:
    """What each household had in the year: of the company fund, and in all."""
    sums: dict[int, tuple[int, int]] = {}
    kept = select(household_years.c.household_id, household_years.c.source, household_years.c.paid_fen)
    for row in tx.connection.execute(
        kept.where(household_years.c.year == year, household_years.c.household_id.in_(ids))
    ):
        company_fen, all_fen = sums.get(row.household_id, (0, 0))
        own_fen = row.paid_fen if row.source == FundSource.COMPANY else 0
        sums[row.household_id] = (company_fen + own_fen, all_fen + row.paid_fen)
    return sums


def _went(tx: Transaction, ids: list[str]) -> dict[str, tuple[str, ...]]:
    rows = tx.connection.execute(
        select(VISITORS.c.visit_id.label("of"), PEOPLE.c.name.label("one"))
        .join(PEOPLE, PEOPLE.c.id == VISITORS.c.person_id)
        .where(VISITORS.c.visit_id.in_(ids))
        .order_by(PEOPLE.c.id)
    )
    return _gathered(rows)


def _vouchers(tx: Transaction, ids: list[str]) -> dict[str, tuple[str, ...]]:
    rows = tx.connection.execute(
        select(payments.c.aid_id.label("of"), payments.c.voucher_no.label("one"))
        .where(payments.c.aid_id.in_(ids), payments.c.voucher_no.is_not(None))
        .order_by(payments.c.recorded_at, payments.c.id)
    )
    return _gathered(rows)


def _gathered(rows: Iterable[Any]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        found.setdefault(row.of, {})[row.one] = None
    return {of: tuple(those) for of, those in found.items()}


def _aid_row(tx: Transaction, row: Row[Any], approved: tuple[str, ...], vouchers: tuple[str, ...]) -> AidRow:
    plain = (
        "number",
        "file_no",
        "name",
        "union_name",
        "kind",
        "source",
        "for_year",
        "amount_fen",
        "paid_fen",
    )
    told = {name: getattr(row, name) for name in (*plain, "state", "proposed_by", "paid_on")}
    asked_on = row.recorded_at.astimezone(tx.zone).date()
    if row.imported_at is not None and row.paid_on is not None:
        # When an imported one was asked for nobody knows; it was not later than it was paid.
        asked_on = row.paid_on
    return AidRow(
        **told, is_emergency=row.is_emergency, asked_on=asked_on, approvers=approved, vouchers=vouchers
    )
