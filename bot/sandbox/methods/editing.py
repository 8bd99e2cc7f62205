"""Methods that change or take away messages that are there."""

from collections.abc import Mapping
from datetime import timedelta

from bot.sandbox.methods.call import Asked, Method, body_text, caption, known_chat, own_post, writable_chat
from bot.sandbox.methods.sending import attached
from bot.sandbox.network.chats import Chat, Json, Post
from bot.sandbox.wire import markup
from bot.sandbox.wire.errors import bad_request

DELETABLE_FOR = timedelta(hours=48)
MAX_DELETED_AT_ONCE = 100
_MEDIA = ("photo", "document", "voice")
_WORDS = frozenset({"text", "entities", "caption", "caption_entities", "reply_markup"})
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def edit_message_text(asked: Asked) -> Json:
    """Other words in a text message."""
    chat = writable_chat(asked)
    post = own_post(asked, chat)
    if "text" not in post.body:
        raise bad_request("there is no text in the message to edit")
    return _change(asked, chat, post, body_text(asked), _WORDS)


def edit_message_caption(asked: Asked) -> Json:
    """Other words under a picture or file."""
    chat = writable_chat(asked)
    post = own_post(asked, chat)
    if not any(kind in post.body for kind in _MEDIA):
        raise bad_request("there is no caption in the message to edit")
    return _change(asked, chat, post, caption(asked.given), _WORDS)


def edit_message_reply_markup(asked: Asked) -> Json:
    """Other buttons, or none."""
    chat = writable_chat(asked)
    return _change(asked, chat, own_post(asked, chat), {}, frozenset({"reply_markup"}))


def edit_message_media(asked: Asked) -> Json:
    """Another picture or file in place of the one that is there, or of a text."""
    chat = writable_chat(asked)
    post = own_post(asked, chat)
    content = attached(asked, asked.given.mapped("media", "input media"))
    return _change(asked, chat, post, content, _WORDS | frozenset(_MEDIA))


def delete_message(asked: Asked) -> bool:
    """Takes one message away."""
    chat = known_chat(asked)
    post = chat.posts.get(asked.given.integer("message_id"))
    if post is None:
        raise bad_request("message to delete not found")
    if not _deletable(asked, post):
        raise bad_request("message can't be deleted for everyone")
    _delete(asked, chat, post)
    return True


def delete_messages(asked: Asked) -> bool:
    """Takes several away; those that are not there are passed over."""
    chat = known_chat(asked)
    numbers = asked.given.listed("message_ids") or []
    if not 1 <= len(numbers) <= MAX_DELETED_AT_ONCE:
        raise bad_request("there must be 1-100 message identifiers")
    for number in numbers:
        post = chat.posts.get(number)
        if post is not None and _deletable(asked, post):
            _delete(asked, chat, post)
    return True


def pin_chat_message(asked: Asked) -> bool:
    """Keeps a message at the top of the chat."""
    chat = known_chat(asked)
    post = chat.posts.get(asked.given.integer("message_id"))
    if post is None:
        raise bad_request("message to pin not found")
    if chat.pinned != post.message_id:
        chat.pinned = post.message_id
        pinned = {key: value for key, value in post.body.items() if key != "reply_to_message"}
        asked.state.post(chat, {"pinned_message": pinned}, asked.state.profile.user(), service="pinned")
    return True


def unpin_chat_message(asked: Asked) -> bool:
    """Lets the pinned message go."""
    chat = known_chat(asked)
    if chat.pinned is None:
        raise bad_request("message to unpin not found")
    chat.pinned = None
    return True


def _change(asked: Asked, chat: Chat, post: Post, content: Json, replaced: frozenset[str]) -> Json:
    """Puts `content` and the keyboard in the place of what is `replaced`; refuses to change nothing."""
    below = markup.read(asked.given)
    if below.plain is not None:
        raise bad_request("inline keyboard expected")
    if below.inline:
        content["reply_markup"] = below.inline
    if all(post.body.get(key) == content.get(key) for key in replaced):
        raise bad_request(_NOT_MODIFIED)
    kept = {key: value for key, value in post.body.items() if key not in replaced}
    post.body = kept | content | {"edit_date": asked.state.date}
    asked.state.notify("edit", chat.chat_id, {"post": post})
    return post.body


def _deletable(asked: Asked, post: Post) -> bool:
    return asked.state.date - int(post.body["date"]) < DELETABLE_FOR.total_seconds()


def _delete(asked: Asked, chat: Chat, post: Post) -> None:
    del chat.posts[post.message_id]
    asked.state.notify("delete", chat.chat_id, {"id": post.message_id})


METHODS: Mapping[str, Method] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editMessageMedia": edit_message_media,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
}
