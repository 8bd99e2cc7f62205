"""What is looked at once on each working morning, before anybody's digest is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.codes import Role
from storage.due import bulletins, matters, silence, workdays
from storage.members import membership
from storage.post import heartbeats
from storage.takeover import handover_news, leave_news

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from storage.database import Transaction

# From this month on the next year's holidays are looked for; they are published in autumn.
ASKED_FROM_MONTH = 12


def look(tx: Transaction, part: str) -> None:
    """Do one of `PARTS`, once a day; what fails is not noted as done, and does not keep back the others."""
    beat = f"morning.{part}"
    last = heartbeats.last(tx, beat)
    if last is None or last.astimezone(tx.zone).date() != tx.today:
        PARTS[part](tx)
        heartbeats.beat(tx, beat)


def _tell_of_holidays(tx: Transaction) -> None:
    """Tell the admins, once a year, that its holidays are not known."""
    year = tx.today.year + (tx.today.month >= ASKED_FROM_MONTH)
    root = membership.root_union(tx)
    if root is None or workdays.is_published(year):
        return
    admins = bulletins.reachable(tx, Role.ADMIN, root)
    bulletins.post(tx, admins, "calendar", key=f"calendar:{year}", year=year)


PARTS: Mapping[str, Callable[[Transaction], None]] = {
    "leaves": leave_news.tell,
    "handovers": handover_news.tell,
    "matters": matters.tell,
    "silence": silence.tell,
    "holidays": _tell_of_holidays,
}
