"""What somebody can do who holds the database file and wants to change the past."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, text
from sqlmodel import SQLModel

from storage.codes import Role
from tests.storage import union

if TYPE_CHECKING:
    from storage.database import Transaction

ZONE = ZoneInfo("Asia/Shanghai")


def unguard(tx: Transaction, table: str) -> None:
    """Take a table's triggers away."""
    if tx.connection.dialect.name == "postgresql":
        tx.connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    for change in ("update", "delete"):
        tx.connection.execute(text(f"DROP TRIGGER {table}_no_{change}"))


def row_into(tx: Transaction, table: str) -> None:
    """Append at least one row to one of the tables that are only appended to."""
    unions = union.found(tx)
    person = union.joined(tx, union.CADRE, Role.CADRE, unions.office)
    rows: dict[str, dict[str, Any]] = {
        "ledger_entries": {
            "union_id": unions.top,
            "kind": "INCOME",
            "income_kind": "INTEREST",
            "amount_fen": 1,
            "happened_on": date(2017, 1, 1),
            "request_id": "r",
            "recorded_at": tx.now,
            "link": b"l",
        },
        "report_revisions": {
            "report_id": "r",
            "revision": 1,
            "kind": "visit",
            "answers": {},
            "changed_by": person.id,
            "changed_at": tx.now,
        },
    }
    if table in rows:
        tx.connection.execute(insert(SQLModel.metadata.tables[table]), rows[table])


def rows_of(tx: Transaction, table: str) -> list[tuple[object, ...]]:
    """Return all rows of a table."""
    return [tuple(row) for row in tx.connection.execute(select(SQLModel.metadata.tables[table]))]
