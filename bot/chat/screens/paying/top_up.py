"""Whether an income also tops up the year's budget: the treasurer says so, officer and chair decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, pack
from bot.chat.screens.paying import incomes
from bot.chat.screens.paying.income_card import ROUTE
from bot.texts import formats
from storage.aid_codes import IncomeKind
from storage.booking import income_list
from storage.members import offices
from storage.money import budget, fund
from storage.telling import bulletins

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.talk import Talk

# What was left over from the year before is in no plan anew.
NO_NEW_MONEY = frozenset({IncomeKind.CARRY_OVER})


def ask(talk: Talk, entry_id: int) -> None:
    """The question, below the receipt; where there is no budget yet, only that."""
    words = talk.words
    one = income_list.one(talk.tx, talk.person, entry_id)
    if one.income_kind in NO_NEW_MONEY:
        return
    year = str(one.happened_on.year)
    fund_id = fund.serving(talk.tx, talk.person.union_id)
    budget_fen = budget.amount_of(talk.tx, fund_id, one.happened_on.year)
    if budget_fen is None:
        talk.say(words.say("income.top_up_none", year=year))
        return
    text = words.say(
        "income.top_up",
        year=year,
        budget=formats.money(words, budget_fen),
        amount=formats.money(words, one.amount_fen),
    )
    if fund_id in offices.led(talk.tx, talk.person):
        yes = Button(words.plain("income.buttons.top_up"), pack("budget", "open", one.happened_on.year))
    else:
        yes = Button(words.plain("income.buttons.top_up_ask"), pack(ROUTE, "top_up", one.id))
    no = Button(words.plain("income.buttons.top_up_not"), pack(ROUTE, "top_up_not", one.id))
    talk.say(text, [[yes, no]])


def _asked(talk: Talk, entry_id: int) -> None:
    """Whoever drafts the budget is told, once."""
    one = income_list.one(talk.tx, talk.person, entry_id)
    if one.reversed_on is not None:
        talk.replace(*incomes.entry(talk, one.id))
        return
    year = one.happened_on.year
    fund_id = fund.serving(talk.tx, talk.person.union_id)
    bulletins.post(
        talk.tx,
        bulletins.officers_of(talk.tx, fund_id),
        "income_top_up",
        key=f"income:{one.id}:top_up",
        urgent=True,
        person=talk.person.id,
        fen=one.amount_fen,
        income=str(one.income_kind),
        year=year,
        budget=year,
    )
    talk.replace(talk.words.say("income.top_up_asked", year=str(year)))


def _not(talk: Talk, entry_id: int) -> None:
    income_list.one(talk.tx, talk.person, entry_id)
    talk.replace(talk.words.say("income.not_topped_up"))


STEPS: dict[str, Callable[[Talk, int], None]] = {"top_up": _asked, "top_up_not": _not}
