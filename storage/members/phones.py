"""Telephone numbers of the union's own people: sealed, kept by themselves, read only where needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, update

from storage import audit
from storage.columns import table_of
from storage.tables.people import PersonRow

if TYPE_CHECKING:
    from storage.core.transaction import Transaction

SEAL = "people.phone"
MOST_CHARACTERS = 20

_PEOPLE = table_of(PersonRow)
_KEEP = update(_PEOPLE).where(_PEOPLE.c.id == bindparam("person")).values(phone_sealed=bindparam("sealed"))


def keep(tx: Transaction, person_id: int, phone: str) -> bool:
    """Keep somebody's own number in place of any earlier one; False when it is none. The act is audited."""
    number = "".join(one for one in phone if one.isascii() and (one.isdigit() or one == "+"))
    if not any(one.isdigit() for one in number) or len(number) > MOST_CHARACTERS:
        return False
    tx.connection.execute(_KEEP, {"person": person_id, "sealed": tx.vault.seal(number, SEAL)})
    audit.record(tx, person_id=person_id, act="person.phone", subject=f"person:{person_id}")
    return True


def opened(tx: Transaction, sealed: bytes | None) -> str | None:
    """Return a number as it was kept; None when there is none."""
    return tx.vault.open(sealed, SEAL) if sealed else None
