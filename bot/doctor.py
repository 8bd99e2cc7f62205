"""Is all well? The settings that matter, the schema, the last good poll, and what waits in the queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.migrations import migrate
from storage.post import heartbeats, inbox, outbox

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Transaction


def examine(tx: Transaction, settings: Settings) -> dict[str, object]:
    """Return what a person on call asks first; ages in whole seconds, None where there is nothing."""
    polled_at = heartbeats.last(tx, heartbeats.POLL)
    waiting, oldest_in = inbox.queue(tx)
    unsent, oldest_out = outbox.queue(tx)

    def age(instant: object) -> int | None:
        return None if instant is None else int((tx.now - instant).total_seconds())  # type: ignore[operator]

    return {
        "database": settings.database_url.split("://", 1)[0],
        "token": bool(settings.bot_token),
        "mode": "webhook" if settings.webhook_url else "polling",
        "timezone": settings.timezone,
        "schema": migrate.current(settings.database_url),
        "schema_newest": migrate.head(),
        "last_poll_age_seconds": age(polled_at),
        "inbox_waiting": waiting,
        "inbox_oldest_age_seconds": age(oldest_in),
        "outbox_waiting": unsent,
        "outbox_oldest_age_seconds": age(oldest_out),
    }
