"""One household's page: what happened there, and what therefore falls due; written from the rules alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from tests.reminders.months.rulebook import AGAIN, Rulebook, after, term_start

# What a need is, whatever its day: kind, payment, round, and the fact it follows from.
Key = tuple[str, str | None, int, str]


@dataclass
class Report:
    """A visit (no payment) or a revisit; undone it counts nowhere."""

    id: str
    aid_id: str | None
    by: int
    answers: dict[str, object]
    at: datetime
    undone: bool = False
    # A next visit named on the very day of the rule is the rule's, and moves with it.
    is_rules: bool = False

    @property
    def day(self) -> date:
        return date.fromisoformat(str(self.answers["date"]))

    @property
    def met(self) -> bool:
        return self.answers["met"] != "NOBODY"

    def named(self, slug: str) -> date | None:
        return date.fromisoformat(str(self.answers[slug])) if slug in self.answers else None


@dataclass(frozen=True)
class Want:
    """One thing the household needs."""

    key: Key
    due_on: date
    opens_on: date
    officer: bool = False


@dataclass
class FilePage:
    """Everything that is known of one household."""

    id: int
    rules: Rulebook
    union: int
    liaison: int | None
    opened_on: date
    category: str
    state: str = "ACTIVE"
    monitor_from: date = date.min
    paused_until: date | None = None
    reports: list[Report] = field(default_factory=list)
    payments: dict[str, tuple[str, date]] = field(default_factory=dict)
    # What was closed by hand: on which day, and the number under which that is known.
    closings: dict[Key, tuple[date, int]] = field(default_factory=dict)

    def wants(self) -> dict[Key, Want]:
        """What is to be done here, by what it is."""
        if self.state == "CLOSED":
            return {}
        visit = self._visit()
        found = [visit, self._review(visit), *(self._revisit(one) for one in self.payments)]
        return {one.key: one for one in found if one is not None}

    def note_rule(self, report: Report) -> None:
        """See whether a report names as the next visit just the day of today's rule."""
        chosen = report.named("next_visit")
        if report.aid_id is None and chosen is not None:
            report.is_rules |= (chosen - report.day).days == self.rules[f"recheck.{self.category}"]

    def _of(self, aid_id: str | None) -> list[Report]:
        # Sorting is stable: of one day's reports the one handed in last comes last.
        theirs = [one for one in self.reports if one.aid_id == aid_id and not one.undone]
        return sorted(theirs, key=lambda one: one.day)

    def _want(self, key: Key, due_on: date, *, officer: bool = False) -> Want:
        return Want(key, due_on, after(due_on, -self.rules["window"]), officer)

    def _visit(self) -> Want | None:
        last: Report | None = None
        tries: list[Report] = []
        for one in self._of(None):
            if one.met:
                last, tries = one, []
            elif last is None or one.day > last.day:
                tries.append(one)
        retry = self._retry(tries)
        if retry is not None and retry.key not in self.closings:
            return retry
        sources = {f"visit:{one.id}" for one in tries}
        given_up = [
            closed for key, closed in self.closings.items() if key[0] == "retry" and key[3] in sources
        ]
        if self.state == "MONITOR":
            return self._look_after(max(given_up)[0] if given_up else None)
        return self._recheck(last, max(given_up) if given_up else None)

    def _retry(self, tries: list[Report]) -> Want | None:
        """Another try on the day that was named; the third miss is the officer's, named or not."""
        if not tries:
            return None
        last, officer = tries[-1], len(tries) >= self.rules["missed"]
        day = last.named("retry_on") or (after(last.day, self.rules["retry"]) if officer else None)
        return (
            None if day is None else self._want(("retry", None, 1, f"visit:{last.id}"), day, officer=officer)
        )

    def _recheck(self, last: Report | None, given_up: tuple[date, int] | None) -> Want:
        interval = self.rules[f"recheck.{self.category}"]
        source = "opened" if last is None else f"visit:{last.id}"
        chosen = None if last is None or last.is_rules else last.named("next_visit")
        day = chosen or after(self.opened_on if last is None else last.day, interval)
        want = self._past_closings(self._want(("recheck", None, 1, source), day), interval)
        if given_up is not None and want.opens_on <= given_up[0]:
            want = self._past_closings(self._from_closing(given_up, interval), interval)
        return want

    def _from_closing(self, closed: tuple[date, int], interval: int) -> Want:
        return self._want(("recheck", None, 1, f"dismissed:{closed[1]}"), after(closed[0], interval))

    def _past_closings(self, want: Want, interval: int) -> Want:
        while want.key in self.closings:
            want = self._from_closing(self.closings[want.key], interval)
        return want

    def _look_after(self, given_up: date | None) -> Want | None:
        """The first look after the exit that no visit of its own has answered and nobody closed."""
        answers = sorted([one.day for one in self._of(None) if one.met] + ([given_up] if given_up else []))
        for number, days in enumerate(self.rules["monitor"], start=1):
            key = ("monitor", None, number, f"monitor:{self.monitor_from.isoformat()}")
            want = self._want(key, after(self.monitor_from, days))
            if key in self.closings:
                continue
            answer = next((day for day in answers if day >= want.opens_on), None)
            if answer is None:
                return want
            answers.remove(answer)
        return None

    def _review(self, visit: Want | None) -> Want | None:
        """October and November's check of every open file that is not visited by then anyway."""
        if self.state != "ACTIVE" or not self.rules["review"]:
            return None
        looked = max([self.opened_on, *(one.day for one in self._of(None) if one.met)])
        year = looked.year + (looked >= date(looked.year, 10, 1))
        while ("review", None, 1, f"review:{year}") in self.closings:
            year += 1
        want = Want(("review", None, 1, f"review:{year}"), date(year, 11, 30), date(year, 10, 1))
        return None if visit is not None and visit.due_on <= want.due_on else want

    def _revisit(self, aid_id: str) -> Want | None:
        kind, paid_on = self.payments[aid_id]
        start = term_start(paid_on) if kind == "STUDY" else paid_on
        days = [after(start, one) for one in self.rules[f"revisit.{kind}"]]
        since = self.rules.since.get(f"revisit.{kind}", [date.min] * len(days))
        planned = [(day, f"aid:{aid_id}") for day, begun in zip(days, since, strict=True) if day >= begun]
        number = 1

        def standing(asked: tuple[date, str] | None) -> Want | None:
            nonlocal number
            while asked is not None:
                want = self._want(("revisit", aid_id, number, asked[1]), asked[0])
                if want.key not in self.closings:
                    return want
                number += 1
                asked = planned.pop(0) if planned else None
            return None

        want = standing(planned.pop(0) if planned else None)
        for one in self._of(aid_id):
            number += one.met
            days_on = AGAIN.get(str(one.answers.get("conclusion")))
            if not one.met:
                day = one.named("retry_on") or after(one.day, self.rules["retry"])
                want = standing((day, f"revisit:{one.id}"))
            elif days_on is not None:
                want = standing((after(one.day, days_on), f"revisit:{one.id}"))
            else:
                want = standing(planned.pop(0) if planned else None)
        return want
