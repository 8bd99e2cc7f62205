"""What a payment's details are chosen for: aid that is to be paid, or a payment that is to be put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.buttons import long_id, short_id
from bot.chat.screens.paying.slip import Slip
from storage.aid_codes import AidState, PaymentState
from storage.booking import vouchers
from storage.columns import new_id
from storage.errors import NotFound
from storage.money import fund
from storage.paying import paid_list, pay_lines

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from storage.aid_codes import AidKind, FundSource, PayMethod

AID, PAYMENT = "a", "p"


@dataclass(frozen=True, slots=True)
class Bill:
    """One thing to be entered. `most_fen`: what can be paid of it; a correction keeps its amount.

    `booked_fen`: what of the whole aid stands as paid. `card_tail`: the end of the bank card's number, for
    the treasurer alone.
    """

    ref: str
    aid_id: str
    household_name: str
    union_name: str
    kind: AidKind
    source: FundSource
    number: str
    whole_fen: int
    booked_fen: int
    most_fen: int
    method: PayMethod | None
    card_tail: str | None
    is_emergency: bool = False

    @property
    def id(self) -> str:
        """The aid's id, or the payment's."""
        return long_id(self.ref[1:])

    @property
    def corrects(self) -> bool:
        """Whether it puts a payment right that is made."""
        return self.ref.startswith(PAYMENT)


def of_aid(talk: Talk, aid_id: str) -> Bill:
    """What is left to pay of a piece of aid. Refuses NotFound: nothing is, or it is not theirs."""
    line = pay_lines.line(talk.tx, talk.person, aid_id)
    if line.state != AidState.APPROVED:
        raise NotFound(aid_id=aid_id)
    return Bill(
        ref=AID + short_id(line.id),
        aid_id=line.id,
        household_name=line.household_name,
        union_name=line.union_name,
        kind=line.kind,
        source=line.source,
        number=line.number,
        whole_fen=line.amount_fen,
        booked_fen=line.paid_fen,
        most_fen=line.left_fen,
        method=line.method,
        card_tail=line.card_last4,
        is_emergency=line.is_emergency,
    )


def of_payment(talk: Talk, payment_id: str) -> Bill:
    """A payment that stands. Refuses NotFound: it does not, or it is not theirs."""
    one = paid_list.one(talk.tx, talk.person, payment_id)
    if one.state != PaymentState.PAID:
        raise NotFound(payment_id=payment_id)
    return Bill(
        ref=PAYMENT + short_id(one.id),
        aid_id=one.aid_id,
        household_name=one.household_name,
        union_name=one.union_name,
        kind=one.kind,
        source=one.source,
        number=one.number,
        whole_fen=one.whole_fen,
        booked_fen=one.booked_fen,
        most_fen=one.amount_fen,
        method=one.method,
        card_tail=None,
    )


def named(ref: str) -> str:
    """The id a button names; an empty one, which names nothing, for a forged button."""
    return long_id(ref[1:])


def find(talk: Talk, ref: str) -> Bill:
    """What a button names. Refuses NotFound."""
    return of_payment(talk, named(ref)) if ref.startswith(PAYMENT) else of_aid(talk, named(ref))


def fresh(talk: Talk, bill: Bill, *, entry_id: str = "") -> Slip:
    """What would be entered with nothing changed: all that is left, as is suggested, today, the next voucher.

    Of a correction: what stands.
    """
    if bill.corrects:
        one = paid_list.one(talk.tx, talk.person, bill.id)
        return Slip(
            id=entry_id or new_id(),
            subject=bill.ref,
            amount_fen=one.amount_fen,
            on=one.paid_on.isoformat(),
            method=bill.method or "",
            voucher_no=one.voucher_no or "",
        )
    fund_id = fund.serving(talk.tx, talk.person.union_id)
    return Slip(
        id=entry_id or new_id(),
        subject=bill.ref,
        amount_fen=bill.most_fen,
        on=talk.today.isoformat(),
        method=bill.method or "",
        voucher_no=vouchers.next_of(talk.tx, fund_id, talk.today),
    )
