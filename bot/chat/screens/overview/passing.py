"""改派 from a list: tap an item, tap the person, and the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, number, pack
from bot.chat.screens.overview.listing import page_of_part, who
from bot.chat.screens.overview.parts import ROUTE, everything_button
from bot.chat.screens.parts import due_lines
from bot.chat.screens.parts.pages import clipped, label, page_of
from storage.due import followups
from storage.members import people
from storage.steps import step_people, step_rows, steps

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk

CANDIDATES = 12
CHOOSE, WHOM, DONE = "pass", "passto", "passed"
ACTS = frozenset({CHOOSE, WHOM, DONE})


def tapped(talk: Talk, act: str, given: list[str]) -> None:
    """One step of giving an item away. Refuses NotAllowed: only officer and chair do."""
    step_rows.require_decider(talk.person)
    first, second, third, fourth = given[:4]
    if act == WHOM:
        _ask_whom(talk, number(first), page_of(second), third)
    elif act == DONE:
        _pass(talk, number(first), number(second), page_of(third), fourth)
    else:
        talk.replace(*_choose(talk, page_of(first), second))


def _choose(talk: Talk, page: int, slug: str) -> tuple[str, Keyboard]:
    text, items, page, turns = page_of_part(talk, page, slug, CHOOSE)
    if not items:
        return talk.words.say("overview.all_passed"), [[everything_button(talk)]]
    choose = due_lines.buttons(
        items, talk.words, talk.today, lambda item: pack(ROUTE, WHOM, item.id, page, slug)
    )
    ask = talk.words.say("overview.pass_which")
    return f"{text}\n\n{ask}", [*columns(choose), turns, [_back(talk, "part", page, slug)]]


def _ask_whom(talk: Talk, item_id: int, page: int, slug: str) -> None:
    item = followups.get(talk.tx, talk.person, item_id)
    found = step_people.candidates(talk.tx, talk.person, item_id)
    if not found:
        talk.toast(talk.words.plain("overview.pass_nobody"), alert=True)
        return
    buttons = [
        Button(
            label(talk.words.plain("overview.candidate", name=one.name, count=one.load)),
            pack(ROUTE, DONE, item_id, one.person_id, page, slug),
        )
        for one in found[:CANDIDATES]
    ]
    ask = talk.words.say(
        "overview.pass_to",
        name=item.household.name,
        file_no=item.household.file_no,
        what=due_lines.told(item, talk.words, talk.today)["what"],
        who=who(talk, item),
    )
    talk.replace(ask, [*columns(buttons), [_back(talk, CHOOSE, page, slug)]])


def _pass(talk: Talk, item_id: int, person_id: int, page: int, slug: str) -> None:
    steps.reassign(talk.tx, talk.person, item_id, person_id)
    name = people.get(talk.tx, person_id).name
    talk.toast(talk.words.plain("overview.passed", name=clipped(name)))
    talk.replace(*_choose(talk, page, slug))


def _back(talk: Talk, act: str, page: int, slug: str) -> Button:
    return Button(talk.words.plain("overview.buttons.back"), pack(ROUTE, act, page, slug))
