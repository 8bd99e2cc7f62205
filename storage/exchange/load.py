"""Imports a union's records: all of them or none, and every bad row named.

The whole import is one transaction; what is loaded is what the checks let pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from storage import audit, errors
from storage.aid_codes import AidKind, EntryKind
from storage.booking import aid_history
from storage.booking.aid_history import PastPayment
from storage.codes import PersonState
from storage.columns import new_id
from storage.due import followups_refresh
from storage.exchange import layout, load_households
from storage.exchange.checks import Cadres, Known, Records, cadres_of, checked
from storage.exchange.faults import Fault, Faults
from storage.exchange.read import read
from storage.members import membership
from storage.members.people import PEOPLE, UNIONS
from storage.money import budget, standards
from storage.money.fund import households
from storage.money.ledger import Entry, balances, budgets, entries
from storage.reporting import visits
from storage.reporting.visits import PastVisit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from storage.core.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Imported:
    """How many of each were taken in, or would be; `notes` says what was left out (ignored columns)."""

    households: int
    cadres: int
    visits: int
    payments: int
    incomes: int
    budgets: int
    standards: int
    notes: tuple[Fault, ...]


def import_path(tx: Transaction, path: Path, *, union_name: str, dry_run: bool = False) -> Imported:
    """Take in a folder of CSV files, or one workbook with sheets of the same names, and count what was taken.

    `union_name` names the top union if the database has none yet. Afterwards households, cadres, visits,
    payments, the ledger, budgets and standards are there, marked as imported, and what is due is worked out.
    A dry run checks all the same and writes nothing.
    Refuses ImportRefused with `rows`, a list of Fault: every one that was found, and nothing is taken in.
    """
    faults, notes = Faults(), Faults()
    tables = read(path, [sheet.name for sheet in layout.SHEETS], faults)
    known = _known(tx)
    records = checked(tables, known, tx.today, faults, notes)
    if faults.found:
        raise errors.ImportRefused(rows=faults.sorted())
    if not dry_run:
        _load(tx, records, known, union_name)
    return Imported(
        households=len(records.households),
        cadres=len(records.cadres),
        visits=len(records.visits),
        payments=len(records.payments),
        incomes=len(records.incomes),
        budgets=len(records.budgets),
        standards=len(records.standards),
        notes=tuple(notes.found),
    )


def _known(tx: Transaction) -> Known:
    root_id = membership.root_union(tx)
    cadres: dict[str, tuple[str, ...]] = {}
    there = select(PEOPLE.c.name, UNIONS.c.name).join(UNIONS, UNIONS.c.id == PEOPLE.c.union_id)
    for name, branch in tx.connection.execute(there.where(PEOPLE.c.state != PersonState.REMOVED)):
        cadres[name] = (*cadres.get(name, ()), branch)
    plans = select(budgets.c.year, budgets.c.amount_fen).where(budgets.c.union_id == root_id)
    norms = standards.standards.c
    norm_rows = (
        select(norms.year, norms.kind, norms.amount_fen)
        .where(norms.union_id == root_id, norms.category == "", norms.amount_fen.is_not(None))
        .order_by(norms.id)
    )
    held = select(balances.c.balance_fen).where(balances.c.union_id == root_id)
    return Known(
        file_numbers=frozenset(tx.connection.scalars(select(households.c.file_no))),
        vouchers=frozenset(
            tx.connection.scalars(
                select(entries.c.voucher_no).where(
                    entries.c.union_id == root_id,
                    entries.c.kind == EntryKind.INCOME,
                    entries.c.voucher_no.is_not(None),
                )
            )
        ),
        cadres=cadres,
        budgets={row.year: row.amount_fen for row in tx.connection.execute(plans)},
        standards={(row.year, AidKind(row.kind)): row.amount_fen for row in tx.connection.execute(norm_rows)},
        balance_fen=tx.connection.scalar(held) or 0,
    )


def _load(tx: Transaction, records: Records, known: Known, union_name: str) -> None:
    root_id = membership.root_union(tx) or membership.ensure_union(tx, union_name)
    branches = {row.branch for row in records.households} | {row.branch for row in records.cadres}
    union_ids = {branch: membership.ensure_union(tx, branch) for branch in sorted(branches)}
    for cadre in records.cadres:
        membership.register(tx, name=cadre.name, union_id=union_ids[cadre.branch])
    who = _Who(tx, cadres_of(known, [(row.name, row.branch) for row in records.cadres]))
    household_ids = load_households.add(tx, records.households, union_ids, who.id)
    branch_of = {row.file_no: row.branch for row in records.households}
    visits.record_history(
        tx, (_visit(row, household_ids, who, branch_of[row.file_no]) for row in records.visits)
    )
    for plan in records.budgets:
        budget.set_budget(tx, union_id=root_id, year=plan.year, amount_fen=plan.amount_fen)
    for norm in records.standards:
        standards.record(tx, union_id=root_id, year=norm.year, kind=norm.kind, amount_fen=norm.amount_fen)
    aid_history.record_history(
        tx,
        root_id,
        [_payment(row, household_ids) for row in records.payments],
        [_income(row, root_id) for row in records.incomes],
    )
    followups_refresh.refresh_all(tx, history_until=_last_day(tx, records))
    audit.record(
        tx,
        person_id=None,
        act="import",
        subject=f"union:{root_id}",
        households=len(records.households),
        visits=len(records.visits),
        payments=len(records.payments),
        incomes=len(records.incomes),
    )


class _Who:
    """The ids of the people who are meant by their names."""

    def __init__(self, tx: Transaction, cadres: Cadres) -> None:
        self._cadres = cadres
        there = select(PEOPLE.c.name, UNIONS.c.name, PEOPLE.c.id).join(
            UNIONS, UNIONS.c.id == PEOPLE.c.union_id
        )
        rows = tx.connection.execute(there.where(PEOPLE.c.state != PersonState.REMOVED))
        self._ids: dict[tuple[str, str], int] = {
            (name, branch): person_id for name, branch, person_id in rows
        }

    def id(self, name: str | None, branch: str) -> int | None:
        """Return the id of whom a name means for a household of `branch`; None for no name."""
        if name is None:
            return None
        return self._ids[name, self._cadres.branch(name, branch) or branch]


def _visit(row: layout.VisitRecord, household_ids: Mapping[str, int], who: _Who, branch: str) -> PastVisit:
    people = [who.id(name, branch) for name in row.visitors]
    return PastVisit(
        household_id=household_ids[row.file_no],
        visited_on=row.visited_on,
        way=row.way,
        met=row.met,
        visitor_ids=tuple(person_id for person_id in people if person_id is not None),
        assessment=row.assessment,
        needs=row.needs or (),
        note=row.note,
    )


def _payment(row: layout.PaymentRecord, household_ids: Mapping[str, int]) -> PastPayment:
    return PastPayment(
        household_id=household_ids[row.file_no],
        kind=row.kind,
        source=row.source,
        amount_fen=row.amount_fen,
        paid_on=row.paid_on,
        method=row.method,
        reason=row.reason,
    )


def _income(row: layout.IncomeRecord, union_id: int) -> Entry:
    return Entry(
        union_id=union_id,
        kind=EntryKind.INCOME,
        income_kind=row.kind,
        amount_fen=row.amount_fen,
        happened_on=row.happened_on,
        voucher_no=row.voucher_no,
        note=row.note,
        request_id=f"import:{new_id()}",
    )


def _last_day(tx: Transaction, records: Records) -> date:
    """The last day the records tell of."""
    days = [row.visited_on for row in records.visits]
    days += [row.paid_on for row in records.payments]
    days += [row.happened_on for row in records.incomes]
    days += [row.closed_on or row.opened_on for row in records.households]
    return max(days, default=tx.today)
