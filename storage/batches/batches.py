"""Lists of aid, all there is to do with them; every act returns the list as it stands afterwards.

`work` is the beat's: it makes and pays lists some households at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.batches import building, confirming, deciding, paying, starting, striking, taking_back
from storage.batches.batch import KINDS
from storage.batches.batch_views import card, items, listing
from storage.batches.striking import GUARDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from storage.aid_codes import AidKind, FundSource, PayMethod
    from storage.batches.batch import BatchCard
    from storage.core.transaction import Transaction
    from storage.members.people import Person

__all__ = ["GUARDS", "KINDS", "card", "items", "listing"]


def start(
    tx: Transaction,
    person: Person,
    *,
    batch_id: str,
    kind: AidKind,
    year: int,
    source: FundSource,
    picked: Mapping[str, Sequence[Any]] | None = None,
    amount_fen: int | None = None,
) -> BatchCard:
    """Begin a list (`starting.start`)."""
    starting.start(
        tx,
        person,
        batch_id=batch_id,
        kind=kind,
        year=year,
        source=source,
        picked=picked,
        amount_fen=amount_fen,
    )
    return card(tx, person, batch_id)


def strike(tx: Transaction, person: Person, batch_id: str, aid_id: str, reason: str) -> BatchCard:
    """Take one household off (`striking.strike`)."""
    striking.strike(tx, person, batch_id, aid_id, reason)
    return card(tx, person, batch_id)


def strike_exceptions(tx: Transaction, person: Person, batch_id: str, guard: str, reason: str) -> BatchCard:
    """Take off everybody one rule has marked (`striking.strike_exceptions`)."""
    striking.strike_exceptions(tx, person, batch_id, guard, reason)
    return card(tx, person, batch_id)


def restore(tx: Transaction, person: Person, batch_id: str, aid_id: str) -> BatchCard:
    """Put one household back (`striking.restore`)."""
    striking.restore(tx, person, batch_id, aid_id)
    return card(tx, person, batch_id)


def reprice(tx: Transaction, person: Person, batch_id: str, revision: int) -> BatchCard:
    """Give everybody what the standards say now (`striking.reprice`)."""
    striking.reprice(tx, person, batch_id, revision)
    return card(tx, person, batch_id)


def submit(tx: Transaction, person: Person, batch_id: str, revision: int, reason: str = "") -> BatchCard:
    """Hand it in (`deciding.submit`)."""
    deciding.submit(tx, person, batch_id, revision, reason)
    return card(tx, person, batch_id)


def approve(tx: Transaction, person: Person, batch_id: str, revision: int) -> BatchCard:
    """Approve it (`deciding.approve`)."""
    deciding.approve(tx, person, batch_id, revision)
    return card(tx, person, batch_id)


def give_back(tx: Transaction, person: Person, batch_id: str, revision: int, reason: str) -> BatchCard:
    """Return it to whoever made it (`deciding.give_back`)."""
    deciding.give_back(tx, person, batch_id, revision, reason)
    return card(tx, person, batch_id)


def refuse(tx: Transaction, person: Person, batch_id: str, revision: int, reason: str) -> BatchCard:
    """Refuse it (`deciding.refuse`)."""
    deciding.refuse(tx, person, batch_id, revision, reason)
    return card(tx, person, batch_id)


def withdraw(tx: Transaction, person: Person, batch_id: str, reason: str = "") -> BatchCard:
    """Take it back (`deciding.withdraw`)."""
    deciding.withdraw(tx, person, batch_id, reason)
    return card(tx, person, batch_id)


def take_back(tx: Transaction, person: Person, batch_id: str) -> BatchCard:
    """Take one's approval back (`taking_back.take_back`)."""
    taking_back.take_back(tx, person, batch_id)
    return card(tx, person, batch_id)


def confirm_payment(
    tx: Transaction,
    person: Person,
    batch_id: str,
    *,
    method: PayMethod,
    voucher_no: str | None = None,
    paid_on: date,
) -> BatchCard:
    """Confirm that it is paid (`confirming.confirm_payment`)."""
    confirming.confirm_payment(tx, person, batch_id, method=method, voucher_no=voucher_no, paid_on=paid_on)
    return card(tx, person, batch_id)


def work(tx: Transaction, *, but: Collection[str] = (), reached: list[str] | None = None) -> bool:
    """Make or pay the next households of whichever list waits for that; False when there is nothing to do.

    `but`: lists to pass over; `reached` is given the id of the list before anything is done to it.
    """
    noted = [] if reached is None else reached
    return building.build_next(tx, but, noted) or paying.pay_next(tx, but, noted)
