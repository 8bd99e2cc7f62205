"""The keyboards a bot may put under a message or under the chat."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.wire.errors import ApiError, bad_request
from bot.sandbox.wire.parameters import Parameters

MAX_CALLBACK_BYTES = 64
MAX_BUTTONS = 100
_PLAIN = ("keyboard", "remove_keyboard", "force_reply")
_ACTIONS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)


@dataclass(frozen=True, slots=True)
class Markup:
    """Either buttons under the message, or something that stays under the chat, or nothing."""

    inline: dict[str, Any] | None = None
    plain: dict[str, Any] | None = None


def read(given: Parameters) -> Markup:
    """What the call wants under its message; refuses what Telegram's clients could not show."""
    value = given.mapped("reply_markup", "reply keyboard markup")
    if not value:
        return Markup()
    if "inline_keyboard" in value:
        rows = _inline(value["inline_keyboard"])
        return Markup(inline={"inline_keyboard": rows} if rows else None)
    if not any(name in value for name in _PLAIN):
        return Markup()
    if "keyboard" in value:
        value = value | {"keyboard": _plain(value["keyboard"])}
    return Markup(plain=value)


def _rows(value: Any) -> list[list[Any]]:  # noqa: ANN401 - it came as JSON
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise bad_request("field of the keyboard must be of type Array of Array")
    if sum(len(row) for row in value) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return [row for row in value if row]


def _inline(value: Any) -> list[list[dict[str, Any]]]:  # noqa: ANN401 - it came as JSON
    return [[_button(button) for button in row] for row in _rows(value)]


def _refuse(reason: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def _button(button: Any) -> dict[str, Any]:  # noqa: ANN401 - it came as JSON
    if not isinstance(button, dict):
        raise _refuse("expected an Object")
    if "text" not in button:
        raise _refuse('Can\'t find field "text"')
    if not isinstance(button["text"], str) or not button["text"].strip():
        raise _refuse('Field "text" must be of type String')
    if not _ACTIONS & button.keys():
        raise _refuse("Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not str(button["url"]).startswith(("http://", "https://", "tg://")):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return button


def _plain(value: Any) -> list[list[dict[str, Any]]]:  # noqa: ANN401 - it came as JSON
    rows = _rows(value)
    if not rows:
        raise bad_request("KEYBOARD_EMPTY")
    return [[{"text": key} if isinstance(key, str) else key for key in row] for row in rows]
