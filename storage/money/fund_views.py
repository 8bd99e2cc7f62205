"""The last movements of the fund, as its people may read them.

Whoever was paid is named only to those who may see that household; to others the name is masked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.money import fund
from storage.money.fund import households

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from storage.members.people import Person
    from storage.money.fund import EntryLine

MASK = "*"


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry of the ledger and whom it went to: the name, or only its first character and a star."""

    entry: EntryLine
    household: str | None


def movements(tx: Transaction, person: Person, limit: int) -> list[Movement]:
    """Return the newest entries of the fund that serves the person's union, newest first."""
    entries = fund.last_entries(tx, person.union_id, limit)
    named = select(households.c.file_no, households.c.name, households.c.union_id).where(
        households.c.file_no.in_([one.file_no for one in entries if one.file_no is not None])
    )
    names = {
        row.file_no: row.name if row.union_id in person.scope else masked(row.name)
        for row in tx.connection.execute(named)
    }
    return [Movement(one, names.get(one.file_no or "")) for one in entries]


def masked(name: str) -> str:
    """Return a name as the public may read it: 张*."""
    return f"{name[:1]}{MASK}"
