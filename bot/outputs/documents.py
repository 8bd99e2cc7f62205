"""Makes files when they are sent, of what is on record at that moment, beside the writer; knows no Telegram.

A letter names the kind, ids, and whom the file is for; what that person may see is judged when it is made.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
import tempfile
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from bot.outputs.desk import Desk
from bot.texts.catalogue import words
from storage.errors import NotAllowed
from storage.members import people

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from bot.outputs.kinds import Maker
    from storage.core.transaction import Transaction
    from storage.database import Database

# Telegram takes files of up to 50 MB from a bot; the rest of the letter needs room too.
LARGEST_BYTES = 49_000_000
BLOCK_BYTES = 1 << 20


class TooLarge(Exception):
    """Telegram would not take a file of so many bytes."""


class Documents:
    """Makes the files of one database, one after another."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def made(self, order: Mapping[str, Any]) -> tuple[str, BinaryIO, str]:
        """Return the file's name, the file, open and gone once it is closed, and its media type.

        What is to be kept of a file that was made is written down before it leaves. Raises KeyError when
        there is no such kind, NotAllowed when the person is none of ours any more, TooLarge, and whatever
        the maker refuses.
        """
        from bot.outputs import kinds  # noqa: PLC0415 - workbooks take long to load, and most processes make none

        name, file = await self._database.read(_make, kinds.MAKERS[order["make"]], order)
        keep = kinds.KEPT.get(order["make"])
        with ExitStack() as unfinished:
            unfinished.enter_context(file)
            if keep is not None:
                await self._database.run(keep, order["figures"], digest_of(file))
            unfinished.pop_all()
        return name, file, mimetypes.guess_type(name)[0] or "application/octet-stream"


def digest_of(file: BinaryIO) -> str:
    """The SHA-256 of a whole file, which stands at its beginning afterwards."""
    file.seek(0)
    digest = hashlib.sha256()
    while some := file.read(BLOCK_BYTES):
        digest.update(some)
    file.seek(0)
    return digest.hexdigest()


def _make(tx: Transaction, maker: Maker, order: Mapping[str, Any]) -> tuple[str, BinaryIO]:
    person = people.find(tx, order["telegram_id"])
    if person is None:
        raise NotAllowed
    # It has no name on the disk: nothing is left of it even when the process is killed.
    with ExitStack() as unfinished:
        file = unfinished.enter_context(tempfile.TemporaryFile())
        name = maker(Desk(tx, person, words(order["language"]), order["figures"]), file)
        size = file.seek(0, os.SEEK_END)
        if size > LARGEST_BYTES:
            raise TooLarge(size)
        file.seek(0)
        unfinished.pop_all()
    return name, file
