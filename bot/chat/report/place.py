"""Where in a report somebody stands, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.forms import engine
from bot.forms.engine import REVIEW, START

if TYPE_CHECKING:
    from bot.forms.engine import Draft
    from bot.forms.model import Form
    from bot.texts.catalogue import Words


def of(words: Words, form: Form, draft: Draft) -> str:
    """Where a draft stands, as a person would say it."""
    position, _ = engine.remaining(form, draft)
    if draft.at in (START, REVIEW):
        return words.plain(f"chat.place_{draft.at.lower()}")
    label = words.plain(f"forms.{form.slug}.{draft.at}.label")
    if position:
        return words.plain("chat.place_question", position=position, label=label)
    return words.plain("chat.place_field", label=label)
