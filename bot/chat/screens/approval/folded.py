"""A card as it stands now: whole while it can be decided, else one line that says who did what, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, pack, short_id
from bot.chat.screens.approval import card, elsewhere
from bot.chat.screens.approval.card import ROUTE
from bot.chat.screens.parts.pages import clipped
from bot.texts import formats
from storage.aid_codes import AidAct
from storage.deciding import decisions
from storage.deciding import waiting as queue

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.casebook.aid_views import AidCard, Step

# What somebody decided, which is what the line says.
DECIDED = frozenset({AidAct.REVIEWED, AidAct.APPROVED, AidAct.RETURNED, AidAct.REFUSED})
# While one of these can be done it is not decided for this person.
UNDECIDED = frozenset({"approve", "review"})


def draw(talk: Talk, one: AidCard) -> tuple[str, Keyboard]:
    """The whole card for whoever may decide, one line for whoever has; the whole to read for the others."""
    may = decisions.may_decide(talk.tx, talk.person, one)
    mine = _mine(talk, one) if may.isdisjoint(UNDECIDED) else None
    if mine is not None:
        return _line(talk, one, mine), _after(talk, one, mine, may)
    return card.text(talk, one), card.keyboard(talk, one, may)


def look(talk: Talk, one: AidCard) -> None:
    """The whole card in place of its line, with what can be done now."""
    may = decisions.may_decide(talk.tx, talk.person, one)
    talk.replace(card.text(talk, one), card.keyboard(talk, one, may))


def show(talk: Talk, one: AidCard) -> None:
    """It in place of the message whose button was tapped."""
    talk.replace(*draw(talk, one))


def what(talk: Talk, one: AidCard) -> str:
    """It in a few words: whom, what and how much."""
    words = talk.words
    return words.plain(
        "approve.what",
        name=clipped(one.household_name),
        kind=words.plain(f"codes.aid.{one.kind}"),
        amount=formats.money(words, one.amount_fen),
    )


def _mine(talk: Talk, one: AidCard) -> Step | None:
    """What this person decided last about it as it stands, and has not taken back."""
    standing: dict[AidAct, Step] = {}
    for step in one.steps:
        if step.person_id != talk.person.id or step.revision != one.revision:
            continue
        if step.taken:
            standing.pop(step.taken, None)
        elif step.act in DECIDED:
            standing.pop(step.act, None)
            standing[step.act] = step
    return next(reversed(standing.values()), None)


def _line(talk: Talk, one: AidCard, step: Step) -> str:
    words = talk.words
    said = words.say(
        f"approve.done.{step.act}",
        what=what(talk, one),
        number=one.number,
        person=card.person_of(talk, step.person_name, step.for_name),
        at=formats.moment(words, step.at, talk.tx.zone, talk.today),
    )
    lines = [said]
    if step.reason:
        lines.append(words.say("approve.because", reason=step.reason))
    if step.act == AidAct.APPROVED:
        given, needed = len(one.approvals), one.approvals_needed
        key = "approve.complete" if given >= needed else "approve.more_needed"
        lines.append(words.say(key, given=given, needed=needed))
    return "\n".join(lines)


def _after(talk: Talk, one: AidCard, mine: Step, may: Collection[str]) -> Keyboard:
    """[下一件] [撤销], and the whole card again."""
    words, short = talk.words, short_id(one.id)
    row = []
    if queue.count(talk.tx, talk.person) or elsewhere.waiting(talk):
        row.append(Button(words.plain("approve.buttons.next"), pack(ROUTE, "next", short)))
    if "take_back" in may:
        row.append(Button(words.plain("approve.buttons.undo"), pack(ROUTE, "undo", short, mine.act)))
    row.append(Button(words.plain("approve.buttons.look"), pack(ROUTE, "look", short)))
    return [row]
