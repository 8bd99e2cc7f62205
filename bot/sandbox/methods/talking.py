"""Methods beside the messages: answers to taps, typing, chats and files."""

from collections.abc import Mapping

from bot.sandbox.methods.call import Asked, Method, known_chat, writable_chat
from bot.sandbox.network import media
from bot.sandbox.network.chats import GROUP, Json
from bot.sandbox.network.files import MAX_DOWNLOAD_BYTES
from bot.sandbox.wire import entities
from bot.sandbox.wire.errors import bad_request

MAX_TOAST_UNITS = 200
_NO_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


def answer_callback_query(asked: Asked) -> bool:
    """Ends the waiting of a tap, with words or without."""
    text = asked.given.text("text")
    if entities.units(text) > MAX_TOAST_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    tap_id = asked.given.text("callback_query_id")
    answer = asked.state.taps.answer(tap_id, text, alert=asked.given.flag("show_alert"))
    said: Json = {"tap_id": tap_id}
    if text:
        asked.state.notify("toast", answer.person_id, said | {"text": text, "alert": answer.alert})
    else:
        asked.state.notify("tap_done", answer.person_id, said)
    return True


def send_chat_action(asked: Asked) -> bool:
    """Shows that the bot is at work."""
    chat = writable_chat(asked)
    if not asked.given.text("action"):
        raise bad_request("wrong parameter action in request")
    asked.state.notify("typing", chat.chat_id)
    return True


def get_chat(asked: Asked) -> Json:
    """What the bot may know of a chat."""
    chat = known_chat(asked)
    body: Json = {
        "accent_color_id": chat.chat_id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_NO_GIFTS, False),
    }
    if chat.kind == GROUP:
        body["permissions"] = {"can_send_messages": True}
    if chat.pinned in chat.posts:
        body["pinned_message"] = chat.posts[chat.pinned].body
    return asked.state.chat_body(chat) | body


def get_file(asked: Asked) -> Json:
    """The path under which a file can be fetched for an hour; refuses what is too big."""
    stored = asked.state.files.get(asked.given.text("file_id"))
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if stored.size_bytes > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return media.file(stored) | {"file_path": asked.state.files.link(stored)}


METHODS: Mapping[str, Method] = {
    "answerCallbackQuery": answer_callback_query,
    "sendChatAction": send_chat_action,
    "getChat": get_chat,
    "getFile": get_file,
}
