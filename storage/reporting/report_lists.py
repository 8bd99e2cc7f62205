"""Reports that were made, as their authors and readers look at them: counted, not counted, and why.

A year's reports are those visited in it. Whoever went along is credited, not only who wrote it down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement, Select, bindparam, case, func, literal, or_, select, union_all

from storage import audit, errors
from storage.codes import NOBODY, REPORTS, ReportKind, ReportState
from storage.columns import table_of
from storage.households import dossiers
from storage.reporting import reports
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow
from storage.tables.reports import Revisit, Visit, Visitor

if TYPE_CHECKING:
    from sqlalchemy import Row, Table

    from storage.core.transaction import Transaction
    from storage.households.dossiers import HouseholdLine
    from storage.members.people import Person

_VISITS = table_of(Visit)
_VISITORS = table_of(Visitor)
_REVISITS = table_of(Revisit)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)

Credit = Literal["counted", "attempt", "undone"]


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report in a list. `credit` says whether it counts; an attempt met nobody.

    `household_name` is None when the household has left the reader's scope.
    """

    form: ReportKind
    id: str
    number: str
    household_id: int
    household_name: str | None
    visited_on: date
    credit: Credit


@dataclass(frozen=True, slots=True)
class Tally:
    """How many reports of each form count, and how many for which reason do not."""

    visits: int
    revisits: int
    attempts: int
    undone: int

    @property
    def all(self) -> int:
        """Every report, counted or not."""
        return self.visits + self.revisits + self.attempts + self.undone


@dataclass(frozen=True, slots=True)
class Report:
    """One whole report; `answers` by the form's slugs, `visitors` by id and name."""

    line: ReportLine
    household: HouseholdLine
    answers: dict[str, object]
    revision: int
    reported_by: int | None
    reporter_name: str | None
    reported_at: datetime
    visitors: tuple[tuple[int, str], ...]
    aid_id: str | None
    may_amend: bool
    may_undo: bool


def of_person(tx: Transaction, person: Person, year: int, *, limit: int, offset: int = 0) -> list[ReportLine]:
    """Return the visits a person made and the revisits they reported in that year, the newest first."""
    return _page(tx, person, _own(person, year), limit, offset)


def tally(tx: Transaction, person: Person, year: int) -> Tally:
    """Return what of a person's year counts, from the same reports that `of_person` lists."""
    own = union_all(*_own(person, year)).subquery()
    counted = {
        (form, credit): count
        for form, credit, count in tx.connection.execute(
            select(own.c.form, own.c.credit, func.count()).group_by(own.c.form, own.c.credit)
        )
    }
    both = {
        credit: sum(counted.get((form, credit), 0) for form in REPORTS) for credit in ("attempt", "undone")
    }
    return Tally(
        visits=counted.get((ReportKind.VISIT, "counted"), 0),
        revisits=counted.get((ReportKind.REVISIT, "counted"), 0),
        attempts=both["attempt"],
        undone=both["undone"],
    )


def of_household(
    tx: Transaction, person: Person, household_id: int, *, limit: int, offset: int = 0
) -> list[ReportLine]:
    """Return all reports on a household, the newest first. Refuses NotFound (none, or out of scope)."""
    dossiers.line(tx, person, household_id)
    chosen = [_lines(form, table.c.household_id == household_id) for form, table in _TABLES.items()]
    return _page(tx, person, chosen, limit, offset)


def report(tx: Transaction, person: Person, form: ReportKind, report_id: str) -> Report:
    """Return one whole report of a household in the person's scope, and audit the look.

    Refuses NotFound for none and for one out of scope alike.
    """
    table = _TABLES[form]
    row = tx.connection.execute(
        _lines(form, table.c.id == report_id).add_columns(
            table.c.answers,
            table.c.revision,
            table.c.reported_by,
            table.c.reported_at,
            (_REVISITS.c.aid_id if form == ReportKind.REVISIT else literal(None)).label("aid_id"),
            table.c.state,
        )
    ).one_or_none()
    if row is None:
        raise errors.NotFound(report_id=report_id)
    household = dossiers.line(tx, person, row.household_id)
    audit.record(tx, person_id=person.id, act="report.view", subject=row.number)
    stands = row.state == ReportState.SUBMITTED
    is_own = row.reported_by == person.id
    reporter = select(_PEOPLE.c.name).where(_PEOPLE.c.id == row.reported_by)
    return Report(
        line=_line(row, person),
        household=household,
        answers=row.answers,
        revision=row.revision,
        reported_by=row.reported_by,
        reporter_name=tx.connection.scalar(reporter) if row.reported_by is not None else None,
        reported_at=row.reported_at,
        visitors=_visitors(tx, report_id),
        aid_id=row.aid_id,
        may_amend=stands
        and bool(person.roles & reports.REPORTERS)
        and reports.may_amend(tx, person, row.reported_by, household.union_id),
        may_undo=stands and is_own and tx.now - row.reported_at <= reports.UNDO_WITHIN,
    )


_TABLES: dict[ReportKind, Table] = {ReportKind.VISIT: _VISITS, ReportKind.REVISIT: _REVISITS}
_READ_VISITORS = (
    select(_PEOPLE.c.id, _PEOPLE.c.name)
    .join(_VISITORS, _VISITORS.c.person_id == _PEOPLE.c.id)
    .where(_VISITORS.c.visit_id == bindparam("report"))
    .order_by(_PEOPLE.c.id)
)


def _lines(form: ReportKind, *conditions: ColumnElement[bool]) -> Select[Any]:
    table = _TABLES[form]
    credit = case(
        (table.c.state == ReportState.UNDONE, "undone"), (table.c.met == NOBODY, "attempt"), else_="counted"
    )
    return (
        select(
            literal(str(form)).label("form"),
            table.c.id,
            table.c.number,
            table.c.household_id,
            _HOUSEHOLDS.c.name,
            _HOUSEHOLDS.c.union_id,
            table.c.visited_on,
            credit.label("credit"),
        )
        .join(_HOUSEHOLDS, _HOUSEHOLDS.c.id == table.c.household_id)
        .where(*conditions)
    )


def _own(person: Person, year: int) -> list[Select[Any]]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    went = select(_VISITORS.c.visit_id).where(_VISITORS.c.person_id == person.id)
    mine = or_(_VISITS.c.id.in_(went), _VISITS.c.reported_by == person.id)
    return [
        _lines(ReportKind.VISIT, mine, _VISITS.c.visited_on.between(first, last)),
        _lines(
            ReportKind.REVISIT,
            _REVISITS.c.reported_by == person.id,
            _REVISITS.c.visited_on.between(first, last),
        ),
    ]


def _page(
    tx: Transaction, person: Person, chosen: list[Select[Any]], limit: int, offset: int
) -> list[ReportLine]:
    both = union_all(*chosen).subquery()
    newest = select(both).order_by(both.c.visited_on.desc(), both.c.number.desc())
    return [_line(row, person) for row in tx.connection.execute(newest.limit(limit).offset(offset))]


def _line(row: Row[Any], person: Person) -> ReportLine:
    return ReportLine(
        form=ReportKind(row.form),
        id=row.id,
        number=row.number,
        household_id=row.household_id,
        household_name=row.name if row.union_id in person.scope else None,
        visited_on=row.visited_on,
        credit=row.credit,
    )


def _visitors(tx: Transaction, report_id: str) -> tuple[tuple[int, str], ...]:
    rows = tx.connection.execute(_READ_VISITORS, {"report": report_id})
    return tuple((row.id, row.name) for row in rows)
