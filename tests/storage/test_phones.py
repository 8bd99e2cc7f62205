"""One's own telephone number: sealed on disk, replaced by the next, audited without the number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from storage.columns import table_of
from storage.members import phones
from storage.tables.audit import AuditEntry
from storage.tables.people import PersonRow
from storage.telling import bulletin_facts
from tests.storage import casework

if TYPE_CHECKING:
    from storage.database import Database, Transaction


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(casework.found)


def known(tx: Transaction) -> str | None:
    facts = bulletin_facts.of(tx, [{"person": casework.ZHANG}])[0]
    return facts["phone"] if facts else None


def test_a_number_is_kept_and_the_next_takes_its_place(database: Database) -> None:
    assert database.view(known) is None
    for number in ("+86 139 8765 4321", "13800000000"):
        assert database.transact(phones.keep, casework.ZHANG, number)
    assert "13800000000" == database.view(known)


@pytest.mark.parametrize("number", ["", "+", "no number", "1" * 21, "１３９"])
def test_what_is_no_number_is_not_kept(database: Database, number: str) -> None:
    assert not database.transact(phones.keep, casework.ZHANG, number)
    assert database.view(known) is None


def test_the_number_stands_neither_on_disk_nor_in_the_audit(database: Database) -> None:
    database.transact(phones.keep, casework.ZHANG, "13987654321")
    rows = database.view(
        lambda tx: [
            *tx.connection.execute(select(table_of(PersonRow))),
            *tx.connection.execute(select(table_of(AuditEntry))),
        ]
    )
    assert any("person.phone" in str(row) for row in rows)
    assert not any("13987654321" in str(row) for row in rows)
