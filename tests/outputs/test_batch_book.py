"""A list of aid as a workbook: it adds up in every state, by branch, exceptions and the struck apart."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from sqlalchemy import update

from bot.outputs.books import batch_book
from bot.outputs.desk import Desk, DoesNotAddUp
from bot.texts.catalogue import words
from storage import errors
from tests.storage import casework
from tests.storage.batches import lists

if TYPE_CHECKING:
    from openpyxl import Workbook

    from storage.core.transaction import Transaction
    from storage.database import Database

SHEETS = ["分会汇总", "名单", "要看一眼的", "划去的", "没发的", "没列上的"]


@pytest.fixture
def union(sqlite_database: Database) -> Database:
    sqlite_database.transact(lists.found, 3)

    def more(tx: Transaction) -> None:
        casework.household(
            tx, 4, union_id=lists.OTHER_BRANCH, name='=HYPERLINK("http://x")', last_visit_on=lists.TODAY
        )
        casework.household(tx, 5, name="老没去", last_visit_on=date(2016, 1, 1))
        casework.household(tx, 6, name="已注销", state="MONITOR")

    sqlite_database.transact(more)
    return sqlite_database


def made(
    database: Database, who: int = lists.WANG, batch_id: str = lists.LIST, language: str = "zh"
) -> tuple[str, Workbook]:
    file = io.BytesIO()

    def write(tx: Transaction) -> str:
        desk = Desk(tx, casework.get(tx, who), words(language), {"batch_id": batch_id})
        return batch_book.write(desk, file)

    return database.view(write), openpyxl.load_workbook(file)


def rows_of(book: Workbook, sheet: str) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in book[sheet].iter_rows(min_row=4)]


def test_everybody_is_on_it_with_the_branches_sums_and_what_wants_a_look(union: Database) -> None:
    lists.made(union)
    name, book = made(union)
    assert "春节慰问 2017 年名单 PL-2017-0001.xlsx" == name
    assert SHEETS == book.sheetnames
    listed = rows_of(book, "名单")
    assert [1, "K000001", "户1", "机关分会", "特别困难", 1_500] == listed[0][:6]
    assert '\'=HYPERLINK("http://x")' == listed[3][2]
    assert ("合计", "=SUM('名单'!F4:F8)") == (listed[-1][3], listed[-1][5])
    assert [["老没去", "很久没走访"]] == [[row[2], row[8]] for row in rows_of(book, "要看一眼的")]
    cover = rows_of(book, "分会汇总")
    assert ["机关分会", 4, 6_000, "=SUMIF('名单'!D4:D8,A4,'名单'!F4:F8)"] == cover[0]
    assert ["合计", "=SUM(B4:B5)", "=SUM(C4:C5)", "=SUM('名单'!F4:F8)"] == cover[2]
    assert ["要看一眼的", 1] == cover[4][:2]


def test_who_was_struck_stands_apart_without_the_reason(union: Database) -> None:
    lists.made(union)
    struck = lists.items(union)[0]
    lists.act(union, lists.WANG, "strike", lists.LIST, struck.aid_id, "查出重病住院")
    _, book = made(union)
    assert ["户1"] == [row[2] for row in rows_of(book, "划去的")]
    assert 5 == len(rows_of(book, "名单"))
    told = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert not [one for one in told if "重病" in one]


def test_it_adds_up_in_every_state_of_a_list(union: Database) -> None:
    union.transact(lists.begin)
    assert SHEETS == made(union)[1].sheetnames
    lists.work(union)
    revision = lists.act(
        union, lists.WANG, "submit", lists.LIST, lists.card(union).line.revision, "核过"
    ).line.revision
    assert 6 == len(rows_of(made(union, lists.CHEN)[1], "名单"))
    lists.act(union, lists.CHEN, "give_back", lists.LIST, revision, "再核一遍")
    assert 6 == len(rows_of(made(union)[1], "名单"))
    revision = lists.act(
        union, lists.WANG, "submit", lists.LIST, lists.card(union).line.revision, "核过"
    ).line.revision
    for chair in (lists.CHEN, lists.ZHOU, lists.HE)[: lists.card(union).approvals_needed]:
        lists.act(union, chair, "approve", lists.LIST, revision)
    lists.pay(union)
    assert 6 == len(rows_of(made(union, lists.QIAN)[1], "名单"))
    lists.work(union)
    book = made(union, lists.QIAN)[1]
    assert {"已发放，待回访"} == {row[7] for row in rows_of(book, "名单")[:-1]}
    assert ["批准：要 3 位，有 3 位"] == [
        row[0] for row in rows_of(book, "分会汇总") if str(row[0]).startswith("批准")
    ]


@pytest.mark.parametrize("end", ["refuse", "withdraw"])
def test_a_list_that_came_to_nothing_is_a_workbook_too(union: Database, end: str) -> None:
    revision = lists.submitted(union, reason="核过").line.revision
    if end == "refuse":
        lists.act(union, lists.CHEN, "refuse", lists.LIST, revision, "先不发")
    else:
        lists.act(union, lists.WANG, "withdraw", lists.LIST, "不发了")
    lists.work(union)
    assert 6 == len(rows_of(made(union)[1], "名单"))


def test_it_is_printed_as_the_other_workbooks_are(union: Database) -> None:
    lists.made(union)
    for sheet in made(union)[1].worksheets:
        assert ("A4", "landscape", 9, "$3:$3") == (
            sheet.freeze_panes,
            sheet.page_setup.orientation,
            sheet.page_setup.paperSize,
            sheet.print_title_rows,
        )


@pytest.mark.parametrize("who", [casework.ZHANG, casework.QIAN])
def test_a_list_that_is_not_theirs_to_see_and_none_look_alike(union: Database, who: int) -> None:
    lists.made(union)
    for batch_id in (lists.LIST, "none"):
        with pytest.raises(errors.NotFound):
            made(union, who, batch_id)


def test_where_the_kept_sum_is_another_nothing_is_made(union: Database) -> None:
    lists.made(union)
    union.transact(lambda tx: tx.connection.execute(update(lists.AID).values(amount_fen=1)))
    with pytest.raises(DoesNotAddUp):
        made(union)


def test_in_english_it_is_english(union: Database) -> None:
    lists.made(union)
    name, book = made(union, language="en")
    assert "Spring Festival grant 2017, list PL-2017-0001.xlsx" == name
    assert ["By branch", "The list", "Wants a look", "Struck", "Not paid", "Not listed"] == book.sheetnames
