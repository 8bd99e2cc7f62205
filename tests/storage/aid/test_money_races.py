"""Several hands at the same moment, on connections of their own: one has it, the other is told why."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from storage.aid_codes import AidState
from storage.booking import income
from storage.codes import Role
from storage.columns import table_of
from storage.deciding import approvals
from storage.errors import Refused
from storage.money import fund, ledger
from storage.tables.work import Followup
from tests.storage import casework
from tests.storage.aid import asking
from tests.storage.aid.asking import WU, ZHOU, who
from tests.storage.aid.deciding import acts, approve, approved, figures, pay, reviewed, row
from tests.storage.casework import CHEN, QIAN, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database, Transaction

    Act = Callable[[Transaction], object]

ROUNDS = 8
SECOND_TREASURER = 22


@pytest.fixture
def hands(database: Database, open_again: Callable[[], Database]) -> list[Database]:
    database.transact(asking.found)
    database.transact(casework.person, SECOND_TREASURER, "李会计", ROOT, Role.TREASURER)
    return [database, open_again()]


def at_once(hands: list[Database], *wanted: Act) -> list[str]:
    """What became of each act, all begun at the same moment, each by a hand of its own."""
    start = Barrier(len(wanted))

    def reach(hand: Database, act: Act) -> str:
        start.wait()
        try:
            hand.transact(act)
        except Refused as refused:
            return refused.slug
        return "done"

    with ThreadPoolExecutor(len(wanted)) as pool:
        return sorted(pool.map(reach, hands, wanted))


def last_yuan(tx: Transaction, fen: int) -> None:
    """All but so much of the fund is promised, and no budget bounds it."""
    tx.connection.execute(ledger.budgets.delete())
    left = ledger.balances.c.balance_fen - fen
    tx.connection.execute(ledger.balances.update().values(reserved_fen=left))


def looked_after(tx: Transaction) -> None:
    """What was paid has been looked after, so that the next one asks for no reason."""
    tx.connection.execute(table_of(Followup).update().values(state="DONE"))


def approving(number: int, aid_id: str) -> Act:
    return lambda tx: approve(tx, number, aid_id)


def paying(number: int, aid_id: str, payment_id: str) -> Act:
    return lambda tx: pay(tx, aid_id, payment_id=payment_id, number=number)


def taking_back(number: int, aid_id: str) -> Act:
    return lambda tx: approvals.take_back(tx, who(tx, number), aid_id)


def test_of_two_approvals_that_want_the_last_yuan_one_has_it(hands: list[Database]) -> None:
    database = hands[0]
    for number in range(ROUNDS):
        for aid_id in (f"a{number}", f"b{number}"):
            database.transact(reviewed, aid_id, kind="MEDICAL")
    for number in range(ROUNDS):
        database.transact(last_yuan, 250_000)
        ends = at_once(hands, approving(CHEN, f"a{number}"), approving(ZHOU, f"b{number}"))
        assert ["done", "over_balance"] == ends


def test_the_last_two_approvals_at_once_are_both_counted(hands: list[Database]) -> None:
    database = hands[0]
    for number in range(ROUNDS):
        aid_id = f"a{number}"
        database.transact(reviewed, aid_id, 300_000, kind="MEDICAL")
        assert ["done", "done"] == at_once(hands, approving(CHEN, aid_id), approving(WU, aid_id))
        assert AidState.APPROVED == database.view(row, aid_id).state
    assert ROUNDS * 300_000 == database.view(figures)[1]
    assert [] == database.transact(fund.check)


def test_the_same_tap_twice_at_once_approves_and_pays_once(hands: list[Database]) -> None:
    database = hands[0]
    for number in range(ROUNDS):
        aid_id = f"a{number}"
        database.transact(reviewed, aid_id, 100_000, kind="MEDICAL")
        assert ["done", "done"] == at_once(hands, *[approving(CHEN, aid_id)] * 2)
        assert ["done", "done"] == at_once(hands, *[paying(QIAN, aid_id, f"p-{aid_id}")] * 2)
        assert ["PROPOSED", "REVIEWED", "APPROVED", "PAID"] == database.view(acts, aid_id)
        database.transact(looked_after)
    assert (5_000_000 - ROUNDS * 100_000, 0) == database.view(figures)[:2]
    assert [] == database.transact(fund.check)


def test_of_two_treasurers_one_pays(hands: list[Database]) -> None:
    database = hands[0]
    for number in range(ROUNDS):
        aid_id = f"a{number}"
        database.transact(approved, aid_id, 100_000, kind="MEDICAL")
        ends = at_once(
            hands,
            paying(QIAN, aid_id, f"p-{aid_id}"),
            paying(SECOND_TREASURER, aid_id, f"q-{aid_id}"),
        )
        assert ["already_paid", "done"] == ends
        database.transact(looked_after)
    assert (5_000_000 - ROUNDS * 100_000, 0) == database.view(figures)[:2]
    assert [] == database.transact(fund.check)


def test_an_approval_taken_back_as_it_is_paid_is_one_or_the_other(hands: list[Database]) -> None:
    database = hands[0]
    for number in range(ROUNDS):
        aid_id = f"a{number}"
        database.transact(approved, aid_id, 100_000, kind="MEDICAL")
        ends = at_once(hands, paying(QIAN, aid_id, f"p-{aid_id}"), taking_back(CHEN, aid_id))
        assert ends in (["already_paid", "done"], ["aid_moved", "done"])
        assert [] == database.transact(fund.check)
        database.transact(looked_after)


def test_an_income_taken_back_as_its_money_is_promised_is_one_or_the_other(hands: list[Database]) -> None:
    database = hands[0]
    opening = 1
    database.transact(reviewed, "a1", 100_000, kind="MEDICAL")
    ends = at_once(
        hands,
        approving(CHEN, "a1"),
        lambda tx: income.reverse_entry(tx, who(tx, QIAN), opening, "记错了"),
    )
    assert ends in (["done", "over_balance"], ["done", "promised_money"])
    assert [] == database.transact(fund.check)
