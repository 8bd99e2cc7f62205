"""Aid: what a household was given, and what of it is still to be looked at.

A payment here is done; proposing and approving come before it. Amounts are fen, days are dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select

from storage import errors
from storage.aid_codes import AidKind, AidState, FundSource
from storage.among import among
from storage.due import revisits_open
from storage.money.fund import aid, households

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, RowMapping

    from storage.core.transaction import Transaction
    from storage.members.people import Person

LISTED_MAX = 50


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One piece of aid as it is shown; `paid_on` is None while it is only approved."""

    id: str
    number: str
    household_id: int
    kind: AidKind
    source: FundSource
    amount_fen: int
    paid_on: date | None


def payment(tx: Transaction, person: Person, aid_id: str) -> PaymentLine:
    """Return a payment of a household in the person's scope. Refuses NotFound for none and others' alike."""
    line = _line(tx, and_(aid.c.id == aid_id, households.c.union_id.in_(person.scope)))
    if line is None:
        raise errors.NotFound(aid_id=aid_id)
    return line


def to_revisit(tx: Transaction, person: Person, limit: int = LISTED_MAX) -> list[PaymentLine]:
    """Return the payments in the person's scope whose revisit is still open, the one due first on top."""
    asked = {"scope": sorted(person.scope), "most": limit}
    return [_as_line(row) for row in tx.connection.execute(_TO_REVISIT, asked).mappings()]


def handed_over_candidates(tx: Transaction, household_id: int) -> list[PaymentLine]:
    """Return what is approved for a household and not paid yet, oldest first."""
    statement = _LINES.where(aid.c.household_id == household_id, aid.c.state == AidState.APPROVED)
    statement = statement.order_by(aid.c.recorded_at, aid.c.id)
    return [_as_line(row) for row in tx.connection.execute(statement).mappings()]


_LINES = select(
    aid.c.id, aid.c.number, aid.c.household_id, aid.c.kind, aid.c.source, aid.c.amount_fen, aid.c.paid_on
).select_from(aid.join(households, households.c.id == aid.c.household_id))
_FIRST = revisits_open.FIRST.subquery("first")
_TO_REVISIT = (
    _LINES.join(_FIRST, _FIRST.c.aid_id == aid.c.id)
    .where(among(households.c.union_id + 0, "scope"))
    .order_by(_FIRST.c.due_on, aid.c.number)
    .limit(bindparam("most"))
)


def _as_line(row: RowMapping) -> PaymentLine:
    return PaymentLine(
        **{
            **row,
            "kind": AidKind(row["kind"]),
            "source": FundSource(row["source"]),
        }  # the codes, not their text
    )


def _line(tx: Transaction, which: ColumnElement[bool]) -> PaymentLine | None:
    row = tx.connection.execute(_LINES.where(which)).mappings().one_or_none()
    return None if row is None else _as_line(row)
