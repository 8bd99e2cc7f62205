"""One update as the conversation sees it: who said what, in one flat value; knows no form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    import telegram

Kind = Literal["text", "tap", "photo", "voice", "place", "contact", "document", "sticker", "other"]


@dataclass(frozen=True, slots=True)
class File:
    """A file at Telegram: `unique_id` is the same for the same content, whoever sends it."""

    file_id: str
    unique_id: str
    size_bytes: int
    media_type: str
    name: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Incoming:
    """What came.

    `message_id` is the message itself, or for a tap the message whose button was tapped; 0 where a tapped
    message is too old to be changed.
    """

    update_id: int
    chat_id: int
    user_id: int
    chat_type: str
    kind: Kind
    text: str
    data: str
    tap_id: str
    message_id: int
    file: File | None
    place: tuple[float, float] | None
    contact_user_id: int | None
    album_id: str
    forwarded: bool
    sent_at: datetime
    first_name: str


def of(update: telegram.Update, received_at: datetime) -> Incoming | None:
    """Flatten an update; None when it is neither a message nor a tap of a person.

    `received_at` stands in where Telegram gives no moment (a tap has none).
    """
    if update.callback_query is not None:
        return _of_tap(update.update_id, update.callback_query, received_at)
    if update.message is not None and update.message.from_user is not None:
        return _of_message(update.update_id, update.message, update.message.from_user)
    return None


def unprompted(chat_id: int, now: datetime) -> Incoming:
    """Return what stands in where the bot speaks first, to the person of this private chat."""
    return Incoming(
        update_id=0,
        chat_id=chat_id,
        user_id=chat_id,
        chat_type="private",
        kind="other",
        text="",
        data="",
        tap_id="",
        message_id=0,
        file=None,
        place=None,
        contact_user_id=None,
        album_id="",
        forwarded=False,
        sent_at=now,
        first_name="",
    )


def _of_tap(update_id: int, tap: telegram.CallbackQuery, received_at: datetime) -> Incoming:
    # The message is missing when the button hung under an inline result or the message is too old to be told.
    message = tap.message
    return Incoming(
        update_id=update_id,
        chat_id=message.chat.id if message else tap.from_user.id,
        user_id=tap.from_user.id,
        chat_type=message.chat.type if message else "private",
        kind="tap",
        text="",
        data=tap.data or "",
        tap_id=tap.id,
        message_id=message.message_id if message and message.is_accessible else 0,
        file=None,
        place=None,
        contact_user_id=None,
        album_id="",
        forwarded=False,
        sent_at=received_at,
        first_name=tap.from_user.first_name,
    )


def _of_message(update_id: int, message: telegram.Message, sender: telegram.User) -> Incoming:
    place = message.location
    return Incoming(
        update_id=update_id,
        chat_id=message.chat.id,
        user_id=sender.id,
        chat_type=message.chat.type,
        kind=_kind(message),
        text=message.text or message.caption or "",
        data="",
        tap_id="",
        message_id=message.message_id,
        file=_file(message),
        place=(place.latitude, place.longitude) if place else None,
        contact_user_id=message.contact.user_id if message.contact else None,
        album_id=message.media_group_id or "",
        forwarded=message.forward_origin is not None,
        sent_at=message.date,
        first_name=sender.first_name,
    )


def _kind(message: telegram.Message) -> Kind:
    kinds: tuple[tuple[object, Kind], ...] = (
        (message.text, "text"),
        (message.photo, "photo"),
        (message.voice, "voice"),
        (message.location, "place"),
        (message.contact, "contact"),
        (message.document, "document"),
        (message.sticker, "sticker"),
    )
    return next((kind for content, kind in kinds if content), "other")


def _file(message: telegram.Message) -> File | None:
    if message.photo:
        largest = message.photo[-1]
        return File(largest.file_id, largest.file_unique_id, largest.file_size or 0, "image/jpeg")
    voice = message.voice
    if voice:
        # The attribute warns that it will become a timedelta; the dictionary says the same in plain seconds.
        seconds = int(voice.to_dict()["duration"])
        media_type = voice.mime_type or "audio/ogg"
        return File(voice.file_id, voice.file_unique_id, voice.file_size or 0, media_type, seconds=seconds)
    document = message.document
    if document:
        return File(
            document.file_id,
            document.file_unique_id,
            document.file_size or 0,
            document.mime_type or "application/octet-stream",
            document.file_name or "",
        )
    return None
