"""How the program's own log is written: for people or for machines, and never with a secret in it."""

from __future__ import annotations

import json
import logging
import traceback
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from types import TracebackType

    Told = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

HIDDEN = "•••"
# Their INFO lines carry the token in the address, or say what every beat of the metronome does.
LOUD = ("httpx", "httpcore", "apscheduler", "aiohttp.access", "alembic")


class Redacting(logging.Formatter):
    """A formatter that blots out secrets wherever they turn up; of an error it tells the place, no words.

    The message of an exception may hold what a person said, or the values of a statement.
    """

    def __init__(self, fmt: str, secrets: tuple[str, ...]) -> None:
        super().__init__(fmt)
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        """The line, blotted."""
        line = self.line(record)
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return line

    def line(self, record: logging.LogRecord) -> str:
        """The line as it would be."""
        # Another handler may have left its own wording of the error, with the message, in the record.
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: Told) -> str:  # noqa: N802 - the standard library's name
        """The places an error came through and its kind, its causes first."""
        error, told = ei[1], list[str]()
        while error is not None:
            told.append("".join([*traceback.format_tb(error.__traceback__), type(error).__name__]))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(reversed(told))


class JsonLines(Redacting):
    """One JSON object a line."""

    def line(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        said = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def prepare(form: Literal["console", "json"], secrets: tuple[str, ...] = ()) -> None:
    """Send the program's log to stderr in this form."""
    handler = logging.StreamHandler()
    kind = JsonLines if form == "json" else Redacting
    handler.setFormatter(kind("%(asctime)s %(levelname)s %(name)s: %(message)s", secrets))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
