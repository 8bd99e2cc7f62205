"""What every card of a list says alike: its route, its head, where it stands, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, pack, short_id
from bot.chat.screens.parts.pages import clipped
from bot.texts import formats
from storage.aid_codes import BatchState

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from storage.batches.batch import BatchLine

ROUTE = "batch"


def title(talk: Talk, line: BatchLine) -> str:
    """春节慰问 · 2018 年　PL-2018-000001, and where it stands."""
    words = talk.words
    return words.say(
        "batch.title",
        kind=words.plain(f"codes.aid.{line.kind}"),
        year=str(line.for_year),
        number=line.number,
        state=words.plain(f"codes.batch_state.{line.state}"),
    )


def listed(talk: Talk, line: BatchLine) -> str:
    """One list in a listing, on one line."""
    words = talk.words
    paying = line.state == BatchState.PAYING
    return words.say(
        "batch.line_paying" if paying else "batch.line",
        kind=words.plain(f"codes.aid.{line.kind}"),
        year=str(line.for_year),
        state=words.plain(f"codes.batch_state.{line.state}"),
        count=line.people,
        paid=f"{line.paid_people:,}",
        sum=formats.money(words, line.sum_fen),
        union=clipped(line.union_name),
    )


def opening(line_id: str) -> str:
    """What the button carries that opens a list."""
    return pack(ROUTE, "open", short_id(line_id))


def back_to(talk: Talk, batch_id: str) -> Button:
    """‹ 名单, one of them."""
    return Button(talk.words.plain("batch.buttons.back"), opening(batch_id))


def back_to_lists(talk: Talk) -> Button:
    """‹ 全部名单."""
    return Button(talk.words.plain("batch.buttons.lists"), pack(ROUTE, "list"))
