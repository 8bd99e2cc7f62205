"""What the tests of storage share: a second way into the same database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def open_again(database: Database) -> Iterator[Callable[[], Database]]:
    """Open the test's database once more, with threads and connections of its own."""
    opened: list[Database] = []

    def again() -> Database:
        twin = Database(database.url, vault=database.vault, clock=database.clock, zone=database.zone)
        opened.append(twin)
        return twin

    yield again
    for twin in opened:
        twin.close()
