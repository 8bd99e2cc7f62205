"""One update on its way to the gate: one transaction, and what follows when that fails."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.chat import gate
from bot.chat.line.api import ApiRefused, NoAnswer, NotReached
from bot.chat.line.incoming import Membership
from bot.texts.catalogue import words
from storage.codes import Role
from storage.errors import NotSaved, Refused
from storage.members import membership, people
from storage.members.people import Person
from storage.post import inbox, outbox
from storage.post.outbox import Priority
from storage.takeover import departures
from storage.telling import unsent

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.gate import House
    from bot.chat.line.api import BotApi
    from bot.chat.line.incoming import Arrival
    from storage.core.transaction import Transaction
    from storage.database import Database
    from storage.post.dispatch import Letter

log = logging.getLogger(__name__)

# During one outage an admin is told once.
ALARM_AGAIN_AFTER = timedelta(hours=1)


class Handling:
    """Handles what came against one database."""

    def __init__(self, database: Database, api: BotApi, house: House) -> None:
        self._database = database
        self._api = api
        self._house = house
        self._alarmed_at: datetime | None = None

    async def handle(self, came: Arrival) -> None:
        """Do what came asks, or say why not.

        Raises NotSaved, or whatever a bug raises; nothing is kept then.
        """
        if isinstance(came, Membership):
            await self._database.run(note_membership, came)
            return
        try:
            await self._database.run(gate.answer, came, self._house)
        except Refused as refusal:
            await self._database.run(gate.say_refusal, came, self._house, refusal)

    def on_dead(self, tx: Transaction, update_id: int, reference: str) -> None:
        """An update was set aside: its sender and the admins hear of it once."""
        sender_id = inbox.sender(tx, update_id)
        sender = people.find(tx, sender_id) if sender_id else None
        if sender is not None and sender_id:
            text = words(sender.language).say("chat.bug", reference=reference)
            _put(tx, sender_id, text, key=f"dead:{update_id}")
        for admin in _admins(tx):
            text = words(admin.language).say("chat.admin_dead", reference=reference)
            _put(tx, admin.telegram_id or 0, text, key=f"dead:{update_id}:{admin.id}")

    async def on_not_saved(self, chat_id: int) -> None:
        """The storage failed: say so directly, for there is no outbox to lean on; an admin hears too."""
        language, admins = self._house.language, list[Person]()
        with suppress(NotSaved):
            # A full disk can still be read.
            language, admins = await self._database.read(_listeners, chat_id, language)
        await self._say(chat_id, words(language).say("chat.not_saved"))
        now = self._database.clock()
        if self._alarmed_at is None or now - self._alarmed_at > ALARM_AGAIN_AFTER:
            self._alarmed_at = now
            for admin in admins:
                await self._say(admin.telegram_id or 0, words(admin.language).say("chat.admin_not_saved"))

    async def _say(self, chat_id: int, text: str) -> None:
        with suppress(ApiRefused, NotReached, NoAnswer):
            await self._api.call("sendMessage", {"chat_id": chat_id, "text": text})

    async def on_blocked(self, chat_id: int) -> None:
        """Telegram says that the person has blocked the bot."""
        await self._database.run(departures.blocked, chat_id)

    async def on_refused(self, letter: Letter, _error: str) -> None:
        """Telegram would not have a letter of its own: a reminder in it is not lost by that."""
        await self._database.run(unsent.refused, letter.id)


def note_membership(tx: Transaction, change: Membership) -> None:
    """Somebody blocked the bot, or let it speak again."""
    if not inbox.finish(tx, change.update_id) or change.chat_type != gate.PRIVATE:
        return
    if change.is_blocked:
        departures.blocked(tx, change.chat_id)
    else:
        departures.reachable(tx, change.chat_id)


def _listeners(tx: Transaction, telegram_id: int, language: str) -> tuple[str, list[Person]]:
    """The language this person is spoken to, and the admins."""
    person = people.find(tx, telegram_id)
    return person.language if person else language, _admins(tx)


def _admins(tx: Transaction) -> list[Person]:
    root = membership.root_union(tx)
    return [] if root is None else [one for one in people.holders(tx, Role.ADMIN, root) if one.telegram_id]


def _put(tx: Transaction, chat_id: int, text: str, *, key: str) -> None:
    payload = {"text": text, "parse_mode": "HTML"}
    outbox.put(tx, chat_id=chat_id, method="sendMessage", payload=payload, priority=Priority.URGENT, key=key)
