"""Random leaves against a few lines of plain code: who stands in, and what they see because of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.codes import Role
from storage.members import absences, people
from tests.storage import casework
from tests.storage.casework import BRANCH, LI, OTHER_BRANCH, ZHANG

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

pytestmark = pytest.mark.slow

MONDAY = date(2017, 9, 4)
HE, TAO, FU = 11, 12, 13
PEOPLE = (ZHANG, LI, HE, TAO, FU)
HOME = {ZHANG: BRANCH, LI: BRANCH, HE: OTHER_BRANCH, TAO: OTHER_BRANCH, FU: OTHER_BRANCH}
# Whose households there are to see.
LIAISONS = (ZHANG, HE)
Leave = tuple[int, int, int, int]


@pytest.fixture
def union(sqlite_database: Database) -> Database:
    """Two branches with five cadres; 张东 and 何玉燕 look after a household each."""
    sqlite_database.transact(_found)
    return sqlite_database


def _found(tx: Transaction) -> None:
    casework.found(tx)
    for number, name in ((HE, "何玉燕"), (TAO, "陶立"), (FU, "付强")):
        casework.person(tx, number, name, OTHER_BRANCH, Role.CADRE)
    casework.household(tx, 1)
    casework.household(tx, 21, union_id=OTHER_BRANCH, liaison_id=HE)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    leaves=st.lists(
        st.tuples(
            st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.integers(0, 6), st.integers(0, 4)
        ).filter(lambda one: one[0] != one[1]),
        max_size=7,
        unique_by=lambda one: one[0],
    ),
    on=st.integers(0, 10),
)
def test_whoever_is_at_the_end_of_at_most_three_links_stands_in_and_sees_the_branch(
    union: Database, clock: FakeClock, leaves: list[Leave], on: int
) -> None:
    """Written past the checks, so that rings and chains of any length are among them."""
    union.transact(_only, leaves)
    clock.set(datetime(2017, 9, 4, 2, tzinfo=UTC) + timedelta(days=on))
    day = MONDAY + timedelta(days=on)
    today = {who: other for who, other, start, length in leaves if start <= on <= start + length}
    wanted = {who: _followed(who, today) for who in today}
    assert wanted == union.transact(absences.stand_ins, day)
    for who in PEOPLE:
        theirs = {one for one, instead in wanted.items() if instead == who}
        assert theirs == union.transact(absences.standing_in, who, day)
        asked_by = _links_to(who, today)
        assert {HOME[who]} | {HOME[one] for one in asked_by & set(LIAISONS)} == _seen(union, who)
        assert theirs <= asked_by


def _only(tx: Transaction, leaves: list[Leave]) -> None:
    tx.connection.execute(absences.ABSENCES.delete())
    for who, other, start, length in leaves:
        row = {
            "person_id": who,
            "substitute_id": other,
            "from_on": MONDAY + timedelta(days=start),
            "until_on": MONDAY + timedelta(days=start + length),
            "created_by": who,
            "created_at": tx.now,
        }
        tx.connection.execute(absences.ABSENCES.insert(), row)


def _followed(who: int, today: dict[int, int]) -> int | None:
    """Whoever is reached over three links at most and is at work."""
    for _ in range(3):
        who = today[who]
        if who not in today:
            return who
    return None


def _links_to(who: int, today: dict[int, int]) -> set[int]:
    """Everybody from whom three links at most lead here."""
    found, near = set[int](), {who}
    for _ in range(3):
        near = {one for one, other in today.items() if other in near}
        found |= near
    return found


def _seen(database: Database, who: int) -> set[int]:
    person = database.transact(people.find, 1000 + who)
    assert person is not None
    return set(person.scope)
