"""Typed words made safe and comparable: control characters out, full-width forms folded."""

from __future__ import annotations

import unicodedata

_KEPT = "\n\t"
# Control, format (zero-width, direction overrides), surrogate, private use: nothing a sentence needs.
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_JOINERS = "\u200d"  # joins emoji such as families; harmless between pictures, so it stays


def clean(text: str) -> str:
    """The text without characters that could disguise it, and without blank edges."""
    kept = (
        mark
        for mark in text
        if mark in _KEPT or mark in _JOINERS or unicodedata.category(mark) not in _DROPPED
    )
    return "".join(kept).strip()


def folded(text: str) -> str:
    """The text as it is compared: full-width digits and marks become plain, letters small."""
    return unicodedata.normalize("NFKC", clean(text)).casefold().strip()
