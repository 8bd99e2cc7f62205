"""Two replicas that give the next number at the same moment: each has its own, and nobody sees an error."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from storage import audit
from storage.columns import table_of
from storage.database import Database
from storage.tables.audit import AuditEntry
from storage.tables.people import PersonRow

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from tests.clock import FakeClock

ROUNDS = 20
# Something else is read: what is seen from then on is as it was at that moment.
_BEGIN = select(func.count()).select_from(table_of(PersonRow))
_LOOK = select(func.count()).select_from(table_of(AuditEntry))


@pytest.mark.postgres
def test_two_who_append_to_the_audit_at_once_both_do(postgres_database: Database, clock: FakeClock) -> None:
    first = postgres_database
    other = Database(first.url, vault=first.vault, clock=clock, zone=first.zone)
    with ThreadPoolExecutor(2) as pool:
        for number in range(ROUNDS):
            start = Barrier(2)

            def note(database: Database, tried: list[int], number: int, start: Barrier) -> None:
                def once(tx: Transaction) -> None:
                    tx.connection.execute(_BEGIN)
                    if not tried:
                        # Neither knows of the other: both have begun before either is done.
                        tried.append(number)
                        start.wait()
                    audit.record(tx, person_id=None, act="tried", subject=f"round:{number}")

                database.transact(once)

            list(pool.map(note, (first, other), ([], []), (number, number), (start, start)))
    other.close()
    assert [] == first.transact(audit.check)
    assert 2 * ROUNDS == first.transact(lambda tx: tx.connection.scalar(_LOOK))
