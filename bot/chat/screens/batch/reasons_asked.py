"""Why? What something about a list is done for: by a button, or in a sentence of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack, short_id
from bot.chat.report import conversation
from bot.chat.screens.batch import batch_card
from bot.chat.screens.batch.batch_words import ROUTE, back_to, title
from bot.chat.screens.parts.pages import fitted
from storage.batches import batches
from storage.members import questions

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.talk import Talk

# The purpose of the question: its answer is a sentence.
WHY = "batch_why"
# What an act is for is asked with these at hand; the number is what a button carries.
OFFERED = {
    "strike": ("unseen", "unrevisited", "better", "left"),
    "many": ("officer_decides", "go_first"),
    "submit": ("looked_at_each", "visits_planned"),
    "return": ("amount", "somebody_missing", "somebody_wrong"),
    "refuse": ("money", "not_now"),
    "withdraw": ("made_wrong", "made_anew"),
}
# How the rules that mark many are named in a button.
GUARDS = {"r": "earlier_not_revisited", "v": "no_recent_visit"}


def ask(talk: Talk, act: str, batch_id: str, about: str = "") -> None:
    """Ask why; `about`: the aid or the rule to be struck, or the list's revision.

    What this person may not do with it, or not any more, is answered with the list as it is.
    """
    card = batches.card(talk.tx, talk.person, batch_id)
    if ("strike" if act == "many" else act) not in card.may:
        talk.toast(talk.words.plain("batch.not_now"))
        talk.replace(*batch_card.draw(talk, batch_id))
        return
    conversation.put_aside(talk)
    told = f"{WHY}:{act}:{batch_id}:{about}"
    questions.ask(talk.tx, talk.person.id, told)
    words, bid, mark = talk.words, short_id(batch_id), questions.mark(told)
    buttons = [
        Button(words.plain(f"batch.reasons.{act}.{slug}"), pack(ROUTE, "because", bid, number, mark))
        for number, slug in enumerate(OFFERED[act])
    ]
    asked = words.say(f"batch.ask_why.{act}", count=card.exceptions)
    text = fitted([title(talk, card.line), asked])
    talk.replace(text, [*columns(buttons, 1), [back_to(talk, batch_id)]])


def tapped(talk: Talk, batch_id: str, number: int, mark: str) -> str | None:
    """A reason was tapped; return what was done, None where another question has been asked since.

    `mark`: of the question that the button answers; that of another act or household is another.
    """
    told = questions.asked(talk.tx, talk.person.id) or ""
    purpose, act, asked_of, about = (*told.split(":", maxsplit=3), "", "", "")[:4]
    if purpose != WHY or asked_of != batch_id or questions.mark(told) != mark or number >= len(OFFERED[act]):
        return None
    reason = talk.words.plain(f"batch.reasons.{act}.{OFFERED[act][number]}")
    return _do(talk, act, batch_id, about, reason)


def typed(talk: Talk, argument: str) -> tuple[str, str]:
    """A sentence was typed: return the list and what was done."""
    act, batch_id, about = (*argument.split(":"), "", "", "")[:3]
    return batch_id, _do(talk, act, batch_id, about, talk.incoming.text)


def _do(talk: Talk, act: str, batch_id: str, about: str, reason: str) -> str:
    _ACTS[act](talk, batch_id, about, reason)
    questions.forget(talk.tx, talk.person.id)
    return act


def _strike(talk: Talk, batch_id: str, about: str, reason: str) -> None:
    batches.strike(talk.tx, talk.person, batch_id, about, reason)


def _many(talk: Talk, batch_id: str, about: str, reason: str) -> None:
    batches.strike_exceptions(talk.tx, talk.person, batch_id, GUARDS.get(about, about), reason)


def _submit(talk: Talk, batch_id: str, about: str, reason: str) -> None:
    batches.submit(talk.tx, talk.person, batch_id, int(about), reason)


def _return(talk: Talk, batch_id: str, about: str, reason: str) -> None:
    batches.give_back(talk.tx, talk.person, batch_id, int(about), reason)


def _refuse(talk: Talk, batch_id: str, about: str, reason: str) -> None:
    batches.refuse(talk.tx, talk.person, batch_id, int(about), reason)


def _withdraw(talk: Talk, batch_id: str, about: str, reason: str) -> None:
    del about
    batches.withdraw(talk.tx, talk.person, batch_id, reason)


_ACTS: dict[str, Callable[[Talk, str, str, str], None]] = {
    "strike": _strike,
    "many": _many,
    "submit": _submit,
    "return": _return,
    "refuse": _refuse,
    "withdraw": _withdraw,
}
