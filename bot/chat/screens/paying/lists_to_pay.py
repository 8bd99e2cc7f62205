"""Whole lists of aid that are approved and not paid, or are being paid; each is paid on its own card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, pack, short_id
from bot.chat.screens.parts.pages import label
from bot.texts import formats
from storage.aid_codes import BatchState
from storage.batches import batches

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from storage.batches.batch import BatchLine

# Lists that are worked on come first in their listing.
LOOKED_AT = 10
STATES = frozenset({BatchState.APPROVED, BatchState.PAYING})


def waiting(talk: Talk) -> list[tuple[str, Button]]:
    """A line each, and the button that opens it."""
    found = batches.listing(talk.tx, talk.person, LOOKED_AT)
    return [(_line(talk, one), _button(talk, one)) for one in found if one.state in STATES]


def _line(talk: Talk, one: BatchLine) -> str:
    words = talk.words
    key = "pay.list_approved" if one.state == BatchState.APPROVED else "pay.list_paying"
    return words.say(
        key,
        kind=words.plain(f"codes.aid.{one.kind}"),
        count=one.people,
        paid=one.paid_people,
        amount=formats.amount(one.sum_fen),
        number=one.number,
    )


def _button(talk: Talk, one: BatchLine) -> Button:
    kind = talk.words.plain(f"codes.aid.{one.kind}")
    said = talk.words.plain("pay.buttons.list", kind=kind, count=one.people)
    return Button(label(said), pack("batch", "open", short_id(one.id)))
