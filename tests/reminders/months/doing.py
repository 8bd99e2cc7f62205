"""How an act is done: in the product, mostly twice as by a double tap, refused or not; dice choose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from storage.errors import Refused
from tests.reminders.months.world import REPORTERS, World

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from storage.core.transaction import Transaction
    from tests.reminders.months.file_page import FilePage


@dataclass
class Doing:
    """Somebody's hand and the dice that move it."""

    world: World
    dice: Random
    number: int = 0

    def done(self, act: Callable[[Transaction], object], *, twice: bool = True) -> bool:
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

    def file(self, aid_id: str | None = None) -> FilePage:
        files = self.world.page.files
        if aid_id is None:
            return files[self.dice.choice(list(files))]
        return next(one for one in files.values() if aid_id in one.payments)

    def payment(self) -> str | None:
        known = [aid_id for one in self.world.page.files.values() for aid_id in one.payments]
        return self.dice.choice(known) if known else None

    def reporter(self, file: FilePage) -> int:
        people_page = self.world.people.people
        if file.liaison is not None and not people_page[file.liaison].removed and self.dice.random() < 0.7:
            return file.liaison
        return self.dice.choice([one for one in REPORTERS if not people_page[one].removed])

    def day_back(self) -> date:
        return self.world.today - timedelta(days=self.dice.choice([0, 0, 0, 1, 2, 5, 20]))


def _quietly(tx: Transaction, act: Callable[[Transaction], object]) -> None:
    act(tx)
