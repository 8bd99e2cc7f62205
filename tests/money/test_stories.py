"""Ten thousand random acts of random people, on both databases, against a page.

More are told by `python -m tests.money`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.money.play import Played

if TYPE_CHECKING:
    from storage.database import Database
    from tests.clock import FakeClock

ACTS = 500
# Seven thousand acts in the embedded database, three thousand in the server, which takes three times as long.
EMBEDDED = range(1, 15)
SERVED = range(101, 107)


@pytest.mark.slow
@pytest.mark.parametrize("seed", EMBEDDED)
def test_whatever_people_do_the_money_and_the_aid_are_as_they_would_be_on_paper(
    sqlite_database: Database, clock: FakeClock, seed: int
) -> None:
    Played(sqlite_database, clock, seed).play(ACTS)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("seed", SERVED)
def test_in_a_server_they_are_as_well(postgres_database: Database, clock: FakeClock, seed: int) -> None:
    Played(postgres_database, clock, seed).play(ACTS)
