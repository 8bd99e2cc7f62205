"""What was paid waits for a revisit as long as one is open, else it is finished; each is in one list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from storage.aid_codes import AidKind, AidState, FundSource
from storage.booking import aid
from storage.casebook import after_paying, aid_views
from storage.codes import FollowupState, Role
from storage.columns import table_of
from storage.due import followups_refresh
from storage.money.fund import aid as aid_table
from storage.tables.dossiers import Household
from storage.tables.work import Followup
from tests.storage import casework, paid
from tests.storage.aid import asking
from tests.storage.aid.asking import ELSEWHERE, HOME, TODAY, stands, who
from tests.storage.casework import CHEN, LI, QIAN, WANG, ZHANG

if TYPE_CHECKING:
    from storage.casebook.aid_views import AidCard
    from storage.database import Database, Transaction


@pytest.fixture
def union(database: Database) -> Database:
    database.transact(asking.found)
    return database


def pay(tx: Transaction, aid_id: str, day: date, household_id: int = HOME) -> None:
    paid.record(
        tx,
        aid_id=aid_id,
        household_id=household_id,
        kind=AidKind.LIVING,
        source=FundSource.DONATION,
        amount_fen=150_000,
        paid_on=day,
    )


def to_revisit(tx: Transaction, number: int = WANG) -> list[str]:
    """By either way to them; they are counted as they are listed."""
    person = who(tx, number)
    found = [one.id for one in after_paying.to_revisit(tx, person)]
    assert found == [one.id for one in aid.to_revisit(tx, person)]
    assert len(found) == after_paying.to_revisit_count(tx, person)
    return found


def finished(tx: Transaction, number: int = WANG, limit: int = 50, offset: int = 0) -> list[str]:
    return [one.id for one in after_paying.finished(tx, who(tx, number), limit, offset)]


def card(tx: Transaction, aid_id: str) -> AidCard:
    return aid_views.card(tx, who(tx, ZHANG), aid_id)


def close_by_hand(tx: Transaction, aid_id: str) -> None:
    items = table_of(Followup)
    tx.connection.execute(
        update(items).where(items.c.aid_id == aid_id).values(state=FollowupState.DISMISSED, closed_at=tx.now)
    )
    followups_refresh.refresh(tx, HOME)


def test_what_an_import_brought_from_long_ago_is_finished_and_what_was_paid_now_is_not(
    union: Database,
) -> None:
    union.transact(casework.payment, HOME, date(2014, 1, 20), aid_id="old", imported=True)
    union.transact(pay, "new", TODAY)
    homes = table_of(Household)
    union.transact(
        lambda tx: tx.connection.execute(
            update(homes).where(homes.c.id == HOME).values(history_until=date(2017, 8, 31))
        )
    )
    union.transact(followups_refresh.refresh, HOME)
    assert (["new"], ["old"]) == (union.view(to_revisit), union.view(finished))
    awaits = {
        one.id: one.awaits_revisit
        for one in union.view(lambda tx: aid_views.of_household(tx, who(tx, ZHANG), HOME))
    }
    assert {"old": False, "new": True} == awaits
    for aid_id, expected in awaits.items():
        assert expected is union.transact(card, aid_id).awaits_revisit


def test_the_one_due_first_is_on_top_and_one_with_two_rounds_is_listed_once(union: Database) -> None:
    union.transact(pay, "b", TODAY - timedelta(days=3))
    union.transact(pay, "a", TODAY - timedelta(days=20))
    assert ["a", "b"] == union.view(to_revisit)

    def second_round(tx: Transaction) -> None:
        items = table_of(Followup)
        row = tx.connection.execute(select(items).where(items.c.aid_id == "a")).mappings().one()
        later = {**row, "round": 2, "due_on": row["due_on"] + timedelta(days=60)}
        tx.connection.execute(items.insert().values({k: v for k, v in later.items() if k != "id"}))

    union.transact(second_round)
    assert ["a", "b"] == union.view(to_revisit)

    def page(tx: Transaction) -> list[str]:
        return [one.id for one in after_paying.to_revisit(tx, who(tx, WANG), 1, 1)]

    assert ["b"] == union.view(page)


def test_a_revisit_that_was_closed_by_hand_makes_it_finished(union: Database) -> None:
    union.transact(pay, "a", TODAY - timedelta(days=20))
    assert (["a"], []) == (union.view(to_revisit), union.view(finished))
    union.transact(close_by_hand, "a")
    assert ([], ["a"]) == (union.view(to_revisit), union.view(finished))
    line = union.view(lambda tx: after_paying.finished(tx, who(tx, WANG))[0])
    assert (AidState.PAID, False) == (line.state, line.awaits_revisit)


def test_the_newest_payment_is_first_and_of_one_day_the_highest_number(union: Database) -> None:
    days = {"p1": date(2014, 1, 20), "p2": date(2016, 1, 20), "p3": date(2016, 1, 20), "p4": date(2015, 5, 1)}
    for aid_id, day in days.items():
        union.transact(stands, aid_id, AidKind.SPRING, AidState.PAID, paid_on=day)
    union.transact(stands, "r1", AidKind.LIVING, AidState.REVISITED, paid_on=date(2016, 3, 1))
    # Never paid: by the day on which it was asked for, which is today.
    union.transact(stands, "w1", AidKind.LIVING, AidState.WITHDRAWN)
    union.transact(stands, "w2", AidKind.LIVING, AidState.REFUSED)
    # What waits is in neither list.
    union.transact(stands, "x1", AidKind.LIVING, AidState.APPROVED)
    union.transact(stands, "x2", AidKind.LIVING, AidState.DRAFT)
    whole = ["w2", "w1", "r1", "p3", "p2", "p4", "p1"]
    assert whole == union.view(finished)
    for size in (1, 2, 3):
        starts = range(0, len(whole) + size, size)
        assert whole == [one for start in starts for one in union.view(finished, WANG, size, start)]


def test_who_does_not_see_the_household_or_the_state_finds_nothing(union: Database) -> None:
    union.transact(pay, "a", TODAY - timedelta(days=20), ELSEWHERE)
    union.transact(stands, "w1", AidKind.LIVING, AidState.WITHDRAWN)
    assert (["a"], ["w1"]) == (union.view(to_revisit, CHEN), union.view(finished, CHEN))
    assert ([], ["w1"]) == (union.view(to_revisit, LI), union.view(finished, LI))
    # Who only pays sees what was approved once.
    assert (["a"], []) == (union.view(to_revisit, QIAN), union.view(finished, QIAN))

    def nobody(tx: Transaction) -> None:
        casework.person(tx, 20, "郑管理", casework.ROOT, Role.ADMIN)

    union.transact(nobody)
    assert 0 == union.view(lambda tx: after_paying.to_revisit_count(tx, who(tx, 20)))
    assert [] == union.view(finished, 20)


def test_whatever_was_given_is_in_exactly_one_list(union: Database) -> None:
    for number in range(6):
        union.transact(pay, f"p{number}", TODAY - timedelta(days=10 * number))
    for number in range(0, 6, 2):
        union.transact(close_by_hand, f"p{number}")
    waits, over = union.view(to_revisit), union.view(finished)
    assert not set(waits) & set(over)
    given = union.view(lambda tx: set(tx.connection.scalars(select(aid_table.c.id))))
    assert given == {*waits, *over}
    union.transact(lambda tx: paid.take_back(tx, "p1", happened_on=TODAY, reason="重复发放"))
    assert "p1" not in union.view(to_revisit)
    assert "p1" in union.view(finished)
