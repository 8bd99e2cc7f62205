"""What each event does to a draft; the engine's inside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.forms import beginning, conditions, following
from bot.forms.draft import REVIEW, START
from bot.forms.kinds.photos import Photos
from bot.forms.model import Command, Context, Edit, Event, Given, Invalid, Progress, Sent, Tapped
from bot.forms.results import Cancelled, Finished, Kept

if TYPE_CHECKING:
    from bot.forms.draft import Draft
    from bot.forms.model import Answers, Field, Form, Value
    from bot.forms.results import Result


@dataclass(frozen=True, slots=True)
class Step:
    """An accepted event: the draft after it, and a result other than the card it stands on."""

    draft: Draft
    result: Result | None = None


def step(form: Form, draft: Draft, event: Event, context: Context) -> Step | Invalid:
    """Carry out one event, or say why not."""
    if isinstance(event, Edit):
        return _edit(form, draft, event.field)
    if isinstance(event, Command):
        return _command(form, draft, event, context)
    if isinstance(event, Tapped) and event.field != draft.at:
        return Invalid("stale")
    if isinstance(event, Sent):
        joined = _joined(form, draft, event, context)
        if joined is not None:
            return joined
    if draft.at in (START, REVIEW):
        return Invalid("buttons_here")
    return _given(form, draft, form.field(draft.at), _as_given(event), context)


def _as_given(event: Event) -> Given:
    if isinstance(event, Tapped):
        return Given(tapped=event.value)
    if isinstance(event, Sent):
        return Given(sent=event)
    if isinstance(event, (Command, Edit)):
        return Given(done=True)
    return Given(typed=event.text, option=event.option, options=event.options)


# Commands.


def _command(form: Form, draft: Draft, command: Command, context: Context) -> Step | Invalid:
    if command in _LEAVING:
        return Step(draft, _LEAVING[command])
    if command is Command.BACK:
        return _back(form, draft)
    if command is Command.SUBMIT:
        return _submit(form, draft)
    if command in (Command.UNCHANGED, Command.CHANGED):
        return _opened(form, draft, command, context)
    return _on_question(form, draft, command, context)


_LEAVING: dict[Command, Result] = {Command.CANCEL: Cancelled(), Command.KEEP: Kept()}


def _on_question(form: Form, draft: Draft, command: Command, context: Context) -> Step | Invalid:
    """跳过 and 完成 belong to a question."""
    if draft.at in (START, REVIEW):
        return Invalid("not_here")
    field = form.field(draft.at)
    if command is Command.SKIP:
        return _skip(form, draft, field, context)
    if _has_no_photo(field, draft):
        return _skip(form, draft, field, context)
    return _given(form, draft, field, Given(done=True), context)


def _has_no_photo(field: Field, draft: Draft) -> bool:
    """Done with photos that need not be, and there are none: as good as 跳过."""
    return isinstance(field.kind, Photos) and not field.required and not draft.ticks


def _submit(form: Form, draft: Draft) -> Step | Invalid:
    if draft.at != REVIEW:
        return Invalid("not_here")
    problem = conditions.fault(form, draft)
    return problem or Step(draft, Finished(conditions.final_answers(form, draft)))


def _opened(form: Form, draft: Draft, command: Command, context: Context) -> Step | Invalid:
    """一切如前, or the run of all questions; both only from the opening card."""
    if draft.at != START:
        return Invalid("not_here")
    if command is Command.CHANGED:
        return Step(_forward(form, replace(draft, trail=(START,)), after=None, context=context))
    if draft.last is None or not form.repeats:
        return Invalid("nothing_earlier")
    basics = tuple(slug for slug in draft.given if not form.field(slug).asked)
    known = unchanged_rest(form, draft, context, keep=basics)
    return Step(to_review_or_gap(form, replace(known, trail=(START,)), context))


def _back(form: Form, draft: Draft) -> Step | Invalid:
    """The place before; questions that no longer belong to the report are passed over."""
    places = {START, REVIEW} | {field.slug for field in conditions.visible(form, draft)}
    trail = list(draft.trail)
    while trail:
        place = trail.pop()
        if place in places:
            editing = draft.editing and place not in (START, REVIEW)
            return Step(_entered(form, replace(draft, trail=tuple(trail), editing=editing), place))
    return Invalid("nothing_before")


def _edit(form: Form, draft: Draft, slug: str) -> Step | Invalid:
    if draft.at not in (START, REVIEW):
        return Invalid("not_here")
    if slug not in {field.slug for field in conditions.editable(form, draft)}:
        return Invalid("stale")
    changing = replace(draft, editing=True, trail=(*draft.trail, draft.at))
    return Step(_entered(form, changing, slug))


def _skip(form: Form, draft: Draft, field: Field, context: Context) -> Step | Invalid:
    if field.required:
        return Invalid("required", {"field": field.slug})
    answers = {slug: value for slug, value in draft.answers.items() if slug != field.slug}
    after = replace(
        draft,
        answers=answers,
        skipped=(*_without(draft.skipped, field.slug), field.slug),
        given=_without(draft.given, field.slug),
    )
    return Step(_answered(form, draft, after, field.slug, context))


# Answers.


def _joined(form: Form, draft: Draft, event: Sent, context: Context) -> Step | Invalid | None:
    """A photo, a voice or a place joins the report whenever it is sent; the card stays.

    Of what is asked, only what collects several things is joined so: photos, but not the words of a voice.
    None when the question itself takes it, or when the report has no place for it.
    """
    if form.has(draft.at) and form.field(draft.at).kind.takes(event.kind):
        return None
    for field in conditions.visible(form, draft):
        if (not field.asked or field.kind.gathers) and field.kind.takes(event.kind):
            held = _kept_ticks(draft.answers.get(field.slug))
            said = field.kind.read(Given(sent=event), replace(context, ticks=held))
            if isinstance(said, Invalid):
                return said
            value = list(said.ticks) if isinstance(said, Progress) else said
            joined = following.followed(form, _with_answer(draft, field.slug, value), context)
            return Step(_unless_settled(form, draft, joined, context))
    return None


def _unless_settled(form: Form, before: Draft, joined: Draft, context: Context) -> Draft:
    """The card stays, unless what joined has answered its question: why there are no pictures."""
    if not form.has(joined.at) or joined.at in {field.slug for field in conditions.visible(form, joined)}:
        return joined
    return _answered(form, before, joined, joined.at, context)


def _given(form: Form, draft: Draft, field: Field, given: Given, context: Context) -> Step | Invalid:
    said = field.kind.read(given, context)
    if isinstance(said, Invalid):
        return said
    if isinstance(said, Progress):
        return Step(replace(draft, ticks=said.ticks, month=said.month, search=said.search))
    problem = conditions.refused(form, draft, field, said)
    if problem is not None:
        return problem
    return Step(_answered(form, draft, _with_answer(draft, field.slug, said), field.slug, context))


def _with_answer(draft: Draft, slug: str, value: Value) -> Draft:
    return replace(
        draft,
        answers={**draft.answers, slug: value},
        given=(*_without(draft.given, slug), slug),
        skipped=_without(draft.skipped, slug),
    )


def _without(slugs: tuple[str, ...], slug: str) -> tuple[str, ...]:
    return tuple(one for one in slugs if one != slug)


def _kept_ticks(value: Value | None) -> tuple[Value, ...]:
    return tuple(value) if isinstance(value, list) else ()


# Where to next.


def _answered(form: Form, before: Draft, after: Draft, slug: str, context: Context) -> Draft:
    """The draft at its next place, now that `slug` is answered or skipped."""
    left = following.followed(form, replace(after, trail=(*after.trail, slug)), context)
    if after.editing:
        return _after_change(form, before, left, context)
    return _forward(form, left, after=slug, context=context)


def _forward(form: Form, draft: Draft, *, after: str | None, context: Context) -> Draft:
    """At the next question that is asked, or at the summary when there is none."""
    order = [field.slug for field in form.fields]
    begun = 0 if after is None else order.index(after) + 1
    for field in conditions.asked(form, draft):
        if order.index(field.slug) >= begun:
            return _entered(form, draft, field.slug)
    return _reviewed(form, draft, context)


def _after_change(form: Form, before: Draft, draft: Draft, context: Context) -> Draft:
    """On to what the change made needful, then back to the card the change began on."""
    origin = next(place for place in reversed(draft.trail) if place in (START, REVIEW))
    cut = len(draft.trail) - 1 - draft.trail[::-1].index(origin)
    if origin == START:
        home = _entered(form, replace(draft, trail=draft.trail[:cut], editing=False), START)
        return hurried(form, home, context)
    had = {field.slug for field in conditions.asked(form, before)}
    passed = set(draft.trail[cut:])
    for field in conditions.asked(form, draft):
        unsaid = field.slug not in draft.answers and field.slug not in draft.skipped
        if unsaid and field.slug not in passed and (field.required or field.slug not in had):
            return _entered(form, draft, field.slug)
    return _reviewed(form, replace(draft, trail=draft.trail[:cut]), context)


def hurried(form: Form, draft: Draft, context: Context) -> Draft:
    """A short form has no opening question: it begins at once."""
    facts = conditions.facts_of(form, draft)
    if not form.short or not conditions.all_hold(form.short, facts):
        return draft
    return _forward(form, replace(draft, trail=(START,)), after=None, context=context)


def to_review_or_gap(form: Form, draft: Draft, context: Context) -> Draft:
    """At the summary; or, if something required is unanswered, at that question first."""
    at_review = _reviewed(form, draft, context)
    gaps = conditions.missing(form, at_review)
    if not gaps:
        return at_review
    asking = replace(at_review, editing=True, trail=(*at_review.trail, REVIEW))
    return _entered(form, asking, gaps[0].slug)


def _reviewed(form: Form, draft: Draft, context: Context) -> Draft:
    fresh = beginning.suggested(form, draft, replace(context, answers=draft.answers))
    return replace(_entered(form, fresh, REVIEW), editing=False)


def _entered(form: Form, draft: Draft, place: str) -> Draft:
    """The draft at another place, with what its question has ticked already."""
    ticks: tuple[Value, ...] = ()
    if place not in (START, REVIEW):
        field = form.field(place)
        if field.kind.gathers:
            value = draft.answers.get(place)
            if value is None and field.preticked and draft.last is not None and place not in draft.skipped:
                value = draft.last.get(place)
            ticks = _kept_ticks(value)
    return replace(draft, at=place, ticks=ticks, month="", search="")


# Answers known at once.


def unchanged_rest(form: Form, draft: Draft, context: Context, *, keep: tuple[str, ...]) -> Draft:
    """Every field as in the earlier report, except those to keep and those known at the start."""
    last = draft.last or {}
    answers = dict(draft.answers)
    for field in form.fields:
        if field.slug not in keep and field.slug not in draft.prefilled:
            value = beginning.as_before(field, last, context)
            if value is not None:
                answers[field.slug] = value
    return replace(draft, answers=answers)


def told(form: Form, draft: Draft, answers: Answers, context: Context) -> Draft:
    """The draft with those of the answers that its questions would accept."""
    for field in form.fields:
        value = answers.get(field.slug)
        if value is None or not field.kind.accepts(value, context):
            continue
        if conditions.refused(form, draft, field, value) is None:
            draft = following.followed(form, _with_answer(draft, field.slug, value), context)
            context = replace(context, answers=draft.answers)
    return draft
