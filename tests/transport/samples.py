"""Updates of every kind as Telegram delivers them, by a name that says what is in them."""

from __future__ import annotations

from typing import Any

from tests.transport.fake_api import message, tap

Update = dict[str, Any]

USER: Update = {
    "id": 8,
    "is_bot": False,
    "first_name": "施磊",
    "last_name": "斌",
    "username": "shi",
    "language_code": "zh-hans",
    "is_premium": True,
}
BOT: Update = {"id": 9, "is_bot": True, "first_name": "Tiexin", "username": "tiexin_bot"}
PRIVATE: Update = {"id": 8, "type": "private", "first_name": "施磊"}
GROUP: Update = {"id": -1_001_234_567_890, "type": "supergroup", "title": "会", "is_forum": True}
SIZE: Update = {"width": 90, "height": 60}
PHOTOS = [
    {"file_id": "small", "file_unique_id": "s", "file_size": 1, **SIZE},
    {"file_id": "large", "file_unique_id": "l", "file_size": 9, **SIZE},
]
VOICE: Update = {
    "file_id": "v",
    "file_unique_id": "vu",
    "duration": 7,
    "mime_type": "audio/mpeg",
    "file_size": 70,
}
DOCUMENT: Update = {"file_id": "d", "file_unique_id": "du"}
STICKER: Update = {
    "file_id": "s",
    "file_unique_id": "su",
    "type": "regular",
    "is_animated": False,
    "is_video": False,
    "emoji": "🙂",
    **SIZE,
}
DAY = 1_504_486_800
FORWARDED: Update = {"type": "hidden_user", "date": DAY, "sender_user_name": "某"}
MEMBER = {"status": "member", "user": BOT}
KICKED = {"status": "kicked", "user": BOT, "until_date": 0}
LEFT: Update = {"status": "left", "user": BOT}


def of(**content: Any) -> Update:  # noqa: ANN401 - JSON
    """A message with this in it and no text of its own."""
    update = message(3, 8, **content)
    if "text" not in content:
        del update["message"]["text"]
    return update


def without(part: str, update: Update) -> Update:
    """The same message or tap without one of its fields."""
    return {
        name: {field: content for field, content in value.items() if field != part}
        if isinstance(value, dict)
        else value
        for name, value in update.items()
    }


def change(old: Update, new: Update, chat: Update = PRIVATE) -> Update:
    """What the bot may do in a chat becomes something else."""
    body = {"chat": chat, "from": USER, "date": DAY, "old_chat_member": old, "new_chat_member": new}
    return {"update_id": 3, "my_chat_member": body}


def tapped(under: Update | None, **more: Any) -> Update:  # noqa: ANN401 - JSON
    """A tap on a button under this message."""
    update = tap(3, 8, "visit:go")
    update["callback_query"] |= {"message": under, **more}
    return update if under else without("message", update)


SAMPLES: dict[str, Update] = {
    "text": message(3, 8, "走访 张三"),
    "text of a forum": message(
        3, 8, "余额", chat=GROUP, message_thread_id=5, is_topic_message=True, **{"from": USER}
    ),
    "entities": message(3, 8, "/due", entities=[{"type": "bot_command", "offset": 0, "length": 4}]),
    "reply": message(3, 8, "好", reply_to_message=message(2, 9)["message"]),
    "forwarded": message(3, 8, "转", forward_origin=FORWARDED),
    "half a character": message(3, 8, "half \ud83d of \x00 it"),
    "photo": of(photo=PHOTOS, caption="门口", media_group_id="77"),
    "photo without a size": of(photo=[{"file_id": "p", "file_unique_id": "pu", **SIZE}]),
    "voice": of(voice=VOICE),
    "voice without a type": of(voice={"file_id": "v", "file_unique_id": "vu", "duration": 1}),
    "place": of(location={"latitude": 25.0, "longitude": 102.7, "horizontal_accuracy": 9.5}),
    "place on a meridian": of(location={"latitude": 0, "longitude": 102}),
    "contact": of(contact={"phone_number": "1", "first_name": "x", "user_id": 8}),
    "contact without an account": of(contact={"phone_number": "1", "first_name": "x"}),
    "document": of(
        document={**DOCUMENT, "file_name": "a.pdf", "mime_type": "application/pdf", "file_size": 6}
    ),
    "document without a name": of(document=DOCUMENT, caption="附件"),
    "animation": of(
        animation={**DOCUMENT, **SIZE, "duration": 2}, document={**DOCUMENT, "mime_type": "video/mp4"}
    ),
    "sticker": of(sticker=STICKER),
    "dice": of(dice={"emoji": "🎲", "value": 3}),
    "nobody's": without("from", message(3, 8)),
    "tap": tap(3, 8, "visit:go"),
    "tap in a group": tapped({"message_id": 7, "date": DAY, "chat": GROUP, "text": "?"}),
    "tap on an old message": tapped({"message_id": 7, "date": 0, "chat": PRIVATE}),
    "tap under an inline result": tapped(None, inline_message_id="i"),
    "tap on a game": without(
        "data", tapped({"message_id": 7, "date": DAY, "chat": PRIVATE}, game_short_name="g")
    ),
    "blocked": change(MEMBER, KICKED),
    "unblocked": change(KICKED, MEMBER),
    "put out of a group": change(MEMBER, LEFT, GROUP),
    "edited": {"update_id": 3, "edited_message": message(3, 8, edit_date=DAY + 1)["message"]},
    "nothing": {"update_id": 3},
}
