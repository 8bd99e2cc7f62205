"""The five clears as the visits tell them: what the file said at first, then each visit in its turn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from storage.codes import NOBODY, Clear, ReportState
from storage.columns import table_of
from storage.tables.dossiers import ClearRow
from storage.tables.reports import Visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction

MARKED = "clears"
_CLEARS = table_of(ClearRow)
_VISITS = table_of(Visit)

_READ = select(_CLEARS).where(_CLEARS.c.household_id == bindparam("household"))
_READ_VISITS: Select[Any] = (
    select(_VISITS.c.visited_on, _VISITS.c.reported_by, _VISITS.c.answers)
    .where(
        _VISITS.c.household_id == bindparam("household"),
        _VISITS.c.state == ReportState.SUBMITTED,
        _VISITS.c.met != NOBODY,
    )
    .order_by(_VISITS.c.visited_on, _VISITS.c.reported_at, _VISITS.c.number)
)
_WRITE = (
    update(_CLEARS)
    .where(_CLEARS.c.household_id == bindparam("household"), _CLEARS.c.clear == bindparam("which"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "text",
                "verified_on",
                "verified_by",
                "registered_text",
                "registered_on",
                "registered_by",
            )
        }
    )
)
_ADD = insert(_CLEARS)


@dataclass(frozen=True, slots=True)
class _Known:
    text: str
    verified_on: date | None
    verified_by: int | None


def tell(
    tx: Transaction,
    household_id: int,
    *,
    visited_on: date,
    reported_by: int | None,
    answers: Mapping[str, object],
) -> None:
    """Put the newest visit's word on top of what is known.

    A clear that is the same is verified on that day; a changed one has the new text too; one that was not
    learned stays as it was.
    """
    rows = _rows(tx, household_id)
    told = {
        clear: _after(clear, _current(rows.get(clear)), visited_on, reported_by, answers) for clear in Clear
    }
    _write(tx, household_id, rows, told)


def retell(tx: Transaction, household_id: int) -> None:
    """Work out the five clears anew from the file and all submitted visits."""
    rows = _rows(tx, household_id)
    visits = tx.connection.execute(_READ_VISITS, {"household": household_id}).all()
    told = {clear: _told(clear, _registered(rows.get(clear)), visits) for clear in Clear}
    _write(tx, household_id, rows, told)


def _rows(tx: Transaction, household_id: int) -> dict[str, Row[Any]]:
    return {row.clear: row for row in tx.connection.execute(_READ, {"household": household_id})}


def _current(row: Row[Any] | None) -> _Known:
    return _Known("", None, None) if row is None else _Known(row.text, row.verified_on, row.verified_by)


def _registered(row: Row[Any] | None) -> _Known:
    if row is None or row.registered_text is None:
        return _current(row)
    return _Known(row.registered_text, row.registered_on, row.registered_by)


def _told(clear: Clear, known: _Known, visits: Iterable[Row[Any]]) -> _Known:
    for visit in visits:
        known = _after(clear, known, visit.visited_on, visit.reported_by, visit.answers)
    return known


def _after(
    clear: Clear, known: _Known, visited_on: date, reported_by: int | None, answers: Mapping[str, object]
) -> _Known:
    marked = answers.get(MARKED)
    if not isinstance(marked, list | tuple):
        return known
    if known.verified_on is not None and known.verified_on > visited_on:
        return known
    verified = replace(known, verified_on=visited_on, verified_by=reported_by)
    if clear not in marked:
        return verified
    # Not learned is said by a button, so it is no text.
    text = answers.get(f"clear_{clear.lower()}")
    return replace(verified, text=text) if isinstance(text, str) and text else known


def _write(
    tx: Transaction, household_id: int, rows: Mapping[str, Row[Any]], told: Mapping[Clear, _Known]
) -> None:
    changed: list[dict[str, object]] = []
    added: list[dict[str, object]] = []
    for clear, known in told.items():
        row = rows.get(clear)
        if known == _current(row):
            continue
        first = _registered(row)
        values = {
            "text": known.text,
            "verified_on": known.verified_on,
            "verified_by": known.verified_by,
            "registered_text": first.text,
            "registered_on": first.verified_on,
            "registered_by": first.verified_by,
        }
        if row is None:
            added.append({"household_id": household_id, "clear": clear, **values})
        else:
            changed.append({"household": household_id, "which": clear, **values})
    if changed:
        tx.connection.execute(_WRITE, changed)
    if added:
        tx.connection.execute(_ADD, added)
