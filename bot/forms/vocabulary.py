"""What people call things: from typed labels and synonyms to slugs, in every language at once.

The words come from the texts, handed in by whoever has them; here is only how they are looked up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from bot.forms import keys
from bot.forms.wording import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.forms.model import Field, Form

_BETWEEN = "/"
_SYNONYMS = "forms.shorthand"


class Phrases(Protocol):
    """One language's words."""

    def plain(self, key: str, /) -> str:
        """The words under a key."""

    def has(self, key: str) -> bool:
        """Whether there are any."""

    def under(self, prefix: str) -> dict[str, str]:
        """All words directly under a key."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Folded words and what they mean for one form.

    Attributes:
        openings: Words that begin a one-message report (走访).
        unchanged: Words for 一切如前.
        prefixes: Words that name a field (需要, 下次, 满意), longest first.
        labels: For each field its labels and synonyms, with their slugs.
        free: Words that mean something without their field being named; one may say two things
            (不在家: nobody met, and why).
        payments: Kinds of aid by their names, for the revisit.
    """

    openings: frozenset[str]
    unchanged: frozenset[str]
    prefixes: tuple[tuple[str, str], ...]
    labels: dict[str, dict[str, str]]
    free: dict[str, tuple[tuple[str, str], ...]]
    payments: dict[str, str] = field(default_factory=dict)

    def slug(self, field_slug: str, text: str) -> str | None:
        """The option of that field whose label or synonym was typed."""
        return self.labels.get(field_slug, {}).get(folded(text))


def gathered(
    form: Form,
    languages: Sequence[Phrases],
    *,
    payments: Iterable[tuple[str, str]] = (),
    offered: Mapping[str, Iterable[tuple[str, str]]] | None = None,
) -> Vocabulary:
    """The vocabulary of a form over several languages.

    `payments` are (label, slug of the aid kind); `offered` the same for what the records offer in a field.
    """
    labels = {one.slug: _labels(form, one, languages) for one in form.fields}
    for slug, named in (offered or {}).items():
        if form.has(slug):
            labels[slug] |= {folded(label): option for label, option in named}
    synonyms = {one.slug: _synonyms(form, one, languages) for one in form.fields}
    return Vocabulary(
        openings=frozenset(_several(languages, f"{_SYNONYMS}.openings.{form.slug}")),
        unchanged=frozenset(_several(languages, f"{_SYNONYMS}.unchanged")),
        prefixes=_prefixes(form, languages),
        labels={slug: {**labels[slug], **synonyms[slug]} for slug in labels},
        free=_free(labels, synonyms),
        payments={folded(label): slug for label, slug in payments},
    )


def _several(languages: Sequence[Phrases], key: str) -> list[str]:
    """All words under a key in all languages; they stand there as 一个/另一个."""
    found = (words.plain(key).split(_BETWEEN) for words in languages if words.has(key))
    return [folded(one) for words in found for one in words]


def _labels(form: Form, one: Field, languages: Sequence[Phrases]) -> dict[str, str]:
    offered = [slug for slug in keys.labelled(one) if slug not in getattr(one.kind, "unoffered", ())]
    return {
        folded(words.plain(keys.option_key(form, one, slug))): slug for slug in offered for words in languages
    }


def _synonyms(form: Form, one: Field, languages: Sequence[Phrases]) -> dict[str, str]:
    key = f"{_SYNONYMS}.{form.slug}.{one.slug}"
    return {
        folded(word): slug
        for words in languages
        for slug, several in words.under(key).items()
        for word in several.split(_BETWEEN)
    }


def _prefixes(form: Form, languages: Sequence[Phrases]) -> tuple[tuple[str, str], ...]:
    found = {}
    for one in form.fields:
        named = _several(languages, keys.field_key(form, one.slug, "label"))
        called = _several(languages, f"{_SYNONYMS}.prefix.{one.slug}")
        found.update(dict.fromkeys([*named, *called], one.slug))
    return tuple(sorted(found.items(), key=lambda item: -len(item[0])))


def _free(
    labels: dict[str, dict[str, str]], synonyms: dict[str, dict[str, str]]
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Labels that only one field has (无 belongs to several and says nothing alone), and all synonyms."""
    claims: dict[str, list[tuple[str, str]]] = {}
    for slug, words in labels.items():
        for word, option in words.items():
            claims.setdefault(word, []).append((slug, option))
    free = {word: tuple(pairs) for word, pairs in claims.items() if len(pairs) == 1}
    for slug, words in synonyms.items():
        for word, option in words.items():
            held = free.get(word, ())
            free[word] = held if (slug, option) in held else (*held, (slug, option))
    return free
