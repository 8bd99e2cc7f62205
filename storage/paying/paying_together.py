"""What of the treasurer's list one person may pay at once, and what of it somebody else must."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.aid import aid_rows
from storage.errors import Refused
from storage.paying import pay_lines, payers

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from storage.members.people import Person
    from storage.paying.pay_lines import PayLine


@dataclass(frozen=True, slots=True)
class Together:
    """The list in two parts: theirs to pay, and what they asked for or approved themselves.

    `has_more`: there are others behind those that were looked at.
    """

    own: tuple[PayLine, ...]
    of_others: tuple[PayLine, ...]
    has_more: bool


def parted(tx: Transaction, person: Person, limit: int) -> Together:
    """Return the first `limit` of what waits to be paid, parted by whether this person may pay it."""
    found = pay_lines.to_pay(tx, person, limit + 1)
    own = {one.id for one in found[:limit] if may_pay(tx, person, one.id)}
    return Together(
        own=tuple(one for one in found[:limit] if one.id in own),
        of_others=tuple(one for one in found[:limit] if one.id not in own),
        has_more=len(found) > limit,
    )


def may_pay(tx: Transaction, person: Person, aid_id: str) -> bool:
    """Whether this person may pay that: a treasurer over it who neither asked for it nor approved it."""
    row = aid_rows.find(tx, aid_id)
    if row is None:
        return False
    try:
        payers.check(tx, person, row)
    except Refused:
        return False
    return True
