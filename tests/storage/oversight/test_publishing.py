"""Who makes public what the fund did: the whole fund's own officers and chairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage import errors
from storage.codes import Role
from storage.oversight import publicity
from tests.storage import casework
from tests.storage.casework import BRANCH, CHEN, ROOT, WANG

if TYPE_CHECKING:
    from storage.database import Database

BRANCH_OFFICER = 41


@pytest.fixture
def union(sqlite_database: Database) -> Database:
    sqlite_database.transact(casework.found)
    return sqlite_database


def test_a_branch_officer_does_not_publish_the_whole_companys_notice(union: Database) -> None:
    union.transact(casework.person, BRANCH_OFFICER, "分会专责", BRANCH, Role.OFFICER)
    with pytest.raises(errors.NotAllowed):
        union.transact(lambda tx: publicity.begin(tx, casework.get(tx, BRANCH_OFFICER), 2017, 1))


@pytest.mark.parametrize("number", [WANG, CHEN])
def test_the_officer_and_the_chair_of_the_whole_union_do(union: Database, number: int) -> None:
    figures = union.transact(lambda tx: publicity.begin(tx, casework.get(tx, number), 2017, 1))
    assert (ROOT, number) == (figures["union_id"], figures["person_id"])
