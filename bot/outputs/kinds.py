"""The kinds of files that can be made, by the slug that a letter names, and what is kept of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO

from bot.outputs import check_words, notice
from bot.outputs.books import batch_book, month_book, year_book
from storage.oversight import publicity

if TYPE_CHECKING:
    from bot.outputs.desk import Desk
    from storage.core.transaction import Transaction

Maker = Callable[["Desk", BinaryIO], str]
Keep = Callable[["Transaction", dict[str, Any], str], None]

MAKERS: dict[str, Maker] = {
    "month": month_book.write,
    "year": year_book.write,
    "batch": batch_book.write,
    "check": check_words.write,
    "notice": notice.write,
    "notice_published": notice.write,
}
# What writes down, of a file that was made, its SHA-256.
KEPT: dict[str, Keep] = {"notice_published": publicity.record}
