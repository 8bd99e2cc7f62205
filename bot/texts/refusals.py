"""Why something was refused, in words: amounts, codes and years of the details as people say them; pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.texts import formats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.texts.catalogue import Words

# What a detail is called by: the topic of its codes. A `state` is of what the refusal is about.
_CODES = {"kind": "codes.aid", "source": "codes.source", "category": "codes.category"}
_STATES = {"file_not_active": "codes.household_state", "aid_moved": "codes.aid_state"}
_LIST_STATES = "codes.batch_state"


def said(words: Words, slug: str, details: Mapping[str, object]) -> str:
    """The words for an HTML message; `lowest_fen` may be called {lowest} in them."""
    return words.say(f"refused.{slug}", **_told(words, slug, details))


def plain(words: Words, slug: str, details: Mapping[str, object]) -> str:
    """The same where no HTML is read."""
    return words.plain(f"refused.{slug}", **_told(words, slug, details))


def _told(words: Words, slug: str, details: Mapping[str, object]) -> dict[str, object]:
    told: dict[str, object] = dict(details)
    for name, value in details.items():
        if name.endswith("_fen") and isinstance(value, int):
            told[name] = told[name.removesuffix("_fen")] = formats.money(words, value)
            continue
        if name.endswith("_on") and isinstance(value, date):
            # No day is this year's here: the year is always said.
            told[name] = told[name.removesuffix("_on")] = formats.day(words, value, date.min)
            continue
        codes = _STATES.get(slug, _LIST_STATES) if name == "state" else _CODES.get(name)
        key = f"{codes}.{value}"
        if codes is not None and words.has(key):
            told[name] = words.plain(key)
    return told
