"""Sheets of a workbook, written row by row: money as numbers, days as days, and no text that is a formula.

It knows no trade: what stands in a row was read and worded elsewhere. However many rows, little is in memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import BinaryIO, Self

MONEY, DAY, COUNT = "#,##0.00", "yyyy-mm-dd", "#,##0"
FEN_PER_YUAN = 100
A4 = 9
SHEET_NAME_CHARACTERS = 31
# What a cell holds at most.
CELL_CHARACTERS = 32_767
TITLE_POINTS, TEXT_POINTS, SMALL_POINTS = 15, 11, 9
HEADER_HEIGHT_POINTS = 24
# A spreadsheet may take a text that begins so for a formula, or hand it to another that does.
_DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_LINE = Side(style="thin", color="FFB9C0CA")
_BOX = Border(bottom=_LINE)
_HEAD_FILL = PatternFill("solid", fgColor="FFE8EDF4")
_HEAD_FONT = Font(bold=True, size=TEXT_POINTS)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, how wide it is (in letters), how its values are written."""

    title: str
    width: float
    number_format: str = ""
    wraps: bool = False


class Book:
    """A workbook being written; nothing is left of one that was begun and not saved."""

    def __init__(self, title: str) -> None:
        self._is_saved = False
        self._book = Workbook(write_only=True)
        self._book.properties.title = title
        self._book.properties.creator = ""
        self._names: set[str] = set()

    def sheet(self, name: str, columns: Sequence[Column], *, above: int) -> Sheet:
        """Begin a sheet whose headings stand after `above` rows, stay in sight, and repeat on every page."""
        return Sheet(self._book, self._free_name(name), columns, above)

    def save(self, file: BinaryIO) -> None:
        """Write the workbook; nothing can be added to it afterwards."""
        self._is_saved = True
        self._book.save(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_saved:
            return
        sheets: list[Any] = self._book.worksheets
        for sheet in sheets:
            sheet.close()
            # The library keeps each sheet's rows in a file until it is saved.
            sheet._writer.cleanup()  # noqa: SLF001 - there is no other way to have it removed

    def _free_name(self, wanted: str) -> str:
        name = sheet_name(wanted)
        number = 1
        while name.casefold() in self._names:
            number += 1
            name = f"{sheet_name(wanted)[: SHEET_NAME_CHARACTERS - 4]} {number}"
        self._names.add(name.casefold())
        return name


class Sheet:
    """A sheet being written, from its title down."""

    def __init__(self, book: Workbook, name: str, columns: Sequence[Column], above: int) -> None:
        self._sheet: Any = book.create_sheet(name)
        self._columns = columns
        self._head_row = above + 1
        self.name = name
        self.rows_written = 0
        for place, column in enumerate(columns, start=1):
            self._sheet.column_dimensions[get_column_letter(place)].width = column.width
        self._sheet.freeze_panes = f"A{self._head_row + 1}"
        self._sheet.print_title_rows = f"{self._head_row}:{self._head_row}"
        self._sheet.page_setup.orientation = "landscape"
        self._sheet.page_setup.paperSize = A4
        self._sheet.page_setup.fitToWidth = 1
        self._sheet.page_setup.fitToHeight = 0
        self._sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        self._sheet.oddFooter.center.text = "&P / &N"
        self._sheet.print_options.horizontalCentered = True
        for side in ("left", "right", "top", "bottom"):
            setattr(self._sheet.page_margins, side, 0.5)
        # A row is written as soon as it is added: one cell a column serves them all.
        self._cells = [self._cell(column) for column in columns]

    def title(self, text: str) -> None:
        """The sheet's title, in its first row."""
        self._line([text], Font(bold=True, size=TITLE_POINTS))

    def note(self, *texts: object) -> None:
        """A quiet line under the title."""
        self._line(texts, Font(size=SMALL_POINTS, color="FF5F6B7A"))

    def head(self) -> None:
        """The headings; they must be the row that was said."""
        if self.rows_written + 1 != self._head_row:
            raise ValueError(f"the headings of {self.name} belong into row {self._head_row}")
        self._sheet.row_dimensions[self._head_row].height = HEADER_HEIGHT_POINTS
        cells = []
        for column in self._columns:
            cell: Any = WriteOnlyCell(self._sheet, column.title)
            cell.font, cell.fill, cell.border = _HEAD_FONT, _HEAD_FILL, _BOX
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            cells.append(cell)
        self._add(cells)

    def row(self, values: Sequence[object]) -> int:
        """Add a row and return its number: texts, days, counts, and money as `yuan`."""
        for cell, value in zip(self._cells, values, strict=True):
            fill(cell, value)
        self._add(self._cells)
        return self.rows_written

    def formulas(self, values: Sequence[object]) -> int:
        """Add a row in bold in which what begins with = is a formula of ours; return its number."""
        cells = []
        for column, value in zip(self._columns, values, strict=True):
            cell = self._cell(column)
            cell.font = _HEAD_FONT
            fill(cell, value)
            if isinstance(value, Formula):
                cell.value = f"={value.text}"
            cells.append(cell)
        self._add(cells)
        return self.rows_written

    def skip(self) -> None:
        """Leave a row empty."""
        self._add([])

    def at(self, row: int, column: int) -> str:
        """The address of a cell of this sheet, for a formula on another one; the first column is 0."""
        quoted = self.name.replace("'", "''")
        return f"'{quoted}'!{get_column_letter(column + 1)}{row}"

    @staticmethod
    def letter(column: int) -> str:
        """The letters of a column, the first of which is 0."""
        return get_column_letter(column + 1)

    def _cell(self, column: Column) -> Any:  # noqa: ANN401 - the library's cell
        cell: Any = WriteOnlyCell(self._sheet)
        cell.font = Font(size=TEXT_POINTS)
        cell.border = _BOX
        cell.alignment = Alignment(vertical="top", wrap_text=column.wraps)
        if column.number_format:
            cell.number_format = column.number_format
        return cell

    def _line(self, texts: Iterable[object], font: Font) -> None:
        cells = []
        for text in texts:
            cell: Any = WriteOnlyCell(self._sheet)
            cell.font = font
            fill(cell, text)
            cells.append(cell)
        self._add(cells)

    def _add(self, cells: Iterable[Any]) -> None:
        self._sheet.append(cells)
        self.rows_written += 1


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of ours, without its equals sign."""

    text: str


def range_sum(rows: Sheet, above: int, last: int, column: int) -> str:
    """The formula that adds up a column from below the headings to the row `last`; 0 where there is none."""
    if last <= above + 1:
        return "0"
    return f"SUM({rows.at(above + 2, column)}:{rows.letter(column)}{last})"


def fill(cell: Any, value: object) -> None:  # noqa: ANN401 - the library's cell
    """Put a value into a cell; a text stays a text whatever it begins with."""
    if isinstance(value, str):
        cell.value = None
        cell.value = harmless(value)
        cell.data_type = "s"
    elif value is None or isinstance(value, int | Decimal | date):
        cell.value = value
    elif not isinstance(value, Formula):
        raise TypeError(type(value))


def yuan(fen: int) -> Decimal:
    """Fen as a number of yuan, to the fen."""
    return Decimal(fen) / FEN_PER_YUAN


def harmless(text: str) -> str:
    """The text without what no cell can hold; with an apostrophe where it might be taken for a formula."""
    clean = _CONTROL.sub("", text)
    if clean.startswith(("\t", "\r", "\n")) or clean.lstrip().startswith(_DANGEROUS):
        clean = f"'{clean}"
    return clean[:CELL_CHARACTERS]


def sheet_name(text: str) -> str:
    """The text as a sheet may be called: at most 31 letters, none that a formula would stumble over."""
    name = _NOT_IN_A_NAME.sub(" ", text).strip().strip("'")[:SHEET_NAME_CHARACTERS].strip()
    return name or "1"
