"""The parts of everybody's open work: their names, their counts, and how a button carries them."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from bot.buttons import Button, number, pack
from bot.chat.screens.parts.pages import clipped, label
from bot.texts import formats
from storage.codes import FollowupKind, Role
from storage.due import overview_pick
from storage.due.overview_pick import Group, Pick

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from storage.due.overview import Share
    from storage.due.overview_pick import Counts

ROUTE = "due"
OVERSEERS = frozenset({Role.OFFICER, Role.CHAIR, Role.AUDITOR})
GROUPS = frozenset(get_args(Group))


def counted(talk: Talk, counts: Counts) -> str:
    """迟 3 · 今天 1: as far as there is anything."""
    return " · ".join(
        talk.words.plain(f"overview.counts.{group}", count=count)
        for group in overview_pick.GROUPS
        if (count := getattr(counts, group))
    )


def office(talk: Talk, role: Role) -> str:
    """归帮扶专责."""
    name = formats.within(talk.words, talk.words.plain(f"codes.role.{role}"))
    return talk.words.plain("overview.office", role=name)


def share_name(talk: Talk, share: Share) -> str:
    """Whose share it is."""
    if share.office is not None:
        return office(talk, share.office)
    return clipped(share.owner_name or talk.words.plain("overview.nobody"))


def part_button(talk: Talk, name: str, count: int, pick: Pick) -> Button:
    """The button that opens a part: 机关分会 7."""
    text = talk.words.plain("overview.buttons.share", name=clipped(name), count=count)
    return Button(label(text), pack(ROUTE, "part", 0, slug_of(pick)))


def everything_button(talk: Talk) -> Button:
    """The way back to the whole."""
    return Button(talk.words.plain("overview.buttons.everything"), pack(ROUTE, "all", 0))


def pick_of_share(share: Share) -> Pick:
    """What one person has in one branch, or nobody, or an office."""
    if share.office is not None:
        return Pick(union_id=share.union_id, office=share.office)
    if share.owner_id is None:
        return Pick(union_id=share.union_id, unowned=True)
    return Pick(union_id=share.union_id, owner_id=share.owner_id)


def slug_of(pick: Pick) -> str:
    """A pick as a button carries it."""
    if pick.own or pick.asks:
        return "own" if pick.own else "asks"
    if pick.group or pick.kind:
        return pick.group or f"k-{pick.kind}"
    if pick.unowned:
        return f"n-{pick.union_id}"
    if pick.office:
        return f"o-{pick.union_id}-{pick.office}"
    if pick.union_id is None:
        return f"w-{pick.owner_id}"
    return f"b-{pick.union_id}" if pick.owner_id is None else f"c-{pick.union_id}-{pick.owner_id}"


def pick_of(slug: str) -> Pick:
    """The pick a button carried; a forged one is of nobody's."""
    if slug in GROUPS:
        return Pick(group=slug)  # type: ignore[arg-type]  # it is one of them
    if slug in ("own", "asks"):
        return Pick(own=slug == "own", asks=slug == "asks")
    sort, first, second = (*slug.split("-"), "", "", "")[:3]
    if sort == "k" and first in set(FollowupKind):
        return Pick(kind=FollowupKind(first))
    if sort == "o" and second in set(Role):
        return Pick(union_id=number(first), office=Role(second))
    if sort == "w":
        return Pick(owner_id=number(first))
    if sort == "n":
        return Pick(union_id=number(first), unowned=True)
    if sort == "c":
        return Pick(union_id=number(first), owner_id=number(second))
    return Pick(union_id=number(first))
