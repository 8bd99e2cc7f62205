"""What comes in is recorded by the treasurer, once, and taken back unless it is promised or spent."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from storage.aid_codes import IncomeKind
from storage.booking import income, vouchers
from storage.codes import Role
from storage.money import fund
from tests.storage import casework
from tests.storage.aid import asking
from tests.storage.aid.asking import TODAY, WU, ZHOU, who
from tests.storage.aid.deciding import approve, approved, figures, pay, refusal, reviewed
from tests.storage.casework import BRANCH, CHEN, QIAN, ROOT, WANG

if TYPE_CHECKING:
    from storage.database import Database, Transaction


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(asking.found)


def record(
    tx: Transaction,
    fen: int = 100_000,
    *,
    request_id: str = "r1",
    number: int = QIAN,
    on: date = TODAY,
    note: str | None = "职工捐款",
) -> int:
    return income.record(
        tx,
        who(tx, number),
        request_id=request_id,
        income_kind=IncomeKind.DONATION,
        amount_fen=fen,
        happened_on=on,
        voucher_no="2017-000041",
        note=note,
    )


def reverse(tx: Transaction, entry_id: int, reason: str = "记重了", number: int = QIAN) -> int:
    return income.reverse_entry(tx, who(tx, number), entry_id, reason)


def test_an_income_is_in_the_fund_once(database: Database) -> None:
    first = database.transact(record)
    assert first == database.transact(record)
    assert first == database.transact(record, 7)
    assert 5_100_000 == database.view(figures)[0]
    assert "2017-000042" == database.view(vouchers.next_of, ROOT, TODAY)
    assert [] == database.transact(fund.check)


def test_an_income_is_taken_back_once(database: Database) -> None:
    entry = database.transact(record)
    back = database.transact(reverse, entry)
    assert back == database.transact(reverse, entry, "")
    assert (5_000_000, "not_reversible") == (
        database.view(figures)[0],
        refusal(database, reverse, back),
    )
    assert [] == database.transact(fund.check)


def test_promised_money_stays_in_the_fund(database: Database) -> None:
    entry = database.transact(record, 2_000_000)
    database.transact(reviewed, "a1", 4_000_000, kind="STUDY")
    for chair in (CHEN, ZHOU, WU):
        database.transact(approve, chair)
    database.transact(reverse, entry)
    opening = entry - 1
    assert "promised_money" == refusal(database, reverse, opening)
    database.transact(pay)
    assert "overdrawn" == refusal(database, reverse, opening)


def test_a_payment_is_not_taken_back_as_an_income(database: Database) -> None:
    database.transact(approved)
    entry = database.transact(pay).entry_id
    assert "not_reversible" == refusal(database, reverse, entry)


def test_what_cannot_be_recorded(database: Database) -> None:
    for fen in (0, -1, 10**12):
        assert "bad_sum" == refusal(database, record, fen)
    assert "date_in_future" == refusal(database, record, on=date(2017, 9, 5))
    assert "bad_reason" == refusal(database, record, note="长" * 201)
    assert "reason_missing" == refusal(database, reverse, database.transact(record), "  ")
    database.transact(approved)
    database.transact(pay)
    assert "not_found" == refusal(database, record, request_id="payment:p1")


def test_whose_office_it_is_not_records_nothing(database: Database) -> None:
    entry = database.transact(record)
    for number in (WANG, CHEN, casework.SUN):
        assert "not_allowed" == refusal(database, record, request_id="r2", number=number)
        assert "not_allowed" == refusal(database, reverse, entry, number=number)
    # A branch's treasurer pays there, and has no fund of their own.
    database.transact(casework.person, 20, "分会会计", BRANCH, Role.TREASURER)
    assert "not_allowed" == refusal(database, record, request_id="r2", number=20)
    assert "not_found" == refusal(database, reverse, 9_999)
