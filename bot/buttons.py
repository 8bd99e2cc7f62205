"""Buttons and keyboards, and what a button carries back; knows no screen."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

DATA_LIMIT_BYTES = 64
SEPARATOR = ":"
# A database refuses to compare a row's number with one that does not fit 32 bits.
NUMBER_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; `data` comes back when it is tapped, and anybody may forge it."""

    text: str
    data: str


Keyboard = Sequence[Sequence[Button]]


def pack(route: str, *parts: object) -> str:
    """Join what a button carries: `route:part:part`. Raises ValueError above Telegram's 64 bytes."""
    data = SEPARATOR.join((route, *(str(part) for part in parts)))
    if len(data.encode()) > DATA_LIMIT_BYTES:
        raise ValueError(f"button data too long: {data}")
    return data


def unpack(data: str) -> tuple[str, tuple[str, ...]]:
    """Split what came back into its route and parts."""
    route, *parts = data.split(SEPARATOR)
    return route, tuple(parts)


def short_id(long_id: str) -> str:
    """A 32-digit hexadecimal id in 22 characters, so that it fits into a button."""
    return base64.urlsafe_b64encode(bytes.fromhex(long_id)).decode().rstrip("=")


def long_id(short: str) -> str:
    """The id behind `short_id`; an empty string when it is none (a forged button)."""
    try:
        return base64.urlsafe_b64decode(short + "==").hex()
    except ValueError:
        return ""


def number(part: str) -> int:
    """A whole number that a button carried; 0, which names nothing, when it is none that a row could have."""
    return int(part) if part.isascii() and part.isdigit() and len(part) <= NUMBER_DIGITS else 0


def columns(buttons: Sequence[Button], width: int = 2) -> list[list[Button]]:
    """The buttons in rows of `width`."""
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def inline_markup(keyboard: Keyboard) -> dict[str, object]:
    """The keyboard as Telegram wants it under a message."""
    return {
        "inline_keyboard": [
            [{"text": button.text, "callback_data": button.data} for button in row] for row in keyboard if row
        ]
    }


def reply_markup(rows: Sequence[Sequence[str]], placeholder: str) -> dict[str, object]:
    """The keyboard that stays under the chat; each button sends its own text."""
    return {
        "keyboard": [[{"text": text} for text in row] for row in rows],
        "resize_keyboard": True,
        "is_persistent": True,
        "input_field_placeholder": placeholder,
    }
