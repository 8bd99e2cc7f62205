"""Who is speaking, and what becomes of one update: a person's way, or one polite line and then silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat import routes
from bot.chat.report.form_buttons import ROUTE as FORM
from bot.chat.screens import home
from bot.chat.talk import Talk
from bot.texts import refusals
from bot.texts.catalogue import words
from storage import audit
from storage.members import invitations, people
from storage.post import inbox, outbox
from storage.post.outbox import Priority

if TYPE_CHECKING:
    from bot.chat.line.incoming import Incoming
    from storage.database import Transaction
    from storage.errors import Refused

START = "/start"
PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class House:
    """What every answer may need to know of the bot itself."""

    language: str
    bot_username: str


def answer(tx: Transaction, incoming: Incoming, house: House) -> None:
    """Do everything one update asks for, in its own transaction; a second time does nothing.

    Raises Refused when a rule says no: nothing is kept then, and `say_refusal` follows in a transaction of
    its own.
    """
    if not inbox.finish(tx, incoming.update_id):
        return
    if incoming.chat_type != PRIVATE:
        _in_a_group(tx, incoming, house)
        return
    person = people.find(tx, incoming.user_id)
    if person is None:
        _at_the_door(tx, incoming, house)
        return
    tap_key = _tap_key(incoming)
    if tap_key and outbox.is_known(tx, tap_key):
        return
    talk = Talk(tx, incoming, person, words(person.language), house.bot_username, tap_key)
    routes.dispatch(talk)
    talk.toast()


def say_refusal(tx: Transaction, incoming: Incoming, house: House, refusal: Refused) -> None:
    """Say why nothing was done, and keep a trace of it."""
    if not inbox.finish(tx, incoming.update_id):
        return
    person = people.find(tx, incoming.user_id)
    speech = words(person.language if person else house.language)
    audit.record(
        tx,
        person_id=person.id if person else None,
        act="refused",
        subject=refusal.slug,
        asked=incoming.data or incoming.text.split(" ")[0][:32],
    )
    if person is None:
        _say(tx, incoming, refusals.said(speech, refusal.slug, refusal.details))
        return
    talk = Talk(tx, incoming, person, speech, house.bot_username, _tap_key(incoming))
    if incoming.tap_id:
        talk.toast(refusals.plain(speech, refusal.slug, refusal.details), alert=True)
    else:
        talk.say(refusals.said(speech, refusal.slug, refusal.details))


def _tap_key(incoming: Incoming) -> str | None:
    """The key under which a tap is answered, so that it does nothing when it comes again under a new number.

    The buttons of a report need none: they carry the revision they belong to.
    """
    if not incoming.tap_id or incoming.data.startswith(f"{FORM}:"):
        return None
    return f"tap:{incoming.tap_id}"


def _at_the_door(tx: Transaction, incoming: Incoming, house: House) -> None:
    """Somebody we do not know: let in by a code, else told once, politely."""
    command, _, code = incoming.text.partition(" ")
    if command == START and code.strip():
        person = invitations.join(
            tx, code.strip(), telegram_id=incoming.user_id, first_name=incoming.first_name
        )
        talk = Talk(tx, incoming, person, words(person.language), house.bot_username)
        home.welcome(talk)
        return
    _end_waiting(tx, incoming)
    if people.greet_once(tx, incoming.chat_id):
        _say(tx, incoming, words(house.language).say("chat.stranger"))


def _in_a_group(tx: Transaction, incoming: Incoming, house: House) -> None:
    """Nothing of anybody is said in a group; once, where to talk instead."""
    _end_waiting(tx, incoming)
    if people.greet_once(tx, incoming.chat_id):
        _say(tx, incoming, words(house.language).say("chat.group", username=house.bot_username))


def _end_waiting(tx: Transaction, incoming: Incoming) -> None:
    """A tap by somebody who gets no answer: the button stops turning, and that is all."""
    if incoming.tap_id:
        payload = {"callback_query_id": incoming.tap_id}
        outbox.put(
            tx,
            chat_id=incoming.chat_id,
            method="answerCallbackQuery",
            payload=payload,
            priority=Priority.TOAST,
        )


def _say(tx: Transaction, incoming: Incoming, text: str) -> None:
    payload = {"text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    outbox.put(tx, chat_id=incoming.chat_id, method="sendMessage", payload=payload, priority=Priority.REPLY)
