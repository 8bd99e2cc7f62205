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

STORIES = 10
ACTS = 500


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, STORIES + 1))
def test_whatever_people_do_the_money_and_the_aid_are_as_they_would_be_on_paper(
    database: Database, clock: FakeClock, seed: int
) -> None:
    Played(database, clock, seed).play(ACTS)
