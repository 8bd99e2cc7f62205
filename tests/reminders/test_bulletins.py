"""Bulletins: once a person and key, alone or in the digest, never at night, never in the way of a report."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, update

from storage.codes import DraftState, ReportKind
from storage.columns import table_of
from storage.reporting import drafts, revisits, visits
from storage.tables.mail import outbox
from storage.tables.office import Absence, Bulletin, PolicyRow
from storage.tables.people import PersonRow
from storage.telling import bulletins, hearers
from tests.reminders.telling import TODAY, add, at, beat, letters, run, said_to
from tests.storage import casework

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

ZHANG, WANG, CHEN = casework.ZHANG, casework.WANG, casework.CHEN
SATURDAY = date(2017, 9, 9)


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(casework.found)


def home(tx: Transaction) -> None:
    casework.household(tx, 1)


def missed(tx: Transaction, report: str = "v1") -> None:
    """A visit that met nobody for the third time, and the officers' bulletin of it."""
    visits.submit(
        tx,
        casework.get(tx, ZHANG),
        report_id=report,
        household_id=1,
        answers=casework.missed(tx.today, tx.today + timedelta(days=7)),
        form_version=1,
    )
    post(tx, "third_miss", visit=report)


def post(tx: Transaction, /, slug: str = "third_miss", person: int = WANG, **details: int | str) -> None:
    known: dict[str, int | str] = {"household": 1, "person": ZHANG, "item": 1, "count": 3, **details}
    bulletins.post(tx, [person], slug, key=f"{slug}:1", urgent=True, **known)


def test_something_urgent_goes_alone_and_once(database: Database) -> None:
    database.transact(home)
    database.transact(missed)
    database.transact(post, visit="v1")
    beat(database)
    beat(database)
    (letter,) = (one for one in database.view(letters) if one.chat_id == 1000 + WANG)
    expected = (
        "❗ <b>3 次没见到人</b>\n凤芳 K000001\n"
        "张东 去过，没见到人（ZF-2017-000001）。这一户转给您，请看看怎么办。"
    )
    assert expected == letter.text
    shown = {button["callback_data"] for row in letter.buttons for button in row}
    assert {"due:open:1", "due:assign:1", "due:days:1", "due:close:1", "file:open:1"} == shown
    database.transact(post, visit="v1")
    beat(database)
    assert 1 == len(said_to(database, WANG))


def test_names_and_telephones_are_looked_up_when_it_is_told_and_not_kept_with_it(database: Database) -> None:
    database.transact(home)
    sealed = database.vault.seal("13987654321", "people.phone")
    people = table_of(PersonRow)
    database.transact(
        run, update(people).where(people.c.id == ZHANG).values(phone_sealed=sealed, name="张<东>")
    )
    database.transact(missed)
    database.transact(post, "safety_mind", visit="v1")
    stored = database.view(lambda tx: tx.connection.execute(select(table_of(Bulletin))).all())
    assert not any(secret in str(row) for row in stored for secret in ("张", "凤", "1398765"))
    beat(database)
    assert "张&lt;东&gt;（13987654321）" in said_to(database, WANG)[-1]


@pytest.mark.parametrize(
    ("hour", "minute", "spoken"), [(7, 29, 0), (7, 30, 1), (20, 59, 1), (21, 0, 0), (2, 0, 0)]
)
def test_something_urgent_waits_for_the_end_of_the_quiet_hours(
    database: Database, clock: FakeClock, hour: int, minute: int, spoken: int
) -> None:
    database.transact(home)
    at(clock, SATURDAY, hour, minute)
    database.transact(missed)
    beat(database)
    assert spoken == len(said_to(database, WANG))


def test_danger_to_somebodys_life_is_told_at_any_hour_and_even_in_the_middle_of_a_report(
    database: Database, clock: FakeClock
) -> None:
    database.transact(home)
    at(clock, SATURDAY, 2, 10)
    database.transact(missed)
    database.transact(begin, WANG)
    database.transact(post, "safety_mind", visit="v1")
    beat(database)
    (text,) = said_to(database, WANG)
    assert text.startswith("🆘 <b>请马上处理</b>")


def begin(tx: Transaction, person: int) -> str:
    who = casework.get(tx, person)
    return drafts.open_draft(tx, who, form=ReportKind.VISIT, household_id=1, content={}).id


def test_something_urgent_waits_for_the_end_of_a_report_or_ten_idle_minutes(
    database: Database, clock: FakeClock
) -> None:
    database.transact(home)
    database.transact(missed)
    draft = database.transact(begin, WANG)
    clock.advance(minutes=9)
    beat(database)
    assert [] == said_to(database, WANG)
    clock.advance(minutes=2)
    beat(database)
    assert 1 == len(said_to(database, WANG))
    database.transact(drafts.save, draft, {})
    database.transact(post, "not_received", visit="v1")
    beat(database)
    assert 1 == len(said_to(database, WANG))
    database.transact(drafts.close, draft, DraftState.SUBMITTED)
    beat(database)
    assert 2 == len(said_to(database, WANG))


def test_what_is_not_urgent_comes_at_the_end_of_the_next_digest(database: Database, clock: FakeClock) -> None:
    database.transact(add, liaison_id=WANG)
    at(clock, date(2017, 9, 10), 9)
    silence: dict[str, int | str] = {"person": ZHANG, "since": "2017-08-20", "count": 2}
    database.transact(bulletins.post, [WANG], "silence", key="s", urgent=False, **silence)
    beat(database)
    assert [] == said_to(database, WANG)
    at(clock, date(2017, 9, 11), 9)
    assert 1 == beat(database)
    (text,) = said_to(database, WANG)
    assert "<b>张东</b> 从 8 月 20 日起没有动静，手上 2 户到时候了。没留电话" == text.split("\n")[-1]


@pytest.mark.parametrize(
    ("posted", "begins"), [(5, "9 月 5 日的事："), (6, "9 月 6 日的事："), (7, "2090 年")]
)
def test_news_of_the_day_before_yesterday_or_earlier_is_told_with_its_day(
    database: Database, clock: FakeClock, posted: int, begins: str
) -> None:
    at(clock, date(2017, 9, posted), 22)
    database.transact(bulletins.post, [WANG], "calendar", key="c", year=2090)
    at(clock, date(2017, 9, 8), 9)
    beat(database)
    assert said_to(database, WANG)[0].split("\n")[1].startswith(begins)


def test_a_digest_may_hold_bulletins_alone_and_without_anything_there_is_none(
    database: Database, clock: FakeClock
) -> None:
    database.transact(bulletins.post, [WANG], "calendar", key="c", year=2090)
    assert (1, 0) == (beat(database), beat(database))
    assert said_to(database, WANG)[0].startswith("早上好，王芳。今天 9 月 4 日（周一）：\n2090 年的放假安排")
    at(clock, TODAY + timedelta(days=1))
    assert 0 == beat(database)


def test_what_waited_longer_than_two_days_is_no_news_and_stands_in_the_digest_with_its_day(
    database: Database, clock: FakeClock
) -> None:
    database.transact(home)
    database.transact(missed)
    clock.advance(days=2, minutes=1)
    beat(database)
    (text,) = said_to(database, WANG)
    assert "\n9 月 4 日的事：<b>3 次没见到人</b> 凤芳 K000001" in text


def test_a_report_that_was_taken_back_before_anybody_heard_of_it_alarms_nobody(
    database: Database, clock: FakeClock
) -> None:
    database.transact(home)
    at(clock, TODAY, 23)
    database.transact(missed)
    database.transact(visits.undo, database.view(casework.get, ZHANG), "v1")
    at(clock, TODAY + timedelta(days=1), 9)
    beat(database)
    assert [] == said_to(database, WANG)
    database.transact(missed, "v2")
    beat(database)
    assert 1 == len(said_to(database, WANG))


def test_money_that_did_not_arrive_is_told_with_the_reason_the_report_gives_now(database: Database) -> None:
    def make(tx: Transaction) -> None:
        home(tx)
        casework.payment(tx, 1, TODAY - timedelta(days=30))
        answers = casework.went_back(TODAY, "AGAIN_30", received="NOT", not_received_reason="账号填错了 <b>")
        revisits.submit(
            tx, casework.get(tx, ZHANG), report_id="r1", aid_id="a1", answers=answers, form_version=1
        )
        post(tx, "not_received", revisit="r1")

    database.transact(make)
    beat(database)
    assert said_to(database, WANG)[0].endswith("原因：账号填错了 &lt;b&gt;")


@pytest.mark.parametrize("state", ["REMOVED", "BLOCKED"])
def test_who_cannot_be_told_is_not_told(database: Database, clock: FakeClock, state: str) -> None:
    people = table_of(PersonRow)
    columns = {"blocked_at": clock()} if state == "BLOCKED" else {"state": state}
    database.transact(run, update(people).where(people.c.id == WANG).values(**columns))
    database.transact(home)
    database.transact(missed)
    beat(database)
    assert [] == said_to(database, WANG)
    assert [CHEN] == database.view(bulletins.officers_of, casework.BRANCH)


def test_an_officer_on_leave_is_stood_in_for(database: Database) -> None:
    leave = insert(table_of(Absence)).values(
        person_id=WANG,
        substitute_id=casework.LI,
        from_on=TODAY,
        until_on=TODAY,
        created_by=WANG,
        created_at=database.clock(),
    )
    database.transact(run, leave)
    assert [casework.LI] == database.view(bulletins.officers_of, casework.BRANCH)
    assert [WANG, CHEN, casework.LI] == database.view(bulletins.guardians_of, casework.BRANCH)


def test_a_union_has_quiet_hours_of_its_own(database: Database, clock: FakeClock) -> None:
    own = [("quiet_until", "09:30"), ("digest_at", "10:00"), ("quiet_from", "18:00")]
    for key, value in own:
        values = {"union_id": casework.ROOT, "key": key, "value": value, "set_at": clock()}
        database.transact(run, insert(table_of(PolicyRow)).values(**values))
    database.transact(home)
    database.transact(missed)
    spoken = []
    for hour, minute in ((9, 0), (9, 30)):
        at(clock, TODAY, hour, minute)
        beat(database)
        spoken.append(len(said_to(database, WANG)))
    assert [0, 1] == spoken
    at(clock, TODAY, 18, 0)
    database.transact(post, "not_received", visit="v1")
    beat(database)
    assert 1 == len(said_to(database, WANG))


def test_every_reminder_expires_before_it_is_quiet_and_that_of_safety_never(database: Database) -> None:
    database.transact(home)
    database.transact(missed)
    database.transact(post, "safety_mind", visit="v1")
    beat(database)
    quiet = datetime(2017, 9, 4, 13, 0, tzinfo=UTC)
    columns = select(outbox.c.key, outbox.c.expires_at)
    assert {"digest:1:2017-09-04": quiet, "bulletin:1": quiet, "bulletin:2": None} == database.view(
        lambda tx: {row.key: row.expires_at for row in tx.connection.execute(columns)}
    )


def test_more_news_than_a_message_holds_goes_on_the_next_morning(
    database: Database, clock: FakeClock
) -> None:
    for number in range(25):
        database.transact(bulletins.post, [WANG], "calendar", key=f"c{number}", year=2100 + number)
    for offset in range(3):
        at(clock, TODAY + timedelta(days=offset))
        beat(database)
    first, second = said_to(database, WANG)
    assert (20, 5) == (first.count("放假安排"), second.count("放假安排"))
    assert first.endswith("还有 5 件事，下一个工作日早上接着说。")


def test_what_waits_for_somebody_who_cannot_be_told_keeps_nobody_busy(
    database: Database, clock: FakeClock
) -> None:
    people = table_of(PersonRow)
    database.transact(run, update(people).where(people.c.id == WANG).values(blocked_at=clock()))
    database.transact(home)
    database.transact(post, number="ZF-1")
    assert [False] == [one.is_open for one in database.transact(hearers.waiting, after=0, limit=9)]
    beat(database)
    database.transact(run, update(people).where(people.c.id == WANG).values(blocked_at=None))
    clock.advance(days=3)
    beat(database)
    assert "9 月 4 日的事：" in said_to(database, WANG)[0]
