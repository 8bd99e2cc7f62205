"""The month's ledger as a workbook: it adds up, says who stands behind each entry, and tells nothing more."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from sqlalchemy import update

from bot.outputs.books import month_book
from bot.outputs.desk import Desk, DoesNotAddUp
from bot.texts.catalogue import words
from storage import errors
from storage.aid_codes import EntryKind
from storage.members import membership
from storage.money import fund, ledger
from storage.oversight import entries
from tests.outputs.conftest import ADMIN, AUDITOR, CADRE, CHAIR, OFFICER, TREASURER, somebody

if TYPE_CHECKING:
    from openpyxl import Workbook

    from storage.core.transaction import Transaction
    from storage.database import Database

pytestmark = pytest.mark.slow

FEBRUARY = {"year": 2017, "month": 1}


def made(
    database: Database, who: int | None = AUDITOR, figures: dict[str, Any] | None = None, language: str = "zh"
) -> tuple[str, Workbook]:
    file = io.BytesIO()

    def write(tx: Transaction) -> str:
        person = None if who is None else somebody(tx, who)
        wanted = {**(figures or FEBRUARY), "union_id": membership.root_union(tx)}
        return month_book.write(Desk(tx, person, words(language), wanted), file)

    name = database.view(write)
    file.seek(0)
    return name, openpyxl.load_workbook(file)


def rows_of(book: Workbook, sheet: str) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in book[sheet].iter_rows()]


def cover_of(book: Workbook) -> dict[str, Any]:
    return {row[0]: row[1] for row in rows_of(book, "概要")[3:] if row and row[0]}


def test_the_cover_says_what_the_month_began_with_what_moved_and_what_it_ended_with(demo: Database) -> None:
    name, book = made(demo)
    assert "国电开远发电有限公司工会帮扶资金 2017 年 1 月账.xlsx" == name
    assert ["概要", "流水明细", "破例与救急"] == book.sheetnames
    told = cover_of(book)
    assert (0, 60_000, 18_000, 42_000) == tuple(
        told[line] for line in ("期初余额", "本期收入", "本期发放", "期末余额")
    )
    assert (60_000, 58_500, 18_000) == (
        told["其中：上年结转（1 笔）"],
        told["2017 年预算"],
        told["预算已用（到期末）"],
    )


def test_a_month_begins_with_what_the_one_before_ended_with(demo: Database) -> None:
    months = [cover_of(made(demo, figures={"year": 2017, "month": month})[1]) for month in range(1, 10)]
    assert [one["期末余额"] for one in months[:-1]] == [one["期初余额"] for one in months[1:]]
    assert 53_345 == months[-1]["期末余额"]


def test_every_entry_stands_there_with_its_voucher_and_whom_it_was_for(demo: Database) -> None:
    book = made(demo)[1]
    title, _, head, first, *rest, total = rows_of(book, "流水明细")
    assert ("国电开远发电有限公司工会帮扶资金 2017 年 1 月账", "序号", "流水号") == (title[0], *head[:2])
    assert [datetime(2017, 1, 3), "收入", "上年结转", "2017-001", 60_000, None, 60_000] == first[2:9]  # noqa: DTZ001 - as the library reads days
    payment = rest[0]
    assert ("发放", "春节慰问", None, 1_500, 58_500) == (payment[3], payment[4], payment[6], *payment[7:9])
    assert payment[9].startswith("BF-2017-")
    assert [None, None, None, None, "合计"] == total[:5]
    assert list(range(1, len(rest) + 2)) == [row[0] for row in [first, *rest]]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", ["冲第 {0} 号流水（2017-01-{1}） · 重复发放", "冲第 {2} 号流水（2017-01-{3}）"]),
        ("en", ["Reverses entry {0} (2017-01-{1}) · Paid twice", "Reverses entry {2} (2017-01-{3})"]),
    ],
)
def test_a_reversal_names_its_entry_and_only_a_reason_that_is_about_money(
    demo: Database, language: str, told: list[str]
) -> None:
    def take_back(tx: Transaction) -> list[object]:
        first, second = [
            one
            for one in entries.of_days(tx, 1, date(2017, 1, 1), date(2017, 1, 31), None)
            if one.kind == EntryKind.PAYMENT
        ][:2]
        for entry, note in ((first, words("zh").plain("pay.reasons.TWICE")), (second, "他妻子确诊了")):
            day = date(2017, 1, 31)
            ledger.reverse(tx, entry.id, happened_on=day, request_id=f"back-{entry.id}", note=note)
        return [first.id, f"{first.happened_on:%d}", second.id, f"{second.happened_on:%d}"]

    known = demo.transact(take_back)
    rows = rows_of(made(demo, language=language)[1], {"zh": "流水明细", "en": "Entries"}[language])
    notes = [row[-1] for row in rows if row[-1] and row[3] in {"冲销", "Reversal"}]
    assert [line.format(*known) for line in told] == notes
    paid = {"发放", "Payment"}
    assert [known[0], known[2]] == [row[1] for row in rows if row[3] in paid and row[1] in known]
    assert "确诊" not in str(rows)


def test_sums_are_formulas_over_the_rows_and_agree_with_what_was_counted(demo: Database) -> None:
    _, book = made(demo)
    rows = rows_of(book, "流水明细")
    last = len(rows) - 1
    assert [f"=SUM('流水明细'!G4:G{last})", f"=SUM('流水明细'!H4:H{last})"] == rows[-1][6:8]
    spent = sum(row[7] for row in rows[3:-1] if row[3] == "发放")
    cover = {row[0]: row for row in rows_of(book, "概要")}
    assert f"""=SUMIF('流水明细'!D4:D{last},"发放",'流水明细'!H4:H{last})""" == cover["本期发放"][2]
    assert spent == cover["本期发放"][1]
    assert cover["本期发放"][3].startswith("=IF(ROUND(B")


def test_money_is_numbers_days_are_days_and_it_prints_on_a4_with_its_headings(demo: Database) -> None:
    _, book = made(demo)
    for sheet in book.worksheets:
        assert ("A4", "landscape", 9, 1, 0) == (
            sheet.freeze_panes,
            sheet.page_setup.orientation,
            sheet.page_setup.paperSize,
            sheet.page_setup.fitToWidth,
            sheet.page_setup.fitToHeight,
        )
        assert "$3:$3" == sheet.print_title_rows
        scaled = sheet.sheet_properties.pageSetUpPr
        assert scaled is not None
        assert scaled.fitToPage
    first = book["流水明细"][4]
    assert ("0", "yyyy-mm-dd", "#,##0.00", "n") == (
        first[1].number_format,
        first[2].number_format,
        first[6].number_format,
        first[6].data_type,
    )


def test_beyond_the_own_branch_names_are_masked_and_the_shell_reads_all(demo: Database) -> None:
    everybody = {row[10] for row in rows_of(made(demo, None)[1], "流水明细")[3:-1] if row[10]}
    assert everybody == {row[10] for row in rows_of(made(demo, TREASURER)[1], "流水明细")[3:-1] if row[10]}
    demo.transact(lambda tx: tx.connection.execute(update(fund.households).values(union_id=1)))
    outside = demo.view(lambda tx: somebody(tx, CADRE))
    told = demo.view(
        lambda tx: [
            one.household for one in entries.of_days(tx, 1, date(2017, 1, 1), date(2017, 1, 31), outside)
        ]
    )
    assert all(name.endswith("*") and 2 == len(name) for name in told if name)


@pytest.mark.parametrize("who", [CADRE, ADMIN])
def test_the_ledger_is_not_for_everybody(demo: Database, who: int) -> None:
    with pytest.raises(errors.NotAllowed):
        made(demo, who)


@pytest.mark.parametrize("who", [OFFICER, CHAIR, TREASURER, AUDITOR])
def test_the_ledger_is_for_those_who_answer_for_it(demo: Database, who: int) -> None:
    assert 42_000 == cover_of(made(demo, who)[1])["期末余额"]


@pytest.mark.parametrize(
    "figures", [{"year": 2017, "month": 13}, {"year": 2017, "month": 10}, {"year": 0, "month": 1}]
)
def test_a_month_that_no_calendar_has_and_one_to_come_are_refused(
    demo: Database, figures: dict[str, int]
) -> None:
    with pytest.raises(errors.NotFound):
        made(demo, figures=figures)


def test_a_month_without_entries_is_a_workbook_all_the_same(demo: Database) -> None:
    _, book = made(demo, figures={"year": 2013, "month": 2})
    told = {row[0]: row for row in rows_of(book, "概要")}
    assert (0, "=0") == tuple(told["本期收入"][1:3])
    assert "没有破例，也没有救急" in rows_of(book, "破例与救急")[1][0]


def test_a_workbook_that_would_not_add_up_is_not_made(
    demo: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = entries.of_days
    monkeypatch.setattr(entries, "of_days", lambda *given: list(whole(*given))[1:])
    with pytest.raises(DoesNotAddUp):
        made(demo)


def test_in_english_it_is_english_throughout(demo: Database) -> None:
    name, book = made(demo, language="en")
    assert "国电开远发电有限公司工会 aid fund 2017-01.xlsx" == name
    assert ["Summary", "Entries", "Exceptions"] == book.sheetnames
    assert "Opening balance" == rows_of(book, "Summary")[3][0]
