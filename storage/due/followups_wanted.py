"""What a household needs next, worked out from the facts alone; PURE: knows no table and no clock.

One open item per household and purpose: the next visit (a re-check, a look after the exit, or a second try
after nobody was met), and the next revisit of each payment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from storage import rules
from storage.codes import Category, FollowupKind, HouseholdState

AGAIN_DAYS = {"AGAIN_30": 30, "AGAIN_60": 60, "AGAIN_90": 90}
# When nobody was reached at a revisit and no day was named for the next try. Our default.
RETRY_DAYS = 7
SILENT = frozenset({HouseholdState.LEAD, HouseholdState.REJECTED, HouseholdState.CLOSED})


@dataclass(frozen=True, slots=True)
class Went:
    """A submitted visit: `again_on` is the next visit's day if one was named; of an attempt, the retry's."""

    id: str
    visited_on: date
    met: bool
    again_on: date | None


@dataclass(frozen=True, slots=True)
class WentBack:
    """A submitted revisit of one payment, in the order in which they were made."""

    id: str
    visited_on: date
    met: bool
    conclusion: str | None
    again_on: date | None


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that was made, with its revisits; `history_until` set: due days up to it are past work."""

    id: str
    kind: str
    paid_on: date
    history_until: date | None
    revisits: tuple[WentBack, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides what a household needs; `visits` oldest first."""

    state: HouseholdState
    category: Category
    opened_on: date
    monitor_from: date | None
    visits: tuple[Went, ...]
    payments: tuple[Payment, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing due. `source` names the fact it follows from; a changed day of the same source is a move."""

    kind: FollowupKind
    due_on: date
    source: str
    aid_id: str | None = None
    round: int = 1
    interval_days: int | None = None

    @property
    def opens_on(self) -> date:
        """The first day on which it may be done."""
        return self.due_on - timedelta(days=rules.WINDOW_DAYS)


def wanted(facts: Facts) -> list[Wanted]:
    """Return everything the household needs; nothing while it is not yet filed, or closed."""
    if facts.state in SILENT:
        return []
    visit = _visit(facts)
    revisits = [item for payment in facts.payments if (item := _revisit(payment)) is not None]
    return [visit, *revisits] if visit is not None else revisits


def is_concluded(payment: Payment) -> bool:
    """Tell whether a payment's last round of revisits has been concluded."""
    return bool(payment.revisits) and _revisit(payment) is None


def _visit(facts: Facts) -> Wanted | None:
    met = [one for one in facts.visits if one.met]
    last = met[-1] if met else None
    since = date.min if last is None else last.visited_on
    attempts = [one for one in facts.visits if not one.met and one.visited_on > since]
    if attempts and attempts[-1].again_on is not None:
        return Wanted(FollowupKind.RETRY, attempts[-1].again_on, f"visit:{attempts[-1].id}")
    if facts.state == HouseholdState.MONITOR and facts.monitor_from is not None:
        return _monitor(facts.monitor_from, met)
    if facts.state != HouseholdState.ACTIVE:
        return None
    days = rules.recheck_days(facts.category)
    if last is None:
        return Wanted(
            FollowupKind.RECHECK, facts.opened_on + timedelta(days=days), "opened", interval_days=days
        )
    if last.again_on is not None:
        return Wanted(FollowupKind.RECHECK, last.again_on, f"visit:{last.id}")
    due_on = last.visited_on + timedelta(days=days)
    return Wanted(FollowupKind.RECHECK, due_on, f"visit:{last.id}", interval_days=days)


def _monitor(monitor_from: date, met: list[Went]) -> Wanted | None:
    """The first look after the exit that no visit of its own has answered."""
    days = [one.visited_on for one in met]
    for number, due_on in enumerate(rules.monitor_due_on(monitor_from), start=1):
        item = Wanted(
            FollowupKind.MONITOR,
            due_on,
            f"monitor:{monitor_from.isoformat()}",
            round=number,
            interval_days=(due_on - monitor_from).days,
        )
        answered = next((day for day in days if day >= item.opens_on), None)
        if answered is None:
            return item
        days.remove(answered)
    return None


def _revisit(payment: Payment) -> Wanted | None:
    """Go through the payment's revisits in order; what is left is wanted, None when nothing is."""
    planned = [
        Wanted(FollowupKind.REVISIT, due_on, f"aid:{payment.id}", payment.id, interval_days=days)
        for due_on, days in zip(
            rules.revisit_due_on(payment.kind, payment.paid_on), rules.revisit_days(payment.kind), strict=True
        )
        if payment.history_until is None or due_on > payment.history_until
    ]
    left = iter(planned)
    item = next(left, None)
    number = 1
    for revisit in payment.revisits:
        source = f"revisit:{revisit.id}"
        if not revisit.met:
            again_on = revisit.again_on or revisit.visited_on + timedelta(days=RETRY_DAYS)
            item = Wanted(FollowupKind.REVISIT, again_on, source, payment.id, number)
            continue
        number += 1
        again_days = AGAIN_DAYS.get(revisit.conclusion or "")
        if again_days is None:
            after = next(left, None)
            item = None if after is None else _numbered(after, number)
        else:
            again_on = revisit.visited_on + timedelta(days=again_days)
            item = Wanted(FollowupKind.REVISIT, again_on, source, payment.id, number, again_days)
    return item


def _numbered(item: Wanted, number: int) -> Wanted:
    return Wanted(item.kind, item.due_on, item.source, item.aid_id, number, item.interval_days)
