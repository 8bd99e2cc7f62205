"""Keeps a draft in step with the records: what leaves no choice is taken, what is no longer allowed asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.forms import conditions
from bot.forms.model import EARLIER

if TYPE_CHECKING:
    from bot.forms.draft import Draft
    from bot.forms.model import Answers, Context, Field, Form, Lookups


def followed(form: Form, draft: Draft, context: Context) -> Draft:
    """The draft as the records stand now; the same draft for a form that does not depend on them."""
    if not any(field.follows for field in form.fields):
        return draft
    for field in form.fields:
        if field.follows:
            draft = _settled(draft, field, replace(context, answers=_answered(form, draft)))
    return replace(draft, prefilled=refreshed(form, draft.prefilled, _answered(form, draft), context.lookups))


def refreshed(form: Form, known: Answers, answers: Answers, lookups: Lookups) -> Answers:
    """What was known at the start, with whether each lookup that a condition names offers something now."""
    facts = {name: value for name, value in known.items() if name not in _sources(form)}
    return facts | {one: "YES" for one in _sources(form) if lookups.options(one.removeprefix("@"), answers)}


def _sources(form: Form) -> list[str]:
    """The lookups on which a condition depends, such as "@payments"."""
    wanted = {one.field for field in form.fields for one in field.when if one.field.startswith("@")}
    return sorted(wanted - {EARLIER})


def _answered(form: Form, draft: Draft) -> Answers:
    """What counts of the answers, with the facts that belong to no field."""
    return conditions.facts_of(form, draft)


def _settled(draft: Draft, field: Field, context: Context) -> Draft:
    slug = field.slug
    others = tuple(one for one in draft.settled if one != slug)
    only = context.lookups.only(field.follows, context.answers)
    if only is not None:
        answers = {**draft.answers, slug: only}
        return replace(draft, answers=answers, settled=(*others, slug))
    kept = draft.answers.get(slug)
    if slug in draft.settled or (kept is not None and not field.kind.accepts(kept, context)):
        answers = {name: value for name, value in draft.answers.items() if name != slug}
        given = tuple(one for one in draft.given if one != slug)
        return replace(draft, answers=answers, given=given, settled=others)
    return draft
