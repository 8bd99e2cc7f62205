"""JSON as text and back: by the fastest library, and by the standard one where that one gives up."""

from __future__ import annotations

import json
from typing import Any

import orjson

_ESCAPED = json.JSONEncoder(separators=(",", ":")).encode


def packed(value: object) -> str:
    """Return compact JSON. Halves of characters, which strangers may write, come through escaped."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return _ESCAPED(value)


def sendable(value: object) -> bytes:
    """Return compact JSON in UTF-8 for somebody else to read; halves of characters become question marks."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def unpacked(text: str | bytes) -> Any:  # noqa: ANN401 - whatever JSON it is
    """Return the value of a JSON text. Raises ValueError when it is none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)
