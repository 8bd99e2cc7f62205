"""The card to decide by: whom, what, how much, why, what it leaves, what was warned of, who has said what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, pack, short_id
from bot.chat.screens.aid import aid_words
from bot.chat.screens.parts.pages import clipped, fitted
from bot.texts import formats, refusals
from storage.aid import approvers
from storage.aid_codes import AidAct, AidState, FundSource
from storage.asking import guards
from storage.households import dossiers
from storage.members import people
from storage.money import fund

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.casebook.aid_views import AidCard, Step

ROUTE = "approve"
REASON_CHARACTERS = 600
COURSE_SHOWN = 6
OPEN = frozenset({AidState.TO_REVIEW, AidState.TO_APPROVE, AidState.RETURNED})
# What of its course is told line by line; approvals are counted below.
COURSE = frozenset(
    {
        AidAct.PROPOSED,
        AidAct.AMENDED,
        AidAct.REVIEWED,
        AidAct.RETURNED,
        AidAct.REFUSED,
        AidAct.WITHDRAWN,
        AidAct.EXPIRED,
        AidAct.EMERGENCY,
        AidAct.PAY_FAILED,
        AidAct.WAIVED,
        AidAct.REVERSED,
    }
)
# What is done with it before the money is there, in the order of its buttons; the act, then the button.
DECISIONS = ("approve", "review", "return", "refuse")


def text(talk: Talk, card: AidCard) -> str:
    """Everything one needs to decide, as far as a phone has room for it."""
    lines = [
        *_head(talk, card),
        *_reason(talk, card),
        "",
        *_money(talk, card),
        *_warnings(talk, card),
        "",
        *_course(talk, card),
        *_instead(talk, card),
        *_too_few(talk, card),
    ]
    return fitted(lines)


def keyboard(talk: Talk, card: AidCard, may: Collection[str]) -> Keyboard:
    """[批准] [退回] [驳回], the papers and the file."""
    words, short = talk.words, short_id(card.id)
    acts = [
        Button(words.plain(f"approve.buttons.{one}"), pack(ROUTE, one, short, card.revision))
        for one in DECISIONS
        if one in may
    ]
    looks = []
    if card.papers:
        count = len(card.papers)
        looks.append(Button(words.plain("approve.buttons.papers", count=count), pack(ROUTE, "papers", short)))
    looks.append(Button(words.plain("approve.buttons.file"), pack("file", "open", card.household_id)))
    return [acts, looks, [Button(words.plain("approve.buttons.list"), pack(ROUTE, "list", 0))]]


def who(talk: Talk, card: AidCard) -> str:
    """The household with its file number, on one line."""
    line = dossiers.lines(talk.tx, {card.household_id})[card.household_id]
    return talk.words.say(
        "approve.who",
        name=clipped(card.household_name, 60),
        file_no=line.file_no,
        union=clipped(card.union_name, 40),
        category=talk.words.plain(f"codes.category.{card.category}"),
    )


def person_of(talk: Talk, name: str | None, for_name: str | None) -> str:
    """Who did something, and in whose place."""
    said = clipped(name or talk.words.plain("approve.clock"))
    if not for_name:
        return said
    return talk.words.plain("approve.in_place", name=said, other=clipped(for_name))


def _head(talk: Talk, card: AidCard) -> list[str]:
    words = talk.words
    head = words.say(
        "approve.head",
        state=words.plain(f"codes.aid_state.{card.state}"),
        kind=words.plain(f"codes.aid.{card.kind}"),
        amount=formats.money(words, card.amount_fen),
        number=card.number,
    )
    source = words.say(
        "approve.source", source=words.plain(f"codes.source.{card.source}"), year=str(card.for_year)
    )
    lines = [head, who(talk, card), source]
    if card.is_emergency:
        until = formats.day(words, card.file_by, talk.today) if card.file_by else ""
        lines.append(words.say("approve.emergency", until=until))
    return lines


def _reason(talk: Talk, card: AidCard) -> list[str]:
    if not card.reason:
        return []
    return [talk.words.say("approve.reason", reason=clipped(card.reason, REASON_CHARACTERS))]


def _course(talk: Talk, card: AidCard) -> list[str]:
    """Who proposed, changed, reviewed and gave it back, a line each; then who has approved so far."""
    words = talk.words
    lines = [_step(talk, one) for one in card.steps if one.act in COURSE or one.taken in COURSE][
        -COURSE_SHOWN:
    ]
    days = 0 if card.since is None else (talk.tx.now - card.since).days
    if card.state in OPEN and days:
        lines.append(words.say("approve.waits", count=days))
    if card.state != AidState.TO_APPROVE and not card.approvals:
        return lines
    names = [
        words.plain(
            "approve.given_by",
            person=person_of(talk, one.name, one.for_name),
            day=formats.day(words, one.at.astimezone(talk.tx.zone).date(), talk.today),
        )
        for one in card.approvals
    ]
    key = "approve.given" if names else "approve.none_given"
    given, needed = len(names), card.approvals_needed
    lines.append(words.say(key, given=given, needed=needed, names=formats.listed(words, names)))
    return lines


def _too_few(talk: Talk, card: AidCard) -> list[str]:
    """That the union has fewer chairs who may approve than it takes, and what can be done about that."""
    possible, needed = card.approvers_possible, card.approvals_needed
    if card.state not in OPEN or possible >= needed:
        return []
    return [talk.words.say("approve.too_few", count=possible, needed=needed)]


def _step(talk: Talk, one: Step) -> str:
    words = talk.words
    said = words.say(
        "approve.step",
        person=person_of(talk, one.person_name, one.for_name),
        day=formats.day(words, one.at.astimezone(talk.tx.zone).date(), talk.today),
        act=aid_words.act(talk, one),
    )
    return said + (words.say("approve.step_because", reason=one.reason) if one.reason else "")


def _money(talk: Talk, card: AidCard) -> list[str]:
    """What it leaves of the year's cap and of the fund, and what the household has had this year."""
    words = talk.words
    had = fund.household_year(talk.tx, card.household_id, card.for_year).by_kind
    kinds = [f"{words.plain(f'codes.aid.{kind}')} {formats.amount(fen)}" for kind, _, fen in had]
    key = "approve.earlier" if kinds else "approve.earlier_none"
    lines = [words.say(key, kinds=formats.listed(words, kinds), year=str(card.for_year))]
    if card.source != FundSource.COMPANY:
        return [*lines, words.say("approve.outside")]
    offers = guards.offers(talk.tx, talk.person, card.household_id, card.for_year)
    offer = next(one for one in offers if one.kind == card.kind)
    # What is decided already is promised, and counted with the rest.
    ahead_fen = card.amount_fen if card.state in OPEN else 0
    if offer.room_fen is not None:
        room = formats.money(words, max(0, offer.room_fen - ahead_fen))
        lines.append(words.say("approve.room", kind=words.plain(f"codes.aid.{card.kind}"), room=room))
    free = formats.money(words, max(0, offer.available_fen - ahead_fen))
    return [*lines, words.say("approve.fund", available=free)]


def _warnings(talk: Talk, card: AidCard) -> list[str]:
    """What the rules warn of or say no to now, and what was gone beyond, with the reason given for it."""
    words = talk.words
    given = {one.guard: one.reason for one in card.steps if one.guard and one.revision == card.revision}
    warned = {
        one.slug: words.plain(f"approve.guard.{one.slug}", **one.details) for one in card.verdict_warnings
    }
    gone = {slug: formats.rule(words, slug) for slug in given if slug not in warned}
    said = [
        words.say(
            "approve.warning" if given.get(slug) else "approve.warning_bare",
            warning=warning,
            reason=given.get(slug, ""),
        )
        for slug, warning in {**warned, **gone}.items()
    ]
    return said + [
        words.say("approve.refusal", why=refusals.plain(words, one.slug, one.details))
        for one in card.verdict_refusals
    ]


def _instead(talk: Talk, card: AidCard) -> list[str]:
    """In whose place this person approves, where it is not as chair themselves."""
    if card.state != AidState.TO_APPROVE:
        return []
    ways = approvers.chairs(talk.tx, talk.person.id).ways(card.union_id)
    if not ways or ways[0] is None:
        return []
    return [talk.words.say("approve.you_instead", name=clipped(people.get(talk.tx, ways[0]).name))]
