"""入账: money that came into the fund, by a few taps or one line; the last incomes, and one taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import long_id, number
from bot.chat.screens.parts.access import require
from bot.chat.screens.parts.pages import page_of, told_apart
from bot.chat.screens.paying import income_card, incomes, slip, top_up
from bot.chat.screens.paying.income_card import ROUTE
from storage.aid_codes import IncomeKind
from storage.booking import income, income_list
from storage.codes import Role
from storage.members import questions

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.talk import Talk

    Act = Callable[[Talk, list[str]], None]

__all__ = ["ROUTE", "TYPED", "show", "tapped"]

TREASURERS = frozenset({Role.TREASURER})
# Who reads what was entered.
READERS = TREASURERS | {Role.AUDITOR}


def show(talk: Talk, argument: str = "") -> None:
    """What kind? With a line that says it, straight to the card; an auditor reads the last ones."""
    require(talk, READERS)
    questions.forget(talk.tx, talk.person.id)
    if not talk.person.roles & TREASURERS:
        talk.say(*incomes.last(talk, 0))
        return
    kind, fen, on = income_card.told(talk, argument)
    if kind is None:
        talk.say(*income_card.kinds(talk))
    else:
        talk.say(*income_card.begin(talk, kind, fen=fen, on=on))


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A step of entering, or of looking at what was entered and taking it back."""
    require(talk, READERS)
    verb, given = told_apart(parts)
    if verb not in _LOOKS:
        require(talk, TREASURERS)
    act = _LOOKS.get(verb) or _ACTS.get(verb) or _kinds
    act(talk, given)


def typed(talk: Talk, argument: str) -> None:
    """A part of the income was typed."""
    require(talk, TREASURERS)
    chosen = slip.read(argument)
    if chosen is None:
        talk.say(*income_card.kinds(talk))
    else:
        income_card.typed(talk, chosen)


def _last(talk: Talk, given: list[str]) -> None:
    talk.replace(*incomes.last(talk, page_of(given[0])))


def _entry(talk: Talk, given: list[str]) -> None:
    questions.forget(talk.tx, talk.person.id)
    talk.replace(*incomes.entry(talk, number(given[0])))


def _kinds(talk: Talk, given: list[str]) -> None:
    del given
    talk.replace(*income_card.kinds(talk))


def _kind(talk: Talk, given: list[str]) -> None:
    if given[0] in set(IncomeKind):
        talk.replace(*income_card.begin(talk, IncomeKind(given[0])))
    else:
        _kinds(talk, given)


def _go(talk: Talk, given: list[str]) -> None:
    """确认入账: exactly what the card shows; a second tap finds it entered."""
    request_id, mark = long_id(given[0]), given[1]
    chosen = slip.held(talk, ROUTE)
    if chosen is None or (chosen.id, chosen.mark) != (request_id, mark) or not chosen.amount_fen:
        _moved_on(talk, request_id, chosen)
        return
    entry_id = income.record(
        talk.tx,
        talk.person,
        request_id=chosen.id,
        income_kind=IncomeKind(chosen.subject),
        amount_fen=chosen.amount_fen,
        happened_on=chosen.day,
        voucher_no=chosen.voucher_no or None,
        note=chosen.note or None,
    )
    questions.forget(talk.tx, talk.person.id)
    text, keyboard = incomes.entry(talk, entry_id, done="entered")
    talk.replace(text, keyboard)
    top_up.ask(talk, entry_id)


def _moved_on(talk: Talk, request_id: str, chosen: slip.Slip | None) -> None:
    """An old button: what was entered with it, or the card as it is now."""
    entered = income_list.entered(talk.tx, talk.person, request_id)
    if entered is not None:
        talk.toast(talk.words.plain("income.entered_already"))
        talk.replace(*incomes.entry(talk, entered))
        return
    talk.toast(talk.words.plain("income.again"), alert=True)
    if chosen is not None and chosen.amount_fen:
        talk.replace(*income_card.draw(talk, chosen))
    else:
        talk.replace(*income_card.kinds(talk))


def _step(verb: str) -> Act:
    return lambda talk, given: income_card.step(talk, verb, given[0])


def _topped_up(verb: str) -> Act:
    return lambda talk, given: top_up.STEPS[verb](talk, number(given[0]))


_LOOKS: dict[str, Act] = {"last": _last, "entry": _entry}
_ACTS: dict[str, Act] = {
    "kinds": _kinds,
    "kind": _kind,
    "go": _go,
    "cal": lambda talk, given: income_card.calendar(talk, given[0]),
    **{verb: _step(verb) for verb in ("day", "type", "card")},
    "why": lambda talk, given: incomes.ask_why(talk, number(given[0])),
    "sure": lambda talk, given: incomes.sure(talk, number(given[0]), given[1]),
    "reverse": lambda talk, given: incomes.reverse(talk, number(given[0])),
    **{verb: _topped_up(verb) for verb in top_up.STEPS},
}
# What was asked for → what is done with the words that come.
TYPED: dict[str, Callable[[Talk, str], None]] = {ROUTE: typed, incomes.WHY: incomes.typed}
