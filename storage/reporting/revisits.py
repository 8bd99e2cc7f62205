"""Revisits 回访 after aid: did the money arrive, and did it help; submitted, amended, undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from storage import errors, numbers
from storage.aid import aid_steps
from storage.aid_codes import AidAct, AidState
from storage.codes import NOBODY, ReportKind, ReportState, Role
from storage.columns import table_of
from storage.due import followups_refresh
from storage.members import people
from storage.reporting import reports
from storage.reporting.reports import Receipt
from storage.rules import GIVEN
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.reports import Revisit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

NOT_RECEIVED = "NOT"
# Who is told at once that money did not arrive.
ALARMED = (Role.OFFICER, Role.TREASURER, Role.AUDITOR)

_REVISITS = table_of(Revisit)
_AID = table_of(Aid)
_HOUSEHOLDS = table_of(Household)

_READ = select(_REVISITS).where(_REVISITS.c.id == bindparam("report"))
_CHANGE = update(_REVISITS).where(_REVISITS.c.id == bindparam("report"))
_READ_AID: Select[Any] = select(
    _AID.c.household_id, _AID.c.state, _AID.c.paid_on, _AID.c.number, _AID.c.revision, _AID.c.amount_fen
).where(_AID.c.id == bindparam("aid"))


def submit(
    tx: Transaction,
    person: Person,
    *,
    report_id: str,
    aid_id: str,
    answers: Mapping[str, object],
    form_version: int,
    followup_id: int | None = None,
) -> Receipt:
    """Record a revisit of one payment, or an attempt at one, under a new number HF-….

    Afterwards the next revisit is due as the conclusion says, or the payment is REVISITED, and CLOSED by one
    more after that. `report_id` is made before the work: submitted twice it is one revisit with one receipt,
    submitted again after an undo it keeps its number.
    Refuses NotFound, NotAllowed, NotPaid, DateInFuture, BeforePayment, HouseholdClosed.
    """
    payment = tx.connection.execute(_READ_AID, {"aid": aid_id}).one_or_none()
    if payment is None:
        raise errors.NotFound(aid_id=aid_id)
    subject = reports.household(tx, person, payment.household_id)
    there = tx.connection.execute(_READ, {"report": report_id}).one_or_none()
    if there is not None and there.aid_id != aid_id:
        raise errors.NotFound(report_id=report_id)
    if there is not None and there.state == ReportState.SUBMITTED:
        return _receipt(tx, there, again=True)
    if payment.state not in GIVEN:
        raise errors.NotPaid(aid_id=aid_id)
    visited_on = reports.day(answers, "date") or tx.today
    reports.check_day(tx, subject, visited_on)
    _check_after(payment, visited_on)
    values = {
        "answers": dict(answers),
        "form_version": form_version,
        "state": ReportState.SUBMITTED,
        "reported_by": person.id,
        "reported_at": tx.now,
        **_columns(answers, visited_on),
    }
    fixed = {"id": report_id, "aid_id": aid_id, "household_id": subject.id}
    number = _write(tx, person, there, fixed, values)
    followups_refresh.refresh(tx, subject.id, answered_by=report_id)
    _note_closing(tx, person, aid_id, payment.state)
    reports.record_act(tx, person, "revisit.submit", number, report=report_id, followup=followup_id)
    return _receipt(tx, _submitted(tx, person, report_id))


def amend(tx: Transaction, person: Person, report_id: str, answers: Mapping[str, object]) -> Receipt:
    """Let a submitted revisit say something else; what it said before is kept as a revision.

    Afterwards what is due and the payment's state follow from the new words. The reporter and the officers
    over the household may. Amending to the same words changes nothing.
    Refuses NotFound, NotAllowed, DateInFuture, BeforePayment, HouseholdClosed.
    """
    old = _submitted(tx, person, report_id)
    if dict(answers) == old.answers:
        return _receipt(tx, old, again=True)
    subject = reports.household(tx, person, old.household_id)
    reports.check_amender(tx, person, old.reported_by, subject.union_id)
    visited_on = reports.day(answers, "date") or old.visited_on
    reports.check_day(tx, subject, visited_on)
    aid = tx.connection.execute(_READ_AID, {"aid": old.aid_id}).one()
    if visited_on != old.visited_on:
        _check_after(aid, visited_on)
    _keep(tx, person, old)
    changed = {"answers": dict(answers), "revision": old.revision + 1, **_columns(answers, visited_on)}
    tx.connection.execute(_CHANGE.values(**changed), {"report": report_id})
    followups_refresh.refresh(tx, old.household_id)
    _note_closing(tx, person, old.aid_id, aid.state)
    reports.record_act(tx, person, "revisit.amend", old.number, report=report_id, revision=old.revision + 1)
    return _receipt(tx, _submitted(tx, person, report_id))


def undo(tx: Transaction, person: Person, report_id: str) -> None:
    """Take a revisit back within ten minutes of its submission; it stays readable and counts nowhere.

    Afterwards what is due and the payment's state are as if it had not been. Undone twice changes nothing.
    Refuses NotFound (also for who did not report it), TooLateToUndo.
    """
    old = _visible(tx, person, report_id)
    if old.state == ReportState.UNDONE:
        return
    reports.check_undo(tx, person, old.reported_by, old.reported_at)
    tx.connection.execute(_CHANGE.values(state=ReportState.UNDONE), {"report": report_id})
    followups_refresh.refresh(tx, old.household_id)
    reports.record_act(tx, person, "revisit.undo", old.number, report=report_id)


def alarm_recipients(tx: Transaction, household_id: int) -> list[Person]:
    """Return who is to know at once that money did not arrive: officers, treasurers, auditors, each once."""
    union_id = tx.connection.scalar(select(_HOUSEHOLDS.c.union_id).where(_HOUSEHOLDS.c.id == household_id))
    if union_id is None:
        raise errors.NotFound(household_id=household_id)
    found = {one.id: one for role in ALARMED for one in people.holders(tx, role, union_id)}
    return list(found.values())


def _columns(answers: Mapping[str, object], visited_on: date) -> dict[str, Any]:
    """Return the columns that repeat what the answers say, under the slugs of the form."""
    met = reports.code(answers, "met") or "SELF"
    return {
        "visited_on": visited_on,
        "way": reports.code(answers, "way") or "HOME",
        "met": met,
        "received": reports.code(answers, "received"),
        "conclusion": reports.code(answers, "conclusion"),
        "again_on": reports.day(answers, "retry_on") if met == NOBODY else None,
    }


def _write(
    tx: Transaction,
    person: Person,
    undone: Row[Any] | None,
    fixed: Mapping[str, object],
    values: Mapping[str, object],
) -> str:
    """Add the report, or put it in the place of the one that was undone; return its number."""
    if undone is None:
        number = numbers.next_number(tx, "HF", tx.today.year)
        tx.connection.execute(insert(_REVISITS), {**values, **fixed, "number": number, "revision": 1})
        return number
    _keep(tx, person, undone)
    tx.connection.execute(_CHANGE.values(**values, revision=undone.revision + 1), {"report": undone.id})
    return str(undone.number)


def _keep(tx: Transaction, person: Person, old: Row[Any]) -> None:
    reports.keep_revision(
        tx, person, ReportKind.REVISIT, report_id=old.id, revision=old.revision, answers=old.answers
    )


def _check_after(payment: Row[Any], visited_on: date) -> None:
    """Nobody has seen what became of money before it was there."""
    if payment.paid_on is not None and visited_on < payment.paid_on:
        raise errors.BeforePayment(paid_on=payment.paid_on)


def _note_closing(tx: Transaction, person: Person, aid_id: str, before: str) -> None:
    """Write down among the acts on the aid that this revisit closed it."""
    row = tx.connection.execute(_READ_AID, {"aid": aid_id}).one()
    if row.state == AidState.CLOSED and before != AidState.CLOSED:
        closed = {"number": row.number, "revision": row.revision, "amount_fen": row.amount_fen}
        aid_steps.record(tx, AidAct.CLOSED, person_id=person.id, aid_id=aid_id, **closed)


def _visible(tx: Transaction, person: Person, report_id: str) -> Row[Any]:
    row = tx.connection.execute(_READ, {"report": report_id}).one_or_none()
    if row is None:
        raise errors.NotFound(report_id=report_id)
    reports.household(tx, person, row.household_id)
    return row


def _submitted(tx: Transaction, person: Person, report_id: str) -> Row[Any]:
    row = _visible(tx, person, report_id)
    if row.state != ReportState.SUBMITTED:
        raise errors.NotFound(report_id=report_id)
    return row


def _receipt(tx: Transaction, row: Row[Any], *, again: bool = False) -> Receipt:
    return Receipt(
        number=row.number,
        id=row.id,
        next_due_on=reports.next_due_on(tx, row.household_id, row.aid_id),
        alarm=row.received == NOT_RECEIVED,
        again=again,
    )
