"""Home visits 走访: submitted, amended, undone, and what was said last time.

A visit counts by the day it was made, not the day it is typed. An attempt that met nobody is kept and
counted as an attempt, never as a visit. Categories and measures are proposals: they change no file here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage import errors, numbers
from storage.codes import NOBODY, Category, ReportKind, ReportState
from storage.columns import new_id
from storage.due import followups_refresh
from storage.households import clears
from storage.reporting import reports, visit_rows
from storage.reporting.reports import Receipt
from storage.rulebook import policies_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy import Row

    from storage.core.transaction import Transaction
    from storage.members.people import Person
    from storage.reporting.reports import Subject


@dataclass(frozen=True, slots=True)
class LastReport:
    """What was said at the last visit that met somebody; `answers` by the form's slugs, also if imported."""

    id: str
    number: str
    visited_on: date
    answers: dict[str, object]
    visitor_ids: tuple[int, ...]
    reported_by: int | None


@dataclass(frozen=True, slots=True)
class PastVisit:
    """One visit from imported records; codes as the form has them."""

    household_id: int
    visited_on: date
    way: str
    met: str
    visitor_ids: tuple[int, ...] = ()
    assessment: str | None = None
    needs: tuple[str, ...] = ()
    note: str | None = None
    kind: str = "RECHECK"


def submit(
    tx: Transaction,
    person: Person,
    *,
    report_id: str,
    household_id: int,
    answers: Mapping[str, object],
    form_version: int,
    followup_id: int | None = None,
) -> Receipt:
    """Record a visit or an attempt under a new number ZF-….

    Afterwards the five clears, the household's last visit and its missed visits say so, and what is due is
    worked out anew. `report_id` is made before the work: submitted twice it is one visit with one receipt,
    submitted again after an undo it keeps its number.
    Refuses NotFound, NotAllowed, DateInFuture, HouseholdClosed.
    """
    subject = reports.household(tx, person, household_id)
    there = visit_rows.read(tx, report_id)
    if there is not None and there.household_id != household_id:
        raise errors.NotFound(report_id=report_id)
    if there is not None and there.state == ReportState.SUBMITTED:
        return _receipt(tx, subject, there, again=True)
    visited_on = reports.day(answers, "date") or tx.today
    reports.check_day(tx, subject, visited_on)
    values = {
        "answers": dict(answers),
        "form_version": form_version,
        "state": ReportState.SUBMITTED,
        "reported_by": person.id,
        "reported_at": tx.now,
        **visit_rows.columns(answers, visited_on, _named_next(tx, subject, answers, visited_on)),
    }
    number = _write(tx, person, report_id, household_id, there, values)
    visit_rows.set_visitors(tx, report_id, {person.id, *visit_rows.known_people(tx, answers)})
    newest = subject.last_visit_on is None or visited_on >= subject.last_visit_on
    _derive(tx, household_id, answered_by=report_id, newest=values if newest else None)
    reports.record_act(tx, person, "visit.submit", number, report=report_id, followup=followup_id)
    return _receipt(tx, subject, _submitted(tx, person, report_id))


def amend(tx: Transaction, person: Person, report_id: str, answers: Mapping[str, object]) -> Receipt:
    """Let a submitted visit say something else; what it said before is kept as a revision.

    Afterwards everything that follows from it (clears, last visit, what is due) follows from the new words.
    The reporter and the officers over the household may. Amending to the same words changes nothing.
    Refuses NotFound, NotAllowed, DateInFuture, HouseholdClosed.
    """
    old = _submitted(tx, person, report_id)
    subject = reports.household(tx, person, old.household_id)
    if dict(answers) == old.answers:
        return _receipt(tx, subject, old, again=True)
    reports.check_amender(tx, person, old.reported_by, subject.union_id)
    visited_on = reports.day(answers, "date") or old.visited_on
    reports.check_day(tx, subject, visited_on)
    named = _named_next(tx, subject, answers, visited_on)
    if old.next_visit_on is None and answers.get("next_visit") == old.answers.get("next_visit"):
        # It was the rule's day and nobody touched it: it moves with the visit.
        named = None
    _keep(tx, person, old)
    visit_rows.change(
        tx,
        report_id,
        answers=dict(answers),
        revision=old.revision + 1,
        **visit_rows.columns(answers, visited_on, named),
    )
    visit_rows.set_visitors(tx, report_id, {*visit_rows.known_people(tx, answers), *_reporter(old)})
    _derive(tx, old.household_id)
    reports.record_act(tx, person, "visit.amend", old.number, report=report_id, revision=old.revision + 1)
    return _receipt(tx, subject, _submitted(tx, person, report_id))


def undo(tx: Transaction, person: Person, report_id: str) -> None:
    """Take a visit back within ten minutes of its submission; it stays readable and counts nowhere.

    Afterwards all that followed from it is as if it had not been. Undone twice changes nothing.
    Refuses NotFound (also for who did not report it), TooLateToUndo.
    """
    old = _visible(tx, person, report_id)
    if old.state == ReportState.UNDONE:
        return
    reports.check_undo(tx, person, old.reported_by, old.reported_at)
    visit_rows.change(tx, report_id, state=ReportState.UNDONE)
    _derive(tx, old.household_id)
    reports.record_act(tx, person, "visit.undo", old.number, report=report_id)


def last(tx: Transaction, household_id: int) -> LastReport | None:
    """Return the household's last visit that met somebody; None when there is none."""
    row = visit_rows.last_met(tx, household_id)
    if row is None:
        return None
    visitor_ids = visit_rows.visitor_ids(tx, row.id)
    answers = {**row.answers, "visitors": [str(one) for one in visitor_ids]}
    return LastReport(row.id, row.number, row.visited_on, answers, visitor_ids, row.reported_by)


def record_history(tx: Transaction, visits: Iterable[PastVisit]) -> int:
    """Record imported visits, each under a number of its own year; returns how many.

    Afterwards each household knows its last visit and its attempts since. What is due is left to
    `followups_refresh.refresh_all`, once everything is imported. Rows must be checked: nothing is refused.
    """
    rows: list[dict[str, object]] = []
    visitors: list[dict[str, object]] = []
    ordered = sorted(visits, key=lambda one: one.visited_on)
    years = Counter(visit.visited_on.year for visit in ordered)
    series = {year: iter(numbers.next_numbers(tx, "ZF", year, count)) for year, count in years.items()}
    for visit in ordered:
        row = _past_row(tx, visit, next(series[visit.visited_on.year]))
        rows.append(row)
        visitors += [{"visit_id": row["id"], "person_id": one} for one in dict.fromkeys(visit.visitor_ids)]
    if rows:
        visit_rows.add(tx, rows)
    visit_rows.add_visitors(tx, visitors)
    visit_rows.settle_households(tx, sorted({visit.household_id for visit in ordered}))
    return len(rows)


def _past_row(tx: Transaction, visit: PastVisit, number: str) -> dict[str, object]:
    answers: dict[str, object] = {
        "date": visit.visited_on.isoformat(),
        "way": visit.way,
        "kind": visit.kind,
        "visitors": [str(one) for one in visit.visitor_ids],
        "met": visit.met,
    }
    said = {"assessment": visit.assessment, "needs": list(visit.needs), "words": visit.note}
    answers |= {slug: value for slug, value in said.items() if value}
    return {
        "id": new_id(),
        "number": number,
        "household_id": visit.household_id,
        "answers": answers,
        "form_version": 0,
        "state": ReportState.SUBMITTED,
        "revision": 1,
        "reported_by": None,
        "reported_at": tx.now,
        "imported_at": tx.now,
        **visit_rows.columns(answers, visit.visited_on, None),
    }


def _named_next(
    tx: Transaction, subject: Subject, answers: Mapping[str, object], visited_on: date
) -> date | None:
    """The day somebody chose: the retry's of an attempt; of a visit only when it is not the rule's own day.

    The rule's day is not kept, so that it follows the rule when date or category change.
    """
    if reports.code(answers, "met") == NOBODY:
        return reports.day(answers, "retry_on")
    chosen = reports.day(answers, "next_visit")
    days = policies_read.of(tx, subject.union_id).recheck_days[Category(subject.category)]
    return None if chosen is not None and (chosen - visited_on).days == days else chosen


def _reporter(row: Row[Any]) -> list[int]:
    return [] if row.reported_by is None else [row.reported_by]


def _keep(tx: Transaction, person: Person, old: Row[Any]) -> None:
    reports.keep_revision(
        tx, person, ReportKind.VISIT, report_id=old.id, revision=old.revision, answers=old.answers
    )


def _visible(tx: Transaction, person: Person, report_id: str) -> Row[Any]:
    row = visit_rows.read(tx, report_id)
    if row is None:
        raise errors.NotFound(report_id=report_id)
    reports.household(tx, person, row.household_id)
    return row


def _write(
    tx: Transaction,
    person: Person,
    report_id: str,
    household_id: int,
    undone: Row[Any] | None,
    values: Mapping[str, object],
) -> str:
    """Add the report, or put it in the place of the one that was undone; return its number."""
    if undone is None:
        number = numbers.next_number(tx, "ZF", tx.today.year)
        fixed = {"id": report_id, "number": number, "household_id": household_id, "revision": 1}
        visit_rows.add(tx, [{**values, **fixed, "imported_at": None}])
        return number
    _keep(tx, person, undone)
    visit_rows.change(tx, report_id, **values, revision=undone.revision + 1)
    return str(undone.number)


def _submitted(tx: Transaction, person: Person, report_id: str) -> Row[Any]:
    row = _visible(tx, person, report_id)
    if row.state != ReportState.SUBMITTED:
        raise errors.NotFound(report_id=report_id)
    return row


def _derive(
    tx: Transaction,
    household_id: int,
    *,
    answered_by: str | None = None,
    newest: dict[str, Any] | None = None,
) -> None:
    """Work out everything that follows from the household's visits; `newest` spares telling all of them."""
    visit_rows.settle_households(tx, [household_id])
    if newest is None:
        clears.retell(tx, household_id)
    elif newest["met"] != NOBODY:
        clears.tell(
            tx,
            household_id,
            visited_on=newest["visited_on"],
            reported_by=newest["reported_by"],
            answers=newest["answers"],
        )
    followups_refresh.refresh(tx, household_id, answered_by=answered_by)


def _receipt(tx: Transaction, subject: Subject, row: Row[Any], *, again: bool = False) -> Receipt:
    missed = visit_rows.missed(tx, row.household_id)
    is_third = missed == policies_read.of(tx, subject.union_id).missed_max
    return Receipt(
        number=row.number,
        id=row.id,
        next_due_on=reports.next_due_on(tx, row.household_id),
        third_miss=row.met == NOBODY and is_third,
        again=again,
    )
