"""Everything that happens in a month: each act is done in the product, mostly twice, and noted on the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from storage.codes import DraftState, FollowupState, StepAct
from storage.columns import table_of
from storage.due import followups, policies, steps
from storage.errors import Refused
from storage.members import people
from storage.reporting import drafts, revisits, visits
from storage.tables.dossiers import Household
from storage.tables.work import Followup, FollowupStep
from storage.takeover import departures, handovers, leave
from tests.reminders.months.file_page import Report
from tests.reminders.months.people_page import Leave
from tests.reminders.months.rulebook import AGAIN, MOVING, after
from tests.reminders.months.world import BRANCH, CHEN, GUO, LI, LIU, REPORTERS, ROOT, WANG, ZHANG, ZHAO, World
from tests.storage import casework

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from storage.core.transaction import Transaction
    from storage.due.steps import Step
    from tests.reminders.months.file_page import FilePage
    from tests.reminders.months.told_page import Item, ItemKey

CADRES, DECIDERS = (ZHANG, LI, ZHAO), (GUO, WANG, CHEN)
KINDS = ("LIVING", "SPRING", "JOB", "STUDY")
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


@dataclass
class Acts:
    """What may happen in a world, chosen by dice."""

    world: World
    dice: Random
    _number: int = 0

    def one(self) -> None:
        """Something happens."""
        names = [name for name, weight in WEIGHTS.items() for _ in range(weight)]
        name = self.dice.choice(names)
        self.world.clock.advance(seconds=1)
        self.world.story.append(f"{self.world.local:%m-%d %a %H:%M:%S} {name}")
        getattr(self, name)()
        self.world.check_wants()

    # --- reports -----------------------------------------------------------------------------------------

    def visit(self) -> None:
        self._submit(None, casework.met(self._day_back()))

    def visit_that_names_a_day(self) -> None:
        ahead = after(self.world.today, self.dice.randint(1, 30)).isoformat()
        self._submit(None, casework.met(self._day_back(), next_visit=ahead))

    def miss(self) -> None:
        retry_on = self.dice.choice([None, after(self.world.today, self.dice.randint(1, 9))])
        self._submit(None, casework.missed(self._day_back(), retry_on))

    def revisit(self) -> None:
        self._submit(self._payment(), casework.went_back(self._day_back(), self.dice.choice(list(AGAIN))))

    def revisit_that_meets_nobody(self) -> None:
        self._submit(self._payment(), {"date": self._day_back().isoformat(), "met": "NOBODY"})

    def amend(self) -> None:
        file = self._file()
        standing = [one for one in file.reports if not one.undone]
        if not standing:
            return
        report = self.dice.choice(standing)
        answers = {**report.answers, "date": self._day_back().isoformat()}
        module = visits if report.aid_id is None else revisits
        if self._done(lambda tx: module.amend(tx, people.get(tx, report.by), report.id, answers)):
            report.answers = answers
            file.note_rule(report)
            self.world.refresh(file.id)

    def undo(self) -> None:
        file = self._file()
        if not file.reports:
            return
        report = file.reports[-1]
        module = visits if report.aid_id is None else revisits
        if self._done(lambda tx: module.undo(tx, people.get(tx, report.by), report.id)):
            report.undone = True
            self.world.refresh(file.id)

    def _submit(self, aid_id: str | None, answers: dict[str, object]) -> None:
        file = self._file(aid_id)
        by = self._reporter(file)
        self._number += 1
        report = Report(f"r{self._number}", aid_id, by, answers, self.world.now)
        said: dict[str, Any] = {"report_id": report.id, "answers": answers, "form_version": 1}

        def hand_in(tx: Transaction) -> None:
            if aid_id is None:
                visits.submit(tx, people.get(tx, by), household_id=file.id, **said)
            else:
                revisits.submit(tx, people.get(tx, by), aid_id=aid_id, **said)

        if answers.get("conclusion") is None and "conclusion" in answers:
            return
        if self._done(hand_in):
            file.note_rule(report)
            file.reports.append(report)
            self.world.refresh(file.id)

    # --- what becomes of a household ---------------------------------------------------------------------

    def pay(self) -> None:
        file, paid_on = self._file(), self._day_back()
        self._number += 1
        aid_id, kind = f"a{self._number}", self.dice.choice(KINDS)

        def paid(tx: Transaction) -> None:
            casework.payment(tx, file.id, paid_on, aid_id=aid_id, kind=casework.AidKind(kind))
            followups.refresh(tx, file.id)

        self.world.database.transact(paid)
        file.payments[aid_id] = (kind, paid_on)
        self.world.refresh(file.id)

    def leave_the_list(self) -> None:
        """Out of hardship: from now on the household is only looked after."""
        file = self._file()
        if file.state == "ACTIVE":
            file.state, file.monitor_from = "MONITOR", self._day_back()
            self._set(file, state="MONITOR", monitor_from=file.monitor_from)

    def close_the_file(self) -> None:
        file = self._file()
        file.state = "CLOSED"
        self._set(file, state="CLOSED", closed_on=self.world.today)

    def come_back(self) -> None:
        file = self._file()
        file.state = "ACTIVE"
        self._set(file, state="ACTIVE", closed_on=None)

    def pause(self) -> None:
        file = self._file()
        file.paused_until = after(self.world.today, self.dice.randint(1, 12))
        self._set(file, paused_until=file.paused_until)

    def wake(self) -> None:
        file = self._file()
        file.paused_until = None
        self._set(file, paused_until=None)

    def _set(self, file: FilePage, **columns: object) -> None:
        def change(tx: Transaction) -> None:
            table = table_of(Household)
            tx.connection.execute(update(table).where(table.c.id == file.id).values(**columns))
            followups.refresh(tx, file.id)

        self.world.database.transact(change)
        self.world.refresh(file.id)

    # --- what people do about an item --------------------------------------------------------------------

    def snooze(self) -> None:
        until = after(self.world.today, self.dice.choice([1, 3, 7, 14]))
        for by, number, item in self._some_item(CADRES + DECIDERS):
            if self._stepped(lambda tx, who: steps.snooze(tx, who, number, until), by, number):
                item.quiet_until(until)

    def set_aside(self) -> None:
        until = after(self.world.today, self.dice.randint(1, 20))
        for by, number, item in self._some_item(CADRES + DECIDERS):
            act = self.dice.choice([StepAct.MOVED, StepAct.DECLINED, StepAct.HOSPITAL])
            if self._stepped(
                lambda tx, who: steps.set_aside(tx, who, number, act, until, "去外地了"), by, number
            ):
                item.quiet_until(until)

    def give_days(self) -> None:
        for by, number, item in self._some_item(DECIDERS):
            until = after(self.world.today, item.file.rules["more"])
            until = max(until, item.put_off or until)
            if self._stepped(lambda tx, who: steps.give_days(tx, who, number, "路不通"), by, number):
                item.quiet_until(until)

    def take(self) -> None:
        for by, number, item in self._some_item(DECIDERS):
            if self._stepped(lambda tx, who: steps.take(tx, who, number), by, number):
                item.given, item.officer, item.put_off, item.next = by, False, None, None
                item.turn += 1

    def reassign(self) -> None:
        to = self.dice.choice(list(REPORTERS))
        for by, number, item in self._some_item(DECIDERS):
            if self._stepped(lambda tx, who: steps.reassign(tx, who, number, to), by, number):
                today = self.world.today
                item.given = None if to == item.file.liaison else to
                item.officer, item.put_off = False, None
                item.turn += 1
                item.ladder_from = max(item.due_on, today)
                # The one it was given to hears of today's stage by a message of its own.
                item.next, item.next_on = "opens", item.opens_on
                if item.opens_on <= today:
                    item.goes_on_after(item.stage_on(today))

    def dismiss(self) -> None:
        for by, number, item in self._some_item(DECIDERS):
            if self._stepped(lambda tx, who: steps.close(tx, who, number, "不用再去"), by, number):
                item.file.closings[item.key] = (self.world.today, number)
                item.is_open = False
                del self.world.page.items[item.file.id, item.key]
                self.world.refresh(item.file.id)

    def _some_item(self, by: tuple[int, ...]) -> list[tuple[int, int, Item]]:
        """Somebody who might act, and an open item with its number; items soon due first."""
        there = self.world.database.view(_numbers)
        soon = sorted(there, key=lambda one: (self.world.page.items[one].opens_on, str(one)))
        if not soon:
            return []
        key = self.dice.choice(soon[:6])
        item = self.world.page.items[key]
        actor = self.dice.choice([*by, item.owner]) if by != DECIDERS else self.dice.choice(by)
        self.world.story[-1] += f" {actor}: {key}"
        return [] if actor is None else [(actor, there[key], item)]

    def _stepped(self, act: Callable[[Transaction, Any], Any], by: int, number: int) -> bool:
        """Whether the act was done and kept; whoever is gone acts no more, and who acts has not blocked us."""
        if not self.world.people.people[by].reachable:
            return False
        before = self.world.database.view(_steps_of, number)
        return self._done(lambda tx: act(tx, _speaking(tx, by))) and (
            self.world.database.view(_steps_of, number) > before
        )

    # --- rules and people --------------------------------------------------------------------------------

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
            and self._done(change, twice=value is not None)
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

        if not self.world.people.people[by].reachable or not self._done(away):
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
            if self._done(lambda tx: leave.back(tx, people.get(tx, by)), twice=False):
                self.world.people.leaves.remove(over)
                self.world.page.again(self.world.today, owner=by, back=True)
                self.world.page.look_at_leaves(self.world.today)

    def hand_over(self) -> None:
        """Households are offered, and taken over or not."""
        file, to = self._file(), self.dice.choice(list(REPORTERS))
        giver, by = file.liaison, self.dice.choice([file.liaison, WANG])
        if giver is None or by is None or not self.world.people.people[by].reachable:
            return
        made: list[Any] = []

        def offer(tx: Transaction) -> None:
            made[:] = [handovers.offer(tx, people.get(tx, by), [file.id], to, giver_id=giver)]

        if not self._done(offer):
            return
        accepts = to == by or self.dice.random() < 0.7
        if to != by:
            answer = handovers.accept if accepts else handovers.decline
            accepts = (
                self._done(lambda tx: answer(tx, people.get(tx, to), made[0].id), twice=False) and accepts
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
            and self._done(lambda tx: departures.remove(tx, people.get(tx, LIU), gone), twice=False)
        ):
            self.world.people.people[gone].removed = True
            self.world.people.people[gone].filling = None
            self.world.people.leaves[:] = [one for one in self.world.people.leaves if one.person != gone]
            self.world.page.again(self.world.today, owner=gone)
            self.world.page.look_at_leaves(self.world.today)

    def block(self) -> None:
        one = self.world.people.people[self.dice.choice(list(REPORTERS))]
        if not one.removed and self._done(lambda tx: departures.blocked(tx, 1000 + one.id)):
            if not one.blocked:
                one.blocked = True
                self.world.page.again(self.world.today, owner=one.id)
                self.world.page.look_at_leaves(self.world.today)

    def unblock(self) -> None:
        for one in self.world.people.people.values():
            if one.blocked and self._done(lambda tx, one=one: departures.reachable(tx, 1000 + one.id)):
                one.blocked = False
                self.world.page.again(self.world.today, owner=one.id, back=True)

    # --- reports being filled ----------------------------------------------------------------------------

    def begin_a_report(self) -> None:
        one = self.world.people.people[self.dice.choice(list(REPORTERS))]
        file = self._file()
        if one.removed or file.union not in self.world.database.view(people.get, one.id).scope:
            return

        def begin(tx: Transaction) -> None:
            drafts.open_draft(tx, people.get(tx, one.id), form="visit", household_id=file.id, content={})

        self._done(begin)
        one.filling = (file.id, self.world.now)

    def put_a_report_aside(self) -> None:
        for one in self.world.people.people.values():
            draft = self.world.database.view(drafts.active, one.id)
            if draft is not None:
                state = self.dice.choice([None, DraftState.CANCELLED, DraftState.SUBMITTED])
                self._done(
                    lambda tx, draft=draft, state=state: (
                        drafts.keep(tx, draft.id) if state is None else drafts.close(tx, draft.id, state)
                    )
                )
                one.filling = None

    # --- choices -----------------------------------------------------------------------------------------

    def _done(self, act: Callable[[Transaction], object], *, twice: bool = True) -> bool:
        """Do it, and mostly once more, as a double tap does; False where it is refused."""
        try:
            self.world.database.transact(_quietly, act)
        except Refused as refusal:
            self.world.story[-1] += f" (refused: {refusal.slug})"
            return False
        if twice and self.dice.random() < 0.7:
            try:
                self.world.database.transact(_quietly, act)
            except Refused as refusal:
                self.world.story[-1] += f" (again: {refusal.slug})"
        return True

    def _file(self, aid_id: str | None = None) -> FilePage:
        files = self.world.page.files
        if aid_id is None:
            return files[self.dice.choice(list(files))]
        return next(one for one in files.values() if aid_id in one.payments)

    def _payment(self) -> str | None:
        known = [aid_id for one in self.world.page.files.values() for aid_id in one.payments]
        return self.dice.choice(known) if known else None

    def _reporter(self, file: FilePage) -> int:
        people_page = self.world.people.people
        if file.liaison is not None and not people_page[file.liaison].removed and self.dice.random() < 0.7:
            return file.liaison
        return self.dice.choice([one for one in REPORTERS if not people_page[one].removed])

    def _day_back(self) -> date:
        return self.world.today - timedelta(days=self.dice.choice([0, 0, 0, 1, 2, 5, 20]))


def _quietly(tx: Transaction, act: Callable[[Transaction], object]) -> None:
    act(tx)


def _speaking(tx: Transaction, number: int) -> Any:  # noqa: ANN401 - a person, or nobody who speaks
    """Somebody as they are when they speak: whoever stands in sees the branch of the one who is away."""
    return people.find(tx, 1000 + number)


def _steps_of(tx: Transaction, number: int) -> int:
    table = table_of(FollowupStep)
    return tx.connection.scalar(select(func.count()).where(table.c.followup_id == number)) or 0


def _numbers(tx: Transaction) -> dict[ItemKey, int]:
    table = table_of(Followup)
    rows = tx.connection.execute(
        select(table).where(table.c.state == FollowupState.OPEN).order_by(table.c.id)
    )
    return {(row.household_id, (row.kind, row.aid_id, row.round, row.source)): row.id for row in rows}


WEIGHTS = {
    "visit": 4, "visit_that_names_a_day": 2, "miss": 6, "revisit": 4, "revisit_that_meets_nobody": 2,
    "amend": 3, "undo": 3, "pay": 4, "leave_the_list": 1, "close_the_file": 1, "come_back": 1,
    "pause": 2, "wake": 1, "snooze": 5, "set_aside": 2, "give_days": 2, "take": 3, "reassign": 4, "dismiss": 3,
    "rule": 6, "go_on_leave": 4, "come_back_from_leave": 2, "hand_over": 3, "remove": 1, "block": 2, "unblock": 2,
    "begin_a_report": 4, "put_a_report_aside": 2,
}  # fmt: skip
