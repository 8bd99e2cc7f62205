"""However much waits for one person, it is told: no list is cut by what a statement can carry."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from storage.codes import FollowupState, NoticeReason, Stage
from storage.columns import table_of
from storage.tables.dossiers import Household
from storage.tables.work import Followup, Notice
from storage.telling import hearers, notices
from tests.storage import casework
from tests.storage.casework import BRANCH, ZHANG

if TYPE_CHECKING:
    from sqlmodel import SQLModel

    from storage.database import Database, Transaction

# More than SQLite takes parameters in a statement.
MANY = 33_000


def _wait(tx: Transaction) -> None:
    """So many households, each with an item that waits to be told to its liaison."""
    day, numbers = tx.today, range(1, MANY + 1)
    file = {"union_id": BRANCH, "name": "凤芳", "state": "ACTIVE", "category": "SPECIAL", "other_causes": []}
    file |= {"main_cause": "ILLNESS", "liaison_id": ZHANG, "opened_on": day - timedelta(days=90)}
    item = {"kind": "recheck", "round": 1, "opens_on": day, "due_on": day, "ladder_from": day}
    item |= {"state": FollowupState.OPEN, "source": "household", "snoozes": 0, "created_at": tx.now}
    notice = {
        "due_on": day,
        "stage": Stage.DUE,
        "turn": 0,
        "person_id": ZHANG,
        "because": NoticeReason.LIAISON,
    }
    rows: dict[type[SQLModel], list[dict[str, object]]] = {
        Household: [{"id": one, "file_no": f"K{one:06d}", **file} for one in numbers],
        Followup: [{"id": one, "household_id": one, **item} for one in numbers],
        Notice: [{"followup_id": one, **notice} for one in numbers],
    }
    for model, added in rows.items():
        tx.connection.execute(insert(table_of(model)), added)


@pytest.mark.slow
def test_more_items_than_a_statement_takes_are_told_in_one_digest(sqlite_database: Database) -> None:
    sqlite_database.transact(casework.found)
    sqlite_database.transact(_wait)

    def hear(tx: Transaction) -> int:
        hearer = hearers.hold(tx, ZHANG)
        assert hearer is not None
        return len(notices.take(tx, hearer, tx.today))

    assert MANY == sqlite_database.transact(hear)
    assert 0 == sqlite_database.transact(hear)
