"""How rules came to be what they are, change by change; PURE: knows no table and no union by name."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from storage.rulebook import policy
from storage.rulebook.policy import KEYS

if TYPE_CHECKING:
    from storage.rulebook.policy import Policy


class Course:
    """Takes every change from the furthest union to the nearest, each union's oldest first."""

    def __init__(self) -> None:
        self._above: dict[str, object] = {}
        self._values: dict[str, object] = {}
        self._since: dict[str, tuple[date, ...]] = {}

    def descend(self) -> None:
        """Go on to the next union: what holds so far is what it has from above."""
        self._above = dict(self._values)

    def take(self, key: str, value: object, set_on: date) -> None:
        """Set a rule, or (None) let it be again what it is above."""
        before = self._values.get(key, KEYS[key].default)
        after = self._above.get(key, KEYS[key].default) if value is None else value
        self._values[key] = after
        if isinstance(before, list) and isinstance(after, list):
            # What there was before stays as old as it is; what is added begins on this day.
            known = self._since.get(key, (date.min,) * len(before))[: len(after)]
            self._since[key] = known + (set_on,) * (len(after) - len(known))

    def policy(self) -> Policy:
        """Return what holds at the end."""
        return policy.with_values(self._values, self._since)
