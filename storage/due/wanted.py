"""One thing a household needs, and what somebody closed of such things by hand; PURE."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from storage.codes import FollowupKind, Role
    from storage.rulebook.policy import Policy


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing due. `source` names the fact it follows from; a changed day of the same source is a move."""

    kind: FollowupKind
    opens_on: date
    due_on: date
    source: str
    aid_id: str | None = None
    round: int = 1
    interval_days: int | None = None
    for_role: Role | None = None

    @classmethod
    def by(
        cls,
        kind: FollowupKind,
        due_on: date,
        source: str,
        policy: Policy,
        *,
        aid_id: str | None = None,
        round: int = 1,  # noqa: A002 - the word of the trade, never the function here
        interval_days: int | None = None,
        for_role: Role | None = None,
    ) -> Wanted:
        """Return an item that opens as many days before as the union's rules say."""
        opens_on = due_on - timedelta(days=policy.window_days)
        return cls(kind, opens_on, due_on, source, aid_id, round, interval_days, for_role)


@dataclass(frozen=True, slots=True)
class Closed:
    """An item that somebody closed by hand: which need of the cycle it was, and when that was."""

    id: int
    kind: FollowupKind
    source: str
    aid_id: str | None
    round: int
    closed_on: date


class Closings:
    """What was closed by hand of one household's items."""

    def __init__(self, closed: Iterable[Closed] = ()) -> None:
        self._by_need = {(one.kind, one.source, one.aid_id, one.round): one for one in closed}

    def of(self, item: Wanted) -> Closed | None:
        """Return the closing of this very need; None when nobody closed it."""
        return self._by_need.get((item.kind, item.source, item.aid_id, item.round))

    def latest(self, kind: FollowupKind, sources: Collection[str]) -> Closed | None:
        """Return the last closing of a kind that followed from one of these; None when there is none."""
        found = [one for one in self._by_need.values() if one.kind == kind and one.source in sources]
        return max(found, key=lambda one: (one.closed_on, one.id), default=None)


NOTHING_CLOSED = Closings()
