"""A change of a rule tried out and taken back, and the unions whose rules somebody sees."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from storage import errors
from storage.columns import table_of
from storage.due import followups, followups_refresh, policies, policy_preview
from storage.due.policy_preview import Count, Preview
from storage.members import people
from storage.rulebook import ruled_unions
from storage.tables.audit import AuditEntry
from storage.tables.office import PolicyRow, Recount
from storage.tables.work import Followup
from tests.storage import casework
from tests.storage.casework import BRANCH, CHEN, OTHER_BRANCH, ROOT, SUN, WANG, ZHANG

if TYPE_CHECKING:
    from storage.database import Database, Transaction

# The clock of the tests stands on 4 September 2017.
VISITED = (date(2017, 8, 28), date(2017, 7, 1), date(2017, 6, 1))


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(casework.found)
    database.transact(_households)


def _households(tx: Transaction) -> None:
    """Three households of the branch, visited a week, two months and three months ago; one of the other."""
    for number, day in enumerate(VISITED, start=1):
        casework.household(tx, number, opened_on=day)
    casework.household(tx, 4, union_id=OTHER_BRANCH, opened_on=VISITED[1])
    for number in range(1, 5):
        followups_refresh.refresh(tx, number)


def tried(
    database: Database, key: str, value: object, *, number: int = WANG, union_id: int = ROOT
) -> Preview | None:
    return database.transact(
        lambda tx: policy_preview.preview(tx, people.get(tx, number), union_id, key, value)
    )


def everything(tx: Transaction) -> tuple[object, ...]:
    """Whatever a change of a rule writes."""
    rows = tx.connection.execute(select(table_of(Followup)).order_by(table_of(Followup).c.id)).all()
    counts = [
        tx.connection.scalar(select(func.count()).select_from(table_of(model)))
        for model in (PolicyRow, Recount, AuditEntry)
    ]
    return tuple(rows), *counts


def test_a_shorter_interval_brings_more_households_of_the_union_and_below(database: Database) -> None:
    """Of 90 days only the third is late; of 60 the two of 1 July are as well."""
    expected = Preview(Count(1, 1), Count(3, 3), is_part=False)
    assert expected == tried(database, "recheck.SPECIAL", 60)
    of_branch = Preview(Count(1, 1), Count(2, 2), is_part=False)
    assert of_branch == tried(database, "recheck.SPECIAL", 60, union_id=BRANCH)


def test_a_wider_window_opens_more_and_makes_none_late(database: Database) -> None:
    assert Preview(Count(1, 1), Count(3, 1), is_part=False) == tried(database, "window", 30)


def test_nothing_of_it_is_kept(database: Database) -> None:
    before = database.transact(everything)
    tried(database, "recheck.SPECIAL", 30)
    tried(database, "digest_at", "09:00")
    assert before == database.transact(everything)


def test_within_the_same_transaction_the_old_rule_holds_again(database: Database) -> None:
    def work(tx: Transaction) -> tuple[int, int]:
        policy_preview.preview(tx, people.get(tx, WANG), ROOT, "recheck.SPECIAL", 30)
        return policies.of(tx, ROOT).values["recheck.SPECIAL"], len(followups.due(tx, tx.today))  # type: ignore[return-value]

    assert (90, 1) == database.transact(work)


def test_a_rule_without_due_days_has_no_preview(database: Database) -> None:
    assert tried(database, "digest_at", "09:00") is None


def test_going_back_is_tried_like_a_change(database: Database) -> None:
    database.transact(lambda tx: policies.change(tx, people.get(tx, WANG), ROOT, "recheck.SPECIAL", 60))
    assert Preview(Count(3, 3), Count(1, 1), is_part=False) == tried(database, "recheck.SPECIAL", None)


def test_it_foretells_what_then_comes(database: Database) -> None:
    foretold = tried(database, "recheck.SPECIAL", 60)
    assert foretold is not None
    database.transact(lambda tx: policies.change(tx, people.get(tx, WANG), ROOT, "recheck.SPECIAL", 60))
    assert foretold.after.to_do == len(database.transact(lambda tx: followups.due(tx, tx.today)))


@pytest.mark.parametrize(
    ("number", "union_id", "key", "value", "refusal"),
    [
        (WANG, ROOT, "recheck.SPECIAL", 6, errors.BadNumber),
        (WANG, ROOT, "ladder.late", 8, errors.BadOrder),
        (WANG, ROOT, "king", 6, errors.NotFound),
        (WANG, 99, "window", 6, errors.NotFound),
        (ZHANG, BRANCH, "window", 6, errors.NotAllowed),
        (ZHANG, ROOT, "window", 6, errors.NotFound),
        (SUN, ROOT, "window", 6, errors.NotAllowed),
        (SUN, ROOT, "window", None, errors.NotAllowed),
    ],
)
def test_what_would_be_refused_is_refused_at_once(
    database: Database, number: int, union_id: int, key: str, value: object, refusal: type[errors.Refused]
) -> None:
    before = database.transact(everything)
    with pytest.raises(refusal):
        tried(database, key, value, number=number, union_id=union_id)
    assert before == database.transact(everything)


def test_a_large_union_is_tried_in_part_and_says_how_many_are_left(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followups_refresh, "REFRESH_AT_ONCE", 2)
    monkeypatch.setattr("storage.due.recounts._NEXT", _next_two())
    foretold = tried(database, "recheck.SPECIAL", 60)
    assert Preview(Count(0, 0), Count(1, 1), is_part=True) == foretold
    database.transact(lambda tx: policies.change(tx, people.get(tx, WANG), ROOT, "recheck.SPECIAL", 60))
    assert 2 == database.transact(policy_preview.left, ROOT)
    while database.transact(policies.recount):
        pass
    assert 0 == database.transact(policy_preview.left, ROOT)


def _next_two() -> object:
    from storage.due import recounts  # noqa: PLC0415 - only here

    return recounts._NEXT.limit(2)


# The unions.


def names(database: Database, number: int, offset: int = 0) -> list[tuple[str, int]]:
    found = database.transact(
        lambda tx: ruled_unions.listing(tx, people.get(tx, number), limit=10, offset=offset)
    )
    return [(one.name, one.own) for one in found]


def test_whoever_oversees_sees_the_upper_unions_first_and_a_cadre_the_own_branch(database: Database) -> None:
    assert [("开远公司工会", 0), ("机关分会", 0), ("热控分会", 0)] == names(database, CHEN)
    assert [("热控分会", 0)] == names(database, CHEN, 2)
    assert [("机关分会", 0)] == names(database, ZHANG)


def test_only_what_is_still_set_is_counted_as_a_unions_own(database: Database) -> None:
    def work(tx: Transaction) -> None:
        officer = people.get(tx, WANG)
        policies.change(tx, officer, BRANCH, "window", 3)
        policies.change(tx, officer, BRANCH, "window", 4)
        policies.change(tx, officer, BRANCH, "more", 5)
        policies.change(tx, officer, OTHER_BRANCH, "window", 5)
        policies.reset(tx, officer, OTHER_BRANCH, "window")

    database.transact(work)
    assert [("开远公司工会", 0), ("机关分会", 2), ("热控分会", 0)] == names(database, WANG)
    assert 1 == database.transact(ruled_unions.with_own, ROOT, "window")
    assert 0 == database.transact(ruled_unions.with_own, BRANCH, "window")
    assert 0 == database.transact(ruled_unions.with_own, ROOT, "zone")


@pytest.mark.parametrize("union_id", [0, ROOT, OTHER_BRANCH, 99])
def test_absent_and_foreign_unions_look_alike(database: Database, union_id: int) -> None:
    with pytest.raises(errors.NotFound):
        database.transact(lambda tx: ruled_unions.get(tx, people.get(tx, ZHANG), union_id))
