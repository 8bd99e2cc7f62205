"""Somebody's private chat with the bot, as far as the outbox: they write or tap, and read what is said."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.chat import routes
from bot.chat.line.incoming import File, Incoming
from bot.chat.talk import Talk
from bot.texts.catalogue import words
from storage.members import people
from storage.post.outbox import SEAL
from storage.tables.mail import outbox

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from storage.members.people import Person

TEXT_LIMIT = 4_096
DATA_LIMIT_BYTES = 64
BUTTONS_LIMIT = 100
TOAST_LIMIT = 200


@dataclass(frozen=True)
class Said:
    """One call of the Bot API that will be made; `keyboard`: the rows that are laid under the chat."""

    method: str
    text: str
    buttons: dict[str, str]
    protected: bool
    alert: bool
    keyboard: tuple[str, ...] = ()

    def data(self, part: str) -> str:
        """What the only button carries whose label holds `part`."""
        found = [data for label, data in self.buttons.items() if part in label]
        assert 1 == len(found), (part, self.buttons)
        return found[0]


@dataclass
class Chat:
    """One person's chat."""

    database: Database
    telegram_id: int

    def write(self, text: str) -> list[Said]:
        """Write a message and return what the bot does."""
        return self.database.transact(self._answered, "text", text, "")

    def tap(self, data: str) -> list[Said]:
        """Tap a button, or forge one, and return what the bot does."""
        return self.database.transact(self._answered, "tap", "", data)

    def picture(self, file_id: str) -> list[Said]:
        """Send a picture and return what the bot does."""
        file = File(file_id=file_id, unique_id=f"u-{file_id}", size_bytes=1_000, media_type="image/jpeg")
        return self.database.transact(self._answered, "photo", "", "", file)

    def ask(self, text: str) -> Said:
        """Write a message that gets one answer."""
        (said,) = self.write(text)
        return said

    def press(self, data: str) -> Said:
        """Tap a button that gets one answer."""
        (said,) = self.tap(data)
        return said

    def person(self) -> Person:
        """Who this is now."""
        found = self.database.transact(people.find, self.telegram_id)
        assert found is not None
        return found

    def _answered(
        self,
        tx: Transaction,
        kind: Any,  # noqa: ANN401 - a literal
        text: str,
        data: str,
        file: File | None = None,
    ) -> list[Said]:
        person = people.find(tx, self.telegram_id)
        assert person is not None
        before = max(tx.connection.scalars(select(outbox.c.id)), default=0)
        incoming = replace(self._incoming(tx, kind, text, data), file=file)
        routes.dispatch(Talk(tx, incoming, person, words(person.language), "tiexin_bot"))
        rows = tx.connection.execute(select(outbox).where(outbox.c.id > before).order_by(outbox.c.id))
        return [_said(row.method, json.loads(tx.vault.open(row.payload, SEAL))) for row in rows]

    def _incoming(self, tx: Transaction, kind: Any, text: str, data: str) -> Incoming:  # noqa: ANN401
        return Incoming(
            update_id=1,
            chat_id=self.telegram_id,
            user_id=self.telegram_id,
            chat_type="private",
            kind=kind,
            text=text,
            data=data,
            tap_id="7" if kind == "tap" else "",
            message_id=100,
            file=None,
            place=None,
            contact_user_id=None,
            album_id="",
            forwarded=False,
            sent_at=tx.now,
            first_name="X",
        )


def _said(method: str, payload: dict[str, Any]) -> Said:
    rows = payload.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    assert all(rows), rows
    assert BUTTONS_LIMIT >= len(buttons)
    assert all(DATA_LIMIT_BYTES >= len(button["callback_data"].encode()) for button in buttons)
    assert all(button["text"].strip() for button in buttons)
    text = payload.get("text", payload.get("caption", ""))
    assert TEXT_LIMIT >= len(text)
    assert method != "answerCallbackQuery" or TOAST_LIMIT >= len(text)
    return Said(
        method=method,
        text=text,
        buttons={button["text"]: button["callback_data"] for button in buttons},
        protected=bool(payload.get("protect_content")),
        alert=bool(payload.get("show_alert")),
        keyboard=tuple(
            " ".join(key["text"] for key in row)
            for row in payload.get("reply_markup", {}).get("keyboard", [])
        ),
    )
