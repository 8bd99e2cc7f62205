"""What a union's rules say on the page: values, days of the ladder, hours; written from the rules alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import chinese_calendar

SATURDAY = 5
STAGES = ("opens", "due", "late", "officer", "chair")
AGAIN = {"CLOSE": None, "MORE_AID": None, "AGAIN_30": 30, "AGAIN_60": 60}
DEFAULTS: dict[str, Any] = {
    "recheck.SPECIAL": 90, "recheck.LONG": 180, "recheck.TEMP": 60,
    "revisit.LIVING": [30], "revisit.SPRING": [15], "revisit.JOB": [30, 90], "revisit.STUDY": [45],
    "monitor": [90, 180], "retry": 7, "missed": 3, "review": True,
    "window": 7, "ladder.late": 3, "ladder.officer": 7, "ladder.chair": 14, "more": 3,
    "digest_at": "08:30", "quiet_from": "21:00", "quiet_until": "07:30", "holidays": True,
}  # fmt: skip
# Rules that say what is due when; where one of these changes, what is due is worked out anew.
MOVING = ("recheck.", "revisit.", "monitor", "retry", "missed", "review", "window", "ladder.")


@dataclass
class Rulebook:
    """One union's own rules; what it does not set it has from the union above."""

    above: Rulebook | None = None
    own: dict[str, Any] = field(default_factory=dict)
    # For a kind's revisits that were set: since when there has been a first, a second, … round.
    since: dict[str, list[date]] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - a rule is a number, a list, an hour or a switch
        if key in self.own:
            return self.own[key]
        return DEFAULTS[key] if self.above is None else self.above[key]

    def change(self, key: str, value: object, today: date) -> None:
        """Set a rule, or (None) take it back; a round that is added begins on this day."""
        before = self[key]
        if value is None:
            del self.own[key]
        else:
            self.own[key] = value
        after = self[key]
        if key.startswith("revisit."):
            began = self.since.get(key, [date.min] * len(before))[: len(after)]
            self.since[key] = began + [today] * (len(after) - len(began))

    def days(self, stage: str) -> int:
        """How many days after the due day a stage is reached."""
        if stage == "opens":
            return -int(self["window"])
        return 0 if stage == "due" else int(self[f"ladder.{stage}"])

    def hour(self, key: str) -> time:
        return time.fromisoformat(self[key])

    def works(self, day: date) -> bool:
        """Whether this union works on that day: State Council's holidays, plain weekends beyond them."""
        if not self["holidays"]:
            return True
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < SATURDAY

    def may_digest(self, local: datetime) -> bool:
        """A digest goes on working days, from its hour until it is quiet."""
        return self.hour("digest_at") <= local.time() < self.hour("quiet_from") and self.works(local.date())

    def may_alert(self, local: datetime) -> bool:
        """What is urgent goes on any day, outside quiet hours."""
        return self.hour("quiet_until") <= local.time() < self.hour("quiet_from")


def term_start(day: date) -> date:
    """The first day of a school term, in March or September, on or after that day."""
    starts = [date(year, month, 1) for year in (day.year, day.year + 1) for month in (3, 9)]
    return min(start for start in starts if start >= day)


def after(day: date, days: int) -> date:
    return day + timedelta(days=days)
