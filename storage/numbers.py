"""Gives running numbers to reports and aid: `ZF-2017-000104`; knows nothing of what it numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.database import Transaction

Series = Literal["ZF", "HF", "BF", "PL", "XS"]
# Digits of a number: of lists a year has few.
DIGITS: Mapping[Series, int] = {"ZF": 6, "HF": 6, "BF": 6, "PL": 4, "XS": 6}

_NEXT = text(
    "INSERT INTO number_series (series, year, last) VALUES (:series, :year, :count) "
    "ON CONFLICT (series, year) DO UPDATE SET last = number_series.last + :count RETURNING last"
)


def next_number(tx: Transaction, series: Series, year: int) -> str:
    """Return the next number of a series in a year.

    ZF visits, HF revisits, BF aid, PL lists of aid, XS leads: somebody in need who has no file yet.
    Afterwards the number is taken, unless the transaction is undone: then the next one gets it, so that a
    series has no gaps and no number stands on two papers.
    """
    return next_numbers(tx, series, year, 1)[0]


def next_numbers(tx: Transaction, series: Series, year: int, count: int) -> list[str]:
    """Return the next `count` numbers at once, as an import needs them; the same holds for each."""
    asked = {"series": series, "year": year, "count": count}
    last = tx.connection.execute(_NEXT, asked).scalar_one()
    return [f"{series}-{year}-{number:0{DIGITS[series]}d}" for number in range(last - count + 1, last + 1)]
