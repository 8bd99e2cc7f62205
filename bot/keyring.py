"""Makes the secret key where there is none yet and keeps it in `.env`; `run` insists on finding one."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings

NAME = "TIEXIN_SECRET_KEY"
KEY_BYTES = 32
OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Made:
    """The settings with a key in them, and where a new one was written (None: it was there)."""

    settings: Settings
    path: Path | None


def lend(settings: Settings) -> Settings:
    """Return settings with a key for this one command, which reads nothing sealed; none is kept."""
    if settings.secret_key:
        return settings
    return settings.model_copy(update={"secret_key": secrets.token_urlsafe(KEY_BYTES)})


def ensure(settings: Settings, folder: Path | None = None) -> Made:
    """Return settings that hold a key; a new one is appended to `.env` first, readable by its owner alone."""
    if settings.secret_key:
        return Made(settings, None)
    path = (folder or Path.cwd()) / ".env"
    key = secrets.token_urlsafe(KEY_BYTES)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ONLY), "a") as file:
        file.write(f"\n{NAME}={key}\n")
    return Made(settings.model_copy(update={"secret_key": key}), path)
