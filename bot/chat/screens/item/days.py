"""Another day for a due item: put off, or moved, declined, in hospital; near days and a calendar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.buttons import Button, number, pack
from bot.chat.report import conversation
from bot.chat.screens.item import card
from bot.chat.screens.item.card import ROUTE
from bot.chat.screens.parts import calendar_keys
from bot.chat.screens.parts.access import REPORTERS, require
from bot.texts import formats
from storage import errors
from storage.codes import StepAct
from storage.due import followups
from storage.members import questions
from storage.steps import steps

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from storage.due.followups import DueItem

SNOOZES = (1, 3, 7)
ASIDES = (7, 14, 30)


def later(talk: Talk, item: DueItem, given: list[str]) -> None:
    """推迟: one, three or seven days, or a day. Refuses SnoozedTooOften before anything is chosen."""
    del given
    require(talk, REPORTERS)
    if item.snoozes >= steps.SNOOZES_MAX and not card.decides(talk, item):
        raise errors.SnoozedTooOften(times=steps.SNOOZES_MAX)
    days = [
        Button(talk.words.plain("due.days", count=count), pack(ROUTE, "snooze", item.id, count))
        for count in SNOOZES
    ]
    asked = talk.words.say("acts.until")
    talk.replace(card.text(talk, item, asked), [days, _last_row(talk, item, StepAct.SNOOZE)])


def aside(talk: Talk, item: DueItem, given: list[str]) -> None:
    """搬迁, 拒绝 or 住院: until when?"""
    require(talk, REPORTERS)
    act = _aside_of(given[0])
    days = [
        Button(talk.words.plain("due.days", count=count), pack(ROUTE, "until", item.id, act, count))
        for count in ASIDES
    ]
    asked = talk.words.say("acts.aside_until")
    talk.replace(card.text(talk, item, asked), [days, _last_row(talk, item, act)])


def calendar(talk: Talk, item: DueItem, given: list[str]) -> None:
    """A page of the calendar."""
    require(talk, REPORTERS)
    act = _act_of(given[0])
    first, last = talk.today + timedelta(days=1), talk.today + timedelta(days=_most(act))
    page = calendar_keys.month(
        talk.words,
        given[1],
        first,
        last,
        day=lambda one: pack(ROUTE, "day", item.id, act, one.isoformat()),
        turn=lambda month: pack(ROUTE, "calendar", item.id, act, month),
    )
    key = "acts.pick_day" if act == StepAct.SNOOZE else "acts.aside_until"
    asked = talk.words.say(key)
    talk.replace(card.text(talk, item, asked), [*page, [card.back(talk, item)]])


def snooze(talk: Talk, item: DueItem, given: list[str]) -> None:
    """So many days were tapped."""
    _put_off(talk, item, _ahead(talk, given[0]))


def until(talk: Talk, item: DueItem, given: list[str]) -> None:
    """So many days were tapped for one who moved, declines or lies in hospital."""
    _set_aside(talk, item, _aside_of(given[0]), _ahead(talk, given[1]))


def day(talk: Talk, item: DueItem, given: list[str]) -> None:
    """A day of the calendar was tapped."""
    act = _act_of(given[0])
    try:
        chosen = date.fromisoformat(given[1])
    except ValueError:
        raise errors.DayNotOffered(most=_most(act)) from None
    if act == StepAct.SNOOZE:
        _put_off(talk, item, chosen)
    else:
        _set_aside(talk, item, act, chosen)


def typed(talk: Talk, followup_id: int, sentence: str) -> None:
    """The sentence that goes with what was just set aside."""
    steps.add_sentence(talk.tx, talk.person, followup_id, sentence)
    item = followups.get(talk.tx, talk.person, followup_id)
    shown, keyboard = card.draw(talk, item)
    talk.say(f"{talk.words.say('acts.sentence_kept')}\n\n{shown}", keyboard)


def _ahead(talk: Talk, part: str) -> date:
    """The day so many days ahead; of a forged number one that is not offered."""
    return talk.today + timedelta(days=min(number(part), steps.ASIDE_DAYS_MAX + 1))


def _put_off(talk: Talk, item: DueItem, chosen: date) -> None:
    steps.snooze(talk.tx, talk.person, item.id, chosen)
    talk.toast(talk.words.plain("due.snoozed", day=formats.day(talk.words, chosen, talk.today)))
    card.show(talk, followups.get(talk.tx, talk.person, item.id))


def _set_aside(talk: Talk, item: DueItem, act: StepAct, chosen: date) -> None:
    """Noted at once; a sentence may follow, unless a report is being filled that would take it."""
    require(talk, REPORTERS)
    steps.set_aside(talk.tx, talk.person, item.id, act, chosen)
    lines = [
        talk.words.say(
            f"acts.aside.{act}",
            name=item.household.name,
            file_no=item.household.file_no,
            until=formats.day(talk.words, chosen, talk.today),
        )
    ]
    if not conversation.is_filling(talk):
        questions.ask(talk.tx, talk.person.id, f"due_aside:{item.id}")
        key = "sentence_hospital" if act == StepAct.HOSPITAL else "sentence"
        lines.append(talk.words.say(f"acts.aside.{key}"))
    keyboard: list[list[Button]] = []
    if act == StepAct.HOSPITAL:
        keyboard.append([card.button(talk, item, "hospital_visit")])
    talk.replace("\n".join(lines), [*keyboard, [card.back(talk, item)]])


def _act_of(part: str) -> StepAct:
    return StepAct.SNOOZE if part == StepAct.SNOOZE else _aside_of(part)


def _aside_of(part: str) -> StepAct:
    """Which of the three. Refuses NotFound: a forged button."""
    found = next((act for act in steps.ASIDE if act == part), None)
    if found is None:
        raise errors.NotFound(act=part)
    return found


def _most(act: StepAct) -> int:
    return steps.SNOOZE_DAYS_MAX if act == StepAct.SNOOZE else steps.ASIDE_DAYS_MAX


def _last_row(talk: Talk, item: DueItem, act: StepAct) -> list[Button]:
    pick = Button(talk.words.plain("acts.buttons.day"), pack(ROUTE, "calendar", item.id, act))
    return [pick, card.back(talk, item)]
