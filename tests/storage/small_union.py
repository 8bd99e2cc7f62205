"""A union with one branch and households of it, for tests of money."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import insert

from storage.columns import table_of
from storage.tables.dossiers import Household
from storage.tables.people import Union

if TYPE_CHECKING:
    from storage.database import Transaction

ROOT = 1
BRANCH = 2


def found(tx: Transaction, households: int = 1) -> None:
    """Make the union 1, its branch 2, and households 1, 2, … of the branch."""
    tx.connection.execute(
        insert(table_of(Union)),
        [
            {"id": ROOT, "parent_id": None, "name": "开远公司工会", "path": f"/{ROOT}/"},
            {"id": BRANCH, "parent_id": ROOT, "name": "热控分会", "path": f"/{ROOT}/{BRANCH}/"},
        ],
    )
    for number in range(1, households + 1):
        household(tx, number)


def household(tx: Transaction, number: int, *, state: str = "ACTIVE", closed_on: date | None = None) -> None:
    """Make one household of the branch with this id."""
    tx.connection.execute(
        insert(table_of(Household)).values(
            id=number,
            file_no=f"K{number:06d}",
            union_id=BRANCH,
            name="王小明",
            state=state,
            category="LONG",
            main_cause="OTHER",
            other_causes=[],
            opened_on=date(2015, 1, 1),
            closed_on=closed_on,
            missed_visits=0,
        )
    )
