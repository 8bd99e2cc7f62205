"""The numbers of vouchers: which one comes next in a fund and year; a proposal, never a promise.

Whoever pays types what stands on the paper. What has the usual form (`2018-000013`) moves the series on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from datetime import date

    from storage.core.transaction import Transaction

# A number further ahead than that is a slip of the finger: it is kept with its payment, and moves nothing.
LEAP_MAX = 10_000

_USUAL = re.compile(r"(?P<year>\d{4})-(?P<number>\d{6})", re.ASCII)
_LAST = text("SELECT last FROM number_series WHERE series = :series AND year = :year")
_MOVE = text(
    "INSERT INTO number_series (series, year, last) VALUES (:series, :year, :number) "
    "ON CONFLICT (series, year) DO UPDATE SET last = :number WHERE number_series.last < :number"
)


def next_of(tx: Transaction, fund_id: int, on: date) -> str:
    """Return the number that would come next in the year of that day; asked twice it is the same."""
    asked = {"series": _series(fund_id), "year": on.year}
    return f"{on.year}-{(tx.connection.scalar(_LAST, asked) or 0) + 1:06d}"


def note(tx: Transaction, fund_id: int, on: date, voucher_no: str | None) -> None:
    """Remember that this number was used; one of another form, or of another year, moves nothing."""
    usual = _USUAL.fullmatch(voucher_no or "")
    if usual is None or int(usual["year"]) != on.year:
        return
    key = {"series": _series(fund_id), "year": on.year}
    number = int(usual["number"])
    if number <= (tx.connection.scalar(_LAST, key) or 0) + LEAP_MAX:
        tx.connection.execute(_MOVE, {**key, "number": number})


def _series(fund_id: int) -> str:
    return f"voucher:{fund_id}"
