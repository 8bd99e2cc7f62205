"""Money that came in, aid that was paid, some taken back, without the way there: what tests build upon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import numbers
from storage.aid import aid_rows
from storage.aid_codes import AidState, EntryKind
from storage.booking import bookings
from storage.due import followups_refresh
from storage.money import fund, ledger
from storage.money.ledger import Entry
from storage.paying import settling

if TYPE_CHECKING:
    from datetime import date

    from storage.aid_codes import AidKind, FundSource, IncomeKind
    from storage.core.transaction import Transaction


def record(
    tx: Transaction,
    *,
    aid_id: str,
    household_id: int,
    kind: AidKind,
    source: FundSource,
    amount_fen: int,
    paid_on: date,
) -> str:
    """Pay aid to a household on that day, and return its number; done twice it is done once."""
    known = aid_rows.find(tx, aid_id)
    if known is not None:
        return known.number
    number = numbers.next_number(tx, "BF", paid_on.year)
    what = {"household_id": household_id, "kind": str(kind), "source": str(source), "for_year": paid_on.year}
    what |= {"amount_fen": amount_fen, "state": str(AidState.APPROVED), "recorded_at": tx.now}
    aid_rows.add(tx, {"id": aid_id, "number": number, **what})
    row = aid_rows.find(tx, aid_id)
    assert row is not None
    given = bookings.Given(aid_id, household_id, kind, source, fund.serving(tx, row.union_id))
    nothing = bookings.Standing(0, None)
    bookings.book(tx, given, nothing, payment_id=aid_id, amount_fen=amount_fen, paid_on=paid_on)
    aid_rows.change(tx, row, state=AidState.PAID, paid_fen=amount_fen, paid_on=paid_on)
    followups_refresh.refresh(tx, household_id)
    return number


def take_back(tx: Transaction, aid_id: str, *, happened_on: date, reason: str) -> None:
    """Take all of it back; done twice it is done once."""
    row = aid_rows.find(tx, aid_id)
    assert row is not None
    if row.state != AidState.REVERSED:
        settling.undo(tx, row, reason, happened_on, None)
        followups_refresh.refresh(tx, row.household_id)


def record_income(
    tx: Transaction,
    *,
    union_id: int,
    income_kind: IncomeKind,
    amount_fen: int,
    happened_on: date,
    request_id: str,
    voucher_no: str | None = None,
    note: str | None = None,
    recorded_by: int | None = None,
) -> int:
    """Add money to the fund that serves `union_id` and return the entry's id.

    What was carried over from the year before is income like any other. Recorded twice under one request it
    is one entry. Refuses DateInFuture.
    """
    return ledger.append(
        tx,
        Entry(
            union_id=fund.serving(tx, union_id),
            kind=EntryKind.INCOME,
            income_kind=income_kind,
            amount_fen=amount_fen,
            happened_on=happened_on,
            request_id=request_id,
            voucher_no=voucher_no,
            note=note,
            recorded_by=recorded_by,
        ),
    )
