"""余额: the fund at a word; each of its figures down to the entries; one household's year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import number
from bot.chat.screens.balance import explained, fund_card, household_card, own, year_pictures
from bot.chat.screens.balance.fund_card import ROUTE
from bot.chat.screens.parts import finding
from bot.chat.screens.parts.access import ANYBODY, READERS, REPORTERS, require
from bot.chat.screens.parts.pages import page_of, told_apart
from storage.households import dossiers

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk


def show(talk: Talk, argument: str = "") -> None:
    """The fund; with words, the household they name."""
    require(talk, ANYBODY)
    if not argument:
        talk.say(fund_card.text(talk), fund_card.keyboard(talk))
        return
    require(talk, READERS)
    household = finding.find(talk, argument, ROUTE, "household")
    if household is not None:
        talk.say(*household_card.draw(talk, household))


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A button of the fund's card, a figure to be taken apart, or a household."""
    require(talk, ANYBODY)
    verb, (first, *given) = told_apart(parts)
    if verb in _SHOWN:
        talk.replace(*_SHOWN[verb](talk))
    elif verb == "why":
        talk.replace(*explained.draw(talk, first, page_of(given[0]), given[1]))
    elif verb in _PICTURES:
        _PICTURES[verb](talk, talk.today.year)
    elif verb in _OF_READERS:
        require(talk, READERS)
        _OF_READERS[verb](talk, first, given)
    elif verb == "own":
        require(talk, REPORTERS)
        talk.replace(*own.draw(talk))
    else:
        talk.replace(fund_card.text(talk), fund_card.keyboard(talk))


def _find(talk: Talk, first: str, given: list[str]) -> None:
    del first, given
    finding.ask_whose(talk, ROUTE, "household")


def _household(talk: Talk, first: str, given: list[str]) -> None:
    del given
    talk.say(*household_card.draw(talk, dossiers.line(talk.tx, talk.person, number(first))))


def _why_household(talk: Talk, first: str, given: list[str]) -> None:
    page, only, household = given[:3]
    talk.replace(*explained.draw(talk, first, page_of(page), only, number(household)))


def _again(talk: Talk, first: str, given: list[str]) -> None:
    del given
    talk.replace(*household_card.draw(talk, dossiers.line(talk.tx, talk.person, number(first))))


def _most(talk: Talk, first: str, given: list[str]) -> None:
    del given
    talk.replace(*household_card.most(talk, number(first)))


_SHOWN: dict[str, Callable[[Talk], tuple[str, Keyboard]]] = {
    "last": fund_card.last,
    "kinds": fund_card.kinds,
    "need": fund_card.need,
}
_PICTURES: dict[str, Callable[[Talk, int], None]] = {
    "picture_year": year_pictures.fund_year,
    "picture_kinds": year_pictures.aid_kinds,
}
_OF_READERS: dict[str, Callable[[Talk, str, list[str]], None]] = {
    "find": _find,
    "household": _household,
    "again": _again,
    "most": _most,
    "whyh": _why_household,
}
