"""The Bot API by plain names and JSON, with an error for each thing a sender treats apart."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from bot.chat.line.http import READ_SECONDS, UPLOAD_SECONDS, Http, NoAnswer, NotReached, form
from storage.json_text import packed, sendable, unpacked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

LONGEST_PAUSE_SECONDS = 3_600

__all__ = ["ApiRefused", "BotApi", "NoAnswer", "NotReached"]


class ApiRefused(Exception):
    """Telegram answered, and said no: `code` as in HTTP, its own words, seconds to wait (429)."""

    def __init__(self, code: int, description: str, retry_after_seconds: float = 0.0) -> None:
        self.code = code
        self.description = description
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"{code} {description}")


class BotApi:
    """Calls methods of the Bot API; `base_url` is in the form of python-telegram-bot (…/bot)."""

    def __init__(self, token: str, base_url: str, http: Http | None = None) -> None:
        self._prefix = f"{base_url}{token}/"
        self._http = http or Http()

    def __repr__(self) -> str:
        return "BotApi()"

    async def call(
        self,
        method: str,
        payload: Mapping[str, object],
        *,
        files: Mapping[str, tuple[str, bytes | BinaryIO, str]] | None = None,
        read_seconds: float = READ_SECONDS,
    ) -> Any:  # noqa: ANN401 - whatever JSON the method answers with
        """Return the method's result.

        Raises ApiRefused when Telegram says no, NotReached when the request never left (or a gateway could
        not pass it on), NoAnswer when nobody knows.
        """
        url = self._prefix + method
        if files:
            fields = {name: _field(value) for name, value in payload.items()}
            sending = self._http.send(
                "POST", url, form(fields, files), read_seconds=None, total_seconds=UPLOAD_SECONDS
            )
        else:
            body = sendable(payload)
            sending = self._http.send("POST", url, body, read_seconds=read_seconds)
        return _result(*(await sending))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()


def _field(value: object) -> str:
    return value if isinstance(value, str) else packed(value)


def _result(status: int, body: bytes) -> Any:  # noqa: ANN401 - whatever JSON the method answers with
    try:
        answer = unpacked(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        answer = {}
    if answer.get("ok") is True:
        return answer.get("result")
    code = answer.get("error_code")
    code = code if isinstance(code, int) else status
    if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise NotReached(f"status {code}")
    if code < HTTPStatus.BAD_REQUEST:
        raise NoAnswer(f"status {code} without an answer")
    raise ApiRefused(code, str(answer.get("description") or ""), _retry_after(answer))


def _retry_after(answer: Mapping[str, Any]) -> float:
    parameters = answer.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(min(seconds, LONGEST_PAUSE_SECONDS)) if isinstance(seconds, int | float) else 0.0
