"""Lists of aid that are made and paid household by household, a piece at a time, none held up by another."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from storage.batches import batches
from storage.errors import NotSaved

if TYPE_CHECKING:
    from storage.database import Database

log = logging.getLogger(__name__)


async def go_on(database: Database, faulty: set[str]) -> bool:
    """Make or pay the next households of whichever list waits for that; False when there is nothing to do.

    A list that cannot go on is added to `faulty`, and those are passed over. Raises NotSaved.
    """
    reached: list[str] = []
    try:
        return await database.run(batches.work, but=frozenset(faulty), reached=reached)
    except NotSaved:
        raise
    except Exception:
        log.exception("reminders: list of aid %s could not go on", reached[-1] if reached else "?")
    faulty.update(reached)
    return bool(reached)
