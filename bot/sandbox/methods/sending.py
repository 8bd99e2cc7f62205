"""Methods that put a new message into a chat."""

from collections.abc import Mapping

from bot.sandbox.methods import attachments
from bot.sandbox.methods.call import Asked, Method, body_text, caption, writable_chat
from bot.sandbox.network import media
from bot.sandbox.network.chats import Chat, Json, Post
from bot.sandbox.wire import markup
from bot.sandbox.wire.errors import bad_request
from bot.sandbox.wire.parameters import Parameters

ALBUM_SIZES = range(2, 11)


def send_message(asked: Asked) -> Json:
    """A text."""
    chat = writable_chat(asked)
    return _say(asked, chat, body_text(asked)).body


def send_photo(asked: Asked) -> Json:
    """A picture; refuses bytes that are no picture."""
    chat = writable_chat(asked)
    words = caption(asked.given)
    stored = attachments.photo(asked, asked.given, "photo")
    return _say(asked, chat, {"photo": [media.photo_size(stored)]} | words).body


def send_document(asked: Asked) -> Json:
    """A file."""
    chat = writable_chat(asked)
    words = caption(asked.given)
    stored = attachments.file(asked, asked.given, "document")
    return _say(asked, chat, {"document": media.document(stored)} | words).body


def send_voice(asked: Asked) -> Json:
    """A voice message."""
    chat = writable_chat(asked)
    words = caption(asked.given)
    stored = attachments.file(asked, asked.given, "voice")
    return _say(asked, chat, {"voice": media.voice(stored, asked.given.integer("duration"))} | words).body


def send_location(asked: Asked) -> Json:
    """A point on the map."""
    chat = writable_chat(asked)
    latitude, longitude = asked.given.number("latitude"), asked.given.number("longitude")
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004 - degrees
        raise bad_request("wrong location: latitude or longitude is invalid")
    return _say(asked, chat, {"location": {"latitude": latitude, "longitude": longitude}}).body


def send_media_group(asked: Asked) -> list[Json]:
    """Two to ten pictures or files as one album; nothing is sent when one of them is refused."""
    chat = writable_chat(asked)
    items = asked.given.listed("media") or []
    if len(items) not in ALBUM_SIZES:
        raise bad_request("can't parse media: an album has 2-10 items")
    album = {"media_group_id": str(14_000_000_000_000_000 + asked.state.next_message_id)}
    contents = [attached(asked, item) for item in items]
    return [_say(asked, chat, content | album).body for content in contents]


def attached(asked: Asked, item: object) -> Json:
    """The content an InputMedia stands for."""
    if not isinstance(item, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    given = Parameters(item, asked.given.uploads)
    if item.get("type") == "photo":
        return {"photo": [media.photo_size(attachments.photo(asked, given, "media"))]} | caption(given)
    if item.get("type") == "document":
        return {"document": media.document(attachments.file(asked, given, "media"))} | caption(given)
    raise bad_request("can't parse InputMedia: unsupported type")


def _say(asked: Asked, chat: Chat, content: Json) -> Post:
    """Puts the message into the chat with its keyboard, its reply and its protection."""
    state, given = asked.state, asked.given
    below = markup.read(given)
    content |= _replied(asked, chat)
    if below.inline:
        content["reply_markup"] = below.inline
    if given.flag("protect_content"):
        content["has_protected_content"] = True
    post = state.post(chat, content, state.profile.user())
    if below.plain is not None:
        post.fixed = True
        _set_keyboard(asked, chat, below.plain)
    return post


def _set_keyboard(asked: Asked, chat: Chat, plain: Json) -> None:
    chat.keyboard = plain if "keyboard" in plain else None
    chat.placeholder = plain.get("input_field_placeholder")
    asked.state.notify("keyboard", chat.chat_id, {"keyboard": chat.keyboard, "placeholder": chat.placeholder})


def _replied(asked: Asked, chat: Chat) -> Json:
    wanted = asked.given.mapped("reply_parameters", "reply parameters") or {}
    number = wanted.get("message_id") or asked.given.integer("reply_to_message_id")
    if not number:
        return {}
    post = chat.posts.get(number)
    if post is None:
        if wanted.get("allow_sending_without_reply") or asked.given.flag("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    body = {key: value for key, value in post.body.items() if key != "reply_to_message"}
    return {"reply_to_message": body}


METHODS: Mapping[str, Method] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendVoice": send_voice,
    "sendLocation": send_location,
    "sendMediaGroup": send_media_group,
}
