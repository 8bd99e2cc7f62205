"""Turns the text of one cell into a value, or says why not; knows no sheet and no other cell.

Amounts are written in yuan and become integer fen. Full-width digits are read as the digits they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

# From the text of a cell and today to the value.
Parser = Callable[[str, date], object]
CodeT = TypeVar("CodeT")

# A household's amounts up to ten million yuan, the fund's up to a thousand million: more is a slip.
HOUSEHOLD_LIMIT_FEN = 1_000_000_000
FUND_LIMIT_FEN = 100_000_000_000
EARLIEST_YEAR = 1950
LATEST_YEAR = 2099
DECIMALS = 2

_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_BETWEEN = re.compile(r"[、,，;；/\s]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Bad(Exception):
    """The cell holds something else than it should; `reason` and `details` are the fault's.

    `value` is the part of the cell that is wrong, None for all of it.
    """

    def __init__(self, reason: str, value: str | None = None, **details: object) -> None:
        self.reason = reason
        self.value = value
        self.details = details
        super().__init__(reason)


def text(limit: int) -> Parser:
    """Any text of at most `limit` characters."""

    def parse(cell: str, _today: date) -> str:
        if len(cell) > limit:
            raise Bad("too_long", limit=limit)
        return cell

    return parse


def money(limit_fen: int, *, may_be_zero: bool = False) -> Parser:
    """An amount in yuan with at most two decimals; the value is fen."""

    def parse(cell: str, _today: date) -> int:
        fen = _number(cell) * 100
        if fen < 0:
            raise Bad("negative")
        if fen > limit_fen:
            raise Bad("too_large", limit=limit_fen // 100)
        if fen != fen.to_integral_value():
            raise Bad("too_many_decimals")
        if fen == 0 and not may_be_zero:
            raise Bad("zero")
        return int(fen)

    return parse


def whole(least: int, most: int) -> Parser:
    """A whole number between two bounds."""

    def parse(cell: str, _today: date) -> int:
        number = _number(cell)
        if number != number.to_integral_value():
            raise Bad("not_whole")
        if number < least:
            raise Bad("negative" if number < 0 else "too_small", least=least)
        if number > most:
            raise Bad("too_large", limit=most)
        return int(number)

    return parse


def day(cell: str, today: date) -> date:
    """Return a day that has been, written as 2017-01-03, 2017/1/3, 2017.1.3 or 2017年1月3日."""
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", cell))
    if found is None:
        raise Bad("not_a_day")
    try:
        value = date(*(int(part) for part in found.groups()))
    except ValueError:
        raise Bad("no_such_day") from None
    if value > today:
        raise Bad("future_day")
    if value.year < EARLIEST_YEAR:
        raise Bad("too_early")
    return value


def code(words: Mapping[str, CodeT]) -> Parser:
    """One of the labels; the value is its code."""

    def parse(cell: str, _today: date) -> CodeT:
        if cell not in words:
            raise Bad("unknown_code", known=_listed(words))
        return words[cell]

    return parse


def codes(words: Mapping[str, str]) -> Parser:
    """Labels with any punctuation between them; the value is a tuple of their codes, each once."""

    def parse(cell: str, _today: date) -> tuple[str, ...]:
        for label in several(cell):
            if label not in words:
                raise Bad("unknown_code", label, known=_listed(words))
        return tuple(dict.fromkeys(words[label] for label in several(cell)))

    return parse


def names(cell: str, _today: date) -> tuple[str, ...]:
    """Return names with any punctuation between them, each once."""
    return tuple(dict.fromkeys(several(cell)))


def several(cell: str) -> list[str]:
    """Return the words of a cell that holds a list."""
    return [word for word in _BETWEEN.split(cell) if word]


def check_characters(cell: str) -> None:
    """Let a cell pass that holds what can be shown and kept. Raises Bad for a formula or control marks."""
    if cell.startswith("="):
        raise Bad("formula")
    if _CONTROL.search(cell):
        raise Bad("control_character", ascii(cell))


def _listed(words: Mapping[str, object]) -> str:
    return "、".join(words)


def _number(cell: str) -> Decimal:
    plain = unicodedata.normalize("NFKC", cell)
    if not _NUMBER.fullmatch(plain):
        raise Bad("not_a_number")
    return Decimal(plain.replace(",", ""))
