"""Campaigns of a union: when they are listed and told, what they are about, and that one is done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from storage import campaign_figures, errors
from storage.aid_codes import AidKind
from storage.codes import CampaignKind, Role
from storage.columns import table_of
from storage.due import policies
from storage.members import people
from storage.money import budget, standards
from storage.office import campaigns, matters
from storage.office.matter import MatterStage
from storage.tables.audit import AuditEntry
from storage.tables.office import Bulletin
from storage.tables.people import PersonRow
from storage.telling import bulletins
from tests.storage import casework
from tests.storage.casework import BRANCH, CHEN, LI, ROOT, SUN, WANG, ZHANG

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from storage.office.matters import Matter
    from tests.clock import FakeClock

SPRING_2018 = date(2018, 2, 16)


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(casework.found)


def at(clock: FakeClock, day: date) -> None:
    """Nine in the morning of that day in Shanghai."""
    clock.set(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))


def listed(database: Database, day: date) -> list[tuple[str, date, str, str]]:
    def read(tx: Transaction) -> list[Matter]:
        return campaigns.open_on(tx, day)

    return [(one.slug, one.due_on, one.state, str(one.stage)) for one in database.transact(read)]


def told(tx: Transaction) -> list[tuple[int, str, str]]:
    posted = table_of(Bulletin)
    rows = select(posted.c.person_id, posted.c.slug, posted.c.key).order_by(posted.c.id)
    return [(one.person_id, one.slug, one.key) for one in tx.connection.execute(rows)]


def finish(database: Database, number: int = WANG, kind: str = "spring_list", year: int = 2018) -> None:
    database.transact(lambda tx: campaigns.finish(tx, people.get(tx, number), ROOT, kind, year))


def undo(database: Database, number: int = WANG) -> None:
    database.transact(lambda tx: campaigns.undo(tx, people.get(tx, number), ROOT, "spring_list", 2018))


def test_the_spring_list_is_there_from_45_days_before_the_festival(database: Database) -> None:
    assert [] == listed(database, date(2018, 1, 1))
    assert [("spring_list", SPRING_2018, "open", "opens")] == listed(database, date(2018, 1, 2))
    assert [("spring_list", SPRING_2018, "open", "soon")] == listed(database, date(2018, 2, 2))
    assert [("spring_list", SPRING_2018, "due", "due")] == listed(database, SPRING_2018)
    assert [("spring_list", SPRING_2018, "late", "due")] == listed(database, date(2018, 2, 17))
    assert [("spring_list", SPRING_2018, "late", "chair")] == listed(database, date(2018, 2, 23))
    assert [] == listed(database, SPRING_2018 + timedelta(days=31))


def test_the_last_working_day_before_the_festival_is_the_one_on_which_it_is_told_as_due(
    database: Database,
) -> None:
    """The holidays of 2018 began on 15 February."""
    assert "soon" == listed(database, date(2018, 2, 13))[0][3]
    assert "due" == listed(database, date(2018, 2, 14))[0][3]


def test_a_whole_year_has_its_five_campaigns(database: Database) -> None:
    days = [date(2018, 1, 1) + timedelta(days=number) for number in range(365)]
    seen = {one[:2] for day in days for one in listed(database, day)}
    assert {
        ("spring_list", SPRING_2018),
        ("spring_list", date(2019, 2, 5)),
        ("summer_relief", date(2018, 6, 30)),
        ("autumn_study", date(2018, 7, 31)),
        ("file_check", date(2018, 11, 30)),
        ("budget_draft", date(2018, 11, 30)),
    } == seen


def test_the_file_check_opens_with_the_yearly_check_on_1_october(database: Database) -> None:
    assert [] == listed(database, date(2018, 9, 30))
    assert [("file_check", date(2018, 11, 30), "open", "opens")] == listed(database, date(2018, 10, 1))


def test_what_was_due_before_anybody_led_here_is_no_work(database: Database) -> None:
    def joined_lately(tx: Transaction) -> None:
        late = datetime(2018, 7, 5, tzinfo=UTC)
        tx.connection.execute(update(table_of(PersonRow)).values(joined_at=late))

    assert "summer_relief" in {one[0] for one in listed(database, date(2018, 7, 10))}
    database.transact(joined_lately)
    assert {"autumn_study"} == {one[0] for one in listed(database, date(2018, 7, 10))}


def test_only_the_top_of_a_tree_has_campaigns_and_only_its_people_see_them(database: Database) -> None:
    def seen(tx: Transaction, number: int) -> list[str]:
        return [one.slug for one in campaigns.open_on(tx, SPRING_2018, scope=people.get(tx, number).scope)]

    assert ["spring_list"] == database.transact(seen, WANG)
    assert [] == database.transact(seen, ZHANG)


def test_a_union_can_give_a_campaign_more_days_or_none(database: Database, clock: FakeClock) -> None:
    at(clock, date(2018, 1, 1))

    def set_to(days: int) -> None:
        database.transact(
            lambda tx: policies.change(tx, people.get(tx, WANG), ROOT, "campaign.spring_list", days)
        )

    set_to(60)
    assert [("spring_list", SPRING_2018, "open", "opens")] == listed(database, date(2018, 1, 1))
    set_to(0)
    assert [] == listed(database, SPRING_2018)


def test_each_stage_is_told_once_to_the_officers_and_at_last_to_the_chairs(
    database: Database, clock: FakeClock
) -> None:
    day = date(2018, 1, 1)
    seen: dict[date, list[tuple[int, str]]] = {}
    while day < date(2018, 3, 31):
        at(clock, day)
        before = len(database.transact(told))
        for _ in range(2):
            database.transact(matters.tell)
        new = database.transact(told)[before:]
        if new:
            seen[day] = [one[:2] for one in new]
        day += timedelta(days=1)
    assert {
        date(2018, 1, 2): [(WANG, "campaign_spring_list")],
        date(2018, 2, 2): [(WANG, "campaign_spring_list")],
        date(2018, 2, 14): [(WANG, "campaign_due")],
        date(2018, 2, 23): [(WANG, "campaign_chair"), (CHEN, "campaign_chair")],
    } == seen


def test_a_campaign_that_is_done_is_neither_listed_nor_told(database: Database, clock: FakeClock) -> None:
    at(clock, date(2018, 2, 1))
    finish(database)
    finish(database, CHEN)
    assert [] == listed(database, SPRING_2018)
    at(clock, date(2018, 2, 23))
    database.transact(matters.tell)
    assert [] == database.transact(told)


def test_the_first_who_said_so_is_kept_and_audited_once(database: Database, clock: FakeClock) -> None:
    at(clock, date(2018, 2, 1))
    finish(database)
    finish(database, CHEN)
    card = database.transact(lambda tx: campaigns.card(tx, people.get(tx, CHEN), ROOT, "spring_list", 2018))
    assert ("王芳", True) == (card.done_by, card.may_undo)
    acts = database.transact(lambda tx: list(tx.connection.scalars(select(table_of(AuditEntry).c.act))))
    assert ["campaign.finish"] == acts


def test_it_can_be_taken_back_within_ten_minutes(database: Database, clock: FakeClock) -> None:
    at(clock, date(2018, 2, 1))
    finish(database)
    clock.advance(minutes=10)
    undo(database)
    undo(database)
    assert 1 == len(listed(database, date(2018, 2, 1)))
    finish(database)
    clock.advance(minutes=10, seconds=1)
    with pytest.raises(errors.TooLateToReopen):
        undo(database)


@pytest.mark.parametrize("number", [SUN])
def test_an_auditor_looks_and_changes_nothing(database: Database, clock: FakeClock, number: int) -> None:
    at(clock, date(2018, 2, 1))
    card = database.transact(lambda tx: campaigns.card(tx, people.get(tx, number), ROOT, "spring_list", 2018))
    assert not card.may_finish
    with pytest.raises(errors.NotAllowed):
        finish(database, number)
    with pytest.raises(errors.NotAllowed):
        undo(database, number)


@pytest.mark.parametrize(
    ("number", "kind", "year"),
    [
        (ZHANG, "spring_list", 2018),
        (WANG, "winter_list", 2018),
        (WANG, "spring_list", 2019),
        (WANG, "spring_list", 0),
        (WANG, "summer_relief", 99_999_999),
        (WANG, "summer_relief", 2018),
    ],
)
def test_what_is_not_there_and_what_is_not_theirs_look_alike(
    database: Database, clock: FakeClock, number: int, kind: str, year: int
) -> None:
    at(clock, date(2018, 2, 1))
    with pytest.raises(errors.NotFound):
        finish(database, number, kind, year)


def test_a_branch_has_no_campaign_of_its_own(database: Database, clock: FakeClock) -> None:
    at(clock, date(2018, 2, 1))
    with pytest.raises(errors.NotFound):
        database.transact(lambda tx: campaigns.finish(tx, people.get(tx, WANG), BRANCH, "spring_list", 2018))


def test_the_spring_list_counts_who_is_on_file_and_knows_the_standard(database: Database) -> None:
    def filed(tx: Transaction) -> None:
        for number, state in enumerate(["ACTIVE", "ACTIVE", "EXIT_PUBLIC", "MONITOR", "TO_VISIT"], start=1):
            casework.household(tx, number, state=state, monitor_from=date(2017, 5, 1))
        casework.household(tx, 6, state="CLOSED", closed_on=date(2017, 5, 1))
        casework.payment(tx, 1, date(2017, 1, 20), kind=AidKind.SPRING, amount_fen=150_000)
        standards.record(tx, union_id=ROOT, year=2018, kind=AidKind.SPRING, amount_fen=200_000)

    database.transact(filed)
    figures = database.transact(campaign_figures.of, CampaignKind.SPRING_LIST, 2018, ROOT)
    assert campaign_figures.Figures(3, standard_fen=200_000, given_times=1, given_fen=150_000) == figures
    none_set = database.transact(campaign_figures.of, CampaignKind.SPRING_LIST, 2017, ROOT)
    assert (None, 0, 0) == (none_set.standard_fen, none_set.given_times, none_set.given_fen)


def test_the_file_check_counts_who_was_seen_since_it_began(database: Database) -> None:
    def seen(tx: Transaction) -> None:
        for number, day in enumerate([date(2017, 9, 30), date(2017, 10, 1), None], start=1):
            casework.household(tx, number, last_visit_on=day)

    database.transact(seen)
    figures = database.transact(campaign_figures.of, CampaignKind.FILE_CHECK, 2017, ROOT)
    assert (3, 1) == (figures.on_file, figures.checked)


def test_the_budget_draft_begins_with_this_years_budget(database: Database) -> None:
    database.transact(lambda tx: budget.set_budget(tx, union_id=ROOT, year=2017, amount_fen=5_850_000))
    figures = database.transact(campaign_figures.of, CampaignKind.BUDGET_DRAFT, 2017, ROOT)
    assert (5_850_000, 0) == (figures.budget_fen, figures.spent_fen)
    without = database.transact(campaign_figures.of, CampaignKind.BUDGET_DRAFT, 2016, ROOT)
    assert (None, None) == (without.budget_fen, without.spent_fen)


def test_the_study_list_adds_both_kinds_of_last_year(database: Database) -> None:
    def given(tx: Transaction) -> None:
        casework.household(tx, 1)
        casework.payment(tx, 1, date(2016, 8, 1), aid_id="a1", kind=AidKind.STUDY, amount_fen=1)
        casework.payment(tx, 1, date(2016, 8, 2), aid_id="a2", kind=AidKind.JINQIU, amount_fen=2)
        casework.payment(tx, 1, date(2016, 8, 2), aid_id="a3", kind=AidKind.COOL, amount_fen=4)

    database.transact(given)
    figures = database.transact(campaign_figures.of, CampaignKind.AUTUMN_STUDY, 2017, ROOT)
    assert (2, 3) == (figures.given_times, figures.given_fen)


def test_an_officer_who_blocked_the_bot_is_not_told_but_the_chair_in_their_place(
    database: Database, clock: FakeClock
) -> None:
    at(clock, date(2018, 1, 2))
    database.transact(lambda tx: people.mark_blocked(tx, 1000 + WANG))
    database.transact(matters.tell)
    assert [(CHEN, "campaign_spring_list")] == [one[:2] for one in database.transact(told)]


def test_a_chair_in_the_officers_place_is_told_once_when_it_is_late(
    database: Database, clock: FakeClock
) -> None:
    at(clock, date(2018, 2, 23))
    database.transact(lambda tx: people.mark_blocked(tx, 1000 + WANG))
    database.transact(matters.tell)
    assert [(CHEN, "campaign_chair")] == [one[:2] for one in database.transact(told)]


def test_what_is_done_before_it_was_told_is_not_told(database: Database, clock: FakeClock) -> None:
    at(clock, date(2018, 1, 2))
    database.transact(matters.tell)
    assert 1 == len(database.transact(bulletins.waiting, WANG))
    finish(database)
    assert [] == database.transact(bulletins.waiting, WANG)


def test_whoever_was_away_hears_of_the_newest_stage_alone(database: Database, clock: FakeClock) -> None:
    for day in (date(2018, 1, 2), date(2018, 2, 2), date(2018, 2, 14)):
        at(clock, day)
        database.transact(matters.tell)
    assert ["campaign_due"] == [one.slug for one in database.transact(bulletins.waiting, WANG)]


def test_the_key_of_a_campaign_names_its_stage(database: Database, clock: FakeClock) -> None:
    at(clock, date(2018, 1, 2))
    database.transact(matters.tell)
    ((_, _, key),) = database.transact(told)
    assert f"campaign:{ROOT}.spring_list.2018:spring_list:2018-01-02:{MatterStage.OPENS}" == key


def test_several_officers_are_all_told(database: Database, clock: FakeClock) -> None:
    at(clock, date(2018, 1, 2))
    database.transact(casework.person, 20, "吴专责", ROOT, Role.OFFICER)
    database.transact(matters.tell)
    assert {WANG, 20} == {one[0] for one in database.transact(told)}
    assert LI not in {one[0] for one in database.transact(told)}
