"""What waits for this person, oldest first: aid, and the lists and budgets that are decided on elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, pack, short_id
from bot.chat.screens.approval import elsewhere, folded
from bot.chat.screens.approval.card import ROUTE
from bot.chat.screens.parts.pages import clipped, fitted, label, turning
from bot.texts import formats
from storage.casebook import aid_views
from storage.deciding import waiting as queue

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.casebook.aid_views import AidLine

SHOWN = 8
# As many as one person is ever told of at once.
AT_MOST = 200


def draw(talk: Talk, page: int) -> tuple[str, Keyboard]:
    """The list; a single piece of aid is shown at once."""
    words = talk.words
    found = queue.waiting(talk.tx, talk.person, AT_MOST)
    others = elsewhere.waiting(talk)
    if not found and not others:
        return words.say("approve.nothing"), []
    if len(found) == 1 and not others:
        return folded.draw(talk, aid_views.card(talk.tx, talk.person, found[0].id))
    page = min(page, max(0, len(found) - 1) // SHOWN)
    shown = found[page * SHOWN : (page + 1) * SHOWN]
    first = [] if page else others
    lines = [words.say("approve.title", count=len(found) + len(others)), *[said for said, _ in first]]
    lines += [_line(talk, one) for one in shown]
    rows = [[button] for _, button in first] + [[_button(talk, one)] for one in shown]
    turn = turning(page, more=len(found) > (page + 1) * SHOWN, data=lambda to: pack(ROUTE, "list", to))
    return fitted(lines), [*rows, turn]


def show_next(talk: Talk) -> None:
    """The longest waiting one below, or that nothing waits any more."""
    found = queue.waiting(talk.tx, talk.person, 1)
    if found:
        talk.say(*folded.draw(talk, aid_views.card(talk.tx, talk.person, found[0].id)))
    else:
        talk.say(*draw(talk, 0))


def count(talk: Talk) -> int:
    """How many things wait for this person's decision."""
    return queue.count(talk.tx, talk.person) + len(elsewhere.waiting(talk))


def _line(talk: Talk, one: AidLine) -> str:
    words = talk.words
    said = words.say(
        "approve.line",
        waits=elsewhere.waited(talk, one.since),
        name=clipped(one.household_name),
        kind=words.plain(f"codes.aid.{one.kind}"),
        amount=formats.amount(one.amount_fen),
        step=words.plain(f"approve.step_{one.state.lower()}"),
    )
    return said + (words.say("approve.marked_emergency") if one.is_emergency else "")


def _button(talk: Talk, one: AidLine) -> Button:
    kind = talk.words.plain(f"codes.aid.{one.kind}")
    said = label(f"{clipped(one.household_name, 12)} {kind} {formats.amount(one.amount_fen)}")
    return Button(said, pack(ROUTE, "open", short_id(one.id)))
