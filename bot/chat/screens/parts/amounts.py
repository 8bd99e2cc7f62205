"""Amounts as they travel in a button, and as people type them; an amount here is whole fen."""

from __future__ import annotations

from bot.forms.numerals import read_fen

# A hundred thousand million yuan: more than any union has, and little enough for a button.
DIGITS = 13


def packed(part: str) -> int | None:
    """The fen that a button carried; None when it is none, for anybody may forge it."""
    return int(part) if part.isascii() and part.isdigit() and len(part) <= DIGITS else None


def typed(text: str) -> int | None:
    """The yuan that somebody typed (1500, 1.5万, 一千五), as fen; None when it is none, or not whole fen."""
    fen = read_fen(text)
    if fen is None or fen != int(fen) or fen >= 10**DIGITS:
        return None
    return int(fen)


def percent(part_fen: int, whole_fen: int) -> int:
    """Rounded to the nearest; of a budget of nothing anything spent is all of it."""
    if not whole_fen:
        return 100 if part_fen else 0
    return (200 * part_fen + whole_fen) // (2 * whole_fen)
