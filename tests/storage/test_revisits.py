"""Revisits after aid: rounds, alarms, retries, and the payment's own state."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from storage import errors
from storage.aid_codes import AidKind, AidState
from storage.columns import table_of
from storage.due import followups
from storage.reporting import revisits
from storage.tables.aid import Aid
from tests.storage import casework

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from storage.reporting.reports import Receipt
    from tests.clock import FakeClock

TODAY = date(2017, 9, 4)
HOUSE = 1


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    def make(tx: Transaction) -> None:
        casework.found(tx)
        casework.household(tx, HOUSE)
        casework.payment(tx, HOUSE, date(2017, 8, 7))
        followups.refresh(tx, HOUSE)

    database.transact(make)


def submit(tx: Transaction, answers: dict[str, object], report_id: str = "v1", aid_id: str = "a1") -> Receipt:
    return revisits.submit(
        tx,
        casework.get(tx, casework.ZHANG),
        report_id=report_id,
        aid_id=aid_id,
        answers=answers,
        form_version=1,
    )


def revisit_days(tx: Transaction) -> list[date]:
    return [one.due_on for one in followups.due(tx, date(2030, 1, 1)) if one.kind == "revisit"]


def state(tx: Transaction, aid_id: str = "a1") -> str | None:
    table = table_of(Aid)
    return tx.connection.scalar(select(table.c.state).where(table.c.id == aid_id))


def test_a_payment_is_revisited_thirty_days_later(database: Database) -> None:
    assert [date(2017, 9, 6)] == database.view(revisit_days)


def test_a_conclusion_to_close_ends_it(database: Database) -> None:
    receipt = database.transact(submit, casework.went_back(TODAY))
    assert ("HF-2017-000001", None, False) == (receipt.number, receipt.next_due_on, receipt.alarm)
    assert [] == database.view(revisit_days)
    assert AidState.REVISITED == database.view(state)


def test_a_conclusion_to_come_again_makes_the_next_one(database: Database) -> None:
    receipt = database.transact(submit, casework.went_back(TODAY, "AGAIN_60"))
    assert TODAY + timedelta(days=60) == receipt.next_due_on
    assert [TODAY + timedelta(days=60)] == database.view(revisit_days)
    assert AidState.PAID == database.view(state)


def test_nobody_reached_is_tried_again_on_the_day_named(database: Database) -> None:
    answers: dict[str, object] = {"date": TODAY.isoformat(), "met": "NOBODY", "retry_on": "2017-09-20"}
    receipt = database.transact(submit, answers)
    assert date(2017, 9, 20) == receipt.next_due_on
    assert AidState.PAID == database.view(state)


def test_money_that_did_not_arrive_alarms_officer_treasurer_and_auditor(database: Database) -> None:
    answers = casework.went_back(TODAY, "AGAIN_30", received="NOT", not_received_reason="卡号错了")
    assert database.transact(submit, answers).alarm
    told = database.view(revisits.alarm_recipients, HOUSE)
    assert {casework.WANG, casework.QIAN, casework.SUN} == {person.id for person in told}


def test_help_to_a_job_is_revisited_twice(database: Database) -> None:
    def make(tx: Transaction) -> None:
        casework.payment(tx, HOUSE, date(2017, 6, 1), aid_id="job", kind=AidKind.JOB)
        followups.refresh(tx, HOUSE)

    database.transact(make)
    first = database.transact(submit, casework.went_back(date(2017, 7, 1)), "j1", "job")
    assert (date(2017, 8, 30), AidState.PAID) == (first.next_due_on, database.view(state, "job"))
    second = database.transact(submit, casework.went_back(TODAY), "j2", "job")
    assert (None, AidState.REVISITED) == (second.next_due_on, database.view(state, "job"))


def test_an_undo_makes_the_payment_wait_again(database: Database) -> None:
    database.transact(submit, casework.went_back(TODAY))
    database.transact(lambda tx: revisits.undo(tx, casework.get(tx, casework.ZHANG), "v1"))
    assert ([date(2017, 9, 6)], AidState.PAID) == (database.view(revisit_days), database.view(state))


def test_an_undo_too_late_is_refused(database: Database, clock: FakeClock) -> None:
    database.transact(submit, casework.went_back(TODAY))
    clock.advance(minutes=11)
    with pytest.raises(errors.TooLateToUndo):
        database.transact(lambda tx: revisits.undo(tx, casework.get(tx, casework.ZHANG), "v1"))


def test_an_amended_conclusion_decides_anew(database: Database) -> None:
    database.transact(submit, casework.went_back(TODAY))
    changed = casework.went_back(TODAY, "AGAIN_30")
    receipt = database.transact(
        lambda tx: revisits.amend(tx, casework.get(tx, casework.ZHANG), "v1", changed)
    )
    assert (TODAY + timedelta(days=30), AidState.PAID) == (receipt.next_due_on, database.view(state))


def test_a_second_submit_answers_the_same(database: Database) -> None:
    first = database.transact(submit, casework.went_back(TODAY))
    again = database.transact(submit, casework.went_back(TODAY, "AGAIN_30"))
    assert (first, True) == (again, again.again)


def test_what_is_not_paid_has_nothing_to_revisit(database: Database) -> None:
    database.transact(lambda tx: casework.payment(tx, HOUSE, TODAY, aid_id="a2", state=AidState.APPROVED))
    with pytest.raises(errors.NotPaid):
        database.transact(submit, casework.went_back(TODAY), "v2", "a2")


def test_a_payment_out_of_scope_looks_like_none(database: Database) -> None:
    def make(tx: Transaction) -> None:
        casework.household(tx, 7, union_id=casework.OTHER_BRANCH)
        casework.payment(tx, 7, TODAY, aid_id="a7")

    database.transact(make)
    for aid_id in ("a7", "nothing"):
        with pytest.raises(errors.NotFound):
            database.transact(submit, casework.went_back(TODAY), "v2", aid_id)


def test_whoever_went_before_the_money_came_back_and_was_paid_again_has_not_looked_after_it(
    database: Database,
) -> None:
    def paid_on(tx: Transaction, day: date) -> None:
        tx.connection.execute(table_of(Aid).update().values(paid_on=day))
        followups.refresh(tx, HOUSE)

    database.transact(submit, casework.went_back(TODAY))
    database.transact(paid_on, TODAY + timedelta(days=1))
    assert AidState.PAID == database.view(state)
    assert [TODAY + timedelta(days=31)] == database.view(revisit_days)
    database.transact(paid_on, TODAY)
    assert AidState.REVISITED == database.view(state)


def test_nobody_revisits_what_was_not_paid_by_then(database: Database) -> None:
    paid_on = date(2017, 8, 7)
    earlier = casework.went_back(paid_on - timedelta(days=1), "CLOSE")
    with pytest.raises(errors.BeforePayment) as refusal:
        database.transact(submit, earlier)
    assert {"paid_on": paid_on} == refusal.value.details
    database.transact(submit, casework.went_back(paid_on, "CLOSE"))
    zhang = database.transact(casework.get, casework.ZHANG)
    with pytest.raises(errors.BeforePayment):
        database.transact(revisits.amend, zhang, "v1", earlier)
