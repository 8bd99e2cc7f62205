"""Telegram's JSON of one update becomes one flat value; knows no form and no framework.

Names in quotes are fields of the Bot API. To make the framework's objects of an update only to read a few
fields of them was a sixth of its whole cost.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.chat.line.incoming import Arrival, File, Incoming, Kind, Membership

T = TypeVar("T")

# What makes a message be of a kind, by its field; the first one counts.
CONTENTS: tuple[tuple[str, type[Any], Kind], ...] = (
    ("text", str, "text"),
    ("photo", list, "photo"),
    ("voice", dict, "voice"),
    ("location", dict, "place"),
    ("contact", dict, "contact"),
    ("document", dict, "document"),
    ("sticker", dict, "sticker"),
)
BLOCKED = "kicked"


class Malformed(Exception):
    """An update is not as Telegram describes it; says the field, never what stood in it."""


def read(raw: dict[str, Any], received_at: datetime) -> Arrival | None:
    """Flatten an update; None when nothing of what we answer is in it. Raises Malformed.

    `received_at` stands in where Telegram gives no moment (a tap has none).
    """
    update_id = _need(raw, "update_id", int)
    if (change := _may(raw, "my_chat_member", dict)) is not None:
        return _membership(update_id, change)
    if (tap := _may(raw, "callback_query", dict)) is not None:
        return _tap(update_id, tap, received_at)
    if (message := _may(raw, "message", dict)) is not None:
        return _message(update_id, message)
    return None


def _membership(update_id: int, change: dict[str, Any]) -> Membership:
    chat_id, chat_type = _chat(change)
    status = _need(_need(change, "new_chat_member", dict), "status", str)
    return Membership(update_id, chat_id, chat_type, is_blocked=status == BLOCKED)


def _tap(update_id: int, tap: dict[str, Any], received_at: datetime) -> Incoming:
    user_id, first_name = _person(_need(tap, "from", dict))
    chat_id, chat_type, message_id = user_id, "private", 0
    # The message is missing when the button hung under an inline result; without a date it is too old.
    if (message := _may(tap, "message", dict)) is not None:
        chat_id, chat_type = _chat(message)
        message_id = _need(message, "message_id", int) if _need(message, "date", int) else 0
    return Incoming(
        update_id=update_id,
        chat_id=chat_id,
        user_id=user_id,
        chat_type=chat_type,
        kind="tap",
        text="",
        data=_may(tap, "data", str) or "",
        tap_id=_need(tap, "id", str),
        message_id=message_id,
        file=None,
        place=None,
        contact_user_id=None,
        album_id="",
        forwarded=False,
        sent_at=received_at,
        first_name=first_name,
    )


def _message(update_id: int, message: dict[str, Any]) -> Incoming | None:
    """None when nobody in particular said it: a channel, for one."""
    chat_id, chat_type = _chat(message)
    if (sender := _may(message, "from", dict)) is None:
        return None
    user_id, first_name = _person(sender)
    kind, content = _content(message)
    return Incoming(
        update_id=update_id,
        chat_id=chat_id,
        user_id=user_id,
        chat_type=chat_type,
        kind=kind,
        text=content if kind == "text" else _may(message, "caption", str) or "",
        data="",
        tap_id="",
        message_id=_need(message, "message_id", int),
        file=_file(kind, content),
        place=(_degrees(content, "latitude"), _degrees(content, "longitude")) if kind == "place" else None,
        contact_user_id=_may(content, "user_id", int) if kind == "contact" else None,
        album_id=_may(message, "media_group_id", str) or "",
        forwarded=_may(message, "forward_origin", dict) is not None,
        sent_at=_moment(message, "date"),
        first_name=first_name,
        phone=_may(content, "phone_number", str) or "" if kind == "contact" else "",
    )


def _content(message: dict[str, Any]) -> tuple[Kind, Any]:
    for name, shape, kind in CONTENTS:
        if content := _may(message, name, shape):
            return kind, content
    return "other", None


def _file(kind: Kind, content: Any) -> File | None:  # noqa: ANN401 - JSON, of the kind's own shape
    if kind == "photo":
        # Telegram gives a photo in several sizes, the largest last.
        return _stored(_shaped(content[-1], "photo", dict), "image/jpeg")
    if kind == "voice":
        media_type = _may(content, "mime_type", str) or "audio/ogg"
        return _stored(content, media_type, seconds=_need(content, "duration", int))
    if kind == "document":
        media_type = _may(content, "mime_type", str) or "application/octet-stream"
        return _stored(content, media_type, name=_may(content, "file_name", str) or "")
    return None


def _stored(file: dict[str, Any], media_type: str, *, name: str = "", seconds: int = 0) -> File:
    return File(
        file_id=_need(file, "file_id", str),
        unique_id=_need(file, "file_unique_id", str),
        size_bytes=_may(file, "file_size", int) or 0,
        media_type=media_type,
        name=name,
        seconds=seconds,
    )


def _chat(part: dict[str, Any]) -> tuple[int, str]:
    chat = _need(part, "chat", dict)
    return _need(chat, "id", int), _need(chat, "type", str)


def _person(user: dict[str, Any]) -> tuple[int, str]:
    return _need(user, "id", int), _need(user, "first_name", str)


def _moment(part: dict[str, Any], name: str) -> datetime:
    try:
        return datetime.fromtimestamp(_need(part, name, int), UTC)
    except (OverflowError, OSError, ValueError):
        raise Malformed(name) from None


def _degrees(part: dict[str, Any], name: str) -> float:
    given = part.get(name)
    return float(given if isinstance(given, float) else _need(part, name, int))


def _need(part: dict[str, Any], name: str, kind: type[T]) -> T:
    return _shaped(part.get(name), name, kind)


def _may(part: dict[str, Any], name: str, kind: type[T]) -> T | None:
    """Telegram leaves out what there is not."""
    given = part.get(name)
    return None if given is None else _shaped(given, name, kind)


def _shaped(given: object, name: str, kind: type[T]) -> T:
    # Nothing here is a yes or no, which would pass for a number.
    if isinstance(given, kind) and not isinstance(given, bool):
        return given
    raise Malformed(name)
