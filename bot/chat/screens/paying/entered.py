"""What a treasurer types, and what a button names: an amount, a voucher, an id."""

from __future__ import annotations

from bot.buttons import long_id
from bot.forms.numerals import read_fen
from storage.columns import ID_CHARACTERS

VOUCHER_CHARACTERS = 40
AMOUNT_MOST_FEN = 10_000_000_000


def amount(text: str) -> int | None:
    """The fen somebody typed as yuan; None when it is no amount above nothing, or none of whole fen."""
    fen = read_fen(text)
    if fen is None or fen != int(fen) or not 0 < fen <= AMOUNT_MOST_FEN:
        return None
    return int(fen)


def line(text: str) -> str:
    """What was typed on one line, with nothing invisible in it."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def voucher(text: str) -> str:
    """A voucher's number as it is kept: not longer than one is."""
    return line(text)[:VOUCHER_CHARACTERS]


def id_of(part: str) -> str:
    """The id a button names, in full or short; an empty one, which names nothing, for a forged button."""
    return part if len(part) == ID_CHARACTERS else long_id(part)
