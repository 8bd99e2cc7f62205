"""确认发放: a whole list at once, with how, by which voucher and of which day; the beat then pays each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.buttons import Button, long_id, pack, short_id
from bot.chat.report import conversation
from bot.chat.screens.batch import batch_card
from bot.chat.screens.batch.batch_words import ROUTE, back_to, title
from bot.chat.screens.parts import calendar_keys
from bot.chat.screens.parts.pages import clipped, fitted
from bot.chat.screens.paying import entered, slip
from bot.chat.screens.paying.slip import Slip
from bot.texts import formats
from storage.aid_codes import BatchState, PayMethod
from storage.batches import batches
from storage.booking import vouchers
from storage.columns import new_id
from storage.errors import NotAllowed
from storage.money import fund

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.batches.batch import BatchCard

# The purpose of the slip that waits.
PAY = "batch_pay"


def begin(talk: Talk, batch_id: str, given: list[str]) -> None:
    """The summary to confirm: everybody, the sum, how. Refuses NotAllowed to whoever may not pay it."""
    del given
    card = _payable(talk, batch_id)
    talk.replace(*draw(talk, card, slip.keep(talk, PAY, _held(talk, batch_id) or _fresh(talk, card))))


def draw(talk: Talk, card: BatchCard, chosen: Slip) -> tuple[str, Keyboard]:
    """What would be paid, and a button for each part of it."""
    words, bid = talk.words, short_id(card.line.id)
    lines = [
        title(talk, card.line),
        words.say("batch.pay.whole", count=card.line.people, sum=formats.money(words, card.line.sum_fen)),
        words.say(
            "batch.pay.how",
            how=words.plain(f"codes.method.{chosen.method}"),
            voucher=clipped(chosen.voucher_no or words.plain("batch.no_voucher")),
            day=formats.day(words, chosen.day, talk.today),
        ),
        words.say("batch.pay.then"),
    ]
    sure = Button(words.plain("batch.buttons.pay"), pack(ROUTE, "go", bid, short_id(chosen.id), chosen.mark))
    ways = [
        Button(
            f"{'✓ ' if one == chosen.method else ''}{words.plain(f'codes.method.{one}')}",
            pack(ROUTE, "way", bid, one),
        )
        for one in PayMethod
    ]
    voucher = Button(words.plain("batch.buttons.voucher"), pack(ROUTE, "voucher", bid))
    return fitted(lines), [[sure], ways, [voucher, *_days(talk, card, chosen)], [back_to(talk, card.line.id)]]


def _days(talk: Talk, card: BatchCard, chosen: Slip) -> list[Button]:
    """Another day, where there is one between the approval and today."""
    words, bid, first = talk.words, short_id(card.line.id), _earliest(talk, card)
    near = {"today": talk.today, "yesterday": talk.today - timedelta(days=1)}
    days = [
        Button(words.plain(f"batch.buttons.{slug}"), pack(ROUTE, "day", bid, day.isoformat()))
        for slug, day in near.items()
        if first <= day != chosen.day
    ]
    if first < near["yesterday"]:
        days.append(
            Button(words.plain("batch.buttons.calendar"), pack(ROUTE, "cal", bid, f"{talk.today:%Y-%m}"))
        )
    return days


def _earliest(talk: Talk, card: BatchCard) -> date:
    """The day on which it was approved: nobody was paid before."""
    return (card.line.since or talk.tx.now).astimezone(talk.tx.zone).date()


def day(talk: Talk, batch_id: str, given: list[str]) -> None:
    """The day was chosen; one beyond what is possible is the nearest that is."""
    card = _payable(talk, batch_id)
    chosen = _held(talk, batch_id) or _fresh(talk, card)
    try:
        wanted = date.fromisoformat(given[0])
    except ValueError:
        wanted = talk.today
    on = min(talk.today, max(wanted, _earliest(talk, card))).isoformat()
    talk.replace(*draw(talk, card, slip.keep(talk, PAY, replace(chosen, on=on, asks=""))))


def calendar(talk: Talk, batch_id: str, given: list[str]) -> None:
    """A month to choose the day from."""
    card, bid = _payable(talk, batch_id), short_id(batch_id)
    keys = calendar_keys.month(
        talk.words,
        given[0],
        _earliest(talk, card),
        talk.today,
        day=lambda one: pack(ROUTE, "day", bid, one.isoformat()),
        turn=lambda month: pack(ROUTE, "cal", bid, month),
    )
    keep = Button(talk.words.plain("batch.buttons.keep"), pack(ROUTE, "pay", bid))
    talk.replace(talk.words.say("batch.pay.which_day"), [*keys, [keep]])


def way(talk: Talk, batch_id: str, given: list[str]) -> None:
    """How it is paid was chosen."""
    card = _payable(talk, batch_id)
    chosen = _held(talk, batch_id) or _fresh(talk, card)
    if given[0] in set(PayMethod):
        chosen = replace(chosen, method=given[0])
    talk.replace(*draw(talk, card, slip.keep(talk, PAY, replace(chosen, asks=""))))


def ask_voucher(talk: Talk, batch_id: str, given: list[str]) -> None:
    """改凭证号."""
    del given
    card = _payable(talk, batch_id)
    conversation.put_aside(talk)
    chosen = _held(talk, batch_id) or _fresh(talk, card)
    slip.keep(talk, PAY, replace(chosen, asks="voucher"))
    keep = Button(talk.words.plain("batch.buttons.keep"), pack(ROUTE, "pay", short_id(batch_id)))
    talk.replace(talk.words.say("batch.ask.voucher", voucher=chosen.voucher_no or "—"), [[keep]])


def typed(talk: Talk, told: str) -> None:
    """The voucher was typed."""
    chosen = slip.read(told)
    if chosen is None or not chosen.asks:
        talk.say(talk.words.say("chat.say_what"))
        return
    card = _payable(talk, chosen.subject)
    chosen = replace(chosen, voucher_no=entered.voucher(talk.incoming.text), asks="")
    talk.say(*draw(talk, card, slip.keep(talk, PAY, chosen)))


def go(talk: Talk, batch_id: str, given: list[str]) -> None:
    """Confirm exactly what the card showed; a second tap shows how far it has come."""
    chosen = _held(talk, batch_id)
    card = batches.card(talk.tx, talk.person, batch_id)
    if card.line.state in (BatchState.PAYING, BatchState.PAID):
        talk.replace(*batch_card.draw(talk, batch_id))
        return
    if chosen is None or (chosen.id, chosen.mark) != (long_id(given[0]), given[1]):
        talk.toast(talk.words.plain("batch.pay.again"), alert=True)
        begin(talk, batch_id, given)
        return
    slip.drop(talk)
    batches.confirm_payment(
        talk.tx,
        talk.person,
        batch_id,
        method=PayMethod(chosen.method),
        voucher_no=chosen.voucher_no or None,
        paid_on=chosen.day,
    )
    talk.replace(*batch_card.draw(talk, batch_id, done="pay"))


def _payable(talk: Talk, batch_id: str) -> BatchCard:
    card = batches.card(talk.tx, talk.person, batch_id)
    if "pay" not in card.may:
        raise NotAllowed
    return card


def _held(talk: Talk, batch_id: str) -> Slip | None:
    chosen = slip.held(talk, PAY)
    return chosen if chosen is not None and chosen.subject == batch_id else None


def _fresh(talk: Talk, card: BatchCard) -> Slip:
    fund_id = fund.serving(talk.tx, card.line.union_id)
    return Slip(
        id=new_id(),
        subject=card.line.id,
        on=talk.today.isoformat(),
        method=str(PayMethod.TRANSFER),
        voucher_no=vouchers.next_of(talk.tx, fund_id, talk.today),
    )
