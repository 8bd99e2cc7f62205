"""帮扶: propose aid, see what is going on, open one piece of it; and the emergency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import long_id, number
from bot.chat.screens.aid import aid_card, aid_list, proposing, urgent, urgent_cards
from bot.chat.screens.parts.access import READERS, require
from bot.chat.screens.parts.pages import page_of, told_apart
from storage.members import questions

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.talk import Talk

    Act = Callable[[Talk, list[str]], None]

# By what was asked of one certain thing.
TYPED = {urgent.PURPOSE: urgent.typed}


def show(talk: Talk, argument: str = "") -> None:
    """What is going on; with a name, the request for that household."""
    require(talk, READERS)
    if argument:
        proposing.named(talk, argument)
        return
    questions.forget_open(talk.tx, talk.person.id)
    talk.say(*aid_list.draw(talk))


def emergency(talk: Talk, argument: str = "") -> None:
    """救急: a chair's own way to it, with a name behind it or without. Refuses NotAllowed."""
    urgent.begin(talk, argument)


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A button of a list, a card, a receipt or a household; anything unknown is the list."""
    require(talk, READERS)
    verb, given = told_apart(parts)
    _ACTS.get(verb, _list)(talk, given)


def _list(talk: Talk, given: list[str]) -> None:
    del given
    talk.replace(*aid_list.draw(talk))


def _group(talk: Talk, given: list[str]) -> None:
    talk.replace(*aid_list.group(talk, given[0], page_of(given[1])))


def _open(talk: Talk, given: list[str]) -> None:
    """The card as a message of its own, which nobody can forward."""
    talk.say(*aid_card.draw(talk, long_id(given[0])), protected=True)


def _card(talk: Talk, given: list[str]) -> None:
    talk.replace(*aid_card.draw(talk, long_id(given[0])))


def _course(talk: Talk, given: list[str]) -> None:
    talk.replace(*aid_card.course(talk, long_id(given[0])))


def _of(talk: Talk, given: list[str]) -> None:
    """A household's aid, in a message that nobody can forward."""
    talk.say(*aid_list.of_household(talk, number(given[0])), protected=True)


def _propose(talk: Talk, given: list[str]) -> None:
    del given
    proposing.whose(talk)


def _household(talk: Talk, given: list[str]) -> None:
    proposing.begin(talk, number(given[0]))


def _urgent(talk: Talk, given: list[str]) -> None:
    del given
    urgent.begin(talk)


def _about(act: Callable[[Talk, str], None]) -> Act:
    """What is done with the piece of aid that a button names."""
    return lambda talk, given: act(talk, long_id(given[0]))


_ACTS: dict[str, Act] = {
    "list": _list,
    "group": _group,
    "open": _open,
    "card": _card,
    "course": _course,
    "of": _of,
    "propose": _propose,
    "household": _household,
    "amend": _about(proposing.amend),
    "file": _about(proposing.file_papers),
    "withdraw": _about(proposing.ask_withdraw),
    "withdrawn": _about(proposing.withdraw),
    "urgent": _urgent,
    urgent_cards.VERB: urgent.tapped,
}
