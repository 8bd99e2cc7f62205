"""The details of one payment, chosen before it is entered: how, when, by which voucher, how much."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.buttons import Button, long_id, pack, short_id
from bot.chat.report import conversation
from bot.chat.screens.parts import calendar_keys
from bot.chat.screens.parts.pages import clipped, fitted
from bot.chat.screens.paying import bill, entered, slip
from bot.chat.screens.paying.listing import ROUTE, opening
from bot.texts import formats
from storage.aid_codes import PayMethod

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.screens.paying.bill import Bill
    from bot.chat.screens.paying.slip import Slip
    from bot.chat.talk import Talk

# A payment is entered for a day of the last year; older ones come with the register.
DAYS_BACK = 366
TYPED = ("amount", "voucher")
# What else can become of aid that waits: the button, and what it does (`setback`).
UNPAID = (("failed_unpaid", "failed"), ("reverse_unpaid", "reverse"))
PARTLY = (("failed_unpaid", "failed"), ("rest", "rest"), ("reverse", "reverse"))


def begin(talk: Talk, which: Bill) -> tuple[str, Keyboard]:
    """The card with what is suggested."""
    return draw(talk, which, slip.keep(talk, ROUTE, bill.fresh(talk, which)))


def draw(talk: Talk, which: Bill, chosen: Slip) -> tuple[str, Keyboard]:
    """The card: what would be entered, and a button for each part of it."""
    words, ref = talk.words, which.ref
    go = pack(ROUTE, "go", ref, short_id(chosen.id), chosen.mark)
    confirm = Button(words.plain(f"pay.buttons.{'correct_sure' if which.corrects else 'confirm'}"), go)
    ways = [
        Button(_way(talk, one, chosen), pack(ROUTE, "method", ref, one)) for one in PayMethod if chosen.method
    ]
    near = {"today": talk.today, "yesterday": talk.today - timedelta(days=1)}
    days = [
        Button(words.plain(f"pay.buttons.{slug}"), pack(ROUTE, "day", ref, day.isoformat()))
        for slug, day in near.items()
        if day != chosen.day
    ]
    days.append(Button(words.plain("pay.buttons.pick"), pack(ROUTE, "cal", ref)))
    typed_ = [
        Button(words.plain(f"pay.buttons.{one}"), pack(ROUTE, "type", ref, one))
        for one in TYPED
        if one != "amount" or not which.corrects
    ]
    if which.corrects:
        keep = Button(words.plain("pay.buttons.keep"), opening(which.id))
        return text(talk, which, chosen), [[confirm], ways, days, typed_, [keep]]
    wrong = [
        Button(words.plain(f"pay.buttons.{label}"), pack(ROUTE, "why", ref, what))
        for label, what in (PARTLY if which.booked_fen else UNPAID)
    ]
    return text(talk, which, chosen), [[confirm], ways, days, typed_, wrong, [back(talk)]]


def back(talk: Talk) -> Button:
    """To what waits to be paid."""
    return Button(talk.words.plain("pay.buttons.back"), pack(ROUTE, "list", 0))


def text(talk: Talk, which: Bill, chosen: Slip | None) -> str:
    """The words of the card; without a slip, for whoever only reads."""
    words = talk.words
    title = "pay.correcting" if which.corrects else "pay.details"
    lines = [
        words.say(
            title,
            name=clipped(which.household_name, 60),
            union=clipped(which.union_name, 40),
            kind=words.plain(f"codes.aid.{which.kind}"),
            number=which.number,
            source=words.plain(f"codes.source.{which.source}"),
        )
    ]
    if which.is_emergency:
        lines.append(words.say("pay.urgent"))
    if which.booked_fen and not which.corrects:
        whole, had = formats.amount(which.whole_fen), formats.amount(which.booked_fen)
        lines.append(words.say("pay.part_paid", whole=whole, paid=had))
    if chosen is None:
        return fitted([*lines, words.say("pay.to_pay", amount=formats.money(words, which.most_fen))])
    rest_fen = which.most_fen - chosen.amount_fen
    key = "pay.amount_part" if rest_fen else "pay.amount"
    amount = formats.money(words, chosen.amount_fen)
    how = words.plain(f"codes.method.{chosen.method}" if chosen.method else "pay.nothing_handed")
    if chosen.method == PayMethod.TRANSFER and which.card_tail:
        how = words.plain("pay.card", how=how, tail=which.card_tail)
    lines += [
        words.say(key, amount=amount, rest=formats.amount(rest_fen)),
        words.say("pay.how", how=how),
        words.say("pay.voucher", voucher=chosen.voucher_no or words.plain("pay.no_voucher")),
        words.say("pay.on", day=formats.day(words, chosen.day, talk.today)),
    ]
    return fitted(lines)


def step(talk: Talk, verb: str, given: list[str]) -> None:
    """One part was chosen, or is to be typed. A slip that is gone begins anew, which is said."""
    which = bill.find(talk, given[0])
    chosen = held(talk, which)
    if chosen is None:
        talk.toast(talk.words.plain("pay.again"))
        chosen = bill.fresh(talk, which)
    elif verb == "method" and given[1] in set(PayMethod) and chosen.method:
        chosen = replace(chosen, method=given[1])
    elif verb == "day":
        chosen = replace(chosen, on=_within(talk, given[1]).isoformat())
    elif verb == "type" and given[1] in TYPED:
        _ask(talk, which, chosen, given[1])
        return
    talk.replace(*draw(talk, which, slip.keep(talk, ROUTE, replace(chosen, asks=""))))


def calendar(talk: Talk, given: list[str]) -> None:
    """A month to choose the day from."""
    ref = bill.find(talk, given[0]).ref
    keys = calendar_keys.month(
        talk.words,
        given[1] or f"{talk.today:%Y-%m}",
        talk.today - timedelta(days=DAYS_BACK),
        talk.today,
        day=lambda one: pack(ROUTE, "day", ref, one.isoformat()),
        turn=lambda month: pack(ROUTE, "cal", ref, month),
    )
    keep = Button(talk.words.plain("pay.buttons.keep"), pack(ROUTE, "card", ref))
    talk.replace(talk.words.say("pay.which_day"), [*keys, [keep]])


def typed(talk: Talk, chosen: Slip) -> None:
    """The amount or the voucher was typed; what cannot be read is asked for again."""
    which, problem = bill.find(talk, chosen.subject), ""
    if chosen.asks == "voucher":
        chosen = replace(chosen, voucher_no=entered.voucher(talk.incoming.text))
    else:
        fen = entered.amount(talk.incoming.text)
        if fen is None or fen > which.most_fen or which.corrects:
            problem = talk.words.say("pay.bad_part", most=formats.amount(which.most_fen))
        else:
            chosen = replace(chosen, amount_fen=fen)
    if not problem:
        chosen = replace(chosen, asks="")
    shown, keyboard = draw(talk, which, slip.keep(talk, ROUTE, chosen))
    talk.say(f"{shown}\n\n⚠️ {problem}" if problem else shown, keyboard)


def confirmed(talk: Talk, which: Bill, given: list[str]) -> Slip | None:
    """What is to be entered, if that is what the card showed; else the card as it is, and None."""
    chosen = held(talk, which)
    if chosen is not None and (chosen.id, chosen.mark) == (long_id(given[1]), given[2]):
        return chosen
    talk.toast(talk.words.plain("pay.again"), alert=True)
    talk.replace(*draw(talk, which, slip.keep(talk, ROUTE, chosen or bill.fresh(talk, which))))
    return None


def held(talk: Talk, which: Bill) -> Slip | None:
    """The slip of this, if it is the one that waits."""
    chosen = slip.held(talk, ROUTE)
    return chosen if chosen is not None and chosen.subject == which.ref else None


def _ask(talk: Talk, which: Bill, chosen: Slip, part: str) -> None:
    conversation.put_aside(talk)
    slip.keep(talk, ROUTE, replace(chosen, asks=part))
    voucher = chosen.voucher_no or talk.words.plain("pay.no_voucher")
    asked = talk.words.say(f"pay.ask.{part}", most=formats.amount(which.most_fen), voucher=voucher)
    talk.replace(asked, [[Button(talk.words.plain("pay.buttons.keep"), pack(ROUTE, "card", which.ref))]])


def _way(talk: Talk, method: PayMethod, chosen: Slip) -> str:
    label = talk.words.plain(f"codes.method.{method}")
    return talk.words.plain("pay.buttons.chosen", label=label) if method == chosen.method else label


def _within(talk: Talk, part: str) -> date:
    """The day a button carried, as near as may be to what is allowed; today for a forged one."""
    try:
        day = date.fromisoformat(part)
    except ValueError:
        return talk.today
    return min(talk.today, max(day, talk.today - timedelta(days=DAYS_BACK)))
