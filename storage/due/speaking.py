"""Whether anybody may be spoken to now, by the hours that unions set for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.columns import table_of
from storage.due import hours, policies, policy
from storage.tables.office import PolicyRow

if TYPE_CHECKING:
    from storage.core.transaction import Transaction

# The rules that say when people are spoken to.
OF_HOURS = ("digest_at", "quiet_from", "quiet_until", "zone", "holidays")

_POLICIES = table_of(PolicyRow)
_OWN_HOURS = select(_POLICIES.c.union_id).where(_POLICIES.c.key.in_(OF_HOURS)).distinct()


def may_digest_anywhere(tx: Transaction) -> bool:
    """Whether a digest may go out now at any union, so that it is worth finding out what is due."""
    if hours.may_digest(policy.DEFAULT, tx.now.astimezone(tx.zone)):
        return True
    own = list(tx.connection.scalars(_OWN_HOURS))
    return any(
        hours.may_digest(rules, tx.now.astimezone(policies.zone_of(tx, union_id)))
        for union_id, rules in policies.of_many(tx, own).items()
    )
