"""What is looked at once on each working morning, before anybody's digest is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.post import heartbeats
from storage.takeover import handover_news, leave_news

if TYPE_CHECKING:
    from storage.database import Transaction

MORNING = "mornings"


def prepare(tx: Transaction) -> None:
    """Post what the day brings beside due items, on the first beat of a day."""
    last = heartbeats.last(tx, MORNING)
    if last is not None and last.astimezone(tx.zone).date() >= tx.today:
        return
    heartbeats.beat(tx, MORNING)
    leave_news.tell(tx)
    handover_news.tell(tx)
