"""What a chair is shown while an emergency is described: a question at a time, then what it would mean."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack, short_id
from bot.chat.screens.aid.aid_words import ROUTE
from bot.chat.screens.parts.pages import clipped, fitted, label, turning
from bot.texts import formats, refusals
from storage.aid_codes import FundSource
from storage.members import questions
from storage.money import fund
from storage.rulebook import policies_read, ruled_unions
from storage.rules import EMERGENCY_SOURCES, OWN_FUND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.buttons import Keyboard
    from bot.chat.screens.aid.urgent_plan import Plan
    from bot.chat.talk import Talk
    from storage.aid_refusals import AidRefused
    from storage.households.dossiers import HouseholdLine

VERB = "u"
UNIONS_SHOWN = 8
# What is often given at once, in fen. Our default.
AMOUNTS_FEN = (50_000, 100_000, 200_000, 300_000, 500_000)
Card = tuple[str, "Keyboard"]


def who(talk: Talk, plan: Plan) -> Card:
    """Whom it is for."""
    return talk.words.say("aid.urgent.whose"), [_beside(talk, plan)]


def which(talk: Talk, plan: Plan, found: Sequence[HouseholdLine], shown: int) -> Card:
    """Several are meant, or none was found."""
    words = talk.words
    if not found:
        return words.say("refused.not_found"), [_beside(talk, plan)]
    key = "aid.which_of_many" if len(found) > shown else "aid.which"
    buttons = [
        Button(
            label(f"{clipped(one.name, 12)} {one.file_no} · {one.union_name}"), _data(plan, "home", one.id)
        )
        for one in found[:shown]
    ]
    return words.say(key, count=shown), [*columns(buttons, 1), _beside(talk, plan)]


def name(talk: Talk, plan: Plan) -> Card:
    """What somebody who is not on file is called."""
    return talk.words.say("aid.urgent.name"), [[_stop(talk, plan)]]


def union(talk: Talk, plan: Plan, page: int) -> Card:
    """Which branch they belong to."""
    offset = page * UNIONS_SHOWN
    found = ruled_unions.listing(talk.tx, talk.person, limit=UNIONS_SHOWN + 1, offset=offset)
    buttons = [Button(label(one.name), _data(plan, "union", one.id)) for one in found[:UNIONS_SHOWN]]
    turns = turning(page, more=len(found) > UNIONS_SHOWN, data=lambda to: _data(plan, "unions", to))
    text = talk.words.say("aid.urgent.union", name=clipped(plan.name))
    return text, [*columns(buttons), turns, [_stop(talk, plan)]]


def source(talk: Talk, plan: Plan) -> Card:
    """Whose money it is."""
    buttons = [
        Button(talk.words.plain(f"codes.source.{one}"), _data(plan, "money", one))
        for one in FundSource
        if one in EMERGENCY_SOURCES
    ]
    text = talk.words.say("aid.urgent.source", name=clipped(plan.name))
    keeps = talk.words.say("aid.urgent.keeps", count=questions.ANSWER_WITHIN // timedelta(hours=1))
    return f"{text}\n{keeps}", [*columns(buttons, 1), [_stop(talk, plan)]]


def amount(talk: Talk, plan: Plan, problem: str = "") -> Card:
    """How much, with what the company fund has left to promise."""
    words = talk.words
    lines = [words.say("aid.urgent.amount", name=clipped(plan.name), source=_source(talk, plan))]
    left_fen = available(talk, plan)
    if left_fen is not None:
        lines.append(words.say("aid.urgent.available", available=formats.money(words, left_fen)))
    buttons = [
        Button(formats.short_money(words, fen), _data(plan, "fen", fen))
        for fen in AMOUNTS_FEN
        if left_fen is None or fen <= left_fen
    ]
    return fitted([*lines, *_warned(problem)]), [*columns(buttons, 3), [_stop(talk, plan)]]


def reason(talk: Talk, plan: Plan, problem: str = "") -> Card:
    """What happened."""
    text = talk.words.say(
        "aid.urgent.reason",
        name=clipped(plan.name),
        source=_source(talk, plan),
        amount=formats.money(talk.words, plan.amount_fen),
    )
    return fitted([text, *_warned(problem)]), [[_stop(talk, plan)]]


def check(talk: Talk, plan: Plan) -> Card:
    """Everything once more, and in plain words what it means."""
    words = talk.words
    days = policies_read.of(talk.tx, plan.union_id).aid_file_days
    lines = [
        words.say(
            "aid.urgent.check",
            name=clipped(plan.name, 60),
            union=clipped(plan.union_name, 60),
            source=_source(talk, plan),
            amount=formats.money(words, plan.amount_fen),
            reason=plan.reason,
        )
    ]
    if not plan.household_id:
        lines.append(words.say("aid.urgent.new_file"))
    until = formats.day(words, talk.today + timedelta(days=days), talk.today)
    lines += ["", words.say("aid.urgent.meaning", count=days, day=until)]
    confirm = Button(words.plain("aid.buttons.confirm"), _data(plan, "sure", questions.mark(plan.packed())))
    return fitted(lines), [[confirm], [_stop(talk, plan)]]


def receipt(talk: Talk, plan: Plan, number: str) -> Card:
    """It is granted; what is to follow."""
    words = talk.words
    days = policies_read.of(talk.tx, plan.union_id).aid_file_days
    text = words.say(
        "aid.urgent.receipt",
        number=number,
        name=clipped(plan.name),
        source=_source(talk, plan),
        amount=formats.money(words, plan.amount_fen),
        day=formats.day(words, talk.today + timedelta(days=days), talk.today),
    )
    return text, [[Button(words.plain("aid.buttons.progress"), pack(ROUTE, "open", short_id(plan.id)))]]


def available(talk: Talk, plan: Plan) -> int | None:
    """What the company fund can still promise; None for other money."""
    if plan.source != OWN_FUND:
        return None
    return max(0, fund.balance(talk.tx, plan.union_id).available_fen)


def refused(talk: Talk, refusal: AidRefused) -> str:
    """Why the fund does not allow it, escaped."""
    return refusals.said(talk.words, refusal.slug, refusal.details)


def _source(talk: Talk, plan: Plan) -> str:
    return talk.words.plain(f"codes.source.{plan.source}")


def _warned(problem: str) -> list[str]:
    return [f"⚠️ {problem}"] if problem else []


def _data(plan: Plan, act: str, *more: object) -> str:
    return pack(ROUTE, VERB, short_id(plan.id), act, *more)


def _beside(talk: Talk, plan: Plan) -> list[Button]:
    return [Button(talk.words.plain("aid.buttons.new_person"), _data(plan, "new")), _stop(talk, plan)]


def _stop(talk: Talk, plan: Plan) -> Button:
    return Button(talk.words.plain("aid.buttons.stop"), _data(plan, "stop"))
