"""Everything that happens in a month, each as often as dice have it."""

from __future__ import annotations

from tests.reminders.months.acts_of_people import ActsOfPeople
from tests.reminders.months.acts_on_files import ActsOnFiles
from tests.reminders.months.acts_on_items import ActsOnItems

WEIGHTS = {
    "visit": 4, "visit_that_names_a_day": 2, "miss": 6, "revisit": 4, "revisit_that_meets_nobody": 2,
    "amend": 3, "undo": 3, "pay": 4, "leave_the_list": 1, "close_the_file": 1, "come_back": 1,
    "pause": 2, "wake": 1, "snooze": 5, "set_aside": 2, "give_days": 2, "take": 3, "reassign": 4,
    "dismiss": 3, "rule": 6, "go_on_leave": 4, "come_back_from_leave": 2, "hand_over": 3, "remove": 1,
    "block": 2, "unblock": 2, "begin_a_report": 4, "put_a_report_aside": 2,
}  # fmt: skip


class Acts(ActsOnFiles, ActsOnItems, ActsOfPeople):
    """What may happen in a world, chosen by dice."""

    def one(self) -> None:
        """Something happens."""
        name = self.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        self.world.clock.advance(seconds=1)
        self.world.story.append(f"{self.world.local:%m-%d %a %H:%M:%S} {name}")
        getattr(self, name)()
        self.world.check_wants()
