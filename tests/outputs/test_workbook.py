"""A cell holds what it was given, and no text in it is ever a formula."""

from __future__ import annotations

import io
import tempfile
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from bot.outputs.books.workbook import (
    DAY,
    MONEY,
    Book,
    Column,
    Formula,
    harmless,
    range_sum,
    sheet_name,
    yuan,
)

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://example.org","x")',
    "+86",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1",
    "＋1",
    "|calc",
    "%0A",
]


def written(*values: object) -> list[Any]:
    file = io.BytesIO()
    with Book("测试") as book:
        sheet = book.sheet("一", [Column("列", 10) for _ in values], above=0)
        sheet.head()
        sheet.row(values)
        book.save(file)
    return list(openpyxl.load_workbook(file)["一"][2])


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_looks_like_a_formula_stays_a_text(text: str) -> None:
    (cell,) = written(text)
    assert ("s", True) == (cell.data_type, str(cell.value).startswith("'"))


@pytest.mark.parametrize("text", ["凤芳", "1=1", "a-b", "2017-001", "'quoted", ""])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert text == harmless(text)


def test_what_no_cell_can_hold_is_left_out() -> None:
    (cell,) = written("a\x00\x0b\ud800b" + "x" * 40_000)
    assert ("ab", 32_767) == (str(cell.value)[:2], len(str(cell.value)))
    assert written("=\x00")[0].data_type == "s"


def test_a_kept_text_after_a_number_in_the_same_column_is_no_number() -> None:
    file = io.BytesIO()
    with Book("测试") as book:
        sheet = book.sheet("一", [Column("列", 10, MONEY)], above=0)
        sheet.head()
        for value in (Decimal("1.10"), "=1", None, 3):
            sheet.row([value])
        sheet.formulas([Formula("SUM(A2:A5)", 4)])
        book.save(file)
    cells = [row[0] for row in openpyxl.load_workbook(file)["一"].iter_rows(min_row=2)]
    assert ["n", "s", "n", "n", "f"] == [cell.data_type for cell in cells]
    assert (1.1, None, 3) == (cells[0].value, cells[2].value, cells[3].value)


def test_a_formula_brings_its_value_for_those_who_calculate_nothing() -> None:
    file = io.BytesIO()
    with Book("测试") as book:
        sheet = book.sheet("一", [Column("数", 10, MONEY), Column("词", 10)], above=0)
        sheet.head()
        for fen in (110, 220):
            sheet.row([yuan(fen), "x"])
        sheet.formulas([range_sum(sheet, 0, 3, 0), Formula('IF(A4>0,"<是>","否")', "<是>")])
        book.save(file)
    told = [list(openpyxl.load_workbook(file, data_only=is_told)["一"][4]) for is_told in (False, True)]
    assert ["=SUM('一'!A2:A3)", '=IF(A4>0,"<是>","否")'] == [cell.value for cell in told[0]]
    assert [3.3, "<是>"] == [cell.value for cell in told[1]]


def test_nothing_is_left_of_a_workbook_that_was_not_saved_nor_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with suppress(LookupError), Book("测试") as book:
        for name in ("一", "二"):
            book.sheet(name, [Column("列", 10)], above=0).title("半途")
        assert [] == list(tmp_path.iterdir())
        raise LookupError
    assert [] == list(tmp_path.iterdir())


def test_a_row_has_a_value_for_every_column() -> None:
    with Book("测试") as book, pytest.raises(ValueError, match="1 values for 2 columns"):
        book.sheet("一", [Column("列", 10), Column("行", 10)], above=0).row([1])


def test_a_day_is_a_day_and_a_text_keeps_its_spaces_and_signs() -> None:
    file = io.BytesIO()
    with Book("测试") as book:
        sheet = book.sheet("一", [Column("日", 10, DAY), Column("词", 10)], above=0)
        sheet.head()
        sheet.row([date(2017, 9, 4), '  a <b> & "c"\n d '])
        book.save(file)
    day, text = openpyxl.load_workbook(file)["一"][2]
    assert ("2017-09-04 00:00:00", "yyyy-mm-dd") == (str(day.value), day.number_format)
    assert '  a <b> & "c"\n d ' == text.value


def test_a_value_of_an_unknown_sort_is_refused() -> None:
    with pytest.raises(TypeError):
        written(1.5)


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(1, Decimal("0.01")), (-150_000, Decimal(-1_500)), (10**15 + 7, Decimal("10000000000000.07"))],
)
def test_money_is_exact_to_the_fen(fen: int, shown: Decimal) -> None:
    assert shown == yuan(fen)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("流水", "流水"),
        ("a/b\\c:d*e?f[g]h", "a b c d e f g h"),
        ("'x'", "x"),
        ("x" * 50, "x" * 31),
        ("", "1"),
        ("///", "1"),
    ],
)
def test_a_sheets_name_is_one_that_is_allowed(text: str, name: str) -> None:
    assert name == sheet_name(text)


def test_two_sheets_of_one_name_are_told_apart() -> None:
    with Book("测试") as book:
        names = [book.sheet("机关" * 20, [Column("列", 10)], above=0).name for _ in range(3)]
    assert 3 == len({name.casefold() for name in names})
    assert all(len(name) <= 31 for name in names)


def test_headings_stand_where_they_were_said_to_stand() -> None:
    with Book("测试") as book, pytest.raises(ValueError, match="row 2"):
        book.sheet("一", [Column("列", 10)], above=1).head()
