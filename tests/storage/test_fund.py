"""The fund: its figures follow from its entries, and it never gives what it has not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text, update

from storage import errors
from storage.aid_codes import AidKind, FundSource, IncomeKind
from storage.money import budget, fund, ledger
from tests.storage import paid, small_union
from tests.storage.small_union import BRANCH, ROOT
from tests.storage.tampering import unguard

if TYPE_CHECKING:
    from storage.database import Database, Transaction

DAY = date(2017, 3, 1)


def income(tx: Transaction, amount_fen: int, *, request_id: str = "income", day: date = DAY) -> int:
    return paid.record_income(
        tx,
        union_id=ROOT,
        income_kind=IncomeKind.ADMINISTRATION,
        amount_fen=amount_fen,
        happened_on=day,
        request_id=request_id,
    )


def pay(
    tx: Transaction,
    amount_fen: int,
    *,
    aid_id: str = "payment",
    kind: AidKind = AidKind.LIVING,
    source: FundSource = FundSource.COMPANY,
    day: date = DAY,
    household_id: int = 1,
) -> str:
    return paid.record(
        tx,
        aid_id=aid_id,
        household_id=household_id,
        kind=kind,
        source=source,
        amount_fen=amount_fen,
        paid_on=day,
    )


def take_back(tx: Transaction, entry_id: int, request_id: str) -> int:
    return fund.reverse(tx, entry_id, happened_on=DAY, request_id=request_id, note="typed twice")


@pytest.fixture
def union(database: Database) -> Database:
    database.transact(small_union.found)
    return database


def test_the_balance_is_income_less_what_was_paid(union: Database) -> None:
    union.transact(income, 1_000_00)
    union.transact(pay, 300_00)
    assert 700_00 == union.transact(fund.balance, BRANCH).balance_fen


def test_an_income_recorded_twice_under_one_request_is_one_income(union: Database) -> None:
    first = union.transact(income, 1_000_00)
    assert first == union.transact(income, 1_000_00)
    assert 1_000_00 == union.transact(fund.balance, ROOT).balance_fen


def test_a_payment_recorded_twice_is_one_payment(union: Database) -> None:
    union.transact(income, 1_000_00)
    first = union.transact(pay, 300_00)
    assert first == union.transact(pay, 300_00)
    assert 700_00 == union.transact(fund.balance, ROOT).balance_fen
    assert 300_00 == union.transact(fund.household_year, 1, 2017).paid_fen


def test_more_than_the_fund_holds_is_refused_and_leaves_nothing(union: Database) -> None:
    union.transact(income, 300_00)
    with pytest.raises(errors.Overdrawn) as refusal:
        union.transact(pay, 300_01)
    assert {"balance_fen": 300_00, "amount_fen": 300_01} == refusal.value.details
    assert 0 == union.transact(fund.household_year, 1, 2017).paid_fen
    assert [] == union.transact(fund.check)


def test_a_payment_of_other_money_counts_for_the_household_and_leaves_the_fund_alone(union: Database) -> None:
    union.transact(income, 1_000_00)
    union.transact(pay, 5_000_00, source=FundSource.CITY_UNION)
    assert 1_000_00 == union.transact(fund.balance, ROOT).balance_fen
    assert 5_000_00 == union.transact(fund.household_year, 1, 2017).paid_fen


def test_nothing_is_recorded_for_a_day_to_come(union: Database) -> None:
    with pytest.raises(errors.DateInFuture):
        union.transact(income, 1_000_00, day=date(2017, 9, 5))
    with pytest.raises(errors.DateInFuture):
        union.transact(pay, 1_000_00, day=date(2017, 9, 5))


def test_payments_are_numbered_by_the_year_they_were_paid_in(union: Database) -> None:
    source = FundSource.GROUP
    assert "BF-2017-000001" == union.transact(pay, 1, aid_id="a", source=source)
    assert "BF-2016-000001" == union.transact(pay, 1, aid_id="b", source=source, day=date(2016, 5, 1))
    assert "BF-2017-000002" == union.transact(pay, 1, aid_id="c", source=source)


def test_available_is_bounded_by_the_budget_and_by_what_is_promised(union: Database) -> None:
    union.transact(income, 1_000_00)
    union.transact(pay, 100_00)
    assert 900_00 == union.transact(fund.balance, ROOT).available_fen
    union.transact(budget.set_budget, union_id=ROOT, year=2017, amount_fen=500_00)
    assert fund.FundFigures(900_00, 0, 400_00, 500_00, 100_00, 400_00) == union.transact(fund.balance, BRANCH)
    union.transact(promise, 150_00)
    assert 250_00 == union.transact(fund.balance, ROOT).available_fen
    union.transact(promise, 1_000_00)
    assert 0 == union.transact(fund.balance, ROOT).available_fen


def promise(tx: Transaction, amount_fen: int) -> None:
    tx.connection.execute(update(ledger.balances).values(reserved_fen=amount_fen))


def test_a_year_without_a_budget_has_no_budget_figures(union: Database) -> None:
    union.transact(income, 1_000_00)
    figures = union.transact(fund.balance, ROOT, year=2016)
    assert fund.FundFigures(1_000_00, 0, 1_000_00, None, None, None) == figures


def test_a_past_day_is_answered_from_the_entries_up_to_it(union: Database) -> None:
    union.transact(budget.set_budget, union_id=ROOT, year=2017, amount_fen=5_000_00)
    union.transact(income, 1_000_00, day=date(2017, 1, 3))
    union.transact(pay, 300_00, aid_id="a", day=date(2017, 2, 1))
    union.transact(pay, 200_00, aid_id="b", day=date(2017, 4, 1))
    figures = union.transact(fund.balance, ROOT, as_of=date(2017, 3, 31))
    assert fund.FundFigures(700_00, 0, 700_00, 5_000_00, 300_00, 4_700_00) == figures
    household = union.transact(fund.household_year, 1, 2017, as_of=date(2017, 3, 31))
    assert fund.HouseholdFigures(300_00, 9_700_00, 0, (("LIVING", 1, 300_00),)) == household


def test_a_payment_taken_back_is_as_if_it_had_not_been(union: Database) -> None:
    union.transact(budget.set_budget, union_id=ROOT, year=2017, amount_fen=5_000_00)
    union.transact(income, 1_000_00)
    before = union.transact(fund.balance, ROOT), union.transact(fund.household_year, 1, 2017)
    union.transact(pay, 300_00)
    for _ in range(2):
        union.transact(
            paid.take_back,
            "payment",
            happened_on=date(2017, 9, 1),
            reason="paid to another household",
        )
    assert before == (union.transact(fund.balance, ROOT), union.transact(fund.household_year, 1, 2017))
    assert [300_00, -300_00, 1_000_00] == [
        line.amount_fen for line in union.transact(fund.last_entries, BRANCH)
    ]
    assert [] == union.transact(fund.check)


def test_a_reversal_or_what_it_took_back_cannot_be_reversed_again(union: Database) -> None:
    entry_id = union.transact(income, 1_000_00)
    reversal_id = union.transact(take_back, entry_id, "r1")
    assert reversal_id == union.transact(take_back, entry_id, "r1")
    for known in (entry_id, reversal_id):
        with pytest.raises(errors.NotReversible):
            union.transact(take_back, known, "r2")
    with pytest.raises(errors.NotFound):
        union.transact(take_back, 12345, "r3")
    assert 0 == union.transact(fund.balance, ROOT).balance_fen


def test_an_income_that_is_spent_cannot_be_taken_back(union: Database) -> None:
    entry_id = union.transact(income, 1_000_00)
    union.transact(pay, 300_00)
    with pytest.raises(errors.Overdrawn):
        union.transact(take_back, entry_id, "r1")


def test_the_budget_counts_what_was_paid_before_it_was_set(union: Database) -> None:
    union.transact(income, 1_000_00)
    union.transact(pay, 300_00)
    union.transact(budget.set_budget, union_id=ROOT, year=2017, amount_fen=5_000_00)
    union.transact(budget.set_budget, union_id=ROOT, year=2017, amount_fen=400_00)
    assert 100_00 == union.transact(fund.balance, ROOT).budget_left_fen


def test_the_most_a_household_can_be_given_is_bounded_by_band_cap_and_fund(union: Database) -> None:
    union.transact(income, 20_000_00)
    assert 5_000_00 == union.transact(fund.household_year, 1, 2017).most_fen
    union.transact(pay, 5_000_00, aid_id="a")
    union.transact(pay, 3_500_00, aid_id="b")
    union.transact(pay, 9_000_00, aid_id="c", source=FundSource.GROUP)
    union.transact(pay, 1_500_00, aid_id="d", kind=AidKind.SPRING)
    figures = union.transact(fund.household_year, 1, 2017)
    by_kind = (("SPRING", 1, 1_500_00), ("LIVING", 3, 17_500_00))
    assert fund.HouseholdFigures(19_000_00, 1_500_00, 1_500_00, by_kind) == figures
    union.transact(pay, 600_00, aid_id="e")
    figures = union.transact(fund.household_year, 1, 2017)
    assert (900_00, 0) == (figures.cap_room_fen, figures.most_fen)
    assert 10_000_00 == union.transact(fund.household_year, 1, 2016).cap_room_fen


def test_nothing_can_be_given_on_a_closed_file(union: Database) -> None:
    union.transact(income, 20_000_00)
    union.transact(small_union.household, 2, state="CLOSED", closed_on=date(2017, 2, 1))
    figures = union.transact(fund.household_year, 2, 2017)
    assert (10_000_00, 0) == (figures.cap_room_fen, figures.most_fen)


def test_the_figures_of_an_unknown_household_are_refused(union: Database) -> None:
    with pytest.raises(errors.NotFound):
        union.transact(fund.household_year, 99, 2017)


# A payment names its entry, and the database holds on to it: whoever cuts entries out cuts that first.
UNNAMED = "UPDATE payments SET entry_id = NULL"
TAMPERINGS = {
    "UPDATE ledger_entries SET amount_fen = 900000 WHERE kind = 'INCOME'": "ledger_entries",
    "UPDATE ledger_entries SET happened_on = '2017-02-02' WHERE kind = 'PAYMENT'": "ledger_entries",
    "DELETE FROM ledger_entries WHERE kind = 'PAYMENT'": "fund_balances 1 head",
    "DELETE FROM ledger_entries": "fund_balances 1 without entries",
    "DELETE FROM fund_balances": "fund_balances 1 missing",
    "UPDATE fund_balances SET balance_fen = 1": "fund_balances 1 balance_fen is 1, should be 70000",
    "UPDATE fund_balances SET reserved_fen = 1": "fund_balances 1 reserved_fen is 1, should be 0",
    "UPDATE budgets SET paid_fen = 0": "budgets 1/2017 paid_fen is 0, should be 30000",
    "UPDATE household_years SET paid_fen = 1": "household_years 1/2017/LIVING/COMPANY paid_fen is 1",
    "UPDATE household_years SET payments = 2": "household_years 1/2017/LIVING/COMPANY payments is 2",
    "DELETE FROM household_years": "household_years 1/2017/LIVING/COMPANY missing",
    "UPDATE household_years SET reserved_fen = 2": "household_years 1/2017/LIVING/COMPANY reserved_fen is 2",
    "UPDATE aid SET amount_fen = 40000": "aid BF-2017-000001 is PAID, and not paid in full",
    "UPDATE aid SET paid_fen = 1": "aid BF-2017-000001 paid_fen is 1, should be 30000",
    "UPDATE aid SET paid_on = '2017-03-02'": "aid BF-2017-000001 paid_on is 2017-03-02, should be 2017-03-01",
    "UPDATE aid SET state = 'APPROVED'": "aid BF-2017-000001 is APPROVED, and paid in full",
    "UPDATE aid SET state = 'REVERSED'": "aid BF-2017-000001 is REVERSED, and has a payment that stands",
    "UPDATE payments SET amount_fen = 29999": "payments payment is not what its entry says",
    "UPDATE payments SET state = 'REVERSED'": "payments payment is not what its entry says",
    "UPDATE payments SET state = 'FAILED'": "aid BF-2017-000001 in ledger is 30000, should be 0",
    UNNAMED: "payments payment is not what its entry says",
    "DELETE FROM payments": "ledger_entries 2 is of no payment",
    "UPDATE aid SET source = 'GROUP'": "aid BF-2017-000001 in ledger is 30000, should be 0",
}


def tamper(tx: Transaction, statement: str) -> None:
    unguard(tx, "ledger_entries")
    if statement.startswith("DELETE FROM ledger_entries"):
        tx.connection.execute(text(UNNAMED))
    tx.connection.execute(text(statement))


@pytest.mark.parametrize("statement", TAMPERINGS)
def test_the_check_names_what_was_tampered_with(union: Database, statement: str) -> None:
    union.transact(income, 1_000_00)
    union.transact(pay, 300_00)
    union.transact(budget.set_budget, union_id=ROOT, year=2017, amount_fen=5_000_00)
    assert [] == union.transact(fund.check)
    union.transact(tamper, statement)
    assert any(finding.startswith(TAMPERINGS[statement]) for finding in union.transact(fund.check))
