"""The kinds of files that can be made, by the slug that a letter names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.outputs import month_book, year_book

if TYPE_CHECKING:
    from bot.outputs.documents import Maker

MAKERS: dict[str, Maker] = {
    "month": month_book.write,
    "year": year_book.write,
}
