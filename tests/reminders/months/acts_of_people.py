"""What changes with people: rules, leaves, handovers, who is gone or blocked the bot, reports begun."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from storage.codes import DraftState
from storage.due import policies
from storage.members import people
from storage.reporting import drafts
from storage.takeover import departures, handovers, leave
from tests.reminders.months.doing import Doing
from tests.reminders.months.people_page import Leave
from tests.reminders.months.rulebook import MOVING, after
from tests.reminders.months.world import BRANCH, CADRES, LIU, REPORTERS, ROOT, WANG

if TYPE_CHECKING:
    from storage.core.transaction import Transaction

# What may be set, and of which unions; None takes it back.
RULES: tuple[tuple[str, tuple[object, ...], tuple[int, ...]], ...] = (
    ("recheck.SPECIAL", (30, 45, 120, None), (ROOT, BRANCH)),
    ("recheck.LONG", (60, 90, None), (ROOT, BRANCH)),
    ("revisit.LIVING", ([10], [20, 40], [30, 60, 90], None), (BRANCH,)),
    ("revisit.JOB", ([20], [20, 50, 80], None), (BRANCH,)),
    ("monitor", ([20, 60], [40], None), (ROOT,)),
    ("retry", (3, 5, None), (ROOT, BRANCH)),
    ("missed", (2, 4, None), (ROOT, BRANCH)),
    ("review", (False, True, None), (ROOT, BRANCH)),
    ("window", (0, 3, 14, None), (ROOT, BRANCH)),
    ("ladder.late", (1, 5, None), (ROOT, BRANCH)),
    ("ladder.officer", (5, 10, None), (ROOT, BRANCH)),
    ("ladder.chair", (8, 10, 20, None), (ROOT, BRANCH)),
    ("digest_at", ("07:45", "10:00", None), (ROOT, BRANCH)),
    ("quiet_from", ("18:00", "22:30", None), (ROOT, BRANCH)),
    ("quiet_until", ("06:00", "08:15", None), (ROOT, BRANCH)),
    ("holidays", (False, None), (BRANCH,)),
)


class ActsOfPeople(Doing):
    """Done in the product and noted on the pages of people and rules."""

    def rule(self) -> None:
        key, values, unions = self.dice.choice(RULES)
        value, union = self.dice.choice(values), self.dice.choice(unions)
        book = self.world.rules[union]
        if value is None and key not in book.own:
            return
        same = value is not None and book[key] == value

        def change(tx: Transaction) -> None:
            who = people.get(tx, WANG)
            if value is None:
                policies.reset(tx, who, union, key)
            else:
                policies.change(tx, who, union, key, value)

        if (
            not self.world.people.people[WANG].removed
            and self.done(change, twice=value is not None)
            and not same
        ):
            self.world.story[-1] += f" {key} {value} of {union}"
            book.change(key, value, self.world.today)
            if key.startswith(MOVING):
                self.world.refresh()

    def go_on_leave(self) -> None:
        by, instead = self.dice.choice(list(REPORTERS)), self.dice.choice(list(REPORTERS))
        first = after(self.world.today, self.dice.choice([0, 0, 1, 4]))
        last = after(first, self.dice.randint(0, 12))
        kept: list[Any] = []

        def away(tx: Transaction) -> None:
            kept[:] = [leave.away(tx, people.get(tx, by), last, instead, from_on=first)]

        if not self.world.people.people[by].reachable or not self.done(away):
            return
        new = kept[0]
        leaves = self.world.people.leaves
        if any(one.id == new.id for one in leaves):
            return
        for one in [
            one for one in leaves if one.person == by and one.first <= last and one.last >= new.from_on
        ]:
            if one.first < new.from_on:
                one.last = after(new.from_on, -1)
            else:
                leaves.remove(one)
        leaves.append(Leave(new.id, by, instead, new.from_on, new.until_on, self.world.today))
        self.world.page.look_at_leaves(self.world.today)

    def come_back_from_leave(self) -> None:
        ahead = [one for one in self.world.people.leaves if one.last >= self.world.today]
        if ahead:
            by = self.dice.choice(ahead).person
            over = min((one for one in ahead if one.person == by), key=lambda one: (one.first, one.id))
            if self.done(lambda tx: leave.back(tx, people.get(tx, by)), twice=False):
                self.world.people.leaves.remove(over)
                self.world.page.again(self.world.today, owner=by, back=True)
                self.world.page.look_at_leaves(self.world.today)

    def hand_over(self) -> None:
        """Households are offered, and taken over or not."""
        file, to = self.file(), self.dice.choice(list(REPORTERS))
        giver, by = file.liaison, self.dice.choice([file.liaison, WANG])
        if giver is None or by is None or not self.world.people.people[by].reachable:
            return
        made: list[Any] = []

        def offer(tx: Transaction) -> None:
            made[:] = [handovers.offer(tx, people.get(tx, by), [file.id], to, giver_id=giver)]

        if not self.done(offer):
            return
        accepts = to == by or self.dice.random() < 0.7
        if to != by:
            answer = handovers.accept if accepts else handovers.decline
            accepts = (
                self.done(lambda tx: answer(tx, people.get(tx, to), made[0].id), twice=False) and accepts
            )
        if accepts:
            file.liaison = to
            for item in self.world.page.items.values():
                if item.file is file and item.is_open and item.given == giver:
                    item.given = None
            self.world.page.again(self.world.today, files=[file.id])

    def remove(self) -> None:
        gone = self.dice.choice(CADRES)
        here = [one for one in CADRES if not self.world.people.people[one].removed]
        if (
            gone in here
            and len(here) > 1
            and self.done(lambda tx: departures.remove(tx, people.get(tx, LIU), gone), twice=False)
        ):
            self.world.people.people[gone].removed = True
            self.world.people.leaves[:] = [one for one in self.world.people.leaves if one.person != gone]
            self.world.page.again(self.world.today, owner=gone)
            self.world.page.look_at_leaves(self.world.today)

    def block(self) -> None:
        one = self.world.people.people[self.dice.choice(list(REPORTERS))]
        if one.reachable and self.done(lambda tx: departures.blocked(tx, 1000 + one.id)):
            one.blocked = True
            self.world.page.again(self.world.today, owner=one.id)
            self.world.page.look_at_leaves(self.world.today)

    def unblock(self) -> None:
        for one in [one for one in self.world.people.people.values() if one.blocked]:
            self.done(partial(departures.reachable, chat_id=1000 + one.id))
            one.blocked = False
            self.world.page.again(self.world.today, owner=one.id, back=True)

    def begin_a_report(self) -> None:
        one = self.world.people.people[self.dice.choice(list(REPORTERS))]
        file = self.file()
        if one.reachable and file.union in self.world.database.view(people.get, one.id).scope:
            self.done(lambda tx: _begin(tx, one.id, file.id))

    def put_a_report_aside(self) -> None:
        for number in REPORTERS:
            draft = self.world.database.view(drafts.active, number)
            if draft is not None:
                state = self.dice.choice([None, DraftState.CANCELLED, DraftState.SUBMITTED])
                self.done(partial(_leave, draft_id=draft.id, state=state))


def _begin(tx: Transaction, person: int, household: int) -> None:
    drafts.open_draft(tx, people.get(tx, person), form="visit", household_id=household, content={})


def _leave(tx: Transaction, draft_id: str, state: DraftState | None) -> None:
    if state is None:
        drafts.keep(tx, draft_id)
    else:
        drafts.close(tx, draft_id, state)
