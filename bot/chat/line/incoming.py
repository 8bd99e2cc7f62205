"""What came, as the conversation sees it: one flat value for each update; knows no form and no JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

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
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """What the bot may do in a chat has changed: `is_blocked` when it may say nothing there any more."""

    update_id: int
    chat_id: int
    chat_type: str
    is_blocked: bool


Arrival = Incoming | Membership


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
