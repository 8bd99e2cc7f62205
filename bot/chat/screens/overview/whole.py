"""The whole union's open work for whoever oversees it: by branch and person, by kind, and as a picture."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack
from bot.chat.screens.overview import listing, matters, passing
from bot.chat.screens.overview.parts import (
    OVERSEERS,
    ROUTE,
    counted,
    everything_button,
    part_button,
    pick_of_share,
    share_name,
    slug_of,
)
from bot.chat.screens.overview.picture import picture
from bot.chat.screens.parts.access import require
from bot.chat.screens.parts.pages import clipped, fitted, page_of, told_apart, turning
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
ACTS = frozenset({"all", "kinds", "load", "matters", "part", *passing.ACTS})


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
    elif act == "matters":
        talk.replace(*matters.listing(talk))
    elif act == "part":
        talk.replace(*listing.listing(talk, page_of(given[0]), given[1]))
    elif act in passing.ACTS:
        passing.tapped(talk, act, given)
    else:
        talk.replace(*first(talk, page_of(given[0])))


def first(talk: Talk, page: int) -> tuple[str, Keyboard]:
    """A page of the overview; the first where there is no such page."""
    seen = overview.overview(talk.tx, talk.person, page=page, size=SHARES)
    if not seen.shares and page:
        page = 0
        seen = overview.overview(talk.tx, talk.person, page=page, size=SHARES)
    beside, found = matters.beside(talk) if not page else ([], [])
    office = [_matters_button(talk)] if found else []
    if not seen.shares:
        return fitted([talk.words.say("due.none"), *beside]), [[*office, _picture_button(talk)]]
    branches = [list(shares) for _, shares in groupby(seen.shares, key=lambda share: share.union_id)]
    alone = len(branches) == 1 and not page and not seen.has_more
    # Of a single branch its people are chosen at once.
    parts = [_share_button(talk, one) for one in seen.shares] if alone else _branch_buttons(talk, branches)
    turns = turning(page, more=seen.has_more, data=lambda turned: pack(ROUTE, "all", turned))
    last = [*office, _kinds_button(talk), _picture_button(talk), *turns]
    asking = columns(_asking(talk, seen), BUTTONS_A_ROW)
    keyboard = [*asking, *columns(parts, BUTTONS_A_ROW), _groups(talk, seen), last]
    return fitted([*_head(talk, seen), *beside, *_lines(talk, branches)]), keyboard


def _head(talk: Talk, seen: Overview) -> list[str]:
    head = talk.words.say("overview.title", count=seen.total.all, counts=counted(talk, seen.total))
    return [head, talk.words.say("overview.unowned", count=seen.unowned)] if seen.unowned else [head]


def _lines(talk: Talk, branches: Sequence[Sequence[Share]]) -> list[str]:
    return [line for shares in branches for line in ("", *_branch_lines(talk, shares))]


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


def _branch_buttons(talk: Talk, branches: Sequence[Sequence[Share]]) -> list[Button]:
    """A branch's list has its people."""
    first_ones = [shares[0] for shares in branches]
    return [
        part_button(talk, one.union_name, one.branch.all, Pick(union_id=one.union_id)) for one in first_ones
    ]


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


def _asking(talk: Talk, seen: Overview) -> list[Button]:
    """What is the person's own comes first, then whom they stand in for, then what asks for them."""
    instead = [
        part_button(
            talk, talk.words.plain("due.instead_of", name=one.name), one.count, Pick(owner_id=one.person_id)
        )
        for one in seen.instead
    ]
    own, asks = (
        [Button(talk.words.plain(key, count=count), pack(ROUTE, "part", 0, slug_of(pick)))] if count else []
        for key, count, pick in (
            ("overview.buttons.own", seen.own, Pick(own=True)),
            ("overview.buttons.asks", seen.asks, Pick(asks=True)),
        )
    )
    return [*own, *instead, *asks]


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


def _matters_button(talk: Talk) -> Button:
    return Button(talk.words.plain("overview.buttons.matters"), pack(ROUTE, "matters"))


def _kinds_button(talk: Talk) -> Button:
    return Button(talk.words.plain("overview.buttons.kinds"), pack(ROUTE, "kinds"))


def _picture_button(talk: Talk) -> Button:
    return Button(talk.words.plain("overview.buttons.picture"), pack(ROUTE, "load"))


def _kinds(talk: Talk) -> tuple[str, Keyboard]:
    found = overview_pick.by_kind(talk.tx, talk.person)
    buttons = [
        part_button(talk, talk.words.plain(f"codes.followup.{kind}"), found[kind], Pick(kind=kind))
        for kind in FollowupKind
        if kind in found
    ]
    return talk.words.say("overview.kinds"), [*columns(buttons), [everything_button(talk)]]
