"""The year as a workbook: its table, and the registers of files, visits, revisits, aid and the ledger.

What is written is what a union reports of its year; what nobody but the household's own people may read is
not in it. Rows are written as they are read, however many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.outputs.books import year_rows
from bot.outputs.books.workbook import COUNT, DAY, MONEY, PLAIN, Book, Column, Formula, range_sum, yuan
from bot.outputs.desk import file_name
from storage import statistics
from storage.errors import NotAllowed
from storage.oversight import reach
from storage.oversight.readers import PUBLISHERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from bot.outputs.books.workbook import Sheet
    from bot.outputs.desk import Desk

    Shapes = Sequence[tuple[str, float, str]]

ABOVE = 2
_FUND = ("fund_income_fen", "company_fund_paid_fen", "fund_balance_fen", "budget_fen", "budget_left_fen")

_TABLE: Shapes = (
    ("what", 44, ""),
    ("source", 20, ""),
    ("times", 12, COUNT),
    ("households", 12, COUNT),
    ("amount", 18, MONEY),
)
_FILES: Shapes = (
    ("file_no", 12, ""),
    ("name", 12, ""),
    ("branch", 22, ""),
    ("category", 12, ""),
    ("system_category", 12, ""),
    ("state", 14, ""),
    ("opened", 12, DAY),
    ("closed", 12, DAY),
    ("close_reason", 14, ""),
    ("liaison", 12, ""),
    ("last_visit", 12, DAY),
    ("company", 14, MONEY),
    ("had", 14, MONEY),
)
_VISITS: Shapes = (
    ("number", 18, ""),
    ("day", 12, DAY),
    ("file_no", 12, ""),
    ("name", 12, ""),
    ("branch", 22, ""),
    ("way", 11, ""),
    ("kind", 12, ""),
    ("met", 10, ""),
    ("visitors", 22, ""),
    ("assessment", 12, ""),
    ("measure", 12, ""),
    ("next", 12, DAY),
    ("reporter", 12, ""),
)
_REVISITS: Shapes = (
    ("number", 18, ""),
    ("day", 12, DAY),
    ("file_no", 12, ""),
    ("name", 12, ""),
    ("branch", 22, ""),
    ("aid", 18, ""),
    ("item", 12, ""),
    ("way", 11, ""),
    ("met", 10, ""),
    ("received", 13, ""),
    ("conclusion", 18, ""),
    ("reporter", 12, ""),
)
_AID: Shapes = (
    ("number", 18, ""),
    ("file_no", 12, ""),
    ("name", 12, ""),
    ("branch", 22, ""),
    ("item", 12, ""),
    ("source", 15, ""),
    ("for_year", 8, PLAIN),
    ("amount", 14, MONEY),
    ("paid", 14, MONEY),
    ("state", 14, ""),
    ("asked", 12, DAY),
    ("proposer", 12, ""),
    ("approvers", 22, ""),
    ("paid_on", 12, DAY),
    ("voucher", 18, ""),
    ("mark", 8, ""),
)
_LEDGER: Shapes = (
    ("entry", 9, PLAIN),
    ("day", 12, DAY),
    ("kind", 10, ""),
    ("item", 14, ""),
    ("amount", 15, MONEY),
    ("left", 16, MONEY),
    ("voucher", 16, ""),
    ("aid", 18, ""),
    ("name", 12, ""),
    ("branch", 22, ""),
    ("recorder", 12, ""),
    ("note", 26, ""),
)


def write(desk: Desk, file: BinaryIO) -> str:
    """Write the year that was ordered (`year`) and return the file's name.

    For those who report of it, and the shell. Refuses NotAllowed to others. Raises DoesNotAddUp.
    """
    if desk.person is not None and not desk.person.roles & PUBLISHERS:
        raise NotAllowed
    year = int(desk.figures["year"])
    union_id = desk.union_id if desk.person is None else reach.whole(desk.tx, desk.person)
    table = statistics.year_table(desk.tx, union_id, year)
    title = desk.words.plain("workbook.year.title", union=table["union"], year=year)
    with Book(title) as book:
        _table(desk, book, title, table, union_id)
        _register(desk, book, title, "files", _FILES, year_rows.files(desk, union_id, year), sums=(11, 12))
        _register(desk, book, title, "visits", _VISITS, year_rows.visits(desk, union_id, year))
        _register(desk, book, title, "revisits", _REVISITS, year_rows.revisits(desk, union_id, year))
        _register(desk, book, title, "aid", _AID, year_rows.given(desk, union_id, year), sums=(7, 8))
        _register(desk, book, title, "ledger", _LEDGER, year_rows.ledger(desk, year), sums=(4,))
        book.save(file)
    return file_name(title, "xlsx")


def _register(
    desk: Desk,
    book: Book,
    title: str,
    slug: str,
    shapes: Shapes,
    rows: Iterator[list[object]],
    *,
    sums: tuple[int, ...] = (),
) -> None:
    """A sheet with its rows, and under the columns of `sums` what they come to."""
    plain = desk.words.plain
    columns = [Column(plain(f"workbook.columns.{name}"), width, shape) for name, width, shape in shapes]
    sheet = book.sheet(plain(f"workbook.year.sheets.{slug}"), columns, above=ABOVE)
    sheet.title(title)
    sheet.note(plain("workbook.year.made", day=f"{desk.tx.today}"))
    sheet.head()
    last = sheet.rows_written
    for row in rows:
        last = sheet.row(row)
    if sums:
        total: list[object] = [plain("workbook.sum"), *[None] * (len(shapes) - 1)]
        for place in sums:
            total[place] = range_sum(sheet, ABOVE, last, place)
        sheet.formulas(total)


def _table(desk: Desk, book: Book, title: str, table: dict[str, object], union_id: int) -> None:
    """The year in figures, and what was given by kind and source."""
    plain = desk.words.plain
    columns = [Column(plain(f"workbook.columns.{name}"), width, shape) for name, width, shape in _TABLE]
    sheet = book.sheet(plain("workbook.year.sheets.table"), columns, above=ABOVE)
    sheet.title(title)
    sheet.note(plain("workbook.year.as_of", day=table["as_of"], made=f"{desk.tx.today}"))
    sheet.head()
    for slug in ("on_file_at_year_start", "removed", "added", "on_file_now"):
        sheet.row([plain(f"workbook.year.table.{slug}"), None, None, table[slug], None])
    sheet.row([plain("workbook.year.table.visits"), None, table["visits"], None, None])
    _by_kind(desk, sheet, union_id)
    to_date = cast("dict[str, int]", table["warm_living_medical_all_sources_to_date"])
    figures = [to_date["person_times"], None, yuan(to_date["fen"])]
    sheet.row([plain("workbook.year.table.to_date"), None, *figures])
    for slug in _FUND:
        fen = cast("int | None", table[slug])
        amount = None if fen is None else yuan(fen)
        sheet.row([plain(f"workbook.year.table.{slug}"), None, None, None, amount])


def _by_kind(desk: Desk, sheet: Sheet, union_id: int) -> None:
    """What was given, a row for each kind and source, and what they come to."""
    plain = desk.words.plain
    first = sheet.rows_written + 1
    lines = statistics.year_by_kind_and_source(desk.tx, union_id, int(desk.figures["year"]))
    for one in lines:
        names = [plain(f"codes.aid.{one.kind}"), plain(f"codes.source.{one.source}")]
        sheet.row([*names, one.person_times, one.households, yuan(one.fen)])
    if lines:
        times, amount = (
            f"SUM({sheet.at(first, place)}:{sheet.letter(place)}{sheet.rows_written})" for place in (2, 4)
        )
        counted = Formula(times, sum(one.person_times for one in lines))
        summed = Formula(amount, yuan(sum(one.fen for one in lines)))
        sheet.formulas([plain("workbook.sum"), None, counted, None, summed])
