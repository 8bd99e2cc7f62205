"""One list of aid as it is stored, held for whoever changes it; decides nothing and shows nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, func, insert, select, update

from storage import errors
from storage.aid import aid_steps, approvers
from storage.aid_codes import AidKind, AidState, BatchState, FundSource
from storage.aid_refusals import BatchMoved, BatchNotReady
from storage.columns import table_of
from storage.members import offices
from storage.money import ledger
from storage.tables.aid import Aid, AidBatch
from storage.tables.people import Union

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

AID = table_of(Aid)
BATCHES = table_of(AidBatch)
UNIONS = table_of(Union)

# No household has a number above this: they are integers of four bytes.
BEYOND_ALL = 2**31 - 1
# A list in one of these is over.
OVER = frozenset({BatchState.PAID, BatchState.REFUSED, BatchState.WITHDRAWN})
# In these it waits for a person: its maker, the chairs, the treasurer.
WAITING = frozenset({BatchState.DRAFT, BatchState.TO_APPROVE, BatchState.APPROVED})

_CODES = {"kind": AidKind, "source": FundSource, "state": BatchState}

ROWS: Select[Any] = select(
    BATCHES, UNIONS.c.path.label("union_path"), UNIONS.c.name.label("union_name")
).join(UNIONS, UNIONS.c.id == BATCHES.c.union_id)
_ONE = ROWS.where(BATCHES.c.id == bindparam("batch"))
_HELD = _ONE.with_for_update(of=BATCHES)
_SUM = select(func.sum(AID.c.amount_fen)).where(
    AID.c.batch_id == bindparam("batch"), AID.c.state == bindparam("state")
)
_LEFT = select(func.sum(AID.c.amount_fen - AID.c.paid_fen)).where(
    AID.c.batch_id == bindparam("batch"), AID.c.state == AidState.APPROVED
)
# Approved, and passed over while the others were paid.
_COUNT_HELD = (
    select(func.count())
    .select_from(AID)
    .where(
        AID.c.batch_id == bindparam("batch"),
        AID.c.state == AidState.APPROVED,
        AID.c.household_id <= bindparam("last"),
    )
)
# On the list, and a rule wants a look at it.
_MARKED = (AID.c.batch_id == bindparam("batch"), AID.c.guards != "", AID.c.state == AidState.DRAFT)
_COUNT_MARKED = select(func.count()).select_from(AID).where(*_MARKED)
_COUNT_MARKS = (
    select(
        func.sum(case((AID.c.guards.like("%earlier_not_revisited%"), 1), else_=0)),
        func.sum(case((AID.c.guards.like("%no_recent_visit%"), 1), else_=0)),
    )
    .select_from(AID)
    .where(*_MARKED)
)
_CHANGE = update(BATCHES).where(BATCHES.c.id == bindparam("row"))


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One list, with the path of its union. Amounts are fen."""

    id: str
    number: str
    union_id: int
    union_name: str
    union_path: str
    kind: AidKind
    source: FundSource
    for_year: int
    state: BatchState
    revision: int
    approvals_needed: int
    reason: str
    picked: Mapping[str, Any]
    people: int
    sum_fen: int
    exceptions: int
    struck: int
    left_out: Mapping[str, int]
    paid_people: int
    paid_fen: int
    expected_people: int
    after_household_id: int
    made_by: int
    made_at: datetime
    waits_since: datetime | None
    paid_on: date | None
    method: str | None
    voucher_no: str | None
    paid_by: int | None

    @property
    def fund_id(self) -> int:
        """The union whose fund it is of: the one at the root of its union's tree."""
        return int(self.union_path.split("/")[1])


def as_row(row: Row[Any]) -> BatchRow:
    """Return what was read with `ROWS`, its codes as codes."""
    return from_columns(dict(row._mapping))  # noqa: SLF001 - its public name in SQLAlchemy


def from_columns(known: Mapping[str, Any]) -> BatchRow:
    """The same from its columns by their names."""
    codes = {name: code(known[name]) for name, code in _CODES.items()}
    return BatchRow(**{**known, **codes})


def find(tx: Transaction, batch_id: str) -> BatchRow | None:
    """Return a list, whoever may see it; None when there is none."""
    row = tx.connection.execute(_ONE, {"batch": batch_id}).one_or_none()
    return None if row is None else as_row(row)


def get(tx: Transaction, person: Person, batch_id: str) -> BatchRow:
    """Return a list of a union in the person's scope, or where they act for a chair who is away.

    Refuses NotFound for none and others' alike.
    """
    row = find(tx, batch_id)
    if row is None or not (row.union_id in person.scope or acts(tx, person, row)):
        raise errors.NotFound(batch_id=batch_id)
    return row


def acts(tx: Transaction, person: Person, row: BatchRow) -> bool:
    """Whether somebody may approve there at all, be it in another's place."""
    return row.union_id in approvers.chairs(tx, person.id).unions


def hold(tx: Transaction, person: Person, batch_id: str) -> BatchRow:
    """The same, with its fund and then itself held, so that nobody else changes or pays it meanwhile."""
    ledger.lock(tx, get(tx, person, batch_id).fund_id)
    return again(tx, batch_id)


def again(tx: Transaction, batch_id: str) -> BatchRow:
    """Return a list that is known to be there as it stands now, and hold it."""
    return as_row(tx.connection.execute(_HELD, {"batch": batch_id}).one())


def led(tx: Transaction, person: Person, row: BatchRow) -> None:
    """Let officers and chairs over the list's union pass. Refuses NotAllowed."""
    if row.union_id not in offices.led(tx, person):
        raise errors.NotAllowed


def stands(row: BatchRow, *states: BatchState, revision: int | None = None) -> None:
    """Let a list pass that is in one of these states, and unchanged. Refuses BatchNotReady, BatchMoved."""
    if row.state not in states:
        raise BatchNotReady(number=row.number, state=str(row.state))
    if revision is not None and revision != row.revision:
        raise BatchMoved(number=row.number, state=str(row.state))


def add(tx: Transaction, values: Mapping[str, object]) -> None:
    """Add a list; its id and number are the caller's."""
    tx.connection.execute(insert(BATCHES), dict(values))


def change(tx: Transaction, row: BatchRow, **values: object) -> BatchRow:
    """Write these columns and return the list as it is then; in a new state it waits from now on."""
    if "state" in values and values["state"] != row.state:
        values.setdefault("waits_since", tx.now if values["state"] in WAITING else None)
    tx.connection.execute(_CHANGE.values(**values), {"row": row.id})
    return again(tx, row.id)


def sum_of(tx: Transaction, batch_id: str, state: AidState) -> int:
    """Return what the items of a list in that state come to, in fen."""
    return int(tx.connection.scalar(_SUM, {"batch": batch_id, "state": str(state)}) or 0)


def left_of(tx: Transaction, batch_id: str) -> int:
    """Return what is approved of a list and not paid, in fen."""
    return int(tx.connection.scalar(_LEFT, {"batch": batch_id}) or 0)


def marked(tx: Transaction, batch_id: str) -> int:
    """Return how many on a list that is not approved yet want a look."""
    return tx.connection.scalar(_COUNT_MARKED, {"batch": batch_id}) or 0


def marks(tx: Transaction, batch: BatchRow) -> tuple[int, int]:
    """Return how many on such a list have earlier aid that was not revisited, and how many nobody visited."""
    if not batch.exceptions:
        return 0, 0
    unrevisited, unseen = tx.connection.execute(_COUNT_MARKS, {"batch": batch.id}).one()
    return int(unrevisited or 0), int(unseen or 0)


def authors(tx: Transaction, batch: BatchRow) -> frozenset[int]:
    """Return who made it and who handed it in: none of them may decide on it, or pay it."""
    return aid_steps.authors(tx, batch_id=batch.id) | {batch.made_by}


def deciders(tx: Transaction, batch: BatchRow) -> frozenset[int]:
    """Return who approved it as it is now, with those in whose place that was done."""
    given = aid_steps.approvals(tx, batch.revision, batch_id=batch.id)
    return frozenset(one for each in given for one in (each.person_id, each.for_person_id) if one is not None)


def held(tx: Transaction, batch: BatchRow) -> int:
    """Return how many are approved and were passed over while the others were paid."""
    if batch.state not in {BatchState.PAYING, BatchState.PAID}:
        return 0
    return tx.connection.scalar(_COUNT_HELD, {"batch": batch.id, "last": last_paid(batch)}) or 0


def last_paid(batch: BatchRow) -> int:
    """Return the household up to which a list was paid; beyond every one when it is all paid."""
    return BEYOND_ALL if batch.state == BatchState.PAID else batch.after_household_id
