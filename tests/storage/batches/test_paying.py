"""A list is paid once: killed in between, by two beats at once, past whoever may not have it any more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, insert, select, update

from storage import aid_refusals, errors
from storage.aid_codes import AidKind, AidState, BatchState, PayMethod
from storage.batches import batches, building, paying
from storage.casebook import aid_views
from storage.codes import Role
from storage.columns import table_of
from storage.money import fund
from storage.paying import payments, waiving
from storage.tables.fund import FundBalance
from storage.tables.people import RoleRow
from tests.storage import casework
from tests.storage.batches import lists
from tests.storage.batches.lists import GRANT_FEN, LIST, QIAN, ROOT, TODAY, WANG, YEAR
from tests.storage.casework import CHEN, LI

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database, Transaction
    from tests.clock import FakeClock

PEOPLE = 5


@pytest.fixture
def union(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Five households, paid two at a time."""
    monkeypatch.setattr(paying, "AT_ONCE", 2)
    database.transact(lists.found, PEOPLE)
    return database


def paid_once(database: Database) -> None:
    """Everybody has one payment and one entry, and every sum agrees."""
    assert PEOPLE == lists.count(database, lists.PAYMENTS)
    assert PEOPLE == lists.count(database, lists.ENTRIES, lists.ENTRIES.c.kind == "PAYMENT")
    assert (5_000_000 - PEOPLE * GRANT_FEN, 0) == lists.balance(database)
    assert [] == lists.faults(database)


# --- who confirms ---


def test_confirmed_twice_it_is_paid_once(union: Database) -> None:
    lists.confirmed(union)
    assert BatchState.PAYING == lists.pay(union).line.state
    lists.work(union)
    assert BatchState.PAID == lists.pay(union).line.state
    assert 0 == lists.work(union)
    paid_once(union)


@pytest.mark.parametrize("person_id", [WANG, CHEN, casework.SUN])
def test_only_a_treasurer_confirms(union: Database, person_id: int) -> None:
    lists.approved(union)
    with pytest.raises(errors.NotAllowed):
        lists.pay(union, person_id=person_id)


@pytest.mark.parametrize(
    ("person_id", "refusal"), [(WANG, aid_refusals.OwnProposal), (CHEN, aid_refusals.OwnApproval)]
)
def test_nobody_pays_what_they_made_or_approved_through_a_second_role(
    union: Database, person_id: int, refusal: type[Exception]
) -> None:
    role = {"person_id": person_id, "role": Role.TREASURER, "union_id": ROOT}
    union.transact(lambda tx: tx.connection.execute(insert(table_of(RoleRow)).values(**role)))
    lists.approved(union)
    assert "pay" not in lists.card(union, person_id=person_id).may
    with pytest.raises(refusal):
        lists.pay(union, person_id=person_id)


def test_where_nobody_may_pay_whoever_can_change_that_is_told(union: Database) -> None:
    roles = table_of(RoleRow)
    only = [roles.c.role == Role.TREASURER]
    union.transact(lambda tx: tx.connection.execute(update(roles).where(*only).values(person_id=CHEN)))
    lists.approved(union)
    assert set() == lists.told(union, "batch_to_pay")
    assert {WANG} == lists.told(union, "batch_no_payer")


def test_before_all_have_approved_nothing_is_paid(union: Database) -> None:
    revision = lists.submitted(union).line.revision
    lists.act(union, CHEN, "approve", LIST, revision)
    with pytest.raises((aid_refusals.BatchNotReady, errors.NotFound)):
        lists.pay(union)
    assert 0 == lists.work(union)


@pytest.mark.parametrize(("days", "refusal"), [(1, errors.DateInFuture), (-1, aid_refusals.DayTooEarly)])
def test_it_is_paid_between_its_approval_and_today(
    union: Database, days: int, refusal: type[Exception]
) -> None:
    lists.approved(union)
    with pytest.raises(refusal):
        lists.pay(union, paid_on=TODAY + timedelta(days=days))


def test_one_of_a_list_is_not_paid_by_itself_while_the_list_is_to_be_paid(union: Database) -> None:
    lists.approved(union)
    with pytest.raises(aid_refusals.BatchNotReady):
        _alone(union, lists.items(union)[0].aid_id)


# --- killed in between ---


@pytest.mark.parametrize("after", [0, 1, 2])
def test_killed_in_the_middle_of_a_chunk_nothing_of_it_is_kept_and_the_next_beat_goes_on(
    union: Database, after: int
) -> None:
    lists.confirmed(union)
    for _ in range(after):
        union.transact(batches.work)

    def killed(tx: Transaction) -> None:
        batches.work(tx)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        union.transact(killed)
    assert 2 * after == lists.card(union).line.paid_people
    assert [] == lists.faults(union)
    lists.work(union)
    paid_once(union)


def test_paid_by_two_beats_at_once_nobody_is_paid_twice(
    union: Database, open_again: Callable[[], Database]
) -> None:
    lists.confirmed(union)
    beats = [union, open_again()]
    barrier = Barrier(len(beats))

    def beat(database: Database) -> None:
        barrier.wait()
        while database.transact(batches.work):
            pass

    with ThreadPoolExecutor(len(beats)) as pool:
        list(pool.map(beat, beats))
    assert BatchState.PAID == lists.card(union).line.state
    paid_once(union)


def test_made_by_two_beats_at_once_nobody_stands_on_it_twice(
    union: Database, open_again: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "AT_ONCE", 1)
    union.transact(lists.begin)
    beats = [union, open_again()]
    barrier = Barrier(len(beats))

    def beat(database: Database) -> None:
        barrier.wait()
        while database.transact(batches.work):
            pass

    with ThreadPoolExecutor(len(beats)) as pool:
        list(pool.map(beat, beats))
    lists.work(union)
    assert (BatchState.DRAFT, PEOPLE) == (lists.card(union).line.state, lists.card(union).line.people)
    assert PEOPLE == lists.count(union, lists.AID)


# --- who may not be paid any more ---


def test_a_household_closed_after_the_approval_is_held_and_listed(union: Database) -> None:
    lists.approved(union)
    lists.change(union, 3, state="CLOSED", closed_on=TODAY)
    lists.pay(union)
    lists.work(union)
    card = lists.card(union)
    assert (BatchState.PAID, PEOPLE - 1, 1) == (card.line.state, card.line.paid_people, card.held)
    assert [("户3", ("file_not_active",), AidState.APPROVED)] == [
        (one.household_name, one.guards, one.state) for one in lists.items(union, "held")
    ]
    assert (5_000_000 - (PEOPLE - 1) * GRANT_FEN, GRANT_FEN) == lists.balance(union)
    assert {WANG, CHEN, QIAN, lists.ZHOU, lists.HE} == lists.told(union, "batch_paid_but")
    assert [] == lists.faults(union)


def test_whoever_is_held_keeps_the_mark_for_which_a_reason_was_given(union: Database) -> None:
    lists.change(union, 3, last_visit_on=None)
    lists.approved(union, reason="春节前统一走访")
    lists.change(union, 3, state="CLOSED", closed_on=TODAY)
    lists.pay(union)
    lists.work(union)
    (held,) = lists.items(union, "held")
    assert ("file_not_active", "no_recent_visit") == held.guards
    officer = union.view(casework.get, WANG)
    steps = union.transact(aid_views.card, officer, held.aid_id).steps
    assert "no_recent_visit" in {one.guard for one in steps}


def test_a_household_paid_another_way_after_the_approval_is_held(union: Database) -> None:
    lists.approved(union)
    union.transact(lambda tx: _given_elsewhere(tx, 2))
    lists.pay(union)
    lists.work(union)
    assert [("户2", ("once_a_year",))] == [
        (one.household_name, one.guards) for one in lists.items(union, "held")
    ]


def test_whoever_was_held_is_paid_by_themselves_afterwards_and_counted(union: Database) -> None:
    lists.approved(union)
    lists.change(union, 3, state="CLOSED", closed_on=TODAY)
    lists.pay(union)
    lists.work(union)
    _alone(union, lists.items(union, "held")[0].aid_id)
    card = lists.card(union)
    assert (PEOPLE, 0) == (card.line.paid_people, card.held)
    paid_once(union)


def test_whoever_was_held_can_be_taken_back_and_the_money_is_free(union: Database) -> None:
    lists.approved(union)
    lists.change(union, 3, state="CLOSED", closed_on=TODAY)
    lists.pay(union)
    lists.work(union)
    held = lists.items(union, "held")[0].aid_id
    union.transact(lambda tx: payments.reverse(tx, casework.get(tx, QIAN), held, "已去世", TODAY))
    assert (5_000_000 - (PEOPLE - 1) * GRANT_FEN, 0) == lists.balance(union)
    assert 0 == lists.card(union).held
    assert [] == lists.faults(union)


def test_without_enough_money_whoever_it_does_not_reach_is_held(union: Database) -> None:
    lists.confirmed(union)
    kept = table_of(FundBalance)
    union.transact(lambda tx: tx.connection.execute(update(kept).values(balance_fen=3 * GRANT_FEN)))
    lists.work(union)
    card = lists.card(union)
    assert (BatchState.PAID, 3, 2) == (card.line.state, card.line.paid_people, card.held)
    assert {("over_balance",)} == {one.guards for one in lists.items(union, "held")}


def test_a_payment_that_came_back_is_out_of_the_lists_figures_and_paid_anew(union: Database) -> None:
    lists.confirmed(union)
    lists.work(union)
    item = lists.items(union)[0].aid_id
    union.transact(lambda tx: payments.fail(tx, casework.get(tx, QIAN), payment_id=item, reason="卡号有误"))
    assert (PEOPLE - 1, 1) == (lists.card(union).line.paid_people, lists.card(union).held)
    _alone(union, item)
    assert PEOPLE == lists.card(union).line.paid_people
    assert [] == lists.faults(union)


def test_the_rest_of_one_that_was_paid_in_part_by_itself_is_off_the_lists_sum(union: Database) -> None:
    lists.confirmed(union)
    lists.work(union)
    item = lists.items(union)[0].aid_id
    union.transact(lambda tx: payments.fail(tx, casework.get(tx, QIAN), payment_id=item, reason="卡号有误"))
    _alone(union, item, amount_fen=100_000)
    union.transact(lambda tx: waiving.waive(tx, casework.get(tx, QIAN), item, GRANT_FEN - 100_000, "够了"))
    line = lists.card(union).line
    assert (PEOPLE, PEOPLE * GRANT_FEN - 50_000) == (line.paid_people, line.sum_fen)
    assert line.sum_fen == line.paid_fen
    assert [] == lists.faults(union)


def test_the_rest_of_one_of_a_list_is_not_given_up_while_the_list_is_to_be_paid(union: Database) -> None:
    lists.approved(union)
    item = lists.items(union)[0].aid_id
    for _ in range(2):
        with pytest.raises(aid_refusals.BatchNotReady):
            union.transact(
                lambda tx: waiving.waive(tx, casework.get(tx, QIAN), item, GRANT_FEN, "不要了"),
            )
        if lists.card(union).line.state == BatchState.APPROVED:
            lists.pay(union)
    assert [] == lists.faults(union)


# --- what else follows ---


def test_paid_in_the_year_after_it_counts_in_that_years_budget(union: Database, clock: FakeClock) -> None:
    lists.approved(union)
    clock.advance(days=150)
    lists.pay(union, paid_on=date(2018, 1, 20))
    lists.work(union)
    years = lists.YEARS
    rows = union.transact(
        lambda tx: tx.connection.execute(
            select(years.c.year, years.c.payments, years.c.reserved_fen).where(years.c.household_id == 1)
        ).all()
    )
    assert {(2017, 0, 0), (2018, 1, 0)} == {tuple(row) for row in rows}
    assert [] == lists.faults(union)


def test_next_years_list_is_paid_this_year_only_as_far_as_this_years_budget_holds_it(
    database: Database, clock: FakeClock
) -> None:
    database.transact(lists.found, budget_fen=3 * GRANT_FEN - 1)
    lists.approved(database, year=YEAR + 1)
    with pytest.raises(aid_refusals.OverBudget) as refused:
        lists.pay(database)
    assert 3 * GRANT_FEN - 1 == refused.value.details["left_fen"]
    assert (5_000_000, 3 * GRANT_FEN) == lists.balance(database)
    clock.advance(days=120)
    lists.pay(database, paid_on=date(YEAR + 1, 1, 2))
    lists.work(database)
    assert (5_000_000 - 3 * GRANT_FEN, 0) == lists.balance(database)
    assert [] == lists.faults(database)


def test_next_years_list_that_this_years_budget_holds_is_paid_before_the_year_begins(
    database: Database,
) -> None:
    database.transact(lists.found, budget_fen=3 * GRANT_FEN)
    lists.approved(database, year=YEAR + 1)
    lists.pay(database)
    lists.work(database)
    figures = database.transact(lambda tx: fund.balance(tx, ROOT, year=YEAR))
    assert (0, 0) == (figures.budget_left_fen, figures.reserved_fen)
    assert [] == lists.faults(database)


def test_money_from_elsewhere_has_payments_and_no_entries(union: Database) -> None:
    lists.confirmed(union, source="DONATION")
    lists.work(union)
    assert PEOPLE == lists.count(union, lists.PAYMENTS)
    assert 0 == lists.count(union, lists.ENTRIES, lists.ENTRIES.c.kind == "PAYMENT")
    assert [] == lists.faults(union)


def test_things_of_no_value_are_recorded_as_well(union: Database) -> None:
    lists.confirmed(union, kind=AidKind.COOL, amount_fen=0)
    lists.work(union)
    assert PEOPLE == lists.card(union).line.paid_people
    assert 0 == lists.count(union, lists.ENTRIES, lists.ENTRIES.c.kind == "PAYMENT")
    assert [] == lists.faults(union)


def test_each_cadre_is_told_of_their_own_number_alone(union: Database) -> None:
    for household_id in (4, 5):
        lists.change(union, household_id, liaison_id=LI)
    lists.confirmed(union)
    lists.work(union)
    asked = select(lists.BULLETINS.c.person_id, lists.BULLETINS.c.details).where(
        lists.BULLETINS.c.slug == "batch_households"
    )
    rows = union.transact(lambda tx: tx.connection.execute(asked).all())
    assert {casework.ZHANG: 3, LI: 2} == {row.person_id: row.details["count"] for row in rows}


def test_the_budgets_alarm_rings_when_a_list_uses_it_up(database: Database) -> None:
    database.transact(lists.found, PEOPLE, budget_fen=PEOPLE * GRANT_FEN)
    lists.confirmed(database)
    lists.work(database)
    assert {WANG, CHEN, lists.ZHOU, lists.HE, QIAN} == lists.told(database, "budget_alarm_full")


def test_statements_do_not_grow_with_those_who_are_paid(sqlite_database: Database) -> None:
    sqlite_database.transact(lists.found, 3, budget_fen=100_000_000)
    lists.confirmed(sqlite_database)
    few = _statements(sqlite_database)
    sqlite_database.transact(_twenty_more)
    lists.confirmed(sqlite_database, "larger")
    assert few == _statements(sqlite_database)
    assert 20 == lists.card(sqlite_database, "larger").line.paid_people


def _twenty_more(tx: Transaction) -> None:
    for number in range(4, 24):
        casework.household(tx, number, name=f"户{number}", last_visit_on=TODAY)


def _statements(database: Database) -> int:
    seen: list[object] = []

    def count(*args: object) -> None:
        seen.append(args[2])

    event.listen(database.engine, "before_cursor_execute", count)
    assert database.transact(paying.pay_next, (), [])
    event.remove(database.engine, "before_cursor_execute", count)
    return len(seen)


def _given_elsewhere(tx: Transaction, household_id: int) -> None:
    casework.payment(tx, household_id, TODAY, kind=AidKind.SPRING, aid_id="elsewhere")


def _alone(database: Database, aid_id: str, amount_fen: int | None = None) -> None:
    """The treasurer pays one piece of aid by itself."""
    database.transact(
        lambda tx: payments.pay(
            tx,
            casework.get(tx, QIAN),
            payment_id=f"alone-{aid_id}",
            aid_id=aid_id,
            amount_fen=amount_fen,
            method=PayMethod.CASH,
            paid_on=TODAY,
        )
    )


def test_the_fund_knows_what_is_promised_at_every_moment(union: Database) -> None:
    lists.confirmed(union)
    while True:
        balance_fen, reserved_fen = lists.balance(union)
        paid_fen = lists.card(union).line.paid_fen
        assert (5_000_000 - paid_fen, PEOPLE * GRANT_FEN - paid_fen) == (balance_fen, reserved_fen)
        assert [] == union.transact(fund.check)
        if not union.transact(batches.work):
            return
