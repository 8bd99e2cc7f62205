"""Aid in a few words, the same on every list, card and receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.screens.parts.pages import WIDE_CHARACTERS, clipped, label_of
from bot.texts import formats
from storage.aid_codes import AidState
from storage.rules import GIVEN

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from storage.aid_codes import AidKind
    from storage.casebook.aid_views import AidLine, Step

ROUTE = "aid"


def what(talk: Talk, kind: AidKind, amount_fen: int) -> str:
    """生活救助 3,000.00 元; of what moves no money the kind alone."""
    named = talk.words.plain(f"codes.aid.{kind}")
    return f"{named} {formats.money(talk.words, amount_fen)}" if amount_fen else named


def short(talk: Talk, kind: AidKind, amount_fen: int) -> str:
    """The same on a button, whole yuan without their fen."""
    named = talk.words.plain(f"codes.aid.{kind}")
    return f"{named} {formats.short_money(talk.words, amount_fen)}" if amount_fen else named


def act(talk: Talk, step: Step) -> str:
    """What was done, in words; of what was taken back, what that was."""
    key = f"aid.taken_back.{step.taken}" if step.taken else f"codes.aid_act.{step.act}"
    return talk.words.plain(key)


def line(talk: Talk, one: AidLine) -> str:
    """Whose, what, and whom it waits for, escaped; with the day since when, or when it was paid."""
    words = talk.words
    parts = {"name": clipped(one.household_name), "what": what(talk, one.kind, one.amount_fen)}
    paid = formats.day(words, one.paid_on, talk.today) if one.state in GIVEN and one.paid_on else ""
    if paid and _is_over(one):
        return words.say("aid.list.given", **parts, day=paid)
    said = words.say("aid.list.line", **parts, waits=words.plain(f"aid.waits.{one.state}"))
    if paid:
        return words.plain("aid.list.paid", line=said, day=paid)
    if one.since is None:
        return said
    day = formats.day(words, one.since.astimezone(talk.tx.zone).date(), talk.today)
    return words.plain("aid.list.since", line=said, day=day)


def of_household(talk: Talk, one: AidLine) -> str:
    """The same where the household is known: its number, what, and how far it has come."""
    return talk.words.say(
        "aid.list.of_line",
        number=one.number,
        what=what(talk, one.kind, one.amount_fen),
        state=state(talk, one),
    )


def state(talk: Talk, one: AidLine) -> str:
    """How far it has come."""
    return talk.words.plain("aid.given" if _is_over(one) else f"codes.aid_state.{one.state}")


def _is_over(one: AidLine) -> bool:
    """Paid, and no revisit of it is open: what an import brought from long ago, or was closed by hand."""
    return one.state == AidState.PAID and not one.awaits_revisit


def button(talk: Talk, one: AidLine) -> str:
    """It on a button of its own row: whose, what, how much, and once it is paid, when."""
    said = short(talk, one.kind, one.amount_fen)
    if one.paid_on is not None:
        said = f"{said} · {formats.day(talk.words, one.paid_on, talk.today)}"
    return label_of(one.household_name, lambda name: f"{name} · {said}", WIDE_CHARACTERS)
