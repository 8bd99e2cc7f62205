"""What every command begins with: the clock, read here and nowhere else, and the database of the settings."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from storage.database import Database
from storage.secrets import Vault

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.settings import Settings


def clock(start: datetime | None = None) -> Callable[[], datetime]:
    """Return the clock: the system's, or one that runs on from `start` (rehearsals, tests)."""
    if start is None:
        return lambda: datetime.now(UTC)  # noqa: TID251 - here, and nowhere else, the clock is read
    since_seconds = time.monotonic()
    return lambda: start.astimezone(UTC) + timedelta(seconds=time.monotonic() - since_seconds)


def open_database(settings: Settings, now: Callable[[], datetime]) -> Database:
    """Open the database of these settings; the schema is the caller's business."""
    return Database(settings.database_url, vault=Vault(settings.secret_key), clock=now, zone=settings.zone)
