"""Rebuilds every kept sum of the fund from the facts and names what differs; changes nothing.

Findings are `<table> <key> <fault>`, with the figure that is kept and the one that should be.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, select

from storage.codes import AidState, EntryKind, FundSource
from storage.columns import table_of
from storage.money.ledger import GENESIS, balances, budgets, content, entries
from storage.tables.aid import Aid, HouseholdYear
from storage.tables.dossiers import Household
from storage.tables.people import Union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Row, RowMapping

    from storage.core.transaction import Transaction

ROWS_AT_ONCE = 1_000
GIVEN = (AidState.PAID, AidState.REVISITED, AidState.CLOSED)

aid = table_of(Aid)
households = table_of(Household)
household_years = table_of(HouseholdYear)
unions = table_of(Union)


def findings(tx: Transaction) -> Iterator[str]:
    """Yield every finding on the chain of entries, balances, budgets, aid, and years of households."""
    kept = {row.union_id: row for row in tx.connection.execute(select(balances))}
    walked: set[int] = set()
    statement = select(entries).order_by(entries.c.union_id, entries.c.id)
    rows = tx.connection.execute(statement.execution_options(yield_per=ROWS_AT_ONCE)).mappings()
    for union_id, own in groupby(rows, key=lambda row: int(row["union_id"])):
        walked.add(union_id)
        yield from _walk(tx, own, kept.get(union_id), union_id)
    for union_id, row in kept.items():
        if union_id not in walked and (row.balance_fen or row.head != GENESIS):
            yield f"fund_balances {union_id} without entries"
    yield from _reserves(tx)
    yield from _budgets(tx)
    yield from _aid_against_entries(tx)
    yield from _household_years(tx)


def _walk(tx: Transaction, rows: Iterator[RowMapping], kept: Row[Any] | None, union_id: int) -> Iterator[str]:
    link, total_fen = GENESIS, 0
    for row in rows:
        if tx.vault.link(link, content(row)) != row["link"]:
            yield f"ledger_entries {row['id']} altered, moved, or one before it removed"
        link = row["link"]
        total_fen += row["amount_fen"]
    if kept is None:
        yield f"fund_balances {union_id} missing"
        return
    if kept.head != link:
        yield f"fund_balances {union_id} head differs: the last entry was removed, or one was added"
    yield from _differs(f"fund_balances {union_id} balance_fen", kept.balance_fen, total_fen)


def _differs(what: str, kept: int, counted: int) -> Iterator[str]:
    if kept != counted:
        yield f"{what} is {kept}, should be {counted}"


def _reserves(tx: Transaction) -> Iterator[str]:
    promised: Counter[int] = Counter()
    joined = aid.join(households, households.c.id == aid.c.household_id).join(
        unions, unions.c.id == households.c.union_id
    )
    for path, amount_fen in tx.connection.execute(
        select(unions.c.path, func.sum(aid.c.amount_fen))
        .select_from(joined)
        .where(aid.c.source == FundSource.COMPANY, aid.c.state == AidState.APPROVED)
        .group_by(unions.c.path)
    ):
        promised[int(path.split("/")[1])] += int(amount_fen)
    kept = {row.union_id: row.reserved_fen for row in tx.connection.execute(select(balances))}
    for union_id in sorted(kept.keys() | promised.keys()):
        yield from _differs(
            f"fund_balances {union_id} reserved_fen", kept.get(union_id, 0), promised[union_id]
        )


def _budgets(tx: Transaction) -> Iterator[str]:
    original = entries.alias("original")
    paid: Counter[tuple[int, int]] = Counter()
    day = case((original.c.id.is_(None), entries.c.happened_on), else_=original.c.happened_on)
    for union_id, paid_on, amount_fen in tx.connection.execute(
        select(entries.c.union_id, day, func.sum(-entries.c.amount_fen))
        .select_from(entries.outerjoin(original, original.c.id == entries.c.reverses_id))
        .where((entries.c.kind == EntryKind.PAYMENT) | (original.c.kind == EntryKind.PAYMENT))
        .group_by(entries.c.union_id, day)
    ):
        paid[union_id, paid_on.year] += int(amount_fen)
    for row in tx.connection.execute(select(budgets).order_by(budgets.c.union_id, budgets.c.year)):
        key = row.union_id, row.year
        yield from _differs(f"budgets {row.union_id}/{row.year} paid_fen", row.paid_fen, paid[key])


def _aid_against_entries(tx: Transaction) -> Iterator[str]:
    """Compare each piece of company aid with what its entries moved: all of it if given, else nothing."""
    moved = (
        select(entries.c.aid_id, func.sum(-entries.c.amount_fen).label("fen"))
        .where(entries.c.aid_id.is_not(None))
        .group_by(entries.c.aid_id)
        .subquery()
    )
    given = and_(aid.c.source == FundSource.COMPANY, aid.c.state.in_(GIVEN))
    expected = case((given, aid.c.amount_fen), else_=0)
    actual = func.coalesce(moved.c.fen, 0)
    for number, kept_fen, moved_fen in tx.connection.execute(
        select(aid.c.number, expected, actual)
        .select_from(aid.outerjoin(moved, moved.c.aid_id == aid.c.id))
        .where(expected != actual)
        .order_by(aid.c.number)
    ):
        yield from _differs(f"aid {number} in ledger", int(moved_fen), int(kept_fen))


def _household_years(tx: Transaction) -> Iterator[str]:
    counted: dict[tuple[int, int, str, str], list[int]] = {}
    statement = select(aid.c.household_id, aid.c.paid_on, aid.c.kind, aid.c.source, aid.c.amount_fen).where(
        aid.c.state.in_(GIVEN)
    )
    for row in tx.connection.execute(statement.execution_options(yield_per=ROWS_AT_ONCE)):
        sums = counted.setdefault((row.household_id, row.paid_on.year, row.kind, row.source), [0, 0])
        sums[0] += 1
        sums[1] += row.amount_fen
    for row in tx.connection.execute(select(household_years)):
        key = (row.household_id, row.year, row.kind, row.source)
        payments, paid_fen = counted.pop(key, [0, 0])
        name = f"household_years {'/'.join(str(part) for part in key)}"
        yield from _differs(f"{name} payments", row.payments, payments)
        yield from _differs(f"{name} paid_fen", row.paid_fen, paid_fen)
    for key in counted:
        yield f"household_years {'/'.join(str(part) for part in key)} missing"
