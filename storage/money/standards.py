"""What may be given of a kind of aid in a year: exact amounts, bands and caps, with their history.

A year's standards judge that year's aid for ever: a later year's row changes nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, insert, or_, select

from storage import rules
from storage.aid_codes import AidKind
from storage.columns import table_of
from storage.tables.fund import StandardRow

if TYPE_CHECKING:
    from sqlalchemy import Row

    from storage.codes import Category
    from storage.core.transaction import Transaction

standards = table_of(StandardRow)

_later = standards.alias("later")
_IN_ITS_PLACE = ("union_id", "kind", "year", "category")
# The newest row of a year and category; one without any figure says that nothing is set there any more.
HOLDS = and_(
    or_(*(standards.c[name].is_not(None) for name in ("amount_fen", "lowest_fen", "highest_fen", "cap_fen"))),
    ~exists().where(
        _later.c.id > standards.c.id, *(_later.c[one] == standards.c[one] for one in _IN_ITS_PLACE)
    ),
)
_IN_YEAR = (
    select(standards)
    .where(standards.c.union_id == bindparam("union"), standards.c.year <= bindparam("year"), HOLDS)
    .order_by(standards.c.year.desc(), (standards.c.category != "").desc(), standards.c.id.desc())
)
_NEWEST = (
    select(standards)
    .where(
        standards.c.union_id == bindparam("union"),
        standards.c.kind == bindparam("kind"),
        standards.c.year <= bindparam("year"),
        standards.c.category.in_(("", bindparam("category"))),
        HOLDS,
    )
    .order_by(standards.c.year.desc(), (standards.c.category != "").desc(), standards.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Standard:
    """What holds for one kind, year and category, in fen; None: no such bound.

    `amount_fen` set: exactly that. `set_for`: the year whose row it is; None: the product's own.
    """

    amount_fen: int | None = None
    lowest_fen: int | None = None
    highest_fen: int | None = None
    cap_fen: int | None = None
    set_for: int | None = None


# What holds where a union has set nothing.
BY_DEFAULT = {
    AidKind.LIVING: Standard(
        lowest_fen=rules.LIVING_BAND_FEN[0],
        highest_fen=rules.LIVING_BAND_FEN[1],
        cap_fen=rules.LIVING_CAP_FEN,
    ),
    AidKind.ANNUAL: Standard(amount_fen=rules.ANNUAL_FEN),
}


@dataclass(frozen=True, slots=True)
class Holding:
    """All that holds in one year of one fund; the rows nearest in time and closest in category first."""

    rows: tuple[tuple[str, str, Standard], ...]

    def of(self, kind: AidKind, category: Category | str = "") -> Standard:
        """Return what holds for a kind and category, as `of` does."""
        for row_kind, row_category, standard in self.rows:
            if row_kind == kind and row_category in {"", category}:
                return standard
        return BY_DEFAULT.get(kind, Standard())


def in_year(tx: Transaction, fund_id: int, year: int) -> Holding:
    """Return what holds for every kind and category in a year, of the union whose fund it is."""
    rows = tx.connection.execute(_IN_YEAR, {"union": fund_id, "year": year})
    return Holding(tuple((row.kind, row.category, _standard(row)) for row in rows))


def of(tx: Transaction, fund_id: int, year: int, kind: AidKind, category: Category | str = "") -> Standard:
    """Return what holds for a kind of aid in a year, of the union whose fund it is.

    The year's own row, or that of the nearest year before; one of the category before one of all.
    """
    asked = {"union": fund_id, "kind": str(kind), "year": year, "category": str(category)}
    row = tx.connection.execute(_NEWEST, asked).one_or_none()
    if row is None:
        return BY_DEFAULT.get(kind, Standard())
    return _standard(row)


def _standard(row: Row[Any]) -> Standard:
    return Standard(row.amount_fen, row.lowest_fen, row.highest_fen, row.cap_fen, row.year)


def record(
    tx: Transaction,
    *,
    union_id: int,
    year: int,
    kind: AidKind,
    category: Category | str = "",
    amount_fen: int | None = None,
    lowest_fen: int | None = None,
    highest_fen: int | None = None,
    cap_fen: int | None = None,
    set_by: int | None = None,
) -> None:
    """Add a row that holds from now on for that year, and for later years that have none of their own.

    A row without any figure takes back what was set for that year and category.
    """
    row = {"union_id": union_id, "year": year, "kind": str(kind), "category": str(category)}
    row |= {
        "amount_fen": amount_fen,
        "lowest_fen": lowest_fen,
        "highest_fen": highest_fen,
        "cap_fen": cap_fen,
    }
    tx.connection.execute(insert(standards), {**row, "set_by": set_by, "set_at": tx.now})
