"""The rules of a union: who may set them, whose holds, since when, and what moves at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.codes import Category
from storage.due import policies, policy
from tests.storage import casework

if TYPE_CHECKING:
    from storage.database import Database, Transaction


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(casework.found)


def change(tx: Transaction, union_id: int, key: str, value: object, person: int = casework.WANG) -> None:
    policies.change(tx, casework.get(tx, person), union_id, key, value)


def recheck(tx: Transaction, union_id: int) -> int:
    return policies.of(tx, union_id).recheck_days[Category.SPECIAL]


def test_what_nobody_set_holds_as_it_comes(database: Database) -> None:
    assert policy.DEFAULT == database.view(policies.of, casework.BRANCH)
    assert {} == database.view(policies.settings, casework.BRANCH)


def test_the_nearest_union_upwards_wins_rule_by_rule(database: Database) -> None:
    database.transact(change, casework.BRANCH, "recheck.SPECIAL", 60)
    database.transact(change, casework.ROOT, "recheck.SPECIAL", 75)
    database.transact(change, casework.ROOT, "window", 10)
    seen = [
        (one.recheck_days[Category.SPECIAL], one.window_days)
        for one in (
            database.view(policies.of, union_id)
            for union_id in (casework.ROOT, casework.BRANCH, casework.OTHER_BRANCH)
        )
    ]
    assert [(75, 10), (60, 10), (75, 10)] == seen
