"""The metronome: a bell is answered at once, and several places at once tell each thing once."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.reminders import daily, digest, tick
from bot.reminders.metronome import Metronome
from storage.codes import DraftState, ReportKind, Role
from storage.database import Database
from storage.due import policies
from storage.reporting import drafts
from storage.telling import bulletins, outages
from tests.reminders.telling import TODAY, add, at, beat, home, letters, said_to
from tests.storage import casework
from tests.transport.fake_api import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.buttons import Keyboard
    from bot.texts.catalogue import Words
    from storage.database import Transaction
    from storage.telling.mornings import Morning
    from tests.clock import FakeClock

ZHANG, WANG, CHEN = casework.ZHANG, casework.WANG, casework.CHEN
CADRES = range(100, 130)
PLACES = 3


@pytest.fixture(autouse=True)
def union(request: pytest.FixtureRequest) -> None:
    name = "database" if "database" in request.fixturenames else "postgres_database"
    request.getfixturevalue(name).transact(casework.found)


def post(tx: Transaction, key: str = "k") -> None:
    known: dict[str, int | str] = {"household": 1, "person": ZHANG, "number": "ZF-1", "item": 1, "count": 3}
    bulletins.post(tx, [WANG], "third_miss", key=key, urgent=True, **known)


async def test_something_urgent_is_told_at_once_after_its_commit(database: Database) -> None:
    await database.run(home)
    metronome = Metronome(database)
    await metronome.start()
    for count, key in enumerate(("a", "b"), start=1):
        await database.run(post, key)
        await metronome.answered()
        assert count == len(await database.run(letters))
    await metronome.stop()


async def test_what_waited_for_a_report_is_told_at_once_when_it_ends(database: Database) -> None:
    await database.run(add)
    await database.run(home, 2)
    who = await database.run(casework.get, ZHANG)
    draft = await database.run(drafts.open_draft, who, form=ReportKind.VISIT, household_id=2, content={})
    metronome = Metronome(database)
    await metronome.start()
    await metronome.beat()
    assert [] == await database.run(letters)
    await database.run(drafts.close, draft.id, DraftState.SUBMITTED)
    await metronome.answered()
    assert 1 == len(await database.run(letters))
    await metronome.stop()


async def test_nothing_urgent_waits_for_a_beat_that_is_still_telling_others(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.run(home)
    metronome = Metronome(database)
    await metronome.start()
    still_telling = asyncio.Event()

    async def tell_for_long(_database: Database, *, awake: bool) -> int:
        del awake
        await still_telling.wait()
        return 0

    monkeypatch.setattr(tick, "tell_all", tell_for_long)
    beating = asyncio.create_task(metronome.beat())
    await asyncio.sleep(0)
    await database.run(post)
    await until(lambda: database.view(letters))
    assert not beating.done()
    still_telling.set()
    await beating
    await metronome.stop()


def test_nothing_urgent_waits_for_a_recount_of_a_very_large_union(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[int] = []

    def recount(tx: Transaction) -> bool:
        said.append(len(letters(tx)))
        return len(said) < 3 * tick.URGENT_AFTER_BATCHES

    monkeypatch.setattr(policies, "recount", recount)
    database.transact(home)
    database.transact(post)
    beat(database)
    assert (0, 1) == (said[0], said[tick.URGENT_AFTER_BATCHES])
    assert 1 == len(said_to(database, WANG))


async def test_a_bell_after_the_end_is_nobodys(database: Database) -> None:
    await database.run(home)
    metronome = Metronome(database)
    await metronome.start()
    await metronome.stop()
    await database.run(post)
    assert [] == await database.run(letters)


async def test_a_new_process_notes_the_outage_before_it_tells_anybody(
    database: Database, clock: FakeClock
) -> None:
    await database.run(outages.beat)
    clock.advance(hours=5)
    metronome = Metronome(database)
    await metronome.start()
    clock.advance(hours=5)
    await metronome.beat()
    await metronome.stop()
    # The second five hours passed on a clock that was turned: this process was there all the while.
    (only,) = await database.run(outages.beat)
    assert timedelta(hours=5) == only.until - only.since


def test_what_was_posted_without_words_keeps_nothing_else_back(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    database.transact(add)
    database.transact(bulletins.post, [ZHANG], "no_such_words", key="k")
    database.transact(bulletins.post, [ZHANG], "third_miss", key="k2", urgent=True)
    assert (1, 0) == (beat(database), beat(database))
    assert 1 == len(said_to(database, ZHANG))
    assert ["no_such_words", "third_miss"] == [
        slug for slug in ("no_such_words", "third_miss") if caplog.text.count(f"({slug}) has no words") == 1
    ]


def test_somebody_who_cannot_be_told_for_a_fault_keeps_nobody_else_waiting(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    draw = digest.draw

    def draw_all_but_one(morning: Morning, speech: Words, *, now: datetime) -> tuple[str, Keyboard]:
        if morning.hearer.person_id == ZHANG:
            raise RuntimeError("this one's digest cannot be drawn")
        return draw(morning, speech, now=now)

    monkeypatch.setattr(digest, "draw", draw_all_but_one)
    database.transact(add)
    database.transact(add, 2, liaison_id=casework.LI)
    assert (1, 0) == (beat(database), beat(database))
    assert [True, False] == [bool(said_to(database, one)) for one in (casework.LI, ZHANG)]
    assert f"person {ZHANG} could not be told" in caplog.text


def test_a_fault_in_one_look_around_keeps_back_neither_the_others_nor_the_digests(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str] = []

    def broken(_tx: Transaction) -> None:
        raise KeyError("broken")

    def sound(_tx: Transaction) -> None:
        seen.append("sound")

    monkeypatch.setattr(daily, "PARTS", {"broken": broken, "sound": sound})
    database.transact(add)
    assert (1, 0) == (beat(database), beat(database))
    assert ["sound"] == seen
    assert "broken could not be looked at" in caplog.text


@pytest.fixture
def places(postgres_database: Database) -> Iterator[list[Database]]:
    """Several replicas on one server."""
    first = postgres_database
    made = [
        Database(first.url, vault=first.vault, clock=first.clock, zone=first.zone) for _ in range(PLACES - 1)
    ]
    yield [first, *made]
    for one in made:
        one.close()


def everywhere(places: list[Database], *, awake: bool = True) -> None:
    """Every replica beats in a thread of its own, all at the same moment."""
    start = threading.Barrier(len(places))
    faults: list[BaseException] = []

    def work(place: Database) -> None:
        start.wait()
        try:
            asyncio.run(tick.tell_all(place, awake=awake))
        except BaseException as fault:  # noqa: BLE001 - a thread's fault is this test's
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(place,)) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == faults


@pytest.mark.postgres
def test_several_replicas_at_once_send_each_thing_exactly_once(
    places: list[Database], clock: FakeClock
) -> None:
    database = places[0]

    def make(tx: Transaction) -> None:
        casework.person(tx, 99, "管理员", casework.ROOT, Role.ADMIN)
        for number in CADRES:
            casework.person(tx, number, f"干部{number}", casework.BRANCH, Role.CADRE)
            add(tx, number, liaison_id=number)
            known: dict[str, int | str] = {"household": number, "person": number, "number": "1", "item": 1}
            bulletins.post(tx, [number], "third_miss", key="k", urgent=True, count=3, **known)

    at(clock, TODAY, 8, 0)
    everywhere(places)
    database.transact(make)
    at(clock, TODAY, 9, 0)
    everywhere(places, awake=False)
    everywhere(places)
    said = [one.chat_id - 1000 for one in database.view(letters)]
    assert sorted([*CADRES, *CADRES, 99]) == sorted(said)
    assert ["⚠️ 停机 9 月 4 日 08:00–09:00。"] == [text.split("\n")[0] for text in said_to(database, 99)]


@pytest.mark.postgres
def test_replicas_withdraw_what_expired_exactly_once(places: list[Database], clock: FakeClock) -> None:
    database = places[0]
    for number in range(1, 11):
        database.transact(add, number)
    everywhere(places)
    at(clock, TODAY + timedelta(days=1))
    everywhere(places)
    (letter,) = database.view(letters)
    assert 1 == letter.text.count("9 月 4 日的提醒当天没能发出")
