"""Office matters: what lies idle, waits or ends, whose it is, and who is told of it when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select, update

from storage import errors
from storage.aid_codes import AidState
from storage.codes import DraftState, Role
from storage.columns import table_of
from storage.due import policies
from storage.members import membership, people
from storage.office import matters
from storage.reporting import drafts
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.office import Bulletin
from storage.telling import bulletins
from tests.storage import casework
from tests.storage.casework import CHEN, LI, OTHER_BRANCH, QIAN, ROOT, SUN, WANG, ZHANG

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from storage.database import Database, Transaction
    from storage.office.matter import Matter
    from tests.clock import FakeClock

# A Monday in a month without campaigns.
MONDAY = date(2017, 9, 4)
_AID = table_of(Aid)
_HOUSEHOLDS = table_of(Household)


@pytest.fixture(autouse=True)
def union(database: Database, clock: FakeClock) -> None:
    at(clock, MONDAY)
    database.transact(casework.found)
    database.transact(lambda tx: casework.household(tx, 1))


def at(clock: FakeClock, day: date, hour: int = 9) -> None:
    """That hour of the day in Shanghai."""
    clock.set(datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=8))


def begin(tx: Transaction, number: int = ZHANG, household_id: int = 1) -> str:
    author = people.get(tx, number)
    return drafts.open_draft(tx, author, form="visit", household_id=household_id, content={}).id


def waits(tx: Transaction, state: AidState, *, since: datetime | None = None, household_id: int = 1) -> str:
    aid_id = casework.payment(tx, household_id, tx.today, aid_id=f"{state}{household_id}", state=state)
    tx.connection.execute(update(_AID).where(_AID.c.id == aid_id).values(waits_since=since or tx.now))
    return aid_id


def publish(tx: Transaction, first: date, state: str = "PUBLIC", household_id: int = 1) -> None:
    row = update(_HOUSEHOLDS).where(_HOUSEHOLDS.c.id == household_id)
    tx.connection.execute(row.values(state=state, public_from=first))


def listed(database: Database, on: date, number: int | None = None) -> list[tuple[str, str, str, date]]:
    def read(tx: Transaction) -> list[Matter]:
        person = None if number is None else people.get(tx, number)
        return matters.due(tx, on, person=person)

    return [(one.kind, one.slug, one.state, one.due_on) for one in database.transact(read)]


def told(tx: Transaction) -> list[tuple[int, str]]:
    posted = table_of(Bulletin)
    rows = tx.connection.execute(select(posted.c.person_id, posted.c.slug).order_by(posted.c.id))
    return [(row.person_id, row.slug) for row in rows]


def mornings(
    database: Database, clock: FakeClock, first: date, days: int
) -> dict[date, list[tuple[int, str]]]:
    """Who was told what on each of these days, asked twice a day."""
    seen: dict[date, list[tuple[int, str]]] = {}
    for day in (first + timedelta(days=number) for number in range(days)):
        at(clock, day)
        before = len(database.transact(told))
        database.transact(matters.tell)
        database.transact(matters.tell)
        new = database.transact(told)[before:]
        if new:
            seen[day] = new
    return seen


def get(database: Database, number: int, key: str) -> Matter:
    return database.transact(lambda tx: matters.get(tx, people.get(tx, number), key))


# Drafts.


def test_a_draft_that_nobody_touched_for_two_days_is_there(database: Database) -> None:
    database.transact(begin)
    assert [] == listed(database, MONDAY + timedelta(days=1))
    due_on = MONDAY + timedelta(days=2)
    assert [("draft", "visit", "due", due_on)] == listed(database, due_on)
    assert [("draft", "visit", "late", due_on)] == listed(database, due_on + timedelta(days=1))


def test_an_idle_draft_is_told_to_its_author_and_after_a_week_to_the_officer(
    database: Database, clock: FakeClock
) -> None:
    database.transact(begin)
    assert {
        date(2017, 9, 6): [(ZHANG, "draft_due")],
        date(2017, 9, 11): [(WANG, "draft_officer"), (ZHANG, "draft_due")],
    } == mornings(database, clock, MONDAY, 20)


def test_a_patient_union_still_tells_the_author_first(database: Database, clock: FakeClock) -> None:
    database.transact(begin)
    database.transact(lambda tx: policies.change(tx, people.get(tx, WANG), ROOT, "drafts", 9))
    assert {
        date(2017, 9, 13): [(ZHANG, "draft_due")],
        date(2017, 9, 18): [(WANG, "draft_officer"), (ZHANG, "draft_due")],
    } == mornings(database, clock, MONDAY, 20)


def test_a_draft_that_is_touched_begins_anew_and_one_that_is_over_is_gone(
    database: Database, clock: FakeClock
) -> None:
    draft_id = database.transact(begin)
    at(clock, date(2017, 9, 6))
    database.transact(matters.tell)
    database.transact(drafts.save, draft_id, {})
    assert [] == listed(database, date(2017, 9, 7))
    assert {date(2017, 9, 8): [(ZHANG, "draft_due")]} == mornings(database, clock, date(2017, 9, 7), 4)
    database.transact(drafts.close, draft_id, DraftState.SUBMITTED)
    assert [] == listed(database, date(2017, 9, 24))


def test_a_kept_draft_counts_like_one_being_filled(database: Database) -> None:
    draft_id = database.transact(begin)
    database.transact(drafts.keep, draft_id)
    assert 1 == len(listed(database, MONDAY + timedelta(days=2), ZHANG))


@pytest.mark.parametrize("away", ["removed", "blocked"])
def test_the_draft_of_somebody_who_cannot_be_told_goes_to_the_officer_at_once(
    database: Database, clock: FakeClock, away: str
) -> None:
    database.transact(begin)
    if away == "blocked":
        database.transact(people.mark_blocked, 1000 + ZHANG)
    else:
        database.transact(casework.person, 9, "陈立", ROOT, Role.ADMIN)
        database.transact(lambda tx: membership.remove(tx, people.get(tx, 9), ZHANG))
    assert {date(2017, 9, 6): [(WANG, "draft_officer")]} == mornings(database, clock, MONDAY, 20)


def test_an_officers_own_draft_is_not_told_to_them_twice(database: Database, clock: FakeClock) -> None:
    database.transact(begin, WANG)
    assert {
        date(2017, 9, 6): [(WANG, "draft_due")],
        date(2017, 9, 11): [(WANG, "draft_due")],
    } == mornings(database, clock, MONDAY, 20)


def test_a_draft_is_its_authors_and_after_a_week_the_officers_too(database: Database) -> None:
    database.transact(begin)
    on_second, on_eighth = MONDAY + timedelta(days=2), MONDAY + timedelta(days=7)
    assert [1, 0, 0] == [len(listed(database, on_second, one)) for one in (ZHANG, WANG, LI)]
    assert [1, 1, 0] == [len(listed(database, on_eighth, one)) for one in (ZHANG, WANG, CHEN)]


def test_a_union_can_be_more_patient_with_drafts(database: Database) -> None:
    database.transact(begin)
    database.transact(lambda tx: policies.change(tx, people.get(tx, WANG), ROOT, "drafts", 10))
    assert [] == listed(database, MONDAY + timedelta(days=9))
    assert [("draft", "visit", "due", MONDAY + timedelta(days=10))] == listed(
        database, MONDAY + timedelta(days=10)
    )


# Approvals.


@pytest.mark.parametrize(("state", "number"), [(AidState.TO_REVIEW, WANG), (AidState.TO_APPROVE, CHEN)])
def test_aid_waits_for_whoever_its_state_names(database: Database, state: AidState, number: int) -> None:
    database.transact(waits, state)
    thursday = date(2017, 9, 7)
    assert [("approval", str(state), "open", thursday)] == listed(database, MONDAY, number)
    others = {ZHANG, LI, WANG, CHEN, QIAN, SUN} - {number}
    assert [[]] * len(others) == [listed(database, MONDAY, one) for one in sorted(others)]


def test_three_working_days_leave_out_the_weekend_and_the_holidays(database: Database) -> None:
    """The National Day holidays of 2017 lasted from 1 to 8 October; 30 September was a working Saturday."""
    database.transact(waits, AidState.TO_REVIEW, since=datetime(2017, 9, 28, 1, tzinfo=UTC))
    assert [date(2017, 10, 9)] == [one[3] for one in listed(database, date(2017, 9, 29), WANG)]


def test_what_waits_is_told_once_a_stage_and_at_last_to_the_chairs(
    database: Database, clock: FakeClock
) -> None:
    database.transact(waits, AidState.TO_REVIEW)
    assert {
        date(2017, 9, 4): [(WANG, "to_review_opens")],
        date(2017, 9, 7): [(WANG, "to_review_due")],
        date(2017, 9, 14): [(WANG, "to_review_chair"), (CHEN, "to_review_chair")],
    } == mornings(database, clock, MONDAY, 20)


def test_what_waits_for_the_chairs_is_told_to_them_alone(database: Database, clock: FakeClock) -> None:
    database.transact(waits, AidState.TO_APPROVE)
    seen = mornings(database, clock, MONDAY, 20)
    assert {CHEN} == {person for day in seen.values() for person, _ in day}
    assert [1, 1, 1] == [len(day) for day in seen.values()]


def test_aid_that_comes_back_to_wait_is_told_anew(database: Database, clock: FakeClock) -> None:
    aid_id = database.transact(waits, AidState.TO_REVIEW)
    mornings(database, clock, MONDAY, 2)
    at(clock, date(2017, 9, 6))
    again = {"waits_since": datetime(2017, 9, 6, 1, tzinfo=UTC)}
    database.transact(lambda tx: tx.connection.execute(update(_AID).where(_AID.c.id == aid_id).values(again)))
    seen = mornings(database, clock, date(2017, 9, 6), 1)
    assert {date(2017, 9, 6): [(WANG, "to_review_opens")]} == seen


def test_approved_paid_and_imported_aid_waits_for_nobody(database: Database) -> None:
    database.transact(waits, AidState.APPROVED)
    database.transact(casework.payment, 1, MONDAY, aid_id="paid")
    database.transact(casework.payment, 1, MONDAY, aid_id="never", state=AidState.TO_REVIEW)
    assert [] == listed(database, MONDAY)


# Publications.


def test_a_publication_runs_for_five_working_days_its_first_day_among_them(database: Database) -> None:
    database.transact(publish, MONDAY)
    friday = date(2017, 9, 8)
    assert [("publicity", "PUBLIC", "open", friday)] == listed(database, MONDAY, WANG)
    assert [("publicity", "PUBLIC", "due", friday)] == listed(database, friday, WANG)
    assert [("publicity", "PUBLIC", "late", friday)] == listed(database, date(2017, 9, 11), WANG)


def test_a_publication_that_begins_in_the_holidays_counts_from_the_first_working_day(
    database: Database,
) -> None:
    database.transact(publish, date(2017, 10, 1), "EXIT_PUBLIC")
    assert [date(2017, 10, 13)] == [
        one[3] for one in listed(database, date(2017, 10, 2)) if one[0] == "publicity"
    ]


def test_the_officer_hears_on_its_last_day_and_when_it_is_over(database: Database, clock: FakeClock) -> None:
    database.transact(publish, MONDAY)
    assert {
        date(2017, 9, 8): [(WANG, "publicity_due")],
        date(2017, 9, 11): [(WANG, "publicity_late")],
    } == mornings(database, clock, MONDAY, 20)


def test_once_the_file_has_gone_on_nothing_is_left(database: Database) -> None:
    database.transact(publish, MONDAY)
    database.transact(publish, MONDAY, "ACTIVE")
    assert [] == listed(database, date(2017, 9, 8))


# What was posted and is no longer so.


def slugs(database: Database, number: int) -> list[str]:
    return [one.slug for one in database.transact(bulletins.waiting, number)]


def test_a_draft_that_was_touched_or_handed_in_meanwhile_is_not_told(
    database: Database, clock: FakeClock
) -> None:
    first, second = database.transact(begin), database.transact(begin, LI)
    at(clock, date(2017, 9, 6))
    database.transact(matters.tell)
    assert [["draft_due"], ["draft_due"]] == [slugs(database, one) for one in (ZHANG, LI)]
    database.transact(drafts.save, first, {})
    database.transact(drafts.close, second, DraftState.SUBMITTED)
    assert [[], []] == [slugs(database, one) for one in (ZHANG, LI)]


def test_aid_that_went_on_to_the_chair_is_not_told_to_the_officer(
    database: Database, clock: FakeClock
) -> None:
    aid_id = database.transact(waits, AidState.TO_REVIEW)
    database.transact(matters.tell)
    assert ["to_review_opens"] == slugs(database, WANG)
    went_on = {"state": AidState.TO_APPROVE, "waits_since": clock.now}
    database.transact(
        lambda tx: tx.connection.execute(update(_AID).where(_AID.c.id == aid_id).values(went_on))
    )
    database.transact(matters.tell)
    assert [[], ["to_approve_opens"]] == [slugs(database, one) for one in (WANG, CHEN)]


def test_a_publication_that_is_over_is_told_by_its_newest_stage_or_not_at_all(
    database: Database, clock: FakeClock
) -> None:
    database.transact(publish, MONDAY)
    mornings(database, clock, date(2017, 9, 8), 5)
    assert ["publicity_late"] == slugs(database, WANG)
    database.transact(publish, MONDAY, "ACTIVE")
    assert [] == slugs(database, WANG)


# All of them.


def many(tx: Transaction) -> None:
    """One matter of each kind in the branch, and one of another branch."""
    casework.household(tx, 2, union_id=OTHER_BRANCH, liaison_id=None)
    casework.household(tx, 3)
    begin(tx, ZHANG)
    waits(tx, AidState.TO_REVIEW, household_id=2)
    publish(tx, MONDAY, household_id=3)


def test_they_come_in_the_order_of_their_days_within_the_scope_asked_for(database: Database) -> None:
    database.transact(many)
    on = date(2017, 9, 8)
    assert ["draft", "approval", "publicity"] == [one[0] for one in listed(database, on)]

    def within(tx: Transaction, *unions: int) -> list[str]:
        return [one.kind for one in matters.due(tx, on, scope=unions)]

    assert ["approval"] == database.transact(within, OTHER_BRANCH)
    assert ["draft", "publicity"] == database.transact(within, casework.BRANCH)
    assert [] == database.transact(within)
    assert 2 == len(database.transact(lambda tx: matters.due(tx, on, limit=2)))


def test_a_short_list_is_not_filled_by_what_is_another_offices(database: Database) -> None:
    def more(tx: Transaction) -> None:
        for number in range(10, 20):
            casework.household(tx, number)
            waits(tx, AidState.TO_APPROVE, household_id=number, since=datetime(2017, 8, 1, tzinfo=UTC))
        waits(tx, AidState.TO_REVIEW)

    database.transact(more)
    on = MONDAY + timedelta(days=1)
    own = database.transact(lambda tx: matters.due(tx, MONDAY, person=people.get(tx, WANG), limit=1))
    assert ["TO_APPROVE"] != [one.slug for one in own]
    assert ("approval", "TO_REVIEW") in {one[:2] for one in listed(database, on, WANG)}


def test_a_card_is_for_whoever_does_it_or_oversees_it(database: Database, clock: FakeClock) -> None:
    database.transact(many)
    at(clock, date(2017, 9, 8))
    keys = [one.key for one in database.transact(lambda tx: matters.due(tx, tx.today))]
    draft, approval, publicity = keys
    for number in (WANG, CHEN, SUN):
        assert keys == [get(database, number, key).key for key in keys]
    assert draft == get(database, ZHANG, draft).key
    for number, key in ((ZHANG, approval), (ZHANG, publicity), (LI, draft), (QIAN, draft), (QIAN, approval)):
        with pytest.raises(errors.NotFound):
            get(database, number, key)


def test_whoever_leads_one_branch_has_none_of_the_matters_of_another(database: Database) -> None:
    """Their scope is wider: they are cadre of the other."""
    database.transact(many)

    def second_office(tx: Transaction) -> None:
        casework.person(tx, 20, "吴专责", OTHER_BRANCH, Role.OFFICER)
        membership.grant(tx, 20, [Role.CADRE], casework.BRANCH)

    database.transact(second_office)
    assert ["approval"] == [one[0] for one in listed(database, date(2017, 9, 8), 20)]


def test_a_chair_has_the_officers_matters_where_no_officer_can_be_told(database: Database) -> None:
    database.transact(many)
    on = date(2017, 9, 5)
    assert [] == listed(database, on, CHEN)
    database.transact(people.mark_blocked, 1000 + WANG)
    assert ["approval", "publicity"] == [one[0] for one in listed(database, on, CHEN)]


@pytest.mark.parametrize(
    "key", ["", "draft", "draft:", "draft:x", "approval:x", "publicity:x", "publicity:99999999999999999999"]
)
def test_a_forged_key_finds_nothing(database: Database, key: str) -> None:
    with pytest.raises(errors.NotFound):
        get(database, WANG, key)


@pytest.mark.parametrize("key", ["publicity:１", "campaign:1.spring_list.2017", "king:1"])
def test_a_strange_key_finds_nothing(database: Database, key: str) -> None:
    with pytest.raises(errors.NotFound):
        get(database, WANG, key)


def statements(database: Database, work: Callable[[Transaction], object]) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    database.transact(work)
    event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scoped", [True, False])
def test_each_kind_is_found_by_the_index_that_holds_it_alone(
    database: Database, clock: FakeClock, *, scoped: bool
) -> None:
    at(clock, MONDAY)
    plans: list[str] = []

    def explain(
        connection: Connection, _cursor: object, statement: str, given: tuple[object, ...], *_rest: object
    ) -> None:
        if statement.startswith("SELECT households.id"):
            cursor = connection.connection.cursor()
            rows = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given).fetchall()
            plans.append(str(rows[0][3]))

    event.listen(database.engine, "before_cursor_execute", explain)
    database.transact(lambda tx: matters.due(tx, MONDAY, scope=[1, 2, 3] if scoped else None))
    event.remove(database.engine, "before_cursor_execute", explain)
    indexes = ("uq_drafts_subject", "ix_aid_waiting", "ix_households_public", "ix_aid_unfiled")
    assert 4 == len(plans)
    assert [True] * 4 == [index in plan for index, plan in zip(indexes, plans, strict=True)], plans


def test_reading_them_takes_as_many_statements_for_one_as_for_many(
    database: Database, clock: FakeClock
) -> None:
    database.transact(begin)
    at(clock, date(2017, 9, 8))
    alone = statements(database, lambda tx: matters.due(tx, tx.today))

    def more(tx: Transaction) -> None:
        for number in range(10, 40):
            casework.household(tx, number)
            waits(tx, AidState.TO_REVIEW, household_id=number)

    database.transact(more)
    assert alone == statements(database, lambda tx: matters.due(tx, tx.today))
