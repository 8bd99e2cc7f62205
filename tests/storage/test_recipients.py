"""Whom a due item is told to, and on which day: given, an office's, stood in for, lost, in another zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, insert, select, update

from storage.codes import NoticeReason, Role
from storage.columns import table_of
from storage.due import followups, policies
from storage.reporting import visits
from storage.steps import steps
from storage.tables.dossiers import Household
from storage.tables.office import Absence
from storage.tables.people import PersonRow
from storage.tables.work import Notice
from storage.telling import hearers, notices, notices_plan
from tests.storage import casework

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

TODAY = date(2017, 9, 4)
FAR = date(2030, 1, 1)
ZHANG, LI, WANG, CHEN = casework.ZHANG, casework.LI, casework.WANG, casework.CHEN
EVERYBODY = (ZHANG, LI, WANG, CHEN)
LIAISON, ASSIGNED, SUBSTITUTE, MISSED, OFFICER, CHAIR = (
    NoticeReason.LIAISON,
    NoticeReason.ASSIGNED,
    NoticeReason.SUBSTITUTE,
    NoticeReason.MISSED,
    NoticeReason.OFFICER,
    NoticeReason.CHAIR,
)


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(casework.found)


def add(tx: Transaction, /, number: int = 1, *, due_on: date = TODAY, **more: object) -> None:
    opened_on = due_on - timedelta(days=90)
    casework.household(tx, number, opened_on=opened_on, **more)  # type: ignore[arg-type]  # the test names columns
    followups.refresh(tx, number)


def set_person(tx: Transaction, /, person: int, **columns: object) -> None:
    table = table_of(PersonRow)
    tx.connection.execute(update(table).where(table.c.id == person).values(**columns))


def set_household(tx: Transaction, /, **columns: object) -> None:
    tx.connection.execute(update(table_of(Household)).values(**columns))


def away(tx: Transaction, person: int, substitute: int, *, days: int = 10) -> None:
    tx.connection.execute(
        insert(table_of(Absence)),
        {
            "person_id": person,
            "substitute_id": substitute,
            "from_on": TODAY,
            "until_on": TODAY + timedelta(days=days),
            "created_by": person,
            "created_at": tx.now,
        },
    )


def back(tx: Transaction) -> None:
    tx.connection.execute(update(table_of(Absence)).values(ended_at=tx.now))


def act(tx: Transaction, name: str, *more: object) -> None:
    getattr(steps, name)(tx, casework.get(tx, WANG), 1, *more)


def at(clock: FakeClock, day: date) -> None:
    clock.set(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))


def hear(database: Database, person: int) -> dict[int, NoticeReason]:
    """What this person is told now, by household."""

    def take(tx: Transaction) -> tuple[notices.Line, ...]:
        hearer = hearers.hold(tx, person)
        assert hearer is not None
        if not hearer.is_reachable:
            notices.give_back(tx, hearer)
            return ()
        return notices.take(tx, hearer, policies.today_of(tx, hearer.union_id))

    return {line.item.household.id: line.because for line in database.transact(take)}


def plan(database: Database) -> None:
    while database.transact(notices_plan.plan):
        pass


def told(database: Database) -> dict[int, NoticeReason]:
    """Who is told of the first household on a morning, and why; whoever it is passed on to hears as well."""
    heard: dict[int, NoticeReason] = {}
    for _ in range(2):
        plan(database)
        for person in EVERYBODY:
            for reason in hear(database, person).values():
                heard[person] = reason
    return heard


def test_an_item_goes_to_the_liaison(database: Database) -> None:
    database.transact(add)
    assert {ZHANG: LIAISON} == told(database)


def test_an_item_given_to_somebody_goes_to_them(database: Database, clock: FakeClock) -> None:
    database.transact(add)
    database.transact(act, "reassign", LI)
    at(clock, TODAY + timedelta(days=3))
    assert {LI: ASSIGNED} == told(database)


def miss(tx: Transaction, report_id: str, day: date) -> None:
    visits.submit(
        tx,
        casework.get(tx, ZHANG),
        report_id=report_id,
        household_id=1,
        answers=casework.missed(day, TODAY),
        form_version=1,
    )


def test_the_third_miss_goes_to_the_officers_and_not_to_the_liaison(database: Database) -> None:
    database.transact(add)
    for number in (1, 2, 3):
        database.transact(miss, f"r{number}", date(2017, 9, number))
    assert {WANG: MISSED} == told(database)


def test_whoever_is_away_is_stood_in_for(database: Database) -> None:
    database.transact(add)
    database.transact(away, ZHANG, LI)
    assert {LI: SUBSTITUTE} == told(database)


def test_whoever_was_given_it_and_is_away_is_stood_in_for(database: Database, clock: FakeClock) -> None:
    database.transact(add)
    database.transact(act, "reassign", LI)
    database.transact(away, LI, ZHANG)
    at(clock, TODAY + timedelta(days=3))
    assert {ZHANG: SUBSTITUTE} == told(database)


def test_with_nobody_to_stand_in_it_is_the_officers(database: Database) -> None:
    database.transact(add)
    database.transact(away, ZHANG, LI)
    database.transact(set_person, LI, blocked_at=datetime(2017, 9, 1, tzinfo=UTC))
    assert {WANG: SUBSTITUTE} == told(database)


def test_an_officer_who_is_away_is_stood_in_for_up_the_ladder(database: Database) -> None:
    database.transact(add, due_on=TODAY)
    plan(database)
    database.transact(away, WANG, LI, days=30)
    database.transact(act, "snooze", TODAY + timedelta(days=1))
    database.clock.advance(days=8)  # type: ignore[attr-defined]  # the test's own clock
    assert {ZHANG: LIAISON, LI: OFFICER} == told(database)


def test_with_everybody_away_the_officer_hears_all_the_same(database: Database) -> None:
    database.transact(add, liaison_id=None)
    database.transact(away, WANG, CHEN)
    database.transact(away, CHEN, WANG)
    assert {WANG: NoticeReason.NO_LIAISON} == told(database)


def test_the_chair_hears_where_there_is_no_officer(database: Database) -> None:
    database.transact(add, liaison_id=None)
    database.transact(set_person, WANG, state="REMOVED", telegram_id=None)
    assert {CHEN: NoticeReason.NO_LIAISON} == told(database)


def test_the_ladder_follows_the_days_of_the_union(database: Database, clock: FakeClock) -> None:
    def rules(tx: Transaction) -> None:
        for key, value in (("ladder.late", 1), ("ladder.officer", 2), ("ladder.chair", 4)):
            policies.change(tx, casework.get(tx, WANG), casework.BRANCH, key, value)

    database.transact(rules)
    database.transact(add)
    heard = {}
    for offset in range(6):
        at(clock, TODAY + timedelta(days=offset))
        heard[offset] = set(told(database))
    assert {0: {ZHANG}, 1: {ZHANG}, 2: {ZHANG, WANG}, 3: set(), 4: {ZHANG, WANG, CHEN}, 5: set()} == heard


# --- lost before it was told -----------------------------------------------------------------------------


def test_what_was_planned_for_a_liaison_who_went_away_goes_to_the_substitute(database: Database) -> None:
    database.transact(add)
    plan(database)
    database.transact(away, ZHANG, LI)
    assert {LI: SUBSTITUTE} == told(database)


def test_what_was_planned_for_a_substitute_goes_back_with_the_leave(database: Database) -> None:
    database.transact(add)
    database.transact(away, ZHANG, LI)
    plan(database)
    database.transact(back)
    assert {ZHANG: LIAISON} == told(database)


def test_what_was_planned_for_an_officer_instead_goes_to_the_new_liaison(database: Database) -> None:
    database.transact(add, liaison_id=None)
    plan(database)
    database.transact(set_household, liaison_id=LI)
    assert {LI: LIAISON} == told(database)


def test_what_somebody_took_meanwhile_is_told_to_nobody(database: Database) -> None:
    database.transact(add)
    plan(database)
    database.transact(act, "take")
    assert {} == told(database)


def test_who_blocks_the_bot_between_plan_and_telling_is_stood_in_for(database: Database) -> None:
    database.transact(add)
    plan(database)
    database.transact(set_person, ZHANG, blocked_at=datetime(2017, 9, 4, tzinfo=UTC))
    assert {WANG: NoticeReason.BLOCKED} == told(database)


# --- lost after it was told ------------------------------------------------------------------------------


def test_households_that_changed_hands_are_told_to_the_new_liaison_at_their_stage(database: Database) -> None:
    database.transact(add)
    assert {ZHANG: LIAISON} == told(database)
    database.transact(set_household, liaison_id=LI)
    assert {} == told(database)
    for _ in range(2):
        database.transact(notices_plan.of_households_again, [1])
    database.transact(followups.refresh, 1)
    assert {LI: LIAISON} == told(database)
    database.transact(notices_plan.of_households_again, [1])
    assert {} == told(database)


def test_what_a_blocked_cadre_was_told_goes_to_the_officer_and_nothing_twice(database: Database) -> None:
    database.transact(add)
    told(database)
    database.transact(set_person, ZHANG, blocked_at=datetime(2017, 9, 4, tzinfo=UTC))
    database.transact(notices_plan.of_person_again, ZHANG)
    assert {WANG: NoticeReason.BLOCKED} == told(database)
    database.transact(set_person, ZHANG, blocked_at=None)
    database.transact(notices_plan.of_person_again, ZHANG)
    assert {} == told(database)


def test_what_was_put_off_or_taken_by_another_is_not_planned_again(database: Database) -> None:
    for number in (1, 2):
        database.transact(add, number)
    told(database)
    until = TODAY + timedelta(days=5)
    database.transact(act, "snooze", until)
    database.transact(lambda tx: steps.take(tx, casework.get(tx, CHEN), 2))
    database.transact(set_household, liaison_id=LI)
    database.transact(notices_plan.of_households_again, [1, 2])
    assert {} == told(database)


def test_what_a_removed_officer_had_taken_is_told_again(database: Database) -> None:
    database.transact(add)
    database.transact(lambda tx: steps.take(tx, casework.get(tx, CHEN), 1))
    database.transact(set_person, CHEN, state="REMOVED", telegram_id=None)
    assert {} == told(database)
    database.transact(notices_plan.of_person_again, CHEN)
    assert {WANG: NoticeReason.REMOVED} == told(database)


# --- time zones ------------------------------------------------------------------------------------------


def zone(tx: Transaction, union_id: int, name: str) -> None:
    policies.change(tx, casework.get(tx, WANG), union_id, "zone", name)


def test_a_union_further_west_does_not_hear_a_day_early(database: Database, clock: FakeClock) -> None:
    database.transact(zone, casework.BRANCH, "America/Los_Angeles")
    database.transact(add)
    database.transact(add, 2, union_id=casework.OTHER_BRANCH, liaison_id=CHEN)
    # On the morning of the 28th in Shanghai it is still the 27th there: the item opens on the 28th.
    clock.set(datetime(2017, 8, 28, 1, tzinfo=UTC))
    plan(database)
    assert ({}, {2: LIAISON}) == (hear(database, ZHANG), hear(database, CHEN))
    clock.set(datetime(2017, 8, 28, 15, 30, tzinfo=UTC))
    plan(database)
    assert {1: LIAISON} == hear(database, ZHANG)


def test_a_union_further_east_hears_on_its_own_morning(database: Database, clock: FakeClock) -> None:
    database.transact(zone, casework.BRANCH, "Pacific/Auckland")
    database.transact(add)
    database.transact(add, 2, union_id=casework.OTHER_BRANCH, liaison_id=CHEN)
    # The 28th has begun in Auckland; in Shanghai it is the evening of the 27th.
    clock.set(datetime(2017, 8, 27, 12, 30, tzinfo=UTC))
    plan(database)
    assert ({1: LIAISON}, {}) == (hear(database, ZHANG), hear(database, CHEN))
    clock.set(datetime(2017, 8, 28, 1, tzinfo=UTC))
    plan(database)
    assert {2: LIAISON} == hear(database, CHEN)


# --- lists -----------------------------------------------------------------------------------------------


def test_a_persons_list_holds_what_they_have_to_do_and_nothing_else(database: Database) -> None:
    for number in range(1, 6):
        database.transact(add, number, liaison_id=LI if number == 5 else ZHANG)
    database.transact(act, "reassign", LI)
    wang = database.view(casework.get, WANG)
    database.transact(steps.reassign, wang, 5, ZHANG)

    def lists(tx: Transaction) -> dict[int, set[int]]:
        return {
            one: {item.household.id for item in followups.due(tx, TODAY, assignee_id=one)}
            for one in (ZHANG, LI)
        }

    assert {ZHANG: {2, 3, 4, 5}, LI: {1}} == database.view(lists)
    database.transact(away, ZHANG, LI)
    assert {ZHANG: {2, 3, 4, 5}, LI: {1, 2, 3, 4, 5}} == database.view(lists)
    names = database.view(lambda tx: {one.assignee_name for one in followups.due(tx, TODAY, household_id=5)})
    assert {"张东"} == names


def test_a_persons_list_takes_three_statements(database: Database) -> None:
    database.transact(add)
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    assert 1 == len(database.transact(followups.due, TODAY, assignee_id=ZHANG))
    assert 3 == len([one for one in sent if not one.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))])


def test_each_person_hears_of_one_item_once_however_many_offices_they_hold(database: Database) -> None:
    def both(tx: Transaction) -> None:
        casework.person(tx, 9, "身兼两职", casework.ROOT, Role.OFFICER)
        tx.connection.execute(
            insert(table_of(Household).metadata.tables["person_roles"]),
            {"person_id": 9, "role": Role.CHAIR, "union_id": casework.ROOT},
        )

    database.transact(both)
    database.transact(add, liaison_id=9, due_on=TODAY)
    database.clock.advance(days=30)  # type: ignore[attr-defined]  # the test's own clock
    plan(database)
    rows = select(table_of(Notice).c.person_id, table_of(Notice).c.because)
    found = database.view(lambda tx: [tuple(row) for row in tx.connection.execute(rows)])
    assert {(9, LIAISON), (WANG, OFFICER), (CHEN, CHAIR)} == set(found)


def submit(tx: Transaction, due_on: date) -> None:
    answers = casework.met(date(2017, 6, 1), next_visit=due_on.isoformat())
    zhang = casework.get(tx, ZHANG)
    visits.submit(tx, zhang, report_id="v1", household_id=1, answers=answers, form_version=1)


def test_back_on_a_day_of_which_it_was_told_nothing_is_told_twice_and_nothing_left_out(
    database: Database, clock: FakeClock
) -> None:
    def named(tx: Transaction, due_on: date) -> None:
        answers = casework.met(date(2017, 6, 1), next_visit=due_on.isoformat())
        visits.amend(tx, casework.get(tx, ZHANG), "v1", answers)

    database.transact(add)
    database.transact(submit, TODAY)
    assert {ZHANG: LIAISON} == told(database)
    item = database.view(followups.due, TODAY, household_id=1)[0].id
    zhang = database.view(casework.get, ZHANG)
    database.transact(steps.snooze, zhang, item, TODAY + timedelta(days=1))
    heard = []
    # Put off to the 5th, moved on to the 20th and back, then late.
    for offset, due_on in ((1, TODAY), (2, date(2017, 9, 20)), (3, TODAY), (4, TODAY), (5, TODAY)):
        at(clock, TODAY + timedelta(days=offset))
        if due_on != database.view(followups.due, FAR, household_id=1)[0].due_on:
            database.transact(named, due_on)
        heard.append(set(told(database)))
    assert [{ZHANG}, set(), {ZHANG}, set(), set()] == heard
    notice = table_of(Notice)
    keys = select(notice.c.due_on, notice.c.stage, notice.c.turn).where(notice.c.told_at.is_not(None))
    rows = database.view(lambda tx: [tuple(row) for row in tx.connection.execute(keys)])
    assert {(TODAY, "due", 0), (TODAY, "due", 1), (TODAY, "late", 1)} == set(rows)


def test_a_stage_planned_early_for_a_union_further_east_is_told_on_its_own_day(
    database: Database, clock: FakeClock
) -> None:
    def hasty(tx: Transaction) -> None:
        policies.change(tx, casework.get(tx, WANG), casework.BRANCH, "ladder.late", 1)

    database.transact(zone, casework.OTHER_BRANCH, "Pacific/Auckland")
    database.transact(hasty)
    database.transact(add)
    # In the afternoon of the 4th the 5th, on which the item is late, has begun in Auckland.
    clock.set(datetime(2017, 9, 4, 1, tzinfo=UTC))
    plan(database)
    clock.set(datetime(2017, 9, 4, 13, tzinfo=UTC))
    plan(database)
    assert {1: LIAISON} == hear(database, ZHANG)
    clock.set(datetime(2017, 9, 5, 1, tzinfo=UTC))
    plan(database)
    assert {1: LIAISON} == hear(database, ZHANG)
    stages = select(table_of(Notice).c.stage).where(table_of(Notice).c.told_at.is_not(None))
    assert {"due", "late"} == set(database.view(lambda tx: list(tx.connection.scalars(stages))))
