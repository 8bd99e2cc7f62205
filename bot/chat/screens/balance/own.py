"""What somebody proposed this year, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, pack
from bot.chat.screens.balance.fund_card import back
from bot.chat.screens.parts.pages import fitted
from bot.texts import formats
from storage.casebook import own_figures

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk


def draw(talk: Talk) -> tuple[str, Keyboard]:
    """A line for each state, the latest stage last, and their sum."""
    words, year = talk.words, talk.today.year
    lines = own_figures.of(talk.tx, talk.person, year)
    if not lines:
        return words.say("balance.own.nothing", year=str(year)), [back(talk)]
    told = [words.say("balance.own.title", year=str(year), count=sum(one.count for one in lines))]
    told += [
        words.say(
            "balance.own.line",
            state=words.plain(f"codes.aid_state.{one.state}"),
            count=one.count,
            amount=formats.money(words, one.fen),
        )
        for one in lines
    ]
    to_them = Button(words.plain("balance.buttons.my_aid"), pack("aid", "list"))
    return fitted(told), [[to_them, *back(talk)]]
