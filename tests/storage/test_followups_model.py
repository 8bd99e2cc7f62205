"""Random months of casework against a model of one page: nothing due is missing, nothing is told twice."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from storage.codes import AidKind, Role
from storage.columns import table_of
from storage.due import followups, notices, notices_plan, steps
from storage.errors import HouseholdClosed, TooLateToUndo
from storage.reporting import revisits, visits
from storage.tables.dossiers import Household
from tests.storage import casework

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database, Transaction
    from storage.due.notices import Morning
    from tests.clock import FakeClock

START = date(2017, 1, 2)
RECHECK = {"SPECIAL": 90, "LONG": 180, "TEMP": 60}
REVISIT = {AidKind.LIVING: (30,), AidKind.SPRING: (15,), AidKind.JOB: (30, 90)}
AGAIN = {"CLOSE": None, "AGAIN_30": 30, "AGAIN_60": 60, "MORE_AID": None}
Due = tuple[str, str | None, date]


@dataclass
class Report:
    """A report as the model remembers it."""

    id: str
    aid_id: str | None
    answers: dict[str, object]
    at: datetime
    undone: bool = False
    # A next visit on the rule's own day is the rule's, and moves with it.
    follows_rule: bool = False

    @property
    def day(self) -> date:
        return date.fromisoformat(str(self.answers["date"]))

    @property
    def met(self) -> bool:
        return self.answers["met"] != "NOBODY"

    def named(self, slug: str) -> date | None:
        return date.fromisoformat(str(self.answers[slug])) if slug in self.answers else None


@dataclass
class Page:
    """One household on one page: all that happened, and what follows from it."""

    category: str = "SPECIAL"
    closed: bool = False
    reports: list[Report] = field(default_factory=list)
    payments: dict[str, tuple[AidKind, date]] = field(default_factory=dict)

    def due(self) -> Counter[Due]:
        if self.closed:
            return Counter()
        revisit = [(aid_id, self._revisit(aid_id)) for aid_id in self.payments]
        return Counter(
            [self._visit(), *[("revisit", aid_id, day) for aid_id, day in revisit if day is not None]]
        )

    def _told(self, aid_id: str | None) -> list[Report]:
        # Sorting is stable: of one day's reports the one typed last comes last.
        return sorted(
            (one for one in self.reports if one.aid_id == aid_id and not one.undone), key=lambda one: one.day
        )

    def _visit(self) -> Due:
        last, retry = None, None
        for one in self._told(None):
            if one.met:
                last, retry = one, None
            elif last is None or one.day > last.day:
                retry = one.named("retry_on")
        if retry is not None:
            return ("retry", None, retry)
        if last is None:
            return ("recheck", None, START + timedelta(days=RECHECK[self.category]))
        by_rule = last.day + timedelta(days=RECHECK[self.category])
        chosen = None if last.follows_rule else last.named("next_visit")
        return ("recheck", None, chosen or by_rule)

    def note_rule(self, one: Report) -> None:
        """See whether the next visit named in a report is the day of today's rule."""
        chosen = one.named("next_visit")
        if chosen is not None and (chosen - one.day).days == RECHECK[self.category]:
            one.follows_rule = True

    def _revisit(self, aid_id: str) -> date | None:
        kind, paid_on = self.payments[aid_id]
        left = [paid_on + timedelta(days=days) for days in REVISIT[kind]]
        due: date | None = left.pop(0)
        for one in self._told(aid_id):
            again = AGAIN.get(str(one.answers.get("conclusion")))
            if not one.met:
                due = one.named("retry_on") or one.day + timedelta(days=7)
            elif again is not None:
                due = one.day + timedelta(days=again)
            else:
                due = left.pop(0) if left else None
        return due


Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "visit", "visit", "named", "attempt", "attempt_retry", "pay", "revisit", "revisit",
                "unreached", "amend", "undo", "category", "close", "days", "days", "days", "weeks", "snooze",
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
        self.told: Counter[tuple[int, date, str, int]] = Counter()
        clock.set(datetime(2017, 1, 2, 1, tzinfo=UTC))
        database.transact(self._begin)

    @property
    def today(self) -> date:
        return self.clock.now.date()

    def _begin(self, tx: Transaction) -> None:
        casework.person(tx, self.person, "干部", casework.BRANCH, Role.CADRE)
        casework.household(tx, self.number, liaison_id=self.person, opened_on=START)
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
                }
                acts[act](day, choice)
        self.compare()

    def compare(self) -> None:
        far = self.today + timedelta(days=2000)
        items = self.database.view(lambda tx: followups.due(tx, far, household_id=self.number))
        assert self.page.due() == Counter((str(one.kind), one.aid_id, one.due_on) for one in items)

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
        conclusion = list(AGAIN)[choice % len(AGAIN)]
        answers = casework.went_back(day, conclusion)
        if act == "unreached":
            answers = {"date": day.isoformat(), "met": "NOBODY"}
        self._submit(aid_id, answers)

    def _pay(self, day: date, choice: int) -> None:
        aid_id = f"{self.number}-{next(self.ids)}"
        kind = list(REVISIT)[choice % len(REVISIT)]

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
        self.page.category = list(RECHECK)[choice % len(RECHECK)]
        self._change(category=self.page.category)

    def _close(self, _day: date, choice: int) -> None:
        if choice == 0:
            self.page.closed = True
            self._change(state="CLOSED", closed_on=START)

    def _snooze(self, _day: date, choice: int) -> None:
        items = self.database.view(lambda tx: followups.due(tx, self.today, household_id=self.number))
        if items and items[choice % len(items)].snoozes < steps.SNOOZES_MAX:
            item = items[choice % len(items)]
            person = self.database.view(casework.get, self.person)
            self.database.transact(steps.snooze, person, item.id, self.today + timedelta(days=3))

    def _pass(self, days: int) -> None:
        """Days go by, with a beat every morning, or only on the last one."""
        for step in range(days):
            self.clock.advance(days=1)
            if days < 7 or step == days - 1:
                self.morning()

    def morning(self) -> None:
        while self.database.transact(notices_plan.plan):
            pass
        morning: Morning | None = self.database.transact(notices.take, self.person)
        heard = {(one.item.id, one.item.due_on): one for one in morning.lines} if morning else {}
        for line in heard.values():
            self.told[line.item.id, line.item.due_on, line.stage, line.item.snoozes] += 1
        assert [] == [key for key, times in self.told.items() if times > 1], "told twice"
        for item in self.database.view(lambda tx: followups.due(tx, self.today, household_id=self.number)):
            waits = item.snoozed_until is not None and item.snoozed_until > self.today
            known = (item.id, item.due_on, str(item.stage), item.snoozes) in self.told
            assert waits or known, f"never told: {item}"


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
