"""The records of the Kaiyuan year, as they are and as somebody might have spoiled them."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl

from bot.texts.catalogue import words
from storage import errors
from storage.exchange.load import Imported, import_path
from storage.members import membership

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from storage.exchange.faults import Fault

FOLDER = Path(__file__).parents[2] / "bot" / "sandbox" / "kaiyuan-2017"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
UNION = EXPECTED["union"]
LAST_DAY = date(2017, 8, 31)
HOUSEHOLDS, CADRES, VISITS, PAYMENTS = "困难职工名册", "干部名册", "走访记录", "帮扶发放"
INCOMES, BUDGETS, STANDARDS = "资金收入", "预算", "标准"
SHEETS = (HOUSEHOLDS, CADRES, VISITS, PAYMENTS, INCOMES, BUDGETS, STANDARDS)
NUMBERS = {"金额", "每人金额", "年度", "家庭人口", "家庭月人均收入", "手机"}
DAYS = {"建档日期", "注销日期", "走访日期", "发放日期", "日期"}


def take_in(database: Database, path: Path = FOLDER, *, dry_run: bool = False) -> Imported:
    """Import into an empty database."""
    return database.transact(import_path, path, union_name=UNION, dry_run=dry_run)


def root(tx: Transaction) -> int:
    """The top union."""
    union_id = membership.root_union(tx)
    assert union_id is not None
    return union_id


def faults(database: Database, path: Path) -> list[Fault]:
    """Import what must be refused and return why; every reason has words with the right placeholders."""
    try:
        take_in(database, path)
    except errors.ImportRefused as refusal:
        rows = refusal.details["rows"]
    else:
        raise AssertionError("it was taken in")
    assert isinstance(rows, list)
    for row in rows:
        for language in ("zh", "en"):
            assert words(language).plain(f"exchange.reason.{row.reason}", value=row.value, **row.details)
    return rows


def copy(to: Path) -> Path:
    """Return a copy of the records that may be spoiled."""
    return Path(shutil.copytree(FOLDER, to / "records"))


def rows(folder: Path, sheet: str) -> list[list[str]]:
    """Return the rows of one file, the header first."""
    with (folder / f"{sheet}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def write(folder: Path, sheet: str, lines: list[list[str]], *, encoding: str = "utf-8-sig") -> None:
    """Put other rows into one file."""
    with (folder / f"{sheet}.csv").open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(lines)


def spoil(folder: Path, sheet: str, row: int, column: str, value: str) -> None:
    """Write something else into one cell; the header is row 1."""
    lines = rows(folder, sheet)
    lines[row - 1][lines[0].index(column)] = value
    write(folder, sheet, lines)


def workbook(folder: Path, path: Path) -> Path:
    """Save the records as one workbook, with real numbers and dates in its cells."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in SHEETS:
        page = book.create_sheet(sheet)
        header, *lines = rows(folder, sheet)
        page.append(header)
        for line in lines:
            page.append([_cell(name, cell) for name, cell in zip(header, line, strict=True)])
    book.save(path)
    return path


def _cell(column: str, cell: str) -> str | float | datetime | None:
    if cell and column in NUMBERS:
        return float(cell)
    if cell and column in DAYS:
        return datetime.fromisoformat(cell)
    return cell or None
