"""The book of standards: a year's own, the year's before, a category's own; what everybody on file needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from storage import audit, errors
from storage.aid_codes import AidKind, AidState, IncomeKind
from storage.aid_refusals import BadStandard, StandardPast
from storage.asking import proposals
from storage.budgets import needs, standard_book
from storage.casebook import own_figures
from storage.columns import new_id
from storage.members import people
from storage.money import budget, standards
from storage.money.standards import Standard
from tests.storage import casework, paid

if TYPE_CHECKING:
    from storage.budgets.standard_book import Book
    from storage.database import Database, Transaction

FUND = casework.ROOT
TWO_THOUSAND = Standard(amount_fen=200_000)


@pytest.fixture
def union(database: Database) -> Database:
    database.transact(casework.found)
    database.transact(_households)
    return database


def _households(tx: Transaction) -> None:
    for number, category in enumerate(("SPECIAL", "SPECIAL", "LONG", "TEMP"), start=1):
        place = casework.BRANCH if number % 2 else casework.OTHER_BRANCH
        casework.household(tx, number, union_id=place, category=category)
    casework.household(tx, 9, state="EXIT_PROPOSED")


def change(
    union: Database,
    wanted: Standard,
    *,
    year: int = 2017,
    kind: AidKind = AidKind.SPRING,
    category: str = "",
    who: int = casework.WANG,
) -> None:
    union.transact(lambda tx: standard_book.change(tx, people.get(tx, who), year, kind, category, wanted))


def book(union: Database, year: int = 2017) -> Book:
    return union.transact(lambda tx: standard_book.book(tx, people.get(tx, casework.WANG), year))


def of(union: Database, year: int, category: str = "", kind: AidKind = AidKind.SPRING) -> int | None:
    """What the guards read, which must agree with what the book says."""

    def read(tx: Transaction) -> tuple[int | None, int | None]:
        one = standards.of(tx, FUND, year, kind, category).amount_fen
        return one, standards.in_year(tx, FUND, year).of(kind, category).amount_fen

    one, same = union.transact(read)
    assert one == same == book(union, year).of(kind, category).standard.amount_fen
    return one


def test_a_year_without_its_own_has_the_one_before(union: Database) -> None:
    change(union, Standard(amount_fen=150_000))
    assert [None, 150_000, 150_000] == [of(union, year) for year in (2016, 2017, 2018)]
    change(union, TWO_THOUSAND, year=2018)
    assert [150_000, 200_000, 200_000] == [of(union, year) for year in (2017, 2018, 2019)]


def test_a_row_without_figures_takes_the_years_own_back(union: Database) -> None:
    change(union, Standard(amount_fen=150_000))
    change(union, TWO_THOUSAND, year=2018)
    change(union, Standard(), year=2018)
    assert 150_000 == of(union, 2018)
    change(union, TWO_THOUSAND, year=2018)
    assert 200_000 == of(union, 2018)


def test_a_categorys_own_goes_before_that_of_all_and_falls_back_to_it(union: Database) -> None:
    change(union, TWO_THOUSAND)
    change(union, Standard(amount_fen=300_000), category="SPECIAL")
    assert [300_000, 200_000] == [of(union, 2017, category) for category in ("SPECIAL", "LONG")]
    change(union, Standard(), category="SPECIAL")
    assert 200_000 == of(union, 2017, "SPECIAL")


def test_what_holds_already_is_not_written_again_and_every_change_is_audited(union: Database) -> None:
    for _ in range(3):
        change(union, TWO_THOUSAND)
    kept = select(audit.ENTRIES.c.act, audit.ENTRIES.c.subject).where(audit.ENTRIES.c.act == "standard.set")
    assert [("standard.set", f"standard:{FUND}.2017.SPRING.ALL")] == [
        tuple(row) for row in union.transact(lambda tx: tx.connection.execute(kept).all())
    ]
    change(union, Standard(), category="LONG")
    assert 1 == len(union.transact(lambda tx: tx.connection.execute(kept).all()))


@pytest.mark.parametrize("who", [casework.ZHANG, casework.QIAN, casework.SUN])
def test_nobody_but_officer_and_chair_writes_in_it(union: Database, who: int) -> None:
    with pytest.raises(errors.NotAllowed):
        change(union, TWO_THOUSAND, who=who)


@pytest.mark.parametrize(
    "wanted",
    [
        Standard(amount_fen=0),
        Standard(amount_fen=-1),
        Standard(amount_fen=standard_book.HIGHEST_FEN + 1),
        Standard(amount_fen=1, lowest_fen=1),
        Standard(lowest_fen=5, highest_fen=4),
        Standard(cap_fen=0),
        Standard(amount_fen=200, cap_fen=100),
    ],
)
def test_what_makes_no_sense_is_refused(union: Database, wanted: Standard) -> None:
    with pytest.raises(BadStandard):
        change(union, wanted)


def test_past_years_far_years_and_kinds_without_money_are_refused(union: Database) -> None:
    with pytest.raises(StandardPast):
        change(union, TWO_THOUSAND, year=2016)
    with pytest.raises(BadStandard):
        change(union, TWO_THOUSAND, year=2019)
    with pytest.raises(BadStandard):
        change(union, TWO_THOUSAND, kind=AidKind.JOB)


def test_only_the_newest_change_is_taken_back_and_within_ten_minutes(union: Database) -> None:
    change(union, Standard(amount_fen=150_000))
    change(union, TWO_THOUSAND)

    def undo(change_id: int) -> bool:
        return union.transact(
            lambda tx: standard_book.undo(
                tx, people.get(tx, casework.WANG), 2017, AidKind.SPRING, "", change_id
            )
        )

    known = union.transact(
        lambda tx: standard_book.history(tx, people.get(tx, casework.SUN), 2017, AidKind.SPRING)
    )
    assert not undo(known[1].id)
    assert undo(known[0].id)
    assert 150_000 == of(union, 2017)
    assert not undo(known[0].id)


def test_what_is_tried_is_what_would_hold(union: Database) -> None:
    change(union, TWO_THOUSAND)
    tried = standard_book.with_standard(book(union), AidKind.SPRING, "LONG", Standard(amount_fen=100_000))
    assert 100_000 == tried.of(AidKind.SPRING, "LONG").standard.amount_fen
    assert 200_000 == tried.of(AidKind.SPRING, "TEMP").standard.amount_fen
    assert 200_000 == of(union, 2017, "LONG")


def need(union: Database, kind: AidKind = AidKind.SPRING, **more: Any) -> needs.Need:  # noqa: ANN401 - of need
    def asked(tx: Transaction) -> needs.Need:
        person = people.get(tx, casework.WANG)
        return needs.need(tx, person, kind, standard_book.book(tx, person, 2017), **more)

    return union.transact(asked)


def test_everybody_whose_file_is_open_needs_it_and_nobody_else(union: Database) -> None:
    change(union, TWO_THOUSAND)
    found = need(union)
    assert (4, 800_000, 800_000) == (found.people, found.sum_fen, found.lacks_fen)
    assert (3, 300_000) == (need(union, AidKind.ANNUAL).people, need(union, AidKind.ANNUAL).sum_fen)
    assert 0 == need(union, AidKind.STUDY).people


def test_a_need_is_bounded_to_categories_branches_and_an_amount(union: Database) -> None:
    assert 2 == need(union, AidKind.WARMTH, categories=["SPECIAL"], amount_fen=100).people
    assert 2 == need(union, AidKind.WARMTH, unions=[casework.BRANCH], amount_fen=100).people
    only = need(union, AidKind.WARMTH, unions=[casework.BRANCH], categories=["LONG"], amount_fen=100)
    assert (1, 100) == (only.people, only.sum_fen)


def test_what_there_is_counts_against_the_need(union: Database) -> None:
    change(union, TWO_THOUSAND)

    def income(tx: Transaction) -> None:
        paid.record_income(
            tx,
            union_id=FUND,
            income_kind=IncomeKind.UPPER,
            amount_fen=1_000_000,
            happened_on=tx.today,
            request_id="in",
        )
        budget.set_budget(tx, union_id=FUND, year=2017, amount_fen=500_000)

    union.transact(income)
    assert 300_000 == need(union).lacks_fen


def test_who_has_reached_a_cap_is_counted(union: Database) -> None:
    def count(cap_fen: int) -> int:
        return union.transact(
            lambda tx: needs.at_cap(tx, people.get(tx, casework.WANG), AidKind.LIVING, 2017, cap_fen)
        )

    assert 0 == count(1)


def test_what_became_of_ones_own_proposals_is_counted_by_state(union: Database) -> None:
    answers = {"kind": "MEDICAL", "source": "CITY_UNION", "amount": 100_000, "reason": "手术"}
    answers |= {"no_visit_reason": "已电话核实"}

    def propose(tx: Transaction) -> None:
        person = people.get(tx, casework.ZHANG)
        first, second = new_id(), new_id()
        proposals.propose(tx, person, aid_id=first, household_id=1, answers=answers, form_version=1)
        proposals.propose(tx, person, aid_id=second, household_id=3, answers=answers, form_version=1)
        proposals.withdraw(tx, person, second)

    union.transact(propose)
    lines = union.transact(lambda tx: own_figures.of(tx, people.get(tx, casework.ZHANG), 2017))
    assert [(AidState.TO_REVIEW, 1, 100_000), (AidState.WITHDRAWN, 1, 100_000)] == [
        (one.state, one.count, one.fen) for one in lines
    ]
    assert [] == union.transact(lambda tx: own_figures.of(tx, people.get(tx, casework.LI), 2017))
    assert [] == union.transact(lambda tx: own_figures.of(tx, people.get(tx, casework.ZHANG), 2016))
