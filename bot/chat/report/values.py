"""What an answer is called: option labels, days, amounts, counts; plain text, not yet escaped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from bot.forms.keys import field_key, option_key
from bot.forms.kinds.amount import Amount
from bot.forms.kinds.choice import Choice
from bot.forms.kinds.choices import Choices
from bot.forms.kinds.day import Day
from bot.forms.kinds.money import Money
from bot.forms.kinds.photos import Photos
from bot.forms.kinds.pick import Pick
from bot.forms.kinds.text import Text
from bot.texts import formats

if TYPE_CHECKING:
    from bot.forms.model import Field, Form, Lookups, Value
    from bot.texts.catalogue import Words

SENTENCE_CHARACTERS = 300


def option_label(words: Words, form: Form, field: Field, slug: str) -> str:
    """The label of an option."""
    return words.plain(option_key(form, field, slug))


def field_label(words: Words, form: Form, slug: str) -> str:
    """The short name of a field."""
    return words.plain(field_key(form, slug, "label"))


def value_text(words: Words, form: Form, field: Field, value: Value, lookups: Lookups, today: date) -> str:
    """What a person would call this answer."""
    kind = field.kind
    if isinstance(kind, Choice):
        return option_label(words, form, field, str(value))
    if isinstance(kind, Choices) and isinstance(value, list):
        return formats.listed(words, [option_label(words, form, field, str(one)) for one in value])
    if isinstance(kind, Day):
        return _day_text(words, str(value), today)
    if isinstance(kind, (Money, Amount)) and isinstance(value, int):
        return formats.money(words, value)
    if isinstance(kind, Photos) and isinstance(value, list):
        return words.plain("forms.card.photos", count=len(value))
    if isinstance(kind, Pick):
        return _picked_text(words, kind.source, value, lookups)
    if isinstance(value, Mapping):
        return _record_text(words, form, field, value)
    text = str(value)
    shortened = isinstance(kind, Text) and len(text) > SENTENCE_CHARACTERS
    return f"{text[:SENTENCE_CHARACTERS]}…" if shortened else text


def _day_text(words: Words, iso: str, today: date) -> str:
    when = date.fromisoformat(iso)
    return words.plain("forms.days.TODAY") if when == today else formats.day(words, when, today)


def _picked_text(words: Words, source: str, value: Value, lookups: Lookups) -> str:
    ids = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    labels = {option.id: option.name or option.label for option in lookups.options(source, {})}
    return formats.listed(words, [labels.get(one, "—") for one in ids])


def _record_text(words: Words, form: Form, field: Field, value: Mapping[str, Value]) -> str:
    """A button instead of words, a recording, or a place."""
    if "option" in value:
        return option_label(words, form, field, str(value["option"]))
    if "duration" in value:
        return words.plain("forms.card.voice", seconds=value["duration"])
    return words.plain("forms.card.place")
