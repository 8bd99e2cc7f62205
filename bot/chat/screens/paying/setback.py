"""Money that did not arrive, or should not be given, or not all of it: why, what that does, and whether."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack
from bot.chat.report import conversation
from bot.chat.screens.parts.pages import clipped, fitted
from bot.chat.screens.paying import bill, listing, receipt
from bot.chat.screens.paying.listing import ROUTE
from bot.texts import formats
from storage import reasons
from storage.aid_codes import FundSource
from storage.aid_refusals import NothingPaid
from storage.columns import new_id
from storage.errors import NotFound
from storage.members import questions
from storage.money import fund
from storage.paying import payments, waiving

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.buttons import Keyboard
    from bot.chat.screens.paying.bill import Bill
    from bot.chat.talk import Talk

FAILED, REVERSE, REST = "failed", "reverse", "rest"
# What happened → its common reasons.
REASONS = {
    FAILED: ("ACCOUNT", "NAME", "RETURNED", "ABSENT"),
    REVERSE: ("TWICE", "PERSON", "AMOUNT", "NOT_DUE"),
    REST: ("LESS", "DECLINED", "ELSEWHERE", "LEFT"),
}
# What the bot asked for when it waits for a reason: `purpose:what:ref:reason`.
WHY = "pay_why"


def ask(talk: Talk, given: list[str]) -> None:
    """未到账, 冲销 or 余下不发: why? Of one that is over, its card as it is."""
    which, what = _found(talk, given)
    if which is None:
        return
    conversation.put_aside(talk)
    questions.ask(talk.tx, talk.person.id, f"{WHY}:{what}:{which.ref}:")
    words = talk.words
    common = [
        Button(words.plain(f"pay.reasons.{slug}"), pack(ROUTE, "sure", which.ref, what, slug))
        for slug in REASONS[what]
    ]
    name, amount = clipped(which.household_name, 60), formats.money(words, _fen(which, what))
    talk.replace(
        words.say(f"pay.why.{what}", name=name, amount=amount), [*columns(common), [_leave(talk, which)]]
    )


def typed(talk: Talk, argument: str) -> None:
    """The reason was typed; it waits with the question until it is confirmed."""
    what, ref, _ = (*argument.split(":"), "", "")[:3]
    _sure(talk, bill.find(talk, ref), what, reasons.sentence(talk.incoming.text), talk.say)


def sure(talk: Talk, given: list[str]) -> None:
    """A common reason was tapped."""
    which, what = _found(talk, given)
    if which is None:
        return
    if given[2] in REASONS[what]:
        _sure(talk, which, what, talk.words.plain(f"pay.reasons.{given[2]}"), talk.replace)
    else:
        ask(talk, given)


def done(talk: Talk, given: list[str]) -> None:
    """It is certain: entered with the reason that was given; without one it is asked for again."""
    which, what = _found(talk, given)
    if which is None:
        return
    asked = questions.asked(talk.tx, talk.person.id) or ""
    told = asked.split(":", 3)
    # Its card may have shown another reason, or another sum where a payment came between.
    moved = given[2] != _mark(asked, _fen(which, what))
    if told[:3] != [WHY, what, which.ref] or not told[3] or moved:
        talk.toast(talk.words.plain("pay.again"))
        ask(talk, given)
        return
    questions.forget(talk.tx, talk.person.id)
    _enter(talk, which, what, told[3])
    said = talk.words.say(f"pay.done.{_key(which, what)}")
    if which.corrects:
        shown, keyboard = receipt.draw(talk, which.id)
        talk.replace(f"{said}\n\n{shown}", keyboard)
    else:
        shown, keyboard = listing.to_pay(talk, 0)
        talk.replace(f"{said}\n\n{shown}", keyboard)


def _enter(talk: Talk, which: Bill, what: str, reason: str) -> None:
    tx, person = talk.tx, talk.person
    if what == REST:
        waiving.waive(tx, person, which.aid_id, which.most_fen, reason)
    elif what == REVERSE:
        payments.reverse(tx, person, which.aid_id, reason, talk.today)
    elif which.corrects:
        payments.fail(tx, person, payment_id=which.id, reason=reason)
    else:
        payments.fail(tx, person, payment_id=new_id(), aid_id=which.aid_id, reason=reason)


def _found(talk: Talk, given: list[str]) -> tuple[Bill | None, str]:
    """What a button is about; of what is over its card is shown instead. Refuses NothingPaid: no rest."""
    what = given[1] if given[1] in REASONS else FAILED
    try:
        which = bill.find(talk, given[0])
    except NotFound:
        talk.toast(talk.words.plain("pay.again"))
        if not given[0].startswith(bill.PAYMENT):
            talk.replace(*listing.to_pay(talk, 0))
        else:
            talk.replace(*receipt.draw(talk, bill.named(given[0])))
        return None, what
    if what == REST and which.corrects:
        return which, FAILED
    if what == REST and not which.booked_fen:
        raise NothingPaid(number=which.number)
    return which, what


def _sure(talk: Talk, which: Bill, what: str, reason: str, show: Callable[[str, Keyboard], None]) -> None:
    asked = f"{WHY}:{what}:{which.ref}:{reason}"
    questions.ask(talk.tx, talk.person.id, asked)
    words, name = talk.words, clipped(which.household_name, 60)
    fen = _fen(which, what)
    amount = formats.money(words, fen)
    key, paid = _key(which, what), formats.money(words, which.booked_fen)
    told = {"name": name, "amount": amount, "paid": paid, "number": which.number, "reason": reason}
    lines = [words.say(f"pay.sure.{key}", **told)]
    if _is_booked(which, what) and which.source == FundSource.COMPANY:
        after_fen = fund.balance(talk.tx, talk.person.union_id).balance_fen + fen
        balance = formats.money(words, after_fen)
        lines.append(words.say(f"pay.sure.{what}_fund", balance=balance, amount=amount))
    yes = Button(
        words.plain(f"pay.buttons.{key}_sure"), pack(ROUTE, "done", which.ref, what, _mark(asked, fen))
    )
    show(fitted(lines), [[yes, _leave(talk, which)]])


def _mark(asked: str, fen: int) -> str:
    """A short word for what a card showed: what is done why, and about how much."""
    return questions.mark(f"{asked}:{fen}")


def _is_booked(which: Bill, what: str) -> bool:
    """Whether it takes a payment back that was made."""
    return which.corrects or (what == REVERSE and which.booked_fen > 0)


def _key(which: Bill, what: str) -> str:
    """Its words: where nothing was paid they are others."""
    return what if what == REST or _is_booked(which, what) else f"{what}_unpaid"


def _fen(which: Bill, what: str) -> int:
    """What it is about: 冲销 takes back all that was paid, or promised alone; else what is left, or paid."""
    if what == REVERSE:
        return which.booked_fen or which.whole_fen
    return which.most_fen


def _leave(talk: Talk, which: Bill) -> Button:
    back = listing.opening(which.id) if which.corrects else pack(ROUTE, "card", which.ref)
    return Button(talk.words.plain("pay.buttons.leave"), back)
