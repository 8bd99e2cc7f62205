"""The cards of a report: the opening, one question, the summary. Pictures of a draft, nothing else.

Text is HTML with everything a person typed escaped; buttons come from `form_buttons`.
"""

from __future__ import annotations

import html
from datetime import date
from typing import TYPE_CHECKING

from bot.chat.report import keyboards
from bot.chat.report.layout import VISITORS_EXPECTED
from bot.chat.report.values import field_label, value_text
from bot.forms import engine
from bot.forms.conditions import fault, final_answers
from bot.forms.results import Ask, Opening, Review
from bot.texts import formats

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.report.desk import Desk
    from bot.forms.model import Answers, Field, Form, Invalid, Value
    from bot.texts.catalogue import Words

ESSENTIALS = (
    "clears",
    "assessment",
    "measure",
    "needs",
    "conclusion",
    "received",
    "next_visit",
    "retry_on",
    "words",
)
SHOWN_LINES = 30
# What the records are asked to say at either end of a summary.
BEFORE_SUMMARY, AFTER_SUMMARY = "before_summary", "after_summary"
NOBODY = "NOBODY"
NO_NEEDS = ["NONE"]
ATTACHED = ("photos", "voice", "place")


def draw(desk: Desk, result: Ask | Opening | Review, remark: str = "") -> tuple[str, Keyboard]:
    """The text and the buttons of the card that `result` asks for; a remark stands at its end."""
    problem = result.problem
    if isinstance(result, Review) and problem is None:
        # Whoever came here by 上一步 sees what is missing before 提交 says so.
        problem = fault(desk.form, desk.draft)
    said = problem_text(desk.words, desk.form, problem, desk.today) if problem else remark
    warning = f"⚠️ {said}" if said else ""
    if isinstance(result, Opening):
        return _lines([*_opening(desk), warning]), keyboards.opening(desk)
    if isinstance(result, Review):
        return _lines([*_review(desk), warning]), keyboards.review(desk, problem)
    return _lines([*_question(desk, result), warning]), keyboards.question(desk, result)


def _title(desk: Desk, position: str = "") -> str:
    key = f"chat.card.{desk.form.slug}"
    title = desk.words.say(key, name=desk.household.name, file_no=desk.household.file_no)
    return f"{title}　{position}" if position else title


def _opening(desk: Desk) -> list[str]:
    words, household = desk.words, desk.household
    lines = [
        _title(desk),
        words.say(
            "chat.card.household",
            file_no=household.file_no,
            union=household.union_name,
            category=words.plain(f"codes.category.{household.category}"),
            cause=words.plain(f"forms.options.causes.{household.main_cause}"),
        ),
        *filter(None, [_basics(desk)]),
        "",
    ]
    if desk.draft.last is not None and desk.last_on is not None:
        day, said = desk.day(desk.last_on), _said_last(desk)
        lines += [
            words.say("chat.card.last", day=day, said=said)
            if said
            else words.say("chat.card.last_bare", day=day),
            words.say("forms.card.compare", day=day),
        ]
    else:
        lines.append(words.say(f"chat.card.first_{desk.form.slug}"))
    return [*lines, _attached(desk, "")]


def _basics(desk: Desk) -> str:
    """今天 · 入户 · 见到本人, in one line."""
    answers = desk.draft.answers
    return " · ".join(_basic(desk, slug, answers[slug]) for slug in desk.form.basics if slug in answers)


def _basic(desk: Desk, slug: str, value: Value) -> str:
    said = desk.value(desk.form.field(slug), value)
    key = f"chat.card.{desk.form.slug}_{slug}"
    if value == NOBODY or not desk.words.has(key):
        return said
    return desk.words.plain(key, value=formats.within(desk.words, said))


def _attached(desk: Desk, asked: str) -> str:
    """Photos, voice and place that have been sent so far, in one line; not what is being asked."""
    said = [
        desk.value(field, desk.draft.answers[field.slug])
        for field in desk.form.fields
        if field.kind.name in ATTACHED and field.slug in desk.draft.answers and field.slug != asked
    ]
    return desk.words.say("chat.card.attached", what=formats.listed(desk.words, said)) if said else ""


def _said_last(desk: Desk) -> str:
    """What the earlier report came to: its assessment, and the needs it named."""
    last = desk.draft.last or {}
    said = {
        slug: formats.within(desk.words, _plain(desk, desk.form.field(slug), last[slug]))
        for slug in ("assessment", "needs")
        if desk.form.has(slug) and last.get(slug) not in (None, NO_NEEDS)
    }
    if len(said) > 1:
        return desk.words.plain("reminders.digest.needs", **said)
    return formats.listed(desk.words, list(said.values()))


def understood(desk: Desk, told: Answers) -> str:
    """What a message of several answers was taken to say, on one line."""
    said = [_basics(desk)]
    for field in desk.form.fields:
        if field.slug in told and field.slug in desk.draft.given and field.slug not in desk.form.basics:
            value = desk.value(field, desk.draft.answers[field.slug])
            said.append(desk.words.plain("forms.card.line", label=desk.label(field.slug), value=value))
    return desk.words.plain("chat.understood", what=" · ".join(filter(None, said)))


def _question(desk: Desk, ask: Ask) -> list[str]:
    words, form = desk.words, desk.form
    field = form.field(ask.field)
    position = words.plain("forms.card.position", position=ask.position, total=ask.total) if ask.total else ""
    lines = [_title(desk, position), ""]
    before = (desk.draft.last or {}).get(field.slug)
    if before is not None and field.carried:
        lines.append(words.say("forms.card.last", value=_plain(desk, field, before)))
    current = desk.draft.answers.get(field.slug)
    if current is not None and not field.kind.gathers and field.slug in desk.draft.given:
        lines.append(words.say("forms.card.current", value=_plain(desk, field, current)))
    lines.append(f"<b>{words.say(f'forms.{form.slug}.{field.slug}.ask')}</b>")
    help_key = f"forms.{form.slug}.{field.slug}.help"
    if words.has(help_key):
        lines.append(f"<i>{words.say(help_key)}</i>")
    objected = "" if ask.problem is None else problem_plain(words, form, ask.problem, desk.today)
    noted = _noted(desk, field.follows or getattr(field.kind, "source", "") or field.slug)
    # What the records object to is said once.
    lines += [said for said in noted if said != html.escape(objected, quote=False)]
    if form.slug and desk.draft.ticks and field.kind.name == "photos":
        lines.append(words.say("forms.card.photos", count=len(desk.draft.ticks)))
    return [*lines, _attached(desk, field.slug)]


def _noted(desk: Desk, source: str) -> list[str]:
    """What the records say beside it, escaped; no line when nothing."""
    said = desk.lookups.note(source, desk.draft.answers) if source else ""
    return [html.escape(said, quote=False)] if said else []


def _plain(desk: Desk, field: Field, value: Value) -> str:
    return value_text(desk.words, desk.form, field, value, desk.lookups, desk.today)


def _review(desk: Desk) -> list[str]:
    """What will be handed in: the basics, what changed (old → new), and what it comes to."""
    words = desk.words
    answers = final_answers(desk.form, desk.draft)
    changed = {change.field: change for change in engine.changes(desk.form, desk.draft)}
    lines = [words.say(f"chat.card.check_{desk.form.slug}", name=desk.household.name)]
    lines += [*filter(None, [_basics(desk)]), *_noted(desk, BEFORE_SUMMARY), ""]
    for field in desk.form.fields:
        value = answers.get(field.slug)
        if value is None or field.slug in desk.form.basics or field.kind.name in ATTACHED:
            continue
        if field.slug in changed and changed[field.slug].old is not None:
            lines.append(
                words.say(
                    "forms.card.change",
                    label=desk.label(field.slug),
                    old=_plain(desk, field, changed[field.slug].old or ""),
                    new=_plain(desk, field, value),
                )
            )
        elif _is_worth_a_line(desk, field) or field.slug in changed:
            lines.append(
                words.say("forms.card.line", label=desk.label(field.slug), value=_plain(desk, field, value))
            )
    if desk.draft.last is not None and answers.get("met") != NOBODY:
        lines += ["", words.say("chat.card.rest_unchanged")]
    attached = _attached(desk, "")
    lines += ["", attached] if attached else []
    noted = _noted(desk, AFTER_SUMMARY)
    lines += ["", *noted] if noted else []
    visitors = answers.get("visitors")
    if isinstance(visitors, list) and len(visitors) < VISITORS_EXPECTED:
        lines += ["", words.say("chat.card.one_visitor")]
    return lines


def _is_worth_a_line(desk: Desk, field: Field) -> bool:
    """Whether the summary names an answer that is none of the changes."""
    told_now = not field.carried and field.slug in desk.draft.given
    return desk.draft.last is None or told_now or field.slug in ESSENTIALS or not field.asked


def problem_text(words: Words, form: Form, problem: Invalid, today: date) -> str:
    """The slip in words, for a message."""
    return words.say(f"forms.invalid.{problem.slug}", **_details(words, form, problem, today))


def problem_plain(words: Words, form: Form, problem: Invalid, today: date) -> str:
    """The slip in words, for a toast."""
    return words.plain(f"forms.invalid.{problem.slug}", **_details(words, form, problem, today))


def _details(words: Words, form: Form, problem: Invalid, today: date) -> dict[str, object]:
    """Field slugs become labels, ISO days become days, fen become money."""
    details: dict[str, object] = {}
    for name, value in problem.details.items():
        if name == "field":
            details[name] = field_label(words, form, str(value))
        elif name.endswith("_fen") and isinstance(value, int):
            details[name.removesuffix("_fen")] = formats.money(words, value)
        elif name == "month" and value in range(1, 13):
            details[name] = words.plain(f"formats.month.{value}")
        elif name in ("earliest", "latest"):
            details[name] = formats.day(words, date.fromisoformat(str(value)), today)
        else:
            details[name] = value
    return details


def _lines(lines: list[str]) -> str:
    kept = lines if len(lines) <= SHOWN_LINES else [*lines[: SHOWN_LINES - 1], "…"]
    return "\n".join(line for index, line in enumerate(kept) if line or (0 < index < len(kept) - 1)).strip()
