"""The ledger against a model, and many hands reaching for the last yuan."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import errors
from storage.aid_codes import AidKind, FundSource, IncomeKind
from storage.columns import new_id
from storage.money import budget, fund, ledger
from tests.storage import paid, small_union
from tests.storage.small_union import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database, Transaction

DAY = date(2017, 3, 1)
HOUSEHOLDS = 3
BUDGET_FEN = 2_000
RACES = 200


@dataclass
class Model:
    """The fund as one would keep it on paper."""

    incomes: dict[str, int] = field(default_factory=dict)
    payments: dict[str, tuple[int, int, FundSource]] = field(default_factory=dict)
    taken_back: set[str] = field(default_factory=set)

    @property
    def standing(self) -> list[tuple[int, int, FundSource]]:
        return [payment for key, payment in self.payments.items() if key not in self.taken_back]

    @property
    def paid_fen(self) -> int:
        return sum(fen for _, fen, source in self.standing if source == FundSource.COMPANY)

    @property
    def balance_fen(self) -> int:
        kept = sum(fen for key, fen in self.incomes.items() if key not in self.taken_back)
        return kept - self.paid_fen

    def had_fen(self, household_id: int) -> int:
        return sum(fen for household, fen, _ in self.standing if household == household_id)


amounts = st.integers(min_value=1, max_value=1_000)
incomes = st.sampled_from("abcde")
payments = st.sampled_from("ABCDE")
acts = st.one_of(
    st.tuples(st.just("income"), incomes, amounts),
    st.tuples(
        st.just("payment"),
        payments,
        amounts,
        st.integers(min_value=1, max_value=HOUSEHOLDS),
        st.sampled_from([FundSource.COMPANY, FundSource.COMPANY, FundSource.GROUP]),
    ),
    st.tuples(st.just("income back"), incomes),
    st.tuples(st.just("payment back"), payments),
)


def income(tx: Transaction, key: str, amount_fen: int) -> int:
    return paid.record_income(
        tx,
        union_id=ROOT,
        income_kind=IncomeKind.UNION_DUES,
        amount_fen=amount_fen,
        happened_on=DAY,
        request_id=key,
    )


def pay(tx: Transaction, key: str, amount_fen: int, household_id: int, source: FundSource) -> None:
    paid.record(
        tx,
        aid_id=key,
        household_id=household_id,
        kind=AidKind.LIVING,
        source=source,
        amount_fen=amount_fen,
        paid_on=DAY,
    )


def pay_back(tx: Transaction, key: str) -> None:
    paid.take_back(tx, key, happened_on=DAY, reason="wrong")


def income_back(tx: Transaction, key: str) -> None:
    # Recorded again under its request, an income gives its entry's id and nothing else.
    fund.reverse(tx, income(tx, key, 1), happened_on=DAY, request_id=f"back {key}", note="wrong")


class Over(Exception):
    """The story is told; its transaction is to leave nothing for the next one."""


def expect_overdrawn(tx: Transaction, act: Callable[..., object], *facts: object) -> None:
    with pytest.raises(errors.Overdrawn), tx.connection.begin_nested():
        act(tx, *facts)


def do(tx: Transaction, model: Model, act: tuple[object, ...]) -> None:
    """Do one act both in the database and on paper; what paper forbids, the database must refuse."""
    match act:
        case ("income", str(key), int(fen)):
            income(tx, key, fen)
            model.incomes.setdefault(key, fen)
        case ("payment", str(key), int(fen), int(household_id), FundSource() as source):
            if source == FundSource.COMPANY and key not in model.payments and fen > model.balance_fen:
                expect_overdrawn(tx, pay, key, fen, household_id, source)
            else:
                pay(tx, key, fen, household_id, source)
                model.payments.setdefault(key, (household_id, fen, source))
        case ("income back", str(key)) if key in model.incomes:
            if key not in model.taken_back and model.incomes[key] > model.balance_fen:
                expect_overdrawn(tx, income_back, key)
            else:
                income_back(tx, key)
                model.taken_back.add(key)
        case ("payment back", str(key)) if key in model.payments:
            pay_back(tx, key)
            model.taken_back.add(key)
        case _:
            pass


def compare(tx: Transaction, model: Model) -> None:
    figures = fund.balance(tx, ROOT, year=2017)
    paper = (model.balance_fen, BUDGET_FEN - model.paid_fen)
    assert paper == (figures.balance_fen, figures.budget_left_fen)
    for household_id in range(1, HOUSEHOLDS + 1):
        assert model.had_fen(household_id) == fund.household_year(tx, household_id, 2017).paid_fen


def tell(tx: Transaction, story: list[tuple[object, ...]]) -> None:
    small_union.found(tx, HOUSEHOLDS)
    budget.set_budget(tx, union_id=ROOT, year=2017, amount_fen=BUDGET_FEN)
    model = Model()
    for act in story:
        do(tx, model, act)
        compare(tx, model)
    assert [] == fund.check(tx)
    raise Over


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(acts, max_size=25))
def test_any_story_of_acts_leaves_what_paper_would_say(
    database: Database, story: list[tuple[object, ...]]
) -> None:
    with pytest.raises(Over):
        database.transact(tell, story)


@pytest.mark.slow
def test_of_two_hands_that_reach_for_the_last_yuan_exactly_one_has_it(
    database: Database, open_again: Callable[[], Database]
) -> None:
    """Two connections of their own, as two processes would have, and a start at the same moment."""
    database.transact(small_union.found, 2)
    hands = [database, open_again()]
    with ThreadPoolExecutor(2) as pool:
        for race in range(RACES):
            database.transact(income, f"income {race}", 100)
            start = Barrier(2)

            def reach(hand: int, key: str, start: Barrier) -> str:
                start.wait()
                try:
                    hands[hand].transact(pay, key, 100, hand + 1, FundSource.COMPANY)
                except errors.Overdrawn:
                    return "told"
                return "paid"

            ends = list(pool.map(reach, (0, 1), (new_id(), new_id()), (start, start)))
            assert ["paid", "told"] == sorted(ends)
            assert 0 == database.transact(fund.balance, ROOT).balance_fen
    assert [] == database.transact(fund.check)


def test_two_who_bring_the_first_money_at_once_bring_both(
    database: Database, open_again: Callable[[], Database]
) -> None:
    database.transact(small_union.found, 1)
    database.transact(lambda tx: tx.connection.execute(ledger.balances.delete()))
    hands = [database, open_again()]
    start = Barrier(2)

    def bring(hand: int) -> None:
        start.wait()
        hands[hand].transact(income, f"first {hand}", 100)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(bring, (0, 1)))
    assert 200 == database.transact(fund.balance, ROOT).balance_fen
    assert [] == database.transact(fund.check)
