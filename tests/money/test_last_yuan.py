"""Two hands that reach for the last money: exactly one has it; more by `python -m tests.money.last_yuan`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.migrations import migrate
from tests.money.last_yuan import KINDS, race
from tests.money.replicas import Replicas

if TYPE_CHECKING:
    from tests.postgres import PostgresServer

ROUNDS = 6
ROUNDS_OF_REPLICAS = 4


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


@pytest.mark.slow
@pytest.mark.postgres
def test_of_two_replicas_that_are_tapped_at_the_same_moment_exactly_one_has_the_last_money(
    postgres_server: PostgresServer,
) -> None:
    """The whole bot twice, each behind its webhook; whoever comes too late is told why in the chat."""
    url = postgres_server.url(postgres_server.create())
    migrate.migrate(url)
    with race(url, Replicas) as reached:
        for _ in range(ROUNDS_OF_REPLICAS):
            reached.for_two()
            reached.against_a_list()
        reached.check()
