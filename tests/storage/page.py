"""One household on one page: all that happened, and what follows from it; the model of what is due."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from storage.aid_codes import AidKind

START = date(2017, 1, 2)
AGAIN = {"CLOSE": None, "AGAIN_30": 30, "AGAIN_60": 60, "MORE_AID": None}
Due = tuple[str, str | None, date]


@dataclass
class Rules:
    """What the union has set; `since`: from when on a kind has had its first, second, third revisit."""

    recheck: dict[str, int] = field(default_factory=lambda: {"SPECIAL": 90, "LONG": 180, "TEMP": 60})
    revisit: dict[AidKind, list[int]] = field(
        default_factory=lambda: {AidKind.LIVING: [30], AidKind.SPRING: [15], AidKind.JOB: [30, 90]}
    )
    since: dict[AidKind, list[date]] = field(default_factory=dict)
    window: int = 7
    retry: int = 7
    missed: int = 3
    review: bool = True

    def change(self, key: str, value: object, today: date) -> None:
        name, _, part = key.partition(".")
        if name == "recheck":
            assert isinstance(value, int)
            self.recheck[part] = value
        elif name == "revisit":
            assert isinstance(value, list)
            kind = AidKind(part)
            began = self.since.get(kind, [date.min] * len(self.revisit[kind]))[: len(value)]
            self.since[kind] = began + [today] * (len(value) - len(began))
            self.revisit[kind] = value
        elif name != "ladder":
            setattr(self, name, value)


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
class Want:
    """One thing due; `of`: what it is, whatever its day, so that closing it by hand can be remembered."""

    kind: str
    aid_id: str | None
    day: date
    of: tuple[object, ...]
    officer: bool = False


@dataclass
class Page:
    """All that happened."""

    rules: Rules = field(default_factory=Rules)
    category: str = "SPECIAL"
    closed: bool = False
    reports: list[Report] = field(default_factory=list)
    payments: dict[str, tuple[AidKind, date]] = field(default_factory=dict)
    # What somebody closed by hand, and when; in the order in which it was done.
    closings: dict[tuple[object, ...], date] = field(default_factory=dict)

    def due(self) -> Counter[Due]:
        return Counter((one.kind, one.aid_id, one.day) for one in self.wants())

    def wants(self) -> list[Want]:
        if self.closed:
            return []
        visit = self._visit()
        found = [visit, self._review(visit), *(self._revisit(aid_id) for aid_id in self.payments)]
        return [one for one in found if one is not None]

    def _told(self, aid_id: str | None) -> list[Report]:
        # Sorting is stable: of one day's reports the one typed last comes last.
        return sorted(
            (one for one in self.reports if one.aid_id == aid_id and not one.undone), key=lambda one: one.day
        )

    def _visit(self) -> Want:
        last: Report | None = None
        tries: list[Report] = []
        for one in self._told(None):
            if one.met:
                last, tries = one, []
            elif last is None or one.day > last.day:
                tries.append(one)
        retry = self._retry(tries)
        if retry is not None and retry.of not in self.closings:
            return retry
        interval = timedelta(days=self.rules.recheck[self.category])
        chosen = None if last is None or last.follows_rule else last.named("next_visit")
        day = chosen or (START if last is None else last.day) + interval
        want = Want("recheck", None, day, ("recheck", last.id if last else None))
        given_up = [key for key in self.closings if key in {("retry", one.id) for one in tries}]
        want = self._not_closed(want, interval)
        if given_up and want.day - timedelta(days=self.rules.window) <= self.closings[given_up[-1]]:
            after = self.closings[given_up[-1]] + interval
            want = self._not_closed(Want("recheck", None, after, ("after", given_up[-1])), interval)
        return want

    def _not_closed(self, want: Want, interval: timedelta) -> Want:
        while want.of in self.closings:
            want = Want("recheck", None, self.closings[want.of] + interval, ("after", want.of))
        return want

    def _retry(self, tries: list[Report]) -> Want | None:
        if not tries:
            return None
        officer = len(tries) >= self.rules.missed
        day = tries[-1].named("retry_on")
        if day is None and officer:
            day = tries[-1].day + timedelta(days=self.rules.retry)
        return None if day is None else Want("retry", None, day, ("retry", tries[-1].id), officer)

    def _review(self, visit: Want) -> Want | None:
        looked = max([START, *(one.day for one in self._told(None) if one.met)])
        year = looked.year if looked < date(looked.year, 10, 1) else looked.year + 1
        while ("review", year) in self.closings:
            year += 1
        last_day = date(year, 11, 30)
        if not self.rules.review or visit.day <= last_day:
            return None
        return Want("review", None, last_day, ("review", year))

    def note_rule(self, one: Report) -> None:
        """See whether the next visit named in a report is the day of today's rule."""
        chosen = one.named("next_visit")
        if chosen is not None and (chosen - one.day).days == self.rules.recheck[self.category]:
            one.follows_rule = True

    def _revisit(self, aid_id: str) -> Want | None:
        kind, paid_on = self.payments[aid_id]
        days = [paid_on + timedelta(days=one) for one in self.rules.revisit[kind]]
        since = self.rules.since.get(kind, [date.min] * len(days))
        left = [day for day, start in zip(days, since, strict=True) if day >= start]
        number, source = 1, ""

        def opened(day: date | None, source: str) -> Want | None:
            nonlocal number
            while day is not None and ("revisit", aid_id, source, number) in self.closings:
                number += 1
                day, source = (left.pop(0) if left else None), ""
            return None if day is None else Want("revisit", aid_id, day, ("revisit", aid_id, source, number))

        want = opened(left.pop(0) if left else None, source)
        for one in (told for told in self._told(aid_id) if told.day >= paid_on):
            again = AGAIN.get(str(one.answers.get("conclusion")))
            number += one.met
            if not one.met:
                want = opened(one.named("retry_on") or one.day + timedelta(days=self.rules.retry), one.id)
            elif again is not None:
                want = opened(one.day + timedelta(days=again), one.id)
            else:
                want = opened(left.pop(0) if left else None, "")
        return want
