"""预算: this year's at a word; the next one drafted from what was spent, adopted by another, revised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import number
from bot.chat.screens.budget import asked, plan_card, year_card
from bot.chat.screens.budget.year_card import FIRST_YEAR, ROUTE
from bot.chat.screens.parts import amounts
from bot.chat.screens.parts.access import ANYBODY, require
from bot.chat.screens.parts.pages import told_apart
from storage.aid_codes import FundSource
from storage.budgets import budgets
from storage.errors import NotAllowed, NotFound
from storage.members import offices
from storage.money import fund

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.talk import Talk
    from storage.budgets.plan import Plan

__all__ = ["ROUTE", "TYPED", "show", "tapped"]


def show(talk: Talk, argument: str = "") -> None:
    """This year's budget, or that of the year that is named."""
    require(talk, ANYBODY)
    talk.say(*year_card.draw(talk, _year(talk, argument.strip())))


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A year, a version, a line, or an act on one. Refuses NotFound for what is not theirs."""
    require(talk, ANYBODY)
    verb, (first, *given) = told_apart(parts)
    year = _year(talk, first)
    if verb in _ACTS:
        _ACTS[verb](talk, year, given)
    else:
        talk.replace(*year_card.draw(talk, year))


def _year(talk: Talk, said: str) -> int:
    year = number(said) or talk.today.year
    return min(max(year, FIRST_YEAR), talk.today.year + 1)


def _plan(talk: Talk, year: int, given: list[str]) -> None:
    """A version; without a number the one that is worked on."""
    talk.replace(*plan_card.draw(talk, budgets.plan(talk.tx, talk.person, year, number(given[0]) or None)))


def _waiting(talk: Talk, year: int, given: list[str]) -> None:
    """The draft that somebody was told of; the year itself where there is none any more."""
    try:
        _plan(talk, year, given)
    except NotFound:
        talk.replace(*year_card.draw(talk, year))


def _draft(talk: Talk, year: int, given: list[str]) -> None:
    del given
    talk.replace(*plan_card.draw(talk, budgets.draft(talk.tx, talk.person, year)))


def _line(talk: Talk, year: int, given: list[str]) -> None:
    plan = _editable(talk, year, given[0])
    if plan is not None:
        asked.ask_line(talk, plan, given[1])


def _set(talk: Talk, year: int, given: list[str]) -> None:
    fen = amounts.packed(given[2])
    if fen is None:
        raise NotFound(line=given[1])
    plan = asked.set_line(talk, year, number(given[0]), given[1], fen)
    talk.replace(*plan_card.draw(talk, plan))


def _submit(talk: Talk, year: int, given: list[str]) -> None:
    plan = budgets.submit(talk.tx, talk.person, year, number(given[0]))
    talk.replace(*plan_card.draw(talk, plan, done="submit"))


def _adopt(talk: Talk, year: int, given: list[str]) -> None:
    plan = budgets.adopt(talk.tx, talk.person, year, number(given[0]))
    talk.replace(*plan_card.draw(talk, plan, done="adopt"))


def _withdraw(talk: Talk, year: int, given: list[str]) -> None:
    budgets.withdraw(talk.tx, talk.person, year, number(given[0]))
    talk.toast(talk.words.plain("budget.done.withdraw"))
    talk.replace(*year_card.draw(talk, year))


def _return(talk: Talk, year: int, given: list[str]) -> None:
    _ask_decider(talk, year, given[0], "return")


def _refuse(talk: Talk, year: int, given: list[str]) -> None:
    _ask_decider(talk, year, given[0], "refuse")


def _ask_decider(talk: Talk, year: int, revision: str, act: str) -> None:
    """Ask why, of whoever may decide; else the version as it stands."""
    plan = budgets.plan(talk.tx, talk.person, year, number(revision))
    if act in plan.may:
        asked.ask_why(talk, act, year, (plan.revision,))
        return
    talk.toast(talk.words.plain("budget.moved"))
    talk.replace(*plan_card.draw(talk, plan))


def _editable(talk: Talk, year: int, revision: str) -> Plan | None:
    """The draft, for whoever may edit it now; else it is shown as it stands, and None."""
    plan = budgets.plan(talk.tx, talk.person, year)
    if "edit" in plan.may and plan.revision == number(revision):
        return plan
    talk.toast(talk.words.plain("budget.moved"))
    talk.replace(*plan_card.draw(talk, plan))
    return None


def _history(talk: Talk, year: int, given: list[str]) -> None:
    del given
    talk.replace(*plan_card.history(talk, year))


def _require_leader(talk: Talk) -> None:
    """Let only those pass who lead the fund's union, before they are asked anything. Refuses NotAllowed."""
    if fund.serving(talk.tx, talk.person.union_id) not in offices.led(talk.tx, talk.person):
        raise NotAllowed


def _revise(talk: Talk, year: int, given: list[str]) -> None:
    del given
    _require_leader(talk)
    asked.ask_why(talk, "revise", year)


def _top(talk: Talk, year: int, given: list[str]) -> None:
    del given
    _require_leader(talk)
    asked.ask_source(talk, year)


def _from(talk: Talk, year: int, given: list[str]) -> None:
    _require_leader(talk)
    asked.ask_more(talk, year, given[0])


def _more(talk: Talk, year: int, given: list[str]) -> None:
    _require_leader(talk)
    fen = amounts.packed(given[1])
    if not fen or given[0] not in set(FundSource):
        raise NotFound(source=given[0])
    asked.ask_why(talk, "top", year, (given[0], fen))


def _because(talk: Talk, year: int, given: list[str]) -> None:
    asked.because(talk, year, number(given[0]), given[1])


_ACTS: dict[str, Callable[[Talk, int, list[str]], None]] = {
    "plan": _plan,
    "waiting": _waiting,
    "draft": _draft,
    "line": _line,
    "set": _set,
    "submit": _submit,
    "withdraw": _withdraw,
    "adopt": _adopt,
    "return": _return,
    "refuse": _refuse,
    "history": _history,
    "revise": _revise,
    "top": _top,
    "from": _from,
    "more": _more,
    "because": _because,
}
# What is typed answers these.
TYPED: dict[str, Callable[[Talk, str], None]] = {
    asked.LINE: asked.typed_line,
    asked.WHY: asked.typed_why,
    asked.MORE: asked.typed_more,
}
