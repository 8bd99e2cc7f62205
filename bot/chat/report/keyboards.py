"""The buttons under a report's cards; each kind of question has its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns
from bot.chat.report.form_buttons import ADD, CARD, MENU, REMOVE
from bot.chat.report.lookups import RETRY_DAY
from bot.chat.report.values import field_label, option_label
from bot.forms.conditions import editable
from bot.forms.kinds.amount import Amount
from bot.forms.kinds.choice import Choice
from bot.forms.kinds.choices import Choices
from bot.forms.kinds.day import Day
from bot.forms.kinds.number import Number
from bot.forms.kinds.pick import Pick
from bot.forms.kinds.text import Text
from bot.forms.model import Command

if TYPE_CHECKING:
    from datetime import date

    from bot.chat.report.desk import Desk
    from bot.forms.kinds.day import Page
    from bot.forms.model import Field, Invalid, Option
    from bot.forms.results import Ask

TICK = "✓ "
NUMBER_BUTTONS_MOST = 10
PICKS_SHOWN = 12
WEEK_DAYS = 7
EMPTY = "·"
# So broad a label can still be read where two buttons share a row; and where the narrow letters end.
WIDE = 22
LATIN_END = "\u2e80"
# Offered beside 修改 on the summary: what a person may still want to add.
EXTRAS = {
    "photos": "add_photo",
    "papers": "add_photo",
    "words": "add_words",
    "remarks": "add_words",
    "place": "add_place",
}

Rows = list[list[Button]]


def opening(desk: Desk) -> Rows:
    """一切如前 first when there is an earlier report; then the basics, each changeable."""
    rows: Rows = []
    if desk.draft.last is not None and desk.form.repeats:
        rows.append([_command(desk, Command.UNCHANGED)])
        rows.append([_command(desk, Command.CHANGED)])
    else:
        rows.append([Button(desk.words.plain("forms.buttons.begin"), _command(desk, Command.CHANGED).data)])
    changeable = {field.slug for field in editable(desk.form, desk.draft)}
    basics = [
        desk.buttons.edit(field_label(desk.words, desk.form, slug), slug)
        for slug in desk.form.basics
        if slug in changeable and slug != "payment"
    ]
    return [*rows, *columns(basics, 3), [_command(desk, Command.KEEP), _command(desk, Command.CANCEL)]]


def question(desk: Desk, ask: Ask) -> Rows:
    """The options, then 完成 where ticks are collected, then the way back, past and out."""
    field = desk.form.field(ask.field)
    rows = _options(desk, field)
    if field.kind.gathers:
        rows.append([desk.buttons.done(desk.words.plain("forms.buttons.done"), field.slug)])
    steps = [_command(desk, Command.BACK)]
    if field.optional:
        steps.append(_command(desk, Command.SKIP))
    steps.append(_command(desk, Command.KEEP))
    return [*rows, steps]


def review(desk: Desk, problem: Invalid | None) -> Rows:
    """提交 and 修改, then what may be added, then the way back and out."""
    words, form = desk.words, desk.form
    rows: Rows = []
    missing = str(problem.details.get("field", "")) if problem else ""
    if missing and form.has(missing):
        rows.append([desk.buttons.edit(field_label(words, form, missing), missing)])
    rows.append([_command(desk, Command.SUBMIT), desk.buttons.page(words.plain("forms.buttons.edit"), MENU)])
    changeable = {field.slug for field in editable(form, desk.draft)}
    extras = [
        desk.buttons.edit(words.plain(f"forms.buttons.{button}"), slug)
        for slug, button in EXTRAS.items()
        if slug in changeable
    ]
    steps = [_command(desk, Command.BACK), _command(desk, Command.KEEP), _command(desk, Command.CANCEL)]
    return [*rows, *columns(extras, 3), steps]


def menu(desk: Desk) -> Rows:
    """Every answer that can be changed, and the way back to the card."""
    fields = [
        desk.buttons.edit(field_label(desk.words, desk.form, field.slug), field.slug)
        for field in editable(desk.form, desk.draft)
    ]
    return [*columns(fields, 3), [desk.buttons.page(desk.words.plain("forms.buttons.to_summary"), CARD)]]


def _command(desk: Desk, command: Command) -> Button:
    return desk.buttons.command(desk.words.plain(f"forms.buttons.{command.value.lower()}"), command)


def _options(desk: Desk, field: Field) -> Rows:
    kind = field.kind
    if isinstance(kind, Choice):
        return columns([_option(desk, field, slug) for slug in kind.options])
    if isinstance(kind, Choices):
        return columns([_tick(desk, field, slug, exclusive=slug in kind.exclusive) for slug in kind.options])
    if isinstance(kind, Day):
        return _days(desk, field, kind)
    if isinstance(kind, (Pick, Amount, Text)) and kind.source:
        return _found(desk, field, kind)
    if isinstance(kind, Text) and kind.buttons:
        return columns([_option(desk, field, slug) for slug in kind.buttons])
    if isinstance(kind, Number) and kind.most <= NUMBER_BUTTONS_MOST:
        numbers = [
            desk.buttons.answer(str(one), field.slug, str(one)) for one in range(kind.least, kind.most + 1)
        ]
        return columns(numbers, 5)
    return []


def _found(desk: Desk, field: Field, kind: Pick | Amount | Text) -> Rows:
    """What the records offer: somebody or something, amounts, or whole sentences."""
    if isinstance(kind, Pick):
        return _picks(desk, field, kind)
    offered = desk.lookups.options(kind.source, desk.draft.answers)
    buttons = [desk.buttons.answer(one.name or one.label, field.slug, one.id) for one in offered]
    return columns(buttons, 3 if isinstance(kind, Amount) else 1)


def _option(desk: Desk, field: Field, slug: str) -> Button:
    return desk.buttons.answer(option_label(desk.words, desk.form, field, slug), field.slug, slug)


def _tick(desk: Desk, field: Field, slug: str, *, exclusive: bool) -> Button:
    """A tick says what it wants (in or out), so that a second tap of the same button changes nothing."""
    label = option_label(desk.words, desk.form, field, slug)
    if exclusive:
        mark = TICK if slug in desk.draft.ticks else ""
        return desk.buttons.answer(f"{mark}{label}", field.slug, f"{ADD}{slug}")
    if slug in desk.draft.ticks:
        return desk.buttons.answer(f"{TICK}{label}", field.slug, f"{REMOVE}{slug}")
    return desk.buttons.answer(label, field.slug, f"{ADD}{slug}")


def _picks(desk: Desk, field: Field, kind: Pick) -> Rows:
    options = list(desk.lookups.options(kind.source, desk.draft.answers))
    if desk.draft.search:
        options = list(desk.lookups.search(kind.source, desk.draft.search))
    # What is ticked stays in sight, whatever is searched.
    ticked = [option for option in options if option.id in desk.draft.ticks]
    others = [option for option in options if option.id not in desk.draft.ticks]
    return _legible([_pick(desk, field, kind, option) for option in [*ticked, *others][:PICKS_SHOWN]])


def _legible(buttons: list[Button]) -> Rows:
    """Two in a row, but one by itself where its label is so long that it would be cut on a telephone."""
    rows: Rows = []
    for one in buttons:
        is_long = _width(one.text) > WIDE
        if is_long or not rows or len(rows[-1]) > 1 or _width(rows[-1][0].text) > WIDE:
            rows.append([one])
        else:
            rows[-1].append(one)
    return rows


def _width(text: str) -> int:
    """How broad a label is: a Chinese character takes the room of two letters."""
    return sum(1 + (mark > LATIN_END) for mark in text)


def _pick(desk: Desk, field: Field, kind: Pick, option: Option) -> Button:
    if not kind.gathers:
        return desk.buttons.answer(option.label, field.slug, option.id)
    if option.id in desk.draft.ticks:
        return desk.buttons.answer(f"{TICK}{option.label}", field.slug, f"{REMOVE}{option.id}")
    return desk.buttons.answer(option.label, field.slug, f"{ADD}{option.id}")


def _days(desk: Desk, field: Field, kind: Day) -> Rows:
    """The near days, then a page of the calendar."""
    shortcuts = [
        desk.buttons.answer(desk.words.plain(f"forms.days.{one.slug}"), field.slug, one.slug)
        for one in kind.shortcuts(desk.today)
    ]
    near = {one.day.isoformat() for one in kind.shortcuts(desk.today)}
    proposed = [
        desk.buttons.answer(one.label, field.slug, one.id)
        for one in (desk.lookups.options(RETRY_DAY, desk.draft.answers) if field.slug == "retry_on" else ())
        if one.id not in near
    ]
    page = kind.page(desk.draft.month, desk.today)
    return [
        proposed,
        shortcuts,
        _month(desk, field, page),
        _weekdays(desk, field, page),
        *[_week(desk, field, page, week) for week in page.weeks if any(week)],
    ]


def _month(desk: Desk, field: Field, page: Page) -> list[Button]:
    year, month = page.month.split("-")
    name = desk.words.plain(
        "chat.calendar_month", year=year, month=desk.words.plain(f"formats.month.{int(month)}")
    )
    here = f"m:{page.month}"
    return [
        desk.buttons.answer(
            "‹" if page.before else EMPTY, field.slug, f"m:{page.before}" if page.before else here
        ),
        desk.buttons.answer(name, field.slug, here),
        desk.buttons.answer(
            "›" if page.after else EMPTY, field.slug, f"m:{page.after}" if page.after else here
        ),
    ]


def _weekdays(desk: Desk, field: Field, page: Page) -> list[Button]:
    names = [desk.words.plain(f"formats.weekday_short.{day}") for day in range(1, WEEK_DAYS + 1)]
    return [desk.buttons.answer(name, field.slug, f"m:{page.month}") for name in names]


def _week(desk: Desk, field: Field, page: Page, week: tuple[date | None, ...]) -> list[Button]:
    return [
        desk.buttons.answer(str(day.day), field.slug, day.isoformat())
        if day
        else desk.buttons.answer(EMPTY, field.slug, f"m:{page.month}")
        for day in week
    ]
