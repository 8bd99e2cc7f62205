"""What a kind of aid needs for everybody on file, and what there is for it; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from storage import rules
from storage.aid_codes import AidKind
from storage.among import among
from storage.codes import Category, HouseholdState
from storage.money import fund
from storage.money.fund import household_years, households, unions

if TYPE_CHECKING:
    from collections.abc import Collection

    from storage.budgets.standard_book import Book
    from storage.core.transaction import Transaction
    from storage.members.people import Person
    from storage.money.fund import FundFigures

_BRANCH = unions.alias("branch")
_TOP = select(unions.c.path).where(unions.c.id == bindparam("union")).scalar_subquery()
_ON_FILE = (
    select(households.c.category, func.count())
    .join(_BRANCH, _BRANCH.c.id == households.c.union_id)
    .where(_BRANCH.c.path.like(_TOP + "%"), households.c.state == HouseholdState.ACTIVE)
    .group_by(households.c.category)
)
_OF_UNIONS = _ON_FILE.where(among(_BRANCH.c.id, "only"))
# Of whatever money: who has it, or is promised it, is not to get it again in that year.
_HAVE_IT = (
    select(households.c.category, func.count(household_years.c.household_id.distinct()))
    .join(_BRANCH, _BRANCH.c.id == households.c.union_id)
    .join(household_years, household_years.c.household_id == households.c.id)
    .where(
        _BRANCH.c.path.like(_TOP + "%"),
        households.c.state == HouseholdState.ACTIVE,
        household_years.c.year == bindparam("year"),
        household_years.c.kind == bindparam("kind"),
        household_years.c.paid_fen + household_years.c.reserved_fen > 0,
    )
    .group_by(households.c.category)
)
_HAVE_IT_OF_UNIONS = _HAVE_IT.where(among(_BRANCH.c.id, "only"))


@dataclass(frozen=True, slots=True)
class NeedLine:
    """The households of one category; `amount_fen` None: nothing exact is set for them.

    `had`: so many of them have, or are promised, in that year what is given but once a year.
    """

    category: Category
    people: int
    amount_fen: int | None
    had: int = 0

    @property
    def sum_fen(self) -> int:
        """All of them together."""
        return self.people * (self.amount_fen or 0)

    @property
    def left_fen(self) -> int:
        """Those who are still to get it."""
        return max(0, self.people - self.had) * (self.amount_fen or 0)


@dataclass(frozen=True, slots=True)
class Need:
    """What everybody on file would be given of a kind in a year, and the fund's figures of that year.

    Money of other sources has no balance here: `free_fen` and `lacks_fen` speak of the company fund.
    """

    kind: AidKind
    year: int
    lines: tuple[NeedLine, ...]
    figures: FundFigures

    @property
    def people(self) -> int:
        """How many there are for whom an amount is set."""
        return sum(one.people for one in self.lines if one.amount_fen)

    @property
    def sum_fen(self) -> int:
        """What they need together."""
        return sum(one.sum_fen for one in self.lines)

    @property
    def had(self) -> int:
        """How many of them have it already, or are promised it."""
        return sum(one.had for one in self.lines if one.amount_fen)

    @property
    def left_fen(self) -> int:
        """What is still to be given."""
        return sum(one.left_fen for one in self.lines)

    @property
    def lacks_fen(self) -> int:
        """What is missing for those who are still to get it; never negative."""
        return max(0, self.left_fen - self.figures.available_fen)


def on_file(tx: Transaction, person: Person, unions: Collection[int] = ()) -> dict[Category, int]:
    """Return how many households of each category are on file wherever the person's fund serves.

    `unions`: of these alone.
    """
    top = {"union": fund.serving(tx, person.union_id)}
    counted = (
        tx.connection.execute(_OF_UNIONS, {**top, "only": sorted(unions)})
        if unions
        else tx.connection.execute(_ON_FILE, top)
    )
    found = {Category(category): int(count) for category, count in counted}
    return {one: found[one] for one in Category if one in found}


def at_cap(tx: Transaction, person: Person, kind: AidKind, year: int, cap_fen: int) -> int:
    """Return how many households have had, or are promised, so much of a kind in a year, of company money."""
    had_fen = func.sum(household_years.c.paid_fen + household_years.c.reserved_fen)
    reached = (
        select(household_years.c.household_id)
        .join(households, households.c.id == household_years.c.household_id)
        .join(_BRANCH, _BRANCH.c.id == households.c.union_id)
        .where(
            _BRANCH.c.path.like(_TOP + "%"),
            household_years.c.year == year,
            household_years.c.kind == str(kind),
            household_years.c.source == str(rules.OWN_FUND),
        )
        .group_by(household_years.c.household_id)
        .having(had_fen >= cap_fen)
        .subquery()
    )
    top = {"union": fund.serving(tx, person.union_id)}
    return tx.connection.scalar(select(func.count()).select_from(reached), top) or 0


def need(
    tx: Transaction,
    person: Person,
    kind: AidKind,
    book: Book,
    *,
    categories: Collection[str] = (),
    unions: Collection[int] = (),
    amount_fen: int | None = None,
) -> Need:
    """Return a kind's need by the book's standards; a yearly grant is for those alone who may have it.

    `categories` and `unions`: of these alone. `amount_fen`: what each gets where nothing exact is set.
    """
    may = rules.ANNUAL_FOR if kind == AidKind.ANNUAL else frozenset(Category)
    had = _had(tx, person, kind, book.year, unions) if kind in rules.ONCE_A_YEAR else {}
    lines = tuple(
        NeedLine(
            category,
            count,
            book.of(kind, category).standard.amount_fen or amount_fen,
            had.get(category, 0),
        )
        for category, count in on_file(tx, person, unions).items()
        if category in may and (not categories or category in categories)
    )
    return Need(kind, book.year, lines, fund.balance(tx, person.union_id, year=book.year))


def _had(
    tx: Transaction, person: Person, kind: AidKind, year: int, unions: Collection[int]
) -> dict[Category, int]:
    asked = {"union": fund.serving(tx, person.union_id), "kind": str(kind), "year": year}
    counted = (
        tx.connection.execute(_HAVE_IT_OF_UNIONS, {**asked, "only": sorted(unions)})
        if unions
        else tx.connection.execute(_HAVE_IT, asked)
    )
    return {Category(category): int(count) for category, count in counted}
