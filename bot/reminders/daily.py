"""What is looked at once on each working morning, before anybody's digest is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.budgets import budget_alarms
from storage.codes import Role
from storage.deciding import expiry, stuck
from storage.members import membership
from storage.office import matters
from storage.post import heartbeats
from storage.rulebook import workdays
from storage.takeover import handover_news, leave_news
from storage.telling import bulletins, silence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from storage.database import Transaction

# From this month on the next year's holidays are looked for; they are published in autumn.
ASKED_FROM_MONTH = 12


def unseen(tx: Transaction) -> list[str]:
    """Return which of `PARTS` have not been looked at today."""
    lasts = heartbeats.lasts(tx, [_beat_of(part) for part in PARTS])
    return [part for part in PARTS if not _is_today(tx, lasts.get(_beat_of(part)))]


def look(tx: Transaction, part: str) -> None:
    """Look at one of `PARTS`, once a day; what fails is not noted as done."""
    if not _is_today(tx, heartbeats.last(tx, _beat_of(part))):
        PARTS[part](tx)
        heartbeats.beat(tx, _beat_of(part))


def _beat_of(part: str) -> str:
    return f"morning.{part}"


def _is_today(tx: Transaction, moment: datetime | None) -> bool:
    return moment is not None and moment.astimezone(tx.zone).date() == tx.today


def _tell_of_holidays(tx: Transaction) -> None:
    """Tell the admins, once a year, that its holidays are not known."""
    year = tx.today.year + (tx.today.month >= ASKED_FROM_MONTH)
    root = membership.root_union(tx)
    if root is None or workdays.is_published(year):
        return
    admins = bulletins.reachable(tx, Role.ADMIN, root)
    bulletins.post(tx, admins, "calendar", key=f"calendar:{year}", year=year)


def _look_at_aid(tx: Transaction) -> None:
    """Give back what nobody decided on in time, and tell of what nobody can decide on or pay."""
    expiry.expire(tx)
    stuck.tell(tx)


PARTS: Mapping[str, Callable[[Transaction], None]] = {
    "leaves": leave_news.tell,
    "handovers": handover_news.tell,
    "aid": _look_at_aid,
    "matters": matters.tell,
    "silence": silence.tell,
    "holidays": _tell_of_holidays,
    "budgets": budget_alarms.check_all,
}
