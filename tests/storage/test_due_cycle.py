"""The cycle of what is due: the yearly check, closings by hand, the third miss, who goes on with it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from storage.aid_codes import AidKind, AidState
from storage.codes import FollowupState, Role
from storage.columns import table_of
from storage.due import followups, policies
from storage.reporting import revisits, visits
from storage.steps import steps
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.work import Followup
from tests.storage import casework

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from storage.due.followups import DueItem
    from tests.clock import FakeClock

TODAY = date(2017, 9, 4)
FAR = date(2030, 1, 1)
AUTUMN = (date(2017, 10, 1), date(2017, 11, 30))


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(casework.found)


def at(clock: FakeClock, day: date) -> None:
    clock.set(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))


def add(tx: Transaction, /, **more: object) -> None:
    casework.household(tx, 1, **more)  # type: ignore[arg-type]  # the test names columns
    followups.refresh(tx, 1)


def change(tx: Transaction, /, **columns: object) -> None:
    table = table_of(Household)
    tx.connection.execute(update(table).where(table.c.id == 1).values(**columns))
    followups.refresh(tx, 1)


def visit(tx: Transaction, answers: dict[str, object], report_id: str = "r1") -> None:
    zhang = casework.get(tx, casework.ZHANG)
    visits.submit(tx, zhang, report_id=report_id, household_id=1, answers=answers, form_version=1)


def rule(tx: Transaction, key: str, value: object) -> None:
    policies.change(tx, casework.get(tx, casework.WANG), casework.ROOT, key, value)


def close(tx: Transaction, item: int) -> None:
    steps.close(tx, casework.get(tx, casework.WANG), item, "家里已经安排好")


def due(tx: Transaction) -> list[DueItem]:
    return followups.due(tx, FAR)


def days(database: Database) -> list[tuple[str, date]]:
    return [(str(one.kind), one.due_on) for one in database.view(due)]


def the(database: Database, kind: str) -> DueItem:
    (found,) = (one for one in database.view(due) if one.kind == kind)
    return found


# --- the yearly check ------------------------------------------------------------------------------------


def test_a_file_whose_next_visit_is_due_later_is_checked_in_autumn(database: Database) -> None:
    database.transact(add, category="LONG", opened_on=date(2017, 9, 1))
    item = the(database, "review")
    assert AUTUMN == (item.opens_on, item.due_on)
    seen = [
        [str(one.kind) for one in database.view(followups.due, on)] for on in (date(2017, 9, 30), AUTUMN[0])
    ]
    assert [[], ["review"]] == seen


@pytest.mark.parametrize("opened_on", [date(2017, 6, 4), date(2017, 9, 1)])
def test_a_visit_due_by_the_end_of_the_check_is_the_check(database: Database, opened_on: date) -> None:
    database.transact(add, opened_on=opened_on)
    assert ["recheck"] == [kind for kind, _ in days(database)]


def test_the_check_comes_back_when_the_visit_moves_beyond_it(database: Database) -> None:
    database.transact(add, opened_on=date(2017, 6, 4))
    database.transact(visit, casework.met(TODAY, next_visit="2017-11-30"))
    assert [("recheck", date(2017, 11, 30))] == days(database)
    database.transact(visit, casework.met(TODAY, next_visit="2017-12-01"), "r2")
    assert [("review", date(2017, 11, 30)), ("recheck", date(2017, 12, 1))] == days(database)


@pytest.mark.parametrize(
    ("opened_on", "year"),
    [(date(2017, 9, 30), 2017), (date(2017, 10, 1), 2018), (date(2017, 12, 1), 2018)],
)
def test_a_file_is_first_checked_in_the_autumn_after_it_was_opened(
    database: Database, clock: FakeClock, opened_on: date, year: int
) -> None:
    at(clock, opened_on)
    database.transact(rule, "recheck.LONG", 720)
    database.transact(add, category="LONG", opened_on=opened_on)
    assert date(year, 11, 30) == the(database, "review").due_on


def test_imported_records_count_as_known_until_their_last_day(database: Database) -> None:
    def make(tx: Transaction) -> None:
        casework.household(tx, 1, imported_at=tx.now, category="LONG", opened_on=date(2015, 1, 1))
        followups.refresh_all(tx, history_until=date(2017, 10, 15))

    database.transact(rule, "recheck.LONG", 730)
    database.transact(make)
    database.transact(rule, "recheck.LONG", 729)
    assert ["recheck"] == [kind for kind, _ in days(database)]
    database.transact(visit, casework.met(TODAY, next_visit="2019-01-01"))
    assert date(2018, 11, 30) == the(database, "review").due_on


def test_any_visit_that_met_somebody_from_october_on_answers_the_check(
    database: Database, clock: FakeClock
) -> None:
    database.transact(rule, "recheck.LONG", 730)
    database.transact(add, category="LONG", opened_on=date(2017, 9, 1))
    at(clock, date(2017, 10, 20))
    row = the(database, "review").id
    database.transact(visit, casework.missed(date(2017, 10, 2)), "r0")
    database.transact(visit, casework.met(date(2017, 9, 30)), "r1")
    assert row == the(database, "review").id
    database.transact(visit, casework.met(date(2017, 10, 1)), "r2")
    assert date(2018, 11, 30) == the(database, "review").due_on
    table = table_of(Followup)
    answered = select(table.c.state, table.c.done_by_report).where(table.c.id == row)
    assert (FollowupState.DONE, "r2") == database.view(
        lambda tx: tuple(tx.connection.execute(answered).one())
    )
    database.transact(lambda tx: visits.undo(tx, casework.get(tx, casework.ZHANG), "r2"))
    assert row == the(database, "review").id


def test_an_unanswered_check_stays_late_and_is_never_two(database: Database, clock: FakeClock) -> None:
    database.transact(rule, "recheck.LONG", 730)
    database.transact(add, category="LONG", opened_on=date(2017, 9, 1))
    at(clock, date(2018, 11, 1))
    database.transact(followups.refresh, 1)
    items = [one for one in database.view(followups.due, date(2018, 11, 1)) if one.kind == "review"]
    assert [(date(2017, 11, 30), "late")] == [(one.due_on, one.state) for one in items]


def test_a_union_may_do_without_the_check(database: Database) -> None:
    database.transact(add, category="LONG", opened_on=date(2017, 9, 1))
    database.transact(rule, "review", value=False)
    assert ["recheck"] == [kind for kind, _ in days(database)]
    database.transact(rule, "review", value=True)
    assert ["review", "recheck"] == [kind for kind, _ in days(database)]


def test_only_open_files_are_checked(database: Database) -> None:
    database.transact(add, category="LONG", opened_on=date(2017, 9, 1))
    database.transact(change, state="MONITOR", monitor_from=TODAY)
    assert {"monitor"} == {kind for kind, _ in days(database)}


def test_a_check_closed_by_hand_comes_next_year(database: Database) -> None:
    database.transact(rule, "recheck.LONG", 730)
    database.transact(add, category="LONG", opened_on=date(2017, 9, 1))
    for year in (2018, 2019):
        database.transact(close, the(database, "review").id)
        found = [one.due_on for one in database.view(due) if one.kind == "review"]
        # The visit of 1 September 2019 is the check of that year.
        assert ([date(2018, 11, 30)] if year == 2018 else []) == found


def test_the_receipt_names_the_next_visit_and_not_the_check(database: Database) -> None:
    database.transact(add, category="LONG", opened_on=date(2017, 1, 1))
    receipt = database.transact(
        lambda tx: visits.submit(
            tx,
            casework.get(tx, casework.ZHANG),
            report_id="r1",
            household_id=1,
            answers=casework.met(TODAY),
            form_version=1,
        )
    )
    assert TODAY + timedelta(days=180) == receipt.next_due_on


def test_why_the_check_is_there(database: Database) -> None:
    database.transact(add, category="LONG", opened_on=date(2017, 9, 1))
    wang = database.view(casework.get, casework.WANG)
    why = database.view(followups.explain, wang, the(database, "review").id)
    assert ("review", "review", AUTUMN[0], None) == (why.rule, why.source, why.source_on, why.rule_set)


# --- closed by hand --------------------------------------------------------------------------------------


def test_a_visit_closed_by_hand_comes_an_interval_later_and_again(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add, opened_on=date(2017, 5, 1))
    closed = the(database, "recheck")
    database.transact(close, closed.id)
    assert [("recheck", TODAY + timedelta(days=90))] == [one for one in days(database) if one[0] == "recheck"]
    clock.advance(days=10)
    database.transact(close, the(database, "recheck").id)
    later = TODAY + timedelta(days=100)
    assert later == the(database, "recheck").due_on
    database.transact(followups.refresh, 1)
    database.transact(rule, "recheck.SPECIAL", 60)
    assert TODAY + timedelta(days=70) == the(database, "recheck").due_on
    zhang = database.view(casework.get, casework.ZHANG)
    why = database.view(followups.explain, zhang, the(database, "recheck").id)
    assert ("dismissed", TODAY + timedelta(days=10)) == (why.source, why.source_on)
    assert (why.rule, "王芳") == ("recheck.SPECIAL", why.rule_set.set_by_name if why.rule_set else None)


def test_a_visit_made_after_a_closing_counts_from_its_own_day(database: Database) -> None:
    database.transact(add, opened_on=date(2017, 5, 1))
    database.transact(close, the(database, "recheck").id)
    database.transact(visit, casework.met(date(2017, 9, 1)))
    assert date(2017, 11, 30) == the(database, "recheck").due_on
    database.transact(lambda tx: visits.undo(tx, casework.get(tx, casework.ZHANG), "r1"))
    assert TODAY + timedelta(days=90) == the(database, "recheck").due_on


def test_a_second_try_closed_by_hand_goes_back_to_the_cycle(database: Database) -> None:
    database.transact(add, opened_on=date(2017, 5, 1))
    database.transact(visit, casework.missed(TODAY, TODAY + timedelta(days=3)))
    database.transact(close, the(database, "retry").id)
    # The visit that was late already went with it: the next is an interval from today.
    assert [TODAY + timedelta(days=90)] == [day for kind, day in days(database) if kind == "recheck"]
    assert "retry" not in [kind for kind, _ in days(database)]


def test_a_second_try_closed_while_the_visit_was_far_off_leaves_the_visit(database: Database) -> None:
    database.transact(add, opened_on=date(2017, 9, 1))
    database.transact(visit, casework.missed(TODAY, TODAY + timedelta(days=3)))
    database.transact(close, the(database, "retry").id)
    assert date(2017, 11, 30) == the(database, "recheck").due_on


def test_another_failed_try_after_a_closing_asks_for_another(database: Database) -> None:
    database.transact(add, opened_on=date(2017, 5, 1))
    database.transact(visit, casework.missed(date(2017, 9, 1), TODAY), "r1")
    database.transact(close, the(database, "retry").id)
    database.transact(visit, casework.missed(TODAY, TODAY + timedelta(days=5)), "r2")
    assert TODAY + timedelta(days=5) == the(database, "retry").due_on


def test_a_look_after_the_exit_closed_by_hand_leaves_the_second(database: Database) -> None:
    database.transact(add, state="MONITOR", monitor_from=date(2017, 6, 10))
    assert 1 == the(database, "monitor").round
    database.transact(close, the(database, "monitor").id)
    assert (2, date(2017, 12, 7)) == (the(database, "monitor").round, the(database, "monitor").due_on)
    database.transact(close, the(database, "monitor").id)
    assert [] == days(database)


def paid(tx: Transaction, kind: AidKind = AidKind.JOB) -> None:
    casework.payment(tx, 1, date(2017, 8, 7), kind=kind)
    followups.refresh(tx, 1)


def aid_state(tx: Transaction) -> object:
    return tx.connection.execute(select(table_of(Aid).c.state)).scalar_one()


def go_back(tx: Transaction, report_id: str, answers: dict[str, object]) -> None:
    zhang = casework.get(tx, casework.ZHANG)
    revisits.submit(tx, zhang, report_id=report_id, aid_id="a1", answers=answers, form_version=1)


def test_a_revisit_closed_by_hand_leaves_the_next_round(database: Database) -> None:
    database.transact(add)
    database.transact(paid)
    database.transact(close, the(database, "revisit").id)
    assert (2, date(2017, 11, 5)) == (the(database, "revisit").round, the(database, "revisit").due_on)
    database.transact(go_back, "v1", casework.went_back(TODAY))
    assert ([], AidState.REVISITED) == (
        [one for one in days(database) if one[0] == "revisit"],
        database.view(aid_state),
    )


def test_a_payment_nobody_was_asked_about_is_not_called_revisited(database: Database) -> None:
    database.transact(add)
    database.transact(paid, AidKind.MEDICAL)
    database.transact(go_back, "v1", {"date": TODAY.isoformat(), "met": "NOBODY"})
    database.transact(close, the(database, "revisit").id)
    assert ([], AidState.PAID) == (
        [one for one in days(database) if one[0] == "revisit"],
        database.view(aid_state),
    )


# --- nobody met ------------------------------------------------------------------------------------------


def test_the_third_miss_is_the_officers_whether_a_day_was_named_or_not(database: Database) -> None:
    database.transact(add, opened_on=date(2017, 5, 1))
    for number, named in enumerate((TODAY, None), start=1):
        database.transact(visit, casework.missed(date(2017, 9, number), named), f"r{number}")
        assert {None} == {one.for_role for one in database.view(due)}
    database.transact(visit, casework.missed(date(2017, 9, 3)), "r3")
    item = the(database, "retry")
    assert (Role.OFFICER, date(2017, 9, 10)) == (item.for_role, item.due_on)
    database.transact(visit, casework.met(TODAY), "r4")
    assert {None} == {one.for_role for one in database.view(due)}


def test_the_third_miss_leaves_the_cadres_list_and_its_undo_brings_it_back(database: Database) -> None:
    database.transact(add, opened_on=date(2017, 5, 1))
    for number in (1, 2, 3):
        database.transact(visit, casework.missed(date(2017, 9, number), TODAY), f"r{number}")

    def theirs(tx: Transaction) -> list[str]:
        return [str(one.kind) for one in followups.due(tx, TODAY, assignee_id=casework.ZHANG)]

    assert [] == database.view(theirs)
    database.transact(lambda tx: visits.undo(tx, casework.get(tx, casework.ZHANG), "r3"))
    assert ["retry"] == database.view(theirs)


def test_how_many_misses_there_may_be_is_the_unions_rule(database: Database) -> None:
    database.transact(add, opened_on=date(2017, 5, 1))
    for number in (1, 2):
        database.transact(visit, casework.missed(date(2017, 9, number), TODAY), f"r{number}")
    for most, role in ((2, Role.OFFICER), (3, None)):
        database.transact(rule, "missed", most)
        assert role == the(database, "retry").for_role


def test_what_the_officer_took_stays_the_officers_own(database: Database) -> None:
    database.transact(add, opened_on=date(2017, 5, 1))
    for number in (1, 2, 3):
        database.transact(visit, casework.missed(date(2017, 9, number), TODAY), f"r{number}")
    wang = database.view(casework.get, casework.WANG)
    database.transact(steps.take, wang, the(database, "retry").id)
    database.transact(followups.refresh, 1)
    item = the(database, "retry")
    assert (None, casework.WANG, True) == (item.for_role, item.assignee_id, item.is_given)


def test_whoever_was_given_a_visit_goes_on_with_the_second_try_and_not_with_the_next_visit(
    database: Database,
) -> None:
    database.transact(add, opened_on=date(2017, 5, 1))
    wang = database.view(casework.get, casework.WANG)
    database.transact(steps.reassign, wang, the(database, "recheck").id, casework.LI)
    database.transact(visit, casework.missed(TODAY, TODAY + timedelta(days=2)), "r1")
    assert casework.LI == the(database, "retry").assignee_id
    database.transact(visit, casework.met(TODAY), "r2")
    assert casework.ZHANG == the(database, "recheck").assignee_id


def test_whoever_was_given_a_revisit_goes_on_with_it_until_somebody_was_met(database: Database) -> None:
    database.transact(add)
    database.transact(paid)
    wang = database.view(casework.get, casework.WANG)
    database.transact(steps.reassign, wang, the(database, "revisit").id, casework.LI)
    database.transact(go_back, "v1", {"date": TODAY.isoformat(), "met": "NOBODY"})
    assert casework.LI == the(database, "revisit").assignee_id
    database.transact(go_back, "v2", casework.went_back(TODAY))
    assert casework.ZHANG == the(database, "revisit").assignee_id


def test_a_moved_item_stays_with_whoever_was_given_it_and_stays_put_off(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add, opened_on=date(2017, 5, 1))
    wang, li = (database.view(casework.get, one) for one in (casework.WANG, casework.LI))
    item = the(database, "recheck")
    database.transact(steps.reassign, wang, item.id, casework.LI)
    until = TODAY + timedelta(days=5)
    database.transact(steps.snooze, li, item.id, until)
    database.transact(rule, "recheck.SPECIAL", 100)
    moved = the(database, "recheck")
    assert (item.id, casework.LI, until, 1) == (
        moved.id,
        moved.assignee_id,
        moved.snoozed_until,
        moved.snoozes,
    )
    clock.advance(days=6)
    database.transact(rule, "recheck.SPECIAL", 110)
    assert (None, 0) == (the(database, "recheck").snoozed_until, the(database, "recheck").snoozes)


# --- why it is there -------------------------------------------------------------------------------------


def test_why_an_item_is_there_names_the_rule_all_days_and_what_was_done(database: Database) -> None:
    database.transact(rule, "ladder.late", 2)
    database.transact(add, opened_on=date(2017, 6, 4))
    wang = database.view(casework.get, casework.WANG)
    item = the(database, "recheck")
    database.transact(steps.give_days, wang, item.id, "联系人生病")
    why = database.view(followups.explain, wang, item.id)
    # The way up counts from the day to which it was put off.
    offsets = {stage: (day - item.due_on).days for stage, day in why.days.items()}
    until = (TODAY + timedelta(days=3) - item.due_on).days
    assert {"opens": -7, "due": 0, "late": 2, "officer": until + 7, "chair": until + 14} == offsets
    assert ("recheck.SPECIAL", None) == (why.rule, why.rule_set)
    assert [("more_days", "联系人生病")] == [(str(one.act), one.reason) for one in why.steps]
    assert TODAY + timedelta(days=3) == why.next_stage_on


@pytest.mark.parametrize(
    ("kind", "rule_name"), [(AidKind.MEDICAL, "revisit.MEDICAL"), (AidKind.STUDY, "revisit.STUDY")]
)
def test_why_a_revisit_is_there_names_the_rule_of_its_kind(
    database: Database, kind: AidKind, rule_name: str
) -> None:
    database.transact(add)
    database.transact(paid, kind)
    database.transact(rule, rule_name, [20])
    wang = database.view(casework.get, casework.WANG)
    why = database.view(followups.explain, wang, the(database, "revisit").id)
    assert (rule_name, [20], "王芳") == (
        why.rule,
        why.rule_set.value if why.rule_set else None,
        why.rule_set.set_by_name if why.rule_set else None,
    )


def test_why_an_item_on_a_named_day_is_there_names_no_rule(database: Database) -> None:
    database.transact(add)
    database.transact(visit, casework.met(TODAY, next_visit="2017-10-10"))
    wang = database.view(casework.get, casework.WANG)
    why = database.view(followups.explain, wang, the(database, "recheck").id)
    assert (None, None) == (why.rule, why.rule_set)
