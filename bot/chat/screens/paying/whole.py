"""The whole list at once: what that is, by one voucher and of one day; then everything, or what would go."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.buttons import Button, pack
from bot.chat.report import conversation
from bot.chat.screens.parts.pages import clipped, fitted
from bot.chat.screens.paying import entered, listing, slip
from bot.chat.screens.paying.listing import ROUTE
from bot.chat.screens.paying.slip import Slip
from bot.texts import formats
from storage.booking import vouchers
from storage.columns import new_id
from storage.money import fund
from storage.paying import paying_together, payments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.paying.pay_lines import PayLine

# What the slip of a whole list is about, in place of one piece of aid.
ALL = "all"
AT_ONCE = 50
LISTED = 15


def draw(talk: Talk, chosen: Slip | None = None) -> tuple[str, Keyboard]:
    """The summary to confirm. What was asked for or approved by the treasurer is left out, and named."""
    words = talk.words
    found = paying_together.parted(talk.tx, talk.person, AT_ONCE)
    mine, blocked = found.own, found.of_others
    back = Button(words.plain("pay.buttons.back"), pack(ROUTE, "list", 0))
    if not mine:
        return words.say("pay.all.nobody" if blocked else "pay.nothing"), [[back]]
    chosen = slip.keep(talk, ROUTE, replace(chosen or _fresh(talk), asks="", note=_mark(mine)))
    lines = [
        words.say("pay.all.title", count=len(mine), amount=formats.money(words, _sum(mine))),
        *[_line(talk, "line", one) for one in mine[:LISTED]],
        *(["…"] if len(mine) > LISTED else []),
        *[_line(talk, "blocked", one) for one in blocked],
        words.say("pay.all.voucher", voucher=chosen.voucher_no or words.plain("pay.no_voucher")),
        words.say("pay.all.on", day=formats.day(words, chosen.day, talk.today)),
    ]
    if found.has_more:
        lines.append(words.say("pay.all.rest", count=AT_ONCE))
    sure = Button(words.plain("pay.buttons.all_sure"), pack(ROUTE, "all_go", chosen.mark))
    voucher = Button(words.plain("pay.buttons.voucher"), pack(ROUTE, "all_voucher"))
    return fitted(lines), [[sure], [voucher, back]]


def show(talk: Talk) -> None:
    """全部发放, or back from what was asked; a voucher that was typed stays."""
    talk.replace(*draw(talk, _held(talk)))


def ask_voucher(talk: Talk) -> None:
    """改凭证号, for all of them."""
    conversation.put_aside(talk)
    chosen = _held(talk) or _fresh(talk)
    slip.keep(talk, ROUTE, replace(chosen, asks="voucher"))
    keep = Button(talk.words.plain("pay.buttons.keep"), pack(ROUTE, "all"))
    talk.replace(talk.words.say("pay.ask.voucher", voucher=chosen.voucher_no), [[keep]])


def typed(talk: Talk, chosen: Slip) -> None:
    """The voucher was typed."""
    talk.say(*draw(talk, replace(chosen, voucher_no=entered.voucher(talk.incoming.text))))


def pay(talk: Talk, mark: str) -> None:
    """确认全部发放: exactly those that were shown; when the list has changed it is shown anew."""
    chosen = _held(talk)
    mine = paying_together.parted(talk.tx, talk.person, AT_ONCE).own
    if chosen is None or chosen.mark != mark or chosen.note != _mark(mine):
        talk.toast(talk.words.plain("pay.all.changed"), alert=True)
        talk.replace(*draw(talk, chosen))
        return
    slip.drop(talk)
    for one in mine:
        payments.pay(
            talk.tx,
            talk.person,
            payment_id=_payment_id(chosen, one),
            aid_id=one.id,
            method=one.method,
            voucher_no=chosen.voucher_no or None,
            paid_on=chosen.day,
        )
    words = talk.words
    said = words.say(
        "pay.all.done",
        count=len(mine),
        amount=formats.money(words, _sum(mine)),
        voucher=chosen.voucher_no or words.plain("pay.no_voucher"),
        day=formats.day(words, chosen.day, talk.today),
    )
    balance_fen = fund.balance(talk.tx, talk.person.union_id).balance_fen
    said += "\n" + words.say("pay.balance", amount=formats.money(words, balance_fen))
    row = [
        Button(words.plain("pay.buttons.paid"), pack(ROUTE, "paid", 0)),
        Button(words.plain("pay.buttons.back"), pack(ROUTE, "list", 0)),
    ]
    talk.replace(said, [row])


def _line(talk: Talk, key: str, one: PayLine) -> str:
    words = talk.words
    return words.say(
        f"pay.all.{key}",
        name=clipped(one.household_name),
        kind=words.plain(f"codes.aid.{one.kind}"),
        amount=formats.amount(one.left_fen),
        **({"how": listing.how(talk, one)} if key == "line" else {}),
    )


def _fresh(talk: Talk) -> Slip:
    fund_id = fund.serving(talk.tx, talk.person.union_id)
    voucher_no = vouchers.next_of(talk.tx, fund_id, talk.today)
    return Slip(id=new_id(), subject=ALL, on=talk.today.isoformat(), voucher_no=voucher_no)


def _held(talk: Talk) -> Slip | None:
    chosen = slip.held(talk, ROUTE)
    return chosen if chosen is not None and chosen.subject == ALL else None


def _mark(lines: Sequence[PayLine]) -> str:
    """A short word for exactly these, each with what is left of it."""
    told = ",".join(f"{one.id}:{one.revision}:{one.left_fen}" for one in lines)
    return hashlib.sha256(told.encode()).hexdigest()[: slip.MARK_CHARACTERS]


def _payment_id(chosen: Slip, one: PayLine) -> str:
    """Made of the list's own id, so that the same list confirmed again pays nothing again."""
    return hashlib.sha256(f"{chosen.id}:{one.id}".encode()).hexdigest()[: len(chosen.id)]


def _sum(lines: Sequence[PayLine]) -> int:
    return sum(one.left_fen for one in lines)
