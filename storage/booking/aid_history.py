"""Payments of earlier years, recorded in bulk from imported records."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from storage import numbers
from storage.aid_codes import AidState, EntryKind, PaymentState
from storage.columns import new_id
from storage.money import ledger
from storage.money.fund import aid, household_years
from storage.money.fund import payments as payment_rows
from storage.money.ledger import Entry, entries
from storage.rules import OWN_FUND

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from storage.aid_codes import AidKind, FundSource, PayMethod
    from storage.core.transaction import Transaction


@dataclass(frozen=True, slots=True)
class PastPayment:
    """One payment of the past; `amount_fen` may be zero for what is no money."""

    household_id: int
    kind: AidKind
    source: FundSource
    amount_fen: int
    paid_on: date
    method: PayMethod | None = None
    reason: str | None = None


def record_history(
    tx: Transaction, union_id: int, payments: Iterable[PastPayment], incomes: Iterable[Entry]
) -> None:
    """Record payments to households never paid before, and the fund's incomes, in the order of their days.

    Afterwards each payment has a number BF-… of its year, the households' years count them, and the ledger of
    `union_id` holds the incomes and what was paid of the company fund; of one day the incomes come first.
    What is due is left to the caller, once everything is imported. Refuses Overdrawn.
    """
    ordered = sorted(payments, key=lambda payment: payment.paid_on)
    ids = [new_id() for _ in ordered]
    if ordered:
        tx.connection.execute(insert(aid), _rows(tx, ordered, ids))
        tx.connection.execute(insert(household_years), _years(ordered))
    by_aid = dict(zip(ids, ordered, strict=True))
    spent = [
        _spent(union_id, payment, aid_id)
        for payment, aid_id in zip(ordered, ids, strict=True)
        if payment.source == OWN_FUND and payment.amount_fen > 0
    ]
    moves = sorted([*incomes, *spent], key=lambda entry: (entry.happened_on, entry.kind == EntryKind.PAYMENT))
    ledger.append_all(tx, union_id, moves)
    if ordered:
        just_spent = (entries.c.kind == EntryKind.PAYMENT, entries.c.recorded_at == tx.now)
        spent_by = select(entries.c.aid_id, entries.c.id).where(entries.c.union_id == union_id, *just_spent)
        entry_ids = {row.aid_id: row.id for row in tx.connection.execute(spent_by)}
        rows = [_paid(tx, aid_id, one, entry_ids.get(aid_id)) for aid_id, one in by_aid.items()]
        tx.connection.execute(insert(payment_rows), rows)


def _rows(tx: Transaction, ordered: list[PastPayment], ids: list[str]) -> list[dict[str, object]]:
    of_year: defaultdict[int, int] = defaultdict(int)
    for payment in ordered:
        of_year[payment.paid_on.year] += 1
    series = {year: iter(numbers.next_numbers(tx, "BF", year, count)) for year, count in of_year.items()}
    return [
        {
            "id": aid_id,
            "number": next(series[payment.paid_on.year]),
            "household_id": payment.household_id,
            "kind": payment.kind,
            "source": payment.source,
            "for_year": payment.paid_on.year,
            "amount_fen": payment.amount_fen,
            "paid_fen": payment.amount_fen,
            "state": AidState.PAID,
            "reason": payment.reason,
            "paid_on": payment.paid_on,
            "proposed_by": None,
            "recorded_at": tx.now,
            "imported_at": tx.now,
        }
        for payment, aid_id in zip(ordered, ids, strict=True)
    ]


def _paid(tx: Transaction, aid_id: str, payment: PastPayment, entry_id: int | None) -> dict[str, object]:
    """The payment of a piece of aid; it has that one alone, and its id."""
    return {
        "id": aid_id,
        "aid_id": aid_id,
        "amount_fen": payment.amount_fen,
        "paid_on": payment.paid_on,
        "method": payment.method,
        "state": PaymentState.PAID,
        "reason": "",
        "receipts": [],
        "entry_id": entry_id,
        "recorded_at": tx.now,
        "imported_at": tx.now,
    }


def _years(ordered: list[PastPayment]) -> list[dict[str, object]]:
    sums: defaultdict[tuple[int, int, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for payment in ordered:
        year = sums[payment.household_id, payment.paid_on.year, payment.kind, payment.source]
        year[0] += 1
        year[1] += payment.amount_fen
    return [
        {
            "household_id": household_id,
            "year": year,
            "kind": kind,
            "source": source,
            "payments": payments,
            "paid_fen": paid_fen,
            "reserved_fen": 0,
        }
        for (household_id, year, kind, source), (payments, paid_fen) in sums.items()
    ]


def _spent(union_id: int, payment: PastPayment, aid_id: str) -> Entry:
    return Entry(
        union_id=union_id,
        kind=EntryKind.PAYMENT,
        amount_fen=-payment.amount_fen,
        happened_on=payment.paid_on,
        request_id=f"payment:{aid_id}",
        aid_id=aid_id,
    )
