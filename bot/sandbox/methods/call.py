"""What every method of the Bot API has at hand, and what several of them ask first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.network.chats import GROUP, Chat, Json, Post
from bot.sandbox.network.state import State
from bot.sandbox.wire import entities, html
from bot.sandbox.wire.errors import bad_request, forbidden
from bot.sandbox.wire.parameters import Parameters

MAX_TEXT_UNITS = 4096
MAX_CAPTION_UNITS = 1024

Method = Callable[["Asked"], Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: the state it works on and what was given."""

    state: State
    given: Parameters


def known_chat(asked: Asked) -> Chat:
    """The chat that is named; refuses one that does not exist."""
    if not asked.given.has("chat_id"):
        raise bad_request("chat_id is empty")
    chat = asked.state.chats.get(asked.given.integer("chat_id"))
    if chat is None:
        raise bad_request("chat not found")
    return chat


def writable_chat(asked: Asked) -> Chat:
    """The chat that is named, when the bot may write there."""
    chat = known_chat(asked)
    person = asked.state.people.get(chat.chat_id)
    if chat.kind != GROUP and person is not None:
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
    return chat


def own_post(asked: Asked, chat: Chat) -> Post:
    """The bot's message that is to be edited; refuses others, and those sent with a keyboard."""
    number = asked.given.integer("message_id")
    if not number:
        raise bad_request("message identifier is not specified")
    post = chat.posts.get(number)
    if post is None:
        raise bad_request("message to edit not found")
    if not post.by_bot or post.fixed or post.service:
        raise bad_request("message can't be edited")
    return post


def body_text(asked: Asked) -> Json:
    """Text and entities of a message; refuses empty and too long ones."""
    text, found = formatted(asked.given, "text", "entities")
    if not text:
        raise bad_request("message text is empty")
    if entities.units(text) > MAX_TEXT_UNITS:
        raise bad_request("message is too long")
    return {"text": text} | ({"entities": found} if found else {})


def caption(given: Parameters) -> Json:
    """Caption and its entities; refuses a too long one."""
    text, found = formatted(given, "caption", "caption_entities")
    if entities.units(text) > MAX_CAPTION_UNITS:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text} | ({"caption_entities": found} if found else {})


def formatted(given: Parameters, name: str, entities_name: str) -> tuple[str, list[entities.Entity]]:
    """The plain text of a parameter and its entities, marked by HTML or given one by one."""
    text = given.text(name)
    mode = given.text("parse_mode").lower()
    found = given.listed(entities_name) or []
    if mode == "html":
        text, found = html.parse(text)
    elif mode:
        raise bad_request("unsupported parse_mode")
    text, found = entities.trim(text, found)
    return text, entities.detect(text, found)
