"""The one road of every form: an event goes in, a new draft and a result come out.

It knows no Telegram, no storage and no clock; whatever a person does, it neither raises nor loses
an answer. A refused event leaves the draft exactly as it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.forms import beginning, conditions, following, steps
from bot.forms.conditions import editable
from bot.forms.draft import REVIEW, START, Draft
from bot.forms.model import Command, Context, Edit, Event, Invalid, Lookups, Option, Sent, Tapped, Typed
from bot.forms.results import Ask, Cancelled, Change, Finished, Kept, Opening, Result, Review

if TYPE_CHECKING:
    from datetime import date

    from bot.forms.model import Answers, Form

__all__ = [
    "REVIEW",
    "START",
    "Ask",
    "Cancelled",
    "Change",
    "Command",
    "Draft",
    "Edit",
    "Event",
    "Finished",
    "Invalid",
    "Kept",
    "Lookups",
    "Opening",
    "Option",
    "Result",
    "Review",
    "Sent",
    "Tapped",
    "Typed",
    "answer",
    "begin_with",
    "changes",
    "current",
    "editable",
    "remaining",
    "show",
    "start",
]


def start(form: Form, *, prefilled: Answers, last: Answers | None, today: date, lookups: Lookups) -> Draft:
    """A new draft: on the opening card, or at its first question where the form is short.

    `prefilled` holds values for fields and further facts that conditions look at (amounts in fen);
    `last` the answers of the earlier report, or None when there is none.
    """
    draft = beginning.begun(form, prefilled=prefilled, last=last, today=today, lookups=lookups)
    context = Context(today=today, lookups=lookups, answers=draft.answers)
    return steps.hurried(form, draft, context)


def begin_with(
    form: Form, draft: Draft, answers: Answers, lookups: Lookups, today: date, *, unchanged: bool = False
) -> tuple[Draft, Result]:
    """Go on with answers known at once (a report in one message): to the first gap, or to the summary.

    Values a question would refuse are left out and therefore asked. What was not said is as in the
    earlier report, if there is one; a judgement (the assessment) only when `unchanged` was said.
    """
    context = Context(today=today, lookups=lookups, answers=draft.answers)
    known = steps.told(form, draft, answers, context)
    if draft.last is not None and form.repeats:
        unsaid = () if unchanged else tuple(field.slug for field in form.fields if not field.assumed)
        known = steps.unchanged_rest(form, known, context, keep=(*known.given, *unsaid))
    moved = steps.to_review_or_gap(form, replace(known, trail=(START,)), context)
    moved = replace(moved, revision=draft.revision + 1)
    return moved, show(form, moved)


def current(form: Form, draft: Draft, lookups: Lookups, today: date) -> Draft:
    """The draft as the records stand today; for one that was put aside, or is opened to be mended."""
    return following.followed(form, draft, Context(today=today, lookups=lookups, answers=draft.answers))


def answer(form: Form, draft: Draft, event: Event, lookups: Lookups, today: date) -> tuple[Draft, Result]:
    """One step; whatever the event, it does not raise.

    The revision grows by one if the event was accepted; otherwise the draft is the same and the
    result repeats the card with a problem.
    """
    before = current(form, draft, lookups, today)
    context = Context(
        today=today, lookups=lookups, answers=before.answers, ticks=draft.ticks, search=draft.search
    )
    outcome = steps.step(form, before, event, context)
    if isinstance(outcome, Invalid):
        return draft, show(form, draft, outcome)
    moved = replace(outcome.draft, revision=draft.revision + 1)
    return moved, outcome.result or show(form, moved)


def show(form: Form, draft: Draft, problem: Invalid | None = None) -> Result:
    """The card a draft stands on, without any event; for after a restart."""
    if draft.at == START:
        return Opening(problem)
    if draft.at == REVIEW:
        return Review(problem)
    position, total = remaining(form, draft)
    return Ask(draft.at, problem, position, total)


def remaining(form: Form, draft: Draft) -> tuple[int, int]:
    """(position, total) of the current question among those that are asked; (0, 0) elsewhere."""
    slugs = [field.slug for field in conditions.asked(form, draft)]
    if draft.editing or draft.at not in slugs:
        return 0, 0
    return slugs.index(draft.at) + 1, len(slugs)


def changes(form: Form, draft: Draft) -> list[Change]:
    """What is different from last time, in the form's order; empty when there is no earlier report."""
    if draft.last is None:
        return []
    new = conditions.final_answers(form, draft)
    found = []
    for field in form.fields:
        before, now = draft.last.get(field.slug), new.get(field.slug)
        same = now is None or now in (before, field.unchanged)
        if field.carried and not same:
            found.append(Change(field.slug, before, now))
    return found
