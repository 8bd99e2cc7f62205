"""救急: a chair describes an emergency question by question, and grants it once what it means was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import long_id, number
from bot.chat.report import conversation
from bot.chat.screens.aid import aid_card, urgent_cards, urgent_plan
from bot.chat.screens.aid.urgent_plan import AMOUNT, CHECK, NAME, REASON, WHO, Plan
from bot.chat.screens.parts import amounts
from bot.chat.screens.parts.access import require
from bot.chat.screens.parts.pages import clipped
from bot.forms.wording import clean
from storage import aid_refusals, reasons
from storage.aid import aid_rows
from storage.aid_codes import FundSource
from storage.asking import proposals
from storage.asking.emergencies import NAME_CHARACTERS
from storage.asking.proposals import NewLead
from storage.codes import Role
from storage.errors import BadReason, NotFound
from storage.households import dossiers
from storage.members import questions
from storage.rulebook import ruled_unions

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.talk import Talk

    Act = Callable[[Talk, Plan, str], None]

# What is asked of the chair, with the plan behind it.
PURPOSE = "aid_urgent"
CHAIRS = frozenset({Role.CHAIR})
FOUND_SHOWN = 8
SEARCH_CHARACTERS = 64


def begin(talk: Talk, name: str = "") -> None:
    """Ask whom it is for; a name said at once is as if typed then. Refuses NotAllowed but to a chair.

    One that was put down half described is gone on with, unless another name is said.
    """
    require(talk, CHAIRS)
    conversation.put_aside(talk)
    said = clean(name)
    if not said and taken_up(talk):
        return
    plan = _kept(talk, urgent_plan.begun())
    if said:
        _searched(talk, plan, said)
    else:
        talk.say(*urgent_cards.who(talk, plan))


def tapped(talk: Talk, given: list[str]) -> None:
    """A button of the emergency; one of another, or of one that is long over, does nothing."""
    require(talk, CHAIRS)
    plan_id, act = long_id(given[0]), given[1]
    plan = _current(talk)
    if plan is not None and plan.id == plan_id:
        _ACTS.get(act, _again)(talk, plan, given[2])
    elif not taken_up(talk, plan_id):
        _over(talk, plan_id)


def typed(talk: Talk, argument: str) -> None:
    """Words for what was asked: a name, an amount, what happened."""
    require(talk, CHAIRS)
    plan = urgent_plan.unpacked(argument)
    if plan is None:
        talk.say(talk.words.say("aid.urgent.too_old"))
        return
    _kept(talk, plan)
    _TYPED.get(plan.asks, _again)(talk, plan, clean(talk.incoming.text))


def taken_up(talk: Talk, plan_id: str = "") -> bool:
    """Whether one that was put down half described is gone on with: what was asked last is asked again.

    `plan_id`: only that one. Nothing is granted by the button it was left on.
    """
    plan = _plan_in(questions.lapsed(talk.tx, talk.person.id)) if Role.CHAIR in talk.person.roles else None
    if plan is None or not plan.name or plan_id not in {"", plan.id}:
        return False
    talk.say(talk.words.say("aid.urgent.taken_up", name=clipped(plan.name)))
    _again(talk, _kept(talk, plan), "")
    return True


# Buttons.


def _new(talk: Talk, plan: Plan, given: str) -> None:
    del given
    talk.replace(*urgent_cards.name(talk, _kept(talk, plan.at(NAME, household_id=0))))


def _home(talk: Talk, plan: Plan, given: str) -> None:
    _chosen(talk, plan, number(given))


def _unions(talk: Talk, plan: Plan, given: str) -> None:
    talk.replace(*urgent_cards.union(talk, plan, number(given)))


def _union(talk: Talk, plan: Plan, given: str) -> None:
    union = ruled_unions.get(talk.tx, talk.person, number(given))
    plan = _kept(talk, plan.at(AMOUNT, union_id=union.id, union_name=union.name))
    talk.replace(*urgent_cards.source(talk, plan))


def _money(talk: Talk, plan: Plan, given: str) -> None:
    if given not in set(FundSource) or not plan.union_id:
        raise NotFound
    plan = _kept(talk, plan.at(AMOUNT, source=given))
    talk.replace(*urgent_cards.amount(talk, plan))


def _fen(talk: Talk, plan: Plan, given: str) -> None:
    _counted(talk, plan, amounts.packed(given))


def _sure(talk: Talk, plan: Plan, given: str) -> None:
    """Grant what the card showed; what was changed since is shown first."""
    if plan.asks != CHECK or given != questions.mark(plan.packed()):
        _again(talk, plan, "")
        return
    known = plan.household_id or None
    receipt = proposals.emergency(
        talk.tx,
        talk.person,
        aid_id=plan.id,
        household_id=known,
        new=None if known else NewLead(plan.name, plan.union_id),
        source=FundSource(plan.source),
        amount_fen=plan.amount_fen,
        reason=plan.reason,
    )
    questions.forget(talk.tx, talk.person.id)
    talk.replace(*urgent_cards.receipt(talk, plan, receipt.number))


def _stop(talk: Talk, plan: Plan, given: str) -> None:
    del plan, given
    questions.forget(talk.tx, talk.person.id)
    talk.replace(talk.words.say("aid.urgent.stopped"))


def _again(talk: Talk, plan: Plan, given: str) -> None:
    """What is asked now, once more."""
    del given
    if plan.asks == AMOUNT:
        show = urgent_cards.amount if plan.source else urgent_cards.source
        talk.say(*show(talk, plan))
        return
    cards = {NAME: urgent_cards.name, REASON: urgent_cards.reason, CHECK: urgent_cards.check}
    talk.say(*cards.get(plan.asks, urgent_cards.who)(talk, plan))


# Words.


def _searched(talk: Talk, plan: Plan, text: str) -> None:
    said = text[:SEARCH_CHARACTERS]
    found = dossiers.search(talk.tx, talk.person, said, limit=FOUND_SHOWN + 1) if said else []
    exact = [one for one in found if said in {one.name, one.file_no}]
    chosen = exact if len(exact) == 1 else found
    if len(chosen) == 1:
        _chosen(talk, plan, chosen[0].id)
    else:
        talk.say(*urgent_cards.which(talk, plan, chosen, FOUND_SHOWN))


def _named(talk: Talk, plan: Plan, text: str) -> None:
    name = " ".join(text.split())
    if not 0 < len(name) <= NAME_CHARACTERS:
        talk.say(talk.words.say("aid.urgent.bad_name", most=NAME_CHARACTERS))
        return
    talk.say(*urgent_cards.union(talk, _kept(talk, plan.at(NAME, name=name)), 0))


def _sum(talk: Talk, plan: Plan, text: str) -> None:
    _counted(talk, plan, amounts.typed(text))


def _because(talk: Talk, plan: Plan, text: str) -> None:
    try:
        said = reasons.sentence(text)
    except BadReason as refusal:
        problem = talk.words.say("aid.urgent.bad_reason", **refusal.details)
        talk.say(*urgent_cards.reason(talk, plan, problem))
        return
    talk.say(*urgent_cards.check(talk, _kept(talk, plan.at(CHECK, reason=said))))


# Inside.


def _chosen(talk: Talk, plan: Plan, household_id: int) -> None:
    """A household of the register. Refuses NotFound."""
    home = dossiers.line(talk.tx, talk.person, household_id)
    plan = plan.at(AMOUNT, household_id=home.id, name=home.name, union_id=home.union_id)
    plan = _kept(talk, plan.at(AMOUNT, union_name=home.union_name))
    _show(talk, urgent_cards.source(talk, plan))


def _counted(talk: Talk, plan: Plan, fen: int | None) -> None:
    """An amount, if it is one and the fund holds it."""
    if not plan.source:
        _again(talk, plan, "")
        return
    words, left_fen = talk.words, urgent_cards.available(talk, plan)
    problem = "" if fen else words.say("forms.invalid.money_wanted")
    if fen and left_fen is not None and fen > left_fen:
        refusal = aid_refusals.OverBalance(free_fen=left_fen, amount_fen=fen)
        problem = urgent_cards.refused(talk, refusal)
    if fen is None or problem:
        _show(talk, urgent_cards.amount(talk, plan, problem))
        return
    _show(talk, urgent_cards.reason(talk, _kept(talk, plan.at(REASON, amount_fen=fen))))


def _show(talk: Talk, card: urgent_cards.Card) -> None:
    """In place of the card that was tapped; below what was typed."""
    (talk.replace if talk.incoming.kind == "tap" else talk.say)(*card)


def _kept(talk: Talk, plan: Plan) -> Plan:
    questions.ask(talk.tx, talk.person.id, f"{PURPOSE}:{plan.packed()}")
    return plan


def _current(talk: Talk) -> Plan | None:
    return _plan_in(questions.asked(talk.tx, talk.person.id))


def _plan_in(question: str | None) -> Plan | None:
    purpose, _, argument = (question or "").partition(":")
    return urgent_plan.unpacked(argument) if purpose == PURPOSE else None


def _over(talk: Talk, plan_id: str) -> None:
    """An old button: what it led to is shown, if it led to anything."""
    row = aid_rows.find(talk.tx, plan_id) if plan_id else None
    if row is None or row.proposed_by != talk.person.id:
        talk.toast(talk.words.plain("aid.urgent.too_old"), alert=True)
        return
    talk.toast(talk.words.plain("aid.urgent.receipt_again"))
    talk.replace(*aid_card.draw(talk, plan_id))


_ACTS: dict[str, Act] = {
    "new": _new,
    "home": _home,
    "unions": _unions,
    "union": _union,
    "money": _money,
    "fen": _fen,
    "sure": _sure,
    "stop": _stop,
}
_TYPED: dict[str, Act] = {WHO: _searched, NAME: _named, AMOUNT: _sum, REASON: _because}
