"""The year's table: from the facts, up to a day, as the Kaiyuan union published it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text, update

from storage import errors, statistics
from storage.aid_codes import AidKind, FundSource
from storage.money import fund
from tests.storage import kaiyuan
from tests.storage.kaiyuan import EXPECTED, LAST_DAY

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Database, Transaction


def table(database: Database, year: int = 2017, as_of: date | None = LAST_DAY) -> dict[str, object]:
    return database.transact(lambda tx: statistics.year_table(tx, kaiyuan.root(tx), year, as_of))


def test_the_kaiyuan_year_gives_every_figure_that_was_published(database: Database) -> None:
    kaiyuan.take_in(database)
    assert EXPECTED == table(database)
    assert list(EXPECTED) == list(table(database))


def test_the_same_records_in_a_workbook_give_the_same_figures(database: Database, tmp_path: Path) -> None:
    kaiyuan.take_in(database, kaiyuan.workbook(kaiyuan.FOLDER, tmp_path / "records.xlsx"))
    assert EXPECTED == table(database)


def test_an_earlier_day_counts_only_what_had_happened(sqlite_database: Database) -> None:
    kaiyuan.take_in(sqlite_database)
    found = table(sqlite_database, as_of=date(2017, 1, 15))
    assert (72, 0, 0, 72) == tuple(
        found[key] for key in ("on_file_at_year_start", "removed", "added", "on_file_now")
    )
    assert 6 == found["visits"]
    assert {"春节慰问": {"person_times": 3, "fen": 450_000}} == found["company_fund_by_kind"]
    assert 6_000_000 == found["fund_income_fen"]
    assert 5_550_000 == found["fund_balance_fen"]


def test_without_a_day_the_year_ends_with_today_or_with_its_own_last_day(sqlite_database: Database) -> None:
    kaiyuan.take_in(sqlite_database)
    assert "2017-09-04" == table(sqlite_database, as_of=None)["as_of"]
    assert "2016-12-31" == table(sqlite_database, 2016, None)["as_of"]


def test_another_year_has_its_own_files_visits_and_no_budget(sqlite_database: Database) -> None:
    kaiyuan.take_in(sqlite_database)
    before = table(sqlite_database, 2016, None)
    assert 72 == before["on_file_now"]
    assert (0, 0, None, None) == tuple(
        before[key] for key in ("visits", "fund_income_fen", "budget_fen", "budget_left_fen")
    )


def change(tx: Transaction, statement: str) -> None:
    tx.connection.execute(text(statement))


def test_what_was_undone_met_nobody_or_is_no_file_yet_counts_nowhere(sqlite_database: Database) -> None:
    kaiyuan.take_in(sqlite_database)
    for statement in (
        "UPDATE visits SET state = 'UNDONE' WHERE number = 'ZF-2017-000001'",
        "UPDATE visits SET met = 'NOBODY' WHERE number = 'ZF-2017-000002'",
        "UPDATE households SET state = 'TO_REVIEW' WHERE file_no = 'K170001'",
    ):
        sqlite_database.transact(change, statement)
    found = table(sqlite_database)
    assert (101, 71, 59) == (found["visits"], found["on_file_at_year_start"], found["on_file_now"])


def test_a_file_that_is_only_followed_on_is_removed(sqlite_database: Database) -> None:
    kaiyuan.take_in(sqlite_database)
    leaving = (
        update(fund.households)
        .where(fund.households.c.file_no == "K170001")
        .values(state="MONITOR", monitor_from=date(2017, 8, 1))
    )
    sqlite_database.transact(lambda tx: tx.connection.execute(leaving))
    assert 16 == table(sqlite_database)["removed"]
    assert 15 == table(sqlite_database, as_of=date(2017, 7, 31))["removed"] + 3  # type: ignore[operator]  # a count


def test_a_branch_counts_its_own_households(sqlite_database: Database) -> None:
    kaiyuan.take_in(sqlite_database)
    branches = sqlite_database.transact(
        lambda tx: [
            row.id for row in tx.connection.execute(fund.unions.select()) if row.parent_id is not None
        ]
    )
    tables = [sqlite_database.transact(statistics.year_table, branch, 2017, LAST_DAY) for branch in branches]
    for key in ("on_file_now", "visits", "company_fund_paid_fen"):
        assert EXPECTED[key] == sum(int(str(found[key])) for found in tables)


def test_an_unknown_union_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(errors.NotFound):
        sqlite_database.transact(statistics.year_table, 99, 2017, LAST_DAY)


def test_aid_is_told_by_kind_and_source(sqlite_database: Database) -> None:
    kaiyuan.take_in(sqlite_database)
    lines = sqlite_database.transact(
        lambda tx: statistics.year_by_kind_and_source(tx, kaiyuan.root(tx), 2017, LAST_DAY)
    )
    assert statistics.KindLine(AidKind.SPRING, FundSource.COMPANY, 10, 10, 1_500_000) == lines[0]
    assert 3_900_000 == sum(line.fen for line in lines if line.source == FundSource.COMPANY)
    assert sorted(lines, key=lambda line: list(AidKind).index(line.kind)) == lines
