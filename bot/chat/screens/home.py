"""The way in and the way about: greeting, help, language, and giving up what is being filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, pack, reply_markup
from bot.chat import attachments
from bot.chat.report import conversation
from bot.chat.screens.aid.urgent import CHAIRS
from bot.chat.screens.approval import approve
from bot.chat.screens.parts.access import (
    ADMINS,
    ANYBODY,
    OFFICES,
    OVERSEERS,
    READERS,
    REPORTERS,
    RULE_READERS,
)
from bot.chat.screens.paying import pay
from bot.chat.screens.todo import due
from bot.texts import formats
from bot.texts.catalogue import LANGUAGES, words
from storage.asking.proposals import PROPOSERS
from storage.errors import AlreadyJoined
from storage.members import people, phones
from storage.oversight import readers as oversight

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from storage.codes import Role

# The keyboard under the chat: each word, and for whom it is. Everybody's stand in this one order.
KEYBOARD: tuple[tuple[str, frozenset[Role]], ...] = (
    ("visit", REPORTERS),
    ("revisit", REPORTERS),
    ("due", REPORTERS),
    ("drafts", REPORTERS),
    ("aid", READERS),
    ("approve", approve.DECIDERS),
    ("pay", pay.READERS),
    ("income", pay.READERS),
    ("balance", ANYBODY),
    ("file", READERS),
    ("batch", OFFICES),
    ("budget", OFFICES),
    ("my", REPORTERS),
    ("stats", READERS),
    ("audit", oversight.OVERSEERS),
    ("notice", oversight.PUBLISHERS),
    ("rules", OVERSEERS),
    ("people", ADMINS),
    ("help", ANYBODY),
)
# As many as a phone shows beside each other.
ROW = 4


def start(talk: Talk, argument: str) -> None:
    """Greet, lay the home keyboard, and say what waits. A code is for those who have not joined yet."""
    if argument:
        raise AlreadyJoined
    greeting = talk.words.say("chat.hello", name=talk.person.name, union=talk.person.union_name)
    talk.say(f"{greeting}\n{_waiting(talk)}", markup=_keyboard(talk))


def welcome(talk: Talk) -> None:
    """The first words to somebody who has just joined."""
    roles = formats.listed(
        talk.words, [talk.words.plain(f"codes.role.{role}") for role in sorted(talk.person.roles)]
    )
    greeting = talk.words.say(
        "chat.welcome", name=talk.person.name, union=talk.person.union_name, roles=roles
    )
    talk.say(f"{greeting}\n{_waiting(talk)}", markup=_keyboard(talk))


def help_(talk: Talk, argument: str = "") -> None:
    """One line a command, only those that are for this person."""
    del argument
    lines = [talk.words.say("menu.help.title")]
    lines += [talk.words.say(f"menu.help.{_told(talk, name)}") for name in _names(talk)]
    reports = talk.person.roles & REPORTERS
    ways = ("away", "handover", "cancel", "language", "phone", "shorthand") if reports else ("language",)
    if talk.person.roles & RULE_READERS and not talk.person.roles & OVERSEERS:
        ways = ("rules", *ways)
    ways = ("standards", *(() if talk.person.roles & OFFICES else ("budget",)), *ways)
    if talk.person.roles & CHAIRS:
        ways = ("emergency", *ways)
    lines += [talk.words.say(f"menu.help.{name}") for name in ways]
    talk.say("\n".join(lines), markup=_keyboard(talk))


def take_contact(talk: Talk) -> None:
    """Keep the number of somebody who shared their own contact; another's is of no use here."""
    if attachments.misfit(talk.incoming):
        talk.say(talk.words.say("chat.contact_not_own"))
    elif phones.keep(talk.tx, talk.person.id, talk.incoming.phone):
        talk.say(talk.words.say("chat.phone_kept"))
    else:
        talk.say(talk.words.say("chat.phone_unread"))


def cancel(talk: Talk, argument: str = "") -> None:
    """Give up the report being filled; it can be restored from its card."""
    del argument
    if not conversation.cancel(talk):
        talk.say(talk.words.say("chat.nothing_to_cancel"), markup=_keyboard(talk))


def unknown_command(talk: Talk) -> None:
    """A slash and something that is no command."""
    talk.say(talk.words.say("chat.unknown_command"), markup=_keyboard(talk))


def language(talk: Talk, argument: str = "") -> None:
    """Choose the language the bot speaks to this person; it may be named at once, by its code or its name."""
    said = argument.strip().lower()
    for one in LANGUAGES:
        if said in {one, words(one).plain("menu.language_name").lower()}:
            _speak(talk, one)
            return
    buttons = [Button(words(one).plain("menu.language_name"), pack("language", one)) for one in LANGUAGES]
    talk.say(talk.words.say("chat.which_language"), [buttons])


def language_tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A language was tapped."""
    if parts and parts[0] in LANGUAGES:
        _speak(talk, parts[0])


def _speak(talk: Talk, chosen: str) -> None:
    people.set_language(talk.tx, talk.person.id, chosen)
    talk.words = words(chosen)
    talk.say(talk.words.say("chat.language_chosen"), markup=_keyboard(talk))


def _waiting(talk: Talk) -> str:
    """What waits for this person today, a line for each sort of it."""
    lines = []
    if talk.person.roles & REPORTERS:
        count = due.count(talk)
        lines.append(
            talk.words.say("chat.waiting", count=count) if count else talk.words.say("chat.nothing_waits")
        )
    lines += [*approve.waits(talk), *pay.waits(talk)]
    if lines:
        return "\n".join(lines)
    return talk.words.say("chat.press_people" if talk.person.roles <= ADMINS else "chat.press_balance")


def _names(talk: Talk) -> list[str]:
    return [name for name, roles in KEYBOARD if talk.person.roles & roles]


def _told(talk: Talk, name: str) -> str:
    """The line that tells of a word: who may not propose aid is not told to."""
    return "aid_seen" if name == "aid" and not talk.person.roles & PROPOSERS else name


def _keyboard(talk: Talk) -> dict[str, object]:
    said = [talk.words.plain(f"menu.words.{name}") for name in _names(talk)]
    rows = [said[first : first + ROW] for first in range(0, len(said), ROW)]
    kind = "reporter" if talk.person.roles & REPORTERS else "reader"
    return reply_markup(rows, talk.words.plain(f"chat.placeholder_{kind}"))
