"""Whom a list has, whom it leaves out, and whom it wants somebody to look at."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from storage import aid_refusals, errors
from storage.aid_codes import AidKind, BatchState, FundSource
from storage.batches import batches, building
from storage.codes import Category
from storage.due import followups_refresh
from storage.money import standards
from tests.storage import casework
from tests.storage.batches import lists
from tests.storage.batches.lists import GRANT_FEN, LIST, QIAN, ROOT, WANG, YEAR
from tests.storage.casework import BRANCH, CHEN, OTHER_BRANCH, ZHANG

if TYPE_CHECKING:
    from storage.batches.batch import Part
    from storage.database import Database, Transaction

PEOPLE = 3


def names(database: Database, only: Part | None = None) -> list[str]:
    return [one.household_name for one in lists.items(database, only)]


def test_who_has_it_this_year_is_left_out_with_the_number(union: Database) -> None:
    union.transact(lambda tx: casework.payment(tx, 2, lists.TODAY, kind=AidKind.SPRING))
    card = lists.made(union)
    assert (2, {"once_a_year": 1}) == (card.line.people, dict(card.left_out))
    (left,) = lists.items(union, "left_out")
    assert ("户2", ("once_a_year",), "BF-2017-a1") == (left.household_name, left.guards, left.other_number)


def test_who_had_it_last_year_stands_on_the_list(union: Database) -> None:
    union.transact(lambda tx: casework.payment(tx, 2, date(2016, 1, 20), kind=AidKind.SPRING))
    assert 3 == lists.made(union).line.people


@pytest.mark.parametrize("state", ["EXIT_PROPOSED", "EXIT_PUBLIC"])
def test_a_file_on_its_way_out_is_left_out_and_said_so(embedded: Database, state: str) -> None:
    lists.change(embedded, 3, state=state)
    card = lists.made(embedded)
    assert (2, {"file_not_active": 1}) == (card.line.people, dict(card.left_out))
    assert ["户3"] == names(embedded, "left_out")


def test_a_closed_file_is_not_even_looked_at(union: Database) -> None:
    lists.change(union, 3, state="CLOSED", closed_on=lists.TODAY)
    card = lists.made(union)
    assert (2, 2, {}) == (card.expected_people, card.line.people, dict(card.left_out))


def test_aid_nobody_went_back_to_and_no_visit_want_a_look(union: Database) -> None:
    def prepare(tx: Transaction) -> None:
        casework.payment(tx, 1, date(2017, 8, 1))
        followups_refresh.refresh(tx, 1)

    union.transact(prepare)
    lists.change(union, 2, last_visit_on=date(2016, 12, 1))
    card = lists.made(union)
    assert (3, 2, 1) == (card.line.people, card.exceptions, card.unrevisited)
    marks = {one.household_name: one.guards for one in lists.items(union, "exceptions")}
    assert {"户1": ("earlier_not_revisited",), "户2": ("no_recent_visit",)} == marks


def test_each_category_gets_its_own_amount(union: Database) -> None:
    union.transact(
        lambda tx: standards.record(
            tx, union_id=ROOT, year=YEAR, kind=AidKind.SPRING, category=Category.TEMP, amount_fen=80_000
        )
    )
    lists.change(union, 2, category="TEMP")
    lists.made(union)
    assert [GRANT_FEN, 80_000, GRANT_FEN] == [one.amount_fen for one in lists.items(union)]


def test_a_yearly_grant_is_not_for_everybody(union: Database) -> None:
    lists.change(union, 2, category="TEMP")
    card = lists.made(union, kind=AidKind.ANNUAL)
    assert (2, {"kind_not_for_category": 1}) == (card.line.people, dict(card.left_out))
    assert 200_000 == card.line.sum_fen


def test_a_list_can_be_of_some_branches_and_categories_alone(union: Database) -> None:
    def prepare(tx: Transaction) -> None:
        casework.household(tx, 4, union_id=OTHER_BRANCH, name="户4")
        casework.household(tx, 5, union_id=OTHER_BRANCH, name="户5", category="LONG")

    union.transact(prepare)
    lists.made(union, picked={"unions": [OTHER_BRANCH], "categories": [Category.LONG]})
    assert ["户5"] == names(union)


def test_things_without_a_standard_have_one_value_for_all(union: Database) -> None:
    card = lists.made(union, kind=AidKind.COOL, amount_fen=12_000)
    assert (AidKind.COOL, 36_000) == (card.line.kind, card.line.sum_fen)


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ({"kind": AidKind.LIVING}, aid_refusals.KindNotListed),
        ({"kind": AidKind.WARMTH}, aid_refusals.NoStandard),
        ({"kind": AidKind.WARMTH, "amount_fen": 0}, aid_refusals.BadAmount),
        ({"kind": AidKind.JINQIU, "amount_fen": 1}, aid_refusals.SourceNotForKind),
        ({"amount_fen": 1}, aid_refusals.NotTheStandard),
        ({"year": YEAR - 1}, aid_refusals.BatchYear),
        ({"year": YEAR + 2}, aid_refusals.BatchYear),
        ({"picked": {"unions": [99]}}, errors.NotFound),
        ({"picked": {"categories": ["RICH"]}}, errors.NotFound),
    ],
)
def test_what_cannot_be_a_list_is_refused(
    embedded: Database, wanted: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        embedded.transact(lambda tx: lists.begin(tx, **wanted))
    assert 0 == lists.count(embedded, lists.AID)


@pytest.mark.parametrize("person_id", [ZHANG, QIAN, casework.SUN])
def test_only_officers_and_chairs_begin_a_list(embedded: Database, person_id: int) -> None:
    with pytest.raises(errors.NotAllowed):
        embedded.transact(lambda tx: lists.begin(tx, person_id=person_id))


def test_begun_twice_under_one_id_it_is_one_list(union: Database) -> None:
    first = union.transact(lists.begin)
    assert first == union.transact(lists.begin)
    lists.work(union)
    assert 3 == lists.count(union, lists.AID)


def test_a_second_list_of_the_same_kind_and_year_is_refused_while_one_is_under_way(union: Database) -> None:
    lists.made(union)
    with pytest.raises(aid_refusals.BatchThere) as refused:
        union.transact(lambda tx: lists.begin(tx, "second"))
    assert "PL-2017-0001" == refused.value.details["number"]
    other = union.transact(
        lambda tx: lists.begin(tx, "other", source=FundSource.DONATION, kind=AidKind.ANNUAL)
    )
    assert "PL-2017-0002" == other.line.number


def test_a_second_list_after_the_first_has_only_those_who_came_later(union: Database) -> None:
    lists.confirmed(union)
    lists.work(union)
    union.transact(lambda tx: casework.household(tx, 9, name="户9", last_visit_on=lists.TODAY))
    card = lists.made(union, "second")
    assert (1, {"once_a_year": 3}) == (card.line.people, dict(card.left_out))


def test_a_killed_beat_is_gone_on_with_and_puts_nobody_on_twice(
    union: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "AT_ONCE", 1)
    union.transact(lists.begin)
    union.transact(batches.work)

    def killed(tx: Transaction) -> None:
        batches.work(tx)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        union.transact(killed)
    assert (BatchState.BUILDING, 1) == (lists.card(union).line.state, lists.card(union).looked_at)
    lists.work(union)
    assert ["户1", "户2", "户3"] == names(union)


def test_a_list_of_nobody_is_made_and_cannot_be_handed_in(database: Database) -> None:
    database.transact(lists.found, 0)
    card = lists.made(database)
    assert (BatchState.DRAFT, 0) == (card.line.state, card.line.people)
    with pytest.raises(aid_refusals.BatchEmpty):
        lists.act(database, WANG, "submit", LIST, card.line.revision)


@pytest.mark.parametrize("person_id", [ZHANG, QIAN])
def test_a_list_that_is_not_theirs_looks_like_none(embedded: Database, person_id: int) -> None:
    lists.made(embedded)
    with pytest.raises(errors.NotFound):
        lists.card(embedded, person_id=person_id)
    with pytest.raises(errors.NotFound):
        lists.items(embedded, person_id=person_id)
    assert [] == embedded.transact(lambda tx: batches.listing(tx, casework.get(tx, person_id)))


@pytest.mark.parametrize("person_id", [WANG, CHEN, casework.SUN])
def test_officers_chairs_and_auditors_see_it_listed(embedded: Database, person_id: int) -> None:
    lists.made(embedded)
    listed = embedded.transact(lambda tx: batches.listing(tx, casework.get(tx, person_id)))
    assert ["PL-2017-0001"] == [one.number for one in listed]


def test_statements_do_not_grow_with_the_list(sqlite_database: Database) -> None:
    sqlite_database.transact(lists.found, 20)
    sqlite_database.transact(lists.begin)
    few = _statements(sqlite_database)
    lists.act(sqlite_database, WANG, "withdraw", LIST)
    sqlite_database.transact(_more)
    sqlite_database.transact(lists.begin, "larger")
    assert few == _statements(sqlite_database)
    assert 200 == lists.card(sqlite_database, "larger").line.people


def _more(tx: Transaction) -> None:
    for number in range(21, 201):
        casework.household(tx, number, name=f"户{number}", union_id=BRANCH, last_visit_on=lists.TODAY)


def _statements(database: Database) -> int:
    seen: list[object] = []

    def count(*args: object) -> None:
        seen.append(args[2])

    event.listen(database.engine, "before_cursor_execute", count)
    database.transact(building.build_next, (), [])
    event.remove(database.engine, "before_cursor_execute", count)
    return len(seen)
