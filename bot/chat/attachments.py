"""What a person sends beside words: what it is to a report, or why it can be none of its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.forms.model import Sent

if TYPE_CHECKING:
    from bot.chat.line.incoming import Incoming
    from bot.forms.model import Answers

# Telegram gives a bot no file above this.
FILE_LIMIT_BYTES = 20_000_000


def misfit(incoming: Incoming) -> str:
    """The key of the words that refuse it whatever was asked; empty when the question may decide."""
    if incoming.file is not None and incoming.file.size_bytes > FILE_LIMIT_BYTES:
        return "chat.file_too_big"
    if incoming.kind == "document":
        return "chat.not_photo"
    if incoming.kind == "contact" and (incoming.forwarded or incoming.contact_user_id != incoming.user_id):
        return "chat.contact_not_own"
    return ""


def sent(incoming: Incoming) -> Sent:
    """The message as a form knows it."""
    if incoming.kind in ("photo", "voice") and incoming.file is not None:
        payload: Answers = {"file_id": incoming.file.file_id, "unique_id": incoming.file.unique_id}
        if incoming.kind == "voice":
            payload["duration"] = incoming.file.seconds
        return Sent(incoming.kind, payload)
    if incoming.kind == "place" and incoming.place is not None:
        return Sent("place", {"latitude": incoming.place[0], "longitude": incoming.place[1]})
    return Sent(incoming.kind if incoming.kind in ("contact", "document", "sticker") else "other")
