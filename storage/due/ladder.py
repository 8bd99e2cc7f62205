"""When each stage of a due item is reached; PURE: knows no table and no clock.

The cadre hears of it a week before, on the day and three days after, counted from the due day. Officer and
chair hear of it a week and two weeks late, counted from `ladder_from`, which is later than the due day
for what arose late or was put off.
"""

from __future__ import annotations

from datetime import date, timedelta

from storage.codes import Stage
from storage.rules import STAGE_DAYS

UPWARD = frozenset({Stage.OFFICER, Stage.CHAIR})


def reached_on(stage: Stage, due_on: date, ladder_from: date) -> date:
    """Return the day from which an item stands at this stage."""
    start = ladder_from if stage in UPWARD else due_on
    return start + timedelta(days=STAGE_DAYS[stage])


def stage_at(on: date, due_on: date, ladder_from: date) -> Stage | None:
    """Return the newest stage reached on that day; None before the item opens."""
    reached = [stage for stage in Stage if reached_on(stage, due_on, ladder_from) <= on]
    return reached[-1] if reached else None


def stage_after(stage: Stage) -> Stage | None:
    """Return the stage that follows, None after the last."""
    stages = list(Stage)
    place = stages.index(stage) + 1
    return stages[place] if place < len(stages) else None
