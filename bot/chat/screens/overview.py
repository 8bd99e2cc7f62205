"""The whole union's open work for whoever oversees it: by branch and person, by kind, and as a picture."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack
from bot.chat.screens import overview_list, overview_pass
from bot.chat.screens.access import require
from bot.chat.screens.overview_parts import (
    OVERSEERS,
    ROUTE,
    counted,
    everything_button,
    part_button,
    pick_of_share,
    share_name,
    slug_of,
)
from bot.chat.screens.overview_picture import picture
from bot.chat.screens.pages import clipped, fitted, page_of, told_apart, turning
from storage.codes import FollowupKind
from storage.due import overview, overview_pick
from storage.due.overview_pick import Pick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.due.overview import Overview, Share

SHARES = 20
BUTTONS_A_ROW = 3
ACTS = frozenset({"all", "kinds", "load", "part", *overview_pass.ACTS})


def oversees(talk: Talk) -> bool:
    """Whether this person's to-do list is everybody's."""
    return bool(talk.person.roles & OVERSEERS)


def show(talk: Talk) -> None:
    """Everything open, in one message."""
    talk.say(*first(talk, 0))


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A page, a part of it, the kinds or the picture was asked for."""
    require(talk, OVERSEERS)
    act, given = told_apart(parts)
    if act == "load":
        picture(talk)
    elif act == "kinds":
        talk.replace(*_kinds(talk))
    elif act == "part":
        talk.replace(*overview_list.listing(talk, page_of(given[0]), given[1]))
    elif act in overview_pass.ACTS:
        overview_pass.tapped(talk, act, given)
    else:
        talk.replace(*first(talk, page_of(given[0])))


def first(talk: Talk, page: int) -> tuple[str, Keyboard]:
    """A page of the overview; the first where there is no such page."""
    seen = overview.overview(talk.tx, talk.person, page=page, size=SHARES)
    if not seen.shares and page:
        page = 0
        seen = overview.overview(talk.tx, talk.person, page=page, size=SHARES)
    if not seen.shares:
        return talk.words.say("due.none"), [[_picture_button(talk)]]
    said = talk.words.say
    lines = [said("overview.title", count=seen.total.all, counts=counted(talk, seen.total))]
    if seen.unowned:
        lines.append(said("overview.unowned", count=seen.unowned))
    keyboard: list[Sequence[Button]] = _asking(talk, seen)
    branches = [list(shares) for _, shares in groupby(seen.shares, key=lambda share: share.union_id)]
    for shares in branches:
        lines += ["", *_branch_lines(talk, shares)]
    if len(branches) == 1 and not page and not seen.has_more:
        # Of a single branch its people are chosen at once.
        small = [_share_button(talk, share) for share in seen.shares]
    else:
        small = [_branch_button(talk, shares) for shares in branches]
    keyboard += columns(small, BUTTONS_A_ROW)
    keyboard.append(_groups(talk, seen))
    turns = turning(page, more=seen.has_more, data=lambda turned: pack(ROUTE, "all", turned))
    return fitted(lines), [*keyboard, [_kinds_button(talk), _picture_button(talk), *turns]]


def _branch_lines(talk: Talk, shares: Sequence[Share]) -> list[str]:
    """A branch's line and one for each of its people; a single one for a branch of which one has it all."""
    one = shares[0]
    union = clipped(one.union_name)
    if one.counts == one.branch:
        counts = counted(talk, one.counts)
        return [talk.words.say("overview.branch_of_one", union=union, name=_who(talk, one), counts=counts)]
    head = talk.words.say("overview.branch", union=union, counts=counted(talk, one.branch))
    people = [
        talk.words.say("overview.share", name=_who(talk, share), counts=counted(talk, share.counts))
        for share in shares
    ]
    return [head, *people]


def _branch_button(talk: Talk, shares: Sequence[Share]) -> Button:
    """A branch, whose list has its people."""
    one = shares[0]
    return part_button(talk, one.union_name, one.branch.all, Pick(union_id=one.union_id))


def _share_button(talk: Talk, share: Share) -> Button:
    return part_button(talk, share_name(talk, share), share.counts.all, pick_of_share(share))


def _who(talk: Talk, share: Share) -> str:
    """A name, and in brackets why its work may not be done by them."""
    mark = ""
    if share.hindrance:
        mark = talk.words.plain(f"overview.hindrance.{share.hindrance}")
    elif share.is_away and share.instead:
        mark = talk.words.plain("overview.away", instead=clipped(share.instead))
    elif share.is_away:
        mark = talk.words.plain("overview.away_alone")
    name = share_name(talk, share)
    return talk.words.plain("overview.marked", name=name, mark=mark) if mark else name


def _asking(talk: Talk, seen: Overview) -> list[Sequence[Button]]:
    """What is the person's own comes first, then what asks for them."""
    mine = [
        Button(talk.words.plain(key, count=count), pack(ROUTE, "part", 0, slug_of(pick)))
        for key, count, pick in (
            ("overview.buttons.own", seen.own, Pick(own=True)),
            ("overview.buttons.asks", seen.asks, Pick(asks=True)),
        )
        if count
    ]
    return [mine]


def _groups(talk: Talk, seen: Overview) -> list[Button]:
    """Late, today, this week, later: as far as there is anything."""
    return [
        Button(
            talk.words.plain(f"overview.counts.{group}", count=count),
            pack(ROUTE, "part", 0, slug_of(Pick(group=group))),
        )
        for group in overview_pick.GROUPS
        if (count := getattr(seen.total, group))
    ]


def _kinds_button(talk: Talk) -> Button:
    return Button(talk.words.plain("overview.buttons.kinds"), pack(ROUTE, "kinds"))


def _picture_button(talk: Talk) -> Button:
    return Button(talk.words.plain("overview.buttons.picture"), pack(ROUTE, "load"))


def _kinds(talk: Talk) -> tuple[str, Keyboard]:
    found = overview_pick.by_kind(talk.tx, talk.person)
    buttons = [
        part_button(talk, talk.words.plain(f"overview.kinds.{kind}"), found[kind], Pick(kind=kind))
        for kind in FollowupKind
        if kind in found
    ]
    return talk.words.say("overview.kinds.ask"), [*columns(buttons), [everything_button(talk)]]
