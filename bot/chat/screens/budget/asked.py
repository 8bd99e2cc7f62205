"""What is typed about a budget: an amount for a line, why it is changed, how much more and from whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, number, pack
from bot.chat.report import conversation
from bot.chat.screens.budget import plan_card
from bot.chat.screens.budget.plan_card import REST, back
from bot.chat.screens.budget.year_card import ROUTE
from bot.chat.screens.parts import amounts
from bot.chat.screens.parts.pages import fitted
from bot.texts import formats
from storage.aid_codes import AidKind, FundSource
from storage.budgets import budgets
from storage.errors import NotFound
from storage.members import questions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.talk import Talk
    from storage.budgets.plan import Plan

# The purposes of what is asked; what follows says of what.
LINE, WHY, MORE = "budget_line", "budget_why", "budget_more"
OFFERED = {
    "revise": ("more_needed", "standard_raised", "less_income"),
    "top": ("emergency", "standard_raised", "donation"),
    "return": ("check_lines", "too_much", "too_little"),
    "refuse": ("no_money", "as_before"),
}
# More than the rest is no top-up.
ONCE_MORE_FEN = (5_000_00, 10_000_00, 20_000_00, 50_000_00)


def ask_line(talk: Talk, plan: Plan, which: str) -> None:
    """A line of the draft: an amount by a button, or typed in yuan."""
    conversation.put_aside(talk)
    questions.ask(talk.tx, talk.person.id, f"{LINE}:{plan.year}:{plan.revision}:{which}")
    talk.replace(*plan_card.line_card(talk, plan, which))


def set_line(talk: Talk, year: int, revision: int, which: str, fen: int) -> Plan:
    """Plan so much for a line, or for what stands in none. Refuses as the storage does."""
    if which == REST:
        return budgets.set_rest(talk.tx, talk.person, year, revision, fen)
    if which not in set(AidKind):
        raise NotFound(line=which)
    return budgets.set_line(talk.tx, talk.person, year, revision, AidKind(which), fen)


def typed_line(talk: Talk, argument: str) -> None:
    """The amount of a line was typed; the plan with its new sum follows."""
    year, revision, which = (*argument.split(":"), "", "", "")[:3]
    fen = amounts.typed(talk.incoming.text)
    if fen is None:
        questions.ask(talk.tx, talk.person.id, f"{LINE}:{argument}")
        plan = budgets.plan(talk.tx, talk.person, number(year), number(revision))
        text, keyboard = plan_card.line_card(talk, plan, which)
        talk.say(f"{text}\n⚠️ {talk.words.say('budget.bad_amount')}", keyboard)
        return
    plan = set_line(talk, number(year), number(revision), which, fen)
    talk.say(*plan_card.draw(talk, plan))


def ask_why(talk: Talk, act: str, year: int, about: Sequence[object] = ()) -> None:
    """Why? By a button or in a sentence; `about`: the revision, or whose money and how much."""
    conversation.put_aside(talk)
    told = ":".join(str(one) for one in (WHY, act, year, *about))
    questions.ask(talk.tx, talk.person.id, told)
    words = talk.words
    buttons = [
        Button(
            words.plain(f"budget.reasons.{act}.{slug}"),
            pack(ROUTE, "because", year, place, questions.mark(told)),
        )
        for place, slug in enumerate(OFFERED[act])
    ]
    asked = words.say(f"budget.ask_why.{act}", year=str(year))
    talk.replace(asked, [*columns(buttons, 1), [back(talk, year)]])


def because(talk: Talk, year: int, place: int, mark: str) -> None:
    """A reason was tapped; where another question has been asked since, nothing is done.

    `mark`: of the question that the button answers; that of another act or amount is another.
    """
    told = questions.asked(talk.tx, talk.person.id) or ""
    purpose, act, of_year, *about = (*told.split(":"), "", "", "")
    is_asked = purpose == WHY and number(of_year) == year and questions.mark(told) == mark
    if not is_asked or place >= len(OFFERED[act]):
        talk.toast(talk.words.plain("chat.gone"))
        return
    reason = talk.words.plain(f"budget.reasons.{act}.{OFFERED[act][place]}")
    talk.replace(*plan_card.draw(talk, _do(talk, act, year, about, reason), done=act))


def typed_why(talk: Talk, argument: str) -> None:
    """A reason was typed."""
    act, year, *about = (*argument.split(":"), "", "")
    plan = _do(talk, act, number(year), about, talk.incoming.text)
    talk.say(*plan_card.draw(talk, plan, done=act))


def ask_source(talk: Talk, year: int) -> None:
    """追加: whose money is it?"""
    words = talk.words
    buttons = [
        Button(words.plain(f"codes.source.{one}"), pack(ROUTE, "from", year, one)) for one in FundSource
    ]
    talk.replace(words.say("budget.top.whose", year=str(year)), [*columns(buttons), [back(talk, year)]])


def ask_more(talk: Talk, year: int, source: str, *, problem: str = "") -> None:
    """追加: how much?"""
    if source not in set(FundSource):
        raise NotFound(source=source)
    conversation.put_aside(talk)
    questions.ask(talk.tx, talk.person.id, f"{MORE}:{year}:{source}")
    words = talk.words
    offered = [Button(formats.amount(fen), pack(ROUTE, "more", year, source, fen)) for fen in ONCE_MORE_FEN]
    lines = [words.say("budget.top.how_much", source=words.plain(f"codes.source.{source}"), year=str(year))]
    lines += [f"⚠️ {problem}"] if problem else []
    talk.replace(fitted(lines), [*columns(offered), [back(talk, year)]])


def typed_more(talk: Talk, argument: str) -> None:
    """How much more was typed; then why is asked."""
    year, source = (*argument.split(":"), "", "")[:2]
    fen = amounts.typed(talk.incoming.text)
    if not fen:
        ask_more(talk, number(year), source, problem=talk.words.say("budget.bad_amount"))
        return
    ask_why(talk, "top", number(year), (source, fen))


def _do(talk: Talk, act: str, year: int, about: Sequence[str], reason: str) -> Plan:
    tx, person = talk.tx, talk.person
    if act == "revise":
        done = budgets.revise(tx, person, year, reason=reason)
    elif act == "top":
        source, fen = about[0], amounts.packed(about[1]) or 0
        done = budgets.top_up(tx, person, year, source=FundSource(source), amount_fen=fen, reason=reason)
    elif act == "return":
        done = budgets.give_back(tx, person, year, number(about[0]), reason)
    else:
        done = budgets.refuse(tx, person, year, number(about[0]), reason)
    questions.forget(tx, person.id)
    return done
