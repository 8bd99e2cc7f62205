"""Makes files when they are sent, of what is on record at that moment, beside the writer; knows no Telegram.

A letter names the kind, ids, and whom the file is for; what that person may see is judged when it is made.
"""

from __future__ import annotations

import mimetypes
import os
import re
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.texts.catalogue import words
from storage.errors import NotAllowed
from storage.members import people

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import BinaryIO

    from bot.texts.catalogue import Words
    from storage.core.transaction import Transaction
    from storage.database import Database
    from storage.members.people import Person

    Maker = Callable[["Desk", BinaryIO], str]

# Telegram takes files of up to 50 MB from a bot; the rest of the letter needs room too.
LARGEST_BYTES = 49_000_000


# What no file system, and no header that carries the name, would take.
_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|\ud800-\udfff]')
NAME_CHARACTERS = 80


class TooLarge(Exception):
    """Telegram would not take a file of so many bytes."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a maker has before it: one snapshot, for whom and in whose words, and what was ordered.

    `person` None: the shell, which may read all; it says which union is meant.
    """

    tx: Transaction
    person: Person | None
    words: Words
    figures: Mapping[str, Any]

    @property
    def union_id(self) -> int:
        """The union whose records are meant: the person's own."""
        return int(self.figures["union_id"]) if self.person is None else self.person.union_id


class Documents:
    """Makes the files of one database, one after another."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def made(self, order: Mapping[str, Any]) -> tuple[str, BinaryIO, str]:
        """Return the file's name, the file, open and gone once it is closed, and its media type.

        Raises KeyError when there is no such kind, NotAllowed when the person is none of ours any more,
        TooLarge, and whatever the maker refuses.
        """
        return await self._database.read(_make, order)


def _make(tx: Transaction, order: Mapping[str, Any]) -> tuple[str, BinaryIO, str]:
    from bot.outputs import kinds  # noqa: PLC0415 - workbooks take long to load, and most processes make none

    person = people.find(tx, order["telegram_id"])
    if person is None:
        raise NotAllowed
    maker = kinds.MAKERS[order["make"]]
    # It has no name on the disk: nothing is left of it even when the process is killed.
    with ExitStack() as unfinished:
        file = unfinished.enter_context(tempfile.TemporaryFile())
        name = maker(Desk(tx, person, words(order["language"]), order["figures"]), file)
        size = file.seek(0, os.SEEK_END)
        if size > LARGEST_BYTES:
            raise TooLarge(size)
        file.seek(0)
        unfinished.pop_all()
    return name, file, mimetypes.guess_type(name)[0] or "application/octet-stream"


def file_name(title: str, ending: str) -> str:
    """The title as a file may be called."""
    name = _NOT_IN_A_NAME.sub(" ", title)
    return f"{' '.join(name.split())[:NAME_CHARACTERS].strip('. ')}.{ending}"
