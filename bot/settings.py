"""The environment, typed; every missing or wrong name in one message. `.env` is read too."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from storage.secrets import SECRET_MIN_CHARACTERS

PREFIX = "TIEXIN_"


class SettingsInvalid(Exception):
    """One or more settings are missing or wrong; `problems` names each as (variable, reason)."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in problems))


class Settings(BaseSettings):
    """What a union sets; the names are the fields' in capitals behind TIEXIN_."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    bot_token: str = ""
    api_base_url: str = "https://api.telegram.org/bot"
    file_base_url: str = "https://api.telegram.org/file/bot"
    database_url: str = "sqlite:///tiexin.db"
    secret_key: str = ""
    admin_ids: Annotated[tuple[int, ...], NoDecode] = ()
    union: str = ""
    timezone: str = "Asia/Shanghai"
    language: Literal["zh", "en"] = "zh"
    webhook_url: str = ""
    webhook_secret: str = ""
    listen: str = "127.0.0.1:8080"
    log: Literal["console", "json"] = "console"
    now: datetime | None = None

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _comma_separated(cls, given: object) -> object:
        if isinstance(given, str):
            return tuple(part for part in given.replace("，", ",").split(",") if part.strip())
        return given

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, given: str) -> str:
        try:
            ZoneInfo(given)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("no such time zone") from None
        return given

    @field_validator("now", mode="before")
    @classmethod
    def _empty_is_unset(cls, given: object) -> object:
        return None if given == "" else given

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, given: str) -> str:
        if given and len(given) < SECRET_MIN_CHARACTERS:
            raise ValueError(f"at least {SECRET_MIN_CHARACTERS} characters")
        return given

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, given: str) -> str:
        if not given.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("sqlite:///PATH or postgresql+psycopg://… is expected")
        return given

    @property
    def zone(self) -> ZoneInfo:
        """The union's own time zone."""
        return ZoneInfo(self.timezone)

    @property
    def starts_at(self) -> datetime | None:
        """The instant the clock starts from; without an offset it is meant in the union's own zone."""
        if self.now is None or self.now.tzinfo is not None:
            return self.now
        return self.now.replace(tzinfo=self.zone)

    @property
    def listen_address(self) -> tuple[str, int]:
        """Host and port for the webhook's server."""
        host, _, port = self.listen.rpartition(":")
        return host or "127.0.0.1", int(port)

    @field_validator("listen")
    @classmethod
    def _host_and_port(cls, given: str) -> str:
        if not given.rpartition(":")[2].isdigit():
            raise ValueError("HOST:PORT is expected")
        return given

    def require(self, *names: str) -> None:
        """Raise SettingsInvalid naming every one of these settings that is empty."""
        missing = [(PREFIX + name.upper(), "missing") for name in names if not getattr(self, name)]
        if self.webhook_url and "bot_token" in names and not self.webhook_secret:
            missing.append((f"{PREFIX}WEBHOOK_SECRET", "missing"))
        if missing:
            raise SettingsInvalid(missing)


def load() -> Settings:
    """Read the environment and `.env`. Raises SettingsInvalid with every problem at once."""
    try:
        return Settings()
    except ValidationError as error:
        problems = [
            (PREFIX + str(problem["loc"][0]).upper(), problem["msg"].removeprefix("Value error, "))
            for problem in error.errors()
        ]
        raise SettingsInvalid(problems) from None
