"""What people do about a due item without a report: put off, take, give to another, give days, close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from storage.codes import FollowupState, StepAct
from storage.columns import table_of
from storage.members import people
from storage.steps import steps
from storage.tables.work import Followup, FollowupStep
from tests.reminders.months.doing import Doing
from tests.reminders.months.rulebook import after
from tests.reminders.months.world import CADRES, DECIDERS, REPORTERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.core.transaction import Transaction
    from storage.members.people import Person
    from tests.reminders.months.told_page import Item, ItemKey

# How often who acts on an item is whoever has it.
OWNERS = 0.4


class ActsOnItems(Doing):
    """Done in the product and noted with the item."""

    _numbers: dict[ItemKey, int]

    def snooze(self) -> None:
        until = after(self.world.today, self.dice.choice([1, 3, 7, 14]))
        self._step(
            CADRES + DECIDERS,
            lambda tx, who, number: steps.snooze(tx, who, number, until),
            lambda item, _: item.quiet_until(until),
        )

    def set_aside(self) -> None:
        until = after(self.world.today, self.dice.randint(1, 20))
        act = self.dice.choice([StepAct.MOVED, StepAct.DECLINED, StepAct.HOSPITAL])
        self._step(
            CADRES + DECIDERS,
            lambda tx, who, number: steps.set_aside(tx, who, number, act, until, "去外地了"),
            lambda item, _: item.quiet_until(until),
        )

    def give_days(self) -> None:
        def note(item: Item, _: int) -> None:
            until = after(self.world.today, item.file.rules["more"])
            # Time that was given before is never cut short.
            item.quiet_until(max(until, item.put_off or until))

        self._step(DECIDERS, lambda tx, who, number: steps.give_days(tx, who, number, "路不通"), note)

    def take(self) -> None:
        def note(item: Item, by: int) -> None:
            item.given, item.officer, item.put_off, item.next = by, False, None, None
            item.turn += 1

        self._step(DECIDERS, steps.take, note)

    def reassign(self) -> None:
        to = self.dice.choice(list(REPORTERS))

        def note(item: Item, _: int) -> None:
            today = self.world.today
            item.given = None if to == item.file.liaison else to
            item.officer, item.put_off = False, None
            item.turn += 1
            item.ladder_from = max(item.due_on, today)
            # The one it was given to hears of today's stage by a message of its own.
            item.next, item.next_on = "opens", item.opens_on
            if item.opens_on <= today:
                item.goes_on_after(item.stage_on(today))

        self._step(DECIDERS, lambda tx, who, number: steps.reassign(tx, who, number, to), note)

    def dismiss(self) -> None:
        def note(item: Item, _: int) -> None:
            key = (item.file.id, item.key)
            item.file.closings[item.key] = (self.world.today, self._numbers[key])
            del self.world.page.items[key]
            self.world.refresh(item.file.id)

        self._step(DECIDERS, lambda tx, who, number: steps.close(tx, who, number, "不用再去"), note)

    def _step(
        self,
        by: tuple[int, ...],
        act: Callable[[Transaction, Person, int], object],
        note: Callable[[Item, int], object],
    ) -> None:
        """Somebody acts on an item, soon due ones first; noted where it was done, and not done before."""
        self._numbers = self.world.database.view(_numbers)
        soon = sorted(
            self._numbers, key=lambda one: (self.world.page.items[one].opens_on, one[0], str(one[1]))
        )
        if not soon:
            return
        key = self.dice.choice(soon[:6])
        item, number = self.world.page.items[key], self._numbers[key]
        actor = self.dice.choice(by)
        if by != DECIDERS and item.owner is not None and self.dice.random() < OWNERS:
            actor = item.owner
        self.world.story[-1] += f" {actor}: {key}"
        # Whoever is gone acts no more, and who acts has not blocked the bot.
        if self.world.people.people[actor].reachable:
            before = self.world.database.view(_steps_of, number)
            if self.done(lambda tx: act(tx, _speaking(tx, actor), number)) and (
                self.world.database.view(_steps_of, number) > before
            ):
                note(item, actor)


def _speaking(tx: Transaction, number: int) -> Person:
    """Somebody as they are when they speak: whoever stands in sees the branch of the one who is away."""
    person = people.find(tx, 1000 + number)
    assert person is not None
    return person


def _steps_of(tx: Transaction, number: int) -> int:
    table = table_of(FollowupStep)
    return tx.connection.scalar(select(func.count()).where(table.c.followup_id == number)) or 0


def _numbers(tx: Transaction) -> dict[ItemKey, int]:
    table = table_of(Followup)
    rows = tx.connection.execute(
        select(table).where(table.c.state == FollowupState.OPEN).order_by(table.c.id)
    )
    return {(row.household_id, (row.kind, row.aid_id, row.round, row.source)): row.id for row in rows}
