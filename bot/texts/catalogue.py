"""The words of one language, found by key; it knows no form and no screen.

A key is the file's name and the path in it: `forms.toml` `[visit.way] ask` is "forms.visit.way.ask".
A table with only `one` and `other` is a plural, chosen by the placeholder `count`.
"""

from __future__ import annotations

import html
import string
import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType

LANGUAGES = ("zh", "en")
_PLURAL = {"one", "other"}
_FOLDER = Path(__file__).parent

Entry = str | dict[str, str]


class Words:
    """One language's words. Every key that is asked for must be there: a missing one is a KeyError."""

    def __init__(self, language: str, entries: dict[str, Entry]) -> None:
        self.language = language
        self._entries = MappingProxyType(entries)

    def say(self, key: str, /, **values: object) -> str:
        """The words for HTML messages; values are escaped, the words themselves may hold tags."""
        return self._pick(key, values).format(**{name: _escaped(value) for name, value in values.items()})

    def plain(self, key: str, /, **values: object) -> str:
        """The words where no HTML is read: button labels, toasts, files."""
        return self._pick(key, values).format(**values)

    def has(self, key: str) -> bool:
        """Whether there are words under this key."""
        return key in self._entries

    def under(self, prefix: str) -> dict[str, str]:
        """The plain words of all keys directly under the prefix, by the key's last part."""
        start = f"{prefix}."
        return {
            key.removeprefix(start): entry
            for key, entry in self._entries.items()
            if isinstance(entry, str) and key.startswith(start) and "." not in key.removeprefix(start)
        }

    def keys(self) -> frozenset[str]:
        """Every key there is."""
        return frozenset(self._entries)

    def placeholders(self, key: str) -> frozenset[str]:
        """The names of the values that the words under this key want."""
        entry = self._entries[key]
        forms = [entry] if isinstance(entry, str) else list(entry.values())
        return frozenset(name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name)

    def _pick(self, key: str, values: dict[str, object]) -> str:
        entry = self._entries[key]
        if isinstance(entry, str):
            return entry
        return entry["one" if values.get("count") == 1 else "other"]


def _escaped(value: object) -> object:
    """Numbers stay numbers, so that a text may format them; everything else is escaped words."""
    return value if isinstance(value, (int, float)) else html.escape(str(value), quote=False)


@cache
def words(language: str) -> Words:
    """The words of a language; KeyError when it is not one of ours."""
    if language not in LANGUAGES:
        raise KeyError(language)
    entries: dict[str, Entry] = {}
    for path in sorted((_FOLDER / language).glob("*.toml")):
        _flatten(path.stem, tomllib.loads(path.read_text(encoding="utf-8")), entries)
    return Words(language, entries)


def _flatten(prefix: str, table: dict[str, object], entries: dict[str, Entry]) -> None:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, dict) and set(value) != _PLURAL:
            _flatten(key, value, entries)
        else:
            entries[key] = dict(value) if isinstance(value, dict) else str(value)
