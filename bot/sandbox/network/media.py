"""Files in the Bot API's shapes."""

from bot.sandbox.network.chats import Json
from bot.sandbox.network.files import StoredFile, picture_size

UNKNOWN_PICTURE = (1280, 960)


def photo_size(stored: StoredFile) -> Json:
    """The Bot API's PhotoSize."""
    width, height = picture_size(stored.data) or UNKNOWN_PICTURE
    return _identity(stored) | {"width": width, "height": height}


def voice(stored: StoredFile, duration_seconds: int) -> Json:
    """The Bot API's Voice."""
    return _identity(stored) | {"duration": duration_seconds, "mime_type": stored.mime_type or "audio/ogg"}


def document(stored: StoredFile) -> Json:
    """The Bot API's Document."""
    mime_type = stored.mime_type or "application/octet-stream"
    return _identity(stored) | {"file_name": stored.name, "mime_type": mime_type}


def sticker(stored: StoredFile, emoji: str) -> Json:
    """The Bot API's Sticker."""
    body: Json = {"type": "regular", "width": 512, "height": 512, "emoji": emoji}
    return _identity(stored) | body | {"is_animated": False, "is_video": False}


def file(stored: StoredFile) -> Json:
    """The Bot API's File, without its path."""
    return _identity(stored)


def _identity(stored: StoredFile) -> Json:
    return {"file_id": stored.file_id, "file_unique_id": stored.unique_id, "file_size": stored.size_bytes}
