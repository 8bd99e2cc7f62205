"""What a screen has at hand while it answers one update: who, in which words, and how to speak.

Speaking only writes outbox rows in the update's own transaction; nothing is sent here.
"""

from __future__ import annotations

import html
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.buttons import inline_markup
from storage.post import outbox
from storage.post.outbox import Priority

if TYPE_CHECKING:
    from datetime import date

    from bot.buttons import Keyboard
    from bot.chat.line.incoming import Incoming
    from bot.texts.catalogue import Words
    from storage.database import Transaction
    from storage.members.people import Person

TEXT_LIMIT = 4_000
CAPTION_LIMIT = 1_000
TOAST_LIMIT = 200
# Telegram forgets a tap soon after; an answer later than this only makes an error.
TOAST_LIFETIME = timedelta(seconds=30)


class Talk:
    """One update's conversation with one person."""

    def __init__(
        self,
        tx: Transaction,
        incoming: Incoming,
        person: Person,
        words: Words,
        bot_username: str = "",
        tap_key: str | None = None,
    ) -> None:
        self.tx = tx
        self.incoming = incoming
        self.person = person
        self.words = words
        self.bot_username = bot_username
        self._tap_key = tap_key
        self._tap_answered = False

    @property
    def today(self) -> date:
        """The day in the union's own time zone."""
        return self.tx.today

    def say(
        self,
        text: str,
        keyboard: Keyboard | None = None,
        *,
        markup: dict[str, object] | None = None,
        protected: bool = False,
    ) -> None:
        """Send a new message; `protected` ones can be neither forwarded nor saved."""
        payload = _message(text, keyboard)
        if markup is not None:
            payload["reply_markup"] = markup
        if protected:
            payload["protect_content"] = True
        outbox.put(self.tx, chat_id=self.incoming.chat_id, method="sendMessage", payload=payload)

    def card(self, key: str, text: str, keyboard: Keyboard | None = None, *, repost: bool = False) -> None:
        """Show the card of that name: edited in place where it stands, or sent when there is none yet.

        Whoever has just written looks at the bottom of the chat: there it goes then, as with `repost`.
        """
        outbox.put(
            self.tx,
            chat_id=self.incoming.chat_id,
            method="sendMessage",
            payload=_message(text, keyboard),
            card=key,
            repost=repost or self.incoming.kind != "tap",
        )

    def replace(self, text: str, keyboard: Keyboard | None = None) -> None:
        """Turn the message whose button was tapped into this; a new message where there is none to turn."""
        if self.incoming.kind != "tap" or not self.incoming.message_id:
            self.say(text, keyboard)
            return
        payload = _message(text, keyboard)
        payload["message_id"] = self.incoming.message_id
        outbox.put(self.tx, chat_id=self.incoming.chat_id, method="editMessageText", payload=payload)

    def picture(
        self, kind: str, figures: dict[str, object], caption: str, keyboard: Keyboard | None = None
    ) -> None:
        """Send a picture drawn from these figures; its caption says the same in words, alone if need be."""
        payload: dict[str, object] = {
            "photo": {"draw": kind, "figures": figures},
            "caption": _within_limit(caption, CAPTION_LIMIT),
            "parse_mode": "HTML",
        }
        if keyboard:
            payload["reply_markup"] = inline_markup(keyboard)
        outbox.put(self.tx, chat_id=self.incoming.chat_id, method="sendPhoto", payload=payload)

    def photo(self, file_id: str, caption: str) -> None:
        """Send a picture that somebody sent before; it can be neither forwarded nor saved."""
        payload: dict[str, object] = {
            "photo": file_id,
            "caption": _within_limit(caption, CAPTION_LIMIT),
            "parse_mode": "HTML",
            "protect_content": True,
        }
        outbox.put(self.tx, chat_id=self.incoming.chat_id, method="sendPhoto", payload=payload)

    def document(
        self,
        kind: str,
        figures: dict[str, object],
        caption: str,
        keyboard: Keyboard | None = None,
        *,
        key: str | None = None,
    ) -> None:
        """Send a file that is made of what these ids name, when it is sent and for whoever asked for it now.

        `figures` are ids, years and codes, never names: the letter holds nothing of what is in the file.
        Where it cannot be made, its caption goes alone, with a word about that. `key`: sent once.
        """
        payload: dict[str, object] = {
            "document": self._order(kind, figures, "chat.document_not_made"),
            "caption": _within_limit(caption, CAPTION_LIMIT),
            "parse_mode": "HTML",
        }
        if keyboard:
            payload["reply_markup"] = inline_markup(keyboard)
        outbox.put(self.tx, chat_id=self.incoming.chat_id, method="sendDocument", payload=payload, key=key)

    def find_out(self, kind: str, figures: dict[str, object], keyboard: Keyboard | None = None) -> None:
        """Say what is found out and worded when it is said: what takes long to read keeps nobody waiting."""
        payload = _message("", keyboard)
        payload["text"] = self._order(kind, figures, "chat.not_found_out")
        outbox.put(self.tx, chat_id=self.incoming.chat_id, method="sendMessage", payload=payload)

    def toast(self, text: str = "", *, alert: bool = False) -> None:
        """Answer the tap, with a short word or silently; a second answer is dropped."""
        if self._tap_answered or not self.incoming.tap_id:
            return
        self._tap_answered = True
        payload: dict[str, object] = {"callback_query_id": self.incoming.tap_id}
        if text:
            payload["text"] = text[:TOAST_LIMIT]
            payload["show_alert"] = alert
        outbox.put(
            self.tx,
            chat_id=self.incoming.chat_id,
            method="answerCallbackQuery",
            payload=payload,
            priority=Priority.TOAST,
            key=self._tap_key,
            expires_at=self.tx.now + TOAST_LIFETIME,
        )

    def _order(self, kind: str, figures: dict[str, object], otherwise: str) -> dict[str, object]:
        """What is to be made, for whom, in which words, and what is said where it cannot be."""
        order: dict[str, object] = {"make": kind, "figures": figures, "telegram_id": self.incoming.user_id}
        return order | {"language": self.words.language, "otherwise": self.words.say(otherwise)}


def _within_limit(text: str, limit: int = TEXT_LIMIT) -> str:
    """As many whole lines as Telegram takes: a cut inside a tag would make it refuse the message."""
    lines = text.split("\n")
    room = limit - sum(map(_units, lines))
    cut = room < 0
    while room < 0 and len(lines) > 1:
        room += _units(lines.pop())
    return "\n".join([*lines, "…"] if cut else lines)


def _units(line: str) -> int:
    """How much of the limit a line takes: UTF-16 units of what is read, and its end."""
    return len(html.unescape(line).encode("utf-16-le", "surrogatepass")) // 2 + 1


def _message(text: str, keyboard: Keyboard | None) -> dict[str, object]:
    payload: dict[str, object] = {
        "text": _within_limit(text),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if keyboard:
        payload["reply_markup"] = inline_markup(keyboard)
    return payload
