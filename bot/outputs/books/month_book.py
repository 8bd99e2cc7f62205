"""The month's ledger as a workbook: a cover that adds up, every entry, and every rule that was gone beyond.

Its sums stand there twice, as numbers counted by the storage and as formulas over the rows; where the two did
not agree no workbook is made. It holds no number of a card or a document, no illness, and no reason that was
typed about a household.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.outputs.books import entry_notes
from bot.outputs.books.workbook import COUNT, DAY, MONEY, PLAIN, Book, Column, Formula, range_sum, yuan
from bot.outputs.desk import DoesNotAddUp, file_name
from bot.texts import formats
from storage.aid_codes import EntryKind
from storage.errors import NotAllowed, NotFound
from storage.oversight import entries, periods
from storage.oversight.overrides import overrides
from storage.oversight.readers import LEDGER

if TYPE_CHECKING:
    from typing import BinaryIO

    from bot.outputs.books.workbook import Sheet
    from bot.outputs.desk import Desk
    from storage.oversight.entries import EntryRow
    from storage.oversight.periods import Period

ABOVE = 2
KIND, INCOME, SPENT = 3, 6, 7

_SHAPES: tuple[tuple[str, float, str, bool], ...] = (
    ("no", 7, COUNT, False),
    ("entry", 9, PLAIN, False),
    ("day", 12, DAY, False),
    ("kind", 9, "", False),
    ("item", 13, "", False),
    ("voucher", 16, "", False),
    ("in", 14, MONEY, False),
    ("out", 14, MONEY, False),
    ("left", 15, MONEY, False),
    ("aid", 18, "", False),
    ("household", 11, "", False),
    ("branch", 18, "", True),
    ("proposer", 11, "", False),
    ("approvers", 20, "", True),
    ("recorder", 11, "", False),
    ("note", 22, "", True),
)


def write(desk: Desk, file: BinaryIO) -> str:
    """Write the month that was ordered (`year`, `month`) and return the file's name.

    For those who read the ledger; refuses NotAllowed to others, NotFound for a month that is none.
    """
    if desk.person is not None and not desk.person.roles & LEDGER:
        raise NotAllowed
    union_id = desk.union_id
    year, month = int(desk.figures["year"]), int(desk.figures["month"])
    found = periods.month(desk.tx, union_id, year, month)
    if found.first > desk.tx.today:
        raise NotFound(year=year, month=month)
    title = desk.words.plain("workbook.month.title", union=found.union_name, year=year, month=month)
    with Book(title) as book:
        cover = book.sheet(desk.words.plain("workbook.month.cover"), _cover_columns(desk), above=ABOVE)
        rows = book.sheet(desk.words.plain("workbook.month.entries"), _entry_columns(desk), above=ABOVE)
        counted = _entries(desk, rows, found, title)
        _cover(desk, cover, rows, found, title, counted)
        _overrides(desk, book, found)
        book.save(file)
    return file_name(title, "xlsx")


def _cover_columns(desk: Desk) -> list[Column]:
    plain = desk.words.plain
    return [
        Column(plain("workbook.month.what"), 34),
        Column(plain("workbook.month.amount"), 20, MONEY),
        Column(plain("workbook.month.by_rows"), 20, MONEY),
        Column(plain("workbook.month.agrees"), 12),
    ]


def _cover(desk: Desk, cover: Sheet, rows: Sheet, found: Period, title: str, counted: Counter[str]) -> None:
    plain, last = desk.words.plain, ABOVE + 1 + found.count
    cover.title(title)
    cover.note(
        plain(
            "workbook.month.made",
            first=f"{found.first}",
            last=f"{found.last}",
            day=f"{desk.tx.today}",
            count=found.count,
        )
    )
    cover.head()
    opening = cover.row([plain("workbook.month.opening"), yuan(found.opening_fen), None, None])
    for one in found.sums:
        if one.income_kind is not None and one.kind == EntryKind.INCOME:
            name = plain(f"codes.income.{one.income_kind}")
            cover.row(
                [plain("workbook.month.of_which", name=name, count=one.count), yuan(one.fen), None, None]
            )
    entry = {kind: plain(f"codes.entry.{kind}") for kind in EntryKind}
    formulas = {
        "income": _sum_if(rows, last, INCOME, entry[EntryKind.INCOME], entry[EntryKind.OPENING]),
        "paid": _sum_if(rows, last, SPENT, entry[EntryKind.PAYMENT]),
        "returned": f"-({_sum_if(rows, last, SPENT, entry[EntryKind.REVERSAL])})",
        "retracted": f"-({_sum_if(rows, last, INCOME, entry[EntryKind.REVERSAL])})",
    }
    kept = {"income": found.income_fen, "paid": found.paid_fen}
    kept |= {"returned": found.returned_fen, "retracted": found.retracted_fen}
    for slug, formula in formulas.items():
        _checked(desk, cover, slug, kept[slug], Formula(formula, yuan(counted[slug])))
    came, went = (range_sum(rows, ABOVE, last, column) for column in (INCOME, SPENT))
    left = Formula(f"B{opening}+{came.text}-{went.text}", yuan(found.opening_fen + counted["moved"]))
    _checked(desk, cover, "closing", found.closing_fen, left)
    cover.skip()
    cover.row([plain("workbook.month.reserved"), yuan(found.reserved_fen), None, None])
    if found.budget_fen is None or found.budget_paid_fen is None:
        cover.row([plain("workbook.month.no_budget", year=found.first.year), None, None, None])
    else:
        cover.row([plain("workbook.month.budget", year=found.first.year), yuan(found.budget_fen), None, None])
        cover.row([plain("workbook.month.budget_paid"), yuan(found.budget_paid_fen), None, None])
    cover.skip()
    cover.note(*(plain(f"workbook.month.signed.{who}") for who in ("treasurer", "auditor", "chair")))


def _checked(desk: Desk, cover: Sheet, slug: str, fen: int, formula: Formula) -> None:
    """A sum as the storage counted it beside the one of the rows. Raises DoesNotAddUp where they differ."""
    if formula.value != yuan(fen):
        raise DoesNotAddUp(slug, formula.value, fen)
    row = cover.rows_written + 1
    yes, no = desk.words.plain("workbook.month.yes"), desk.words.plain("workbook.month.no")
    agrees = Formula(f'IF(ROUND(B{row}-C{row},2)=0,"{yes}","{no}")', yes)
    cover.formulas([desk.words.plain(f"workbook.month.{slug}"), yuan(fen), formula, agrees])


def _entry_columns(desk: Desk) -> list[Column]:
    return [
        Column(desk.words.plain(f"workbook.month.columns.{slug}"), width, shape, wraps)
        for slug, width, shape, wraps in _SHAPES
    ]


def _entries(desk: Desk, rows: Sheet, found: Period, title: str) -> Counter[str]:
    """Write every entry and the sums under them; return what the rows come to. Raises DoesNotAddUp."""
    rows.title(title)
    rows.note(desk.words.plain("workbook.month.reversals"))
    rows.head()
    counted: Counter[str] = Counter()
    for entry in entries.of_days(desk.tx, found.union_id, found.first, found.last, desk.person):
        counted["rows"] += 1
        counted["moved"] += entry.amount_fen
        counted[_side(entry)] += abs(entry.amount_fen)
        rows.row(_entry(desk, entry, counted["rows"], found.opening_fen + counted["moved"]))
    if counted["rows"] != found.count:
        raise DoesNotAddUp(counted["rows"], found.count)
    sums = [range_sum(rows, ABOVE, rows.rows_written, column) for column in (INCOME, SPENT)]
    before = [None, None, None, None, desk.words.plain("workbook.sum"), None]
    left = yuan(found.opening_fen + counted["moved"])
    rows.formulas([*before, *sums, left, *[None] * (len(_SHAPES) - len(before) - 3)])
    return counted


def _side(entry: EntryRow) -> str:
    """Which of the cover's sums an entry belongs to."""
    if entry.kind == EntryKind.REVERSAL:
        return "returned" if entry.amount_fen > 0 else "retracted"
    return "paid" if entry.kind == EntryKind.PAYMENT else "income"


def _entry(desk: Desk, entry: EntryRow, number: int, left_fen: int) -> list[object]:
    """What was taken back of a payment stands as less spent, of an income as less come in."""
    plain = desk.words.plain
    is_spending = _side(entry) in {"paid", "returned"}
    item = ""
    if entry.aid_kind is not None:
        item = plain(f"codes.aid.{entry.aid_kind}")
    elif entry.income_kind is not None:
        item = plain(f"codes.income.{entry.income_kind}")
    return [
        number,
        entry.id,
        entry.happened_on,
        plain(f"codes.entry.{entry.kind}"),
        item,
        entry.voucher_no,
        None if is_spending else yuan(entry.amount_fen),
        yuan(-entry.amount_fen) if is_spending else None,
        yuan(left_fen),
        entry.aid_number,
        entry.household,
        entry.union_name,
        entry.proposed_by,
        formats.listed(desk.words, list(entry.approvers)),
        entry.recorded_by,
        entry_notes.note(desk.words, entry),
    ]


def _overrides(desk: Desk, book: Book, found: Period) -> None:
    """Who went beyond which rule in the month; never why: that may tell of the household."""
    plain = desk.words.plain
    shapes = [("day", 12, DAY), ("rule", 30, ""), ("person", 14, ""), ("for", 14, ""), ("aid", 18, "")]
    shapes += [("item", 14, ""), ("amount", 15, MONEY), ("household", 12, ""), ("branch", 20, "")]
    columns = [
        Column(plain(f"workbook.month.overrides.{slug}"), width, shape) for slug, width, shape in shapes
    ]
    sheet = book.sheet(plain("workbook.month.exceptions"), columns, above=ABOVE)
    sheet.title(plain("workbook.month.exceptions"))
    listed = overrides(desk.tx, found.union_id, desk.person, found.first, found.last)
    sheet.note(plain("workbook.month.exceptions_note") if listed else plain("workbook.month.no_exceptions"))
    sheet.head()
    for one in reversed(listed):
        sheet.row(
            [
                one.done_at.astimezone(desk.tx.zone).date(),
                formats.listed(desk.words, [formats.rule(desk.words, guard) for guard, _ in one.rules]),
                one.person,
                one.for_person,
                one.number,
                plain(f"codes.aid.{one.kind}"),
                yuan(one.amount_fen),
                one.household,
                one.union_name,
            ]
        )


def _sum_if(rows: Sheet, last: int, column: int, *kinds: str) -> str:
    """The formula that adds up a column over the rows of some kinds."""
    if last <= ABOVE + 1:
        return "0"
    within, among = (f"{rows.at(ABOVE + 2, one)}:{rows.letter(one)}{last}" for one in (column, KIND))
    return "+".join(f'SUMIF({among},"{kind}",{within})' for kind in kinds)
