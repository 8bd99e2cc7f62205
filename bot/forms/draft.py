"""The whole state of a report being filled, as one value that survives JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.forms.model import Answers, Form, Value

START = "START"
REVIEW = "REVIEW"
_TUPLES = ("trail", "ticks", "skipped", "given", "settled")


@dataclass(frozen=True, slots=True)
class Draft:
    """A report being filled. Never changed in place: each step makes a new one.

    Attributes:
        form: The form's slug; `form_version` pins the form it began with.
        at: A field's slug, START (the opening card) or REVIEW (the summary).
        answers: What is answered, also answers whose conditions do not hold just now.
        editing: One field is being changed; afterwards the draft returns to the card it came from.
        last: The earlier report's answers.
        prefilled: What was known at the start, with facts such as "@earlier" that conditions ask.
        trail: The places before this one, for 上一步.
        revision: Grows by one with every accepted event, never with a refused one.
        ticks: What is ticked or sent so far for a question that collects.
        month: The calendar page shown, "YYYY-MM". `search`: what was typed to find an option.
        skipped: Optional fields the person skipped. `given`: fields the person answered.
        settled: Fields for which the records leave one answer only; they are not asked.
    """

    form: str
    form_version: int
    at: str = START
    answers: Answers = field(default_factory=dict)
    editing: bool = False
    last: Answers | None = None
    prefilled: Answers = field(default_factory=dict)
    trail: tuple[str, ...] = ()
    revision: int = 0
    ticks: tuple[Value, ...] = ()
    month: str = ""
    search: str = ""
    skipped: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Value]:
        """The draft as a JSON object (plain dicts, lists, strings and numbers), to be read, not changed."""
        shape: dict[str, object] = {one.name: getattr(self, one.name) for one in fields(self)}
        shape.update({name: list(cast("tuple[object, ...]", shape[name])) for name in _TUPLES})
        return cast("dict[str, Value]", shape)

    @staticmethod
    def from_json(stored: str | Mapping[str, Value], form: Form | None = None) -> Draft:
        """The draft back from its JSON object or text.

        With `form`, a draft of another version keeps the answers whose fields still exist and,
        when its question is gone, returns to the opening card.
        """
        loaded: Mapping[str, Any] = json.loads(stored) if isinstance(stored, str) else stored
        known = {one.name for one in fields(Draft)}
        shape = {name: value for name, value in loaded.items() if name in known}
        shape.update({name: tuple(shape.get(name, ())) for name in _TUPLES})
        draft = Draft(**shape)
        if form is None or form.version == draft.form_version:
            return draft
        return _moved_to(form, draft)


def _moved_to(form: Form, draft: Draft) -> Draft:
    """The draft under another version of its form."""
    places = {START, REVIEW} | {one.slug for one in form.fields}
    lost = draft.at not in places
    return Draft(
        form=form.slug,
        form_version=form.version,
        at=START if lost else draft.at,
        answers={slug: value for slug, value in draft.answers.items() if slug in places},
        editing=draft.editing and not lost,
        last=draft.last,
        prefilled=draft.prefilled,
        trail=() if lost else tuple(place for place in draft.trail if place in places),
        revision=draft.revision,
        ticks=() if lost else draft.ticks,
        month="" if lost else draft.month,
        search="" if lost else draft.search,
        skipped=tuple(slug for slug in draft.skipped if slug in places),
        given=tuple(slug for slug in draft.given if slug in places),
        settled=tuple(slug for slug in draft.settled if slug in places),
    )
