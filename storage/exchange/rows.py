"""Turns the rows of one table into records, cell by cell; knows nothing of other rows and other tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from storage.exchange.cells import Bad, check_characters

if TYPE_CHECKING:
    from datetime import date

    from storage.exchange.faults import Faults
    from storage.exchange.layout import Column, Sheet
    from storage.exchange.read import Table

RecordT = TypeVar("RecordT")


def records(sheet: Sheet[RecordT], table: Table, today: date, faults: Faults, notes: Faults) -> list[RecordT]:
    """Return a record for each good row; every bad cell, missing column and repeated row is a fault.

    Columns nobody asked for are left out with a note.
    """
    places = _places(sheet, table, faults, notes)
    if places is None:
        return []
    good: list[RecordT] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in table.rows:
        told = tuple(cells[place] for place in places)
        first = seen.setdefault(told, number)
        if first != number:
            faults.add(table.file, number, sheet.columns[0].name, sheet.repeated, told[0], first=first)
            continue
        values = _values(sheet, table.file, number, told, today, faults)
        if values is not None:
            good.append(sheet.record(row=number, **values))
    return good


def _places(sheet: Sheet[Any], table: Table, faults: Faults, notes: Faults) -> list[int] | None:
    """Where each of the sheet's columns stands in the table; None when one is missing or there twice."""
    wanted = [column.name for column in sheet.columns]
    missing = [name for name in wanted if name not in table.header]
    doubled = [name for name in wanted if table.header.count(name) > 1]
    for name in missing:
        faults.add(table.file, table.header_row, name, "missing_column")
    for name in doubled:
        faults.add(table.file, table.header_row, name, "duplicate_column")
    for name in table.header:
        if name and name not in wanted:
            notes.add(table.file, table.header_row, name, "ignored_column")
    return None if missing or doubled else [table.header.index(name) for name in wanted]


def _values(
    sheet: Sheet[Any], file: str, number: int, cells: tuple[str, ...], today: date, faults: Faults
) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    for column, cell in zip(sheet.columns, cells, strict=True):
        try:
            values[column.field] = _value(column, cell, today)
        except Bad as bad:
            faults.add(
                file, number, column.name, bad.reason, cell if bad.value is None else bad.value, **bad.details
            )
    return values if len(values) == len(sheet.columns) else None


def _value(column: Column, cell: str, today: date) -> object:
    if not cell:
        if column.optional:
            return None
        raise Bad("empty")
    check_characters(cell)
    return column.parse(cell, today)
