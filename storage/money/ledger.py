"""The company fund's ledger: entries are appended and linked, never changed; a mistake is a reversing entry.

Knows nothing of who may pay what: it keeps the money's own rules alone.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, text, update

from storage import errors
from storage.aid_codes import EntryKind, IncomeKind
from storage.columns import table_of
from storage.tables.fund import Budget, FundBalance, LedgerEntry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from storage.core.transaction import Transaction

# What the first entry of a fund is linked to.
GENESIS = bytes(32)

entries = table_of(LedgerEntry)
balances = table_of(FundBalance)
budgets = table_of(Budget)

# Of two who make the same fund at once the second one runs again, and finds it.
_NEW = text(
    "INSERT INTO fund_balances (union_id, balance_fen, reserved_fen, head) VALUES (:union_id, 0, 0, :head) "
    "ON CONFLICT (union_id) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement to be recorded; `amount_fen` is signed: money in is positive, money out negative.

    `request_id` is made before the work, so that the same act recorded twice is one entry.
    """

    union_id: int
    kind: EntryKind
    amount_fen: int
    happened_on: date
    request_id: str
    income_kind: IncomeKind | None = None
    voucher_no: str | None = None
    aid_id: str | None = None
    reverses_id: int | None = None
    note: str | None = None
    recorded_by: int | None = None


@dataclass(frozen=True, slots=True)
class Fund:
    """What is kept of a union's fund beside its entries."""

    balance_fen: int
    reserved_fen: int
    head: bytes


def append(tx: Transaction, entry: Entry) -> int:
    """Add `entry` to its union's ledger and return its id; balance and budget are in step with it afterwards.

    A second append under the same request returns the first entry's id and does nothing.
    Refuses DateInFuture, and Overdrawn when the fund would hold less than nothing.
    """
    fund = lock(tx, entry.union_id)
    first = tx.connection.scalar(select(entries.c.id).where(entries.c.request_id == entry.request_id))
    if first is not None:
        return int(first)
    if entry.happened_on > tx.today:
        raise errors.DateInFuture(day=entry.happened_on)
    after_fen = fund.balance_fen + entry.amount_fen
    if after_fen < 0:
        raise errors.Overdrawn(balance_fen=fund.balance_fen, amount_fen=-entry.amount_fen)
    row = row_of(entry, tx.now)
    link = tx.vault.link(fund.head, content(row))
    adding = insert(entries).values(**row, link=link).returning(entries.c.id)
    entry_id = int(tx.connection.execute(adding).scalar_one())
    tx.connection.execute(
        update(balances)
        .where(balances.c.union_id == entry.union_id)
        .values(balance_fen=after_fen, head_id=entry_id, head=link)
    )
    _count_in_budgets(tx, [entry])
    return entry_id


def append_all(tx: Transaction, union_id: int, added: Sequence[Entry]) -> None:
    """Add many new entries of one union in their order, for an import.

    The same holds afterwards as if each had been appended; requests must not have been recorded before.
    Refuses Overdrawn when the fund would hold less than nothing at any point.
    """
    fund = lock(tx, union_id)
    balance_fen, link = fund.balance_fen, fund.head
    rows: list[dict[str, object]] = []
    for entry in added:
        balance_fen += entry.amount_fen
        if balance_fen < 0:
            raise errors.Overdrawn(balance_fen=balance_fen - entry.amount_fen, amount_fen=-entry.amount_fen)
        row = row_of(entry, tx.now)
        link = tx.vault.link(link, content(row))
        rows.append({**row, "link": link})
    _count_in_budgets(tx, added)
    if not rows:
        return
    tx.connection.execute(insert(entries), rows)
    # By its request: to find the newest by its number the whole ledger would be walked.
    newest = select(entries.c.id).where(entries.c.request_id == added[-1].request_id).scalar_subquery()
    tx.connection.execute(
        update(balances)
        .where(balances.c.union_id == union_id)
        .values(balance_fen=balance_fen, head_id=newest, head=link)
    )


def reverse(
    tx: Transaction,
    entry_id: int,
    *,
    happened_on: date,
    request_id: str,
    note: str,
    recorded_by: int | None = None,
) -> int:
    """Take back a whole entry by an opposite one and return the new one's id.

    The year's budget of a payment taken back is free again. Refuses NotFound, NotReversible for a reversal or
    an entry reversed before (under another request), Overdrawn when an income taken back is spent already.
    """
    original = tx.connection.execute(select(entries).where(entries.c.id == entry_id)).one_or_none()
    if original is None:
        raise errors.NotFound(entry_id=entry_id)
    undone_by = tx.connection.scalar(select(entries.c.request_id).where(entries.c.reverses_id == entry_id))
    if original.kind == EntryKind.REVERSAL or undone_by not in {None, request_id}:
        raise errors.NotReversible(entry_id=entry_id)
    return append(
        tx,
        Entry(
            union_id=original.union_id,
            kind=EntryKind.REVERSAL,
            amount_fen=-original.amount_fen,
            happened_on=happened_on,
            request_id=request_id,
            aid_id=original.aid_id,
            reverses_id=entry_id,
            note=note,
            recorded_by=recorded_by,
        ),
    )


def lock(tx: Transaction, union_id: int) -> Fund:
    """Return the fund of a union, made if it is new; nobody else moves it until this transaction ends."""
    row = tx.connection.execute(
        select(balances).where(balances.c.union_id == union_id).with_for_update()
    ).one_or_none()
    if row is not None:
        return Fund(row.balance_fen, row.reserved_fen, row.head)
    tx.connection.execute(_NEW, {"union_id": union_id, "head": GENESIS})
    return Fund(0, 0, GENESIS)


def row_of(entry: Entry, recorded_at: datetime) -> dict[str, object]:
    """Return the columns of an entry as they are stored, but for its id and its link."""
    return {
        "union_id": entry.union_id,
        "kind": str(entry.kind),
        "income_kind": None if entry.income_kind is None else str(entry.income_kind),
        "amount_fen": entry.amount_fen,
        "happened_on": entry.happened_on,
        "voucher_no": entry.voucher_no,
        "aid_id": entry.aid_id,
        "reverses_id": entry.reverses_id,
        "note": entry.note,
        "request_id": entry.request_id,
        "recorded_by": entry.recorded_by,
        "recorded_at": recorded_at,
    }


def content(row: Mapping[Any, Any]) -> bytes:
    """Return what an entry's link covers: every column but its id, which counts by its place in the chain."""
    return json.dumps([_plain(row[name]) for name in _LINKED], ensure_ascii=False).encode()


_LINKED = (
    "union_id",
    "kind",
    "income_kind",
    "amount_fen",
    "happened_on",
    "voucher_no",
    "aid_id",
    "reverses_id",
    "note",
    "request_id",
    "recorded_by",
    "recorded_at",
)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int | str) else str(value)


def _count_in_budgets(tx: Transaction, added: Sequence[Entry]) -> None:
    paid: Counter[tuple[int, int]] = Counter()
    for entry in added:
        paid_on = _paid_on(tx, entry)
        if paid_on is not None:
            paid[entry.union_id, paid_on.year] -= entry.amount_fen
    for (union_id, year), paid_fen in paid.items():
        tx.connection.execute(
            update(budgets)
            .where(budgets.c.union_id == union_id, budgets.c.year == year)
            .values(paid_fen=budgets.c.paid_fen + paid_fen)
        )


def _paid_on(tx: Transaction, entry: Entry) -> date | None:
    """Return the day in whose year's budget an entry counts, None for what is no payment."""
    if entry.kind == EntryKind.PAYMENT:
        return entry.happened_on
    if entry.reverses_id is None:
        return None
    # What is taken back frees the budget of the year in which it was paid.
    paid = (entries.c.id == entry.reverses_id, entries.c.kind == EntryKind.PAYMENT)
    return tx.connection.scalar(select(entries.c.happened_on).where(*paid))
