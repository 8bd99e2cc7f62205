"""What stands beside a request: what is not possible and why, who must approve, what it leaves of the cap."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from bot.texts import formats, refusals
from storage.aid_codes import AidAct
from storage.rules import OWN_FUND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.texts.catalogue import Words
    from storage.aid_refusals import AidRefused
    from storage.asking.guards import Offer, Wish
    from storage.casebook.aid_views import AidLine, Step

# At either end of a summary, as the cards ask for it.
BEFORE, AFTER = "before_summary", "after_summary"
NOTE_CHARACTERS = 1_200


def impossible(words: Words, offers: Sequence[Offer]) -> str:
    """Every kind that is not possible, with the rule that says so, a line each."""
    lines = [
        words.plain(
            "aid.impossible_line",
            kind=words.plain(f"codes.aid.{one.kind}"),
            why=because(words, one.refusal),
        )
        for one in offers
        if one.refusal is not None
    ]
    return "\n".join([words.plain("aid.impossible"), *lines])[:NOTE_CHARACTERS] if lines else ""


def on_the_way(words: Words, lines: Sequence[AidLine]) -> str:
    """What was asked for already and is not given yet, so that nobody asks for it twice."""
    if not lines:
        return ""
    told = [
        words.plain(
            "aid.on_the_way_line",
            number=one.number,
            kind=words.plain(f"codes.aid.{one.kind}"),
            amount=formats.money(words, one.amount_fen),
            waits=words.plain(f"aid.waits.{one.state}"),
        )
        for one in lines
    ]
    return "\n".join([words.plain("aid.on_the_way"), *told])


def because(words: Words, refusal: AidRefused) -> str:
    """The rule that says no, in its own words."""
    return refusals.plain(words, refusal.slug, refusal.details)


def escaped(note: str) -> str:
    """A note as it stands in an HTML message."""
    return html.escape(note, quote=False)


def returned(words: Words, steps: Sequence[Step]) -> str:
    """Who sent it back the last time, and what for; nothing where it was not sent back."""
    last = next((one for one in reversed(steps) if one.act in {AidAct.RETURNED, AidAct.EXPIRED}), None)
    if last is None:
        return ""
    if last.act == AidAct.EXPIRED:
        return words.plain("aid.expired_before")
    return words.plain("aid.returned_before", name=last.person_name or "—", reason=last.reason)


def comes_to(
    words: Words, wish: Wish, room_fen: int | None, *, needed: int, have: int, is_reviewed: bool
) -> str:
    """Who decides on it, and what is left of the year's cap afterwards; `have`: how many could approve it."""
    first = "aid.then_review" if is_reviewed else "aid.then_approve"
    lines = [words.plain(first, count=needed)]
    if have < needed:
        lines.append(words.plain("aid.too_few_chairs", have=have, needed=needed))
    if room_fen is not None and wish.source == OWN_FUND:
        left = formats.money(words, max(0, room_fen - wish.amount_fen))
        kind = formats.within(words, words.plain(f"codes.aid.{wish.kind}"))
        lines.append(words.plain("aid.room_after", kind=kind, left=left))
    return "\n".join(lines)
