"""Every word that is said exists in both languages, and every word that exists is said."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from bot.forms.registry import FORMS
from bot.texts.catalogue import LANGUAGES, words
from storage.rulebook.policy import KEYS
from tests.house.tree import ROOT, nodes, none, parsed, shown, sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOPICS = sorted(path.stem for path in (ROOT / "bot" / "texts" / "zh").glob("*.toml"))
KEY = re.compile(rf"(?:{'|'.join(TOPICS)})(?:\.\w+)+")
SPEAKERS = [path for path in sources("bot") if "sandbox" not in path.parts]
# A form's own words are found by its fields' slugs; the tests of texts hold them against the forms.
OF_ONE_FORM = tuple(f"forms.{place}{slug}." for slug in FORMS for place in ("", "shorthand."))
# A placeholder in an f-string that makes a key.
ANYTHING = r"[^.]+"


@cache
def everything() -> frozenset[str]:
    """The keys of all languages together."""
    return frozenset().union(*(words(language).keys() for language in LANGUAGES))


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """String constants that read like a key, outside docstrings and f-strings, with their lines."""
    tree = parsed(path)
    apart = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            yield from [(node.lineno, node.value)] if KEY.fullmatch(node.value) else []


def families(path: Path) -> Iterator[tuple[int, str]]:
    """F-strings that begin with a topic, as patterns of the keys they can make, with their lines."""
    for node in nodes(path):
        if not isinstance(node, ast.JoinedStr):
            continue
        first = node.values[0] if node.values else None
        if isinstance(first, ast.Constant) and str(first.value).startswith(
            tuple(f"{one}." for one in TOPICS)
        ):
            pattern = "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else ANYTHING
                for part in node.values
            )
            yield node.lineno, pattern


def is_there(said: str) -> bool:
    """Whether words stand under this key, or directly below it (for `Words.under`)."""
    return any(key == said or key.startswith(f"{said}.") for key in everything())


@cache
def said_by_name() -> frozenset[str]:
    """Every key, or beginning of keys, that stands in the code in full."""
    return frozenset(said for path in SPEAKERS for _, said in literals(path))


def words_of(path: Path) -> set[str]:
    """The string constants of a file."""
    return {str(node.value) for node in nodes(path) if isinstance(node, ast.Constant)}


@cache
def endings() -> tuple[str, ...]:
    """What f-strings put behind a topic or a key that some variable holds: `.whose`, `_fresh`."""
    found = set()
    for path in SPEAKERS:
        for node in nodes(path):
            match node:
                case ast.JoinedStr(values=[ast.FormattedValue(), ast.Constant(value=str(end))]):
                    found.add(end)
                case ast.JoinedStr(
                    values=[ast.FormattedValue(), ast.Constant(value="."), ast.FormattedValue()]
                ):
                    # Both halves are held by variables: the last is one of the words of the same file.
                    found |= {f".{word}" for word in words_of(path)}
    return tuple(end for end in sorted(found) if re.fullmatch(r"[._]\w+", end))


def is_said(key: str) -> bool:
    """Whether the code names this key, or makes it."""
    named = said_by_name()
    beginnings = {key.removesuffix(end) for end in endings() if key.endswith(end)}
    return (
        key in named
        or key.rpartition(".")[0] in named
        or bool(said_by_family().fullmatch(key))
        or bool(beginnings & {*named, *TOPICS})
    )


@cache
def said_by_family() -> re.Pattern[str]:
    """What every key matches that some f-string in the code can make."""
    return re.compile("|".join(sorted({pattern for path in SPEAKERS for _, pattern in families(path)})))


def test_both_languages_have_the_same_topics() -> None:
    assert TOPICS == sorted(path.stem for path in (ROOT / "bot" / "texts" / "en").glob("*.toml"))


@pytest.mark.parametrize("topic", TOPICS)
def test_both_languages_have_the_same_keys(topic: str) -> None:
    zh, en = ({key for key in words(one).keys() if key.startswith(f"{topic}.")} for one in ("zh", "en"))  # noqa: SIM118 - it is no dict
    assert (set(), set()) == (zh - en, en - zh)


@pytest.mark.parametrize("topic", TOPICS)
def test_both_languages_say_the_same_values(topic: str) -> None:
    zh, en = words("zh"), words("en")
    keys = sorted(key for key in zh.keys() & en.keys() if key.startswith(f"{topic}."))
    none([key for key in keys if zh.placeholders(key) != en.placeholders(key)])


def test_every_key_named_in_the_code_exists() -> None:
    # A union's rules have keys of their own, which read alike.
    none(
        [
            f"{shown(path)}:{line}: {said}"
            for path in SPEAKERS
            for line, said in literals(path)
            if not is_there(said) and said not in KEYS
        ]
    )


def test_every_family_of_keys_made_in_the_code_has_members() -> None:
    none(
        [
            f"{shown(path)}:{line}: {pattern}"
            for path in SPEAKERS
            for line, pattern in families(path)
            if not any(re.fullmatch(pattern, key) for key in everything())
        ]
    )


@pytest.mark.parametrize("topic", TOPICS)
def test_every_key_is_said_somewhere(topic: str) -> None:
    of_topic = [key for key in sorted(everything()) if key.startswith(f"{topic}.")]
    none([key for key in of_topic if not key.startswith(OF_ONE_FORM) and not is_said(key)])
