"""What is approved and not paid yet, with its sum; and what was paid in the last days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.buttons import Button, pack, short_id
from bot.chat.screens.parts.access import holds
from bot.chat.screens.parts.pages import clipped, fitted, label, turning
from bot.chat.screens.paying import lists_to_pay
from bot.texts import formats
from storage.aid_codes import PaymentState, PayMethod
from storage.codes import Role
from storage.columns import new_id
from storage.paying import paid_list, pay_lines, paying_together

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.paying.paid_list import PaidLine
    from storage.paying.pay_lines import PayLine

ROUTE = "pay"
TREASURERS = frozenset({Role.TREASURER})
SHOWN = 6
PAID_SHOWN = 8
PAID_DAYS = 30


def to_pay(talk: Talk, page: int) -> tuple[str, Keyboard]:
    """The list: a line and two buttons each, all of it at once below."""
    words = talk.words
    count, fen = pay_lines.total(talk.tx, talk.person)
    lists = lists_to_pay.waiting(talk)
    if not count:
        told = [said for said, _ in lists] or [words.say("pay.nothing")]
        return fitted(told), [*([button] for _, button in lists), [_paid_button(talk)]]
    page = min(page, (count - 1) // SHOWN)
    found = pay_lines.to_pay(talk.tx, talk.person, SHOWN + 1, page * SHOWN)
    lines = [words.say("pay.title", count=count, amount=formats.money(words, fen))]
    pays = holds(talk, Role.TREASURER)
    own = {one.id for one in found[:SHOWN] if pays and paying_together.may_pay(talk.tx, talk.person, one.id)}
    lines += [line(talk, one, is_others=pays and one.id not in own) for one in found[:SHOWN]]
    lines += [said for said, _ in lists]
    rows = [_row(talk, one, pays=one.id in own) for one in found[:SHOWN]]
    turn = turning(page, more=len(found) > SHOWN, data=lambda to: pack(ROUTE, "list", to))
    below = [_paid_button(talk)]
    if pays and count > 1:
        below.insert(0, Button(words.plain("pay.buttons.all"), pack(ROUTE, "all")))
    return fitted(lines), [*rows, turn, *([button] for _, button in lists), below]


def line(talk: Talk, one: PayLine, *, is_others: bool = False) -> str:
    """One piece of aid that waits to be paid; `is_others`: it is this person's own, somebody else pays."""
    words = talk.words
    said = words.say(
        "pay.line",
        name=clipped(one.household_name),
        union=clipped(one.union_name),
        kind=words.plain(f"codes.aid.{one.kind}"),
        amount=formats.amount(one.left_fen),
        how=how(talk, one),
    )
    notes = [words.plain(f"pay.note.{one.source}")] if words.has(f"pay.note.{one.source}") else []
    notes += [words.plain("pay.rest", amount=formats.amount(one.amount_fen))] if one.paid_fen else []
    notes += [words.plain("pay.emergency")] if one.is_emergency else []
    notes += [words.plain("pay.others")] if is_others else []
    return said + "".join(words.say("pay.noted", note=note) for note in notes)


def how(talk: Talk, one: PayLine) -> str:
    """The way it is suggested to be paid; the end of the card's number is the treasurer's alone."""
    words = talk.words
    if one.method is None:
        return words.plain("pay.nothing_handed")
    said = words.plain(f"codes.method.{one.method}")
    if one.card_last4 and one.method == PayMethod.TRANSFER:
        return words.plain("pay.card", how=said, tail=one.card_last4)
    return said


def paid(talk: Talk, page: int) -> tuple[str, Keyboard]:
    """What was paid in the last days, the newest first; each opens its card."""
    words = talk.words
    since = talk.today - timedelta(days=PAID_DAYS)
    found = paid_list.recent(talk.tx, talk.person, since, PAID_SHOWN + 1, page * PAID_SHOWN)
    back = Button(words.plain("pay.buttons.back"), pack(ROUTE, "list", 0))
    if not found:
        return words.say("pay.none_paid", count=PAID_DAYS), [[back]]
    shown = found[:PAID_SHOWN]
    lines = [words.say("pay.paid_title", count=PAID_DAYS)]
    lines += [_paid_line(talk, one) for one in shown]
    rows = [
        [
            Button(
                label(f"{clipped(one.household_name, 12)} {formats.amount(one.amount_fen)}"), opening(one.id)
            )
        ]
        for one in shown
    ]
    turn = turning(page, more=len(found) > PAID_SHOWN, data=lambda to: pack(ROUTE, "paid", to))
    return fitted(lines), [*rows, turn, [back]]


def opening(payment_id: str) -> str:
    """What the button carries that shows a payment's card in place of what was tapped."""
    return pack(ROUTE, "paid_card", short_id(payment_id))


def _paid_line(talk: Talk, one: PaidLine) -> str:
    words = talk.words
    said = words.say(
        "pay.paid_line",
        day=formats.day(words, one.paid_on, talk.today),
        name=clipped(one.household_name),
        kind=words.plain(f"codes.aid.{one.kind}"),
        amount=formats.amount(one.amount_fen),
        voucher=one.voucher_no or words.plain("pay.no_voucher"),
    )
    state = "" if one.state == PaymentState.PAID else words.plain(f"codes.payment_state.{one.state}")
    return said + (words.say("pay.noted", note=state) if state else "")


def _row(talk: Talk, one: PayLine, *, pays: bool) -> list[Button]:
    """Whom, which opens the details; and beside it the one tap that pays."""
    named = label(f"{clipped(one.household_name, 12)} {formats.amount(one.left_fen)}")
    row = [Button(named, pack(ROUTE, "open", short_id(one.id)))]
    if pays:
        once = pack(ROUTE, "ok", short_id(one.id), short_id(new_id()))
        row.append(Button(talk.words.plain("pay.buttons.confirm"), once))
    return row


def _paid_button(talk: Talk) -> Button:
    return Button(talk.words.plain("pay.buttons.paid"), pack(ROUTE, "paid", 0))
