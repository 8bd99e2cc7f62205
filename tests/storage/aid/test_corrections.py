"""A payment entered wrong is entered anew; what was paid and what came in is found again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from storage import errors
from storage.aid_codes import AidState, IncomeKind, PaymentState, PayMethod
from storage.booking import income, income_list
from storage.codes import Role
from storage.money import fund, ledger
from storage.paying import corrections, paid_list, paying_together, payment_rows, payments
from tests.storage import casework
from tests.storage.aid import asking
from tests.storage.aid.asking import ELSEWHERE, ZHOU, who
from tests.storage.aid.deciding import (
    acts,
    approve,
    approved,
    figures,
    paid,
    pay,
    refusal,
    reviewed,
    row,
    state,
)
from tests.storage.casework import CHEN, QIAN, SUN, WANG, ZHANG

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from storage.paying.payment_rows import PaymentView
    from tests.clock import FakeClock

TODAY = asking.TODAY


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(asking.found)


def correct(
    tx: Transaction,
    payment_id: str = "p-a1",
    *,
    new_id: str = "p2",
    voucher: str | None = "2017-000008",
    on: date = TODAY,
    method: PayMethod | None = PayMethod.TRANSFER,
    number: int = QIAN,
) -> PaymentView:
    return corrections.correct(
        tx,
        who(tx, number),
        payment_id,
        new_id=new_id,
        method=method,
        voucher_no=voucher,
        paid_on=on,
        reason="更正",
    )


def entries(tx: Transaction) -> list[tuple[str, int, str | None]]:
    """The ledger since the opening."""
    found = tx.connection.execute(ledger.entries.select().order_by(ledger.entries.c.id)).all()
    return [(row.kind, row.amount_fen, row.voucher_no) for row in found[1:]]


def sound(database: Database) -> bool:
    return [] == database.transact(fund.check)


def test_a_wrong_voucher_is_a_reversal_and_a_new_entry_and_every_sum_stays(database: Database) -> None:
    database.transact(paid)
    before = database.view(figures)
    view = database.transact(correct)
    assert ("p2", "2017-000008", PaymentState.PAID) == (view.id, view.voucher_no, view.state)
    assert [
        ("PAYMENT", -200_000, "2017-000007"),
        ("REVERSAL", 200_000, None),
        ("PAYMENT", -200_000, "2017-000008"),
    ] == database.view(entries)
    assert before == database.view(figures)
    assert AidState.PAID == database.view(state)
    assert ["PAID", "CORRECTED"] == database.view(acts)[-2:]
    assert sound(database)


def test_the_same_correction_once_more_changes_nothing(database: Database) -> None:
    database.transact(paid)
    first = database.transact(correct)
    assert first == database.transact(correct)
    assert 3 == len(database.view(entries))
    assert 1 == database.view(acts).count("CORRECTED")


def test_a_day_in_another_year_moves_between_the_budgets_and_the_households_years(
    database: Database, clock: FakeClock
) -> None:
    database.transact(approved)
    clock.advance(days=130)
    database.transact(lambda tx: pay(tx, payment_id="p-a1", on=tx.today))
    view = database.transact(lambda tx: correct(tx, on=date(2017, 12, 29)))
    assert date(2017, 12, 29) == view.paid_on == database.view(row).paid_on
    had = [database.view(fund.household_year, asking.HOME, year).paid_fen for year in (2017, 2018)]
    assert [200_000, 0] == had
    assert sound(database)


def test_a_wrong_way_moves_no_money(database: Database) -> None:
    database.transact(paid)
    view = database.transact(lambda tx: correct(tx, voucher="2017-000007", method=PayMethod.CASH))
    assert ("p-a1", PayMethod.CASH) == (view.id, view.method)
    assert 1 == len(database.view(entries))
    assert "CORRECTED" == database.view(acts)[-1]


def test_nothing_wrong_is_no_correction(database: Database) -> None:
    database.transact(paid)
    database.transact(lambda tx: correct(tx, voucher="2017-000007"))
    assert "CORRECTED" not in database.view(acts)


def test_a_part_that_was_paid_is_corrected_while_the_rest_waits(database: Database) -> None:
    database.transact(approved)
    database.transact(lambda tx: pay(tx, payment_id="p-a1", fen=50_000))
    database.transact(correct)
    assert (AidState.APPROVED, 50_000) == (database.view(state), database.view(row).paid_fen)
    assert 150_000 == database.view(figures)[1]
    assert sound(database)


def test_a_corrected_payment_can_be_taken_back_like_any_other(database: Database) -> None:
    database.transact(paid)
    database.transact(correct)
    database.transact(lambda tx: payments.reverse(tx, who(tx, QIAN), "a1", "发错人了", tx.today))
    assert AidState.REVERSED == database.view(state)
    assert (5_000_000, 0) == database.view(figures)[:2]
    assert sound(database)


def test_its_receipts_stay_with_it(database: Database) -> None:
    database.transact(paid)
    photo = {"file_id": "f1", "unique_id": "u1"}
    database.transact(lambda tx: payments.add_receipt(tx, who(tx, QIAN), "p-a1", photo))
    assert (photo,) == database.transact(correct).receipts


@pytest.mark.parametrize("number", [ZHANG, WANG, CHEN, SUN])
def test_only_a_treasurer_corrects(database: Database, number: int) -> None:
    database.transact(paid)
    assert errors.NotAllowed.slug == refusal(database, correct, number=number)


def test_what_stands_no_more_is_not_corrected(database: Database) -> None:
    database.transact(paid)
    database.transact(lambda tx: payments.fail(tx, who(tx, QIAN), payment_id="p-a1", reason="退票"))
    assert "aid_moved" == refusal(database, correct)


def test_a_day_to_come_or_before_the_approval_is_none(database: Database) -> None:
    database.transact(paid)
    assert "date_in_future" == refusal(database, correct, on=TODAY + timedelta(days=1))
    assert "day_too_early" == refusal(database, correct, on=TODAY - timedelta(days=1))
    assert sound(database)


def test_a_payment_that_is_not_there_is_not_found(database: Database) -> None:
    assert "not_found" == refusal(database, correct, payment_id="none")


def test_the_last_payments_come_newest_first_and_within_the_scope(
    database: Database, clock: FakeClock
) -> None:
    database.transact(paid)
    clock.advance(days=3)
    database.transact(reviewed_elsewhere)
    found = database.view(recent, QIAN, TODAY)
    assert ["p-a2", "p-a1"] == [one.id for one in found]
    assert [0, 0] == [one.left_fen for one in found]
    assert ["p-a2"] == [one.id for one in database.view(recent, QIAN, TODAY + timedelta(days=1))]
    assert ["p-a1"] == [one.id for one in database.view(recent, ZHANG, TODAY)]


def reviewed_elsewhere(tx: Transaction) -> None:
    """Aid for the other branch, paid."""
    asking.ask(tx, WANG, "a2", ELSEWHERE)
    approve(tx, aid_id="a2")
    pay(tx, "a2", payment_id="p-a2", voucher=None)


def recent(tx: Transaction, number: int, since: date) -> list[paid_list.PaidLine]:
    return paid_list.recent(tx, who(tx, number), since, 10)


def test_a_payment_of_another_branch_is_not_found(database: Database) -> None:
    database.transact(reviewed_elsewhere)
    with pytest.raises(errors.NotFound):
        database.view(lambda tx: paid_list.one(tx, who(tx, ZHANG), "p-a2"))
    assert "p-a2" == database.view(lambda tx: paid_list.one(tx, who(tx, QIAN), "p-a2")).id


def test_the_list_is_parted_by_who_may_pay(database: Database) -> None:
    database.transact(lambda tx: asking.also(tx, ZHOU, casework.ROOT, Role.TREASURER))
    database.transact(approved)
    database.transact(reviewed, "a2")
    database.transact(lambda tx: approve(tx, ZHOU, "a2"))
    for number, own, others in ((QIAN, ["a1", "a2"], []), (ZHOU, ["a1"], ["a2"])):
        found = database.view(parted, number, 10)
        assert (own, others) == ([one.id for one in found.own], [one.id for one in found.of_others])
        assert not found.has_more
    assert database.view(parted, QIAN, 1).has_more


def parted(tx: Transaction, number: int, limit: int) -> paying_together.Together:
    return paying_together.parted(tx, who(tx, number), limit)


def test_incomes_come_newest_first_and_say_how_they_were_taken_back(database: Database) -> None:
    entry_id = database.transact(
        lambda tx: income.record(
            tx,
            who(tx, QIAN),
            request_id="r1",
            income_kind=IncomeKind.INTEREST,
            amount_fen=1_234,
            happened_on=TODAY,
        )
    )
    assert entry_id == database.view(lambda tx: income_list.entered(tx, who(tx, QIAN), "r1"))
    assert database.view(lambda tx: income_list.entered(tx, who(tx, QIAN), "r2")) is None
    database.transact(lambda tx: income.reverse_entry(tx, who(tx, QIAN), entry_id, "记错了"))
    newest, opening = database.view(lambda tx: income_list.recent(tx, who(tx, QIAN), 10))
    assert (entry_id, TODAY, "记错了") == (newest.id, newest.reversed_on, newest.reversed_because)
    assert (5_000_000, None) == (opening.amount_fen, opening.reversed_on)


def test_a_payment_is_no_income(database: Database) -> None:
    database.transact(paid)
    entry_id = database.view(payment_rows.of_aid, "a1")[0].entry_id or 0
    with pytest.raises(errors.NotFound):
        database.view(lambda tx: income_list.one(tx, who(tx, QIAN), entry_id))
