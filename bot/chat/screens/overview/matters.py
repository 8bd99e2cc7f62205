"""Office matters beside the due items: idle drafts, waiting approvals, notices that end, campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack
from bot.chat.screens.overview.parts import everything_button
from bot.chat.screens.parts.pages import ELLIPSIS, fitted, label
from bot.reminders import matter_words
from storage.codes import Role
from storage.office import matters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.office.matters import Matter

BESIDE, LISTED = 4, 20
# Who has matters to see to; an auditor looks at everybody's.
DOERS = frozenset({Role.CADRE, Role.OFFICER, Role.CHAIR})


def beside(talk: Talk) -> tuple[list[str], list[Matter]]:
    """A few lines that go with a list, the longest late first, and the matters they tell of."""
    found = _found(talk, BESIDE + 1)
    if not found:
        return [], []
    shown = found[:BESIDE]
    lines = ["", talk.words.say("overview.matters.title"), *_lines(talk, shown)]
    return [*lines, ELLIPSIS] if len(found) > BESIDE else lines, shown


def listing(talk: Talk) -> tuple[str, Keyboard]:
    """All of them, a button each."""
    found = _found(talk, LISTED)
    if not found:
        return talk.words.say("overview.none_here"), [[everything_button(talk)]]
    lines = [talk.words.say("overview.matters.title"), "", *_lines(talk, found)]
    return fitted(lines), [*columns(buttons(talk, found)), [everything_button(talk)]]


def buttons(talk: Talk, found: Sequence[Matter]) -> list[Button]:
    """The button of each opens its card."""
    return [
        Button(label(matter_words.button(one, talk.words)), pack("matter", "open", one.key)) for one in found
    ]


def _found(talk: Talk, limit: int) -> list[Matter]:
    if talk.person.roles & DOERS:
        return matters.due(talk.tx, talk.today, person=talk.person, limit=limit)
    return matters.due(talk.tx, talk.today, scope=talk.person.scope, limit=limit)


def _lines(talk: Talk, found: Sequence[Matter]) -> list[str]:
    return [matter_words.line(one, talk.words, talk.today) for one in found]
