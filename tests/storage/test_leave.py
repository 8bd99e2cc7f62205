"""Leave: who stands in on which day, what they see and for how long, and who is told of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from storage import errors
from storage.codes import Role
from storage.columns import table_of
from storage.members import absences, people
from storage.reporting import visits
from storage.tables.office import Bulletin
from storage.tables.people import PersonRow
from storage.takeover import leave, leave_news
from tests.storage import casework
from tests.storage.casework import BRANCH, CHEN, LI, OTHER_BRANCH, QIAN, WANG, ZHANG

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

MONDAY, FRIDAY = date(2017, 9, 4), date(2017, 9, 8)
HE, TAO, FU = 11, 12, 13  # cadres of the other branch


@pytest.fixture
def union(database: Database) -> Database:
    """Two branches; 张东 looks after household 1 of the first, 何 of the second after 21."""
    database.transact(_found)
    return database


def _found(tx: Transaction) -> None:
    casework.found(tx)
    for number, name in ((HE, "何玉燕"), (TAO, "陶立"), (FU, "付强")):
        casework.person(tx, number, name, OTHER_BRANCH, Role.CADRE)
    casework.household(tx, 1)
    casework.household(tx, 21, union_id=OTHER_BRANCH, liaison_id=HE)


def away(
    database: Database,
    who: int,
    until: date,
    substitute: int,
    *,
    since: date | None = None,
    by: int | None = None,
) -> absences.Absence:
    def work(tx: Transaction) -> absences.Absence:
        actor = people.get(tx, by or who)
        return leave.away(tx, actor, until, substitute, from_on=since, person_id=who)

    return database.transact(work)


def back(database: Database, who: int) -> leave_news.Meanwhile:
    return database.transact(lambda tx: leave.back(tx, people.get(tx, who)))


def stands_in(database: Database, who: int, on: date) -> frozenset[int]:
    return database.transact(absences.standing_in, who, on)


def instead_of(database: Database, who: int, on: date) -> int | None:
    return database.transact(absences.substitute_of, who, on)


def told(database: Database, who: int) -> list[str]:
    """The slugs of what this person is to be told, in order."""
    bulletins = table_of(Bulletin)
    statement = select(bulletins.c.slug).where(bulletins.c.person_id == who).order_by(bulletins.c.id)
    return database.transact(lambda tx: list(tx.connection.scalars(statement)))


def seen(database: Database, who: int) -> frozenset[int]:
    """The unions whose households this person sees when they speak now."""
    found = database.transact(people.find, 1000 + who)
    assert found is not None
    return found.scope


def change(database: Database, who: int, **values: object) -> None:
    """Something happens to a person: they block the bot, or leave."""
    table = table_of(PersonRow)
    database.transact(lambda tx: tx.connection.execute(update(table).where(table.c.id == who).values(values)))


def test_somebody_stands_in_from_the_first_day_to_the_last_and_no_longer(union: Database) -> None:
    away(union, ZHANG, FRIDAY, LI)
    assert [frozenset(), {ZHANG}, {ZHANG}, frozenset()] == [
        stands_in(union, LI, day)
        for day in (MONDAY - timedelta(days=1), MONDAY, FRIDAY, FRIDAY + timedelta(days=1))
    ]
    assert [LI, None] == [instead_of(union, ZHANG, day) for day in (FRIDAY, FRIDAY + timedelta(days=1))]


def test_a_substitute_of_another_branch_sees_it_for_as_long_as_the_leave(
    union: Database, clock: FakeClock
) -> None:
    assert {OTHER_BRANCH} == seen(union, TAO)
    away(union, ZHANG, FRIDAY, TAO)
    assert {OTHER_BRANCH, BRANCH} == seen(union, TAO)
    clock.set(datetime(2017, 9, 8, 15, 59, tzinfo=UTC))
    assert {OTHER_BRANCH, BRANCH} == seen(union, TAO)
    clock.set(datetime(2017, 9, 8, 16, 0, tzinfo=UTC))
    assert {OTHER_BRANCH} == seen(union, TAO)


def test_who_comes_back_early_takes_the_sight_back_at_once(union: Database) -> None:
    away(union, ZHANG, FRIDAY, TAO)
    back(union, ZHANG)
    assert {OTHER_BRANCH} == seen(union, TAO)
    assert {Role.CADRE} == union.transact(lambda tx: people.get(tx, TAO).roles)


def test_only_an_officer_or_a_chair_stands_in_for_one(union: Database) -> None:
    offered = union.transact(lambda tx: leave.substitutes(tx, people.get(tx, WANG), FRIDAY))
    assert [CHEN] == [one.id for one in offered]
    with pytest.raises(errors.CannotStandIn):
        away(union, WANG, FRIDAY, LI)


def test_an_officer_of_one_branch_does_not_stand_in_for_that_of_all(union: Database) -> None:
    union.transact(casework.person, 14, "热控专责", OTHER_BRANCH, Role.OFFICER)
    with pytest.raises(errors.CannotStandIn):
        away(union, WANG, FRIDAY, 14)
    away(union, 14, FRIDAY, WANG)


def test_to_stand_in_gives_no_role(union: Database) -> None:
    away(union, ZHANG, FRIDAY, LI)
    person = union.transact(people.find, 1000 + LI)
    assert person is not None
    assert {Role.CADRE} == person.roles


def test_a_chain_is_followed_and_its_end_sees_both_branches(union: Database) -> None:
    away(union, HE, FRIDAY, ZHANG)
    away(union, ZHANG, FRIDAY, LI)
    assert [LI, LI] == [instead_of(union, who, MONDAY) for who in (HE, ZHANG)]
    assert {HE, ZHANG} == stands_in(union, LI, MONDAY)
    assert frozenset() == stands_in(union, ZHANG, MONDAY)
    assert {BRANCH, OTHER_BRANCH} == seen(union, LI)


def test_a_chain_of_four_ends_with_the_officers(union: Database) -> None:
    away(union, HE, FRIDAY, ZHANG)
    away(union, ZHANG, FRIDAY, LI)
    away(union, LI, FRIDAY, TAO)
    assert TAO == instead_of(union, HE, MONDAY)
    away(union, TAO, FRIDAY, FU)
    assert [None, FU] == [instead_of(union, who, MONDAY) for who in (HE, ZHANG)]
    assert "away_uncovered" in told(union, WANG)


def test_nobody_chooses_somebody_who_is_away_on_one_of_the_days(union: Database) -> None:
    away(union, LI, FRIDAY, WANG, since=FRIDAY)
    with pytest.raises(errors.StandInAway):
        away(union, ZHANG, FRIDAY, LI)
    away(union, ZHANG, FRIDAY - timedelta(days=1), LI)


def test_two_cannot_stand_in_for_each_other(union: Database) -> None:
    away(union, ZHANG, FRIDAY, LI)
    with pytest.raises(errors.StandInAway):
        away(union, LI, FRIDAY, ZHANG)


def test_a_ring_made_by_hand_ends_with_the_officers_and_not_in_a_loop(union: Database) -> None:
    away(union, ZHANG, FRIDAY, LI)
    away(union, LI, FRIDAY, TAO)
    table = absences.ABSENCES
    ring = update(table).where(table.c.person_id == LI).values(substitute_id=ZHANG)
    union.transact(lambda tx: tx.connection.execute(ring))
    assert [None, None] == [instead_of(union, who, MONDAY) for who in (ZHANG, LI)]
    assert BRANCH in seen(union, ZHANG)


@pytest.mark.parametrize("who", [ZHANG, QIAN], ids=["themselves", "the treasurer"])
def test_who_reports_nothing_or_is_meant_themselves_cannot_stand_in(union: Database, who: int) -> None:
    with pytest.raises(errors.CannotStandIn):
        away(union, ZHANG, FRIDAY, who)


@pytest.mark.parametrize(
    "values",
    [{"blocked_at": datetime(2017, 9, 1, tzinfo=UTC)}, {"state": "REMOVED"}, {"telegram_id": None}],
    ids=["blocked", "removed", "not joined"],
)
def test_who_cannot_be_told_cannot_stand_in_nor_goes_on_doing_so(
    union: Database, values: dict[str, object]
) -> None:
    away(union, ZHANG, FRIDAY, LI)
    change(union, LI, **values)
    union.transact(leave_news.tell)
    assert instead_of(union, ZHANG, MONDAY) is None
    assert ["away_known", "away_uncovered"] == told(union, WANG)
    with pytest.raises(errors.CannotStandIn):
        away(union, ZHANG, FRIDAY + timedelta(days=1), LI)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (None, MONDAY - timedelta(days=1)),
        (MONDAY - timedelta(days=1), FRIDAY),
        (FRIDAY, MONDAY),
        (None, MONDAY + timedelta(days=366)),
        (MONDAY + timedelta(days=367), MONDAY + timedelta(days=370)),
    ],
    ids=["over already", "begun already", "ends first", "over a year", "too far ahead"],
)
def test_days_that_make_no_leave_are_refused(union: Database, since: date | None, until: date) -> None:
    with pytest.raises(errors.LeaveDays):
        away(union, ZHANG, until, LI, since=since)


def test_a_leave_of_a_whole_year_and_one_of_a_single_day_are_leaves(union: Database) -> None:
    away(union, ZHANG, MONDAY + timedelta(days=365), LI)
    assert LI == instead_of(union, ZHANG, MONDAY + timedelta(days=365))
    away(union, HE, MONDAY, TAO)
    assert [TAO, None] == [instead_of(union, HE, day) for day in (MONDAY, MONDAY + timedelta(days=1))]


def test_a_leave_that_lies_ahead_changes_nothing_before_its_first_day(
    union: Database, clock: FakeClock
) -> None:
    away(union, ZHANG, FRIDAY, TAO, since=FRIDAY)
    assert instead_of(union, ZHANG, MONDAY) is None
    assert {OTHER_BRANCH} == seen(union, TAO)
    assert ["away_substitute"] == told(union, TAO)
    clock.advance(days=4)
    union.transact(leave_news.tell)
    union.transact(leave_news.tell)
    assert ["away_substitute", "away_begins"] == told(union, TAO)
    assert {OTHER_BRANCH, BRANCH} == seen(union, TAO)


def test_the_same_leave_once_more_is_one_leave(union: Database) -> None:
    assert away(union, ZHANG, FRIDAY, LI) == away(union, ZHANG, FRIDAY, LI)
    assert ["away_substitute"] == told(union, LI)


def test_a_longer_leave_takes_the_place_of_the_one_it_touches(union: Database, clock: FakeClock) -> None:
    away(union, ZHANG, FRIDAY, LI)
    clock.advance(days=1)
    changed = away(union, ZHANG, FRIDAY + timedelta(days=7), LI)
    assert MONDAY == changed.from_on
    assert [changed] == union.transact(absences.between, ZHANG, date.min, date.max)


def test_another_substitute_takes_over_and_the_first_hears_neither_when_still_untold(union: Database) -> None:
    away(union, ZHANG, FRIDAY, LI)
    away(union, ZHANG, FRIDAY, TAO)
    assert TAO == instead_of(union, ZHANG, MONDAY)
    assert [] == told(union, LI)


def test_another_substitute_takes_over_and_the_first_hears_that_it_is_over(union: Database) -> None:
    away(union, ZHANG, FRIDAY, LI)
    hear_everything(union)
    away(union, ZHANG, FRIDAY, TAO)
    assert ["away_substitute", "away_over"] == told(union, LI)


def report(database: Database, who: int, report_id: str) -> None:
    """Somebody reports a visit to household 1."""

    def work(tx: Transaction) -> None:
        answers = casework.met(tx.today)
        visits.submit(
            tx, people.get(tx, who), report_id=report_id, household_id=1, answers=answers, form_version=1
        )

    database.transact(work)


def hear_everything(database: Database) -> None:
    """Everybody is told what waits for them."""
    bulletins = table_of(Bulletin)
    told_now = update(bulletins).values(told_at=datetime(2017, 9, 4, 1, tzinfo=UTC))
    database.transact(lambda tx: tx.connection.execute(told_now))


def test_a_leave_within_a_longer_one_shortens_it(union: Database) -> None:
    away(union, ZHANG, FRIDAY, LI)
    away(union, ZHANG, FRIDAY, TAO, since=FRIDAY)
    days = [MONDAY, FRIDAY - timedelta(days=1), FRIDAY]
    assert [LI, LI, TAO] == [instead_of(union, ZHANG, day) for day in days]


def test_an_officer_sets_it_for_a_cadre_who_then_hears_of_it(union: Database) -> None:
    away(union, ZHANG, FRIDAY, LI, by=WANG)
    assert [["away_set"], ["away_substitute"], []] == [told(union, who) for who in (ZHANG, LI, WANG)]


def test_no_cadre_sets_it_for_a_colleague(union: Database) -> None:
    with pytest.raises(errors.NotAllowed):
        away(union, ZHANG, FRIDAY, LI, by=LI)


def test_no_officer_sets_it_for_somebody_out_of_scope_or_without_reports(union: Database) -> None:
    union.transact(casework.person, 14, "热控专责", OTHER_BRANCH, Role.OFFICER)
    for who, by in ((ZHANG, 14), (QIAN, WANG)):
        with pytest.raises(errors.NotFound):
            away(union, who, FRIDAY, LI, by=by)


def test_the_treasurer_has_no_leave_to_set(union: Database) -> None:
    with pytest.raises(errors.NotAllowed):
        away(union, QIAN, FRIDAY, LI)


def test_who_is_not_away_cannot_come_back(union: Database) -> None:
    with pytest.raises(errors.NotAway):
        back(union, ZHANG)


def test_who_comes_back_hears_what_others_did_meanwhile(union: Database, clock: FakeClock) -> None:
    away(union, ZHANG, FRIDAY, LI)
    clock.advance(days=1)
    report(union, LI, "r1")
    report(union, ZHANG, "r2")
    assert 1 == back(union, ZHANG).done


def test_a_leave_that_ended_by_itself_is_told_once_to_both(union: Database, clock: FakeClock) -> None:
    away(union, ZHANG, FRIDAY, LI)
    hear_everything(union)
    clock.advance(days=5)
    for _ in range(3):
        union.transact(leave_news.tell)
        clock.advance(days=1)
    assert [["away_back"], ["away_substitute", "away_over"]] == [told(union, who) for who in (ZHANG, LI)]


def test_who_goes_on_from_one_leave_to_the_next_is_not_told_to_be_back(
    union: Database, clock: FakeClock
) -> None:
    away(union, ZHANG, FRIDAY, LI)
    away(union, ZHANG, FRIDAY + timedelta(days=3), LI, since=FRIDAY + timedelta(days=1))
    clock.advance(days=5)
    union.transact(leave_news.tell)
    assert [] == told(union, ZHANG)
    clock.advance(days=3)
    union.transact(leave_news.tell)
    assert ["away_back"] == told(union, ZHANG)


def test_who_is_removed_is_away_no_more(union: Database) -> None:
    away(union, ZHANG, FRIDAY, LI)
    union.transact(leave.settle, ZHANG)
    assert frozenset() == stands_in(union, LI, MONDAY)


def test_colleagues_of_the_branch_are_offered_first_then_the_officer_then_the_chair(union: Database) -> None:
    offered = union.transact(lambda tx: leave.substitutes(tx, people.get(tx, ZHANG), FRIDAY))
    assert [LI, WANG, CHEN] == [one.id for one in offered]


def test_nobody_is_offered_who_is_away_blocked_or_gone(union: Database) -> None:
    union.transact(casework.person, 14, "周敏", BRANCH, Role.CADRE)
    union.transact(casework.person, 15, "吴江", BRANCH, Role.CADRE)
    change(union, 14, blocked_at=datetime(2017, 9, 1, tzinfo=UTC))
    change(union, 15, state="REMOVED", telegram_id=None)
    away(union, LI, FRIDAY, WANG, since=FRIDAY)
    offered = union.transact(lambda tx: leave.substitutes(tx, people.get(tx, ZHANG), FRIDAY))
    assert [WANG, CHEN] == [one.id for one in offered]
