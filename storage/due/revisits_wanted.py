"""Which revisit a payment needs next, from its revisits and the union's rules; PURE: no table, no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from storage.aid_codes import AidKind, AidState
from storage.codes import FollowupKind
from storage.due.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.due.wanted import Closings
    from storage.rulebook.policy import Policy

CLOSE = "CLOSE"
AGAIN_DAYS = {"AGAIN_30": 30, "AGAIN_60": 60, "AGAIN_90": 90}


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


def next_of(payment: Payment, policy: Policy, closed: Closings) -> Wanted | None:
    """Go through the payment's revisits in order; what is left is wanted, None when nothing is.

    A round that was closed by hand is over, as one that was concluded is.
    """
    left = iter(_planned(payment, policy))
    number = 1
    item = next(left, None)
    for revisit in (None, *payment.revisits):
        if revisit is not None:
            number += revisit.met
            item = _after(payment, revisit, policy) or next(left, None)
        item = _numbered(item, number)
        while item is not None and closed.of(item) is not None:
            number += 1
            item = _numbered(next(left, None), number)
    return item


def is_concluded(payment: Payment, policy: Policy, closed: Closings) -> bool:
    """Tell whether a payment was revisited, and no further round is wanted."""
    return any(one.met for one in payment.revisits) and next_of(payment, policy, closed) is None


def standing(payment: Payment, policy: Policy, closed: Closings) -> AidState:
    """Return where paid aid stands: REVISITED once no round is wanted any more, PAID until then.

    It is CLOSED when somebody went once more after that and closed it; and at once where the union wants no
    revisit for its kind at all.
    """
    if not is_concluded(payment, policy, closed):
        is_none_wanted = not payment.revisits and not policy.revisit_days[AidKind(payment.kind)]
        return AidState.CLOSED if is_none_wanted else AidState.PAID
    for number, revisit in enumerate(payment.revisits):
        before = replace(payment, revisits=payment.revisits[:number])
        if revisit.met and revisit.conclusion == CLOSE and is_concluded(before, policy, closed):
            return AidState.CLOSED
    return AidState.REVISITED


def _planned(payment: Payment, policy: Policy) -> Iterator[Wanted]:
    kind = AidKind(payment.kind)
    days = policy.revisit_due_on(kind, payment.paid_on)
    for due_on, after, since in zip(days, policy.revisit_days[kind], policy.revisit_since[kind], strict=True):
        is_history = payment.history_until is not None and due_on <= payment.history_until
        # A round that a later rule added is not asked for where its day had passed when the rule was made.
        if not is_history and due_on >= since:
            yield Wanted.by(
                FollowupKind.REVISIT,
                due_on,
                f"aid:{payment.id}",
                policy,
                aid_id=payment.id,
                interval_days=after,
            )


def _after(payment: Payment, revisit: WentBack, policy: Policy) -> Wanted | None:
    """What this revisit itself asks for: another try, or another look; None: the next round as planned."""
    again_days = None
    if not revisit.met:
        again_on = revisit.again_on or revisit.visited_on + timedelta(days=policy.retry_days)
    elif revisit.conclusion in AGAIN_DAYS:
        again_days = AGAIN_DAYS[revisit.conclusion]
        again_on = revisit.visited_on + timedelta(days=again_days)
    else:
        return None
    source = f"revisit:{revisit.id}"
    return Wanted.by(
        FollowupKind.REVISIT, again_on, source, policy, aid_id=payment.id, interval_days=again_days
    )


def _numbered(item: Wanted | None, number: int) -> Wanted | None:
    return None if item is None else replace(item, round=number)
