"""The last incomes, each with the way to take it back; a reason is asked, and once more whether."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack
from bot.chat.report import conversation
from bot.chat.screens.parts.access import holds
from bot.chat.screens.parts.pages import clipped, fitted, label, turning
from bot.chat.screens.paying.income_card import ROUTE
from bot.texts import formats
from storage import reasons
from storage.booking import income, income_list
from storage.codes import Role
from storage.members import questions
from storage.money import fund

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.booking.income_list import IncomeLine

SHOWN = 8
REASONS = ("TWICE", "AMOUNT", "KIND", "NOT_ARRIVED")
# What the bot asked for when it waits for why an income is taken back: `purpose:entry:reason`.
WHY = "income_why"


def last(talk: Talk, page: int) -> tuple[str, Keyboard]:
    """The incomes, newest first; each opens its card."""
    words = talk.words
    found = income_list.recent(talk.tx, talk.person, SHOWN + 1, page * SHOWN)
    shown = found[:SHOWN]
    rows = [
        Button(
            label(f"{formats.day(words, one.happened_on, talk.today)} {formats.amount(one.amount_fen)}"),
            pack(ROUTE, "entry", one.id),
        )
        for one in shown
    ]
    lines = [words.say("income.last_title" if shown else "income.none")]
    lines += [_line(talk, one) for one in shown]
    turn = turning(page, more=len(found) > SHOWN, data=lambda to: pack(ROUTE, "last", to))
    return fitted(lines), [*columns(rows), turn, _enter(talk)]


def entry(talk: Talk, entry_id: int, *, done: str = "") -> tuple[str, Keyboard]:
    """One income; `done`: what has just happened to it, said first. Refuses NotFound."""
    words = talk.words
    one = income_list.one(talk.tx, talk.person, entry_id)
    lines = [words.say(f"income.{done}")] if done else []
    lines.append(
        words.say(
            "income.entry",
            kind=words.plain(f"codes.income.{one.income_kind}"),
            amount=formats.money(words, one.amount_fen),
            day=formats.day(words, one.happened_on, talk.today),
            voucher=one.voucher_no or words.plain("income.no_voucher"),
            person=clipped(one.recorded_by_name or words.plain("income.register")),
        )
    )
    if one.note:
        lines.append(words.say("income.note", note=one.note))
    if one.reversed_on is not None:
        day = formats.day(words, one.reversed_on, talk.today)
        lines.append(words.say("income.reversed", day=day, reason=one.reversed_because or ""))
    balance_fen = fund.balance(talk.tx, talk.person.union_id).balance_fen
    lines.append(words.say("income.balance", balance=formats.money(words, balance_fen)))
    row = [Button(words.plain("income.buttons.last"), pack(ROUTE, "last", 0))]
    if holds(talk, Role.TREASURER) and one.reversed_on is None:
        row.insert(0, Button(words.plain("income.buttons.reverse"), pack(ROUTE, "why", one.id)))
    return fitted(lines), [row]


def ask_why(talk: Talk, entry_id: int) -> None:
    """冲销: why?"""
    one = income_list.one(talk.tx, talk.person, entry_id)
    conversation.put_aside(talk)
    questions.ask(talk.tx, talk.person.id, f"{WHY}:{one.id}:")
    words = talk.words
    common = [
        Button(words.plain(f"income.reasons.{slug}"), pack(ROUTE, "sure", one.id, slug)) for slug in REASONS
    ]
    keep = Button(words.plain("income.buttons.leave"), pack(ROUTE, "entry", one.id))
    amount = formats.money(words, one.amount_fen)
    talk.replace(words.say("income.why", amount=amount), [*columns(common), [keep]])


def typed(talk: Talk, argument: str) -> None:
    """The reason was typed; it waits with the question until it is confirmed."""
    told, _, _ = argument.partition(":")
    _sure(talk, int(told), reasons.sentence(talk.incoming.text), show=talk.say)


def sure(talk: Talk, entry_id: int, slug: str) -> None:
    """A common reason was tapped: what that would do, and whether."""
    if slug in REASONS:
        _sure(talk, entry_id, talk.words.plain(f"income.reasons.{slug}"), show=talk.replace)
    else:
        talk.replace(*entry(talk, entry_id))


def reverse(talk: Talk, entry_id: int) -> None:
    """确定冲销, with the reason that was given; without one it is asked for again."""
    purpose, _, told = (questions.asked(talk.tx, talk.person.id) or "").partition(":")
    named, _, reason = told.partition(":")
    if purpose != WHY or named != str(entry_id) or not reason:
        talk.toast(talk.words.plain("income.again"))
        talk.replace(*entry(talk, entry_id))
        return
    questions.forget(talk.tx, talk.person.id)
    income.reverse_entry(talk.tx, talk.person, entry_id, reason)
    talk.replace(*entry(talk, entry_id, done="taken_back"))


def _sure(talk: Talk, entry_id: int, reason: str, *, show: Callable[[str, Keyboard], None]) -> None:
    words = talk.words
    one = income_list.one(talk.tx, talk.person, entry_id)
    questions.ask(talk.tx, talk.person.id, f"{WHY}:{one.id}:{reason}")
    after_fen = fund.balance(talk.tx, talk.person.union_id).balance_fen - one.amount_fen
    text = words.say(
        "income.sure",
        amount=formats.money(words, one.amount_fen),
        kind=words.plain(f"codes.income.{one.income_kind}"),
        reason=reason,
        balance=formats.money(words, after_fen),
    )
    row = [
        Button(words.plain("income.buttons.reverse_sure"), pack(ROUTE, "reverse", one.id)),
        Button(words.plain("income.buttons.leave"), pack(ROUTE, "entry", one.id)),
    ]
    show(text, [row])


def _line(talk: Talk, one: IncomeLine) -> str:
    words = talk.words
    return words.say(
        "income.line" if one.reversed_on is None else "income.line_reversed",
        day=formats.day(words, one.happened_on, talk.today),
        amount=formats.amount(one.amount_fen),
        kind=words.plain(f"codes.income.{one.income_kind}"),
        voucher=one.voucher_no or words.plain("income.no_voucher"),
    )


def _enter(talk: Talk) -> list[Button]:
    if not holds(talk, Role.TREASURER):
        return []
    return [Button(talk.words.plain("income.buttons.enter"), pack(ROUTE, "kinds"))]
