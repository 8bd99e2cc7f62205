"""Sheets of a workbook, written row by row: money as numbers, days as days, and no text that is a formula.

It knows no trade: what stands in a row was read and worded elsewhere. The library makes all of the workbook
but its rows, which go to a file without a name as they come: however many, little is in memory, and of a
workbook that was begun and not saved nothing is left. A formula brings its value along, for telephones that
show a workbook and calculate nothing.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO, Self

    from openpyxl.worksheet.worksheet import Worksheet

MONEY, DAY, COUNT = "#,##0.00", "yyyy-mm-dd", "#,##0"
# A number that names something, which is not grouped as one that counts.
PLAIN = "0"
FEN_PER_YUAN = 100
A4 = 9
MARGIN_INCHES = 0.5
SHEET_NAME_CHARACTERS = 31
# What a cell holds at most.
CELL_CHARACTERS = 32_767
TITLE_POINTS, TEXT_POINTS, SMALL_POINTS = 15, 11, 9
HEADER_HEIGHT_POINTS = 24
# The day before the first one of a spreadsheet's calendar, as it counts.
DAY_ZERO = date(1899, 12, 30)
# A spreadsheet may take a text that begins so for a formula, or hand it to another that does.
_DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"')
_ROWS = re.compile(rb"<sheetData\s*/>|<sheetData>.*?</sheetData>", re.DOTALL)

_BOX = Border(bottom=Side(style="thin", color="FFB9C0CA"))
_HEAD_FILL = PatternFill("solid", fgColor="FFE8EDF4")
_PLAIN, _BOLD = Font(size=TEXT_POINTS), Font(bold=True, size=TEXT_POINTS)
_TITLE, _NOTE = Font(bold=True, size=TITLE_POINTS), Font(size=SMALL_POINTS, color="FF5F6B7A")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, how wide it is (in letters), how its values are written."""

    title: str
    width: float
    number_format: str = ""
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of ours, without its equals sign, and what it comes to."""

    text: str
    value: Decimal | int | str


class Book:
    """A workbook being written; nothing is left of one that was begun and not saved."""

    def __init__(self, title: str) -> None:
        self._book = Workbook()
        self._book.properties.title = title
        self._book.properties.creator = ""
        self._first: Any = self._book.active
        self._sheets: list[Sheet] = []

    def sheet(self, name: str, columns: Sequence[Column], *, above: int) -> Sheet:
        """Begin a sheet whose headings stand after `above` rows, stay in sight, and repeat on every page."""
        sheet = self._book.create_sheet(self._free_name(name))
        self._sheets.append(Sheet(sheet, columns, above))
        return self._sheets[-1]

    def save(self, file: BinaryIO) -> None:
        """Write the workbook; nothing can be added to it afterwards."""
        self._book.remove(self._first)
        bare = io.BytesIO()
        self._book.save(bare)
        paths = {f"xl/worksheets/sheet{number}.xml": one for number, one in enumerate(self._sheets, start=1)}
        with ZipFile(bare) as source, ZipFile(file, "w", ZIP_DEFLATED) as target:
            for name in source.namelist():
                with target.open(name, "w", force_zip64=True) as part:
                    if name in paths:
                        paths[name].copy(source.read(name), part)
                    else:
                        part.write(source.read(name))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for sheet in self._sheets:
            sheet.close()

    def _free_name(self, wanted: str) -> str:
        taken = {one.name.casefold() for one in self._sheets}
        name = sheet_name(wanted)
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{sheet_name(wanted)[: SHEET_NAME_CHARACTERS - 4]} {number}"
        return name


class Sheet:
    """A sheet being written, from its title down."""

    def __init__(self, sheet: Worksheet, columns: Sequence[Column], above: int) -> None:
        self._columns = columns
        self._head_row = above + 1
        self.name = sheet.title
        self.rows_written = 0
        # What the numbers of each column come to, so far.
        self.sums = [Decimal(0)] * len(columns)
        _lay_out(sheet, columns, self._head_row)
        self._letters = [get_column_letter(place) for place in range(1, len(columns) + 1)]
        self._styles = [_style(sheet, _PLAIN, one.number_format, wraps=one.wraps) for one in columns]
        self._bold = [_style(sheet, _BOLD, one.number_format, has_line=True) for one in columns]
        self._heading = _style(sheet, _BOLD, is_heading=True, wraps=True, has_line=True)
        self._title, self._note = _style(sheet, _TITLE), _style(sheet, _NOTE)
        self._rows = tempfile.TemporaryFile()  # noqa: SIM115 - the book closes it

    def title(self, text: str) -> None:
        """The sheet's title, in its first row."""
        self._add([text], [self._title])

    def note(self, *texts: str | None) -> None:
        """A quiet line under the title."""
        self._add(texts, [self._note] * len(texts))

    def head(self) -> None:
        """The headings; they must be the row that was said."""
        if self.rows_written + 1 != self._head_row:
            raise ValueError(f"the headings of {self.name} belong into row {self._head_row}")
        height = f' ht="{HEADER_HEIGHT_POINTS}" customHeight="1"'
        titles = [column.title for column in self._columns]
        self._add(titles, [self._heading] * len(titles), height)

    def row(self, values: Sequence[object]) -> int:
        """Add a row and return its number: texts, days, counts, and money as `yuan`."""
        for place, value in enumerate(values):
            if isinstance(value, Decimal | int):
                self.sums[place] += value
        return self._add(values, self._styles)

    def formulas(self, values: Sequence[object]) -> int:
        """Add a row in bold and return its number."""
        return self._add(values, self._bold)

    def skip(self) -> None:
        """Leave a row empty."""
        self._add([], [])

    def at(self, row: int, column: int) -> str:
        """The address of a cell of this sheet, for a formula on another one; the first column is 0."""
        quoted = self.name.replace("'", "''")
        return f"'{quoted}'!{self.letter(column)}{row}"

    def letter(self, column: int) -> str:
        """The letters of a column, the first of which is 0."""
        return self._letters[column]

    def copy(self, bare: bytes, target: Any) -> None:  # noqa: ANN401 - a part of an archive
        """Write the sheet as the library made it, with its rows."""
        size = f'<dimension ref="A1:{self._letters[-1]}{max(self.rows_written, 1)}"'.encode()
        before, after = _ROWS.split(_DIMENSION.sub(size, bare, count=1), maxsplit=1)
        target.write(before + b"<sheetData>")
        self._rows.seek(0)
        shutil.copyfileobj(self._rows, target)
        target.write(b"</sheetData>" + after)

    def close(self) -> None:
        """Let go of the rows."""
        self._rows.close()

    def _add(self, values: Sequence[object], styles: Sequence[int], more: str = "") -> int:
        if len(values) != len(styles):
            raise ValueError(f"{len(values)} values for {len(styles)} columns of {self.name}")
        self.rows_written += 1
        number = self.rows_written
        cells = [
            _cell(f"{letter}{number}", style, value)
            for letter, style, value in zip(self._letters, styles, values, strict=False)
            if value is not None
        ]
        self._rows.write(f'<row r="{number}"{more}>{"".join(cells)}</row>'.encode())
        return number


def _lay_out(sheet: Any, columns: Sequence[Column], head_row: int) -> None:  # noqa: ANN401 - the library's sheet
    """Widths, what stays in sight, and how it is printed."""
    for place, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.freeze_panes = f"A{head_row + 1}"
    sheet.print_title_rows = f"{head_row}:{head_row}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "&P / &N"
    sheet.print_options.horizontalCentered = True
    sheet.print_options.gridLines = True
    for side in ("left", "right", "top", "bottom"):
        setattr(sheet.page_margins, side, MARGIN_INCHES)


def _style(
    sheet: Worksheet,
    font: Font,
    number_format: str = "",
    *,
    wraps: bool = False,
    has_line: bool = False,
    is_heading: bool = False,
) -> int:
    """The number under which the workbook knows this look."""
    cell: Any = Cell(sheet, row=1, column=1)
    cell.font = font
    cell.alignment = Alignment(vertical="center" if is_heading else "top", wrap_text=wraps)
    if number_format:
        cell.number_format = number_format
    if has_line:
        cell.border = _BOX
    if is_heading:
        cell.fill = _HEAD_FILL
    return int(cell.style_id)


def _cell(address: str, style: int, value: object) -> str:
    """A cell as it stands in the file; a text stays a text whatever it begins with."""
    if isinstance(value, str):
        text = escape(harmless(value), quote=False)
        return f'<c r="{address}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(value, Formula):
        kind = ' t="str"' if isinstance(value.value, str) else ""
        formula, result = escape(value.text, quote=False), escape(str(value.value), quote=False)
        return f'<c r="{address}" s="{style}"{kind}><f>{formula}</f><v>{result}</v></c>'
    if isinstance(value, Decimal):
        return f'<c r="{address}" s="{style}"><v>{value:f}</v></c>'
    if isinstance(value, date):
        return f'<c r="{address}" s="{style}"><v>{(value - DAY_ZERO).days}</v></c>'
    if isinstance(value, int):
        return f'<c r="{address}" s="{style}"><v>{value}</v></c>'
    raise TypeError(type(value))


def range_sum(rows: Sheet, above: int, last: int, column: int) -> Formula:
    """The formula that adds up a column from below the headings to the row `last`, with what it comes to."""
    if last <= above + 1:
        return Formula("0", 0)
    cells = f"{rows.at(above + 2, column)}:{rows.letter(column)}{last}"
    return Formula(f"SUM({cells})", rows.sums[column])


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
