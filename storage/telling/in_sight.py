"""Whether news of a household's aid may still be told: who lost its branch hears no more of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.among import among
from storage.columns import table_of
from storage.members import absences, people
from storage.tables.dossiers import Household

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from storage.core.transaction import Transaction

# News of aid names the household; a list of aid names none.
_FAMILY = "aid_"

_HOUSEHOLDS = table_of(Household)
_UNIONS = select(_HOUSEHOLDS.c.id, _HOUSEHOLDS.c.union_id).where(among(_HOUSEHOLDS.c.id, "ids"))


def lost(
    tx: Transaction, person_id: int, posted: Sequence[tuple[str, Mapping[str, int | str]]]
) -> list[bool]:
    """Return, for each of one person's bulletins in their order, whether its household is out of their sight.

    `posted`: the slug of each and its details. They see what their roles reach, and what those see in whose
    place they stand today.
    """
    homes = [details.get("household") if slug.startswith(_FAMILY) else None for slug, details in posted]
    asked = {one for one in homes if one is not None}
    if not asked:
        return [False] * len(posted)
    unions = {row.id: row.union_id for row in tx.connection.execute(_UNIONS, {"ids": asked})}
    seen = {
        union_id
        for one in (person_id, *absences.standing_in(tx, person_id, tx.today))
        for union_id in people.get(tx, one).scope
    }
    return [one is not None and unions.get(one) not in seen for one in homes]
