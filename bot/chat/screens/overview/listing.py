"""One part of everybody's open work, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack
from bot.chat.screens.overview.parts import (
    ROUTE,
    counted,
    everything_button,
    office,
    part_button,
    pick_of,
    pick_of_share,
    share_name,
)
from bot.chat.screens.parts import due_lines
from bot.chat.screens.parts.pages import clipped, fitted, turning
from storage.due import overview, overview_pick
from storage.due.overview_pick import Pick
from storage.steps import step_rows

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.due.followups import DueItem

PAGE = 10
PEOPLE, PEOPLE_A_ROW = 12, 3


def listing(talk: Talk, page: int, slug: str) -> tuple[str, Keyboard]:
    """A page of a part: items open, a whole branch offers its people, officer and chair can give away."""
    text, items, page, turns = page_of_part(talk, page, slug, "part")
    if not items:
        return talk.words.say("overview.none_here"), [[everything_button(talk)]]
    open_ = due_lines.buttons(items, talk.words, talk.today, lambda item: pack(ROUTE, "open", item.id))
    below = [everything_button(talk)]
    if step_rows.decides(talk.person):
        below.insert(0, Button(talk.words.plain("overview.buttons.pass"), pack(ROUTE, "pass", page, slug)))
    return text, [*columns(open_), *_people(talk, pick_of(slug)), turns, below]


def page_of_part(talk: Talk, page: int, slug: str, act: str) -> tuple[str, list[DueItem], int, list[Button]]:
    """The text of a page, its items, which page it is, and the buttons that turn it by `act`."""
    pick = pick_of(slug)
    items, more = overview_pick.items(talk.tx, talk.person, pick, page=page, size=PAGE)
    if not items and page:
        # Its items were answered meanwhile.
        page = 0
        items, more = overview_pick.items(talk.tx, talk.person, pick, page=page, size=PAGE)
    if not items:
        return "", [], 0, []
    counts = counted(talk, overview_pick.counts(talk.tx, talk.person, pick))
    head = talk.words.say("overview.branch", union=_heading(talk, pick, items[0]), counts=counts)
    lines = due_lines.lines(items, talk.today, lambda item: _line(talk, item, pick))
    turns = turning(page, more=more, data=lambda turned: pack(ROUTE, act, turned, slug))
    return fitted([head, "", *lines]), items, page, turns


def who(talk: Talk, item: DueItem) -> str:
    """Who has an item."""
    if item.for_role is not None:
        return office(talk, item.for_role)
    return clipped(item.assignee_name or talk.words.plain("overview.nobody"))


def _people(talk: Talk, pick: Pick) -> list[list[Button]]:
    """Under a whole branch: each of its people, if there are several."""
    if pick != Pick(union_id=pick.union_id):
        return []
    seen = overview.overview(talk.tx, talk.person, page=0, size=PEOPLE, union_id=pick.union_id)
    buttons = [
        part_button(talk, share_name(talk, share), share.counts.all, pick_of_share(share))
        for share in seen.shares
    ]
    return columns(buttons, PEOPLE_A_ROW) if len(buttons) > 1 else []


def _heading(talk: Talk, pick: Pick, item: DueItem) -> str:
    plain = talk.words.plain
    union = clipped(item.household.union_name)
    if pick.own or pick.asks:
        return plain(f"overview.heading.{'own' if pick.own else 'asks'}")
    if pick.group:
        return plain(f"overview.heading.{pick.group}")
    if pick.kind:
        return plain(f"codes.followup.{pick.kind}")
    if pick.owner_id and pick.union_id is None:
        return plain("due.instead_of", name=who(talk, item))
    if pick.unowned or pick.office or pick.owner_id:
        return plain("overview.heading.owner", union=union, name=who(talk, item))
    return union


def _line(talk: Talk, item: DueItem, pick: Pick) -> str:
    """Whose it is, where that is not said above, and until when it was put off."""
    told = due_lines.told(item, talk.words, talk.today)
    is_said = pick.owner_id or pick.unowned or pick.office or pick.own
    marks = [] if is_said else [who(talk, item)]
    marks += due_lines.put_off(item, talk.words, talk.today)
    if not marks:
        return talk.words.say("due.line", **told)
    return talk.words.say("due.line_marked", mark=" · ".join(marks), **told)
