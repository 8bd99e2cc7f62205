"""How much of the union somebody may report of: the uppermost part of it that they see as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.errors import NotAllowed
from storage.money.fund import unions

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from storage.members.people import Person


def whole(tx: Transaction, person: Person) -> int:
    """Return the uppermost union which they see with everything below it. Refuses NotAllowed for none.

    Who sees a union without its branches, as a cadre does, does not see it as a whole.
    """
    paths = {row.id: row.path for row in tx.connection.execute(select(unions.c.id, unions.c.path))}
    hidden = [path for union_id, path in paths.items() if union_id not in person.scope]
    for union_id in sorted(person.scope & paths.keys(), key=lambda one: (paths[one].count("/"), one)):
        if not any(path.startswith(paths[union_id]) for path in hidden):
            return union_id
    raise NotAllowed
