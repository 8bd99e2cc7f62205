"""When people may be spoken to: China's working days, between the morning digest and the evening; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.due.workdays import is_workday, workday_from
from storage.rules import DIGEST_AT, QUIET_FROM

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["is_workday", "may_speak", "workday_from"]


def may_speak(local: datetime) -> bool:
    """Whether digests may go out at that moment of the union's own time: working days from 08:30 to 21:00."""
    return DIGEST_AT <= local.time() < QUIET_FROM and is_workday(local.date())
