"""发放: what is approved and not paid yet, one tap each or all at once; what was paid, and put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import long_id
from bot.chat.screens.parts.access import require
from bot.chat.screens.parts.pages import page_of, told_apart
from bot.chat.screens.paying import bill, details, entered, listing, receipt, setback, slip, whole
from bot.chat.screens.paying.listing import ROUTE, TREASURERS
from bot.texts import formats
from storage.aid_codes import PayMethod
from storage.codes import Role
from storage.errors import NotFound
from storage.members import questions
from storage.paying import corrections, pay_lines, payment_rows, payments

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.screens.paying.bill import Bill
    from bot.chat.screens.paying.slip import Slip
    from bot.chat.talk import Talk

    Act = Callable[[Talk, list[str]], None]

__all__ = ["ROUTE", "TYPED", "show", "tapped", "waits"]

# Who reads the lists.
READERS = TREASURERS | {Role.AUDITOR}


def show(talk: Talk, argument: str = "") -> None:
    """What waits to be paid."""
    del argument
    require(talk, READERS)
    questions.forget(talk.tx, talk.person.id)
    talk.say(*listing.to_pay(talk, 0))


def waits(talk: Talk) -> list[str]:
    """How much waits to be paid by this person, in one line; no line when nothing does."""
    if not talk.person.roles & TREASURERS:
        return []
    count, fen = pay_lines.total(talk.tx, talk.person)
    amount = formats.money(talk.words, fen)
    return [talk.words.say("pay.waits_for_you", count=count, amount=amount)] if count else []


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A list, one piece of aid, or a step of paying it or of putting a payment right."""
    require(talk, READERS)
    verb, given = told_apart(parts)
    if verb not in _LOOKS:
        require(talk, TREASURERS)
    act = _LOOKS.get(verb) or _ACTS.get(verb) or _list
    act(talk, given)


def typed(talk: Talk, argument: str) -> None:
    """A voucher or an amount was typed."""
    require(talk, TREASURERS)
    chosen = slip.read(argument)
    if chosen is None:
        talk.say(*listing.to_pay(talk, 0))
    elif chosen.subject == whole.ALL:
        whole.typed(talk, chosen)
    else:
        details.typed(talk, chosen)


def photo_wanted(talk: Talk, argument: str) -> None:
    """Words came where a picture of a receipt was waited for."""
    receipt.remind(talk, argument)


def _list(talk: Talk, given: list[str]) -> None:
    questions.forget(talk.tx, talk.person.id)
    talk.replace(*listing.to_pay(talk, page_of(given[0])))


def _paid(talk: Talk, given: list[str]) -> None:
    talk.replace(*listing.paid(talk, page_of(given[0])))


def _open(talk: Talk, given: list[str]) -> None:
    """One piece of aid; of one that is paid meanwhile, its payment."""
    aid_id = entered.id_of(given[0])
    try:
        which = bill.of_aid(talk, aid_id)
    except NotFound:
        _show_paid(talk, aid_id)
        return
    if talk.person.roles & TREASURERS:
        talk.say(*details.begin(talk, which))
    else:
        talk.say(details.text(talk, which, None), [[details.back(talk)]])


def _once(talk: Talk, given: list[str]) -> None:
    """确认发放 in one tap: everything that is left, as is suggested, today, by the next voucher."""
    aid_id, payment_id = entered.id_of(given[0]), long_id(given[1])
    try:
        which = bill.of_aid(talk, aid_id)
    except NotFound:
        _show_paid(talk, aid_id)
        return
    _enter(talk, which, bill.fresh(talk, which, entry_id=payment_id))
    talk.replace(*listing.to_pay(talk, 0))
    talk.say(*receipt.draw(talk, payment_id))


def _go(talk: Talk, given: list[str]) -> None:
    """确认发放 of the details that the card shows; a second tap finds the payment made."""
    payment_id = long_id(given[1])
    if payment_rows.find(talk.tx, payment_id) is not None:
        talk.toast(talk.words.plain("pay.paid_already"))
    else:
        which = bill.find(talk, given[0])
        chosen = details.confirmed(talk, which, given)
        if chosen is None:
            return
        slip.drop(talk)
        if which.corrects:
            stands = _corrected(talk, which, chosen)
            talk.replace(*receipt.draw(talk, stands, corrected=True))
            return
        _enter(talk, which, chosen)
    talk.replace(*receipt.draw(talk, payment_id))


def _enter(talk: Talk, which: Bill, chosen: Slip) -> None:
    payments.pay(
        talk.tx,
        talk.person,
        payment_id=chosen.id,
        aid_id=which.id,
        amount_fen=chosen.amount_fen,
        method=PayMethod(chosen.method) if chosen.method else None,
        voucher_no=chosen.voucher_no or None,
        paid_on=chosen.day,
    )


def _corrected(talk: Talk, which: Bill, chosen: Slip) -> str:
    """Put a payment right; the id of the one that stands now, which may be the same."""
    made = corrections.correct(
        talk.tx,
        talk.person,
        which.id,
        new_id=chosen.id,
        method=PayMethod(chosen.method) if chosen.method else None,
        voucher_no=chosen.voucher_no or None,
        paid_on=chosen.day,
        reason=talk.words.plain("pay.correction"),
    )
    return made.id


def _show_paid(talk: Talk, aid_id: str) -> None:
    """An old button: the newest payment of it. Refuses NotFound: it is not theirs, or there is none."""
    made = payment_rows.of_aid(talk.tx, aid_id)
    if not made:
        raise NotFound(aid_id=aid_id)
    talk.toast(talk.words.plain("pay.paid_already"))
    talk.say(*receipt.draw(talk, made[-1].id))


def _paid_card(talk: Talk, given: list[str]) -> None:
    questions.forget(talk.tx, talk.person.id)
    talk.replace(*receipt.draw(talk, entered.id_of(given[0])))


def _photos(talk: Talk, given: list[str]) -> None:
    receipt.show_photos(talk, entered.id_of(given[0]))


def _photo(talk: Talk, given: list[str]) -> None:
    receipt.ask_photo(talk, entered.id_of(given[0]))


def _correct(talk: Talk, given: list[str]) -> None:
    payment_id = entered.id_of(given[0])
    try:
        which = bill.of_payment(talk, payment_id)
    except NotFound:
        talk.replace(*receipt.draw(talk, payment_id))
        return
    talk.replace(*details.begin(talk, which))


def _step(verb: str) -> Act:
    return lambda talk, given: details.step(talk, verb, given)


_LOOKS: dict[str, Act] = {
    "list": _list,
    "paid": _paid,
    "open": _open,
    "paid_card": _paid_card,
    "photos": _photos,
}
_ACTS: dict[str, Act] = {
    "ok": _once,
    "go": _go,
    "method": _step("method"),
    "day": _step("day"),
    "type": _step("type"),
    "card": _step("card"),
    "cal": details.calendar,
    "photo": _photo,
    "photos_done": _paid_card,
    "correct": _correct,
    "why": setback.ask,
    "sure": setback.sure,
    "done": setback.done,
    "all": lambda talk, _: whole.show(talk),
    "all_voucher": lambda talk, _: whole.ask_voucher(talk),
    "all_go": lambda talk, given: whole.pay(talk, given[0]),
}
# What was asked for → what is done with the words that come.
TYPED: dict[str, Callable[[Talk, str], None]] = {
    ROUTE: typed,
    setback.WHY: setback.typed,
    receipt.PHOTOS: photo_wanted,
}
