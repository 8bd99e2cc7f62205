"""移交: whose households, which, to whom; the card that giver and receiver see, and its answers.

What was ticked stands in the buttons, beside a mark of the list it was ticked in: when that list has changed
meanwhile, nothing is taken for something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, number, pack
from bot.chat.report import conversation
from bot.chat.screens.parts.access import REPORTERS, require
from bot.chat.screens.parts.pages import page_of, told_apart
from bot.chat.screens.takeover import handover_card, handover_choice
from bot.chat.screens.takeover.handover_card import ROUTE
from storage.members import questions
from storage.takeover import handovers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.talk import Talk

# What the bot asks when somebody does not take households over.
REASON = "handover_reason"


def show(talk: Talk, argument: str = "") -> None:
    """What is open, then one's own households; for an overseer everybody's, or those of whoever is named."""
    require(talk, REPORTERS)
    questions.forget(talk.tx, talk.person.id)
    talk.say(*handover_choice.first(talk, argument))


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A step of offering, or an answer."""
    require(talk, REPORTERS)
    verb, given = told_apart(parts)
    if verb in _ANSWERS:
        _ANSWERS[verb](talk, given)
    elif verb == "first":
        talk.say(*handover_choice.first(talk, ""))
    elif verb == "cases":
        talk.say(*handover_choice.cases(talk, number(given[0]), 0, ""))
    elif verb == "all":
        talk.say(*handover_choice.receivers(talk, number(given[0]), handover_choice.ALL))
    elif verb == "tick":
        talk.replace(*handover_choice.cases(talk, number(given[0]), page_of(given[1]), given[2]))
    elif verb == "to":
        talk.replace(*handover_choice.receivers(talk, number(given[0]), given[1]))
    elif verb == "ask":
        talk.replace(*handover_choice.preview(talk, number(given[0]), number(given[1]), given[2]))
    elif verb == "offer":
        _offer(talk, given)
    elif verb == "givers":
        talk.replace(*handover_choice.givers(talk, page_of(given[0])))
    else:
        talk.replace(*handover_choice.first(talk, ""))


def declined(talk: Talk, handover_id: str, reason: str) -> None:
    """The reason was written."""
    handovers.decline(talk.tx, talk.person, handover_id, reason)
    talk.say(*handover_card.draw(talk, handover_id))


def _offer(talk: Talk, given: Sequence[str]) -> None:
    giver_id, receiver_id = number(given[0]), number(given[1])
    chosen = handover_choice.chosen(talk, giver_id, given[2])
    made = handovers.offer(talk.tx, talk.person, [one.id for one in chosen], receiver_id, giver_id=giver_id)
    talk.replace(*handover_card.draw(talk, made.id))


def _open(talk: Talk, given: Sequence[str]) -> None:
    talk.say(*handover_card.draw(talk, given[0]))


def _accept(talk: Talk, given: Sequence[str]) -> None:
    if handover_card.is_over(talk, given[0]):
        talk.replace(*handover_card.draw(talk, given[0]))
        return
    talk.replace(*handover_card.accepted(talk, handovers.accept(talk.tx, talk.person, given[0])))


def _decline(talk: Talk, given: Sequence[str]) -> None:
    """Why not? A sentence may say it, or nothing."""
    if handover_card.is_over(talk, given[0]):
        talk.replace(*handover_card.draw(talk, given[0]))
        return
    words = talk.words
    asked = "handover.decline_really"
    if not conversation.is_filling(talk):
        # What is written now is no answer of a report.
        questions.ask(talk.tx, talk.person.id, f"{REASON}:{given[0]}")
        asked = "handover.why_not"
    row = [
        Button(words.plain("handover.buttons.no_reason"), pack(ROUTE, "declined", given[0])),
        Button(words.plain("handover.buttons.to_card"), pack(ROUTE, "card", given[0])),
    ]
    talk.replace(words.say(asked), [row])


def _declined(talk: Talk, given: Sequence[str]) -> None:
    questions.forget(talk.tx, talk.person.id)
    if not handover_card.is_over(talk, given[0]):
        handovers.decline(talk.tx, talk.person, given[0])
    talk.replace(*handover_card.draw(talk, given[0]))


def _withdraw(talk: Talk, given: Sequence[str]) -> None:
    if not handover_card.is_over(talk, given[0]):
        handovers.withdraw(talk.tx, talk.person, given[0])
    talk.replace(*handover_card.draw(talk, given[0]))


def _card(talk: Talk, given: Sequence[str]) -> None:
    questions.forget(talk.tx, talk.person.id)
    talk.replace(*handover_card.draw(talk, given[0]))


_ANSWERS = {
    "open": _open,
    "card": _card,
    "accept": _accept,
    "decline": _decline,
    "declined": _declined,
    "withdraw": _withdraw,
}
