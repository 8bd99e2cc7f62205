"""Tells whoever can help it that aid goes no further: nobody may approve or pay it, or it waits to be paid.

The rules are not loosened by that: another chair or treasurer is invited, or the union changes its own rule.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.aid import aid_rows, aid_steps, approvers
from storage.aid.aid_rows import AID
from storage.aid_codes import AidState
from storage.paying import payers
from storage.rulebook import policies_read, workdays
from storage.telling import bulletins

if TYPE_CHECKING:
    from storage.aid.aid_rows import AidRow
    from storage.core.transaction import Transaction

# More of them say nothing new.
LOOKED_AT_MAX = 200

_STANDING = (
    aid_rows.ROWS.where(AID.c.state.in_((AidState.TO_APPROVE, AidState.APPROVED)), AID.c.batch_id.is_(None))
    .order_by(AID.c.waits_since, AID.c.id)
    .limit(LOOKED_AT_MAX)
)


def tell(tx: Transaction) -> None:
    """Tell officers and admins, once a week and fund, how much cannot be approved and how much not be paid.

    Treasurers are told as often how much of theirs has waited for longer than aid is to wait for anybody.
    What stands on a list is the list's: it waits for its own approvals and its own payment.
    """
    unapproved: Counter[int] = Counter()
    unpaid: Counter[int] = Counter()
    waiting: Counter[int] = Counter()
    for one in tx.connection.execute(_STANDING):
        row = aid_rows.as_row(one)
        if row.state == AidState.TO_APPROVE:
            unapproved[row.fund_id] += _lacks_approvers(tx, row)
        elif able := payers.able(tx, row):
            waiting.update(able if _is_late(tx, row) else ())
        else:
            unpaid[row.fund_id] += 1
    monday = (tx.today - timedelta(days=tx.today.weekday())).isoformat()
    for slug, counted in (("aid_none_to_approve", unapproved), ("aid_none_to_pay", unpaid)):
        for fund_id, count in counted.items():
            if count:
                key = f"{slug}:{fund_id}:{monday}"
                bulletins.post(tx, payers.helpers(tx, fund_id), slug, key=key, count=count)
    for person_id, count in waiting.items():
        bulletins.post(tx, [person_id], "aid_unpaid", key=f"aid_unpaid:{monday}", count=count)


def _is_late(tx: Transaction, row: AidRow) -> bool:
    """Whether it has waited to be paid for longer than the union gives anybody."""
    if row.waits_since is None:
        return False
    since = row.waits_since.astimezone(tx.zone).date()
    return tx.today > workdays.workdays_after(since, policies_read.of(tx, row.union_id).approval_days)


def _lacks_approvers(tx: Transaction, row: AidRow) -> bool:
    """Whether fewer chairs are left than approvals are still needed."""
    given = aid_steps.approvals(tx, row.revision, aid_id=row.id)
    done = {one for each in given for one in (each.person_id, each.for_person_id)}
    possible = approvers.possible(tx, row.union_id, aid_steps.authors(tx, aid_id=row.id))
    return len([one for one in possible if one.id not in done]) < row.approvals_needed - len(given)
