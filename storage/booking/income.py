"""What comes into the company fund, as its treasurer records it, and what of it was recorded by mistake.

Amounts are fen, days are dates. Money of other sources has no fund here and is no income.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from storage import audit, errors, reasons
from storage.aid_codes import EntryKind
from storage.aid_refusals import PromisedMoney, ReasonMissing
from storage.booking import vouchers
from storage.codes import Role
from storage.members import offices
from storage.money import fund, ledger
from storage.money.ledger import Entry, entries

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Select

    from storage.aid_codes import IncomeKind
    from storage.core.transaction import Transaction
    from storage.members.people import Person

# However much comes in: beyond it somebody has mistyped. Our default.
AMOUNT_HIGHEST_FEN = 100_000_000_000

_ENTRY: Select[Any] = select(entries.c.union_id, entries.c.kind, entries.c.amount_fen).where(
    entries.c.id == bindparam("entry")
)
_UNDONE = select(entries.c.id).where(entries.c.reverses_id == bindparam("entry"))
_REQUESTED: Select[Any] = select(entries.c.id, entries.c.union_id, entries.c.kind).where(
    entries.c.request_id == bindparam("request")
)
# What comes in, and can be taken back as a whole; a payment is taken back with the aid it is of.
_INCOMING = frozenset({EntryKind.INCOME, EntryKind.OPENING})


def record(
    tx: Transaction,
    person: Person,
    *,
    request_id: str,
    income_kind: IncomeKind,
    amount_fen: int,
    happened_on: date,
    voucher_no: str | None = None,
    note: str | None = None,
) -> int:
    """Add money to the fund that serves the treasurer's union and return the entry's id.

    `request_id` is made before the work: recorded twice it is one income. Refuses NotAllowed (no treasurer of
    that fund), NotFound (the request was something else), BadSum, DateInFuture, BadReason (voucher or note
    too long).
    """
    fund_id = _held(tx, person)
    known = tx.connection.execute(_REQUESTED, {"request": request_id}).one_or_none()
    if known is not None:
        if known.union_id != fund_id or known.kind not in _INCOMING:
            raise errors.NotFound(request_id=request_id)
        return int(known.id)
    if not 0 < amount_fen <= AMOUNT_HIGHEST_FEN:
        raise errors.BadSum(lowest_fen=1, highest_fen=AMOUNT_HIGHEST_FEN)
    entry = Entry(
        union_id=fund_id,
        kind=EntryKind.INCOME,
        income_kind=income_kind,
        amount_fen=amount_fen,
        happened_on=happened_on,
        request_id=request_id,
        voucher_no=reasons.sentence(voucher_no or "", optional=True) or None,
        note=reasons.sentence(note or "", optional=True) or None,
        recorded_by=person.id,
    )
    entry_id = ledger.append(tx, entry)
    vouchers.note(tx, fund_id, happened_on, entry.voucher_no)
    about = {"amount_fen": amount_fen, "kind": str(income_kind), "on": happened_on.isoformat()}
    audit.record(tx, person_id=person.id, act="income.record", subject=f"entry:{entry_id}", **about)
    return entry_id


def reverse_entry(tx: Transaction, person: Person, entry_id: int, reason: str) -> int:
    """Take an income back that was recorded by mistake, for a reason; return the reversing entry's id.

    Money that is promised to somebody stays in the fund. Done again it changes nothing and answers the same.
    Refuses NotAllowed, NotFound, NotReversible (no income), PromisedMoney, Overdrawn (it is spent),
    ReasonMissing, BadReason.
    """
    fund_id = _held(tx, person)
    original = tx.connection.execute(_ENTRY, {"entry": entry_id}).one_or_none()
    if original is None or original.union_id != fund_id:
        raise errors.NotFound(entry_id=entry_id)
    if original.kind not in _INCOMING:
        raise errors.NotReversible(entry_id=entry_id)
    undone = tx.connection.scalar(_UNDONE, {"entry": entry_id})
    if undone is not None:
        return int(undone)
    if not reason.strip():
        raise ReasonMissing
    said = reasons.sentence(reason)
    held = ledger.lock(tx, fund_id)
    free_fen = held.balance_fen - held.reserved_fen
    if free_fen < original.amount_fen <= held.balance_fen:
        raise PromisedMoney(free_fen=max(0, free_fen))
    undone_by = ledger.reverse(
        tx,
        entry_id,
        happened_on=tx.today,
        request_id=f"reverse:entry:{entry_id}",
        note=said,
        recorded_by=person.id,
    )
    about = {"entry": entry_id, "amount_fen": -int(original.amount_fen)}
    audit.record(tx, person_id=person.id, act="income.reverse", subject=f"entry:{undone_by}", **about)
    return undone_by


def _held(tx: Transaction, person: Person) -> int:
    """The fund that serves the person's union, held for this transaction. Refuses NotAllowed."""
    fund_id = fund.serving(tx, person.union_id)
    if fund_id not in offices.over(tx, person.id, Role.TREASURER):
        raise errors.NotAllowed
    ledger.lock(tx, fund_id)
    return fund_id
