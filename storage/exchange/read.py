"""Reads a folder of CSV files, or one workbook, into rows of text; knows no column and no rule.

Nothing is computed and nothing is guessed: a formula stays the text it is, to be refused by who checks it.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from storage.exchange.faults import Faults

BYTES_MAX = 50_000_000
# A workbook is packed; unpacked it may be this much larger.
UNPACKED_BYTES_MAX = 1_000_000_000
ROWS_MAX = 200_000
CELL_CHARACTERS_MAX = 10_000
WORKBOOK_ERRORS = (OSError, ValueError, KeyError, TypeError, AttributeError, SyntaxError, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True)
class Table:
    """One file or sheet as it stands: the headings of its first row that is not blank, and the rows below.

    Each row is its number and its cells, as many as there are headings; blank rows are left out.
    """

    file: str
    header_row: int
    header: tuple[str, ...]
    rows: list[tuple[int, list[str]]]


def read(path: Path, names: Sequence[str], faults: Faults) -> dict[str, Table]:
    """Return the tables of these names found at `path`; what cannot be read, or is not there, is a fault."""
    if path.is_dir():
        return _read_folder(path, names, faults)
    if not path.is_file():
        faults.add(path.name, 0, "", "no_such_path")
    elif path.suffix.lower() != ".xlsx":
        faults.add(path.name, 0, "", "not_importable")
    elif path.stat().st_size > BYTES_MAX or _unpacked_bytes(path) > UNPACKED_BYTES_MAX:
        faults.add(path.name, 0, "", "too_many_bytes", limit=BYTES_MAX // 1_000_000)
    else:
        return _read_workbook(path, names, faults)
    return {}


def _read_folder(folder: Path, names: Sequence[str], faults: Faults) -> dict[str, Table]:
    paths = {
        unicodedata.normalize("NFC", path.stem): path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() == ".csv"
    }
    tables: dict[str, Table] = {}
    bytes_left = BYTES_MAX
    for name in names:
        path = paths.get(name)
        if path is None:
            faults.add(f"{name}.csv", 0, "", "missing_file")
            continue
        bytes_left -= path.stat().st_size
        if bytes_left < 0:
            faults.add(path.name, 0, "", "too_many_bytes", limit=BYTES_MAX // 1_000_000)
            break
        content = _decoded(path.read_bytes())
        if content is None:
            faults.add(path.name, 0, "", "unknown_encoding")
        else:
            _keep(tables, name, _table(path.name, _csv_rows(content), faults))
    return tables


def _decoded(content: bytes) -> str | None:
    """UTF-8 with or without a mark, else what table programs write in China; None for neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _csv_rows(content: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(content, newline=""))


def _unpacked_bytes(path: Path) -> int:
    try:
        with zipfile.ZipFile(path) as packed:
            return sum(entry.file_size for entry in packed.infolist())
    except (OSError, zipfile.BadZipFile):
        return 0


def _read_workbook(path: Path, names: Sequence[str], faults: Faults) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    try:
        with warnings.catch_warnings():
            # It warns of styles and extensions it leaves out; only the cells matter here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=False)
            sheets = {sheet.title.strip(): sheet for sheet in book.worksheets}
            for name in names:
                if name not in sheets:
                    faults.add(name, 0, "", "missing_sheet")
                    continue
                sheets[name].reset_dimensions()
                rows = ([_plain(cell) for cell in row] for row in sheets[name].iter_rows(values_only=True))
                _keep(tables, name, _table(name, rows, faults))
            book.close()
    except WORKBOOK_ERRORS:
        faults.add(path.name, 0, "", "unreadable")
    return tables


def _plain(cell: object) -> str:
    """What a table program shows, in the form the columns' readers expect."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return format(cell, ".0f") if cell.is_integer() else repr(cell)
    # What is left beside whole numbers and truth values are formulas that span several cells.
    return str(cell) if isinstance(cell, int) else "="


def _keep(tables: dict[str, Table], name: str, table: Table | None) -> None:
    if table is not None:
        tables[name] = table


def _table(file: str, lines: Iterable[list[str]], faults: Faults) -> Table | None:
    header: tuple[str, ...] | None = None
    header_row = 0
    rows: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, line in enumerate(lines, start=1):
            cells = [cell.strip() for cell in line]
            while cells and not cells[-1]:
                cells.pop()
            if not cells:
                continue
            if header is None:
                header, header_row = tuple(cells), number
            elif len(cells) > len(header):
                faults.add(file, number, "", "too_many_cells", cells[len(header)])
            elif max(map(len, cells)) > CELL_CHARACTERS_MAX:
                faults.add(file, number, "", "too_long", limit=CELL_CHARACTERS_MAX)
            elif len(rows) >= ROWS_MAX:
                faults.add(file, number, "", "too_many_rows", limit=ROWS_MAX)
                break
            else:
                rows.append((number, cells + [""] * (len(header) - len(cells))))
    except csv.Error:
        faults.add(file, number + 1, "", "unreadable")
    if header is None:
        faults.add(file, 1, "", "no_header")
        return None
    return Table(file, header_row, header, rows)
