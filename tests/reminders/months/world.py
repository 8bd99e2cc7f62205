"""The union of one random month, in its database and on the page side by side; its clock and its beats."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert

from bot.reminders import tick
from bot.reminders.metronome import Metronome
from storage.codes import Role
from storage.columns import table_of
from storage.due import followups
from storage.post.outbox import Priority
from storage.tables.people import Union
from storage.telling import bulletins
from tests.clock import FakeClock
from tests.conftest import ZONE
from tests.reminders.months import seen
from tests.reminders.months.file_page import FilePage
from tests.reminders.months.people_page import PeoplePage, Somebody
from tests.reminders.months.rulebook import Rulebook
from tests.reminders.months.told_page import BUSY, TellingPage
from tests.storage import casework

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from storage.database import Database, Transaction
    from tests.reminders.months.told_page import ItemKey, Mark

ROOT, BRANCH, OTHER = casework.ROOT, casework.BRANCH, casework.OTHER_BRANCH
ZHANG, LI, WANG, CHEN, ZHAO, GUO, LIU = 1, 2, 3, 4, 7, 8, 9
CADRES, DECIDERS = (ZHANG, LI, ZHAO), (GUO, WANG, CHEN)
# Whoever reports: three cadres, the officer of one branch, the officer and the chair over all.
REPORTERS = {
    ZHANG: (Role.CADRE, BRANCH),
    LI: (Role.CADRE, BRANCH),
    ZHAO: (Role.CADRE, OTHER),
    GUO: (Role.OFFICER, BRANCH),
    WANG: (Role.OFFICER, ROOT),
    CHEN: (Role.CHAIR, ROOT),
}
LIAISONS = {1: (BRANCH, ZHANG), 2: (BRANCH, ZHANG), 3: (BRANCH, LI), 4: (OTHER, ZHAO), 5: (OTHER, None)}
TOLD_ON_ONE_PAGE = 10


class World:
    """One union; `open_database` opens its database once more, as a restart or another replica does."""

    def __init__(
        self, open_database: Callable[[FakeClock], Database], begins_on: date, *, replicas: int = 1
    ) -> None:
        self.clock = FakeClock(datetime(begins_on.year, begins_on.month, begins_on.day, 1, tzinfo=UTC))
        self._open = open_database
        self._replicas = replicas
        root = Rulebook()
        self.rules = {ROOT: root, BRANCH: Rulebook(root), OTHER: Rulebook(root)}
        self.people = PeoplePage({ROOT: [ROOT], BRANCH: [BRANCH, ROOT], OTHER: [OTHER, ROOT]})
        self.page = TellingPage(self.people)
        self.story: list[str] = []
        self.heard = 0
        self._looked_on = date.min
        # What stood in each person's digest of a day, for the case that it does not get through.
        self._letters: dict[tuple[int, date], dict[ItemKey, set[Mark]]] = {}
        self._runner = asyncio.Runner()
        self._start()

    def found(self, opened_on: dict[int, date], categories: dict[int, str]) -> None:
        """Make the people and the households, all of them filed before."""
        self.database.transact(self._found, opened_on, categories)
        for number, (role, union) in REPORTERS.items():
            self.people.people[number] = Somebody(number, str(role), union, self.rules[union])
        for number, (union, liaison) in LIAISONS.items():
            file = FilePage(number, self.rules[union], union, liaison, opened_on[number], categories[number])
            self.page.files[number] = file
            self.page.refresh(file, self.today)

    def _found(self, tx: Transaction, opened_on: dict[int, date], categories: dict[int, str]) -> None:
        names = {ROOT: "开远公司工会", BRANCH: "机关分会", OTHER: "热控分会"}
        unions = [
            {
                "id": number,
                "parent_id": None if number == ROOT else ROOT,
                "name": name,
                "path": f"/{ROOT}/" if number == ROOT else f"/{ROOT}/{number}/",
            }
            for number, name in names.items()
        ]
        tx.connection.execute(insert(table_of(Union)), unions)
        for number, (role, union) in {**REPORTERS, LIU: (Role.ADMIN, ROOT)}.items():
            casework.person(tx, number, f"某{number}", union, role)
        for number, (union, liaison) in LIAISONS.items():
            casework.household(
                tx,
                number,
                union_id=union,
                liaison_id=liaison,
                opened_on=opened_on[number],
                category=categories[number],
                name=f"户{number}",
            )
            followups.refresh(tx, number)

    @property
    def now(self) -> datetime:
        return self.clock.now

    @property
    def local(self) -> datetime:
        return self.now.astimezone(ZONE)

    @property
    def today(self) -> date:
        return self.local.date()

    # --- the process -------------------------------------------------------------------------------------

    def _start(self) -> None:
        self.databases = [self._open(self.clock) for _ in range(self._replicas)]
        self.database = self.databases[0]
        self.metronome = Metronome(self.database)
        self._runner.run(self.metronome.start())
        self.rung = False
        self.database.listen(bulletins.BELL, self._ring)

    def _ring(self) -> None:
        self.rung = True

    def _stop(self) -> None:
        self._runner.run(self.metronome.stop())
        for database in self.databases:
            database.close()

    def restart(self, **down: float) -> None:
        """End the process, and start it again so much later."""
        self.story.append(f"down for {down}")
        self._stop()
        self.clock.advance(**down)
        self._start()

    def close(self) -> None:
        self._stop()
        self._runner.close()

    # --- a beat, and what is to come of it ---------------------------------------------------------------

    def beat(self, *, reaches_telegram: bool = True) -> None:
        """One beat by the clock; whatever was said is what the page says, to the letter."""
        self.clock.advance(seconds=1)
        self._hear(self._tick, "beat")
        self.rung = False
        if reaches_telegram:
            self.database.transact(seen.deliver)

    def _tick(self) -> None:
        others = [
            threading.Thread(target=lambda one=one: asyncio.run(tick.tell_all(one, awake=True)))
            for one in self.databases[1:]
        ]
        for thread in others:
            thread.start()
        self._runner.run(self._beat())
        for thread in others:
            thread.join()
        if others:
            # Whom one replica held while the other looked is told by the next beat, which comes in a minute.
            self._runner.run(self._beat())

    async def _beat(self) -> None:
        await self.metronome.beat()
        await self.metronome.answered()

    def answer_bells(self) -> None:
        """What was posted meanwhile is told at once, if it may be."""
        if not self.rung:
            return
        self.rung = False
        self.clock.advance(seconds=1)
        self._hear(lambda: self._runner.run(self.metronome.answered()), "bell")
        self.database.transact(seen.deliver)

    def _hear(self, telling: Callable[[], None], why: str) -> None:
        before = self.database.view(seen.before, self.now)
        for key in before.expired:
            self._untell(key)
        telling()
        heard, letters = self.database.view(seen.told_at, self.now)
        self.check_wants()
        expected = self._expected(before)
        # Replicas beat more than once: what somebody loses in the first beat is somebody else's in the next,
        # unless they have had a digest already.
        had = {chat - 1000 for chat, priority, _ in letters if priority == Priority.REMINDER} - set(heard)
        for _ in self.databases[1:]:
            expected |= self._expected(before, had=had | set(expected))
        self.story.append(f"{self.local:%m-%d %a %H:%M:%S} {why}: {seen.shown(heard)}")
        assert expected == heard, f"page: {seen.shown(expected)}\nheard: {seen.shown(heard)}"
        self._check_letters(letters, heard)
        self.heard += sum(len(one) for one in heard.values())

    def _expected(self, before: seen.Before, had: Collection[int] = ()) -> seen.Heard:
        local, page = self.local, self.page
        for one in self.people.people.values():
            one.filling = before.filling.get(one.id)
        books = (Rulebook(), *self.rules.values())
        if before.was_down or any(book.may_digest(local) for book in books):
            if self._looked_on != self.today:
                self._looked_on = self.today
                page.look_at_leaves(self.today)
            page.plan(self.today)
        expected: seen.Heard = {}
        for one in sorted(self.people.people.values(), key=lambda one: one.id):
            mornings = one.rules.may_digest(local)
            mornings = mornings and one.id not in had and self.today not in page.digests.get(one.id, ())
            if not one.reachable:
                if mornings or one.id in before.urgent:
                    page.give_back(one.id, self.today)
                continue
            busy = one.filling is not None and self.now - one.filling[1] < BUSY
            if busy or not mornings:
                continue
            said = page.hear(one, self.now, self.today)
            if said:
                expected[one.id] = {key: marks for key, (_, marks) in said.items()}
        return expected

    def _check_letters(self, letters: list[seen.Letter], heard: seen.Heard) -> None:
        """At most one digest a person a day, in its hours; nothing urgent at night; all lines in it."""
        for chat, priority, payload in letters:
            assert chat > 1000, "to nobody"
            person = chat - 1000
            rules = self.people.people[person].rules if person in self.people.people else self.rules[ROOT]
            if priority == Priority.URGENT:
                assert rules.may_alert(self.local), f"{person} is told something at night"
                continue
            assert rules.may_digest(self.local), f"{person} has a digest at {self.local}"
            days = self.page.digests.setdefault(person, set())
            assert self.today not in days, f"{person} has a second digest"
            days.add(self.today)
            self._letters[person, self.today] = heard.get(person, {})
            if person in self.people.people:
                assert self.people.people[person].reachable, f"{person} cannot be told"
            lines = [key for key in heard.get(person, {}) if key[1][0] != "review"]
            if len(lines) <= TOLD_ON_ONE_PAGE:
                assert {f"户{key[0]}" for key in lines} <= {
                    name for name in (f"户{one}" for one in LIAISONS) if name in payload["text"]
                }
        digests = {chat - 1000 for chat, priority, _ in letters if priority == Priority.REMINDER}
        assert set(heard) <= digests, "marked told and not written"

    def _untell(self, key: str) -> None:
        """A digest expired before Telegram took it: all of it waits for the next one."""
        kind, *rest = key.split(":")
        if kind != "digest":
            return
        person, day = int(rest[0]), date.fromisoformat(rest[1])
        self.page.digests[person].discard(day)
        for item, marks in self._letters.pop((person, day)).items():
            self.page.untell(item, person, marks)

    # --- what is due -------------------------------------------------------------------------------------

    def check_wants(self) -> None:
        """Exactly what the page calls for is open, on its days, with whoever has it."""
        page = {
            key: (one.due_on, one.opens_on, one.given, one.officer, one.turn)
            for key, one in self.page.items.items()
            if one.is_open
        }
        product = self.database.view(seen.open_items)
        for key in {**page, **product}:
            assert page.get(key) == product.get(key), f"{key}: {page.get(key)} but {product.get(key)}"

    def refresh(self, *numbers: int) -> None:
        for number in numbers or self.page.files:
            self.page.refresh(self.page.files[number], self.today)
