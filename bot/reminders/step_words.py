"""One step of a due item in words: who did what, until when, for whom and why; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.texts import formats

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from zoneinfo import ZoneInfo

    from bot.texts.catalogue import Words
    from storage.due.step_log import Step

NOBODY = "–"


def line(step: Step, words: Words, today: date, zone: ZoneInfo) -> str:
    """The step on one line, as HTML, with its day first."""
    said = words.say(
        f"acts.steps.{step.act}",
        day=formats.day(words, step.done_at.astimezone(zone).date(), today),
        person=step.person_name,
        other=step.other_name or NOBODY,
        until=formats.day(words, step.until_on, today) if step.until_on else NOBODY,
    )
    if not step.reason:
        return said
    return said + words.say("acts.because", reason=reason(step.reason, words))


def lines(steps: Iterable[Step], words: Words, today: date, zone: ZoneInfo) -> list[str]:
    """Several steps, a line each."""
    return [line(step, words, today, zone) for step in steps]


def reason(kept: str, words: Words) -> str:
    """A reason as it is read: one of the common ones by its slug, else as somebody wrote it; not escaped."""
    key = f"acts.reasons.{kept}"
    return words.plain(key) if words.has(key) else kept
