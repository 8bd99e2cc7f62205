"""How messages, people and events look to the sandbox page."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.network.chats import Chat, Json, Post
from bot.sandbox.network.state import Event, State
from bot.sandbox.persona import Persona

_DOCUMENT = ("file_id", "file_name", "file_size", "mime_type")


def message(post: Post) -> Json:
    """One message of a chat."""
    body = post.body
    return {
        "id": post.message_id,
        "from": "bot" if post.by_bot else "me",
        "date": _instant(body["date"]),
        "edited": "edit_date" in body,
        "text": body.get("text", ""),
        "entities": body.get("entities", []),
        "caption": body.get("caption", ""),
        "caption_entities": body.get("caption_entities", []),
        "buttons": _buttons(body),
        "photos": [_picked(size, "file_id", "width", "height") for size in body.get("photo", [])[-1:]],
        "album": body.get("media_group_id"),
        "voice": _picked(body.get("voice"), "file_id", "duration"),
        "place": _picked(body.get("location"), "latitude", "longitude"),
        "document": _picked(body.get("document"), *_DOCUMENT),
        "sticker": _picked(body.get("sticker"), "emoji"),
        "contact": body.get("contact"),
        "reply_to": (body.get("reply_to_message") or {}).get("message_id"),
        "protected": bool(body.get("has_protected_content")),
        "service": post.service or None,
    }


def persona(one: Persona, chat: Chat) -> Json:
    """One line of the list of people."""
    newest = next(reversed(chat.posts.values()), None)
    return {
        "slug": one.slug,
        "user_id": one.user_id,
        "first_name": one.first_name,
        "name": one.name,
        "role": dict(one.role),
        "place": dict(one.place),
        "hint": dict(one.hint),
        "unread": chat.unread,
        "last": None if newest is None else _last(newest),
    }


def conversation(state: State, one: Persona) -> Json:
    """A whole chat, as it is when it is opened."""
    chat, person = state.chats[one.user_id], state.people[one.user_id]
    return {
        "messages": [message(post) for post in chat.posts.values()],
        "keyboard": chat.keyboard,
        "placeholder": chat.placeholder,
        "commands": state.profile.commands_for(chat, person),
        "blocked": person.blocked,
    }


def happening(state: State, event: Event, personas: Mapping[int, Persona]) -> list[Json]:
    """What the page is told of an event: nothing when it is in none of its chats."""
    if event.kind == "commands":
        return [_commands(state, one) for one in personas.values()]
    one = personas.get(event.chat_id)
    if one is None:
        return []
    head = {"type": event.kind, "persona": one.slug}
    if isinstance(post := event.data.get("post"), Post):
        return [head | {"message": message(post)}]
    return [head | event.data]


def _commands(state: State, one: Persona) -> Json:
    found = state.profile.commands_for(state.chats[one.user_id], state.people[one.user_id])
    return {"type": "commands", "persona": one.slug, "commands": found}


def _last(post: Post) -> Json:
    shown = message(post)
    kinds = ("photos", "voice", "place", "document", "sticker", "contact", "service")
    kind = next((name for name in kinds if shown[name]), "text")
    words = shown["text"] or shown["caption"]
    return {"id": post.message_id, "text": words, "date": shown["date"], "kind": kind}


def _buttons(body: Json) -> list[list[Json]]:
    rows = body.get("reply_markup", {}).get("inline_keyboard", [])
    return [[_button(button) for button in row] for row in rows]


def _button(button: Json) -> Json:
    shown: Json = {"text": button["text"]}
    if "url" in button:
        return shown | {"url": button["url"]}
    return shown | {"data": button.get("callback_data", "")}


def _picked(body: Any, *names: str) -> Json | None:  # noqa: ANN401 - it may be absent
    return {name: body.get(name) for name in names} if body else None


def _instant(date: int) -> str:
    return datetime.fromtimestamp(date, UTC).isoformat()
