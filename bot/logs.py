"""How the program's own log is written: for people or for machines, and never with a secret in it."""

from __future__ import annotations

import json
import logging
from typing import Literal

HIDDEN = "•••"
# Their INFO lines carry the token in the address, or say what every beat of the metronome does.
LOUD = ("httpx", "httpcore", "apscheduler", "aiohttp.access", "alembic")


class Redacting(logging.Formatter):
    """A formatter that blots out secrets wherever they turn up, also in tracebacks."""

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
        return super().format(record)


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
