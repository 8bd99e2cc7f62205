"""经过: who did what to a piece of aid, and when, in words; the newest last."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.chat.screens.aid import aid_words
from bot.chat.screens.parts.pages import clipped
from bot.texts import formats
from storage.aid_codes import AidAct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.talk import Talk
    from storage.casebook.aid_views import Step

ON_CARD = 6
REASON_CHARACTERS = 200


def lines(talk: Talk, steps: Sequence[Step], most: int = ON_CARD) -> list[str]:
    """The last steps under their heading, and how many came before them."""
    if not steps:
        return []
    shown = steps[-most:]
    before = len(steps) - len(shown)
    told = [talk.words.say("aid.card.steps")]
    if before:
        told.append(talk.words.say("aid.card.earlier_steps", count=before))
    return [*told, *(_line(talk, one) for one in _once(shown))]


def _once(steps: Sequence[Step]) -> list[Step]:
    """The steps, a reason only where it is given first: the rules that an emergency went beyond share one."""
    reasons = [one.reason for one in steps]
    return [
        replace(one, reason="") if one.reason in reasons[:index] else one for index, one in enumerate(steps)
    ]


def person(talk: Talk, name: str | None, for_name: str | None) -> str:
    """Who it was, and in whose place."""
    named = clipped(name) if name else talk.words.plain("aid.card.clock")
    if for_name is None:
        return named
    return talk.words.plain("aid.card.in_place_of", name=named, other=clipped(for_name))


def _line(talk: Talk, step: Step) -> str:
    words = talk.words
    told = {
        "at": formats.moment(words, step.at, talk.tx.zone, talk.today),
        "person": person(talk, step.person_name, step.for_name),
        "act": aid_words.act(talk, step),
    }
    more = _more(talk, step)
    return words.say("aid.card.step_with", more=more, **told) if more else words.say("aid.card.step", **told)


def _more(talk: Talk, step: Step) -> str:
    """Why it was done, or which rule it went beyond."""
    reason = clipped(step.reason, REASON_CHARACTERS) if step.reason else ""
    if step.act == AidAct.OVERRIDE:
        key = f"aid.guard.{step.guard}"
        guard = talk.words.plain(key) if talk.words.has(key) else step.guard
        return talk.words.plain("aid.card.step_override", guard=guard, reason=reason) if reason else guard
    if step.act == AidAct.WAIVED:
        rest, paid = (formats.money(talk.words, fen or 0) for fen in (step.amount_fen, step.paid_fen))
        return talk.words.plain("aid.card.step_waived", rest=rest, paid=paid, reason=reason)
    if not reason and step.act == AidAct.PAID and step.amount_fen:
        return formats.money(talk.words, step.amount_fen)
    return reason
