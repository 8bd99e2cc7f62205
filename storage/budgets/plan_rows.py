"""One version of a year's plan as it is stored, held for whoever changes it; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from storage import audit, errors
from storage.aid_codes import BudgetState, FundSource
from storage.aid_refusals import BudgetMoved, BudgetYear
from storage.columns import table_of
from storage.members import offices
from storage.money import budget, fund, ledger
from storage.money.budget import revisions
from storage.tables.people import PersonRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

# A plan is made for the year that runs, or for the one after. Our default.
YEARS_AHEAD = 1

_DRAFTER = table_of(PersonRow).alias("drafter")
_DECIDER = table_of(PersonRow).alias("decider")
_ROWS: Select[Any] = (
    select(
        revisions,
        _DRAFTER.c.name.label("drafted_by_name"),
        _DECIDER.c.name.label("decided_by_name"),
    )
    .outerjoin(_DRAFTER, _DRAFTER.c.id == revisions.c.drafted_by)
    .outerjoin(_DECIDER, _DECIDER.c.id == revisions.c.decided_by)
    .where(revisions.c.union_id == bindparam("fund"), revisions.c.year == bindparam("year"))
    .order_by(revisions.c.revision.desc())
)
_CHANGE = update(revisions).where(revisions.c.id == bindparam("row"))


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One version. Amounts are fen; `basis` holds what was spent, by kind, and why it was sent back."""

    id: int
    union_id: int
    year: int
    revision: int
    amount_fen: int
    lines: Mapping[str, int]
    basis: Mapping[str, Any]
    reason: str
    source: FundSource | None
    state: BudgetState
    drafted_by: int | None
    drafted_at: datetime
    waits_since: datetime | None
    decided_by: int | None
    decided_at: datetime | None
    drafted_by_name: str | None
    decided_by_name: str | None

    @property
    def rest_fen(self) -> int:
        """What of it stands in no line."""
        return self.amount_fen - sum(self.lines.values())


def versions(tx: Transaction, fund_id: int, year: int) -> list[PlanRow]:
    """Return every version of a year's plan, the newest first."""
    return [_row(row) for row in tx.connection.execute(_ROWS, {"fund": fund_id, "year": year})]


def drafted(tx: Transaction, fund_id: int, year: int) -> PlanRow | None:
    """Return the version that is still a draft; there is one at most."""
    return next((one for one in versions(tx, fund_id, year) if one.state == BudgetState.DRAFT), None)


def adopted(tx: Transaction, fund_id: int, year: int) -> PlanRow | None:
    """Return the version that holds."""
    return next((one for one in versions(tx, fund_id, year) if one.state == BudgetState.ADOPTED), None)


def authors(row: PlanRow) -> frozenset[int]:
    """Return who drafted it, and who planned any line of it: none of them may adopt it."""
    known = row.basis.get("authors", [])
    return frozenset(known) if row.drafted_by is None else frozenset([row.drafted_by, *known])


def hold(tx: Transaction, person: Person, year: int, revision: int) -> PlanRow:
    """Return the draft of the person's fund, with the fund held. Refuses BudgetMoved: another by now."""
    fund_id = fund.serving(tx, person.union_id)
    ledger.lock(tx, fund_id)
    row = drafted(tx, fund_id, year)
    if row is None or row.revision != revision:
        raise BudgetMoved(year=year)
    return row


def led(tx: Transaction, person: Person, year: int) -> int:
    """Return the person's fund, held, for its officers and chairs. Refuses NotAllowed, BudgetYear."""
    fund_id = fund.serving(tx, person.union_id)
    if fund_id not in offices.led(tx, person):
        raise errors.NotAllowed
    if not tx.today.year <= year <= tx.today.year + YEARS_AHEAD:
        raise BudgetYear(year=year)
    ledger.lock(tx, fund_id)
    return fund_id


def add(tx: Transaction, person: Person, fund_id: int, year: int, **values: object) -> int:
    """Add a version as a draft of this person's; return its revision."""
    revision = budget.next_revision(tx, fund_id, year)
    row: dict[str, object] = {"union_id": fund_id, "year": year, "revision": revision, "reason": ""}
    row |= {"state": str(BudgetState.DRAFT), "drafted_by": person.id, "drafted_at": tx.now}
    tx.connection.execute(insert(revisions), row | values)
    record(tx, person, "draft", fund_id, year, revision, fen=values["amount_fen"])
    return revision


def change(tx: Transaction, row: PlanRow, **values: object) -> None:
    """Write these columns of a version."""
    tx.connection.execute(_CHANGE.values(**values), {"row": row.id})


def record(
    tx: Transaction, person: Person, act: str, fund_id: int, year: int, revision: int, **details: object
) -> None:
    """Note in the audit chain what was done about a version."""
    subject = f"budget:{fund_id}.{year}.{revision}"
    audit.record(tx, person_id=person.id, act=f"budget.{act}", subject=subject, **details)


def _row(row: Row[Any]) -> PlanRow:
    known = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    source = None if row.source is None else FundSource(row.source)
    return PlanRow(**{**known, "source": source, "state": BudgetState(row.state)})
