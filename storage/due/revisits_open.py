"""Which aid is to be revisited: the one answer for every list and every count of what waits for a revisit.

An open revisit has a row among what is due, from the payment until it is concluded or closed by hand; what
an import brought as long past has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, exists, func, select

from storage.codes import FollowupKind, FollowupState
from storage.columns import table_of
from storage.tables.work import Followup

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from storage.core.transaction import Transaction

FOLLOWUPS = table_of(Followup)

# The state is said so that SQLite does not walk everything that is open: that is mostly visits.
_IS_OPEN = and_(
    FOLLOWUPS.c.kind == FollowupKind.REVISIT, func.coalesce(FOLLOWUPS.c.state, "") == FollowupState.OPEN
)
# Found by the aid that they are about: what is due of a household alone is never walked.
OPEN = and_(FOLLOWUPS.c.aid_id > "", _IS_OPEN)
# A payment may have two open revisits, after 30 and after 90 days: it waits for the first.
FIRST = (
    select(FOLLOWUPS.c.aid_id, func.min(FOLLOWUPS.c.due_on).label("due_on"))
    .where(OPEN)
    .group_by(FOLLOWUPS.c.aid_id)
)


def awaits(aid_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that the aid of that id is to be revisited."""
    return exists().where(FOLLOWUPS.c.aid_id == aid_id, _IS_OPEN)


_AWAITS = select(awaits(bindparam("aid")))


def is_awaited(tx: Transaction, aid_id: str) -> bool:
    """Return whether one piece of aid is to be revisited."""
    return bool(tx.connection.scalar(_AWAITS, {"aid": aid_id}))
