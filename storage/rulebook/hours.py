"""When people may be spoken to by their union's rules: working hours, quiet hours, mornings; PURE.

Every moment given and returned is of the union's own time zone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from storage.rulebook import workdays

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from storage.rulebook.policy import Policy


def is_working(policy: Policy, day: date) -> bool:
    """Whether a union works on that day; one that keeps no holidays works on every day."""
    return not policy.keeps_holidays or workdays.is_workday(day)


def working_from(policy: Policy, day: date) -> date:
    """Return that day, or the first one after it on which the union works."""
    while not is_working(policy, day):
        day += timedelta(days=1)
    return day


def may_digest(policy: Policy, local: datetime) -> bool:
    """Whether digests may go out: on working days, from the union's own hour until it is quiet."""
    return policy.digest_at <= local.time() < policy.quiet_from and is_working(policy, local.date())


def may_alert(policy: Policy, local: datetime) -> bool:
    """Whether something urgent may go out: on any day, outside quiet hours."""
    return policy.quiet_until <= local.time() < policy.quiet_from


def alert_from(policy: Policy, local: datetime) -> datetime:
    """Return the first moment, from this one on, at which something urgent may go out."""
    if local.time() < policy.quiet_until:
        return datetime.combine(local.date(), policy.quiet_until, local.tzinfo)
    if local.time() < policy.quiet_from:
        return local
    return datetime.combine(local.date() + timedelta(days=1), policy.quiet_until, local.tzinfo)


def quiet_from(policy: Policy, local: datetime) -> datetime:
    """Return when it becomes quiet on that day."""
    return datetime.combine(local.date(), policy.quiet_from, local.tzinfo)


def digests_between(policy: Policy, since: datetime, until: datetime) -> Iterator[datetime]:
    """Every moment from `since` on and before `until` at which a digest goes out."""
    day = since.date()
    while day <= until.date():
        moment = datetime.combine(day, policy.digest_at, since.tzinfo)
        if since <= moment < until and is_working(policy, day):
            yield moment
        day += timedelta(days=1)
