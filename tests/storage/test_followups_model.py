"""Random months of casework against a model of one page: nothing due is missing, nothing is told twice."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from storage.codes import Role, Stage
from storage.columns import table_of
from storage.due import followups, policies
from storage.errors import HouseholdClosed, TooLateToUndo
from storage.reporting import revisits, visits
from storage.steps import steps
from storage.tables.dossiers import Household
from storage.tables.people import Union
from storage.telling import hearers, notices, notices_plan
from tests.storage import casework
from tests.storage.page import AGAIN, START, Page, Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database, Transaction
    from storage.telling.notices import Line
    from tests.clock import FakeClock

# What the officer changes; None takes a rule back.
CHANGES: list[tuple[str, object]] = [
    ("recheck.SPECIAL", 30), ("recheck.SPECIAL", 150), ("recheck.LONG", 365), ("recheck.TEMP", 45),
    ("revisit.LIVING", [20]), ("revisit.LIVING", [30, 60]), ("revisit.JOB", [60]),
    ("revisit.JOB", [20, 50, 80]),
    ("window", 0), ("window", 14), ("retry", 3), ("missed", 2), ("review", False), ("review", True),
    ("ladder.late", 1), ("ladder.late", 5), ("ladder.officer", 5), ("ladder.officer", 12),
]  # fmt: skip
STAGES = list(Stage)
FAR = date(2050, 1, 1)
Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "visit", "visit", "named", "attempt", "attempt_retry", "pay", "revisit", "revisit",
                "unreached", "amend", "undo", "category", "close", "days", "days", "days", "weeks", "snooze",
                "rule", "rule", "dismiss", "until", "until", "until",
            ]
        ),
        st.integers(0, 40),
        st.integers(0, 11),
    ),
    min_size=4,
    max_size=30,
)  # fmt: skip
_EXAMPLES = itertools.count(1)


class World:
    """The database and the page, step by step side by side."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database, self.clock, self.page = database, clock, Page()
        self.number = next(_EXAMPLES)
        self.person = 1000 + self.number
        self.ids = itertools.count(1)
        self.told: Counter[tuple[int, date, int, str]] = Counter()
        # Each example has a branch of its own, whose rules are nobody else's.
        self.branch = 1000 + self.number
        clock.set(datetime(2017, 1, 2, 1, tzinfo=UTC))
        database.transact(self._begin)

    @property
    def today(self) -> date:
        return self.clock.now.date()

    def _begin(self, tx: Transaction) -> None:
        path = f"/{casework.ROOT}/{self.branch}/"
        branch = {"id": self.branch, "parent_id": casework.ROOT, "name": str(self.branch), "path": path}
        tx.connection.execute(insert(table_of(Union)), branch)
        casework.person(tx, self.person, "干部", self.branch, Role.CADRE)
        casework.household(tx, self.number, liaison_id=self.person, opened_on=START, union_id=self.branch)
        followups.refresh(tx, self.number)

    def step(self, act: str, back: int, choice: int) -> None:
        self.clock.advance(minutes=1)
        day = max(START, self.today - timedelta(days=back))
        ahead = (self.today + timedelta(days=1 + back)).isoformat()
        match act:
            case "visit":
                self._submit(None, casework.met(day))
            case "named":
                self._submit(None, casework.met(day, next_visit=ahead))
            case "attempt":
                self._submit(None, casework.missed(day))
            case "attempt_retry":
                self._submit(None, casework.missed(day, date.fromisoformat(ahead)))
            case "revisit" | "unreached":
                self._revisit(act, day, choice)
            case "days":
                self._pass(1 + choice)
            case "weeks":
                self._pass(7 * (1 + choice))
            case _:
                acts: dict[str, Callable[[date, int], None]] = {
                    "pay": self._pay,
                    "amend": self._amend,
                    "undo": self._undo,
                    "category": self._category,
                    "close": self._close,
                    "snooze": self._snooze,
                    "rule": self._rule,
                    "until": self._until,
                    "dismiss": self._dismiss,
                }
                acts[act](day, choice)
        self.compare()

    def compare(self) -> None:
        items = self.database.view(lambda tx: followups.due(tx, FAR, household_id=self.number))
        assert self.page.due() == Counter((str(one.kind), one.aid_id, one.due_on) for one in items)
        # What somebody has put off stays with them, even where a later rule calls it a third miss.
        offices = {one.for_role is not None for one in items if one.kind == "retry" and one.turn == 0}
        assert {one.officer for one in self.page.wants() if one.kind == "retry"} >= offices

    def _submit(self, aid_id: str | None, answers: dict[str, object]) -> None:
        report = Report(f"{self.number}-{next(self.ids)}", aid_id, answers, self.clock.now)

        def hand_in(tx: Transaction) -> None:
            person = casework.get(tx, self.person)
            told = {"report_id": report.id, "answers": answers, "form_version": 1}
            if aid_id is None:
                visits.submit(tx, person, household_id=self.number, **told)  # type: ignore[arg-type]  # as named
            else:
                revisits.submit(tx, person, aid_id=aid_id, **told)  # type: ignore[arg-type]  # as named

        if self.page.closed:
            with pytest.raises(HouseholdClosed):
                self.database.transact(hand_in)
            return
        for _ in range(2):
            self.database.transact(hand_in)
        self.page.note_rule(report)
        self.page.reports.append(report)

    def _revisit(self, act: str, day: date, choice: int) -> None:
        if not self.page.payments:
            return
        aid_id = list(self.page.payments)[choice % len(self.page.payments)]
        day = max(day, self.page.payments[aid_id][1])
        conclusion = list(AGAIN)[choice % len(AGAIN)]
        answers = casework.went_back(day, conclusion)
        if act == "unreached":
            answers = {"date": day.isoformat(), "met": "NOBODY"}
        self._submit(aid_id, answers)

    def _pay(self, day: date, choice: int) -> None:
        aid_id = f"{self.number}-{next(self.ids)}"
        kind = list(self.page.rules.revisit)[choice % len(self.page.rules.revisit)]

        def pay(tx: Transaction) -> None:
            casework.payment(tx, self.number, day, aid_id=aid_id, kind=kind)
            followups.refresh(tx, self.number)

        self.database.transact(pay)
        self.page.payments[aid_id] = (kind, day)

    def _amend(self, day: date, choice: int) -> None:
        standing = [one for one in self.page.reports if not one.undone]
        if not standing or self.page.closed:
            return
        report = standing[choice % len(standing)]
        if report.aid_id is not None:
            day = max(day, self.page.payments[report.aid_id][1])
        answers = {**report.answers, "date": day.isoformat()}
        module = visits if report.aid_id is None else revisits
        self.database.transact(
            lambda tx: module.amend(tx, casework.get(tx, self.person), report.id, answers) and None
        )
        report.answers = answers
        self.page.note_rule(report)

    def _undo(self, _day: date, choice: int) -> None:
        if not self.page.reports:
            return
        report = self.page.reports[-1 - choice % len(self.page.reports)]
        module = visits if report.aid_id is None else revisits

        def undo(tx: Transaction) -> None:
            module.undo(tx, casework.get(tx, self.person), report.id)

        if not report.undone and self.clock.now - report.at > timedelta(minutes=10):
            with pytest.raises(TooLateToUndo):
                self.database.transact(undo)
            return
        self.database.transact(undo)
        report.undone = True

    def _change(self, **columns: object) -> None:
        def change(tx: Transaction) -> None:
            table = table_of(Household)
            tx.connection.execute(update(table).where(table.c.id == self.number).values(**columns))
            followups.refresh(tx, self.number)

        self.database.transact(change)

    def _category(self, _day: date, choice: int) -> None:
        self.page.category = list(self.page.rules.recheck)[choice % len(self.page.rules.recheck)]
        self._change(category=self.page.category)

    def _close(self, _day: date, choice: int) -> None:
        if choice == 0:
            self.page.closed = True
            self._change(state="CLOSED", closed_on=START)

    def _snooze(self, _day: date, choice: int) -> None:
        items = self.database.view(lambda tx: followups.due(tx, self.today, household_id=self.number))
        items = [one for one in items if one.snoozes < steps.SNOOZES_MAX and one.for_role is None]
        if items:
            item = items[choice % len(items)]
            person = self.database.view(casework.get, self.person)
            self.database.transact(steps.snooze, person, item.id, self.today + timedelta(days=3))

    def _rule(self, day: date, choice: int) -> None:
        """The officer sets a rule of the branch."""
        key, value = CHANGES[(choice + day.day) % len(CHANGES)]
        person = self.database.view(casework.get, casework.WANG)
        self.database.transact(policies.change, person, self.branch, key, value)
        self.page.rules.change(key, value, self.today)

    def _dismiss(self, _day: date, choice: int) -> None:
        """The officer closes something by hand; what that is on the page is found by kind and day."""
        items = self.database.view(lambda tx: followups.due(tx, FAR, household_id=self.number))
        if not items:
            return
        item = items[choice % len(items)]
        person = self.database.view(casework.get, casework.WANG)
        self.database.transact(steps.close, person, item.id, "不用再去")
        (want,) = (
            one
            for one in self.page.wants()
            if (one.kind, one.aid_id, one.day) == (str(item.kind), item.aid_id, item.due_on)
        )
        self.page.closings[want.of] = self.today

    def _until(self, day: date, choice: int) -> None:
        """Time goes by until something is about to open, due, or late."""
        items = self.database.view(lambda tx: followups.due(tx, FAR, household_id=self.number))
        if items:
            offset = (-7, -1, 0, 1, 2, 3, 7)[day.day % 7]
            ahead = (items[choice % len(items)].due_on - self.today).days + offset
            if 0 < ahead < 400:
                self._pass(ahead)

    def _pass(self, days: int) -> None:
        """Days go by, with a beat every morning, or only on the last one."""
        for step in range(days):
            self.clock.advance(days=1)
            if days < 7 or step == days - 1:
                self.morning()

    def morning(self) -> None:
        while self.database.transact(notices_plan.plan):
            pass
        lines = self.database.transact(_told, self.person)
        for line in lines:
            self.told[line.item.id, line.item.due_on, line.item.turn, line.stage] += 1
        assert [] == [key for key, times in self.told.items() if times > 1], "told twice"
        for item in self.database.view(lambda tx: followups.due(tx, self.today, household_id=self.number)):
            waits = item.snoozed_until is not None and item.snoozed_until > self.today
            # A rule may have moved a stage further off after it, or a later one, was told.
            further = STAGES[STAGES.index(item.stage) :]
            known = any((item.id, item.due_on, item.turn, stage) in self.told for stage in further)
            assert waits or known or item.for_role is not None, f"never told: {item}"


def _told(tx: Transaction, person: int) -> tuple[Line, ...]:
    hearer = hearers.hold(tx, person)
    assert hearer is not None
    return notices.take(tx, hearer, tx.today)


@pytest.mark.slow
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_whatever_happens_what_is_due_follows_from_the_facts_and_is_told_once(
    sqlite_database: Database, clock: FakeClock, steps: list[Step]
) -> None:
    if not sqlite_database.view(lambda tx: tx.connection.exec_driver_sql("SELECT 1 FROM unions").first()):
        sqlite_database.transact(casework.found)
    world = World(sqlite_database, clock)
    for act, back, choice in steps:
        world.step(act, back, choice)


def test_a_named_day_that_was_the_rules_own_moves_with_an_amended_visit(
    sqlite_database: Database, clock: FakeClock
) -> None:
    sqlite_database.transact(casework.found)
    world = World(sqlite_database, clock)
    for act, back, choice in [("category", 0, 2), *[("days", 0, 8)] * 2, ("named", 40, 0), ("amend", 0, 0)]:
        world.step(act, back, choice)
