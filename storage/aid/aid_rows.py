"""One piece of aid as it is stored, with the household it is for; decides nothing and shows nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from storage import errors
from storage.aid_codes import AidKind, AidState, FundSource
from storage.codes import Category, HouseholdState
from storage.columns import table_of
from storage.money import ledger
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.people import Union

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

AID = table_of(Aid)
HOUSEHOLDS = table_of(Household)
UNIONS = table_of(Union)

# The states in which it waits for somebody: officer, chairs, treasurer, or whoever proposed it.
WAITING = frozenset({AidState.TO_REVIEW, AidState.TO_APPROVE, AidState.APPROVED, AidState.RETURNED})

# Every column that `AidRow` has, in its order.
COLUMNS = (
    AID.c.id,
    AID.c.number,
    AID.c.household_id,
    HOUSEHOLDS.c.name.label("household_name"),
    HOUSEHOLDS.c.state.label("household_state"),
    HOUSEHOLDS.c.category,
    HOUSEHOLDS.c.union_id,
    UNIONS.c.name.label("union_name"),
    UNIONS.c.path.label("union_path"),
    AID.c.kind,
    AID.c.source,
    AID.c.for_year,
    AID.c.amount_fen,
    AID.c.paid_fen,
    AID.c.state,
    AID.c.revision,
    AID.c.approvals_needed,
    AID.c.reason,
    AID.c.answers,
    AID.c.form_version,
    AID.c.batch_id,
    AID.c.guards,
    AID.c.is_emergency,
    AID.c.file_by,
    AID.c.filed_on,
    AID.c.paid_on,
    AID.c.proposed_by,
    AID.c.waits_since,
    AID.c.recorded_at,
)
FROM = AID.join(HOUSEHOLDS, HOUSEHOLDS.c.id == AID.c.household_id).join(
    UNIONS, UNIONS.c.id == HOUSEHOLDS.c.union_id
)
ROWS: Select[Any] = select(*COLUMNS).select_from(FROM)
_ONE = ROWS.where(AID.c.id == bindparam("aid"))
_FUND = select(UNIONS.c.path).select_from(FROM).where(AID.c.id == bindparam("aid"))
_CHANGE = update(AID).where(AID.c.id == bindparam("row"))
_ADD = insert(AID)


@dataclass(frozen=True, slots=True)
class AidRow:
    """One piece of aid, and of its household what every rule asks. Amounts are fen."""

    id: str
    number: str
    household_id: int
    household_name: str
    household_state: HouseholdState
    category: Category
    union_id: int
    union_name: str
    union_path: str
    kind: AidKind
    source: FundSource
    for_year: int
    amount_fen: int
    paid_fen: int
    state: AidState
    revision: int
    approvals_needed: int
    reason: str | None
    answers: Mapping[str, object] | None
    form_version: int | None
    batch_id: str | None
    guards: str
    is_emergency: bool
    file_by: date | None
    filed_on: date | None
    paid_on: date | None
    proposed_by: int | None
    waits_since: datetime | None
    recorded_at: datetime

    @property
    def left_fen(self) -> int:
        """What of it is not paid yet."""
        return self.amount_fen - self.paid_fen

    @property
    def fund_id(self) -> int:
        """The union whose fund serves the household: the one at the root of its tree."""
        return fund_of(self.union_path)


def fund_of(path: str) -> int:
    """Return the union at the root of a union's path."""
    return int(path.split("/")[1])


def as_row(row: Row[Any]) -> AidRow:
    """Return what was read with `ROWS`, its codes as codes."""
    codes = {
        "household_state": HouseholdState(row.household_state),
        "category": Category(row.category),
        "kind": AidKind(row.kind),
        "source": FundSource(row.source),
        "state": AidState(row.state),
    }
    return AidRow(**{**row._mapping, **codes})  # noqa: SLF001 - SQLAlchemy's public name for it


def find(tx: Transaction, aid_id: str) -> AidRow | None:
    """Return a piece of aid, whoever may see it; None when there is none."""
    row = tx.connection.execute(_ONE, {"aid": aid_id}).one_or_none()
    return None if row is None else as_row(row)


def get(tx: Transaction, person: Person, aid_id: str) -> AidRow:
    """Return a piece of aid of a household in the person's scope. Refuses NotFound for none and others'."""
    row = find(tx, aid_id)
    if row is None or row.union_id not in person.scope:
        raise errors.NotFound(aid_id=aid_id)
    return row


def hold(tx: Transaction, person: Person, aid_id: str) -> AidRow:
    """The same, with its fund held first, so that nobody else decides on it or promises its money meanwhile.

    Refuses NotFound.
    """
    path = tx.connection.scalar(_FUND, {"aid": aid_id})
    if path is not None:
        ledger.lock(tx, fund_of(path))
    return get(tx, person, aid_id)


def change(tx: Transaction, row: AidRow, **values: object) -> AidRow:
    """Write these columns and return the piece of aid as it is then; in a new state it waits from now on."""
    if "state" in values and values["state"] != row.state:
        values.setdefault("waits_since", tx.now if values["state"] in WAITING else None)
    tx.connection.execute(_CHANGE.values(**values), {"row": row.id})
    changed = find(tx, row.id)
    if changed is None:
        raise errors.NotFound(aid_id=row.id)
    return changed


def add(tx: Transaction, values: Mapping[str, object]) -> None:
    """Add a piece of aid; its id, number and amounts are the caller's."""
    tx.connection.execute(_ADD, dict(values))
