"""What is told of leaves, handovers and departures, in words and with buttons that lead somewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from bot.chat.routes import BUTTONS
from bot.reminders import bulletin
from bot.texts.catalogue import LANGUAGES, words
from storage.codes import Role
from storage.columns import table_of
from storage.members import people
from storage.reporting import drafts
from storage.tables.office import Bulletin
from storage.takeover import departures, handover_news, handovers, leave, leave_news
from storage.telling import bulletins
from tests.conftest import ZONE
from tests.storage import casework
from tests.storage.casework import BRANCH, CHEN, LI, ROOT, WANG, ZHANG

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database, Transaction
    from storage.members.people import Person
    from tests.clock import FakeClock

ADMIN, HE, WU = 9, 11, 12
DATA_BYTES = 64
ROUTES = ("away_", "handover_", "gone_")


def _found(tx: Transaction) -> None:
    casework.found(tx)
    casework.person(tx, ADMIN, "管理员", ROOT, Role.ADMIN)
    for number, name in ((HE, "何玉燕"), (WU, "吴江")):
        casework.person(tx, number, name, BRANCH, Role.CADRE)
    for number in range(1, 9):
        casework.household(tx, number)
    for number, liaison in ((21, HE), (22, WU)):
        casework.household(tx, number, liaison_id=liaison)
    drafts.open_draft(tx, people.get(tx, WU), form="visit", household_id=22, content={})


@pytest.fixture
def news(sqlite_database: Database, clock: FakeClock) -> Database:
    """A week in which everything happens that is told of."""
    database, monday = sqlite_database, clock.now.date()
    database.transact(_found)

    def by(who: int, act: Callable[[Transaction, Person], object]) -> None:
        database.transact(lambda tx: act(tx, people.get(tx, who)))

    def offer(number: int, to: int = LI, asked_by: int = ZHANG) -> str:
        def work(tx: Transaction) -> str:
            return handovers.offer(tx, people.get(tx, asked_by), [number], to, giver_id=ZHANG).id

        return database.transact(work)

    made = [offer(number, asked_by=WANG if number in {1, 3} else ZHANG) for number in range(1, 7)]
    to_he = offer(7, HE)
    _hear(database)
    by(LI, lambda tx, li: handovers.accept(tx, li, made[0]))
    by(LI, lambda tx, li: handovers.accept(tx, li, made[1]))
    by(LI, lambda tx, li: handovers.decline(tx, li, made[2], "太远 <b>"))
    by(LI, lambda tx, li: handovers.decline(tx, li, made[3]))
    by(WANG, lambda tx, wang: handovers.withdraw(tx, wang, made[4]))
    tomorrow = monday + timedelta(days=1)
    by(WANG, lambda tx, wang: leave.away(tx, wang, tomorrow, LI, from_on=tomorrow, person_id=ZHANG))
    by(HE, lambda tx, he: leave.away(tx, he, monday + timedelta(days=9), LI))
    clock.advance(days=1)
    database.transact(leave_news.tell)
    _hear(database)
    clock.advance(days=6)
    for telling in (leave_news.tell, handover_news.tell):
        database.transact(telling)
    by(ADMIN, lambda tx, admin: departures.remove(tx, admin, WU))
    database.transact(departures.blocked, 1000 + LI)
    by(ADMIN, lambda tx, admin: departures.remove(tx, admin, HE))
    by(CHEN, lambda tx, chen: handovers.offer(tx, chen, [8], CHEN, giver_id=ZHANG))
    friday = monday + timedelta(days=11)
    by(CHEN, lambda tx, chen: leave.away(tx, chen, friday, WANG, may_approve=True))
    assert to_he
    return database


def _hear(database: Database) -> None:
    rows = table_of(Bulletin)
    database.transact(lambda tx: tx.connection.execute(update(rows).values(told_at=tx.now)))


def _everything(tx: Transaction) -> list[bulletins.Bulletin]:
    """Whatever was posted to anybody, told or not."""
    rows = table_of(Bulletin)
    tx.connection.execute(update(rows).values(told_at=None))
    whom = set(tx.connection.scalars(select(rows.c.person_id)))
    return [one for person_id in sorted(whom) for one in bulletins.waiting(tx, person_id)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_told_has_its_words_and_buttons_that_lead_somewhere(news: Database, language: str) -> None:
    speech = words(language)
    for one in news.transact(_everything):
        today = one.created_at.astimezone(ZONE).date()
        for said in (bulletin.line(one, speech, today, ZONE), bulletin.alone(one, speech, today, ZONE)):
            assert said
            assert not {"{", "}"} & set(said), said
        for row in bulletin.keyboard(one, speech, today, ZONE):
            for button in row:
                assert DATA_BYTES >= len(button.data.encode())
                assert button.data.split(":")[0] in BUTTONS


def test_every_kind_of_such_news_was_among_them(news: Database) -> None:
    slugs = {key.split(".")[1] for key in words("zh").keys() if key.startswith("bulletins.")}  # noqa: SIM118 - it is no dict
    ours = {slug for slug in slugs if slug.startswith(ROUTES)}
    assert set() == ours - {one.slug for one in news.transact(_everything)}
