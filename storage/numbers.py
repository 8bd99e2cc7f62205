"""Gives running numbers to reports and aid: `ZF-2017-000104`; knows nothing of what it numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import text

if TYPE_CHECKING:
    from storage.database import Transaction

Series = Literal["ZF", "HF", "BF"]

_NEXT = text(
    "INSERT INTO number_series (series, year, last) VALUES (:series, :year, 1) "
    "ON CONFLICT (series, year) DO UPDATE SET last = number_series.last + 1 RETURNING last"
)


def next_number(tx: Transaction, series: Series, year: int) -> str:
    """Return the next number of a series in a year; ZF visits, HF revisits, BF aid.

    Afterwards the number is taken, unless the transaction is undone: then the next one gets it, so that a
    series has no gaps and no number stands on two papers.
    """
    last = tx.connection.execute(_NEXT, {"series": series, "year": year}).scalar_one()
    return f"{series}-{year}-{last:06d}"
