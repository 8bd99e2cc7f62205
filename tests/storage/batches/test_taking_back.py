"""A chair's approval of a list is taken back: within ten minutes, once, before anybody went on from it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from storage import aid_refusals, errors
from storage.aid_codes import AidState, BatchState
from storage.audit import ENTRIES
from storage.columns import table_of
from storage.paying import payments
from storage.tables.dossiers import Household
from tests.storage import casework
from tests.storage.batches import lists
from tests.storage.batches.lists import AID, BULLETINS, GRANT_FEN, HE, LIST, QIAN, WANG, ZHOU
from tests.storage.casework import CHEN

if TYPE_CHECKING:
    from storage.database import Database
    from tests.clock import FakeClock

PEOPLE = 4
SUM = PEOPLE * GRANT_FEN
WHOLE = 5_000_000


def last_of(database: Database) -> int:
    """Who gave the last approval of the approved list."""
    return (CHEN, ZHOU, HE)[lists.approved(database).approvals_needed - 1]


def heard(database: Database, person_id: int, slug: str) -> int:
    return lists.count(database, BULLETINS, BULLETINS.c.slug == slug, BULLETINS.c.person_id == person_id)


def states(database: Database) -> set[str]:
    asked = select(AID.c.state).where(AID.c.batch_id == LIST)
    return set(database.transact(lambda tx: list(tx.connection.scalars(asked))))


def test_after_the_last_approval_it_waits_again_and_promises_nothing(union: Database) -> None:
    last = last_of(union)
    assert (WHOLE, SUM) == lists.balance(union)
    card = lists.act(union, last, "take_back", LIST)
    assert (BatchState.TO_APPROVE, card.approvals_needed - 1) == (card.line.state, len(card.approvals))
    assert (WHOLE, 0) == lists.balance(union)
    assert {AidState.DRAFT} == states(union)
    assert 0 == lists.count(union, lists.YEARS, lists.YEARS.c.reserved_fen > 0)
    assert [] == lists.faults(union)


def test_approved_again_it_is_promised_and_paid_as_if_nothing_had_been(union: Database) -> None:
    last = last_of(union)
    lists.act(union, last, "take_back", LIST)
    lists.act(union, last, "approve", LIST, 1)
    assert (WHOLE, SUM) == lists.balance(union)
    lists.pay(union)
    lists.work(union)
    assert BatchState.PAID == lists.card(union).line.state
    assert (WHOLE - SUM, 0) == lists.balance(union)
    assert [] == lists.faults(union)


def test_an_approval_that_was_not_the_last_is_taken_back_as_well(embedded: Database) -> None:
    lists.submitted(embedded)
    lists.act(embedded, CHEN, "approve", LIST, 1)
    card = lists.act(embedded, CHEN, "take_back", LIST)
    assert (BatchState.TO_APPROVE, ()) == (card.line.state, card.approvals)
    assert "approve" in lists.card(embedded, person_id=CHEN).may
    assert not lists.told(embedded, "batch_taken_back")


def test_taken_back_again_it_is_taken_back_once(union: Database) -> None:
    last = last_of(union)
    first = lists.act(union, last, "take_back", LIST)
    assert first == lists.act(union, last, "take_back", LIST)
    assert (WHOLE, 0) == lists.balance(union)
    assert 1 == lists.count(union, ENTRIES, ENTRIES.c.act == "aid.taken_back")


def test_its_maker_and_the_treasurers_hear_of_it(embedded: Database) -> None:
    lists.act(embedded, last_of(embedded), "take_back", LIST)
    assert {WANG} == lists.told(embedded, "batch_taken_back")
    assert {QIAN} == lists.told(embedded, "batch_not_to_pay")


def test_each_time_that_it_is_approved_on_one_day_people_are_told(
    embedded: Database, clock: FakeClock
) -> None:
    last = last_of(embedded)
    for times in (2, 3):
        clock.advance(minutes=1)
        lists.act(embedded, last, "take_back", LIST)
        clock.advance(minutes=1)
        lists.act(embedded, last, "approve", LIST, 1)
        assert times == heard(embedded, QIAN, "batch_to_pay")
        assert times == heard(embedded, WANG, "batch_approved")
        assert times - 1 == heard(embedded, QIAN, "batch_not_to_pay")


def test_who_fell_off_at_the_approval_stays_off(embedded: Database) -> None:
    waiting = lists.submitted(embedded)
    homes = table_of(Household)
    closed = update(homes).where(homes.c.id == 1).values(state="MONITOR")
    embedded.transact(lambda tx: tx.connection.execute(closed))
    chairs = (CHEN, ZHOU, HE)[: waiting.approvals_needed]
    for chair in chairs:
        lists.act(embedded, chair, "approve", LIST, 1)
    card = lists.act(embedded, chairs[-1], "take_back", LIST)
    assert (PEOPLE - 1, 1) == (card.line.people, card.struck)
    assert {AidState.DRAFT, AidState.WITHDRAWN} == states(embedded)
    lists.act(embedded, chairs[-1], "approve", LIST, 1)
    assert (WHOLE, SUM - GRANT_FEN) == lists.balance(embedded)
    assert [] == lists.faults(embedded)


def refused(database: Database, person_id: int, refusal: type[errors.Refused], batch_id: str = LIST) -> None:
    before = (lists.balance(database), states(database))
    with pytest.raises(refusal):
        lists.act(database, person_id, "take_back", batch_id)
    assert before == (lists.balance(database), states(database))


def test_ten_minutes_later_it_is_too_late(embedded: Database, clock: FakeClock) -> None:
    last = last_of(embedded)
    clock.advance(minutes=10, seconds=1)
    assert "undo" not in lists.card(embedded, person_id=last).may
    refused(embedded, last, errors.TooLateToUndo)


def test_once_its_payment_is_confirmed_it_is_not_taken_back(union: Database) -> None:
    last = last_of(union)
    lists.pay(union)
    refused(union, last, aid_refusals.BatchNotReady)
    lists.work(union)
    refused(union, last, aid_refusals.BatchNotReady)
    assert "undo" not in lists.card(union, person_id=last).may


def test_nobody_takes_back_what_they_did_not_give(embedded: Database) -> None:
    lists.approved(embedded)
    for person_id in (WANG, QIAN):
        refused(embedded, person_id, aid_refusals.BatchMoved)
    refused(embedded, CHEN, errors.NotFound, "no-such-list")


def test_what_was_returned_since_has_no_approval_to_take_back(embedded: Database) -> None:
    lists.submitted(embedded)
    lists.act(embedded, CHEN, "approve", LIST, 1)
    lists.act(embedded, ZHOU, "give_back", LIST, 1, "金额要再核")
    refused(embedded, CHEN, aid_refusals.BatchMoved)


def test_where_a_household_was_reversed_since_it_is_not_taken_back(embedded: Database) -> None:
    last = last_of(embedded)
    item = str(lists.items(embedded)[0].aid_id)
    embedded.transact(lambda tx: payments.reverse(tx, casework.get(tx, QIAN), item, "不该发", tx.today))
    assert "undo" not in lists.card(embedded, person_id=last).may
    refused(embedded, last, aid_refusals.BatchMoved)
    assert [] == lists.faults(embedded)


def test_the_card_offers_it_to_whoever_gave_it(embedded: Database) -> None:
    last = last_of(embedded)
    assert "undo" in lists.card(embedded, person_id=last).may
    assert "undo" not in lists.card(embedded).may


def test_of_a_payment_and_a_taking_back_at_once_one_is_done(union: Database) -> None:
    last = last_of(union)
    gate = Barrier(2)

    def at_once(act: Any, *args: Any) -> bool:  # noqa: ANN401 - either of two
        gate.wait()
        try:
            act(union, *args)
        except aid_refusals.BatchNotReady:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        ends = [
            threads.submit(at_once, lists.pay),
            threads.submit(at_once, lists.act, last, "take_back", LIST),
        ]
        assert [False, True] == sorted(one.result() for one in ends)
    lists.work(union)
    assert lists.card(union).line.state in {BatchState.PAID, BatchState.TO_APPROVE}
    assert [] == lists.faults(union)
