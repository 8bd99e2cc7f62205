"""Who belongs to the union on the page, who is away, and so who is told of an item; from the rules alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from tests.reminders.months.rulebook import Rulebook

LINKS = 3


@dataclass
class Somebody:
    """One person; `filling`: the household of the report they are filling, and when they last touched it."""

    id: int
    role: str
    union: int
    rules: Rulebook
    removed: bool = False
    blocked: bool = False
    filling: tuple[int, datetime] | None = None

    @property
    def reachable(self) -> bool:
        return not self.removed and not self.blocked


@dataclass
class Leave:
    """Both days included; `set_on`: the day on which it was asked for."""

    id: int
    person: int
    instead: int
    first: date
    last: date
    set_on: date


@dataclass
class PeoplePage:
    """Everybody, and above which union each union stands (the union itself first)."""

    upwards: dict[int, list[int]]
    people: dict[int, Somebody] = field(default_factory=dict)
    leaves: list[Leave] = field(default_factory=list)

    def instead(self, person: int, today: date) -> int | None:
        """Whoever does this person's work today: they; on leave who stands in; None: nobody can."""
        now = {one.person: one.instead for one in self.leaves if one.first <= today <= one.last}
        if person not in now:
            return person
        for _ in range(LINKS):
            person = now[person]
            if person not in now:
                return person if self.people[person].reachable else None
        return None

    def office(self, role: str, union: int, today: date) -> list[int]:
        """The holders of an office over a union who can be told; for who is away, who stands in."""
        able = [
            one.id
            for one in self.people.values()
            if one.role == role and one.union in self.upwards[union] and one.reachable
        ]
        present = [self.instead(one, today) for one in able]
        return [one for one in present if one is not None] or able

    def overseers(self, union: int, today: date) -> list[int]:
        """The officers; where none can be told, the chairs."""
        return self.office("officer", union, today) or self.office("chair", union, today)

    def whom(self, owner: int | None, stage: str, union: int, today: date, *, of_office: bool) -> set[int]:
        """Everybody who is told of an item at that stage: who has it, and up the ladder who oversees it."""
        told = set(self._bearers(owner, union, today, of_office=of_office))
        if stage in {"officer", "chair"}:
            told |= set(self.office("officer", union, today))
        if stage == "chair":
            told |= set(self.office("chair", union, today))
        return told

    def _bearers(self, owner: int | None, union: int, today: date, *, of_office: bool) -> list[int]:
        if of_office or owner is None or not self.people[owner].reachable:
            return self.overseers(union, today)
        instead = self.instead(owner, today)
        return self.overseers(union, today) if instead is None else [instead]
