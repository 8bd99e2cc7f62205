"""The rows of visits: how answers become columns, who went, and what a household keeps of its visits."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from storage.codes import NOBODY, ReportState
from storage.columns import table_of
from storage.reporting import reports
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow
from storage.tables.reports import Visit, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Row

    from storage.core.transaction import Transaction

# Whatever a report names as a person, a longer number is none.
ID_DIGITS = 9
SETTLED_AT_ONCE = 500

_VISITS = table_of(Visit)
_VISITORS = table_of(Visitor)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)

_READ = select(_VISITS).where(_VISITS.c.id == bindparam("report"))
_ADD = insert(_VISITS)
_CHANGE = update(_VISITS).where(_VISITS.c.id == bindparam("report"))
_ADD_VISITORS = insert(_VISITORS)
_DROP_VISITORS = delete(_VISITORS).where(_VISITORS.c.visit_id == bindparam("report"))
_READ_VISITORS = (
    select(_VISITORS.c.person_id)
    .where(_VISITORS.c.visit_id == bindparam("report"))
    .order_by(_VISITORS.c.person_id)
)
_KNOWN_PEOPLE = select(_PEOPLE.c.id).where(_PEOPLE.c.id.in_(bindparam("ids", expanding=True)))
_LAST_MET = (
    select(_VISITS)
    .where(
        _VISITS.c.household_id == bindparam("household"),
        _VISITS.c.state == ReportState.SUBMITTED,
        _VISITS.c.met != NOBODY,
    )
    .order_by(_VISITS.c.visited_on.desc(), _VISITS.c.reported_at.desc(), _VISITS.c.number.desc())
    .limit(1)
)
_MISSED = select(_HOUSEHOLDS.c.missed_visits).where(_HOUSEHOLDS.c.id == bindparam("household"))
_THEIRS = _VISITS.c.household_id == _HOUSEHOLDS.c.id
_NEWEST_MET = (
    select(_VISITS)
    .where(_THEIRS, _VISITS.c.state == ReportState.SUBMITTED, _VISITS.c.met != NOBODY)
    .order_by(_VISITS.c.visited_on.desc(), _VISITS.c.reported_at.desc(), _VISITS.c.number.desc())
    .limit(1)
    .correlate(_HOUSEHOLDS)
)
_SETTLE = update(_HOUSEHOLDS).where(_HOUSEHOLDS.c.id.in_(bindparam("ids", expanding=True)))
_SETTLE_MET = _SETTLE.values(
    last_visit_on=_NEWEST_MET.with_only_columns(_VISITS.c.visited_on).scalar_subquery(),
    last_visit_id=_NEWEST_MET.with_only_columns(_VISITS.c.id).scalar_subquery(),
)
_SETTLE_MISSED = _SETTLE.values(
    missed_visits=select(func.count())
    .select_from(_VISITS)
    .where(
        _THEIRS,
        _VISITS.c.state == ReportState.SUBMITTED,
        _VISITS.c.met == NOBODY,
        _VISITS.c.visited_on > func.coalesce(_HOUSEHOLDS.c.last_visit_on, date.min),
    )
    .correlate(_HOUSEHOLDS)
    .scalar_subquery()
)


def read(tx: Transaction, report_id: str) -> Row[Any] | None:
    """Return a visit's row, None when there is none."""
    return tx.connection.execute(_READ, {"report": report_id}).one_or_none()


def last_met(tx: Transaction, household_id: int) -> Row[Any] | None:
    """Return the row of the household's last visit that met somebody; of one day's the one told last."""
    return tx.connection.execute(_LAST_MET, {"household": household_id}).one_or_none()


def missed(tx: Transaction, household_id: int) -> int:
    """Return how many attempts in a row have met nobody, as the household keeps it."""
    return tx.connection.scalar(_MISSED, {"household": household_id}) or 0


def add(tx: Transaction, rows: Sequence[Mapping[str, object]]) -> None:
    """Add visits."""
    tx.connection.execute(_ADD, list(rows))


def change(tx: Transaction, report_id: str, **values: object) -> None:
    """Let a visit's row say something else."""
    tx.connection.execute(_CHANGE.values(**values), {"report": report_id})


def columns(answers: Mapping[str, object], visited_on: date, again_on: date | None) -> dict[str, Any]:
    """Return the columns that repeat what the answers say, under the slugs of the form."""
    return {
        "visited_on": visited_on,
        "way": reports.code(answers, "way") or "HOME",
        "kind": reports.code(answers, "kind") or "RECHECK",
        "met": reports.code(answers, "met") or "SELF",
        "assessment": reports.code(answers, "assessment"),
        "measure": reports.code(answers, "measure"),
        "needs": reports.codes(answers, "needs"),
        "next_visit_on": again_on,
        "note": reports.code(answers, "words"),
    }


def visitor_ids(tx: Transaction, report_id: str) -> tuple[int, ...]:
    """Return who went."""
    return tuple(tx.connection.scalars(_READ_VISITORS, {"report": report_id}))


def known_people(tx: Transaction, answers: Mapping[str, object]) -> list[int]:
    """Return the ids among the answers' visitors that are people of the union."""
    ids = [
        int(one) for one in reports.codes(answers, "visitors") if one.isdecimal() and len(one) <= ID_DIGITS
    ]
    return list(tx.connection.scalars(_KNOWN_PEOPLE, {"ids": ids})) if ids else []


def set_visitors(tx: Transaction, report_id: str, person_ids: set[int]) -> None:
    """Let these people be who went, and nobody else."""
    tx.connection.execute(_DROP_VISITORS, {"report": report_id})
    add_visitors(tx, [{"visit_id": report_id, "person_id": one} for one in sorted(person_ids)])


def add_visitors(tx: Transaction, rows: Sequence[Mapping[str, object]]) -> None:
    """Add who went, as rows of visit_id and person_id."""
    if rows:
        tx.connection.execute(_ADD_VISITORS, list(rows))


def settle_households(tx: Transaction, household_ids: Iterable[int]) -> None:
    """Let households know their last visit that met somebody, and their attempts since."""
    left = iter(household_ids)
    while chunk := list(islice(left, SETTLED_AT_ONCE)):
        tx.connection.execute(_SETTLE_MET, {"ids": chunk})
        tx.connection.execute(_SETTLE_MISSED, {"ids": chunk})
