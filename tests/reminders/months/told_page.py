"""What is open on the page, what waits for whom, and what each may hear now; written from the rules alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tests.reminders.months.rulebook import STAGES, after

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.reminders.months.file_page import FilePage, Key, Want
    from tests.reminders.months.people_page import PeoplePage, Somebody

BUSY = timedelta(minutes=10)
FILLED = timedelta(hours=12)
ItemKey = tuple[int, "Key"]
# Of which day, in which turn and at which stage an item was told.
Mark = tuple[date, int, str]


@dataclass
class Item:
    """One thing due, with what has been told of it and what waits; `next`: the stage that comes, if any."""

    file: FilePage
    key: Key
    due_on: date
    opens_on: date
    ladder_from: date
    officer: bool
    next_on: date
    given: int | None = None
    next: str | None = "opens"
    turn: int = 0
    put_off: date | None = None
    is_open: bool = True
    told: dict[int, set[Mark]] = field(default_factory=dict)
    waits: dict[int, set[Mark]] = field(default_factory=dict)

    @property
    def owner(self) -> int | None:
        return self.given if self.given is not None else self.file.liaison

    def reached_on(self, stage: str) -> date:
        if stage == "opens":
            return self.opens_on
        start = self.ladder_from if stage in {"officer", "chair"} else self.due_on
        return after(start, self.file.rules.days(stage))

    def stage_on(self, day: date) -> str:
        reached = [stage for stage in STAGES if self.reached_on(stage) <= day]
        return reached[-1] if reached else "opens"

    def quiet_until(self, until: date) -> None:
        """Told again on that day, and the ladder counts from there."""
        self.turn += 1
        self.put_off = until
        self.ladder_from = max(self.ladder_from, until)
        self.next = self.stage_on(until)
        self.next_on = max(until, self.opens_on)

    def goes_on_after(self, stage: str) -> None:
        place = STAGES.index(stage) + 1
        self.next = STAGES[place] if place < len(STAGES) else None
        if self.next is not None:
            self.next_on = self.reached_on(self.next)

    def is_current(self, mark: Mark) -> bool:
        return self.is_open and mark[:2] == (self.due_on, self.turn)


@dataclass
class TellingPage:
    """All items of all households, and who has had a digest on which days."""

    people: PeoplePage
    files: dict[int, FilePage] = field(default_factory=dict)
    items: dict[ItemKey, Item] = field(default_factory=dict)
    digests: dict[int, set[date]] = field(default_factory=dict)
    _news: set[tuple[int, str, int]] = field(default_factory=set)

    def refresh(self, file: FilePage, today: date) -> None:
        """Bring what is open in step with what is wanted."""
        wants = file.wants()
        over = [
            one
            for key, one in self.items.items()
            if key[0] == file.id and one.is_open and key[1] not in wants
        ]
        for one in over:
            one.is_open = False
        for key, want in wants.items():
            item = self.items.get((file.id, key))
            if item is None:
                self.items[file.id, key] = self._new(file, want, over, today)
            elif not item.is_open or item.due_on != want.due_on:
                self._move(item, want, today)
            else:
                self._mend(item, want)

    def _new(self, file: FilePage, want: Want, over: list[Item], today: date) -> Item:
        return Item(
            file,
            want.key,
            want.due_on,
            want.opens_on,
            max(want.due_on, today),
            want.officer,
            want.opens_on,
            _inherited(want, over),
        )

    def _move(self, item: Item, want: Want, today: date) -> None:
        """Another day, or called for again: its ladder is before it anew; what puts it off goes on."""
        if item.put_off is not None and item.put_off <= today:
            item.put_off = None
        ahead = item.put_off or today
        item.is_open = True
        item.officer = want.officer and (item.officer or item.turn == 0)
        item.due_on, item.opens_on = want.due_on, want.opens_on
        item.ladder_from = max(want.due_on, today, ahead)
        item.next, item.next_on = "opens", max(want.opens_on, item.put_off or want.opens_on)

    def _mend(self, item: Item, want: Want) -> None:
        """The same day by other rules: the stage that comes next stays the next."""
        item.opens_on = want.opens_on
        item.officer = want.officer and (item.officer or item.turn == 0)
        if item.next is not None:
            reached = item.reached_on(item.next)
            item.next_on = max(reached, item.put_off or reached)

    def plan(self, today: date) -> None:
        """Find out whom each stage that was reached is for."""
        for item in self.items.values():
            if not item.is_open or item.next is None or item.next_on > today:
                continue
            paused = item.file.paused_until
            if paused is not None and paused > today:
                item.next_on, item.ladder_from = paused, max(item.ladder_from, paused)
                continue
            stage = item.stage_on(today)
            whom = self.whom(item, stage, today)
            if not whom:
                item.next, item.next_on = stage, after(today, 1)
                continue
            mark = (item.due_on, item.turn, stage)
            for person in whom:
                if mark not in item.told.get(person, ()):
                    item.waits.setdefault(person, set()).add(mark)
            item.goes_on_after(stage)

    def whom(self, item: Item, stage: str, today: date) -> set[int]:
        return self.people.whom(item.owner, stage, item.file.union, today, of_office=item.officer)

    def give_back(self, person: int, today: date) -> None:
        """Somebody who cannot be told: all that waits for them is for whoever stands in."""
        for item in self.items.values():
            if self._standing(item, person):
                self._lose(item, person, today)

    def hear(self, one: Somebody, now: datetime, today: date) -> dict[ItemKey, tuple[str, set[Mark]]]:
        """What a digest tells this person now: of each item its stage, and all that it stands for."""
        said: dict[ItemKey, tuple[str, set[Mark]]] = {}
        for key, item in self.items.items():
            marks = self._standing(item, one.id)
            if any(one.id not in self.whom(item, mark[2], today) for mark in marks):
                self._lose(item, one.id, today)
                continue
            ready = [mark[2] for mark in marks if self._may_be_told(item, mark[2], now, today)]
            if ready:
                # What is further up the ladder than the item stands now is told when it comes to that.
                told = {mark for mark in item.waits[one.id] if mark[2] in ready}
                item.waits[one.id] -= told
                item.told.setdefault(one.id, set()).update(told)
                said[key] = (max(ready, key=STAGES.index), told)
        return said

    def again(
        self, today: date, *, owner: int | None = None, files: Collection[int] = (), back: bool = False
    ) -> None:
        """Somebody else has these items now: whoever has not heard of the stage they have reached hears it.

        `back`: their owner came back; what they have taken on stays silent, for they know of it.
        """
        for item in self.items.values():
            if item.file.id not in files and (owner is None or item.owner != owner):
                continue
            if item.file.id in files and item.given is not None:
                continue
            if back and item.given is not None and item.next is None:
                continue
            if item.is_open and item.opens_on <= today and (item.put_off or today) <= today:
                item.next, item.next_on = "opens", today

    def look_at_leaves(self, today: date) -> None:
        """Whoever is away from today on, or back: what is open there is somebody else's."""
        for one in self.people.leaves:
            if one.first <= today <= one.last:
                instead = self.people.instead(one.person, today)
                told = {instead} if instead is not None else self._officers_told(one.person, today)
                act = "begins" if instead is not None else "uncovered"
                is_news = not any((one.id, act, who) in self._news for who in told)
                if instead is None or one.set_on < one.first:
                    if is_news:
                        self.again(today, owner=one.person)
                    self._news |= {(one.id, act, who) for who in told}
                if instead is not None and one.set_on == today:
                    self.again(today, owner=one.person)
        away = {one.person for one in self.people.leaves if one.first <= today <= one.last}
        last = {
            one.person: one
            for one in sorted(self.people.leaves, key=lambda one: one.last)
            if after(today, -14) <= one.last < today
        }
        for one in last.values():
            if one.person not in away and (one.id, "back", one.person) not in self._news:
                self._news.add((one.id, "back", one.person))
                self.again(today, owner=one.person, back=True)

    def _officers_told(self, person: int, today: date) -> set[int]:
        unions = {one.union for one in self.files.values() if one.liaison == person}
        unions = unions or {self.people.people[person].union}
        return {who for union in unions for who in self.people.overseers(union, today)} - {person}

    def untell(self, key: ItemKey, person: int, marks: set[Mark]) -> None:
        """It did not get through: it waits again."""
        item = self.items.get(key)
        if item is None:
            return
        item.told[person] -= marks
        item.waits.setdefault(person, set()).update(marks)

    def _standing(self, item: Item, person: int) -> list[Mark]:
        """What waits for a person and still holds; where nothing does, the rest is forgotten."""
        waits = item.waits.get(person, set())
        current = [mark for mark in waits if item.is_current(mark)]
        if waits and not current:
            del item.waits[person]
        return current

    def _lose(self, item: Item, person: int, today: date) -> None:
        del item.waits[person]
        item.next, item.next_on = "opens", today

    def _may_be_told(self, item: Item, stage: str, now: datetime, today: date) -> bool:
        paused, household = item.file.paused_until, item.file.id
        if paused is not None and paused > today:
            return False
        filling = [one.filling for one in self.people.people.values() if one.filling is not None]
        if any(where == household and now - at < FILLED for where, at in filling):
            return False
        return max(item.reached_on(stage), item.put_off or item.opens_on) <= today


def _inherited(want: Want, over: list[Item]) -> int | None:
    """Whoever was given a visit, or a round of revisits, that met nobody goes on with the next try."""
    for one in over:
        is_try = want.key[0] == "retry" and one.key[0] in {"recheck", "retry", "monitor"}
        is_round = want.key[1] is not None and one.key[1:3] == want.key[1:3]
        if one.given is not None and (is_try or is_round):
            return one.given
    return None
