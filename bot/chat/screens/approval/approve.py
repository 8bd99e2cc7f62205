"""审批: what waits for one's decision, own or in another's place; the card to decide by; what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.screens.approval import deciding, folded, papers, waiting
from bot.chat.screens.approval.card import ROUTE
from bot.chat.screens.parts.access import require
from bot.chat.screens.parts.pages import page_of, told_apart
from bot.chat.screens.paying import entered
from storage.casebook import aid_views
from storage.codes import Role
from storage.members import questions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.buttons import Button
    from bot.chat.talk import Talk

    Act = Callable[[Talk, list[str]], None]

__all__ = ["ROUTE", "TYPED", "show", "tapped", "waits"]

# Who decides by office; whoever stands in for a chair is an officer or a chair too.
DECIDERS = frozenset({Role.OFFICER, Role.CHAIR})


def show(talk: Talk, argument: str = "") -> None:
    """What waits, the longest waiting first; a single one at once."""
    del argument
    require(talk, DECIDERS)
    questions.forget(talk.tx, talk.person.id)
    talk.say(*waiting.draw(talk, 0))


def waits(talk: Talk) -> list[str]:
    """How much waits for this person's decision, in one line; no line when nothing does."""
    count = waiting.count(talk) if talk.person.roles & DECIDERS else 0
    return [talk.words.say("approve.waits_for_you", count=count)] if count else []


def opened(talk: Talk, aid_id: str, more: Sequence[Button] = ()) -> None:
    """The card of one piece of aid, as a message of its own, with more buttons below. Refuses NotFound."""
    questions.forget(talk.tx, talk.person.id)
    text, keyboard = folded.draw(talk, aid_views.card(talk.tx, talk.person, aid_id))
    talk.say(text, [*keyboard, more])


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """The list, a card, or a decision."""
    verb, given = told_apart(parts)
    _ACTS.get(verb, _list)(talk, given)


def typed(talk: Talk, argument: str) -> None:
    """The reason of a decision was typed."""
    deciding.typed(talk, argument)


def _list(talk: Talk, given: list[str]) -> None:
    require(talk, DECIDERS)
    questions.forget(talk.tx, talk.person.id)
    talk.replace(*waiting.draw(talk, page_of(given[0])))


def _open(talk: Talk, given: list[str]) -> None:
    opened(talk, entered.id_of(given[0]))


def _next(talk: Talk, given: list[str]) -> None:
    """下一件: the next one that waits, below; the line of this one stays."""
    del given
    require(talk, DECIDERS)
    waiting.show_next(talk)


def _look(talk: Talk, given: list[str]) -> None:
    """The whole card once more, to read."""
    folded.look(talk, aid_views.card(talk.tx, talk.person, entered.id_of(given[0])))


def _papers(talk: Talk, given: list[str]) -> None:
    papers.show(talk, aid_views.card(talk.tx, talk.person, entered.id_of(given[0])))


_ACTS: dict[str, Act] = {
    "open": _open,
    "card": deciding.show_card,
    "look": _look,
    "next": _next,
    "papers": _papers,
    "approve": lambda talk, given: deciding.decided(talk, "approve", given),
    "review": lambda talk, given: deciding.decided(talk, "review", given),
    "return": lambda talk, given: deciding.ask(talk, "return", given),
    "refuse": lambda talk, given: deciding.ask(talk, "refuse", given),
    "because": deciding.because,
    "undo": deciding.take_back,
}
TYPED: dict[str, Callable[[Talk, str], None]] = {deciding.WHY: typed}
