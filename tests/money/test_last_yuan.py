"""Two hands that reach for the last money: exactly one has it; more by `python -m tests.money.last_yuan`."""

from __future__ import annotations

import pytest

from tests.money.last_yuan import KINDS, race

ROUNDS = 15


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_of_two_who_approve_the_last_money_and_of_two_who_pay_it_exactly_one_does(
    database_url: str, kind: str
) -> None:
    with race(database_url, KINDS[kind]) as reached:
        for _ in range(ROUNDS):
            reached.for_two()
        reached.check()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_of_one_household_and_a_whole_list_exactly_one_has_the_last_money(
    database_url: str, kind: str
) -> None:
    with race(database_url, KINDS[kind]) as reached:
        for _ in range(ROUNDS):
            reached.against_a_list()
        reached.check()
