"""The year's table: files, visits, aid and the fund, counted from the facts up to a day; changes nothing.

The figures cover a union and everything below it; those of the fund are of the one fund that serves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, or_, select

from storage import errors
from storage.aid_codes import AidKind, EntryKind, FundSource, PaymentState
from storage.codes import HouseholdState, ReportState
from storage.columns import table_of
from storage.exchange import words
from storage.money import fund
from storage.money.fund import aid, households, payments, unions
from storage.money.ledger import entries
from storage.tables.reports import Visit

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from storage.core.transaction import Transaction

NOBODY = "NOBODY"
# The states in which a household is, or was, a file; before them it is only a lead.
FILED = (
    HouseholdState.ACTIVE,
    HouseholdState.EXIT_PROPOSED,
    HouseholdState.EXIT_PUBLIC,
    HouseholdState.MONITOR,
    HouseholdState.CLOSED,
)
# What the union reports as warmth, living and medical aid: the grants at the festivals are warmth too.
WARMTH_LIVING_MEDICAL = (AidKind.SPRING, AidKind.ANNUAL, AidKind.WARMTH, AidKind.LIVING, AidKind.MEDICAL)

visits = table_of(Visit)


@dataclass(frozen=True, slots=True)
class KindLine:
    """What was given in a year of one kind from one source: person-times, households, fen."""

    kind: AidKind
    source: FundSource
    person_times: int
    households: int
    fen: int


def year_table(tx: Transaction, union_id: int, year: int, as_of: date | None = None) -> dict[str, object]:
    """Return the year's figures up to `as_of` (to the year's end or today if None); amounts in fen.

    A file counts as removed from the day it is closed or only followed on. A visit counts by its day if
    somebody was met. The fund's income is the year's, what was carried over included; its balance is the
    day's. `warm_living_medical_all_sources_to_date` alone goes over all years; Spring Festival and yearly
    grants count as warmth in it. Refuses NotFound.
    """
    name = tx.connection.scalar(select(unions.c.name).where(unions.c.id == union_id))
    if name is None:
        raise errors.NotFound(union_id=union_id)
    first, last = date(year, 1, 1), date(year, 12, 31)
    last = min(last, as_of or tx.today)
    below = _below(tx, union_id)
    lines = _by_kind_and_source(tx, below, first, last)
    company = [line for line in lines if line.source == FundSource.COMPANY]
    figures = fund.balance(tx, union_id, year=year, as_of=last)
    return {
        "union": name,
        "year": year,
        "as_of": last.isoformat(),
        **_files(tx, below, first, last),
        "visits": _visits(tx, below, first, last),
        "company_fund_person_times": sum(line.person_times for line in company),
        "company_fund_paid_fen": sum(line.fen for line in company),
        "company_fund_by_kind": _named(company),
        "warm_living_medical_all_sources_to_date": _to_date(tx, below, last),
        "fund_income_fen": _income(tx, fund.serving(tx, union_id), first, last),
        "fund_balance_fen": figures.balance_fen,
        "budget_fen": figures.budget_fen,
        "budget_left_fen": figures.budget_left_fen,
    }


def year_by_kind_and_source(
    tx: Transaction, union_id: int, year: int, as_of: date | None = None
) -> list[KindLine]:
    """Return what was given in `year` up to `as_of`, a line for each kind and source, in the codes' order."""
    last = min(date(year, 12, 31), as_of or tx.today)
    return _by_kind_and_source(tx, _below(tx, union_id), date(year, 1, 1), last)


def _below(tx: Transaction, union_id: int) -> ColumnElement[bool]:
    """The condition that a household belongs to the union or to one below it."""
    path = tx.connection.scalar(select(unions.c.path).where(unions.c.id == union_id))
    if path is None:
        raise errors.NotFound(union_id=union_id)
    return households.c.union_id.in_(
        select(unions.c.id).where(unions.c.path.startswith(path, autoescape=True))
    )


def _files(tx: Transaction, below: ColumnElement[bool], first: date, last: date) -> dict[str, int]:
    left_on = func.coalesce(households.c.monitor_from, households.c.closed_on)
    opened_on = households.c.opened_on
    at_start = and_(opened_on < first, or_(left_on.is_(None), left_on >= first))
    row = tx.connection.execute(
        select(
            func.count(case((at_start, 1))),
            func.count(case((left_on.between(first, last), 1))),
            func.count(case((opened_on.between(first, last), 1))),
        ).where(below, households.c.state.in_(FILED))
    ).one()
    started, removed, added = (int(count) for count in row)
    return {
        "on_file_at_year_start": started,
        "removed": removed,
        "added": added,
        "on_file_now": started - removed + added,
    }


def _visits(tx: Transaction, below: ColumnElement[bool], first: date, last: date) -> int:
    counted = tx.connection.scalar(
        select(func.count())
        .select_from(visits.join(households, households.c.id == visits.c.household_id))
        .where(
            below,
            visits.c.visited_on.between(first, last),
            visits.c.met != NOBODY,
            visits.c.state == ReportState.SUBMITTED,
        )
    )
    return int(counted or 0)


def _by_kind_and_source(
    tx: Transaction, below: ColumnElement[bool], first: date, last: date
) -> list[KindLine]:
    """People by the day on which their aid was first paid, fen by the day of each payment that stands."""
    found: dict[tuple[str, str], list[int]] = {}
    helped = (
        select(aid.c.kind, aid.c.source, func.count(), func.count(aid.c.household_id.distinct()))
        .join_from(aid, households, households.c.id == aid.c.household_id)
        .where(below, aid.c.paid_on.between(first, last))
        .group_by(aid.c.kind, aid.c.source)
    )
    for kind, source, times, families in tx.connection.execute(helped):
        found[kind, source] = [int(times), int(families), 0]
    paid = (
        select(aid.c.kind, aid.c.source, func.sum(payments.c.amount_fen))
        .join_from(payments, aid, aid.c.id == payments.c.aid_id)
        .join(households, households.c.id == aid.c.household_id)
        .where(below, payments.c.state == PaymentState.PAID, payments.c.paid_on.between(first, last))
        .group_by(aid.c.kind, aid.c.source)
    )
    for kind, source, fen in tx.connection.execute(paid):
        found.setdefault((kind, source), [0, 0, 0])[2] = int(fen)
    lines = [
        KindLine(AidKind(kind), FundSource(source), *figures) for (kind, source), figures in found.items()
    ]
    kinds, sources = list(AidKind), list(FundSource)
    return sorted(lines, key=lambda line: (kinds.index(line.kind), sources.index(line.source)))


def _named(lines: list[KindLine]) -> dict[str, dict[str, int]]:
    """The lines of one source under the names of their kinds, in the order of the characters."""
    named = {
        words.label(words.AID_KINDS, line.kind): {"person_times": line.person_times, "fen": line.fen}
        for line in lines
    }
    return dict(sorted(named.items()))


def _to_date(tx: Transaction, below: ColumnElement[bool], last: date) -> dict[str, int]:
    lines = [
        line for line in _by_kind_and_source(tx, below, date.min, last) if line.kind in WARMTH_LIVING_MEDICAL
    ]
    return {"person_times": sum(line.person_times for line in lines), "fen": sum(line.fen for line in lines)}


def _income(tx: Transaction, fund_id: int, first: date, last: date) -> int:
    """What came in between two days, less what of it was taken back by the last of them."""
    original = entries.alias("original")
    total = tx.connection.scalar(
        select(func.coalesce(func.sum(entries.c.amount_fen), 0))
        .select_from(entries.outerjoin(original, original.c.id == entries.c.reverses_id))
        .where(
            entries.c.union_id == fund_id,
            entries.c.happened_on <= last,
            or_(
                and_(entries.c.kind == EntryKind.INCOME, entries.c.happened_on >= first),
                and_(original.c.kind == EntryKind.INCOME, original.c.happened_on >= first),
            ),
        )
    )
    return int(total or 0)
