"""A list from the files to the last payment: every yuan and every household accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from storage.aid_codes import AidAct, AidKind, AidState, BatchState
from storage.batches import building, paying
from storage.budgets import needs, standard_book
from storage.casebook import aid_views
from storage.columns import table_of
from storage.members import people
from storage.tables.work import Followup
from tests.storage.batches import lists
from tests.storage.batches.lists import GRANT_FEN, QIAN, WANG
from tests.storage.casework import CHEN, ZHANG

if TYPE_CHECKING:
    from storage.database import Database, Transaction

HOUSEHOLDS = 7


@pytest.fixture
def union(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Seven households, looked at three at a time and paid two at a time."""
    monkeypatch.setattr(building, "AT_ONCE", 3)
    monkeypatch.setattr(paying, "AT_ONCE", 2)
    database.transact(lists.found, HOUSEHOLDS)
    return database


def test_a_list_has_everybody_on_file_with_the_years_grant(union: Database) -> None:
    card = lists.made(union)
    assert BatchState.DRAFT == card.line.state
    assert (HOUSEHOLDS, HOUSEHOLDS * GRANT_FEN) == (card.line.people, card.line.sum_fen)
    assert card.line.number == "PL-2017-0001"
    assert [GRANT_FEN] * HOUSEHOLDS == [one.amount_fen for one in lists.items(union)]
    assert {WANG} == lists.told(union, "batch_made")


def test_a_list_is_approved_by_three_and_promises_everything_at_once(union: Database) -> None:
    card = lists.approved(union)
    assert (BatchState.APPROVED, 3) == (card.line.state, card.approvals_needed)
    assert (5_000_000, HOUSEHOLDS * GRANT_FEN) == lists.balance(union)
    assert {AidState.APPROVED} == {one.state for one in lists.items(union)}
    assert {QIAN} == lists.told(union, "batch_to_pay")
    assert [] == lists.faults(union)


def test_a_list_is_paid_household_by_household_with_entry_payment_and_revisit(union: Database) -> None:
    card = lists.confirmed(union)
    assert BatchState.PAYING == card.line.state
    assert 4 == lists.work(union)
    card = lists.card(union)
    assert (BatchState.PAID, HOUSEHOLDS, HOUSEHOLDS * GRANT_FEN) == (
        card.line.state,
        card.line.paid_people,
        card.line.paid_fen,
    )
    assert (5_000_000 - HOUSEHOLDS * GRANT_FEN, 0) == lists.balance(union)
    assert HOUSEHOLDS == lists.count(union, lists.PAYMENTS)
    assert HOUSEHOLDS == lists.count(union, lists.ENTRIES, lists.ENTRIES.c.kind == "PAYMENT")
    followups = table_of(Followup)
    assert HOUSEHOLDS == lists.count(
        union, followups, followups.c.kind == "revisit", followups.c.state == "OPEN"
    )
    assert [] == lists.faults(union)


def test_the_progress_can_be_read_at_any_time(union: Database) -> None:
    lists.confirmed(union)
    seen = []
    while union.transact(paying.pay_next, (), []):
        seen.append(lists.card(union).line.paid_people)
    assert [2, 4, 6, 7] == seen


def test_everybody_concerned_is_told_once_at_the_end(union: Database) -> None:
    lists.confirmed(union)
    lists.work(union)
    assert {WANG, CHEN, QIAN, lists.ZHOU, lists.HE} == lists.told(union, "batch_paid")
    asked = select(lists.BULLETINS.c.person_id, lists.BULLETINS.c.details).where(
        lists.BULLETINS.c.slug == "batch_households"
    )
    rows = union.transact(lambda tx: tx.connection.execute(asked).all())
    assert [(ZHANG, HOUSEHOLDS)] == [(row.person_id, row.details["count"]) for row in rows]


def test_whoever_has_the_grant_of_the_year_does_not_need_it_again(union: Database) -> None:
    def need(tx: Transaction) -> needs.Need:
        person = people.get(tx, WANG)
        return needs.need(tx, person, AidKind.SPRING, standard_book.book(tx, person, lists.YEAR))

    before = union.transact(need)
    assert (0, before.sum_fen) == (before.had, before.left_fen)
    lists.confirmed(union)
    promised = union.transact(need)
    lists.work(union)
    after = union.transact(need)
    assert (before.people, 0, 0) == (promised.had, promised.left_fen, promised.lacks_fen)
    assert (before.sum_fen, before.people, 0) == (after.sum_fen, after.had, after.left_fen)


def test_one_of_a_list_tells_of_its_own_payment_and_of_the_approvals_that_the_list_needed(
    union: Database,
) -> None:
    lists.confirmed(union)
    lists.work(union)
    first = lists.items(union)[0]
    card = union.transact(lambda tx: aid_views.card(tx, people.get(tx, WANG), first.aid_id))
    assert [GRANT_FEN] == [one.amount_fen for one in card.steps if one.act == AidAct.PAID]
    assert lists.card(union).approvals_needed == card.approvals_needed
