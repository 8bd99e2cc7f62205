"""What is due: by rule and by fact, early, late, put off, paused, imported, explained."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select, update

from storage import errors
from storage.aid_codes import AidKind
from storage.codes import FollowupKind, FollowupState, Stage
from storage.columns import table_of
from storage.due import followups
from storage.reporting import revisits, visits
from storage.steps import steps
from storage.tables.dossiers import Household
from storage.tables.work import Followup
from tests.storage import casework

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from storage.due.followups import DueItem
    from tests.clock import FakeClock

TODAY = date(2017, 9, 4)
FAR = date(2030, 1, 1)


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(casework.found)


def add(tx: Transaction, /, number: int = 1, **more: object) -> None:
    casework.household(tx, number, **more)  # type: ignore[arg-type]  # the test names columns
    followups.refresh(tx, number)


def change(tx: Transaction, /, **columns: object) -> None:
    table = table_of(Household)
    if columns:
        tx.connection.execute(update(table).where(table.c.id == 1).values(**columns))
    followups.refresh(tx, 1)


def visit(tx: Transaction, answers: dict[str, object], report_id: str = "r1") -> None:
    zhang = casework.get(tx, casework.ZHANG)
    visits.submit(tx, zhang, report_id=report_id, household_id=1, answers=answers, form_version=1)


def due(tx: Transaction, on: date = FAR) -> list[DueItem]:
    """What is due but the yearly check of the file, which has tests of its own."""
    return [one for one in followups.due(tx, on) if one.kind != FollowupKind.REVIEW]


def days(database: Database, on: date = FAR) -> list[tuple[str, date]]:
    return [(str(one.kind), one.due_on) for one in database.view(due, on)]


@pytest.mark.parametrize(("category", "interval"), [("SPECIAL", 90), ("LONG", 180), ("TEMP", 60)])
def test_an_open_file_is_visited_again_by_its_category(
    database: Database, category: str, interval: int
) -> None:
    database.transact(add, category=category, opened_on=TODAY)
    assert [("recheck", TODAY + timedelta(days=interval))] == days(database)


def test_another_category_moves_the_same_row(database: Database) -> None:
    database.transact(add)
    database.transact(visit, casework.met(TODAY, next_visit="2017-12-03"))
    row = database.view(due)[0].id
    database.transact(change, category="LONG")
    assert [(row, date(2018, 3, 3))] == [(one.id, one.due_on) for one in database.view(due)]


def test_an_item_opens_a_week_before_is_due_on_its_day_and_late_after(database: Database) -> None:
    database.transact(add, opened_on=TODAY)
    due_on = TODAY + timedelta(days=90)
    seen = {
        offset: [(one.state, one.days_late(due_on + timedelta(days=offset))) for one in found]
        for offset in (-8, -7, -1, 0, 1)
        for found in [database.view(due, due_on + timedelta(days=offset))]
    }
    assert {-8: [], -7: [("open", -7)], -1: [("open", -1)], 0: [("due", 0)], 1: [("late", 1)]} == seen


def test_the_ladder_is_climbed_with_the_days(database: Database) -> None:
    database.transact(add, opened_on=TODAY)
    due_on = TODAY + timedelta(days=90)
    seen = [database.view(due, due_on + timedelta(days=after))[0].stage for after in (-7, 0, 2, 3, 7, 13, 14)]
    assert [Stage.OPENS, Stage.DUE, Stage.DUE, Stage.LATE, Stage.OFFICER, Stage.OFFICER, Stage.CHAIR] == seen


@pytest.mark.parametrize("state", ["LEAD", "REJECTED"])
def test_what_is_no_file_yet_or_never_became_one_is_silent(database: Database, state: str) -> None:
    database.transact(add, state=state)
    assert [] == days(database)


def test_nothing_is_due_after_closing_not_even_revisits(database: Database) -> None:
    database.transact(add)
    database.transact(lambda tx: casework.payment(tx, 1, TODAY))
    database.transact(change)
    assert 2 == len(days(database))
    database.transact(change, state="CLOSED", closed_on=TODAY)
    assert [] == days(database)


def test_a_paused_household_is_silent_until_the_pause_ends(database: Database) -> None:
    database.transact(add, opened_on=date(2017, 6, 1))
    database.transact(change, paused_until=date(2017, 10, 1))
    assert ([], 1) == (days(database, date(2017, 9, 30)), len(days(database, date(2017, 10, 1))))


def test_after_the_exit_the_household_is_looked_at_twice(database: Database) -> None:
    database.transact(add, state="MONITOR", monitor_from=date(2017, 2, 1))
    assert [("monitor", date(2017, 5, 2))] == days(database)
    database.transact(visit, casework.met(date(2017, 4, 26)))
    assert [("monitor", date(2017, 7, 31))] == days(database)
    database.transact(visit, casework.met(date(2017, 7, 30)), "r2")
    assert [] == days(database)


def test_a_failed_attempt_puts_the_retry_in_the_place_of_the_recheck(database: Database) -> None:
    database.transact(add, opened_on=date(2017, 6, 1))
    database.transact(visit, casework.missed(TODAY, TODAY + timedelta(days=4)))
    assert [("retry", TODAY + timedelta(days=4))] == days(database)
    database.transact(visit, casework.missed(TODAY), "r2")
    assert [("recheck", date(2017, 8, 30))] == days(database)


def test_imported_payments_whose_day_has_passed_in_the_records_are_history(database: Database) -> None:
    def make(tx: Transaction) -> None:
        casework.household(tx, 1, imported_at=tx.now)
        casework.payment(tx, 1, date(2017, 7, 29), aid_id="old", imported=True)
        casework.payment(tx, 1, date(2017, 7, 30), aid_id="new", imported=True)
        casework.payment(tx, 1, date(2017, 5, 1), aid_id="job", kind=AidKind.JOB, imported=True)
        casework.payment(tx, 1, date(2017, 7, 1), aid_id="own")
        followups.refresh_all(tx, history_until=date(2017, 8, 28))

    database.transact(make)
    payments = {one.aid_id for one in database.view(due) if one.aid_id}
    assert {"new", "own"} == payments
    database.transact(change)
    assert {"new", "own"} == {one.aid_id for one in database.view(due) if one.aid_id}


def test_an_imported_late_recheck_keeps_its_day_but_not_the_chairs_attention(database: Database) -> None:
    def make(tx: Transaction) -> None:
        casework.household(tx, 1, imported_at=tx.now)
        followups.refresh_all(tx, history_until=date(2017, 8, 31))

    database.transact(make)
    (item,) = database.view(due, TODAY)
    assert (date(2017, 4, 10), "late", Stage.LATE) == (item.due_on, item.state, item.stage)
    assert Stage.OFFICER == database.view(due, TODAY + timedelta(days=7))[0].stage


def test_refreshing_again_changes_nothing(database: Database) -> None:
    database.transact(add)
    rows = select(func.count()).select_from(table_of(Followup))
    before = database.view(due)
    for _ in range(3):
        database.transact(followups.refresh, 1)
        database.transact(lambda tx: followups.refresh_all(tx, history_until=TODAY))
    assert before == database.view(due)
    assert 1 == database.view(lambda tx: tx.connection.scalar(rows))


def test_the_answering_report_is_kept_and_an_undo_opens_the_same_row_again(database: Database) -> None:
    database.transact(add)
    row = database.view(due)[0].id
    database.transact(visit, casework.met(TODAY))
    table = table_of(Followup)
    one = select(table.c.state, table.c.done_by_report).where(table.c.id == row)
    assert (FollowupState.DONE, "r1") == database.view(lambda tx: tuple(tx.connection.execute(one).one()))
    database.transact(lambda tx: visits.undo(tx, casework.get(tx, casework.ZHANG), "r1"))
    assert [row] == [item.id for item in database.view(due)]


def test_putting_off_moves_the_ladder_and_three_times_is_the_most(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add, opened_on=date(2017, 6, 1))
    clock.advance(days=2)
    zhang = database.view(casework.get, casework.ZHANG)
    (item,) = database.view(due)
    for day in (7, 8, 9):
        assert date(2017, 9, day) == database.transact(steps.snooze, zhang, item.id, date(2017, 9, day))
    (after,) = database.view(due, date(2017, 9, 9))
    assert (item.due_on, 3, Stage.LATE) == (after.due_on, after.snoozes, after.stage)
    assert Stage.OFFICER == database.view(due, date(2017, 9, 16))[0].stage
    with pytest.raises(errors.SnoozedTooOften):
        database.transact(steps.snooze, zhang, item.id, date(2017, 9, 10))


def test_only_the_liaison_or_an_officer_puts_off_and_only_by_the_days_offered(database: Database) -> None:
    database.transact(add)
    (item,) = database.view(due)
    refusals = (
        (casework.LI, 1, errors.NotAllowed),
        (casework.ZHANG, 31, errors.DayNotOffered),
        (casework.ZHANG, 0, errors.DayNotOffered),
    )
    for person, day, refusal in refusals:
        until = TODAY + timedelta(days=day)
        with pytest.raises(refusal):
            database.transact(steps.snooze, database.view(casework.get, person), item.id, until)
    tomorrow = TODAY + timedelta(days=1)
    database.transact(steps.snooze, database.view(casework.get, casework.WANG), item.id, tomorrow)


def test_an_item_of_another_branch_looks_like_none(database: Database) -> None:
    database.transact(add, union_id=casework.OTHER_BRANCH)
    (item,) = database.view(due)
    zhang = database.view(casework.get, casework.ZHANG)
    for number in (item.id, 999):
        with pytest.raises(errors.NotFound):
            database.view(followups.get, zhang, number)


def test_a_list_is_narrowed_by_scope_liaison_and_household(database: Database) -> None:
    database.transact(add, 1)
    database.transact(add, 2, union_id=casework.OTHER_BRANCH, liaison_id=casework.LI)

    def ids(tx: Transaction) -> list[list[int]]:
        return [
            [one.household.id for one in found]
            for found in (
                followups.due(tx, FAR, scope={casework.BRANCH}),
                followups.due(tx, FAR, assignee_id=casework.LI),
                followups.due(tx, FAR, household_id=2),
                followups.due(tx, FAR, limit=1),
            )
        ]

    assert [[1], [2], [2], [1]] == database.view(ids)


def test_why_an_item_is_there_names_the_paper_and_the_days(database: Database) -> None:
    database.transact(add)
    database.transact(visit, casework.met(TODAY))
    database.transact(lambda tx: casework.payment(tx, 1, date(2017, 8, 7)))
    database.transact(change)
    zhang = database.view(casework.get, casework.ZHANG)
    revisit, recheck = (database.view(followups.explain, zhang, one.id) for one in database.view(due))
    assert ("aid", "BF-2017-a1", date(2017, 8, 7)) == (revisit.source, revisit.source_no, revisit.source_on)
    assert ("visit", "ZF-2017-000001", TODAY) == (recheck.source, recheck.source_no, recheck.source_on)
    assert (Stage.OPENS, date(2017, 11, 26), ()) == (recheck.next_stage, recheck.next_stage_on, recheck.told)


def test_an_attempt_at_a_revisit_keeps_the_round(database: Database) -> None:
    database.transact(add)
    database.transact(lambda tx: casework.payment(tx, 1, date(2017, 6, 1), kind=AidKind.JOB))

    def go_back(tx: Transaction, day: date, report_id: str, answers: dict[str, object]) -> None:
        zhang = casework.get(tx, casework.ZHANG)
        told = {"date": day.isoformat(), **answers}
        revisits.submit(tx, zhang, report_id=report_id, aid_id="a1", answers=told, form_version=1)

    database.transact(go_back, date(2017, 7, 1), "v1", {"met": "NOBODY", "retry_on": "2017-07-09"})
    assert [1] == [one.round for one in database.view(due) if one.aid_id]
    database.transact(go_back, date(2017, 7, 9), "v2", {"met": "SELF", "conclusion": "CLOSE"})
    assert [(2, date(2017, 8, 30))] == [(one.round, one.due_on) for one in database.view(due) if one.aid_id]


def test_lists_walk_an_index_and_not_everybodys_items(sqlite_database: Database) -> None:
    sent: list[tuple[str, tuple[object, ...]]] = []

    def note(
        _connection: object, _cursor: object, statement: str, values: tuple[object, ...], *_: object
    ) -> None:
        sent.append((statement, values))

    event.listen(sqlite_database.engine, "before_cursor_execute", note)
    sqlite_database.transact(lambda tx: followups.due(tx, TODAY, assignee_id=1))
    sqlite_database.transact(lambda tx: followups.due(tx, TODAY, scope={1, 2, 3}, limit=50))
    event.remove(sqlite_database.engine, "before_cursor_execute", note)

    def explain(tx: Transaction, statement: str, values: tuple[object, ...]) -> str:
        rows = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return " | ".join(str(row.detail) for row in rows)

    cadres, unions = (sqlite_database.view(explain, *one) for one in sent if "FROM followups" in one[0])
    assert "ix_followups_person_id" in cadres
    assert "ix_followups_household (household_id=?" in cadres
    assert "ix_households_liaison" in cadres
    assert "ix_followups_due (state=? AND opens_on<?)" in unions
    assert "TEMP B-TREE" not in unions
