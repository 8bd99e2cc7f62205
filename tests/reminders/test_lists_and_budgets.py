"""Lists of aid are made and paid by the beat, and told of; budgets and lists that wait climb as aid does."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from bot.buttons import short_id
from bot.reminders import bulletin, tick
from bot.texts.catalogue import LANGUAGES, words
from storage.aid_codes import AidKind, BatchState, FundSource
from storage.batches import batches, building, paying
from storage.booking import list_bookings
from storage.budgets import budgets
from storage.columns import new_id
from storage.errors import NotSaved, Overdrawn
from storage.office import matters
from storage.telling import bulletins
from tests.reminders.telling import TODAY, at, beat, deliver, letters, said_to
from tests.storage import casework
from tests.storage.batches import lists
from tests.storage.batches.lists import HE, ZHOU

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.batches.batch_rows import BatchRow
    from storage.booking.list_bookings import Lot, Share
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

ZHANG, WANG, CHEN, QIAN = casework.ZHANG, casework.WANG, casework.CHEN, casework.QIAN
LIST = new_id()
PEOPLE = 9
YEAR = 2017


@pytest.fixture
def union(sqlite_database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Nine households, made and paid one at a time."""
    monkeypatch.setattr(building, "AT_ONCE", 1)
    monkeypatch.setattr(paying, "AT_ONCE", 1)
    at(clock, TODAY)
    sqlite_database.transact(lists.found, PEOPLE)
    return sqlite_database


def last(union: Database, number: int) -> str:
    beat(union)
    return said_to(union, number)[-1]


def test_a_list_is_made_by_the_next_beat_and_opened_from_what_is_told(union: Database) -> None:
    union.transact(lists.begin, LIST)
    assert last(union, WANG).startswith(
        "📋 名单 PL-2017-0001 已生成\n2017 年春节慰问，9 户，共 13,500.00 元。"
    )
    (button,) = union.view(letters)[-1].buttons[0]
    assert ("看名单", f"batch:open:{short_id(LIST)}") == (button["text"], button["callback_data"])


def test_each_step_is_told_to_whom_it_concerns(union: Database) -> None:
    union.transact(lists.begin, LIST)
    beat(union)
    lists.act(union, WANG, "submit", LIST, 1)
    assert last(union, CHEN).startswith("📋 名单 PL-2017-0001 等您审批")
    for chair in (CHEN, ZHOU, HE):
        lists.act(union, chair, "approve", LIST, 1)
    beat(union)
    assert said_to(union, WANG)[-1] == "名单 PL-2017-0001 已批准：9 户，共 13,500.00 元"
    assert said_to(union, QIAN)[-1].startswith("💴 名单 PL-2017-0001 已批准，等您发放")
    lists.pay(union, LIST)
    beat(union)
    assert BatchState.PAID == lists.card(union, LIST).line.state
    assert said_to(union, WANG)[-1] == "名单 PL-2017-0001 已全部发放：9 户，2017 年春节慰问"


def test_nobody_is_asked_to_approve_what_was_decided_before_they_could_be_told(
    union: Database, clock: FakeClock
) -> None:
    union.transact(lists.begin, LIST)
    beat(union)
    at(clock, TODAY, hour=22)
    lists.act(union, WANG, "submit", LIST, 1)
    lists.act(union, WANG, "withdraw", LIST)
    at(clock, TODAY + timedelta(days=1))
    beat(union)
    assert not [one for one in said_to(union, CHEN) if "等您审批" in one]


def test_nothing_urgent_waits_until_a_list_is_done(union: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    union.transact(lists.begin, LIST)
    union.transact(lambda tx: bulletins.post(tx, [QIAN], "calendar", key="k", urgent=True, year=2018))
    seen: list[int] = []
    work = batches.work

    def counting(tx: Transaction, **which: Any) -> bool:  # noqa: ANN401 - passed on
        seen.append(len(letters(tx)))
        return work(tx, **which)

    monkeypatch.setattr(batches, "work", counting)
    beat(union)
    assert (0, 1) == (seen[0], seen[tick.URGENT_AFTER_BATCHES])
    assert PEOPLE + 2 == len(seen)


def test_a_list_that_cannot_go_on_keeps_nobodys_messages_back(
    union: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(tx: Transaction, **which: object) -> bool:
        del tx, which
        raise LookupError

    union.transact(lambda tx: bulletins.post(tx, [QIAN], "calendar", key="k", urgent=True, year=2018))
    monkeypatch.setattr(batches, "work", broken)
    beat(union)
    assert 1 == len(said_to(union, QIAN))


def test_a_list_that_cannot_go_on_holds_up_no_other_and_is_tried_again(
    union: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    union.transact(lists.begin, LIST)
    union.transact(lists.begin, "second", kind=AidKind.ANNUAL)
    look = building.look

    def breaking(tx: Transaction, batch: BatchRow, ids: Sequence[int]) -> list[building.Looked]:
        if batch.id == LIST:
            tx.connection.execute(text("SELECT * FROM nowhere"))
        return look(tx, batch, ids)

    with monkeypatch.context() as broken:
        broken.setattr(building, "look", breaking)
        beat(union)
    states = [lists.card(union, one).line.state for one in (LIST, "second")]
    assert [BatchState.BUILDING, BatchState.DRAFT] == states
    beat(union)
    assert BatchState.DRAFT == lists.card(union, LIST).line.state


def test_a_list_whose_payment_the_ledger_refuses_holds_up_no_other(
    union: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for batch_id, kind in ((LIST, AidKind.SPRING), ("second", AidKind.ANNUAL)):
        lists.approved(union, batch_id, kind=kind)
    for batch_id in (LIST, "second"):
        lists.pay(union, batch_id)
    book = list_bookings.book

    def refusing(tx: Transaction, lot: Lot, shares: Sequence[Share]) -> None:
        if lot.kind == AidKind.SPRING:
            raise Overdrawn
        book(tx, lot, shares)

    with monkeypatch.context() as broken:
        broken.setattr(list_bookings, "book", refusing)
        beat(union)
    states = [lists.card(union, one).line.state for one in (LIST, "second")]
    assert [BatchState.PAYING, BatchState.PAID] == states
    beat(union)
    assert BatchState.PAID == lists.card(union, LIST).line.state


def test_a_failing_storage_ends_the_beat(union: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(tx: Transaction, **which: object) -> bool:
        del tx, which
        raise NotSaved

    monkeypatch.setattr(batches, "work", full)
    with pytest.raises(NotSaved):
        beat(union)


def test_a_list_just_begun_does_not_wait_for_the_clock(union: Database) -> None:
    union.transact(lists.begin, LIST)
    asyncio.run(tick.tell_waiting(union))
    deliver(union)
    assert said_to(union, WANG)


def test_a_list_that_waits_for_the_chairs_is_told_by_its_days(union: Database, clock: FakeClock) -> None:
    union.transact(lists.begin, LIST)
    beat(union)
    lists.act(union, WANG, "submit", LIST, 1)
    beat(union)
    (matter,) = union.transact(lambda tx: matters.due(tx, TODAY, person=casework.get(tx, CHEN)))
    assert ("batch", f"batch:{LIST}", "PL-2017-0001") == (matter.kind, matter.key, matter.payment_no)
    at(clock, matter.due_on)
    assert "名单 PL-2017-0001 今天该审批了" in last(union, CHEN)
    at(clock, matter.due_on + timedelta(days=7))
    assert "名单 PL-2017-0001 9 月 4 日起等您审批，还没有办" in last(union, CHEN)


def test_a_budget_that_waits_for_the_chairs_is_told_by_its_days(union: Database, clock: FakeClock) -> None:
    def ask(tx: Transaction) -> None:
        officer = casework.get(tx, WANG)
        more: dict[str, Any] = {"source": FundSource.GROUP, "amount_fen": 100_000, "reason": "集团追加"}
        budgets.top_up(tx, officer, YEAR, **more)

    union.transact(ask)
    assert "📊 2017 年预算草案等您审定：41,000.00 元。" == last(union, CHEN)
    (button,) = union.view(letters)[-1].buttons[0]
    assert "budget:waiting:2017" == button["callback_data"]
    (matter,) = union.transact(lambda tx: matters.due(tx, TODAY, person=casework.get(tx, CHEN)))
    assert ("budget", "2017") == (matter.kind, matter.payment_no)
    assert matter == union.transact(lambda tx: matters.get(tx, casework.get(tx, CHEN), matter.key))
    at(clock, matter.due_on)
    assert "2017 年预算草案今天该审定了" in last(union, CHEN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_told_of_lists_and_budgets_has_words_and_a_button(language: str) -> None:
    speech = words(language)
    told = [slug for slug in bulletin.BUTTONS if slug.startswith(("batch_", "budget_"))]
    assert 20 < len(told)
    for slug in told:
        assert speech.has(f"bulletins.{slug}.line"), slug
