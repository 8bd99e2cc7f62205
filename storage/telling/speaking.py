"""Whether anybody may be spoken to now, by the hours that unions set for themselves."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.columns import table_of
from storage.due import policies
from storage.rulebook import hours, policy
from storage.tables.office import PolicyRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from zoneinfo import ZoneInfo

    from storage.core.transaction import Transaction
    from storage.rulebook.policy import Policy

# The rules that say when people are spoken to.
OF_HOURS = ("digest_at", "quiet_from", "quiet_until", "zone", "holidays")

_POLICIES = table_of(PolicyRow)
_OWN_HOURS = select(_POLICIES.c.union_id).where(_POLICIES.c.key.in_(OF_HOURS)).distinct()


def may_digest_anywhere(tx: Transaction) -> bool:
    """Whether a digest may go out now at any union, so that it is worth finding out what is due."""
    return any(hours.may_digest(rules, tx.now.astimezone(zone)) for rules, zone in _hours(tx))


def digests_of(tx: Transaction, day: date) -> list[datetime]:
    """Return every moment of a day at which digests go out at some union, whether they work then or not."""
    return sorted({datetime.combine(day, rules.digest_at, zone) for rules, zone in _hours(tx)})


def _hours(tx: Transaction) -> Iterator[tuple[Policy, ZoneInfo]]:
    """The hours of whoever set none, then of every union that set some."""
    yield policy.DEFAULT, tx.zone
    own = list(tx.connection.scalars(_OWN_HOURS))
    for union_id, rules in policies.of_many(tx, own).items():
        yield rules, policies.zone_of(tx, union_id)
