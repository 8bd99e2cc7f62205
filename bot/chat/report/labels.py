"""Typed labels: a person may write 入户 or "at home" where others tap; in either language."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from bot.forms.model import Command, Typed
from bot.forms.registry import FORMS
from bot.forms.vocabulary import gathered
from bot.forms.wording import folded
from bot.texts.catalogue import LANGUAGES, words

if TYPE_CHECKING:
    from bot.forms.engine import Draft
    from bot.forms.model import Event, Form
    from bot.forms.vocabulary import Vocabulary

_BETWEEN = re.compile(r"[、,，;；\s]+")


@cache
def vocabulary_of(form_slug: str) -> Vocabulary:
    """What people call the answers of a form, in every language at once."""
    languages = [words(language) for language in LANGUAGES]
    kinds, sources = (
        [(label, slug) for language in languages for slug, label in language.under(key).items()]
        for key in ("codes.aid", "codes.source")
    )
    return gathered(FORMS[form_slug], languages, payments=kinds, offered={"source": sources})


@cache
def commands() -> dict[str, Command]:
    """What stands on the buttons of a report, in every language at once: 跳过 may be typed as well."""
    return {
        folded(words(language).plain(f"forms.buttons.{command.value.lower()}")): command
        for language in LANGUAGES
        for command in Command
    }


def typed_event(form: Form, draft: Draft, text: str) -> Event:
    """What was typed: options of the current question by their labels, the words of a button, or words."""
    command = commands().get(folded(text))
    if not form.has(draft.at):
        return command or Typed(text)
    vocabulary = vocabulary_of(form.slug)
    whole = vocabulary.slug(draft.at, text)
    if whole is not None:
        return Typed(text, option=whole, options=(whole,))
    if command is not None:
        return command
    parts = [part for part in _BETWEEN.split(text.strip()) if part]
    named = [vocabulary.slug(draft.at, part) for part in parts]
    known = tuple(one for one in named if one is not None)
    return Typed(text, options=known if len(known) == len(parts) else ())
