"""A payment that was made: its card, the pictures of its receipt, and the buttons that put it right."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.buttons import Button, pack, short_id
from bot.chat.report import conversation
from bot.chat.screens.parts.access import holds
from bot.chat.screens.parts.pages import clipped, fitted
from bot.chat.screens.paying import bill
from bot.chat.screens.paying.listing import ROUTE
from bot.texts import formats
from storage.aid_codes import AidState, FundSource, PaymentState
from storage.codes import Role
from storage.due import followups
from storage.members import questions
from storage.money import fund
from storage.paying import paid_list, payments

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.paying.paid_list import PaidLine

# Far enough to hold whatever a payment opens, and as much as a household has due at once.
AHEAD = timedelta(days=400)
DUE_READ = 20
# What the bot asked for when it waits for pictures of a receipt.
PHOTOS = "pay_photo"


def draw(talk: Talk, payment_id: str, *, corrected: bool = False) -> tuple[str, Keyboard]:
    """The card of a payment, made, failed or taken back; `corrected`: has just been. Refuses NotFound."""
    one = paid_list.one(talk.tx, talk.person, payment_id)
    words = talk.words
    lines = [words.say("pay.corrected")] if corrected else []
    lines += [_head(talk, one), _how(talk, one)]
    if one.left_fen and one.state == PaymentState.PAID:
        lines.append(words.say("pay.left", amount=formats.money(words, one.left_fen)))
    if one.reason:
        lines.append(words.say("pay.because", reason=one.reason))
    if one.receipts:
        lines.append(words.say("pay.receipts", count=len(one.receipts)))
    if one.source == FundSource.COMPANY:
        balance_fen = fund.balance(talk.tx, talk.person.union_id).balance_fen
        lines.append(words.say("pay.balance", amount=formats.money(words, balance_fen)))
    return fitted([*lines, *_revisit(talk, one)]), _keyboard(talk, one)


def ask_photo(talk: Talk, payment_id: str) -> None:
    """加收据照片: the next pictures are its receipt."""
    one = paid_list.one(talk.tx, talk.person, payment_id)
    conversation.put_aside(talk)
    questions.ask(talk.tx, talk.person.id, f"{PHOTOS}:{one.id}")
    done = Button(talk.words.plain("pay.buttons.done"), pack(ROUTE, "photos_done", short_id(one.id)))
    talk.replace(talk.words.say("pay.ask.photo", name=clipped(one.household_name)), [[done]])


def photo(talk: Talk, payment_id: str) -> None:
    """A picture came; more of them may follow until 完成."""
    file = talk.incoming.file
    if file is None:
        return
    taken = {"file_id": file.file_id, "unique_id": file.unique_id}
    view = payments.add_receipt(talk.tx, talk.person, payment_id, taken)
    questions.ask(talk.tx, talk.person.id, f"{PHOTOS}:{payment_id}")
    done = Button(talk.words.plain("pay.buttons.done"), pack(ROUTE, "photos_done", short_id(payment_id)))
    told = talk.words.say("pay.photo_taken", count=len(view.receipts))
    talk.card(f"receipt:{payment_id}", told, [[done]])


def remind(talk: Talk, payment_id: str) -> None:
    """Words came in place of a picture; pictures are still waited for."""
    questions.ask(talk.tx, talk.person.id, f"{PHOTOS}:{payment_id}")
    done = Button(talk.words.plain("pay.buttons.done"), pack(ROUTE, "photos_done", short_id(payment_id)))
    talk.say(talk.words.say("pay.photo_wanted"), [[done]])


def show_photos(talk: Talk, payment_id: str) -> None:
    """看收据: the pictures, which can be neither forwarded nor saved."""
    one = paid_list.one(talk.tx, talk.person, payment_id)
    for number, kept in enumerate(one.receipts, start=1):
        caption = talk.words.say("pay.receipt_photo", number=number, count=len(one.receipts))
        talk.photo(kept["file_id"], caption)


def _head(talk: Talk, one: PaidLine) -> str:
    words = talk.words
    return words.say(
        f"pay.card_{one.state.lower()}",
        amount=formats.money(words, one.amount_fen),
        name=clipped(one.household_name, 60),
        union=clipped(one.union_name, 40),
        kind=words.plain(f"codes.aid.{one.kind}"),
        number=one.number,
    )


def _revisit(talk: Talk, one: PaidLine) -> list[str]:
    """When the revisit that the payment opened is due; no line when none is."""
    if one.aid_state != AidState.PAID or one.state != PaymentState.PAID:
        return []
    coming = followups.due(talk.tx, talk.today + AHEAD, household_id=one.household_id, limit=DUE_READ)
    days = [item.due_on for item in coming if item.aid_id == one.aid_id]
    day = formats.day(talk.words, min(days), talk.today) if days else ""
    return [talk.words.say("pay.revisit", day=day)] if days else []


def _how(talk: Talk, one: PaidLine) -> str:
    words = talk.words
    how = words.plain(f"codes.method.{one.method}") if one.method else words.plain("pay.no_method")
    return words.say(
        "pay.made",
        how=how,
        voucher=one.voucher_no or words.plain("pay.no_voucher"),
        day=formats.day(words, one.paid_on, talk.today),
        person=clipped(one.paid_by_name or words.plain("pay.nobody")),
    )


def _keyboard(talk: Talk, one: PaidLine) -> Keyboard:
    words, short = talk.words, short_id(one.id)
    looks = []
    if one.receipts:
        looks.append(Button(words.plain("pay.buttons.photos"), pack(ROUTE, "photos", short)))
    looks.append(Button(words.plain("chat.buttons.open_file"), pack("file", "open", one.household_id)))
    back = [Button(words.plain("pay.buttons.back"), pack(ROUTE, "list", 0))]
    if not holds(talk, Role.TREASURER) or one.state != PaymentState.PAID:
        return [looks, back]
    acts = [
        Button(words.plain("pay.buttons.photo"), pack(ROUTE, "photo", short)),
        Button(words.plain("pay.buttons.correct"), pack(ROUTE, "correct", short)),
    ]
    wrong = [
        Button(words.plain(f"pay.buttons.{what}"), pack(ROUTE, "why", bill.PAYMENT + short, what))
        for what in ("failed", "reverse")
    ]
    return [acts, wrong, looks, back]
