"""The sandbox's world: what people with Telegram on their phone can do, and what they see."""

from collections.abc import Sequence
from typing import Any

from bot.sandbox.network import media
from bot.sandbox.network.chats import GROUP, Chat, Json, Person, Post
from bot.sandbox.network.state import State
from bot.sandbox.wire import entities


class UnknownMessageError(LookupError):
    """There is no such message, button or person here."""


class BlockedError(RuntimeError):
    """Who has blocked the bot cannot write to it before letting it in again."""


class World(State):
    """The acts of people. Every act is done at once and gives back the number of the message."""

    # --- what a person sends -------------------------------------------------------------------------

    def send_text(
        self,
        person_id: int,
        text: str,
        *,
        chat_id: int | None = None,
        reply_to: int | None = None,
        forwarded_from: str | None = None,
    ) -> int:
        """Writes a message; commands and addresses in it are marked as Telegram marks them."""
        bare = text.strip()
        content: Json = {"text": bare}
        if found := entities.detect(bare, []):
            content["entities"] = found
        return self._send(person_id, content, chat_id, reply_to, forwarded_from)

    def send_photo(
        self,
        person_id: int,
        data: bytes,
        *,
        caption: str = "",
        album: str | None = None,
        chat_id: int | None = None,
        forwarded_from: str | None = None,
    ) -> int:
        """Sends one photo; several with the same `album` are one album."""
        stored = self.files.add("photo", data, name="photo.jpg", mime_type="image/jpeg")
        content: Json = {"photo": [media.photo_size(stored)]} | ({"caption": caption} if caption else {})
        if album:
            content["media_group_id"] = album
        return self._send(person_id, content, chat_id, None, forwarded_from)

    def send_album(self, person_id: int, photos: Sequence[bytes], *, caption: str = "") -> list[int]:
        """Sends several photos as one album, the words under the first."""
        album = str(13_000_000_000_000_000 + self.next_message_id)
        return [
            self.send_photo(person_id, data, album=album, caption="" if index else caption)
            for index, data in enumerate(photos)
        ]

    def send_voice(
        self, person_id: int, data: bytes, *, duration_seconds: int = 3, mime_type: str = "audio/ogg"
    ) -> int:
        """Sends a voice message."""
        stored = self.files.add("voice", data, mime_type=mime_type)
        return self._send(person_id, {"voice": media.voice(stored, duration_seconds)})

    def send_place(self, person_id: int, latitude: float, longitude: float) -> int:
        """Sends where one is."""
        return self._send(person_id, {"location": {"latitude": latitude, "longitude": longitude}})

    def send_document(
        self,
        person_id: int,
        data: bytes,
        *,
        name: str = "document.pdf",
        mime_type: str = "application/pdf",
        size_bytes: int | None = None,
    ) -> int:
        """Sends a file; `size_bytes` lets it claim more than it holds."""
        stored = self.files.add("document", data, name=name, mime_type=mime_type, size_bytes=size_bytes)
        return self._send(person_id, {"document": media.document(stored)})

    def send_sticker(self, person_id: int, emoji: str = "🙂") -> int:
        """Sends a sticker, of which only the emoji is real."""
        stored = self.files.add("sticker", b"", mime_type="image/webp")
        return self._send(person_id, {"sticker": media.sticker(stored, emoji)})

    def send_contact(
        self, person_id: int, *, user_id: int | None, phone_number: str = "", first_name: str = ""
    ) -> int:
        """Shares a contact: one's own, a colleague's, or of somebody without Telegram (None)."""
        known = self.people.get(user_id or 0)
        body: Json = {
            "phone_number": phone_number or (known.phone if known else "") or "+8613800000000",
            "first_name": first_name or (known.first_name if known else "?"),
        }
        return self._send(person_id, {"contact": body | ({"user_id": user_id} if user_id else {})})

    def tap(self, person_id: int, message_id: int, data: str, *, chat_id: int | None = None) -> str:
        """Presses a button; the data may be of an earlier keyboard, and the message may be gone."""
        chat = self._chat_of(person_id, chat_id)
        post = chat.posts.get(message_id)
        message = post.body if post else self._inaccessible(chat, message_id)
        tap = self.taps.open(person_id, message_id)
        query: Json = {
            "id": tap.tap_id,
            "from": self._person(person_id).user(),
            "message": message,
            "chat_instance": str(7_000_000_000 + abs(chat.chat_id)),
            "data": data,
        }
        self.updates.push("callback_query", query)
        return tap.tap_id

    def tap_label(self, person_id: int, label: str) -> str:
        """Presses the newest visible button with these words."""
        for post in reversed(self.chats[person_id].posts.values()):
            for button in buttons(post.body):
                if button["text"] == label and "callback_data" in button:
                    return self.tap(person_id, post.message_id, button["callback_data"])
        raise UnknownMessageError(label)

    def edit_text(self, person_id: int, message_id: int, text: str) -> None:
        """Changes the words of an own message."""
        chat = self._chat_of(person_id, None)
        post = chat.posts.get(message_id)
        if post is None or post.by_bot or "text" not in post.body:
            raise UnknownMessageError(message_id)
        body = {key: value for key, value in post.body.items() if key != "entities"}
        found = entities.detect(text.strip(), [])
        post.body = body | {"text": text.strip(), "edit_date": self.date}
        post.body |= {"entities": found} if found else {}
        self.notify("edit", chat.chat_id, {"post": post})
        self.updates.push("edited_message", post.body)

    def block(self, person_id: int) -> None:
        """Stops the bot: it can write no more."""
        self._set_blocked(person_id, blocked=True)

    def unblock(self, person_id: int) -> None:
        """Lets the bot write again."""
        self._set_blocked(person_id, blocked=False)

    def read(self, person_id: int) -> None:
        """Looks at everything that was said."""
        self.set_unread(self.chats[person_id], 0)

    # --- groups, and what no decent client does ------------------------------------------------------

    def add_group(self, title: str, member_ids: Sequence[int]) -> int:
        """A group into which the first member brings the bot."""
        number, self.next_group_id = self.next_group_id, self.next_group_id - 1
        chat = self.chats[number] = Chat(number, GROUP, title, list(member_ids))
        person = self._person(member_ids[0])
        self._push_membership(chat, person, before="left", after="member")
        return number

    def push_raw(self, body: Json) -> int:
        """Queues an update that is whatever it is."""
        return self.updates.push_raw(body)

    def redeliver(self, update_id: int) -> None:
        """Gives the bot an earlier update once more."""
        self.updates.redeliver(update_id)

    # --- what a person sees --------------------------------------------------------------------------

    def posts(self, person_id: int) -> list[Post]:
        """Everything in the private chat, oldest first."""
        return list(self.chats[person_id].posts.values())

    def said(self, person_id: int) -> list[str]:
        """The bot's messages in the private chat as they read now, oldest first."""
        return [
            str(post.body.get("text", post.body.get("caption", "")))
            for post in self.posts(person_id)
            if post.by_bot and not post.service
        ]

    def labels(self, person_id: int) -> list[str]:
        """The words on the buttons of the newest message that has any."""
        for post in reversed(self.posts(person_id)):
            if found := buttons(post.body):
                return [button["text"] for button in found]
        return []

    def toasts(self, person_id: int) -> list[str]:
        """What the bot answered to taps, oldest first; taps answered without words are left out."""
        return [answer.text for answer in self.taps.answers if answer.person_id == person_id and answer.text]

    # -------------------------------------------------------------------------------------------------

    def _person(self, person_id: int) -> Person:
        try:
            return self.people[person_id]
        except KeyError:
            raise UnknownMessageError(person_id) from None

    def _chat_of(self, person_id: int, chat_id: int | None) -> Chat:
        self._person(person_id)
        chat = self.chats.get(person_id if chat_id is None else chat_id)
        if chat is None or person_id not in chat.members:
            raise UnknownMessageError(chat_id)
        return chat

    def _send(
        self,
        person_id: int,
        content: Json,
        chat_id: int | None = None,
        reply_to: int | None = None,
        forwarded_from: str | None = None,
    ) -> int:
        person, chat = self._person(person_id), self._chat_of(person_id, chat_id)
        if person.blocked and chat.kind != GROUP:
            raise BlockedError(person_id)
        if forwarded_from is not None:
            origin: Json = {
                "type": "hidden_user",
                "date": self.date,
                "sender_user_name": forwarded_from,
            }
            content = content | {"forward_origin": origin}
        if reply_to is not None and reply_to in chat.posts:
            replied = {k: v for k, v in chat.posts[reply_to].body.items() if k != "reply_to_message"}
            content = content | {"reply_to_message": replied}
        if chat.kind != GROUP:
            person.started = True
        post = self.post(chat, content, person.user())
        self.updates.push("message", post.body)
        return post.message_id

    @staticmethod
    def _inaccessible(chat: Chat, message_id: int) -> Json:
        return {"chat": {"id": chat.chat_id, "type": chat.kind}, "message_id": message_id, "date": 0}

    def _set_blocked(self, person_id: int, *, blocked: bool) -> None:
        person = self._person(person_id)
        if person.blocked == blocked:
            return
        person.blocked = blocked
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        self._push_membership(self.chats[person_id], person, before=before, after=after)
        self.notify("blocked", person_id, {"blocked": blocked})

    def _push_membership(self, chat: Chat, person: Person, *, before: str, after: str) -> None:
        change: Json = {
            "chat": self.chat_body(chat),
            "from": person.user(),
            "date": self.date,
            "old_chat_member": self._member(before),
            "new_chat_member": self._member(after),
        }
        self.updates.push("my_chat_member", change)

    def _member(self, status: str) -> Json:
        extra = {"until_date": 0} if status == "kicked" else {}
        return {"status": status, "user": self.profile.user()} | extra


def buttons(body: Json) -> list[dict[str, Any]]:
    """The buttons under a message, row after row."""
    rows = body.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]
