"""The audit chain: whatever is done to it is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage import audit
from storage.database import Database
from storage.secrets import Vault
from tests.storage import tampering

if TYPE_CHECKING:
    from storage.database import Transaction
    from tests.clock import FakeClock

ENTRIES = 6


@pytest.fixture
def written(database: Database, clock: FakeClock) -> Database:
    """A database with six entries, each of its own transaction."""
    for number in range(ENTRIES):
        clock.advance(seconds=1)
        database.transact(
            audit.record, person_id=None, act="household.view", subject=f"household:{number}", note="查"
        )
    return database


def tamper(database: Database, *statements: str) -> list[str]:
    """Change the rows as somebody would who has the file, and return what the check says."""

    def work(tx: Transaction) -> list[str]:
        tampering.unguard(tx, "audit_entries")
        for statement in statements:
            tx.connection.execute(text(statement))
        return audit.check(tx)

    return database.transact(work)


def test_an_untouched_chain_holds(written: Database) -> None:
    assert [] == written.transact(audit.check)


def test_an_empty_chain_holds(database: Database) -> None:
    assert [] == database.transact(audit.check)
    assert database.transact(audit.head) is None


def test_the_head_moves_with_every_entry(written: Database) -> None:
    before = written.transact(audit.head)
    written.transact(audit.record, person_id=None, act="x", subject="y")
    after = written.transact(audit.head)
    assert before is not None
    assert after is not None
    assert (ENTRIES, ENTRIES + 1) == (before.entry_id, after.entry_id)
    assert before.link != after.link


@pytest.mark.parametrize(
    "change",
    [
        "act = 'other'",
        "subject = 'household:9'",
        "details = '{}'",
        "happened_at = '2017-01-01 00:00:00'",
        "person_id = NULL, act = 'household.VIEW'",
    ],
)
def test_an_edited_entry_is_named(written: Database, change: str) -> None:
    assert ["audit_entries 3 altered"] == tamper(
        written,
        f"UPDATE audit_entries SET {change} WHERE id = 3",  # noqa: S608 - from the list above
    )


def test_a_removed_entry_is_named(written: Database) -> None:
    assert ["audit_entries 3 removed"] == tamper(written, "DELETE FROM audit_entries WHERE id = 3")


def test_the_first_entries_removed_are_named(written: Database) -> None:
    assert ["audit_entries 1 removed", "audit_entries 2 removed"] == tamper(
        written, "DELETE FROM audit_entries WHERE id < 3"
    )


def test_a_removed_entry_whose_gap_was_closed_is_named(written: Database) -> None:
    faults = tamper(
        written,
        "DELETE FROM audit_entries WHERE id = 5",
        "UPDATE audit_entries SET id = 5 WHERE id = 6",
    )
    assert ["audit_entries 5 altered", "audit_entries 6 cut"] == faults


def test_an_entry_put_in_at_the_end_is_named(written: Database) -> None:
    assert ["audit_entries 7 added"] == tamper(
        written,
        "INSERT INTO audit_entries (id, happened_at, act, subject, details, link)"
        " SELECT 7, happened_at, act, subject, details, link FROM audit_entries WHERE id = 6",
    )


def test_two_entries_that_changed_places_are_named(written: Database) -> None:
    faults = tamper(
        written,
        "UPDATE audit_entries SET id = 100 WHERE id = 3",
        "UPDATE audit_entries SET id = 3 WHERE id = 4",
        "UPDATE audit_entries SET id = 4 WHERE id = 100",
    )
    assert {"audit_entries 3 altered", "audit_entries 4 altered"} <= set(faults)


def test_a_cut_end_is_named(written: Database) -> None:
    assert ["audit_entries 5 cut", "audit_entries 6 cut"] == tamper(
        written, "DELETE FROM audit_entries WHERE id > 4"
    )


def test_a_chain_emptied_is_named(written: Database) -> None:
    assert ENTRIES == len(tamper(written, "DELETE FROM audit_entries"))


def test_a_head_removed_is_named(written: Database) -> None:
    assert "audit_entries 1 added" in tamper(written, "DELETE FROM audit_head")


def test_a_head_replaced_is_named(written: Database) -> None:
    assert ["audit_head 6 altered"] == tamper(
        written, "UPDATE audit_head SET head = (SELECT link FROM audit_entries WHERE id = 5)"
    )


def test_without_the_key_no_entry_can_be_forged(written: Database) -> None:
    stranger = Database(
        written.url, vault=Vault("another secret than before"), clock=written.clock, zone=written.zone
    )
    stranger.transact(audit.record, person_id=None, act="forged", subject="household:1")
    stranger.close()
    assert ["audit_entries 7 altered"] == written.transact(audit.check)


def test_at_most_a_hundred_faults_are_named(database: Database) -> None:
    def many(tx: Transaction) -> None:
        for number in range(120):
            audit.record(tx, person_id=None, act="x", subject=str(number))

    database.transact(many)
    assert 100 == len(tamper(database, "DELETE FROM audit_entries"))


@pytest.mark.parametrize("table", ["audit_entries", "ledger_entries", "report_revisions"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
def test_what_was_appended_can_be_neither_changed_nor_deleted(
    database: Database, table: str, change: str
) -> None:
    column = {"audit_entries": "act", "ledger_entries": "note", "report_revisions": "kind"}[table]
    database.transact(tampering.row_into, table)
    before = database.transact(tampering.rows_of, table)
    assert len(before) > 0
    with pytest.raises(DBAPIError, match="append-only"):
        database.transact(lambda tx: tx.connection.execute(text(change.format(table, column, column))))
    assert before == database.transact(tampering.rows_of, table)


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["audit_entries", "ledger_entries", "report_revisions"])
def test_what_was_appended_cannot_be_emptied_at_a_stroke(
    postgres_url: str, vault: Vault, clock: FakeClock, table: str
) -> None:
    database = Database(postgres_url, vault=vault, clock=clock, zone=tampering.ZONE)
    try:
        with pytest.raises(DBAPIError, match="append-only"):
            database.transact(lambda tx: tx.connection.execute(text(f"TRUNCATE {table} CASCADE")))
    finally:
        database.close()
