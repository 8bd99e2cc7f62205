"""A union with as many households as the file says in `PEOPLE`, on both databases or on the embedded one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.storage.batches import lists

if TYPE_CHECKING:
    from storage.database import Database


@pytest.fixture
def union(request: pytest.FixtureRequest, database: Database) -> Database:
    database.transact(lists.found, request.module.PEOPLE)
    return database


@pytest.fixture
def embedded(request: pytest.FixtureRequest, sqlite_database: Database) -> Database:
    """For what need not be tried twice."""
    sqlite_database.transact(lists.found, request.module.PEOPLE)
    return sqlite_database
