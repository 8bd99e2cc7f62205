"""档案: one household's card, its reports, and its telephone number for a moment; every look is audited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, long_id, number, pack, short_id
from bot.chat.screens.file import dossier_card, dossier_steps
from bot.chat.screens.own import my
from bot.chat.screens.own import report as reading
from bot.chat.screens.parts import finding
from bot.chat.screens.parts.access import READERS, require
from bot.chat.screens.parts.pages import clipped, fitted, page_of, told_apart, turning
from storage.households import dossiers
from storage.reporting import report_lists

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk

ROUTE = "file"
REPORTS_SHOWN = 8


def show(talk: Talk, argument: str = "") -> None:
    """The card of the household that is named; without words, whose?"""
    require(talk, READERS)
    if not argument:
        finding.ask_whose(talk, ROUTE, "open")
        return
    household = finding.find(talk, argument, ROUTE, "open")
    if household is not None:
        talk.say(*dossier_card.draw(talk, household.id), protected=True)


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A household from a list, or a button of its card."""
    require(talk, READERS)
    verb, given = told_apart(parts)
    if verb == "history":
        talk.replace(*_history(talk, number(given[0]), page_of(given[1])))
    elif verb == "report":
        _report(talk, given)
    elif verb == "steps":
        talk.replace(*dossier_steps.in_full(talk, number(given[0])))
    elif verb == "phone":
        _phone(talk, number(given[0]))
    elif verb == "card":
        talk.replace(*dossier_card.draw(talk, number(given[0])))
    else:
        # From a list that anybody may forward: the card is a message of its own, which nobody can.
        talk.say(*dossier_card.draw(talk, number(given[0])), protected=True)


def _phone(talk: Talk, household_id: int) -> None:
    """The number in a window over the chat, so that it does not stay in it."""
    phone = dossiers.phone(talk.tx, talk.person, household_id)
    text = talk.words.plain("dossier.phone", phone=phone) if phone else talk.words.plain("dossier.no_phone")
    talk.toast(text, alert=True)


def _history(talk: Talk, household_id: int, page: int) -> tuple[str, Keyboard]:
    household = dossiers.line(talk.tx, talk.person, household_id)
    lines = report_lists.of_household(
        talk.tx, talk.person, household_id, limit=REPORTS_SHOWN + 1, offset=page * REPORTS_SHOWN
    )
    shown = lines[:REPORTS_SHOWN]
    title = talk.words.say("dossier.history", name=clipped(household.name, 60), file_no=household.file_no)
    told = [reading.one_line(talk, line) for line in shown] or [talk.words.say("dossier.no_history")]
    buttons = [
        Button(reading.button_label(talk, line), pack(ROUTE, "report", line.form, short_id(line.id), page))
        for line in shown
    ]
    turn = turning(
        page, more=len(lines) > REPORTS_SHOWN, data=lambda to: pack(ROUTE, "history", household_id, to)
    )
    back = Button(talk.words.plain("dossier.buttons.back"), pack(ROUTE, "card", household_id))
    return fitted([title, *told]), [*columns(buttons), turn, [back]]


def _report(talk: Talk, given: list[str]) -> None:
    report = report_lists.report(talk.tx, talk.person, my.form_of(given[0]), long_id(given[1]))
    back = pack(ROUTE, "history", report.household.id, page_of(given[2]))
    keyboard = [
        reading.buttons(talk, report),
        [Button(talk.words.plain("dossier.buttons.to_history"), back)],
    ]
    talk.replace(reading.text(talk, report), keyboard)
