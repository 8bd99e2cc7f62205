"""The rules of a union: who may set them, whose holds, since when, and what moves at once."""

from __future__ import annotations

import asyncio
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, insert, select

from storage import errors
from storage.codes import Category, Role
from storage.columns import table_of
from storage.due import followups, policies
from storage.members import membership
from storage.reporting import revisits, visits
from storage.rulebook import policy
from storage.tables.audit import AuditEntry
from storage.tables.office import PolicyRow, Recount
from storage.tables.people import Union
from storage.tables.work import Followup
from storage.telling import notices_plan
from tests.storage import casework

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import SQLModel

    from storage.database import Database, Transaction
    from tests.clock import FakeClock

TODAY = date(2017, 9, 4)
FAR = date(2030, 1, 1)


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(casework.found)


def change(tx: Transaction, union_id: int, key: str, value: object, person: int = casework.WANG) -> None:
    policies.change(tx, casework.get(tx, person), union_id, key, value)


def recheck(tx: Transaction, union_id: int) -> int:
    return policies.of(tx, union_id).recheck_days[Category.SPECIAL]


def test_what_nobody_set_holds_as_it_comes(database: Database) -> None:
    assert policy.DEFAULT == database.view(policies.of, casework.BRANCH)
    assert {} == database.view(policies.settings, casework.BRANCH)


def test_the_nearest_union_upwards_wins_rule_by_rule(database: Database) -> None:
    database.transact(change, casework.BRANCH, "recheck.SPECIAL", 60)
    database.transact(change, casework.ROOT, "recheck.SPECIAL", 75)
    database.transact(change, casework.ROOT, "window", 10)
    seen = [
        (one.recheck_days[Category.SPECIAL], one.window_days)
        for one in (
            database.view(policies.of, union_id)
            for union_id in (casework.ROOT, casework.BRANCH, casework.OTHER_BRANCH)
        )
    ]
    assert [(75, 10), (60, 10), (75, 10)] == seen


def test_a_change_is_remembered_with_who_and_when(database: Database, clock: FakeClock) -> None:
    database.transact(change, casework.ROOT, "window", 10)
    clock.advance(days=1)
    database.transact(change, casework.ROOT, "window", 5, casework.CHEN)
    found = database.view(policies.history, casework.ROOT, "window")
    assert [(5, "陈主席"), (10, "王芳")] == [(one.value, one.set_by_name) for one in found]
    assert timedelta(days=1) == found[0].set_at - found[1].set_at
    setting = database.view(policies.settings, casework.BRANCH)["window"]
    assert (5, casework.ROOT, "开远公司工会", "陈主席") == (
        setting.value,
        setting.union_id,
        setting.union_name,
        setting.set_by_name,
    )


def test_a_rule_taken_back_is_what_it_is_above_and_stays_in_the_history(database: Database) -> None:
    database.transact(change, casework.ROOT, "window", 10)
    database.transact(change, casework.BRANCH, "window", 5)
    wang = database.view(casework.get, casework.WANG)
    for _ in range(2):
        database.transact(policies.reset, wang, casework.BRANCH, "window")
    assert 10 == database.view(policies.of, casework.BRANCH).window_days
    assert casework.ROOT == database.view(policies.settings, casework.BRANCH)["window"].union_id
    assert [None, 5] == [one.value for one in database.view(policies.history, casework.BRANCH, "window")]


def count(tx: Transaction, table: type[SQLModel]) -> int:
    return tx.connection.execute(select(func.count()).select_from(table_of(table))).scalar_one()


def test_a_change_that_changes_nothing_writes_nothing(database: Database) -> None:
    wang = database.view(casework.get, casework.WANG)
    database.transact(change, casework.ROOT, "window", 10)
    before = [database.view(count, table) for table in (PolicyRow, AuditEntry)]
    database.transact(change, casework.ROOT, "window", 10)
    database.transact(change, casework.BRANCH, "window", 10)
    database.transact(change, casework.ROOT, "retry", 7)
    database.transact(policies.reset, wang, casework.BRANCH, "window")
    assert before == [database.view(count, table) for table in (PolicyRow, AuditEntry)]


def test_a_change_is_audited_with_what_held_before(database: Database) -> None:
    database.transact(change, casework.ROOT, "revisit.JOB", [30, 60, 90])
    table = table_of(AuditEntry)
    entry = database.view(lambda tx: tx.connection.execute(select(table)).one())
    assert ("policy.change", "union:1", casework.WANG) == (entry.act, entry.subject, entry.person_id)
    assert {"key": "revisit.JOB", "value": [30, 60, 90], "before": [30, 90]} == entry.details


@pytest.mark.parametrize(
    ("person", "union_id", "refusal"),
    [
        (casework.ZHANG, casework.BRANCH, errors.NotAllowed),
        (casework.ZHANG, casework.ROOT, errors.NotFound),
        (casework.QIAN, casework.BRANCH, errors.NotAllowed),
        (casework.SUN, casework.ROOT, errors.NotAllowed),
        (casework.WANG, 999, errors.NotFound),
    ],
)
def test_only_officers_chairs_and_admins_of_that_union_set_its_rules(
    database: Database, person: int, union_id: int, refusal: type[errors.Refused]
) -> None:
    with pytest.raises(refusal):
        database.transact(change, union_id, "window", 10, person)
    with pytest.raises(refusal):
        database.transact(policies.reset, database.view(casework.get, person), union_id, "window")
    assert 0 == database.view(count, PolicyRow)


def test_an_officer_of_one_branch_who_is_cadre_of_another_sets_only_the_rules_of_the_first(
    database: Database,
) -> None:
    def both(tx: Transaction) -> None:
        casework.person(tx, 9, "两边", casework.BRANCH, Role.OFFICER)
        membership.grant(tx, 9, [Role.CADRE], casework.OTHER_BRANCH)

    database.transact(both)
    database.transact(change, casework.BRANCH, "window", 10, 9)
    with pytest.raises(errors.NotAllowed):
        database.transact(change, casework.OTHER_BRANCH, "window", 10, 9)


def test_an_admin_sets_rules_without_seeing_a_file(database: Database) -> None:
    database.transact(lambda tx: casework.person(tx, 9, "管理员", casework.ROOT, Role.ADMIN))
    database.transact(change, casework.BRANCH, "window", 10, 9)
    assert 10 == database.view(policies.of, casework.BRANCH).window_days


@pytest.mark.parametrize(
    ("key", "value", "refusal"),
    [
        ("window", 31, errors.BadNumber),
        ("window", True, errors.BadNumber),
        ("window", "7", errors.BadNumber),
        ("revisit.JOB", [90, 30], errors.BadDaysList),
        ("revisit.JOB", [], errors.BadDaysList),
        ("revisit.JOB", [1, 2, 3, 4, 5], errors.BadDaysList),
        ("publicity", 4, errors.BadNumber),
        ("digest_at", "05:59", errors.BadTime),
        ("digest_at", "08:30:00", errors.BadTime),
        ("zone", "Asia/Kaiyuan", errors.BadZone),
        ("zone", "../etc/passwd", errors.BadZone),
        ("review", 1, errors.BadSwitch),
        ("ladder.chair", 6, errors.BadOrder),
        ("ladder.late", 8, errors.BadOrder),
        ("quiet_until", "09:00", errors.BadOrder),
        ("no_such_rule", 1, errors.NotFound),
    ],
)
def test_a_rule_is_only_what_it_may_be(
    database: Database, key: str, value: object, refusal: type[errors.Refused]
) -> None:
    with pytest.raises(refusal):
        database.transact(change, casework.ROOT, key, value)
    assert 0 == database.view(count, PolicyRow)


def add(tx: Transaction, /, number: int, **more: object) -> None:
    casework.household(tx, number, **more)  # type: ignore[arg-type]  # the test names columns
    followups.refresh(tx, number)


def due_days(tx: Transaction) -> dict[int, date]:
    return {one.household.id: one.due_on for one in followups.due(tx, FAR) if one.kind == "recheck"}


def test_what_is_due_moves_in_the_same_transaction_there_and_below_and_nowhere_else(
    database: Database,
) -> None:
    database.transact(add, 1, opened_on=TODAY)
    database.transact(add, 2, opened_on=TODAY, union_id=casework.OTHER_BRANCH)

    def move(tx: Transaction) -> list[dict[int, int]]:
        moved = []
        for union_id, days in ((casework.BRANCH, 30), (casework.ROOT, 45)):
            change(tx, union_id, "recheck.SPECIAL", days)
            moved.append({one: (day - TODAY).days for one, day in due_days(tx).items()})
        return moved

    assert [{1: 30, 2: 90}, {1: 30, 2: 45}] == database.transact(move)


def visited(tx: Transaction, household_id: int, named: date) -> None:
    visits.submit(
        tx,
        casework.get(tx, casework.ZHANG),
        report_id=f"r{household_id}",
        household_id=household_id,
        answers=casework.met(TODAY, next_visit=named.isoformat()),
        form_version=1,
    )


def test_a_named_day_stays_and_the_rules_own_day_moves(database: Database) -> None:
    for number, named in ((1, TODAY + timedelta(days=90)), (2, TODAY + timedelta(days=20))):
        database.transact(add, number, opened_on=date(2017, 1, 10))
        database.transact(visited, number, named)
    database.transact(change, casework.ROOT, "recheck.SPECIAL", 60)
    assert {1: 60, 2: 20} == {one: (day - TODAY).days for one, day in database.view(due_days).items()}


def test_a_large_union_moves_five_hundred_at_a_time(database: Database) -> None:
    def many(tx: Transaction) -> None:
        for number in range(1, 1102):
            casework.household(tx, number, opened_on=TODAY)
        followups.refresh_all(tx, history_until=TODAY)

    def moved(tx: Transaction) -> int:
        return sum(day == TODAY + timedelta(days=30) for day in due_days(tx).values())

    database.transact(many)
    database.transact(change, casework.BRANCH, "recheck.SPECIAL", 30)
    seen = [database.view(moved)]
    while database.transact(policies.recount):
        seen.append(database.view(moved))
    assert [500, 1000, 1101] == seen
    assert 0 == database.view(count, Recount)


def test_a_second_change_begins_the_recount_again(database: Database) -> None:
    def many(tx: Transaction) -> None:
        for number in range(1, 602):
            casework.household(tx, number, opened_on=TODAY)
        followups.refresh_all(tx, history_until=TODAY)

    database.transact(many)
    for days in (30, 45):
        database.transact(change, casework.BRANCH, "recheck.SPECIAL", days)
    assert 1 == database.view(count, Recount)
    while database.transact(policies.recount):
        pass
    assert {TODAY + timedelta(days=45)} == set(database.view(due_days).values())


def test_what_moves_nothing_asks_for_no_recount(database: Database) -> None:
    database.transact(change, casework.ROOT, "digest_at", "09:00")
    database.transact(change, casework.ROOT, "silence", 20)
    assert 0 == database.view(count, Recount)
    assert not database.transact(policies.recount)


def paid(tx: Transaction, aid_id: str, paid_on: date, *revisited_on: date) -> None:
    casework.payment(tx, 1, paid_on, aid_id=aid_id)
    followups.refresh(tx, 1)
    for number, day in enumerate(revisited_on):
        revisits.submit(
            tx,
            casework.get(tx, casework.ZHANG),
            report_id=f"{aid_id}-{number}",
            aid_id=aid_id,
            answers=casework.went_back(day),
            form_version=1,
        )


def test_a_second_revisit_that_a_new_rule_adds_is_not_asked_for_where_its_day_is_past(
    database: Database,
) -> None:
    database.transact(add, 1)
    database.transact(paid, "old", TODAY - timedelta(days=200), TODAY - timedelta(days=170))
    database.transact(paid, "new", TODAY - timedelta(days=40), TODAY - timedelta(days=10))
    database.transact(paid, "open", TODAY - timedelta(days=35))
    for days in ([30, 60], [30, 61, 120]):
        database.transact(change, casework.ROOT, "revisit.MEDICAL", days)

    def wanted(tx: Transaction) -> dict[str | None, date]:
        return {one.aid_id: one.due_on for one in followups.due(tx, FAR) if one.kind == "revisit"}

    assert {"new": TODAY + timedelta(days=21), "open": TODAY - timedelta(days=5)} == database.view(wanted)
    wang = database.view(casework.get, casework.WANG)
    database.transact(policies.reset, wang, casework.ROOT, "revisit.MEDICAL")
    assert {"open"} == set(database.view(wanted))


def test_the_ladder_moves_without_telling_anything_twice_or_leaving_anything_out(
    database: Database,
) -> None:
    database.transact(add, 1, opened_on=TODAY - timedelta(days=92))
    assert not database.transact(notices_plan.plan)

    def next_one(tx: Transaction) -> tuple[str, date]:
        row = tx.connection.execute(select(table_of(Followup))).one()
        return row.next_stage, row.next_stage_on

    assert ("late", TODAY + timedelta(days=1)) == database.view(next_one)
    database.transact(change, casework.ROOT, "ladder.late", 5)
    assert ("late", TODAY + timedelta(days=3)) == database.view(next_one)
    database.transact(change, casework.ROOT, "ladder.late", 1)
    assert ("late", TODAY - timedelta(days=1)) == database.view(next_one)
    assert not database.transact(notices_plan.plan)
    # It arose two days late, so that the way up counts from today.
    assert ("officer", TODAY + timedelta(days=7)) == database.view(next_one)
    database.transact(change, casework.BRANCH, "ladder.officer", 4)
    assert ("officer", TODAY + timedelta(days=4)) == database.view(next_one)


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("recheck.SPECIAL", " 60 天 ", 60),
        ("recheck.SPECIAL", "６０", 60),
        ("ladder.officer", "10 days", 10),
        ("missed", "2次", 2),
        ("revisit.JOB", "30，90", [30, 90]),
        ("revisit.JOB", "30 天、90 天", [30, 90]),
        ("revisit.JOB", "30 and 90", [30, 90]),
        ("monitor", "90 180 365", [90, 180, 365]),
        ("monitor", "90/180", [90, 180]),
        ("digest_at", "8:30", "08:30"),
        ("complaints", "（0873）712-3456", "(0873)712-3456"),
        ("complaints", " 12351 ", "12351"),
        ("digest_at", "9：05", "09:05"),
        ("digest_at", "8点半", "08:30"),
        ("digest_at", "9点", "09:00"),
        ("quiet_from", "21点30分", "21:30"),
        ("review", "关", False),
        ("holidays", "Yes", True),
        ("zone", "Asia/Urumqi", "Asia/Urumqi"),
        ("zone", "", ""),
        ("aid.band1", "2000", 200_000),
        ("aid.band1", "￥2,000.00 元", 200_000),
        ("aid.band1", "１２３４．５", 123_450),
        ("aid.band2", "1,000,000", 100_000_000),
        ("aid.unrevisited", "0", 0),
        ("budget.alarm", "75%", 75),
        ("budget.alarm", "９０ ％", 90),
    ],
)
def test_a_typed_value_is_understood_as_people_write_it(key: str, typed: str, value: object) -> None:
    assert value == policy.parse(key, typed)


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("recheck.SPECIAL", ""),
        ("recheck.SPECIAL", "三十"),
        ("recheck.SPECIAL", "-30"),
        ("recheck.SPECIAL", "6"),
        ("recheck.SPECIAL", "99999999999999999999"),
        ("revisit.JOB", "30,,90"),
        ("revisit.JOB", "30, 30"),
        ("revisit.JOB", "0, 30"),
        ("digest_at", "25:00"),
        ("complaints", "请找小王"),
        ("complaints", "1234"),
        ("complaints", "=12351"),
        ("complaints", "12351:1"),
        ("complaints", "0" * 19),
        ("digest_at", "8:99"),
        ("digest_at", "早上"),
        ("review", "也许"),
        ("zone", "北京时间"),
        ("zone", "x" * 5000),
        ("aid.band1", "两千"),
        ("aid.band1", "2,00"),
        ("aid.band1", "20.005"),
        ("aid.band1", "-2000"),
        ("aid.band1", "0.99"),
        ("aid.band2", "1000000.01"),
        ("aid.band2", "9" * 60),
        ("budget.alarm", "100%"),
        ("budget.alarm", "八成"),
    ],
)
def test_what_is_not_understood_is_refused_with_what_is_allowed(key: str, typed: str) -> None:
    with pytest.raises(errors.BadRule):
        policy.parse(key, typed)


def test_every_default_is_within_its_own_bounds() -> None:
    for key, rule in policy.KEYS.items():
        policy.check(key, rule.default)
    policy.check_order(policy.DEFAULT)


def test_the_rules_of_many_unions_are_read_in_one_statement(database: Database) -> None:
    sent: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: sent.append(told[2]))
    found = database.transact(lambda tx: (*policies.of_many(tx, (1, 2, 3)).values(), policies.of(tx, 2)))
    assert [policy.DEFAULT] * 4 == list(found)
    assert 1 == sum("policies" in one for one in sent)


def test_a_rule_cannot_be_taken_back_to_where_it_does_not_go_with_the_rest(database: Database) -> None:
    database.transact(change, casework.BRANCH, "ladder.chair", 40)
    database.transact(change, casework.BRANCH, "ladder.officer", 30)
    wang = database.view(casework.get, casework.WANG)
    with pytest.raises(errors.BadOrder):
        database.transact(policies.reset, wang, casework.BRANCH, "ladder.chair")
    database.transact(policies.reset, wang, casework.BRANCH, "ladder.officer")
    database.transact(policies.reset, wang, casework.BRANCH, "ladder.chair")
    assert policy.DEFAULT == database.view(policies.of, casework.BRANCH)


def found_below(tx: Transaction, union: dict[str, object]) -> None:
    tx.connection.execute(insert(table_of(Union)), union)


def test_a_branch_below_a_branch_has_its_rules_from_the_nearest(database: Database) -> None:
    below = {"id": 20, "parent_id": casework.BRANCH, "name": "班组", "path": "/1/2/20/"}
    database.transact(found_below, below)
    for union_id, days in ((casework.ROOT, 20), (casework.BRANCH, 15)):
        database.transact(change, union_id, "silence", days)
    assert 15 == database.view(policies.of, 20).silence_days


def test_two_places_recount_everything_once(database: Database, open_again: Callable[[], Database]) -> None:
    def many(tx: Transaction) -> None:
        for number in range(1, 1302):
            casework.household(tx, number, opened_on=TODAY)
        followups.refresh_all(tx, history_until=TODAY)

    async def race() -> None:
        async def go_on(place: Database) -> None:
            while await place.run(policies.recount):
                pass

        await asyncio.gather(*(go_on(place) for place in places))

    database.transact(many)
    places = [database, open_again()]
    database.transact(change, casework.BRANCH, "recheck.SPECIAL", 30)
    asyncio.run(race())
    assert {TODAY + timedelta(days=30)} == set(database.view(due_days).values())
    assert 0 == database.view(count, Recount)


def test_a_branchs_own_early_hour_keeps_the_quiet_that_comes_from_above_later(database: Database) -> None:
    database.transact(change, casework.BRANCH, "digest_at", "07:30")
    database.transact(change, casework.ROOT, "digest_at", "09:30")
    database.transact(change, casework.ROOT, "quiet_until", "09:00")
    rules = database.view(policies.of, casework.BRANCH)
    assert (time(9), time(9)) == (rules.digest_at, rules.quiet_until)
    assert "07:30" == rules.values["digest_at"]
