"""Where an update goes: commands and their words, buttons, the report being filled, or a search."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from bot.buttons import unpack
from bot.chat.report import conversation
from bot.chat.report.form_buttons import ROUTE as FORM
from bot.chat.screens import choose, home, statistics
from bot.chat.screens.aid import aids
from bot.chat.screens.approval import approve
from bot.chat.screens.audit import audits, notices
from bot.chat.screens.balance import balances
from bot.chat.screens.batch import lists
from bot.chat.screens.budget import plans
from bot.chat.screens.file import dossier
from bot.chat.screens.members import people
from bot.chat.screens.own import drafts, my, submitted
from bot.chat.screens.paying import income, pay, slip
from bot.chat.screens.rule import rules
from bot.chat.screens.standard import standards
from bot.chat.screens.takeover import away, handover
from bot.chat.screens.todo import due, matter
from bot.texts.catalogue import LANGUAGES, words
from storage.households import dossiers
from storage.members import questions

if TYPE_CHECKING:
    from bot.chat.talk import Talk

Screen = Callable[["Talk", str], None]
Tapped = Callable[["Talk", tuple[str, ...]], None]

COMMANDS: dict[str, Screen] = {
    "start": home.start,
    "visit": choose.visit,
    "revisit": choose.revisit,
    "due": due.show,
    "aid": aids.show,
    "emergency": aids.emergency,
    "approve": approve.show,
    "pay": pay.show,
    "income": income.show,
    "audit": audits.show,
    "notice": notices.show,
    "balance": balances.show,
    "file": dossier.show,
    "drafts": drafts.show,
    "stats": statistics.show,
    "my": my.show,
    "people": people.show,
    "rules": rules.show,
    "standards": standards.show,
    "batch": lists.show,
    "budget": plans.show,
    "away": away.show,
    "back": away.back,
    "handover": handover.show,
    "cancel": home.cancel,
    "help": home.help_,
    "language": home.language,
}
BUTTONS: dict[str, Tapped] = {
    FORM: conversation.take_tap,
    "visit": choose.visit_tapped,
    "revisit": choose.revisit_tapped,
    "due": due.tapped,
    "aid": aids.tapped,
    approve.ROUTE: approve.tapped,
    pay.ROUTE: pay.tapped,
    income.ROUTE: income.tapped,
    audits.ROUTE: audits.tapped,
    notices.ROUTE: notices.tapped,
    "balance": balances.tapped,
    "file": dossier.tapped,
    "draft": drafts.tapped,
    "stats": statistics.tapped,
    "matter": matter.tapped,
    "my": my.tapped,
    "people": people.tapped,
    "rules": rules.tapped,
    "standards": standards.tapped,
    "batch": lists.tapped,
    "budget": plans.tapped,
    "away": away.tapped,
    "handover": handover.tapped,
    "report": submitted.tapped,
    "language": home.language_tapped,
}
# With more behind it, such a word may well be the beginning of somebody's sentence.
SENTENCE_MARKS = "，,。！？!?"
# No household is called by more.
NAME_CHARACTERS = 64
# Written without a space before what follows: 走访张三, 外出至9月20日.
RUN_TOGETHER = frozenset({"aid", "emergency", "visit", "revisit", "balance", "file", "away"})


def dispatch(talk: Talk) -> None:
    """Take one update to whoever answers it."""
    incoming = talk.incoming
    if incoming.kind == "tap":
        route, parts = unpack(incoming.data)
        screen = BUTTONS.get(route)
        if screen is None:
            talk.toast(talk.words.plain("chat.gone"))
        else:
            screen(talk, parts)
        return
    if incoming.kind == "text" and _command(talk, incoming.text.strip()):
        return
    if incoming.kind == "contact" and not conversation.is_filling(talk):
        home.take_contact(talk)
    elif not conversation.take_message(talk):
        choose.anything(talk)


def _command(talk: Talk, text: str) -> bool:
    """Carry out a command or its word; False when the text is none."""
    first, _, rest = text.partition(" ")
    if first.startswith("/"):
        name, _, addressee = first[1:].partition("@")
        screen = COMMANDS.get(name.lower())
        if screen is None or (addressee and addressee.lower() != talk.bot_username.lower()):
            home.unknown_command(talk)
        else:
            questions.lapse_certain(talk.tx, talk.person.id)
            screen(talk, rest.strip())
        return True
    name = command_words().get(first.casefold(), "")
    if not name:
        name, rest = _run_together(talk, text)
    if not name or (rest and (conversation.wants_sentence(talk) or first[-1] in SENTENCE_MARKS)):
        return False
    questions.lapse_certain(talk.tx, talk.person.id)
    COMMANDS[name](talk, rest.strip())
    return True


def _run_together(talk: Talk, text: str) -> tuple[str, str]:
    """走访张三, as it is written without a space; only where nothing waits for an answer that it may be."""
    if conversation.is_filling(talk):
        return "", ""
    for word, name in command_words().items():
        if name in RUN_TOGETHER and not word.isascii() and text.startswith(word):
            rest = text.removeprefix(word)
            return ("", "") if _answers(talk, rest) else (name, rest)
    return "", ""


def _answers(talk: Talk, rest: str) -> bool:
    """Whether it answers what was asked of one certain thing (救急支出, as a reason): it names nobody."""
    _, _, argument = (questions.asked(talk.tx, talk.person.id) or "").partition(":")
    if not argument or slip.is_idle(argument):
        return False
    name = "".join(rest.split()[:1])[:NAME_CHARACTERS]
    return not dossiers.search(talk.tx, talk.person, name, limit=1)


@cache
def command_words() -> dict[str, str]:
    """The words that stand for commands, in every language at once."""
    return {
        word.casefold(): name
        for language in LANGUAGES
        for name, word in words(language).under("menu.words").items()
    }
