"""How a draft begins: what is known, what is taken from the earlier report, what the rules suggest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.forms import conditions, following
from bot.forms.draft import START, Draft
from bot.forms.model import SUGGESTED, TODAY, Context

if TYPE_CHECKING:
    from datetime import date

    from bot.forms.model import Answers, Field, Form, Lookups, Value


def begun(form: Form, *, prefilled: Answers, last: Answers | None, today: date, lookups: Lookups) -> Draft:
    """A new draft on its opening card."""
    known = following.refreshed(form, prefilled, dict(prefilled), lookups)
    context = Context(today=today, lookups=lookups, answers=known)
    answers: Answers = {}
    for field in form.fields:
        value = _initial(field, known, last, context)
        if value is not None:
            answers[field.slug] = value
    draft = Draft(
        form=form.slug, form_version=form.version, at=START, answers=answers, last=last, prefilled=known
    )
    return suggested(form, following.followed(form, draft, context), context)


def _initial(field: Field, known: Answers, last: Answers | None, context: Context) -> Value | None:
    """The value a field starts with, before anybody was asked."""
    if field.slug in known:
        return known[field.slug]
    if last is None and field.first is not None:
        return field.first
    if not field.asked or field.ask_when:
        kept = carried(field, last, context)
        if kept is not None:
            return kept
    if field.default == TODAY:
        return context.today.isoformat()
    return None if field.default == SUGGESTED else field.default


def carried(field: Field, last: Answers | None, context: Context) -> Value | None:
    """The earlier report's value, if it may be used again and would still be an answer today."""
    if last is None or not field.carried:
        return None
    value = last.get(field.slug)
    return value if value is not None and field.kind.accepts(value, context) else None


def as_before(field: Field, last: Answers, context: Context) -> Value | None:
    """The value that 一切如前 gives to a field."""
    return field.unchanged if field.unchanged is not None else carried(field, last, context)


def suggested(form: Form, draft: Draft, context: Context) -> Draft:
    """The draft with the days the rule suggests, wherever the person did not choose their own.

    A day that is already past (a visit typed long after it was made) becomes tomorrow.
    """
    answers = dict(draft.answers)
    for field in form.fields:
        chosen = field.slug in draft.given or field.slug in draft.skipped or field.slug in draft.prefilled
        if field.default == SUGGESTED and not chosen:
            day = context.lookups.suggest_next_visit(conditions.final_answers(form, draft))
            tomorrow = (context.today + timedelta(days=1)).isoformat()
            answers[field.slug] = day if field.kind.accepts(day, context) else tomorrow
    return replace(draft, answers=answers)
