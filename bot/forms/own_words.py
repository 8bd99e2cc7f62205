"""Where a message has its sender's own words, among what a form understands, and how these read together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    Span = tuple[int, int]

PHRASE = re.compile(r"[^\s,，;；。、]+")


def joined(message: str, spans: Sequence[Span]) -> str:
    """Their phrases with the marks that stood between neighbours, as they were typed."""
    said, end = "", 0
    for start, stop in spans:
        between = message[end:start]
        gap = between if said and not PHRASE.search(between) else "，" if said else ""
        said, end = said + gap + message[start:stop], stop
    return said


def amid(message: str, span: Span, own: Sequence[Span]) -> bool:
    """Whether it stands between two of their phrases, with nothing else beside it."""
    start, stop = span
    before = [end for _, end in own if end <= start]
    after = [begin for begin, _ in own if begin >= stop]
    return bool(before and after) and not PHRASE.search(
        message[before[-1] : start] + message[stop : after[0]]
    )
