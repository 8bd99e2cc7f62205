"""One transaction per use case: kept whole or not at all, however many share a commit."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import StatementError

from storage.errors import NotFound, NotSaved
from storage.tables.mail import heartbeats

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from tests.clock import FakeClock


def beat(tx: Transaction, name: str) -> None:
    tx.connection.execute(insert(heartbeats), {"name": name, "beat_at": tx.now, "details": {"of": name}})


def count(tx: Transaction) -> int:
    return tx.connection.scalar(select(func.count()).select_from(heartbeats)) or 0


def test_what_a_transaction_wrote_is_there_afterwards(database: Database) -> None:
    database.transact(beat, "one")

    assert 1 == database.transact(count)


def test_a_refusal_undoes_the_whole_transaction_and_reaches_the_caller(database: Database) -> None:
    def refuse(tx: Transaction) -> None:
        beat(tx, "half")
        raise NotFound(what="nothing")

    with pytest.raises(NotFound):
        database.transact(refuse)

    assert 0 == database.transact(count)


async def test_of_many_jobs_at_once_only_those_that_fail_are_undone(database: Database) -> None:
    def work(tx: Transaction, number: int) -> int:
        beat(tx, str(number))
        if number % 3 == 0:
            raise NotFound(number=number)
        return number

    outcomes = await asyncio.gather(
        *(database.run(work, number) for number in range(60)), return_exceptions=True
    )

    assert [n for n in range(60) if n % 3] == [o for o in outcomes if isinstance(o, int)]
    assert 20 == sum(isinstance(outcome, NotFound) for outcome in outcomes)
    assert 40 == database.transact(count)


def test_threads_that_read_then_write_never_lose_an_update(database: Database) -> None:
    def add_one(tx: Transaction) -> None:
        known = tx.connection.scalar(select(heartbeats.c.details).where(heartbeats.c.name == "sum"))
        if known is None:
            tx.connection.execute(
                insert(heartbeats), {"name": "sum", "beat_at": tx.now, "details": {"value": 1}}
            )
            return
        tx.connection.execute(
            heartbeats.update()
            .where(heartbeats.c.name == "sum")
            .values(details={"value": known["value"] + 1})
        )

    threads = [
        threading.Thread(target=lambda: [database.transact(add_one) for _ in range(20)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {"value": 160} == database.transact(lambda tx: tx.connection.scalar(select(heartbeats.c.details)))


def test_a_moment_comes_back_aware_and_in_utc(database: Database) -> None:
    beijing = datetime(2017, 9, 4, 8, 30, tzinfo=timezone(timedelta(hours=8)))

    def work(tx: Transaction) -> datetime | None:
        tx.connection.execute(insert(heartbeats), {"name": "a", "beat_at": beijing})
        return tx.connection.scalar(select(heartbeats.c.beat_at))

    found = database.transact(work)

    assert datetime(2017, 9, 4, 0, 30, tzinfo=UTC) == found
    assert found is not None
    assert timedelta(0) == found.utcoffset()


def test_a_naive_moment_is_refused(database: Database) -> None:
    naive = datetime(2017, 9, 4, 8, 30)  # noqa: DTZ001 - the very thing to be refused

    with pytest.raises(StatementError, match="naive"):
        database.transact(
            lambda tx: tx.connection.execute(insert(heartbeats), {"name": "a", "beat_at": naive})
        )


def test_today_is_the_date_in_the_unions_own_zone(database: Database, clock: FakeClock) -> None:
    clock.set(datetime(2017, 9, 4, 16, 30, tzinfo=UTC))

    assert "2017-09-05" == database.transact(lambda tx: tx.today.isoformat())


def test_a_bell_rings_after_the_commit_and_not_after_a_refusal(database: Database) -> None:
    rung: list[int] = []
    database.listen("bell", lambda: rung.append(database.view(count)))

    def work(tx: Transaction, *, refuse: bool) -> None:
        beat(tx, f"refuse={refuse}")
        tx.ring("bell")
        if refuse:
            raise NotFound

    with pytest.raises(NotFound):
        database.transact(work, refuse=True)
    database.transact(work, refuse=False)

    assert [1] == rung


def test_a_view_sees_what_is_saved_and_cannot_write(database: Database) -> None:
    database.transact(beat, "one")

    assert 1 == database.view(count)
    with pytest.raises(NotSaved):
        database.view(beat, "two")
    assert 1 == database.view(count)


def test_a_transaction_inside_a_transaction_is_refused_at_once(database: Database) -> None:
    def outer(tx: Transaction) -> None:
        beat(tx, "outer")
        database.transact(beat, "inner")

    with pytest.raises(RuntimeError, match="inside another"):
        database.transact(outer)


def test_closing_finishes_what_is_queued(database: Database) -> None:
    threads = [threading.Thread(target=database.transact, args=(beat, str(n))) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()

    with pytest.raises(RuntimeError, match="closed"):
        database.transact(count)


def test_a_full_disk_is_told_as_not_saved_and_the_next_transaction_works_again(
    sqlite_database: Database,
) -> None:
    def limit(tx: Transaction, pages: int) -> None:
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def fill(tx: Transaction) -> None:
        tx.connection.execute(
            insert(heartbeats), {"name": "big", "beat_at": tx.now, "details": {"text": "x" * 2_000_000}}
        )

    sqlite_database.transact(limit, 1)
    with pytest.raises(NotSaved):
        sqlite_database.transact(fill)

    sqlite_database.transact(limit, 1_000_000)
    sqlite_database.transact(fill)
    assert 1 == sqlite_database.transact(count)


async def test_a_full_disk_in_the_middle_of_a_group_fails_nobody_silently(sqlite_database: Database) -> None:
    def limit(tx: Transaction) -> None:
        tx.connection.exec_driver_sql("PRAGMA max_page_count=1")

    def work(tx: Transaction, size: int) -> None:
        tx.connection.execute(
            insert(heartbeats), {"name": str(size), "beat_at": tx.now, "details": {"text": "x" * size}}
        )

    sqlite_database.transact(limit)
    outcomes = await asyncio.gather(
        *(sqlite_database.run(work, size) for size in (1, 2, 500_000, 3)), return_exceptions=True
    )

    saved = [outcome for outcome in outcomes if outcome is None]
    assert len(saved) == sqlite_database.transact(count)
    assert all(isinstance(outcome, NotSaved) for outcome in outcomes if outcome is not None)
    assert isinstance(outcomes[2], NotSaved)


def test_a_database_locked_by_another_process_is_told_as_not_saved(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.core.engine.BUSY_TIMEOUT_MS", 50)
    other = sqlite_database.engine.connect()
    with other.begin(), pytest.raises(NotSaved):
        sqlite_database.transact(beat, "one")
    other.close()

    sqlite_database.transact(beat, "one")
    assert 1 == sqlite_database.transact(count)


def test_a_database_that_became_read_only_is_told_as_not_saved(sqlite_database: Database) -> None:
    def work(tx: Transaction) -> None:
        tx.connection.exec_driver_sql("PRAGMA query_only=ON")
        beat(tx, "one")

    with pytest.raises(NotSaved):
        sqlite_database.transact(work)


def test_a_mistake_in_a_statement_is_not_called_a_failure_of_the_storage(database: Database) -> None:
    def work(tx: Transaction) -> None:
        tx.connection.exec_driver_sql("SELECT * FROM no_such_table")

    with pytest.raises(Exception, match="no_such_table") as caught:
        database.transact(work)

    assert not isinstance(caught.value, NotSaved)
