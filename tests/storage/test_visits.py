"""Home visits: what one report sets going, and what undoing and amending it takes back."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from storage import errors
from storage.codes import ReportKind, Role
from storage.columns import table_of
from storage.due import followups
from storage.members import people
from storage.reporting import report_lists, visits
from storage.tables.audit import AuditEntry
from storage.tables.dossiers import ClearRow, Household
from storage.tables.reports import ReportRevision, Visit, Visitor
from storage.takeover import leave
from tests.storage import casework

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Row

    from storage.database import Database, Transaction
    from storage.members.people import Person
    from storage.reporting.reports import Receipt
    from tests.clock import FakeClock

TODAY = date(2017, 9, 4)
HOUSE = 1


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    def make(tx: Transaction) -> None:
        casework.found(tx)
        casework.household(tx, HOUSE)
        followups.refresh(tx, HOUSE)

    database.transact(make)


def submit(
    tx: Transaction, answers: dict[str, object], report_id: str = "r1", person: int = casework.ZHANG
) -> Receipt:
    return visits.submit(
        tx,
        casework.get(tx, person),
        report_id=report_id,
        household_id=HOUSE,
        answers=answers,
        form_version=1,
    )


def submitted(database: Database, answers: dict[str, object], report_id: str = "r1") -> Receipt:
    return database.transact(submit, answers, report_id)


def house(tx: Transaction) -> Row[Any]:
    table = table_of(Household)
    return tx.connection.execute(select(table).where(table.c.id == HOUSE)).one()


def clear(tx: Transaction, which: str) -> Row[Any]:
    table = table_of(ClearRow)
    return tx.connection.execute(select(table).where(table.c.clear == which)).one()


def due_days(tx: Transaction) -> list[tuple[str, date]]:
    return [
        (str(one.kind), one.due_on) for one in followups.due(tx, date(2030, 1, 1)) if one.kind != "review"
    ]


def test_a_visit_gets_a_number_and_moves_what_is_due_by_the_rule(database: Database) -> None:
    receipt = submitted(database, casework.met(TODAY))
    assert ("ZF-2017-000001", date(2017, 12, 3)) == (receipt.number, receipt.next_due_on)
    assert [("recheck", date(2017, 12, 3))] == database.view(due_days)
    assert database.view(house).last_visit_on == TODAY


def test_a_visit_keeps_who_went_and_always_its_reporter(database: Database) -> None:
    submitted(database, casework.met(TODAY, visitors=[str(casework.LI), "999", "x"]))
    who = database.view(lambda tx: set(tx.connection.scalars(select(table_of(Visitor).c.person_id))))
    assert {casework.ZHANG, casework.LI} == who


def test_a_day_named_for_the_next_visit_goes_before_the_rule(database: Database) -> None:
    receipt = submitted(database, casework.met(TODAY, next_visit="2017-10-08"))
    assert date(2017, 10, 8) == receipt.next_due_on


def test_a_second_submit_changes_nothing_and_answers_the_same(database: Database) -> None:
    first = submitted(database, casework.met(TODAY))
    again = submitted(database, casework.met(TODAY, assessment="WORSE"))
    assert first == again
    assert again.again
    assert database.view(lambda tx: tx.connection.scalar(select(func.count(table_of(Visit).c.id)))) == 1
    acts = select(func.count(table_of(AuditEntry).c.id))
    assert database.view(lambda tx: tx.connection.scalar(acts)) == 1


def test_two_submits_at_once_make_one_visit(database: Database, open_again: Callable[[], Database]) -> None:
    receipts: list[Receipt] = []
    gate = threading.Barrier(2)

    def hand_in(where: Database) -> None:
        gate.wait()
        receipts.append(where.transact(submit, casework.met(TODAY)))

    threads = [threading.Thread(target=hand_in, args=(one,)) for one in (database, open_again())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 2
    assert receipts[0] == receipts[1]
    assert sorted(one.again for one in receipts) == [False, True]


def test_clears_that_are_the_same_are_verified_and_changed_ones_have_new_words(database: Database) -> None:
    answers = casework.met(
        TODAY, clears=["JOB", "MIND"], clear_job="想学电焊", clear_mind={"choice": "UNKNOWN"}
    )
    submitted(database, answers)
    family, job, mind = (database.view(clear, which) for which in ("FAMILY", "JOB", "MIND"))
    assert (family.text, family.verified_on, family.verified_by) == ("建档时的FAMILY", TODAY, casework.ZHANG)
    assert (job.text, job.verified_on) == ("想学电焊", TODAY)
    assert ("建档时的MIND", date(2017, 1, 10)) == (mind.text, mind.verified_on)


def test_an_undo_within_ten_minutes_takes_everything_back(database: Database, clock: FakeClock) -> None:
    before = database.view(due_days)
    submitted(database, casework.met(TODAY, clears=["JOB"], clear_job="想学电焊"))
    clock.advance(minutes=10)
    database.transact(lambda tx: visits.undo(tx, casework.get(tx, casework.ZHANG), "r1"))
    assert before == database.view(due_days)
    assert database.view(house).last_visit_on is None
    job = database.view(clear, "JOB")
    assert ("建档时的JOB", date(2017, 1, 10)) == (job.text, job.verified_on)
    assert database.view(lambda tx: visits.last(tx, HOUSE)) is None


def test_an_undo_after_ten_minutes_is_refused(database: Database, clock: FakeClock) -> None:
    submitted(database, casework.met(TODAY))
    clock.advance(minutes=10, seconds=1)
    with pytest.raises(errors.TooLateToUndo):
        database.transact(lambda tx: visits.undo(tx, casework.get(tx, casework.ZHANG), "r1"))


def test_nobody_undoes_another_persons_report(database: Database) -> None:
    submitted(database, casework.met(TODAY))
    with pytest.raises(errors.NotFound):
        database.transact(lambda tx: visits.undo(tx, casework.get(tx, casework.LI), "r1"))


def test_an_undone_report_handed_in_again_keeps_its_number_and_its_first_words(database: Database) -> None:
    first = submitted(database, casework.met(TODAY))
    database.transact(lambda tx: visits.undo(tx, casework.get(tx, casework.ZHANG), "r1"))
    second = submitted(database, casework.met(TODAY - timedelta(days=1)))
    assert (first.number, date(2017, 12, 2), False) == (second.number, second.next_due_on, second.again)
    kept = database.view(lambda tx: tx.connection.execute(select(table_of(ReportRevision))).all())
    assert [casework.met(TODAY)] == [row.answers for row in kept]


def test_an_amended_date_moves_what_is_due_and_keeps_the_old_words(database: Database) -> None:
    submitted(database, casework.met(TODAY, next_visit="2017-12-03"))
    changed = casework.met(TODAY - timedelta(days=2), next_visit="2017-12-03")
    receipt = database.transact(lambda tx: visits.amend(tx, casework.get(tx, casework.ZHANG), "r1", changed))
    assert date(2017, 12, 1) == receipt.next_due_on
    kept = database.view(lambda tx: tx.connection.execute(select(table_of(ReportRevision))).all())
    assert [(1, casework.met(TODAY, next_visit="2017-12-03"))] == [
        (row.revision, row.answers) for row in kept
    ]
    assert database.view(lambda tx: tx.connection.scalar(select(table_of(Visit).c.revision))) == 2


def test_an_officer_may_amend_and_a_colleague_may_not(database: Database) -> None:
    submitted(database, casework.met(TODAY))
    changed = casework.met(TODAY, assessment="WORSE")
    with pytest.raises(errors.NotAllowed):
        database.transact(lambda tx: visits.amend(tx, casework.get(tx, casework.LI), "r1", changed))
    database.transact(lambda tx: visits.amend(tx, casework.get(tx, casework.WANG), "r1", changed))
    assert database.view(lambda tx: tx.connection.scalar(select(table_of(Visit).c.assessment))) == "WORSE"


def test_an_officer_who_only_stands_in_here_reads_the_report_and_amends_nothing(database: Database) -> None:
    submitted(database, casework.met(TODAY))

    def stand_in(tx: Transaction) -> Person:
        casework.person(tx, 14, "热控专责", casework.OTHER_BRANCH, Role.OFFICER)
        leave.away(tx, casework.get(tx, casework.ZHANG), TODAY, 14)
        officer = people.find(tx, 1014)
        assert officer is not None
        return officer

    officer = database.transact(stand_in)
    seen = database.transact(report_lists.report, officer, ReportKind.VISIT, "r1")
    assert ("r1", False) == (seen.line.id, seen.may_amend)
    changed = casework.met(TODAY, assessment="WORSE")
    with pytest.raises(errors.NotAllowed):
        database.transact(visits.amend, officer, "r1", changed)
    own = casework.met(TODAY)
    database.transact(visits.submit, officer, report_id="r2", household_id=HOUSE, answers=own, form_version=1)
    assert not database.transact(visits.amend, officer, "r2", changed).again


def test_an_amendment_that_says_the_same_changes_nothing(database: Database) -> None:
    submitted(database, casework.met(TODAY))
    same = casework.met(TODAY)
    receipt = database.transact(lambda tx: visits.amend(tx, casework.get(tx, casework.ZHANG), "r1", same))
    assert receipt.again
    assert database.view(lambda tx: tx.connection.scalar(select(table_of(Visit).c.revision))) == 1


def test_an_attempt_is_no_visit_and_names_its_retry(database: Database) -> None:
    receipt = submitted(database, casework.missed(TODAY, TODAY + timedelta(days=5)))
    assert [("retry", TODAY + timedelta(days=5))] == database.view(due_days)
    row = database.view(house)
    assert (row.last_visit_on, row.missed_visits, receipt.third_miss) == (None, 1, False)


def test_the_third_attempt_in_a_row_is_for_the_officer(database: Database) -> None:
    seen = [
        submitted(database, casework.missed(TODAY - timedelta(days=9 - number)), f"r{number}").third_miss
        for number in range(3)
    ]
    assert seen == [False, False, True]
    submitted(database, casework.met(TODAY), "r9")
    assert database.view(house).missed_visits == 0


def test_a_visit_typed_late_does_not_replace_a_newer_one(database: Database) -> None:
    submitted(database, casework.met(TODAY, clears=["JOB"], clear_job="已上岗"))
    submitted(database, casework.met(TODAY - timedelta(days=30), clears=["JOB"], clear_job="待岗"), "r2")
    assert database.view(house).last_visit_on == TODAY
    assert database.view(clear, "JOB").text == "已上岗"
    assert [("recheck", date(2017, 12, 3))] == database.view(due_days)


def test_a_closed_household_takes_only_visits_from_before_its_closing(database: Database) -> None:
    def close(tx: Transaction) -> None:
        table = table_of(Household)
        tx.connection.execute(table.update().values(state="CLOSED", closed_on=date(2017, 9, 1)))
        followups.refresh(tx, HOUSE)

    database.transact(close)
    assert database.view(due_days) == []
    with pytest.raises(errors.HouseholdClosed):
        submitted(database, casework.met(TODAY))
    receipt = submitted(database, casework.met(date(2017, 8, 31)), "r2")
    assert receipt.next_due_on is None


def test_a_visit_of_tomorrow_is_refused(database: Database) -> None:
    with pytest.raises(errors.DateInFuture):
        submitted(database, casework.met(TODAY + timedelta(days=1)))


def test_a_household_out_of_scope_looks_like_none(database: Database) -> None:
    database.transact(lambda tx: casework.household(tx, 7, union_id=casework.OTHER_BRANCH))
    refused = []
    for household_id in (7, 12345):
        with pytest.raises(errors.NotFound) as caught:
            database.transact(
                lambda tx, which: visits.submit(
                    tx,
                    casework.get(tx, casework.ZHANG),
                    report_id="r1",
                    household_id=which,
                    answers=casework.met(TODAY),
                    form_version=1,
                ),
                household_id,
            )
        refused.append(set(caught.value.details))
    assert refused[0] == refused[1]


def test_who_only_pays_or_audits_reports_nothing(database: Database) -> None:
    for person in (casework.QIAN, casework.SUN):
        with pytest.raises(errors.NotAllowed):
            database.transact(submit, casework.met(TODAY), "r1", person)


def test_last_time_is_the_newest_visit_that_met_somebody(database: Database) -> None:
    submitted(database, casework.met(TODAY - timedelta(days=3), words="老样子"))
    submitted(database, casework.missed(TODAY), "r2")
    last = database.view(lambda tx: visits.last(tx, HOUSE))
    assert last is not None
    assert (last.number, last.answers["words"]) == ("ZF-2017-000001", "老样子")
    assert last.visitor_ids == (casework.ZHANG, casework.LI)


def test_imported_visits_speak_the_forms_language_and_count_by_their_year(database: Database) -> None:
    past = [
        visits.PastVisit(
            HOUSE, date(2017, 3, 8), "HOME", "SELF", (casework.ZHANG,), "SAME", ("MEDICAL",), "病"
        ),
        visits.PastVisit(HOUSE, date(2016, 12, 1), "PHONE", "NOBODY"),
    ]
    assert database.transact(visits.record_history, past) == 2
    last = database.view(lambda tx: visits.last(tx, HOUSE))
    assert last is not None
    assert ("ZF-2017-000001", date(2017, 3, 8), None) == (last.number, last.visited_on, last.reported_by)
    expected = {
        "date": "2017-03-08",
        "way": "HOME",
        "kind": "RECHECK",
        "visitors": ["1"],
        "met": "SELF",
        "assessment": "SAME",
        "needs": ["MEDICAL"],
        "words": "病",
    }
    assert expected == last.answers
    row = database.view(house)
    assert (date(2017, 3, 8), 0) == (row.last_visit_on, row.missed_visits)
