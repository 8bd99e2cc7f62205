"""Checks the records of all tables against each other and against what is already known; writes nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from storage import rules
from storage.codes import HouseholdState
from storage.exchange import layout
from storage.exchange.rows import records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from storage.aid_codes import AidKind
    from storage.exchange.faults import Faults
    from storage.exchange.read import Table


@dataclass(frozen=True, slots=True)
class Known:
    """What the database holds already, as far as an import can clash with it.

    `cadres` is the branch names of the people of each name.
    """

    file_numbers: frozenset[str] = frozenset()
    vouchers: frozenset[str] = frozenset()
    cadres: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    budgets: Mapping[int, int] = field(default_factory=dict)
    standards: Mapping[tuple[int, AidKind], int] = field(default_factory=dict)
    balance_fen: int = 0


@dataclass(frozen=True, slots=True)
class Records:
    """The good rows of every table."""

    households: list[layout.HouseholdRecord]
    cadres: list[layout.CadreRecord]
    visits: list[layout.VisitRecord]
    payments: list[layout.PaymentRecord]
    incomes: list[layout.IncomeRecord]
    budgets: list[layout.BudgetRecord]
    standards: list[layout.StandardRecord]


class Cadres:
    """Who is meant by a name: the only one of that name, or the one in the household's own branch."""

    def __init__(self, people: Iterable[tuple[str, str]]) -> None:
        """`people`: name and branch."""
        self._branches: defaultdict[str, set[str]] = defaultdict(set)
        for name, branch in people:
            self._branches[name].add(branch)

    def branch(self, name: str, household_branch: str | None) -> str | None:
        """Return the branch of the person who is meant; None when unknown or ambiguous."""
        branches = self._branches.get(name, set())
        if household_branch in branches:
            return household_branch
        return next(iter(branches)) if len(branches) == 1 else None

    def fault(self, name: str, household_branch: str | None) -> str | None:
        """Return why nobody can be meant, None when somebody is."""
        if name not in self._branches:
            return "unknown_cadre"
        return None if self.branch(name, household_branch) is not None else "ambiguous_cadre"


def checked(tables: dict[str, Table], known: Known, today: date, faults: Faults, notes: Faults) -> Records:
    """Return the records of all good rows; every fault of a row or between rows is gathered in `faults`."""

    def good(sheet: layout.Sheet[Any]) -> list[Any]:
        table = tables.get(sheet.name)
        return [] if table is None else records(sheet, table, today, faults, notes)

    found = Records(*(good(sheet) for sheet in layout.SHEETS))
    check = _Check(tables, known, faults)
    check.households(found.households)
    check.visits(found.visits)
    check.payments(found.payments)
    check.incomes(found.incomes)
    check.overdraft(found.incomes, found.payments)
    check.budgets(found.budgets)
    check.standards(found.standards)
    return found


def cadres_of(known: Known, told: Iterable[tuple[str, str]]) -> Cadres:
    """Return the cadres already known together with those of a register, as name and branch."""
    there = [(name, branch) for name, branches in known.cadres.items() for branch in branches]
    return Cadres([*there, *told])


class _Check:
    """The checks between rows, table by table."""

    def __init__(self, tables: dict[str, Table], known: Known, faults: Faults) -> None:
        self._tables = tables
        self._known = known
        self._faults = faults
        # A bad row of a register is told once: what refers to it is not unknown on top of that.
        self._branches = dict(self._pairs(layout.HOUSEHOLDS, "file_no", "branch"))
        self._cadres = cadres_of(known, self._pairs(layout.CADRES, "name", "branch"))

    def _pairs(self, sheet: layout.Sheet[Any], first: str, second: str) -> list[tuple[str, str]]:
        table = self._tables.get(sheet.name)
        headings = [sheet.column(first), sheet.column(second)]
        if table is None or any(heading not in table.header for heading in headings):
            return []
        one, other = (table.header.index(heading) for heading in headings)
        return [(cells[one], cells[other]) for _, cells in table.rows]

    def _bad(self, sheet: layout.Sheet[Any], row: int, filled: str, reason: str, value: object = "") -> None:
        self._faults.add(self._tables[sheet.name].file, row, sheet.column(filled), reason, value)

    def _cadre(self, sheet: layout.Sheet[Any], row: int, filled: str, name: str, branch: str | None) -> None:
        reason = self._cadres.fault(name, branch)
        if reason is not None:
            self._bad(sheet, row, filled, reason, name)

    def _household(self, sheet: layout.Sheet[Any], row: int, file_no: str) -> None:
        if file_no not in self._branches and layout.HOUSEHOLDS.name in self._tables:
            self._bad(sheet, row, "file_no", "unknown_file_no", file_no)

    def households(self, rows: list[layout.HouseholdRecord]) -> None:
        """File numbers once and new, exits whole and in order, a liaison who is known."""
        seen: set[str] = set()
        for row in rows:
            if row.file_no in seen:
                self._bad(layout.HOUSEHOLDS, row.row, "file_no", "duplicate_file_no", row.file_no)
            if row.file_no in self._known.file_numbers:
                self._bad(layout.HOUSEHOLDS, row.row, "file_no", "file_no_known", row.file_no)
            seen.add(row.file_no)
            self._exit(row)
            if row.liaison is not None:
                self._cadre(layout.HOUSEHOLDS, row.row, "liaison", row.liaison, row.branch)

    def _exit(self, row: layout.HouseholdRecord) -> None:
        if row.state != HouseholdState.CLOSED:
            for filled, value in (("closed_on", row.closed_on), ("close_reason", row.close_reason)):
                if value is not None:
                    self._bad(layout.HOUSEHOLDS, row.row, filled, "not_closed", value)
            return
        if row.closed_on is None:
            self._bad(layout.HOUSEHOLDS, row.row, "closed_on", "exit_without_date")
        elif row.closed_on < row.opened_on:
            self._bad(layout.HOUSEHOLDS, row.row, "closed_on", "exit_before_opening", row.closed_on)
        if row.close_reason is None:
            self._bad(layout.HOUSEHOLDS, row.row, "close_reason", "exit_without_reason")

    def visits(self, rows: list[layout.VisitRecord]) -> None:
        """Households and visitors who are known, an assessment wherever somebody was met."""
        for row in rows:
            self._household(layout.VISITS, row.row, row.file_no)
            for name in row.visitors:
                self._cadre(layout.VISITS, row.row, "visitors", name, self._branches.get(row.file_no))
            if row.assessment is None and row.met != "NOBODY":
                self._bad(layout.VISITS, row.row, "assessment", "empty")

    def payments(self, rows: list[layout.PaymentRecord]) -> None:
        """Households who are known, an amount wherever money changed hands."""
        for row in rows:
            self._household(layout.PAYMENTS, row.row, row.file_no)
            if row.amount_fen == 0 and row.kind not in rules.WITHOUT_CASH:
                self._bad(layout.PAYMENTS, row.row, "amount_fen", "zero", 0)

    def incomes(self, rows: list[layout.IncomeRecord]) -> None:
        """A voucher number stands for one income, in the file and in the ledger."""
        seen = set(self._known.vouchers)
        for row in rows:
            if row.voucher_no is None:
                continue
            if row.voucher_no in seen:
                self._bad(layout.INCOMES, row.row, "voucher_no", "duplicate_voucher", row.voucher_no)
            seen.add(row.voucher_no)

    def overdraft(self, incomes: list[layout.IncomeRecord], payments: list[layout.PaymentRecord]) -> None:
        """No payment takes more than the fund held by then; a day's income comes before its payments."""
        if self._faults.found:
            # With a bad income left out, every later payment would look like too much.
            return
        balance_fen = self._known.balance_fen
        moves: list[tuple[date, int, int, int]] = [
            (row.happened_on, 0, row.row, row.amount_fen) for row in incomes
        ]
        moves += [
            (row.paid_on, 1, row.row, -row.amount_fen) for row in payments if row.source == rules.OWN_FUND
        ]
        for _, _, row_number, amount_fen in sorted(moves):
            if balance_fen + amount_fen < 0:
                held = f"{balance_fen // 100}.{balance_fen % 100:02d}"
                self._bad(layout.PAYMENTS, row_number, "amount_fen", "overdrawn", held)
            else:
                balance_fen += amount_fen

    def budgets(self, rows: list[layout.BudgetRecord]) -> None:
        """One budget a year, not another than the one that is set."""
        seen: set[int] = set()
        for row in rows:
            if row.year in seen:
                self._bad(layout.BUDGETS, row.row, "year", "duplicate_year", row.year)
            elif self._known.budgets.get(row.year, row.amount_fen) != row.amount_fen:
                self._bad(layout.BUDGETS, row.row, "amount_fen", "set_otherwise", row.year)
            seen.add(row.year)

    def standards(self, rows: list[layout.StandardRecord]) -> None:
        """One standard a year and kind, not another than the one that is set."""
        seen: set[tuple[int, AidKind]] = set()
        for row in rows:
            key = row.year, row.kind
            if key in seen:
                self._bad(layout.STANDARDS, row.row, "year", "duplicate_year", row.year)
            elif self._known.standards.get(key, row.amount_fen) != row.amount_fen:
                self._bad(layout.STANDARDS, row.row, "amount_fen", "set_otherwise", row.year)
            seen.add(key)
