"""The rows of the year's registers as they are written: codes in words, money in yuan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.outputs.books import entry_notes
from bot.outputs.books.workbook import yuan
from bot.outputs.desk import DoesNotAddUp
from bot.texts import formats
from storage.oversight import entries, periods, registers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.outputs.desk import Desk


def files(desk: Desk, union_id: int, year: int) -> Iterator[list[object]]:
    """The files that were open in the year."""
    for one in registers.files(desk.tx, union_id, year):
        yield [
            one.file_no,
            one.name,
            one.union_name,
            _code(desk, "codes.category", one.category),
            _code(desk, "codes.system_category", one.system_category),
            _code(desk, "codes.household_state", one.state),
            one.opened_on,
            one.closed_on,
            _code(desk, "codes.exit_reason", one.close_reason),
            one.liaison,
            one.last_visit_on,
            yuan(one.company_fen),
            yuan(one.paid_fen),
        ]


def visits(desk: Desk, union_id: int, year: int) -> Iterator[list[object]]:
    """The year's visits, and attempts at one."""
    for one in registers.visits(desk.tx, union_id, year):
        yield [
            one.number,
            one.visited_on,
            one.file_no,
            one.name,
            one.union_name,
            _code(desk, "forms.options.ways", one.way),
            _code(desk, "forms.visit.kind.options", one.kind),
            _code(desk, "forms.visit.met.options", one.met),
            formats.listed(desk.words, list(one.visitors)),
            _code(desk, "forms.visit.assessment.options", one.assessment),
            _code(desk, "forms.visit.measure.options", one.measure),
            one.next_visit_on,
            one.reported_by,
        ]


def revisits(desk: Desk, union_id: int, year: int) -> Iterator[list[object]]:
    """The year's revisits."""
    for one in registers.revisits(desk.tx, union_id, year):
        yield [
            one.number,
            one.visited_on,
            one.file_no,
            one.name,
            one.union_name,
            one.aid_number,
            _code(desk, "codes.aid", one.aid_kind),
            _code(desk, "forms.options.ways", one.way),
            _code(desk, "forms.revisit.met.options", one.met),
            _code(desk, "forms.revisit.received.options", one.received),
            _code(desk, "forms.revisit.conclusion.options", one.conclusion),
            one.reported_by,
        ]


def given(desk: Desk, union_id: int, year: int) -> Iterator[list[object]]:
    """The aid that was asked for, given for, or paid in the year."""
    for one in registers.given(desk.tx, union_id, year):
        yield [
            one.number,
            one.file_no,
            one.name,
            one.union_name,
            _code(desk, "codes.aid", one.kind),
            _code(desk, "codes.source", one.source),
            one.for_year,
            yuan(one.amount_fen),
            yuan(one.paid_fen),
            _code(desk, "codes.aid_state", one.state),
            one.asked_on,
            one.proposed_by,
            formats.listed(desk.words, list(one.approvers)),
            one.paid_on,
            formats.listed(desk.words, list(one.vouchers)),
            desk.words.plain("workbook.month.emergency") if one.is_emergency else None,
        ]


def ledger(desk: Desk, year: int) -> Iterator[list[object]]:
    """The fund's entries, with what was in it after each, from what the year began with."""
    found = periods.period(desk.tx, desk.union_id, *periods.days_of_quarter(year, 0))
    left_fen = found.opening_fen
    opening = desk.words.plain("workbook.month.opening")
    yield [None, found.first, opening, None, None, yuan(left_fen), *[None] * 6]
    for one in entries.of_days(desk.tx, found.union_id, found.first, found.last, desk.person):
        left_fen += one.amount_fen
        item = _code(desk, "codes.aid", one.aid_kind) or _code(desk, "codes.income", one.income_kind)
        yield [
            one.id,
            one.happened_on,
            desk.words.plain(f"codes.entry.{one.kind}"),
            item,
            yuan(one.amount_fen),
            yuan(left_fen),
            one.voucher_no,
            one.aid_number,
            one.household,
            one.union_name,
            one.recorded_by,
            entry_notes.note(desk.words, one),
        ]
    if left_fen != found.closing_fen:
        raise DoesNotAddUp(left_fen, found.closing_fen)


def _code(desk: Desk, where: str, code: str | None) -> str | None:
    """A code in words; itself where an old record has one that no form knows any more."""
    if code is None:
        return None
    key = f"{where}.{code}"
    return desk.words.plain(key) if desk.words.has(key) else code
