"""Several messages at once: a long thought that was sent in pieces stays one sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from bot.forms.kinds.text import Text
from bot.forms.model import Context, Given, Invalid
from storage.post import inbox

if TYPE_CHECKING:
    from datetime import date

    from bot.chat.talk import Talk
    from bot.forms.engine import Draft
    from bot.forms.model import Form, Lookups
    from storage.reporting import drafts


def came_before_the_question(talk: Talk, row: drafts.OpenDraft, form: Form, draft: Draft) -> bool:
    """Whether this text reached us before the question it would answer had been put.

    A long thought comes as several messages at once; what follows belongs to the sentence before, not to
    the next question, which the person has not seen yet.
    """
    before = draft.given[-1] if draft.given else ""
    if talk.incoming.kind != "text" or not form.has(before) or not isinstance(form.field(before).kind, Text):
        return False
    received_at = inbox.received_at(talk.tx, talk.incoming.update_id)
    return received_at is not None and received_at < row.touched_at


def added_to_sentence(
    form: Form, draft: Draft, text: str, lookups: Lookups, today: date
) -> tuple[Draft, Invalid | None]:
    """The draft with the text behind the sentence before it; a problem when that has no room for it."""
    before = form.field(draft.given[-1])
    said = draft.answers.get(before.slug)
    joined = f"{said}\n{text}" if isinstance(said, str) else text
    value = before.kind.read(Given(typed=joined), Context(today=today, lookups=lookups))
    if isinstance(value, Invalid):
        return draft, value
    return replace(draft, answers={**draft.answers, before.slug: cast("str", value)}), None
