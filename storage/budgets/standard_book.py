"""The union's book of standards: what holds in a year, who set it and when; officer and chair write in it.

Rows are only added: the newest of a year, kind and category holds, the older ones are its history.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from storage import audit, errors, rules
from storage.aid_codes import AidKind
from storage.aid_refusals import BadStandard, StandardPast
from storage.codes import Category
from storage.columns import table_of
from storage.members import offices
from storage.money import fund, standards
from storage.money.standards import BY_DEFAULT, HOLDS, Standard
from storage.tables.people import PersonRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

    from storage.core.transaction import Transaction
    from storage.members.people import Person

# What has an amount at all.
KINDS = tuple(kind for kind in AidKind if kind not in rules.COUNTED_ONLY)
FIRST_YEAR = 2000
# The most that anybody may be given at a time, or in a year: beyond it somebody has mistyped. Our default.
HIGHEST_FEN = 1_000_000_00
HISTORY_SHOWN = 10
# A change can be taken back with one tap for so long. Our default.
UNDO_WITHIN = timedelta(minutes=10)

_ROWS = standards.standards
_PEOPLE = table_of(PersonRow)
_FIGURES = (_ROWS.c.amount_fen, _ROWS.c.lowest_fen, _ROWS.c.highest_fen, _ROWS.c.cap_fen)
_NAMED = select(_ROWS, _PEOPLE.c.name.label("set_by_name")).outerjoin(_PEOPLE, _PEOPLE.c.id == _ROWS.c.set_by)
_BOOK = _NAMED.where(_ROWS.c.union_id == bindparam("union"), HOLDS).order_by(_ROWS.c.year, _ROWS.c.id)
_HISTORY = (
    _NAMED.where(
        _ROWS.c.union_id == bindparam("union"),
        _ROWS.c.year == bindparam("of_year"),
        _ROWS.c.kind == bindparam("kind"),
        _ROWS.c.category == bindparam("category"),
    )
    .order_by(_ROWS.c.id.desc())
    .limit(HISTORY_SHOWN)
)


@dataclass(frozen=True, slots=True)
class Norm:
    """What holds for a kind and a category ("": every one), and who set it when; None: the product's own."""

    kind: AidKind
    category: str
    standard: Standard
    set_by_name: str | None = None
    set_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the history; `standard` without a figure: what was set was taken back."""

    id: int
    standard: Standard
    set_by_name: str | None
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Book:
    """What holds in a year, kind by kind: for every category first, then where a category has its own."""

    fund_id: int
    year: int
    norms: tuple[Norm, ...]
    may_change: bool

    def of(self, kind: AidKind, category: str = "") -> Norm:
        """What holds for that category; where it has nothing of its own, what holds for every one."""
        found = {one.category: one for one in self.norms if one.kind == kind}
        return found.get(category) or found[""]


def book(tx: Transaction, person: Person, year: int) -> Book:
    """Return what holds in a year in the union whose fund serves the person; changes nothing."""
    fund_id = fund.serving(tx, person.union_id)
    rows = tx.connection.execute(_BOOK, {"union": fund_id}).all()
    may = fund_id in offices.led(tx, person) and year >= tx.today.year
    norms = [one for kind in KINDS for one in _norms(kind, [row for row in rows if row.year <= year])]
    return Book(fund_id, year, tuple(norms), may)


def amounts_by_year(tx: Transaction, person: Person, kind: AidKind) -> list[tuple[int, int]]:
    """Return the years for which an exact amount was set for every category, and it, the earliest first."""
    rows = tx.connection.execute(_BOOK, {"union": fund.serving(tx, person.union_id)})
    mine = [one for one in rows if one.kind == kind and not one.category and one.amount_fen is not None]
    return [(one.year, one.amount_fen) for one in mine]


def history(tx: Transaction, person: Person, year: int, kind: AidKind, category: str = "") -> list[Change]:
    """Return what was set for that year, kind and category, the newest first; at most ten."""
    fund_id = fund.serving(tx, person.union_id)
    rows = tx.connection.execute(_HISTORY, _key(fund_id, year, kind, category))
    return [Change(row.id, _standard(row), row.set_by_name, row.set_at) for row in rows]


def change(
    tx: Transaction, person: Person, year: int, kind: AidKind, category: str, wanted: Standard
) -> None:
    """Set what holds in this or a coming year; a wanted standard without any figure takes back what was set.

    Afterwards every proposal and approval of that year is judged by it; what was given stays as it is.
    What holds there already changes nothing. Refuses NotAllowed (neither officer nor chair over the fund's
    union), StandardPast, BadStandard.
    """
    fund_id = fund.serving(tx, person.union_id)
    if fund_id not in offices.led(tx, person):
        raise errors.NotAllowed
    check(tx, year, kind, category, wanted)
    figures = _figures(wanted)
    known = history(tx, person, year, kind, category)
    if figures == (_figures(known[0].standard) if known else (None,) * len(_FIGURES)):
        return
    named = {column.name: figure for column, figure in zip(_FIGURES, figures, strict=True)}
    standards.record(tx, union_id=fund_id, year=year, kind=kind, category=category, set_by=person.id, **named)
    subject = f"standard:{fund_id}.{year}.{kind}.{category or 'ALL'}"
    audit.record(tx, person_id=person.id, act="standard.set", subject=subject, **named)


def undo(tx: Transaction, person: Person, year: int, kind: AidKind, category: str, change_id: int) -> bool:
    """Take back the newest change within ten minutes; False when that is not the newest any more.

    Refuses NotAllowed, TooLateToReopen.
    """
    known = history(tx, person, year, kind, category)
    if not known or known[0].id != change_id:
        return False
    if tx.now - known[0].set_at > UNDO_WITHIN:
        raise errors.TooLateToReopen
    change(tx, person, year, kind, category, known[1].standard if len(known) > 1 else Standard())
    return True


def with_standard(book: Book, kind: AidKind, category: str, wanted: Standard) -> Book:
    """Return the book as it would be with that standard in it."""
    return _with(book, Norm(kind, category, replace(wanted, set_for=book.year)))


def without(tx: Transaction, person: Person, before: Book, kind: AidKind, category: str) -> Book:
    """Return the book as it would be if nothing were set in its year: what the year before had holds."""
    others = tuple(one for one in before.norms if (one.kind, one.category) != (kind, category))
    for norm in book(tx, person, before.year - 1).norms:
        if (norm.kind, norm.category) == (kind, category):
            return _with(before, norm)
    return replace(before, norms=others)


def says_anything(standard: Standard) -> bool:
    """Whether it has any figure."""
    return any(one is not None for one in _figures(standard))


def check(tx: Transaction, year: int, kind: AidKind, category: str, wanted: Standard) -> None:
    """Refuse StandardPast, and BadStandard for a kind without money, or figures out of order or of reach."""
    if year < tx.today.year:
        raise StandardPast(year=year)
    sums = [one for one in _figures(wanted) if one is not None]
    band = (wanted.lowest_fen or 0, wanted.highest_fen or HIGHEST_FEN)
    known = kind in KINDS and category in ("", *Category) and year <= tx.today.year + 1
    both = wanted.amount_fen is not None and (wanted.lowest_fen, wanted.highest_fen) != (None, None)
    in_reach = all(0 <= one <= HIGHEST_FEN for one in sums) and wanted.amount_fen != 0 != wanted.cap_fen
    capped = wanted.cap_fen is None or wanted.cap_fen >= max(wanted.amount_fen or 0, band[0])
    if not (known and not both and in_reach and capped and band[0] <= band[1]):
        raise BadStandard


def _with(book: Book, norm: Norm) -> Book:
    others = tuple(one for one in book.norms if (one.kind, one.category) != (norm.kind, norm.category))
    return replace(book, norms=(*others, norm))


def _norms(kind: AidKind, rows: list[Row[tuple[object, ...]]]) -> list[Norm]:
    """What holds for every category, and what of a category is newer or more exact than that."""
    mine = [row for row in rows if row.kind == kind]
    general = [row for row in mine if not row.category][-1:]
    norms = [_norm(kind, general[0]) if general else Norm(kind, "", BY_DEFAULT.get(kind, Standard()))]
    since = general[0].year if general else FIRST_YEAR
    for category in Category:
        own = [row for row in mine if row.category == category and row.year >= since][-1:]
        norms += [_norm(kind, row) for row in own]
    return norms


def _norm(kind: AidKind, row: Row[tuple[object, ...]]) -> Norm:
    return Norm(kind, row.category, _standard(row), row.set_by_name, row.set_at)


def _standard(row: Row[tuple[object, ...]]) -> Standard:
    return Standard(row.amount_fen, row.lowest_fen, row.highest_fen, row.cap_fen, row.year)


def _figures(wanted: Standard) -> tuple[int | None, ...]:
    return wanted.amount_fen, wanted.lowest_fen, wanted.highest_fen, wanted.cap_fen


def _key(fund_id: int, year: int, kind: AidKind, category: str) -> dict[str, object]:
    return {"union": fund_id, "of_year": year, "kind": str(kind), "category": category}
