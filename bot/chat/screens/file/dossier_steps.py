"""What was done for a household without a report, and who was reminded: on its file's card and in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, pack
from bot.chat.screens.parts.pages import clipped, fitted
from bot.reminders import step_words
from bot.texts import formats
from storage.due import step_log
from storage.households import dossiers

if TYPE_CHECKING:
    from datetime import datetime

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.due.step_log import Step, Telling

ON_CARD = 3
IN_FULL = 20


def on_card(talk: Talk, household_id: int) -> list[str]:
    """The newest steps under their heading; nothing where nothing was done."""
    done = step_log.of_household(talk.tx, household_id, limit=ON_CARD)
    if not done:
        return []
    lines = [step_words.line(one, talk.words, talk.today, talk.tx.zone) for one in done]
    return ["", talk.words.say("acts.steps_title"), *lines]


def button(talk: Talk, household_id: int) -> Button:
    """处理记录, the whole of it."""
    return Button(talk.words.plain("acts.buttons.steps"), pack("file", "steps", household_id))


def in_full(talk: Talk, household_id: int) -> tuple[str, Keyboard]:
    """Steps and reminders of all the household's items together, newest first. Refuses NotFound."""
    household = dossiers.line(talk.tx, talk.person, household_id)
    told: list[tuple[datetime, str]] = [
        (one.done_at, _step(talk, one)) for one in step_log.of_household(talk.tx, household_id, limit=IN_FULL)
    ]
    told += [
        (one.told_at, _telling(talk, one)) for one in step_log.tellings(talk.tx, household_id, limit=IN_FULL)
    ]
    told.sort(key=lambda one: one[0], reverse=True)
    lines = [line for _, line in told[:IN_FULL]] or [talk.words.say("acts.no_steps")]
    title = talk.words.say("acts.steps_of", name=clipped(household.name, 60), file_no=household.file_no)
    back = Button(talk.words.plain("dossier.buttons.back"), pack("file", "card", household_id))
    return fitted([title, *lines]), [[back]]


def _step(talk: Talk, step: Step) -> str:
    said = step_words.line(step, talk.words, talk.today, talk.tx.zone)
    return talk.words.plain("acts.of_kind", kind=talk.words.plain(f"codes.followup.{step.kind}"), said=said)


def _telling(talk: Talk, telling: Telling) -> str:
    day = formats.day(talk.words, telling.told_at.astimezone(talk.tx.zone).date(), talk.today)
    said = talk.words.say("acts.told_line", day=day, person=telling.person_name)
    return talk.words.plain(
        "acts.of_kind", kind=talk.words.plain(f"codes.followup.{telling.kind}"), said=said
    )
