"""The parameters of one call, whichever way they came: query, form, JSON or multipart."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from bot.sandbox.wire import multipart
from bot.sandbox.wire.errors import bad_request

# Everything else that comes as a string (numbers, booleans, nested objects) is JSON.
_TEXTS = frozenset(
    {
        "text",
        "caption",
        "parse_mode",
        "callback_query_id",
        "url",
        "secret_token",
        "name",
        "description",
        "short_description",
        "language_code",
        "action",
        "file_id",
        "ip_address",
    }
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    name: str
    data: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """Typed access to what was given; refuses what Telegram refuses."""

    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    # In the order they came; several may share a name.
    every_upload: list[Upload] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether the caller gave it."""
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers are taken as their digits."""
        value = self.values.get(name)
        if value is None:
            return default
        text = value if isinstance(value, str) else json.dumps(value)
        try:
            text.encode()
        except UnicodeEncodeError:
            raise bad_request("strings must be encoded in UTF-8") from None
        return text

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; anything else counts as the default, as at Telegram."""
        value = self.values.get(name)
        if isinstance(value, bool) or value is None:
            return default
        try:
            return int(value)
        except (TypeError, ValueError, OverflowError):
            return default

    def number(self, name: str) -> float | None:
        """A number with a fraction, None when there is none."""
        try:
            return float(self.values[name])
        except (KeyError, TypeError, ValueError):
            return None

    def flag(self, name: str) -> bool:
        """Whether a switch is on."""
        return self.values.get(name) in {True, "true", "True", "yes", "1"}

    def listed(self, name: str) -> list[Any] | None:
        """A JSON array, None when absent."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, list):
            raise bad_request(f"can't parse {name} JSON object")
        return value

    def mapped(self, name: str, what: str) -> dict[str, Any] | None:
        """A JSON object, None when absent; `what` names it in the refusal."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            raise bad_request(f"can't parse {what} JSON object")
        return value


def read(query: str, content_type: str, body: bytes) -> Parameters:
    """Everything given in the query and the body; strings that stand for JSON are decoded."""
    plain = read_plain(query, content_type, body)
    values = {
        key: _nested(key, value) if isinstance(value, str) else value for key, value in plain.values.items()
    }
    return Parameters(values, plain.uploads, plain.every_upload)


def read_plain(query: str, content_type: str, body: bytes) -> Parameters:
    """Everything given in the query and the body, strings left as they are; the body has the last word."""
    given = Parameters(dict(parse_qsl(query, keep_blank_values=True)))
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" and body:
        given.values.update(_json_body(body))
    elif kind == "application/x-www-form-urlencoded":
        given.values.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    elif kind == "multipart/form-data":
        _take_form(given, content_type, body)
    return given


def _json_body(body: bytes) -> dict[str, Any]:
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise bad_request("can't parse request JSON object")
    return values


def _take_form(given: Parameters, content_type: str, body: bytes) -> None:
    try:
        parts = multipart.parse(content_type, body)
    except multipart.MalformedBodyError:
        raise bad_request("can't parse request body") from None
    for part in parts:
        if part.file_name is None:
            given.values[part.name] = part.data.decode("utf-8", "replace")
        else:
            given.every_upload.append(Upload(part.file_name, part.data, part.content_type))
            given.uploads[part.name] = given.every_upload[-1]


def _nested(key: str, value: str) -> Any:  # noqa: ANN401 - JSON is what it is
    if key in _TEXTS or not value or value[0] not in '[{-0123456789tf"':
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def logged(given: Parameters) -> Mapping[str, Any]:
    """What a request log shows: the values, and the names of the files."""
    return given.values | {name: f"file:{upload.name}" for name, upload in given.uploads.items()}
