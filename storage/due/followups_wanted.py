"""What a household needs next, worked out from the facts and the union's rules; PURE: no table and no clock.

One open item per household and purpose: the next visit (a re-check, a look after the exit, or a second try
after nobody was met), the yearly check of the file where no visit is due by then, and the next revisit of
each payment. What somebody closed by hand is a fact as well: that need of the cycle is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from storage.codes import Category, FollowupKind, HouseholdState, Role
from storage.due import revisits_wanted
from storage.due.wanted import Wanted
from storage.rules import REVIEW_FROM, REVIEW_UNTIL

if TYPE_CHECKING:
    from storage.due.revisits_wanted import Payment
    from storage.due.wanted import Closed, Closings
    from storage.rulebook.policy import Policy

SILENT = frozenset({HouseholdState.REJECTED, HouseholdState.CLOSED})


@dataclass(frozen=True, slots=True)
class Went:
    """A submitted visit: `again_on` is the next visit's day if one was named; of an attempt, the retry's."""

    id: str
    visited_on: date
    met: bool
    again_on: date | None

    @property
    def source(self) -> str:
        """How this visit is named as the source of an item."""
        return f"visit:{self.id}"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides what a household needs; `visits` oldest first.

    `known_from`: the day the file was opened, or the last one its imported records tell of.
    """

    state: HouseholdState
    category: Category
    opened_on: date
    known_from: date
    monitor_from: date | None
    visits: tuple[Went, ...]
    payments: tuple[Payment, ...]
    closed: Closings


def wanted(facts: Facts, policy: Policy) -> list[Wanted]:
    """Return everything the household needs; nothing once it is closed.

    Of whoever has no file yet only what they were given in an emergency is looked after.
    """
    if facts.state in SILENT:
        return []
    if facts.state == HouseholdState.LEAD:
        return [item for item in _revisits(facts, policy) if item is not None]
    visit = _visit(facts, policy)
    found = (visit, _review(facts, policy, visit), *_revisits(facts, policy))
    return [item for item in found if item is not None]


def _revisits(facts: Facts, policy: Policy) -> list[Wanted | None]:
    return [revisits_wanted.next_of(payment, policy, facts.closed) for payment in facts.payments]


def _met(facts: Facts) -> list[Went]:
    return [one for one in facts.visits if one.met]


def _attempts(facts: Facts, met: list[Went]) -> list[Went]:
    """The tries since somebody was last met."""
    since = met[-1].visited_on if met else date.min
    return [one for one in facts.visits if not one.met and one.visited_on > since]


def _visit(facts: Facts, policy: Policy) -> Wanted | None:
    met = _met(facts)
    attempts = _attempts(facts, met)
    retry = _retry(attempts, policy)
    if retry is not None and facts.closed.of(retry) is None:
        return retry
    given_up = facts.closed.latest(FollowupKind.RETRY, {one.source for one in attempts})
    if facts.state == HouseholdState.MONITOR and facts.monitor_from is not None:
        return _monitor(facts, policy, facts.monitor_from, given_up)
    return _recheck(facts, policy, met, given_up) if facts.state == HouseholdState.ACTIVE else None


def _retry(attempts: list[Went], policy: Policy) -> Wanted | None:
    """Another try on the day that was named; the third miss is the officer's, named or not."""
    if not attempts:
        return None
    last = attempts[-1]
    role = Role.OFFICER if len(attempts) >= policy.missed_max else None
    again_on = last.again_on
    if again_on is None and role is not None:
        again_on = last.visited_on + timedelta(days=policy.retry_days)
    if again_on is None:
        return None
    return Wanted.by(FollowupKind.RETRY, again_on, last.source, policy, for_role=role)


def _recheck(facts: Facts, policy: Policy, met: list[Went], given_up: Closed | None) -> Wanted:
    days = policy.recheck_days[facts.category]
    last = met[-1] if met else None
    if last is not None and last.again_on is not None:
        item = Wanted.by(FollowupKind.RECHECK, last.again_on, last.source, policy)
    else:
        since, source = (facts.opened_on, "opened") if last is None else (last.visited_on, last.source)
        due_on = since + timedelta(days=days)
        item = Wanted.by(FollowupKind.RECHECK, due_on, source, policy, interval_days=days)
    item = _not_closed(item, facts, policy, days)
    if given_up is not None and item.opens_on <= given_up.closed_on:
        # Who gave up the second try gave up the visit that was open meanwhile.
        item = _not_closed(_after(given_up, policy, days), facts, policy, days)
    return item


def _not_closed(item: Wanted, facts: Facts, policy: Policy, days: int) -> Wanted:
    """The item, or where it was closed by hand the next of the cycle, an interval after that day."""
    while (closed := facts.closed.of(item)) is not None:
        item = _after(closed, policy, days)
    return item


def _after(closed: Closed, policy: Policy, days: int) -> Wanted:
    due_on = closed.closed_on + timedelta(days=days)
    return Wanted.by(FollowupKind.RECHECK, due_on, f"dismissed:{closed.id}", policy, interval_days=days)


def _monitor(facts: Facts, policy: Policy, monitor_from: date, given_up: Closed | None) -> Wanted | None:
    """The first look after the exit that no visit of its own has answered and nobody has closed."""
    days = [one.visited_on for one in _met(facts)]
    if given_up is not None:
        days = sorted([*days, given_up.closed_on])
    for number, due_on in enumerate(policy.monitor_due_on(monitor_from), start=1):
        item = Wanted.by(
            FollowupKind.MONITOR,
            due_on,
            f"monitor:{monitor_from.isoformat()}",
            policy,
            round=number,
            interval_days=(due_on - monitor_from).days,
        )
        if facts.closed.of(item) is not None:
            continue
        answered = next((day for day in days if day >= item.opens_on), None)
        if answered is None:
            return item
        days.remove(answered)
    return None


def _review(facts: Facts, policy: Policy, visit: Wanted | None) -> Wanted | None:
    """The yearly check of an open file, in the first autumn that nothing has answered.

    A visit due by its last day is that check: whoever goes there has looked at the file.
    """
    if not policy.keeps_review or facts.state != HouseholdState.ACTIVE:
        return None
    met = _met(facts)
    looked_on = max(facts.known_from, met[-1].visited_on if met else date.min)
    item = _review_of(_autumn_after(looked_on))
    while facts.closed.of(item) is not None:
        item = _review_of(item.opens_on.year + 1)
    return None if visit is not None and visit.due_on <= item.due_on else item


def _autumn_after(looked_on: date) -> int:
    """The year of the first check that begins after that day; a look on its first day is within it."""
    start = date(looked_on.year, *REVIEW_FROM)
    return looked_on.year if looked_on < start else looked_on.year + 1


def _review_of(year: int) -> Wanted:
    opens_on, due_on = date(year, *REVIEW_FROM), date(year, *REVIEW_UNTIL)
    return Wanted(FollowupKind.REVIEW, opens_on, due_on, f"review:{year}")
