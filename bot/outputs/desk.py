"""What the maker of a file has before it, and how a file is called; makes nothing itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.texts.catalogue import Words
    from storage.core.transaction import Transaction
    from storage.members.people import Person

# What no file system, and no header that carries the name, would take.
_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|\ud800-\udfff]')
NAME_BYTES = 200


class DoesNotAddUp(Exception):
    """What was written does not come to the sum that is kept: no such file may leave."""


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


def file_name(title: str, ending: str) -> str:
    """The title as a file may be called."""
    name = " ".join(_NOT_IN_A_NAME.sub(" ", title).split())
    return f"{name.encode()[:NAME_BYTES].decode(errors='ignore').strip('. ')}.{ending}"
