"""Files that are made for the shell: whole under their name, or not there at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.outputs.desk import Desk
from bot.outputs.documents import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.outputs.kinds import Maker
    from bot.texts.catalogue import Words
    from storage.core.transaction import Transaction
    from storage.database import Database


PUBLIC_MODE = 0o644


def put(
    database: Database,
    maker: Maker,
    words: Words,
    figures: Mapping[str, Any],
    path: Path,
    *,
    keep: Callable[[Transaction, str], None] | None = None,
    is_public: bool = False,
) -> dict[str, object]:
    """Have a file made of one snapshot of the records and put it under `path`; return its size and SHA-256.

    What stood there before is replaced at once, when the new one is whole. `keep` writes down the digest
    before. Only what `is_public` may be read by others on this machine. Raises OSError where the file cannot
    be written, and whatever the maker refuses.
    """
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "w+b") as file:
            database.view(lambda tx: maker(Desk(tx, None, words, figures), file))
            digest = digest_of(file)
            file.flush()
            if is_public:
                os.fchmod(file.fileno(), PUBLIC_MODE)
            os.fsync(file.fileno())
        if path.is_dir():
            raise IsADirectoryError(None, "", str(path))
        if keep is not None:
            database.transact(keep, digest)
        Path(name).replace(path)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()
    return {"path": str(path), "bytes": path.stat().st_size, "sha256": digest}
