"""Rebuilds every kept sum of the fund from the facts and names what differs; changes nothing.

Findings are `<table> <key> <fault>`, with the figure that is kept and the one that should be.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from storage.aid_codes import AidState, EntryKind, FundSource
from storage.columns import table_of
from storage.money import payment_check
from storage.money.ledger import GENESIS, balances, budgets, content, entries
from storage.money.payment_check import differs
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.people import Union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Row, RowMapping

    from storage.core.transaction import Transaction

ROWS_AT_ONCE = 1_000

aid = table_of(Aid)
households = table_of(Household)
unions = table_of(Union)


def findings(tx: Transaction) -> Iterator[str]:
    """Yield every finding on the chain of entries, balances, budgets, aid, payments, lists and years."""
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
    yield from payment_check.findings(tx)


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
    yield from differs(f"fund_balances {union_id} balance_fen", kept.balance_fen, total_fen)


def _reserves(tx: Transaction) -> Iterator[str]:
    promised: Counter[int] = Counter()
    joined = aid.join(households, households.c.id == aid.c.household_id).join(
        unions, unions.c.id == households.c.union_id
    )
    for path, amount_fen in tx.connection.execute(
        select(unions.c.path, func.sum(aid.c.amount_fen - aid.c.paid_fen))
        .select_from(joined)
        .where(aid.c.source == FundSource.COMPANY, aid.c.state == AidState.APPROVED)
        .group_by(unions.c.path)
    ):
        promised[int(path.split("/")[1])] += int(amount_fen)
    kept = {row.union_id: row.reserved_fen for row in tx.connection.execute(select(balances))}
    for union_id in sorted(kept.keys() | promised.keys()):
        name = f"fund_balances {union_id} reserved_fen"
        yield from differs(name, kept.get(union_id, 0), promised[union_id])


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
        yield from differs(f"budgets {row.union_id}/{row.year} paid_fen", row.paid_fen, paid[key])
