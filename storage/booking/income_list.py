"""The incomes of a fund as the treasurer looks at them again: the newest first, and one by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from storage import errors
from storage.aid_codes import EntryKind, IncomeKind
from storage.columns import table_of
from storage.money import fund
from storage.money.ledger import entries
from storage.tables.people import PersonRow

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

_PEOPLE = table_of(PersonRow)
_BACK = entries.alias("back")

_LINES: Select[Any] = (
    select(
        entries.c.id,
        entries.c.income_kind,
        entries.c.amount_fen,
        entries.c.happened_on,
        entries.c.voucher_no,
        entries.c.note,
        entries.c.recorded_at,
        _PEOPLE.c.name.label("recorded_by_name"),
        _BACK.c.happened_on.label("reversed_on"),
        _BACK.c.note.label("reversed_because"),
    )
    .outerjoin_from(entries, _PEOPLE, _PEOPLE.c.id == entries.c.recorded_by)
    .outerjoin(_BACK, _BACK.c.reverses_id == entries.c.id)
    .where(entries.c.union_id == bindparam("fund"), entries.c.kind == EntryKind.INCOME)
)
_ONE = _LINES.where(entries.c.id == bindparam("entry"))
_OF_REQUEST = select(entries.c.id).where(
    entries.c.union_id == bindparam("fund"),
    entries.c.kind == EntryKind.INCOME,
    entries.c.request_id == bindparam("request"),
)
_RECENT = (
    _LINES.order_by(entries.c.happened_on.desc(), entries.c.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)


@dataclass(frozen=True, slots=True)
class IncomeLine:
    """One income; `reversed_on`: when it was taken back, if it was. Amounts are fen."""

    id: int
    income_kind: IncomeKind
    amount_fen: int
    happened_on: date
    voucher_no: str | None
    note: str | None
    recorded_at: datetime
    recorded_by_name: str | None
    reversed_on: date | None
    reversed_because: str | None


def recent(tx: Transaction, person: Person, limit: int, offset: int = 0) -> list[IncomeLine]:
    """Return the incomes of the fund that serves the person's union, the newest first."""
    asked = {"fund": fund.serving(tx, person.union_id), "limit": limit, "offset": offset}
    return [_line(row) for row in tx.connection.execute(_RECENT, asked)]


def one(tx: Transaction, person: Person, entry_id: int) -> IncomeLine:
    """Return one income of that fund. Refuses NotFound: there is none such, or it is another fund's."""
    asked = {"fund": fund.serving(tx, person.union_id), "entry": entry_id}
    row = tx.connection.execute(_ONE, asked).one_or_none()
    if row is None:
        raise errors.NotFound(entry_id=entry_id)
    return _line(row)


def entered(tx: Transaction, person: Person, request_id: str) -> int | None:
    """Return the income of that fund that was entered under this request; None when there is none."""
    asked = {"fund": fund.serving(tx, person.union_id), "request": request_id}
    found = tx.connection.scalar(_OF_REQUEST, asked)
    return None if found is None else int(found)


def _line(row: Row[Any]) -> IncomeLine:
    return IncomeLine(**{**row._mapping, "income_kind": IncomeKind(row.income_kind)})  # noqa: SLF001 - SQLAlchemy's public name for it
