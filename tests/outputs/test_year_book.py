"""The year's registers as a workbook: what was recorded, and nothing that nobody else may read."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from sqlalchemy import select, update

from bot.outputs.books import year_book
from bot.outputs.desk import Desk
from bot.texts.catalogue import words
from storage import errors
from storage.aid_codes import EntryKind
from storage.columns import table_of
from storage.members import membership
from storage.money import fund, ledger
from storage.oversight import entries, registers, trails
from storage.tables.people import RoleRow
from tests.outputs.conftest import ADMIN, AUDITOR, CADRE, CHAIR, OFFICER, TREASURER, somebody
from tests.storage import kaiyuan

if TYPE_CHECKING:
    from openpyxl import Workbook

    from storage.core.transaction import Transaction
    from storage.database import Database
    from storage.oversight.entries import EntryRow

pytestmark = pytest.mark.slow

SHEETS = ["年度汇总", "困难职工名册", "走访", "回访", "帮扶", "资金流水"]


def made(
    database: Database, who: int | None = None, year: int = 2017, language: str = "zh"
) -> tuple[str, Workbook]:
    file = io.BytesIO()

    def write(tx: Transaction) -> str:
        person = None if who is None else somebody(tx, who)
        wanted = {"year": year, "union_id": membership.root_union(tx)}
        return year_book.write(Desk(tx, person, words(language), wanted), file)

    name = database.view(write)
    return name, openpyxl.load_workbook(file)


def rows_of(book: Workbook, sheet: str) -> list[list[Any]]:
    """The rows under the headings."""
    return [[cell.value for cell in row] for row in book[sheet].iter_rows(min_row=4)]


def test_every_record_of_the_year_stands_in_its_register(demo: Database) -> None:
    name, book = made(demo)
    assert "国电开远发电有限公司工会 2017 年困难职工帮扶台账.xlsx" == name
    assert SHEETS == book.sheetnames
    on_file = kaiyuan.EXPECTED["on_file_at_year_start"] + kaiyuan.EXPECTED["added"]
    assert on_file == len(rows_of(book, "困难职工名册")) - 1
    assert kaiyuan.EXPECTED["visits"] == len([row for row in rows_of(book, "走访") if "未遇" != row[7]])
    company = [row for row in rows_of(book, "帮扶")[:-1] if "公司帮扶资金" == row[5]]
    assert kaiyuan.EXPECTED["company_fund_person_times"] == len(company)
    assert kaiyuan.EXPECTED["company_fund_paid_fen"] == 100 * sum(row[8] for row in company)
    *_, last_entry, _ = rows_of(book, "资金流水")
    assert kaiyuan.EXPECTED["fund_balance_fen"] == 100 * last_entry[5]


def test_the_years_table_says_what_was_published(demo: Database) -> None:
    _, book = made(demo)
    told = {row[0]: row for row in rows_of(book, "年度汇总")}
    assert [72, 15, 3, 60] == [told[line][3] for line in ("年初在档户数", "本年取消", "本年新增", "现有在档")]
    assert [103, 91, 372_000] == [
        told["走访次数"][2],
        told["送温暖、生活、医疗救助历年累计（各来源）"][2],
        told["送温暖、生活、医疗救助历年累计（各来源）"][4],
    ]
    assert [58_500, 19_500] == [told["本年预算"][4], told["预算剩余"][4]]
    assert "=SUM('年度汇总'!E9:E21)" == told["合计"][4]


def test_a_register_ends_with_formulas_over_its_rows(demo: Database) -> None:
    _, book = made(demo)
    sheet = book["帮扶"]
    assert f"=SUM('帮扶'!I4:I{sheet.max_row - 1})" == sheet.cell(sheet.max_row, 9).value


def test_an_entry_has_the_same_number_in_the_years_ledger_in_the_months_and_on_its_card(
    demo: Database,
) -> None:
    def take_back(tx: Transaction) -> EntryRow:
        paid = [one for one in _january(tx) if one.kind == EntryKind.PAYMENT]
        day = date(2017, 1, 31)
        ledger.reverse(tx, paid[3].id, happened_on=day, request_id="back", note="他妻子确诊了")
        return paid[3]

    undone = demo.transact(take_back)
    kept = [one.id for one in demo.view(_january)]
    rows = rows_of(made(demo)[1], "资金流水")
    opening, *of_year, total = rows
    assert (None, "期初余额", "合计") == (opening[0], opening[2], total[0])
    january = [row for row in of_year if 1 == row[1].month]
    assert kept == [row[0] for row in january]
    (back,) = (row for row in january if "冲销" == row[2])
    assert (f"冲第 {undone.id} 号流水（{undone.happened_on}）", back[0]) == (back[-1], kept[-1])
    assert f"=SUM('资金流水'!E4:E{len(rows) + 2})" == total[4]
    auditor = demo.view(lambda tx: somebody(tx, AUDITOR))
    shown = demo.transact(lambda tx: trails.of_entry(tx, auditor, kept[-1]).entry)
    assert shown is not None
    assert shown.undoes is not None
    assert (kept[-1], undone.id) == (shown.id, shown.undoes.id)


def _january(tx: Transaction) -> list[EntryRow]:
    return list(entries.of_days(tx, 1, date(2017, 1, 1), date(2017, 1, 31), None))


def test_nothing_that_is_sealed_or_was_said_stands_in_any_cell(demo: Database) -> None:
    canaries = [
        "13900000001",
        "530111199001010011",
        "6222000000000001",
        "金丝雀路一号",
        "肺癌",
        "小宝",
        "他们说的话",
    ]
    demo.transact(_sow)
    _, book = made(demo)
    file = io.BytesIO()
    book.save(file)
    told = {
        str(cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value
    }
    assert not [text for text in told for one in canaries if one in text]


def _sow(tx: Transaction) -> None:
    sealed = {
        f"{name}_sealed": tx.vault.seal(value, f"households.{name}")
        for name, value in (
            ("phone", "13900000001"),
            ("id_number", "530111199001010011"),
            ("bank_card", "6222000000000001"),
            ("address", "金丝雀路一号"),
        )
    }
    tx.connection.execute(update(fund.households).values(**sealed, main_cause="ILLNESS"))
    tx.connection.execute(update(fund.aid).values(reason="肺癌 小宝", answers={"reason": "肺癌"}))
    tx.connection.execute(update(registers.VISITS).values(note="他们说的话", answers={"words": "小宝 肺癌"}))


def test_a_hostile_name_is_a_text_in_every_register(demo: Database) -> None:
    demo.transact(
        lambda tx: tx.connection.execute(update(fund.households).values(name='=HYPERLINK("http://x","y")'))
    )
    _, book = made(demo)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    formulas = [cell.value for cell in cells if cell.data_type == "f"]
    assert all(str(one).startswith("=SUM(") for one in formulas)
    assert [cell for cell in cells if str(cell.value).startswith("'=HYPERLINK")]


@pytest.mark.parametrize("who", [OFFICER, CHAIR])
def test_those_who_report_of_the_year_may_have_it(demo: Database, who: int) -> None:
    assert SHEETS == made(demo, who)[1].sheetnames


@pytest.mark.parametrize("who", [CADRE, ADMIN, TREASURER, AUDITOR])
def test_nobody_else_may(demo: Database, who: int) -> None:
    with pytest.raises(errors.NotAllowed):
        made(demo, who)


def test_an_officer_of_a_branch_has_the_branchs_registers_and_masked_names_in_the_ledger(
    demo: Database,
) -> None:
    def narrow(tx: Transaction) -> None:
        branch = select(fund.unions.c.id).where(fund.unions.c.name == "检修分会").scalar_subquery()
        roles, officer = table_of(RoleRow), somebody(tx, OFFICER).id
        tx.connection.execute(update(roles).where(roles.c.person_id == officer).values(union_id=branch))

    demo.transact(narrow)
    _, book = made(demo, OFFICER)
    assert {"检修分会"} == {row[2] for row in rows_of(book, "困难职工名册")[:-1]}
    assert {"检修分会"} == {row[4] for row in rows_of(book, "走访")}
    paid = [row for row in rows_of(book, "资金流水") if "发放" == row[2]]
    assert paid
    assert all(row[8].endswith("*") for row in paid if "检修分会" != row[9])


def test_a_year_of_which_nothing_is_known_is_empty_registers(demo: Database) -> None:
    _, book = made(demo, year=1999)
    assert [["合计", *[None] * 10, "=0", "=0"]] == rows_of(book, "困难职工名册")
    assert [] == rows_of(book, "走访")


def test_in_english_it_is_english_throughout(demo: Database) -> None:
    name, book = made(demo, language="en")
    assert "国电开远发电有限公司工会 hardship register 2017.xlsx" == name
    assert ["The year", "Households", "Visits", "Revisits", "Aid", "Ledger"] == book.sheetnames
    said = {
        cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows(max_row=3)
        for cell in row
        if cell.value
    }
    assert not [text for text in said if not str(text).isascii() and "国电" not in str(text)]


def test_an_undone_visit_is_not_counted(demo: Database) -> None:
    before = len(rows_of(made(demo)[1], "走访"))
    one = registers.VISITS.c.id.in_([_first_visit(demo)])
    demo.transact(
        lambda tx: tx.connection.execute(update(registers.VISITS).where(one).values(state="UNDONE"))
    )
    assert before - 1 == len(rows_of(made(demo)[1], "走访"))


def _first_visit(database: Database) -> str:
    day = registers.VISITS.c.visited_on
    first = select(registers.VISITS.c.id).where(day >= date(2017, 1, 1)).order_by(day).limit(1)
    return str(database.view(lambda tx: tx.connection.scalar(first)))
