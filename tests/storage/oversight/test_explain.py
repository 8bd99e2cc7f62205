"""Every figure that is told can be taken apart down to its entries, and its parts add up to it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from storage import audit, errors
from storage.aid_codes import AidKind, FundSource, IncomeKind
from storage.members import people
from storage.money import budget, fund, ledger
from storage.oversight import explain
from storage.oversight.explain import Explanation, Figure
from tests.storage import casework, paid

if TYPE_CHECKING:
    from storage.database import Database, Transaction

HOUSEHOLD = 1
FUND = casework.ROOT


@pytest.fixture
def union(database: Database) -> Database:
    database.transact(casework.found)
    database.transact(lambda tx: casework.household(tx, HOUSEHOLD, union_id=casework.OTHER_BRANCH))
    database.transact(_a_year)
    return database


def _a_year(tx: Transaction) -> None:
    """10,000 yuan come, 3,000 and 1,000 are paid, the second is taken back, 2,000 of other money are paid."""
    budget.set_budget(tx, union_id=FUND, year=2017, amount_fen=800_000)
    paid.record_income(
        tx,
        union_id=FUND,
        income_kind=IncomeKind.UPPER,
        amount_fen=1_000_000,
        happened_on=date(2017, 1, 5),
        request_id="in",
        voucher_no="2017-000001",
    )
    pay(tx, "a", 300_000, date(2017, 3, 1))
    pay(tx, "b", 100_000, date(2017, 4, 1))
    pay(tx, "c", 200_000, date(2017, 5, 1), FundSource.CITY_UNION)
    paid.take_back(tx, "b", happened_on=date(2017, 6, 1), reason="twice")


def pay(tx: Transaction, aid_id: str, fen: int, on: date, source: FundSource = FundSource.COMPANY) -> None:
    paid.record(
        tx,
        aid_id=aid_id,
        household_id=HOUSEHOLD,
        kind=AidKind.LIVING,
        source=source,
        amount_fen=fen,
        paid_on=on,
    )


def promise(tx: Transaction) -> None:
    """Leave 'a' approved, with a part of it paid."""
    tx.connection.execute(
        update(fund.aid)
        .where(fund.aid.c.id == "c")
        .values(state="APPROVED", source="COMPANY", paid_on=None, paid_fen=50_000, for_year=2017)
    )
    tx.connection.execute(
        update(fund.payments).where(fund.payments.c.aid_id == "c").values(amount_fen=50_000)
    )
    tx.connection.execute(update(ledger.balances).values(reserved_fen=150_000))


def asked(union: Database, figure: Figure, who: int = casework.WANG, **more: Any) -> Explanation:  # noqa: ANN401 - of explain
    return union.transact(lambda tx: explain.explain(tx, people.get(tx, who), figure, **more))


def terms(found: Explanation) -> dict[str, int]:
    return {term.key: term.fen for term in found.terms}


def test_the_balance_is_what_came_in_what_was_paid_and_what_was_taken_back(union: Database) -> None:
    found = asked(union, Figure.BALANCE)
    assert (700_000, True, 4) == (found.total_fen, found.holds, found.count)
    assert {"income.UPPER": 1_000_000, "aid.LIVING": -400_000, "entry.REVERSAL": 100_000} == terms(found)
    newest, *_, first = found.lines
    assert ("entry.REVERSAL", 100_000, date(2017, 6, 1)) == (newest.key, newest.fen, newest.happened_on)
    assert ("b", "BF-2017-000002", "凤芳") == (newest.aid_id, newest.number, newest.household)
    assert ("2017-000001", None) == (first.voucher_no, first.household)


def test_a_page_of_the_entries_is_told_at_a_time(union: Database) -> None:
    pages = [asked(union, Figure.BALANCE, limit=3, offset=offset) for offset in (0, 3)]
    assert [3, 1] == [len(page.lines) for page in pages]
    assert 4 == len({line.entry_id for page in pages for line in page.lines})


def test_the_entries_of_one_term_can_be_looked_at_alone(union: Database) -> None:
    for key, count in (("income.UPPER", 1), ("aid.LIVING", 2), ("entry.REVERSAL", 1), ("entry.NONE", 0)):
        found = asked(union, Figure.BALANCE, only=key)
        assert (count, 4) == (len(found.lines), found.count)
        assert {key} >= {line.key for line in found.lines}
    assert [] == list(asked(union, Figure.HOUSEHOLD_PAID, household_id=HOUSEHOLD, only="aid.COOL").lines)


def test_what_was_spent_of_the_budget_is_without_what_came_back(union: Database) -> None:
    found = asked(union, Figure.BUDGET_PAID)
    assert (300_000, True) == (found.total_fen, found.holds)
    assert {"aid.LIVING": 400_000, "entry.REVERSAL": -100_000} == terms(found)
    left = asked(union, Figure.BUDGET_LEFT)
    assert (500_000, True) == (left.total_fen, left.holds)
    assert {"figure.budget": 800_000, "figure.budget_paid": -300_000} == terms(left)


def test_a_year_without_a_budget_has_none_left_and_says_so(union: Database) -> None:
    found = asked(union, Figure.BUDGET_LEFT, year=2016)
    assert (None, True, ()) == (found.total_fen, found.holds, found.lines)


def test_what_is_promised_is_told_by_each_piece_of_aid_and_what_of_it_is_left(union: Database) -> None:
    union.transact(promise)
    found = asked(union, Figure.RESERVED)
    assert (150_000, True) == (found.total_fen, found.holds)
    assert [("c", 150_000)] == [(line.aid_id, line.fen) for line in found.lines]


def test_what_is_available_is_the_smaller_of_two_less_what_is_promised(union: Database) -> None:
    union.transact(promise)
    found = asked(union, Figure.AVAILABLE)
    assert (350_000, "budget_left", True) == (found.total_fen, found.bound_by, found.holds)
    assert {
        "figure.balance": 700_000,
        "figure.budget_left": 500_000,
        "figure.reserved": -150_000,
    } == terms(found)


def test_a_figure_that_was_tampered_with_does_not_hold(union: Database) -> None:
    union.transact(lambda tx: tx.connection.execute(update(ledger.balances).values(balance_fen=1)))
    assert not asked(union, Figure.BALANCE).holds


def test_a_households_year_counts_every_source_and_the_look_is_audited(union: Database) -> None:
    found = asked(union, Figure.HOUSEHOLD_PAID, household_id=HOUSEHOLD)
    assert (500_000, True) == (found.total_fen, found.holds)
    assert [("c", "CITY_UNION", 200_000), ("a", "COMPANY", 300_000)] == sorted(
        ((line.aid_id, line.source, line.fen) for line in found.lines), reverse=True
    )
    kept = select(audit.ENTRIES.c.act, audit.ENTRIES.c.subject)
    looked = union.transact(lambda tx: tx.connection.execute(kept).all())
    assert ("household.explained", "household:1") == tuple(looked[-1])


def test_the_room_to_the_cap_is_the_cap_less_living_aid_of_the_company(union: Database) -> None:
    found = asked(union, Figure.HOUSEHOLD_ROOM, household_id=HOUSEHOLD)
    assert (700_000, True) == (found.total_fen, found.holds)
    assert {"figure.cap": 1_000_000, "aid.LIVING": -300_000} == terms(found)


def test_of_what_is_promised_only_the_rest_is_short_of_the_cap(union: Database) -> None:
    union.transact(promise)
    found = asked(union, Figure.HOUSEHOLD_ROOM, household_id=HOUSEHOLD)
    assert {"figure.cap": 1_000_000, "aid.LIVING": -500_000} == terms(found)


def test_a_payment_counts_in_the_year_of_its_own_day(union: Database) -> None:
    union.transact(
        lambda tx: tx.connection.execute(
            update(fund.payments).where(fund.payments.c.aid_id == "a").values(paid_on=date(2016, 12, 31))
        )
    )
    found = asked(union, Figure.HOUSEHOLD_PAID, household_id=HOUSEHOLD, year=2016)
    assert {"aid.LIVING": 300_000} == terms(found)


@pytest.mark.parametrize("household_id", [HOUSEHOLD, 99, 0])
def test_somebody_elses_household_and_none_look_alike(union: Database, household_id: int) -> None:
    with pytest.raises(errors.NotFound):
        asked(union, Figure.HOUSEHOLD_PAID, casework.ZHANG, household_id=household_id)


def test_beyond_the_own_branch_a_name_is_masked(union: Database) -> None:
    names = {line.household for line in asked(union, Figure.BALANCE, casework.ZHANG).lines}
    assert {None, "凤*"} == names
