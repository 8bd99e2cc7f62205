"""An income to be entered: what kind, how much, when, by which voucher; nothing is entered here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack, short_id
from bot.chat.report import conversation
from bot.chat.screens.parts import calendar_keys
from bot.chat.screens.parts.pages import clipped, fitted
from bot.chat.screens.paying import entered, slip
from bot.chat.screens.paying.slip import Slip
from bot.forms.days import read_day
from bot.texts import formats
from storage.aid_codes import IncomeKind
from storage.booking import vouchers
from storage.columns import new_id
from storage.money import fund

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk

ROUTE = "income"
DAYS_BACK = 366
NOTE_CHARACTERS = 100
TYPED = ("amount", "voucher", "note")
# What was carried over from the year before the product was there comes with the registers; it may be
# entered by hand as well.
KINDS = tuple(IncomeKind)


def kinds(talk: Talk) -> tuple[str, Keyboard]:
    """Where the money comes from."""
    words = talk.words
    balance_fen = fund.balance(talk.tx, talk.person.union_id).balance_fen
    text = words.say("income.which_kind", balance=formats.money(words, balance_fen))
    buttons = [Button(words.plain(f"codes.income.{one}"), pack(ROUTE, "kind", one)) for one in KINDS]
    last = Button(words.plain("income.buttons.last"), pack(ROUTE, "last", 0))
    return text, [*columns(buttons), [last]]


def begin(talk: Talk, kind: IncomeKind, *, fen: int = 0, on: date | None = None) -> tuple[str, Keyboard]:
    """A kind was chosen: the amount is asked for, unless it was told already; then the card."""
    chosen = Slip(
        id=new_id(),
        subject=str(kind),
        amount_fen=fen,
        on=_bounded(talk, on or talk.today).isoformat(),
        voucher_no=vouchers.next_of(talk.tx, fund.serving(talk.tx, talk.person.union_id), talk.today),
        asks="" if fen else "amount",
    )
    slip.keep(talk, ROUTE, chosen)
    return draw(talk, chosen) if fen else _ask(talk, chosen, "amount")


def told(talk: Talk, argument: str) -> tuple[IncomeKind | None, int, date | None]:
    """What one line says: 工会经费 20000 昨天; what is not said is None, or no amount.

    A kind may be of several words, in any case: union dues 20000 yesterday.
    """
    kind, rest = _kind(talk, argument.replace("，", " ").replace(",", "").split())
    fen, on = 0, None
    for word in rest:
        day = read_day(word, today=talk.today)
        if isinstance(day, date):
            on = day
        else:
            fen = entered.amount(word) or fen
    return kind, fen, on


def draw(talk: Talk, chosen: Slip) -> tuple[str, Keyboard]:
    """The summary, with a button for each part of it and the one that enters it."""
    words = talk.words
    lines = [
        words.say(
            "income.card",
            kind=words.plain(f"codes.income.{chosen.subject}"),
            amount=formats.money(words, chosen.amount_fen),
            day=formats.day(words, chosen.day, talk.today),
            voucher=chosen.voucher_no or words.plain("income.no_voucher"),
        )
    ]
    if chosen.note:
        lines.append(words.say("income.note", note=chosen.note))
    after_fen = fund.balance(talk.tx, talk.person.union_id).balance_fen + chosen.amount_fen
    lines.append(words.say("income.after", balance=formats.money(words, after_fen)))
    near = {"today": talk.today, "yesterday": talk.today - timedelta(days=1)}
    days = [
        Button(words.plain(f"income.buttons.{slug}"), pack(ROUTE, "day", day.isoformat()))
        for slug, day in near.items()
        if day != chosen.day
    ]
    days.append(Button(words.plain("income.buttons.pick"), pack(ROUTE, "cal", "")))
    typed_ = [Button(words.plain(f"income.buttons.{one}"), pack(ROUTE, "type", one)) for one in TYPED]
    confirm = Button(
        words.plain("income.buttons.confirm"), pack(ROUTE, "go", short_id(chosen.id), chosen.mark)
    )
    other = Button(words.plain("income.buttons.other_kind"), pack(ROUTE, "kinds"))
    return fitted(lines), [[confirm], days, typed_, [other]]


def step(talk: Talk, verb: str, part: str) -> None:
    """One part was chosen, or is to be typed; with nothing begun any more it begins anew."""
    chosen = slip.held(talk, ROUTE)
    if chosen is None:
        talk.toast(talk.words.plain("income.again"))
        talk.replace(*kinds(talk))
        return
    if verb == "type" and part in TYPED:
        talk.replace(*_ask(talk, chosen, part))
        return
    if verb == "day":
        chosen = replace(chosen, on=_bounded(talk, _day(part, talk.today)).isoformat())
    if not chosen.amount_fen:
        talk.replace(*_ask(talk, chosen, "amount"))
        return
    talk.replace(*draw(talk, slip.keep(talk, ROUTE, replace(chosen, asks=""))))


def calendar(talk: Talk, asked: str) -> None:
    """A month to choose the day from."""
    keys = calendar_keys.month(
        talk.words,
        asked or f"{talk.today:%Y-%m}",
        talk.today - timedelta(days=DAYS_BACK),
        talk.today,
        day=lambda one: pack(ROUTE, "day", one.isoformat()),
        turn=lambda month: pack(ROUTE, "cal", month),
    )
    back = Button(talk.words.plain("income.buttons.keep"), pack(ROUTE, "card"))
    talk.replace(talk.words.say("income.which_day"), [*keys, [back]])


def typed(talk: Talk, chosen: Slip) -> None:
    """What was asked for was typed; an amount that cannot be read is asked for again."""
    text = talk.incoming.text
    if chosen.asks == "amount":
        fen = entered.amount(text)
        if fen is None:
            asked, keyboard = _ask(talk, chosen, "amount")
            talk.say(f"{talk.words.say('income.bad_amount')}\n{asked}", keyboard)
            return
        chosen = replace(chosen, amount_fen=fen)
    elif chosen.asks == "voucher":
        chosen = replace(chosen, voucher_no=entered.voucher(text))
    else:
        chosen = replace(chosen, note=clipped(entered.line(text), NOTE_CHARACTERS))
    talk.say(*draw(talk, slip.keep(talk, ROUTE, replace(chosen, asks=""))))


def _ask(talk: Talk, chosen: Slip, part: str) -> tuple[str, Keyboard]:
    conversation.put_aside(talk)
    slip.keep(talk, ROUTE, replace(chosen, asks=part))
    words = talk.words
    asked = words.say(
        f"income.ask.{part}",
        kind=words.plain(f"codes.income.{chosen.subject}"),
        voucher=chosen.voucher_no or words.plain("income.no_voucher"),
    )
    slug = "keep" if chosen.amount_fen else "other_kind"
    verb = "card" if chosen.amount_fen else "kinds"
    return asked, [[Button(words.plain(f"income.buttons.{slug}"), pack(ROUTE, verb))]]


def _kind(talk: Talk, said: list[str]) -> tuple[IncomeKind | None, list[str]]:
    """The kind that is named, by the longest name of it, and the words beside that name."""
    names = {talk.words.plain(f"codes.income.{one}").casefold(): one for one in KINDS}
    names |= {one.casefold(): one for one in KINDS}
    for name in sorted(names, key=len, reverse=True):
        length = len(name.split())
        for at in range(len(said) - length + 1):
            if " ".join(said[at : at + length]).casefold() == name:
                return names[name], said[:at] + said[at + length :]
    return None, said


def _day(part: str, today: date) -> date:
    try:
        return date.fromisoformat(part)
    except ValueError:
        return today


def _bounded(talk: Talk, day: date) -> date:
    """The day, as near as may be to what is allowed."""
    return min(talk.today, max(day, talk.today - timedelta(days=DAYS_BACK)))
