"""Which fields of a form belong to a draft, which are asked, and what is still missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.forms.model import ANY, EARLIER, Invalid

if TYPE_CHECKING:
    from bot.forms.draft import Draft
    from bot.forms.model import Answers, Field, Form, Value, When


def holds(condition: When, facts: Answers) -> bool:
    """Whether one condition is met by what is known."""
    value = facts.get(condition.field)
    if value is None:
        return condition.negate
    return _hit(condition, value) != condition.negate


def _hit(condition: When, value: Value) -> bool:
    if condition.at_least is not None:
        return isinstance(value, int) and value >= condition.at_least
    if condition.values == ANY:
        return True
    if isinstance(value, list):
        return any(one in condition.values for one in value)
    return value in condition.values


def all_hold(conditions: tuple[When, ...], facts: Answers) -> bool:
    """Whether every condition is met; none at all are always met."""
    # A plain loop: this is asked some hundred times a step, mostly of no condition or one.
    for one in conditions:  # noqa: SIM110 - a generator for each call made a step a third slower
        if not holds(one, facts):
            return False
    return True


def _walk(form: Form, draft: Draft) -> tuple[tuple[Field, ...], Answers]:
    """The fields whose conditions hold, and the facts they leave.

    One pass in order is enough because conditions look only backwards; an answer that is kept but
    hidden is no fact, so that it cannot make another field appear.
    """
    facts = {name: value for name, value in draft.prefilled.items() if not form.has(name)}
    if draft.last is not None:
        facts[EARLIER] = "YES"
    shown = []
    for field in form.fields:
        if all_hold(field.when, facts):
            shown.append(field)
            if field.slug in draft.answers:
                facts[field.slug] = draft.answers[field.slug]
    return tuple(shown), facts


def visible(form: Form, draft: Draft) -> tuple[Field, ...]:
    """The fields that belong to the report as answered so far."""
    return _walk(form, draft)[0]


def facts_of(form: Form, draft: Draft) -> Answers:
    """What conditions may look at: the answers that count, and what was known at the start."""
    return _walk(form, draft)[1]


def settled_first(draft: Draft, field: Field) -> bool:
    """Whether the field has no question because there is nothing earlier to compare with."""
    return draft.last is None and field.first is not None


def asked(form: Form, draft: Draft) -> tuple[Field, ...]:
    """The visible fields that are asked one after another; what "4/14" counts."""
    shown, facts = _walk(form, draft)
    return tuple(
        field
        for field in shown
        if field.asked
        and field.slug not in draft.settled
        and all_hold(field.ask_when, facts)
        and not settled_first(draft, field)
    )


def editable(form: Form, draft: Draft) -> tuple[Field, ...]:
    """The visible fields that a person may change from a card."""
    return tuple(
        field
        for field in visible(form, draft)
        if field.slug not in draft.settled
        and (not field.asked or field.first is None or draft.last is not None)
    )


def missing(form: Form, draft: Draft) -> tuple[Field, ...]:
    """The required visible fields without an answer, in order.

    A field that is asked only sometimes is required only then; otherwise the file has its value.
    """
    shown, facts = _walk(form, draft)
    return tuple(
        field
        for field in shown
        if field.required and field.slug not in draft.answers and all_hold(field.ask_when, facts)
    )


def refused(form: Form, draft: Draft, field: Field, value: Value) -> Invalid | None:
    """Why this value may not be given beside the other answers, if so."""
    if not field.refusals:
        return None
    facts = facts_of(form, draft)
    for refusal in field.refusals:
        if value in refusal.values and all_hold(refusal.when, facts):
            return Invalid(refusal.slug, {**refusal.details, "field": field.slug})
    return None


def fault(form: Form, draft: Draft) -> Invalid | None:
    """The first reason why the report cannot be handed in; its "field" can be jumped to."""
    gaps = missing(form, draft)
    if gaps:
        return Invalid("missing", {"field": gaps[0].slug})
    for field in visible(form, draft):
        value = draft.answers.get(field.slug)
        problem = None if value is None else refused(form, draft, field, value)
        if problem is not None:
            return problem
    return None


def final_answers(form: Form, draft: Draft) -> Answers:
    """What the report says: the answers of visible fields and nothing else."""
    return {
        field.slug: draft.answers[field.slug] for field in visible(form, draft) if field.slug in draft.answers
    }
