"""A list of aid as a workbook: everybody on it, by branch, what wants a look, who was struck or never listed.

Its sums stand there as counted and as formulas; where they differ no workbook is made. Why somebody was
struck is told on the list's card alone: it may tell of the household.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.outputs.books.workbook import COUNT, MONEY, Book, Column, Formula, range_sum, yuan
from bot.outputs.desk import DoesNotAddUp, file_name
from bot.texts import formats
from storage.batches import batch_views
from storage.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from bot.outputs.books.workbook import Sheet
    from bot.outputs.desk import Desk
    from storage.batches.batch import BatchCard, BatchItem, Part

ABOVE = 2
PAGE = 1_000
BRANCH, AMOUNT = 3, 5
_SHAPES: tuple[tuple[str, float, str], ...] = (
    ("no", 8, COUNT),
    ("file_no", 13, ""),
    ("name", 13, ""),
    ("branch", 24, ""),
    ("category", 13, ""),
    ("amount", 15, MONEY),
    ("number", 19, ""),
    ("state", 16, ""),
    ("why", 32, ""),
)
_PARTS: tuple[Part, ...] = ("exceptions", "struck", "held", "left_out")


def write(desk: Desk, file: BinaryIO) -> str:
    """Write the list that was ordered (`batch_id`) and return the file's name.

    Refuses NotFound for none and for one that is not theirs to see, alike. Raises DoesNotAddUp.
    """
    if desk.person is None:
        raise NotAllowed
    card = batch_views.card(desk.tx, desk.person, str(desk.figures["batch_id"]))
    title = desk.words.plain(
        "workbook.batch.title",
        kind=desk.words.plain(f"codes.aid.{card.line.kind}"),
        year=card.line.for_year,
        number=card.line.number,
    )
    with Book(title) as book:
        cover = book.sheet(desk.words.plain("workbook.batch.cover"), _cover_columns(desk), above=ABOVE)
        rows = _sheet(desk, book, "whole", title)
        branches = _rows(desk, rows, card)
        _cover(desk, cover, rows, card, title, branches)
        for part in _PARTS:
            _part(desk, book, card, part, title)
        book.save(file)
    return file_name(title, "xlsx")


def _cover_columns(desk: Desk) -> list[Column]:
    shapes = [("what", 30, ""), ("people", 12, COUNT), ("amount", 18, MONEY), ("by_rows", 18, MONEY)]
    return [
        Column(desk.words.plain(f"workbook.batch.columns.{slug}"), width, shape)
        for slug, width, shape in shapes
    ]


def _cover(
    desk: Desk, cover: Sheet, rows: Sheet, card: BatchCard, title: str, branches: dict[str, tuple[int, int]]
) -> None:
    plain, line = desk.words.plain, card.line
    cover.title(title)
    cover.note(
        plain(
            "workbook.batch.made",
            union=line.union_name,
            person=line.made_by_name,
            state=plain(f"codes.batch_state.{line.state}"),
            source=plain(f"codes.source.{line.source}"),
            day=f"{desk.tx.today}",
        )
    )
    cover.head()
    last = ABOVE + 1 + line.people
    first = cover.rows_written + 1
    for name, (people, fen) in sorted(branches.items(), key=lambda one: (-one[1][0], one[0])):
        here = f"A{cover.rows_written + 1}"
        cover.formulas([name, people, yuan(fen), Formula(_of_branch(rows, last, here), yuan(fen))])
    if branches:
        people_sum, fen_sum = (f"SUM({letter}{first}:{letter}{cover.rows_written})" for letter in "BC")
        sums = [Formula(people_sum, line.people), Formula(fen_sum, yuan(line.sum_fen))]
        cover.formulas([plain("workbook.sum"), *sums, range_sum(rows, ABOVE, last, AMOUNT)])
    cover.skip()
    for slug, count in (("exceptions", card.exceptions), ("struck", card.struck), ("held", card.held)):
        cover.row([plain(f"workbook.batch.{slug}"), count, None, None])
    cover.row([plain("workbook.batch.left_out"), sum(card.left_out.values()), None, None])
    cover.skip()
    cover.note(plain("workbook.batch.approvals", given=len(card.approvals), needed=card.approvals_needed))
    for one in card.approvals:
        at = formats.moment(desk.words, one.at, desk.tx.zone, desk.tx.today)
        cover.note(plain("workbook.batch.approval", at=at, person=one.name), one.for_name)


def _of_branch(rows: Sheet, last: int, cell: str) -> str:
    """The formula that adds up a branch's rows; `cell` holds its name."""
    if last <= ABOVE + 1:
        return "0"
    within, among = (f"{rows.at(ABOVE + 2, one)}:{rows.letter(one)}{last}" for one in (AMOUNT, BRANCH))
    return f"SUMIF({among},{cell},{within})"


def _sheet(desk: Desk, book: Book, slug: str, title: str) -> Sheet:
    plain = desk.words.plain
    columns = [
        Column(plain(f"workbook.batch.columns.{name}"), width, shape) for name, width, shape in _SHAPES
    ]
    sheet = book.sheet(plain(f"workbook.batch.{slug}"), columns, above=ABOVE)
    sheet.title(title)
    sheet.note(plain(f"workbook.batch.notes.{slug}"))
    sheet.head()
    return sheet


def _rows(desk: Desk, rows: Sheet, card: BatchCard) -> dict[str, tuple[int, int]]:
    """Write everybody on the list and the sum; return each branch's people and fen. Raises DoesNotAddUp."""
    people: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    count = 0
    for count, one in enumerate(_items(desk, card, None), start=1):
        rows.row(_row(desk, one, count))
        people[one.union_name] += 1
        sums[one.union_name] += one.amount_fen
    if (count, sum(sums.values())) != (card.line.people, card.line.sum_fen):
        raise DoesNotAddUp(count, card.line.people, sum(sums.values()), card.line.sum_fen)
    total: list[object] = [None] * len(_SHAPES)
    total[BRANCH], total[AMOUNT] = (
        desk.words.plain("workbook.sum"),
        range_sum(rows, ABOVE, ABOVE + 1 + count, AMOUNT),
    )
    rows.formulas(total)
    return {name: (people[name], sums[name]) for name in people}


def _part(desk: Desk, book: Book, card: BatchCard, part: Part, title: str) -> None:
    """One part of it on a sheet of its own."""
    sheet = _sheet(desk, book, part, title)
    for count, one in enumerate(_items(desk, card, part), start=1):
        sheet.row(_row(desk, one, count))


def _items(desk: Desk, card: BatchCard, part: Part | None) -> Iterator[BatchItem]:
    """Everybody of a part, read a page at a time."""
    offset = 0
    while desk.person is not None:
        page = batch_views.items(desk.tx, desk.person, card.line.id, offset, PAGE, part)
        yield from page
        offset += len(page)
        if len(page) < PAGE:
            return


def _row(desk: Desk, one: BatchItem, number: int) -> list[object]:
    plain = desk.words.plain
    return [
        number,
        one.file_no,
        one.household_name,
        one.union_name,
        plain(f"codes.category.{one.category}"),
        yuan(one.amount_fen),
        one.number or one.other_number,
        plain(f"codes.aid_state.{one.state}") if one.state is not None else None,
        formats.listed(desk.words, [plain(f"batch.why.{guard}") for guard in one.guards]),
    ]
