"""When each stage of a due item is reached; PURE: knows no table and no clock.

The cadre hears of it when it opens, on the day and once more when it is late, counted from the due day.
Officer and chair hear of it so many days late, counted from `ladder_from`, which is later than the due day
for what arose late or was put off. How many days each takes is the union's own rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from storage.codes import Stage

if TYPE_CHECKING:
    from storage.rulebook.policy import Policy

UPWARD = frozenset({Stage.OFFICER, Stage.CHAIR})


@dataclass(frozen=True, slots=True)
class Ladder:
    """The days of one item under the rules that hold for it."""

    opens_on: date
    due_on: date
    ladder_from: date
    policy: Policy

    def reached_on(self, stage: Stage) -> date:
        """Return the day from which the item stands at this stage."""
        if stage == Stage.OPENS:
            return self.opens_on
        start = self.ladder_from if stage in UPWARD else self.due_on
        return start + timedelta(days=self.policy.stage_days(stage))

    def stage_at(self, on: date) -> Stage | None:
        """Return the newest stage reached on that day; None before the item opens."""
        reached = [stage for stage in Stage if self.reached_on(stage) <= on]
        return reached[-1] if reached else None


def stage_after(stage: Stage) -> Stage | None:
    """Return the stage that follows, None after the last."""
    stages = list(Stage)
    place = stages.index(stage) + 1
    return stages[place] if place < len(stages) else None
