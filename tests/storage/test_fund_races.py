"""The ledger alone under many hands; the whole of aid against a model is in tests/money."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from storage import errors
from storage.aid_codes import AidKind, FundSource, IncomeKind
from storage.columns import new_id
from storage.money import fund, ledger
from tests.storage import paid, small_union
from tests.storage.small_union import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database, Transaction

DAY = date(2017, 3, 1)
RACES = 60


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
