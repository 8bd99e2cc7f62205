"""The metronome's beat: one digest a person and morning, told once whatever happens in between."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, insert, select, update

from bot.reminders import tick
from storage.codes import DraftState, ReportKind, Role
from storage.columns import table_of
from storage.database import Database
from storage.reporting import drafts, visits
from storage.steps import steps
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow, Union
from storage.tables.work import Digest, Notice
from storage.telling import bulletins, hearers, notices_plan, speaking
from tests.reminders.telling import TODAY, add, at, beat, letters, run, told
from tests.storage import casework

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.database import Transaction
    from tests.clock import FakeClock


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(casework.found)


def test_an_item_due_today_makes_one_digest_and_the_next_beat_makes_none(database: Database) -> None:
    database.transact(add)
    assert (1, 0, 0) == (beat(database), beat(database), beat(database))
    (letter,) = database.view(letters)
    assert 1000 + casework.ZHANG == letter.chat_id
    expected = (
        "早上好，张东。今天 9 月 4 日（周一），您有 1 户：\n"
        "\n<b>今天</b>\n"
        "<b>凤芳</b> 特别困难 · 今天到期\n"
        "　还没走访过"
    )
    assert expected == letter.text
    assert [[{"text": "凤芳", "callback_data": "due:open:1"}]] == letter.buttons


def test_nothing_is_said_before_half_past_eight_nor_from_nine_at_night(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add)
    for hour, minute in ((0, 0), (7, 30), (8, 29), (21, 0), (23, 59)):
        at(clock, TODAY, hour, minute)
        assert 0 == beat(database), (hour, minute)
    at(clock, TODAY, 8, 30)
    assert 1 == beat(database)


def test_a_late_start_on_the_same_day_still_sends(database: Database, clock: FakeClock) -> None:
    database.transact(add)
    at(clock, TODAY, 20, 59)
    assert 1 == beat(database)
    assert database.view(letters)[0].text.startswith("张东，您好。")


def test_what_falls_due_on_a_weekend_is_told_on_monday_at_its_newest_stage(
    database: Database, clock: FakeClock
) -> None:
    saturday = date(2017, 9, 9)
    database.transact(add, filed_on=saturday - timedelta(days=90))
    days = []
    for offset in range(14):
        at(clock, date(2017, 9, 1) + timedelta(days=offset))
        if beat(database):
            days.append(date(2017, 9, 1) + timedelta(days=offset))
    # 2 September, a week before, is a Saturday as well; the 12th is three days late.
    assert [date(2017, 9, 4), date(2017, 9, 11), date(2017, 9, 12)] == days
    assert "迟 2 天" in database.view(letters)[1].text


def test_the_national_day_week_is_silent_and_its_make_up_saturday_is_not(
    database: Database, clock: FakeClock
) -> None:
    for number, due_on in enumerate((date(2017, 9, 30), date(2017, 10, 2), date(2017, 10, 8)), start=1):
        database.transact(add, number, filed_on=due_on - timedelta(days=90))
    spoken = []
    for offset in range(14):
        day = date(2017, 9, 29) + timedelta(days=offset)
        at(clock, day)
        if beat(database):
            spoken.append(day)
    # 30 September 2017, a Saturday, was worked; 1 to 8 October were not.
    assert [date(2017, 9, 29), date(2017, 9, 30), date(2017, 10, 9), date(2017, 10, 11)] == spoken


def test_five_hours_down_over_the_morning_still_tells_once_and_says_so(
    database: Database, clock: FakeClock
) -> None:
    at(clock, TODAY, 6, 10)
    database.transact(add)
    assert 0 == beat(database)
    at(clock, TODAY, 11, 40)
    assert (1, 0) == (beat(database, awake=False), beat(database))
    assert "停机 06:10–11:40，提醒晚到了，请见谅。" in database.view(letters)[0].text


def test_three_days_down_tells_several_stages_once_at_the_newest(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add, filed_on=TODAY - timedelta(days=87))
    assert 1 == beat(database)
    at(clock, TODAY + timedelta(days=7))
    assert 1 == beat(database)
    at(clock, TODAY + timedelta(days=8))
    assert 0 == beat(database)
    stages = select(table_of(Notice).c.stage).order_by(table_of(Notice).c.told_at)
    assert ["opens", "late"] == database.view(lambda tx: list(tx.connection.scalars(stages)))


def test_the_ladder_goes_to_officer_and_chair_and_still_to_the_cadre(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add, filed_on=TODAY - timedelta(days=83))
    heard: dict[int, list[int]] = {}
    for offset in range(25):
        before = len(told(database))
        at(clock, TODAY + timedelta(days=offset))
        beat(database)
        heard[offset] = sorted(told(database)[before:])
    zhang, officer, chair = casework.ZHANG, casework.WANG, casework.CHEN
    expected = {
        0: [zhang],
        7: [zhang],
        10: [zhang],
        14: [zhang, officer],
        21: [zhang, officer, chair],
    }
    assert expected == {offset: people for offset, people in heard.items() if people}
    assert any("联系人 张东，已过 7 天" in letter.text for letter in database.view(letters))


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"telegram_id": None, "state": "REGISTERED"}, "联系人 张东 还没加入"),
        ({"telegram_id": None, "state": "REMOVED"}, "联系人 张东 已退出"),
        ({"blocked_at": datetime(2017, 9, 1, tzinfo=UTC)}, "联系人 张东 收不到消息"),
    ],
)
def test_who_cannot_be_told_is_stood_in_for_by_the_officer(
    database: Database, columns: dict[str, object], words: str
) -> None:
    database.transact(add)
    people = table_of(PersonRow)
    change = update(people).where(people.c.id == casework.ZHANG).values(**columns)
    database.transact(run, change)
    assert 1 == beat(database)
    assert [casework.WANG] == told(database)
    assert words in database.view(letters)[0].text


def test_a_household_without_a_liaison_is_the_officers(database: Database) -> None:
    database.transact(add, liaison_id=None)
    beat(database)
    assert [casework.WANG] == told(database)
    assert "还没有联系人" in database.view(letters)[0].text


def test_who_blocks_the_bot_after_planning_is_stood_in_for(database: Database) -> None:
    database.transact(add)
    database.transact(notices_plan.plan)
    people = table_of(PersonRow)
    blocked = (
        update(people)
        .where(people.c.id == casework.ZHANG)
        .values(blocked_at=datetime(2017, 9, 4, tzinfo=UTC))
    )
    database.transact(run, blocked)
    assert (0, 1) == (beat(database), beat(database))
    assert [casework.WANG] == told(database)


def test_with_nobody_to_tell_the_item_waits_a_day_at_a_time(database: Database, clock: FakeClock) -> None:
    union = insert(table_of(Union)).values(id=9, parent_id=None, name="无人", path="/9/")
    database.transact(run, union)
    database.transact(add, union_id=9, liaison_id=None)
    assert 0 == beat(database)
    database.transact(lambda tx: casework.person(tx, 9, "新专责", 9, Role.OFFICER))
    assert 0 == beat(database)
    at(clock, TODAY + timedelta(days=1))
    assert 1 == beat(database)


def begin(tx: Transaction, person: int, household_id: int) -> str:
    who = casework.get(tx, person)
    return drafts.open_draft(tx, who, form=ReportKind.VISIT, household_id=household_id, content={}).id


def test_who_is_in_the_middle_of_a_report_is_left_alone_until_idle(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add)
    database.transact(add, 2, name="施磊斌")
    database.transact(begin, casework.ZHANG, 2)
    assert 0 == beat(database)
    clock.advance(minutes=9)
    assert 0 == beat(database)
    clock.advance(minutes=2)
    assert 1 == beat(database)
    (letter,) = database.view(letters)
    assert ("凤芳" in letter.text, "施磊斌" in letter.text) == (True, False)


def test_ending_the_report_lets_the_digest_go(database: Database, clock: FakeClock) -> None:
    database.transact(add)
    database.transact(add, 2)
    draft = database.transact(begin, casework.ZHANG, 2)
    assert 0 == beat(database)
    clock.advance(minutes=1)
    database.transact(drafts.close, draft, DraftState.SUBMITTED)
    assert 1 == beat(database)


def test_an_item_waits_while_anybody_fills_a_report_on_its_household(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add)
    database.transact(begin, casework.LI, 1)
    clock.advance(hours=11)
    assert 0 == beat(database)
    clock.advance(hours=1, minutes=1)
    at(clock, TODAY + timedelta(days=1))
    assert 1 == beat(database)


def test_what_was_answered_between_planning_and_telling_is_not_told(database: Database) -> None:
    database.transact(add)
    database.transact(notices_plan.plan)
    database.transact(
        lambda tx: visits.submit(
            tx,
            casework.get(tx, casework.ZHANG),
            report_id="r1",
            household_id=1,
            answers=casework.met(TODAY),
            form_version=1,
        )
    )
    assert 0 == beat(database)


def test_a_new_liaison_hears_of_what_the_old_one_was_not_told(database: Database) -> None:
    database.transact(add)
    database.transact(notices_plan.plan)
    table = table_of(Household)
    database.transact(run, update(table).values(liaison_id=casework.LI))
    assert (0, 1) == (beat(database), beat(database))
    assert [casework.LI] == told(database)


def test_putting_off_silences_and_then_tells_once_more(database: Database, clock: FakeClock) -> None:
    database.transact(add)
    beat(database)
    zhang = database.view(casework.get, casework.ZHANG)
    database.transact(steps.snooze, zhang, 1, TODAY + timedelta(days=3))
    days = []
    for offset in range(1, 7):
        at(clock, TODAY + timedelta(days=offset))
        if beat(database):
            days.append(offset)
    assert [3] == days


def test_a_paused_household_is_not_spoken_of_until_the_pause_ends(
    database: Database, clock: FakeClock
) -> None:
    database.transact(add)
    table = table_of(Household)
    pause = update(table).values(paused_until=TODAY + timedelta(days=15))
    database.transact(run, pause)
    days = []
    for offset in range(25):
        at(clock, TODAY + timedelta(days=offset))
        if beat(database):
            days.append((offset, told(database)[-1]))
    # The ladder to the officer starts after the pause: on its 22nd day, not before.
    assert [(15, casework.ZHANG), (22, casework.WANG)] == days


def test_more_than_ten_items_are_counted_not_listed(database: Database) -> None:
    for number in range(1, 14):
        database.transact(add, number, name=f"户{number}")
    assert 1 == beat(database)
    (letter,) = database.view(letters)
    lines = letter.text.split("\n")
    assert ("您有 13 户" in lines[0], "另有 3 户") == (True, lines[-1])
    assert 10 == sum("今天到期" in line for line in lines)
    assert {"text": "另有 3 户", "callback_data": "due:list"} == letter.buttons[-1][0]
    assert 11 == sum(len(row) for row in letter.buttons)


def test_each_person_is_spoken_to_in_their_language(database: Database) -> None:
    people = table_of(PersonRow)
    english = update(people).where(people.c.id == casework.ZHANG).values(language="en", name="Zhang <Dong>")
    database.transact(run, english)
    database.transact(add)
    beat(database)
    expected = "Good morning, Zhang &lt;Dong&gt;. It is Mon, 4 Sep. You have 1 household:"
    assert expected == database.view(letters)[0].text.split("\n")[0]


@pytest.fixture
def two_places(database: Database) -> Iterator[list[Database]]:
    twin = Database(database.url, vault=database.vault, clock=database.clock, zone=database.zone)
    yield [database, twin]
    twin.close()


def test_two_beats_at_once_tell_everybody_exactly_once(two_places: list[Database]) -> None:
    database = two_places[0]

    def make(tx: Transaction) -> None:
        for number in range(1, 61):
            person = 100 + number % 30
            if number <= 30:
                casework.person(tx, person, f"干部{person}", casework.BRANCH, Role.CADRE)
        for number in range(1, 61):
            add(tx, number, liaison_id=100 + number % 30)

    database.transact(make)

    async def race() -> list[int]:
        return await asyncio.gather(*(tick.tell_all(place) for place in two_places for _ in range(2)))

    assert 30 == sum(asyncio.run(race()))
    assert sorted(range(100, 130)) == sorted(told(database))
    counted = select(table_of(Notice).c.followup_id).where(table_of(Notice).c.told_at.is_not(None))
    assert list(range(1, 61)) == database.view(lambda tx: sorted(tx.connection.scalars(counted)))


class Killed(BaseException):
    """The process died here."""


def test_dying_before_the_commit_tells_once_all_the_same(database: Database) -> None:
    database.transact(add)

    def die(tx: Transaction) -> None:
        notices_plan.plan(tx)
        assert (1, 0) == tick.tell(tx)
        raise Killed

    with pytest.raises(Killed):
        database.transact(die)
    assert [] == database.view(letters)
    assert (1, 0) == (beat(database), beat(database))
    assert [casework.ZHANG] == told(database)


def test_the_beat_reads_by_indexes_only_what_is_to_be_told(sqlite_database: Database) -> None:
    sent: list[tuple[str, tuple[object, ...]]] = []

    def note(
        _connection: object, _cursor: object, statement: str, values: tuple[object, ...], *_: object
    ) -> None:
        sent.append((statement, values))

    event.listen(sqlite_database.engine, "before_cursor_execute", note)
    sqlite_database.transact(notices_plan.plan)
    sqlite_database.transact(lambda tx: hearers.waiting(tx, after=0, limit=20))
    event.remove(sqlite_database.engine, "before_cursor_execute", note)
    reading = [one for one in sent if one[0].startswith("SELECT")]

    def explain(tx: Transaction, statement: str, values: tuple[object, ...]) -> str:
        rows = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return " | ".join(str(row.detail) for row in rows)

    plans = [sqlite_database.view(explain, *one) for one in reading]
    assert any("SEARCH followups USING INDEX ix_followups_next_stage" in plan for plan in plans)
    assert any("ix_notices_waiting" in plan and "ix_bulletins_waiting" in plan for plan in plans)
    assert not any(
        f"SCAN {table}" in plan for plan in plans for table in ("followups", "people", "households")
    )


def test_the_digest_of_a_day_is_remembered_once(database: Database) -> None:
    database.transact(add)
    beat(database)
    days = select(table_of(Digest).c.person_id, table_of(Digest).c.day)
    rows = database.view(lambda tx: tx.connection.execute(days).all())
    assert [(casework.ZHANG, TODAY)] == [tuple(row) for row in rows]


def test_an_hour_that_strikes_in_the_middle_of_a_beat_makes_nobody_miss_what_is_newly_due(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(clock, TODAY, 8, 29)
    database.transact(bulletins.post, [casework.ZHANG], "calendar", key="c", year=2090)
    database.transact(add)
    looked = speaking.may_digest_anywhere

    def then_it_strikes(tx: Transaction) -> bool:
        answer = looked(tx)
        at(clock, TODAY, 8, 30)
        return answer

    with monkeypatch.context() as once:
        once.setattr(speaking, "may_digest_anywhere", then_it_strikes)
        assert 0 == beat(database)
    assert 1 == beat(database)
    (letter,) = database.view(letters)
    assert "凤芳" in letter.text
    assert "2090" in letter.text
