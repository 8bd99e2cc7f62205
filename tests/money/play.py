"""Plays a random story twice at once, on the page and in a database, and compares them after every act."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from storage.columns import table_of
from storage.errors import Refused
from storage.money import fund
from storage.tables.aid import Aid, AidBatch, HouseholdYear
from storage.tables.fund import Budget, FundBalance, LedgerEntry
from tests.money import hands, town
from tests.money.paper import GIVEN, No, Sheet
from tests.money.rolls import Office, Roll
from tests.money.tale import Act, Tale

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from storage.database import Database
    from tests.clock import FakeClock

# Every sheet and every household's year is compared, and every sum rebuilt, once in so many acts.
COMPARED_EVERY = 25
CHECKED_EVERY = 100

_ENTRIES, _BALANCES, _BUDGETS = table_of(LedgerEntry), table_of(FundBalance), table_of(Budget)
_AID, _YEARS, _ROLLS = table_of(Aid), table_of(HouseholdYear), table_of(AidBatch)
_SUMS = select(
    select(func.coalesce(func.sum(_ENTRIES.c.amount_fen), 0)).scalar_subquery(),
    select(func.coalesce(func.sum(_BALANCES.c.balance_fen), 0)).scalar_subquery(),
    select(func.coalesce(func.sum(_BALANCES.c.reserved_fen), 0)).scalar_subquery(),
)
_SHEETS = select(
    _AID.c.id,
    _AID.c.batch_id,
    _AID.c.household_id,
    _AID.c.state,
    _AID.c.amount_fen,
    _AID.c.paid_fen,
    _AID.c.revision,
    _AID.c.approvals_needed,
)


class Played:
    """One story, as far as it has been told: each act, and by what name it was refused."""

    def __init__(self, database: Database, clock: FakeClock, seed: int) -> None:
        self.database = database
        self.clock = clock
        self.paper = Office()
        self.tale = Tale(Random(seed), self.paper)  # noqa: S311 - stories, not secrets
        self.seed = seed
        self.told: list[tuple[Act, str]] = []
        clock.set(self.paper.now)
        database.transact(town.found)

    def play(self, acts: int) -> None:
        """Tell so many acts more. Raises AssertionError with the seed and the acts that led there."""
        for number in range(1, acts + 1):
            act = self.tale.next()
            try:
                self.act(act)
                self.compare_sums()
                if number % COMPARED_EVERY == 0 or number == acts:
                    self.compare_all()
                if number % CHECKED_EVERY == 0 or number == acts:
                    findings = self.database.transact(fund.check)
                    assert [] == findings, findings
            except AssertionError as error:
                subject = act.args.get("aid_id")
                story = [
                    f"{one.name} {one.args} → {end}"
                    for one, end in self.told
                    if subject is None or subject in one.args.values()
                ]
                last = "\n".join(story[-12:])
                raise AssertionError(f"seed {self.seed}, act {len(self.told)}: {error}\n{last}") from None

    def act(self, act: Act) -> None:
        """Do it on the page and in the product: what comes of it must be the same."""
        if act.name == "time":
            self._pass_time(act)
            return
        wanted = self._on_paper(act)
        done = self._in_product(act)
        self.told.append((act, done if isinstance(done, str) else "done"))
        assert wanted == done, f"{act.name} {act.args}: the page says {wanted}, the product {done}"
        if "batch_id" in act.args or act.name == "list_work":
            self.compare_all()
        if "aid_id" in act.args:
            self._compare_sheet(str(act.args["aid_id"]))

    def _pass_time(self, act: Act) -> None:
        before = self.paper.today
        self.paper.pass_time(act.args["now"])
        self.clock.set(act.args["now"])
        self.told.append((act, "passed"))
        if self.paper.today != before:
            wanted = self.paper.expire()
            assert wanted == self.database.transact(hands.expire), "expired"

    def _on_paper(self, act: Act) -> Any:  # noqa: ANN401 - whatever the act comes to
        if act.args.get("who") in self.paper.gone and act.name not in {"leave", "remove"}:
            return "gone"
        try:
            return getattr(self.paper, act.name)(**act.args)
        except No as said:
            return said.slug

    def _in_product(self, act: Act) -> Any:  # noqa: ANN401 - whatever the act comes to
        try:
            return self.database.transact(getattr(hands, act.name), **act.args)
        except hands.Gone:
            return "gone"
        except Refused as refusal:
            return refusal.slug

    # Comparing.

    def compare_sums(self) -> None:
        entries, balance, reserved = self.database.transact(_read_sums)
        assert entries == balance, f"the entries sum to {entries}, the balance is {balance}"
        paper = (self.paper.balance_fen, self.paper.reserved_fen)
        assert paper == (balance, reserved), f"balance, reserved: {paper} on the page, {balance, reserved}"
        assert balance >= reserved >= 0, f"{reserved} is promised of {balance}"

    def compare_all(self) -> None:
        paper = {one.id: _figures(one) for one in self.paper.sheets.values()}
        _same(paper, self.database.transact(_read_sheets))
        _same(
            {key: self._roll(one) for key, one in self.paper.rolls.items()},
            self.database.transact(_read_rolls),
        )
        _same(self.paper.household_years(), self.database.transact(_read_years))
        budgets = {year: (fen, self.paper.budget_paid_fen(year)) for year, fen in self.paper.budgets.items()}
        _same(budgets, self.database.transact(_read_budgets))

    def _roll(self, roll: Roll) -> tuple[Any, ...]:
        items = self.paper.items(roll)
        paid = [one for one in items if one.state in GIVEN]
        return roll.state, roll.revision, roll.needed, len(paid), sum(one.paid_fen for one in items)

    def _compare_sheet(self, aid_id: str) -> None:
        one = self.paper.sheets.get(aid_id)
        paper = {} if one is None else {one.id: _figures(one)}
        product = self.database.transact(_read_sheets, aid_id)
        assert paper == product, f"{paper} on the page, {product}"


def _same(paper: dict[Any, Any], product: dict[Any, Any]) -> None:
    for key in paper.keys() | product.keys():
        assert paper.get(key) == product.get(key), f"{key}: {paper.get(key)} on the page, {product.get(key)}"


def _figures(one: Sheet) -> tuple[Any, ...]:
    return one.state, one.wish.fen, one.paid_fen, one.revision, one.needed


def _read_sums(tx: Transaction) -> tuple[int, int, int]:
    entries, balance, reserved = tx.connection.execute(_SUMS).one()
    return int(entries), int(balance), int(reserved)


def _read_sheets(tx: Transaction, key: str | None = None) -> dict[str, tuple[Any, ...]]:
    asked = _SHEETS if key is None else _SHEETS.where(_AID.c.id == hands.found(tx, key))
    return {
        f"{batch_id}:{household}" if batch_id else aid_id: tuple(figures)
        for aid_id, batch_id, household, *figures in tx.connection.execute(asked)
    }


def _read_rolls(tx: Transaction) -> dict[str, tuple[Any, ...]]:
    return {
        row.id: (row.state, row.revision, row.approvals_needed, row.paid_people, row.paid_fen)
        for row in tx.connection.execute(select(_ROLLS))
    }


def _read_years(tx: Transaction) -> dict[tuple[int, int, str, str], tuple[int, int, int]]:
    rows = tx.connection.execute(select(_YEARS)).all()
    sums = {
        (row.household_id, row.year, row.kind, row.source): (row.payments, row.paid_fen, row.reserved_fen)
        for row in rows
    }
    return {key: figures for key, figures in sums.items() if any(figures)}


def _read_budgets(tx: Transaction) -> dict[int, tuple[int, int]]:
    return {row.year: (row.amount_fen, row.paid_fen) for row in tx.connection.execute(select(_BUDGETS))}
