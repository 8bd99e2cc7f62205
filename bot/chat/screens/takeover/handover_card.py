"""The card of one handover, as giver, receiver and overseer see it, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, pack
from bot.chat.screens.parts.pages import clipped, fitted
from bot.texts import formats
from storage.codes import HandoverState
from storage.takeover import handover_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.households.dossiers import HouseholdLine
    from storage.takeover.handover_rows import HandoverCard
    from storage.takeover.handovers import Accepted

ROUTE = "handover"
NAMED = 20


def is_over(talk: Talk, handover_id: str) -> bool:
    """Whether it was answered or withdrawn before. Refuses NotFound for whom it does not concern."""
    card = handover_rows.card(talk.tx, talk.person, handover_id)
    return card.handover.state != HandoverState.OFFERED


def draw(talk: Talk, handover_id: str) -> tuple[str, Keyboard]:
    """The card with what this person may do about it. Refuses NotFound."""
    words = talk.words
    card = handover_rows.card(talk.tx, talk.person, handover_id)
    handover = card.handover
    lines = [
        words.say(
            "handover.card",
            giver=clipped(handover.giver_name, 60),
            receiver=clipped(handover.receiver_name, 60),
            count=handover.households,
        ),
        *_named(talk, card.households),
    ]
    if handover.state == HandoverState.OFFERED:
        lines += _counts(talk, card)
    if card.changed:
        lines.append(words.say("handover.changed", names=_names(talk, card.changed)))
    lines.append(_state(talk, card))
    return fitted(lines), [_answers(talk, card)]


def accepted(talk: Talk, done: Accepted) -> tuple[str, Keyboard]:
    """What was taken over just now, and what was not."""
    words = talk.words
    giver = clipped(done.handover.giver_name, 60)
    lines = []
    if done.moved:
        lines.append(words.say("handover.accepted", giver=giver, count=len(done.moved)))
        lines += _named(talk, done.moved)
    if done.drafts:
        lines.append(words.say("handover.with_drafts", count=done.drafts))
    if done.left_out:
        lines.append(words.say("handover.left_out", names=_names(talk, done.left_out)))
    button = Button(words.plain("bulletins.buttons.my_list"), pack("due", "list"))
    return fitted(lines), [[button]] if done.moved else []


def _counts(talk: Talk, card: HandoverCard) -> list[str]:
    words = talk.words
    load = card.load
    lines = [
        words.say("handover.due", due=load.open, late=load.late, week=load.week)
        if load.open
        else words.say("handover.due_none"),
    ]
    if card.aid:
        lines.append(words.say("handover.aid", count=card.aid))
    if card.drafts:
        lines.append(words.say("handover.drafts", count=card.drafts))
    return lines


def _named(talk: Talk, households: Sequence[HouseholdLine]) -> list[str]:
    """A line each for as many as are read at a glance."""
    lines = [
        talk.words.say(
            "handover.household",
            name=clipped(one.name),
            file_no=one.file_no,
            union=clipped(one.union_name),
            category=talk.words.plain(f"codes.category.{one.category}"),
        )
        for one in households[:NAMED]
    ]
    if len(households) > NAMED:
        lines.append(talk.words.say("handover.more", count=len(households) - NAMED))
    return lines


def _names(talk: Talk, households: Sequence[HouseholdLine]) -> str:
    return formats.listed(talk.words, [f"{clipped(one.name)} {one.file_no}" for one in households[:NAMED]])


def _state(talk: Talk, card: HandoverCard) -> str:
    words, handover = talk.words, card.handover
    if card.may_answer:
        return words.say("handover.state.to_answer")
    day = (handover.answered_at or handover.asked_at).astimezone(talk.tx.zone).date()
    return words.say(
        f"handover.state.{handover.state}",
        giver=clipped(handover.giver_name),
        receiver=clipped(handover.receiver_name),
        day=formats.day(words, day, talk.today),
    )


def _answers(talk: Talk, card: HandoverCard) -> list[Button]:
    words, handover_id = talk.words, card.handover.id
    verbs = ("accept", "decline") if card.may_answer else ("withdraw",) if card.may_withdraw else ()
    return [Button(words.plain(f"handover.buttons.{verb}"), pack(ROUTE, verb, handover_id)) for verb in verbs]
