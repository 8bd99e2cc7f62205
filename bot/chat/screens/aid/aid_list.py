"""帮扶: what is going on, by where it stands, the papers that are missing, and one's own proposals."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack, short_id
from bot.chat.screens.aid import aid_words
from bot.chat.screens.aid.aid_words import ROUTE
from bot.chat.screens.parts.pages import clipped, fitted, label, turning
from bot.texts import formats
from storage.aid.aid_lines import FILE_READERS
from storage.aid_codes import AidState
from storage.asking import emergencies, proposals
from storage.casebook import after_paying, aid_counts, aid_views
from storage.codes import Role
from storage.households import dossiers
from storage.office import papers

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.casebook.aid_views import AidLine
    from storage.office.matter import Matter

MINE_SHOWN = 6
UNFILED_SHOWN = 4
PAGE = 8
# Emergencies whose papers are missing: paid or not, they are not over.
UNFILED = "papers"
DONE = "done"
# Where aid stands, as people ask for it; what is finished comes last and is not counted.
GROUPS = {
    "review": (AidState.TO_REVIEW,),
    "approve": (AidState.TO_APPROVE,),
    "pay": (AidState.APPROVED,),
    "returned": (AidState.RETURNED,),
}
# What is paid stands in one of these, by whether a revisit of it is open and not by its state.
AFTER = {"revisit": after_paying.to_revisit, DONE: after_paying.finished}
# What of one's own is listed at once, beside what is to be revisited.
GOING_ON = frozenset(state for states in GROUPS.values() for state in states)


def draw(talk: Talk) -> tuple[str, Keyboard]:
    """How much stands where, one's own that is open, and the ways to begin."""
    words = talk.words
    counted = aid_counts.by_state(talk.tx, talk.person)
    groups = {group: sum(counted.get(state, 0) for state in states) for group, states in GROUPS.items()}
    groups["revisit"] = after_paying.to_revisit_count(talk.tx, talk.person)
    there = {group: count for group, count in groups.items() if count}
    own, unfiled = _own(talk), _unfiled(talk)
    if unfiled:
        there[UNFILED] = len(unfiled)
    lines = [words.say("aid.list.title")]
    parts = [words.plain("aid.list.count", group=_name(talk, one), count=n) for one, n in there.items()]
    lines.append(
        words.say("aid.list.counts", parts=" · ".join(parts)) if parts else words.say("aid.list.nothing")
    )
    if unfiled:
        lines += ["", words.say("aid.list.papers"), *_unfiled_lines(talk, unfiled[:UNFILED_SHOWN])]
    if own:
        lines += ["", words.say("aid.list.mine"), *(aid_words.line(talk, one) for one in own)]
    if may_propose(talk):
        lines += ["", words.say("aid.list.how")]
    to_file = _to_file(talk, unfiled[:UNFILED_SHOWN])
    ways = [_ways(talk), *columns(to_file), *columns(_groups(talk, there), 3), *columns(_cards(talk, own), 1)]
    return fitted(lines), ways


def group(talk: Talk, name: str, page: int) -> tuple[str, Keyboard]:
    """What stands in one place, a page of it."""
    words, start = talk.words, page * PAGE
    if name == UNFILED:
        waiting = _unfiled(talk)[start : start + PAGE + 1]
        told, buttons = _unfiled_lines(talk, waiting[:PAGE]), _to_file(talk, waiting[:PAGE])
        more = len(waiting) > PAGE
    elif name in GROUPS or name in AFTER:
        read = AFTER.get(name) or partial(aid_views.in_state, states=GROUPS[name])
        found = read(talk.tx, talk.person, limit=PAGE + 1, offset=start)
        told, buttons = [aid_words.line(talk, one) for one in found[:PAGE]], _cards(talk, found[:PAGE])
        more = len(found) > PAGE
    else:
        return draw(talk)
    lines = [words.say("aid.list.group", group=_name(talk, name)), *(told or [words.say("aid.list.none")])]
    turns = turning(page, more=more, data=lambda to: pack(ROUTE, "group", name, to))
    back = Button(words.plain("aid.buttons.list"), pack(ROUTE, "list"))
    return fitted(lines), [*columns(buttons, 1), turns, [back]]


def of_household(talk: Talk, household_id: int) -> tuple[str, Keyboard]:
    """What a household has had and has under way, the newest first. Refuses NotFound."""
    words = talk.words
    household = dossiers.line(talk.tx, talk.person, household_id)
    found = aid_views.of_household(talk.tx, talk.person, household_id, limit=PAGE)
    lines = [words.say("aid.list.of", name=clipped(household.name, 60), file_no=household.file_no)]
    lines += [aid_words.of_household(talk, one) for one in found] or [words.say("aid.list.none")]
    buttons = [Button(label(one.number), pack(ROUTE, "open", short_id(one.id))) for one in found]
    to_file = Button(words.plain("aid.buttons.file"), pack("file", "open", household_id))
    return fitted(lines), [*columns(buttons), [to_file]]


def may_propose(talk: Talk) -> bool:
    """Whether the person is shown the ways to propose aid; storage decides when it is done."""
    return bool(talk.person.roles & proposals.PROPOSERS)


def _own(talk: Talk) -> list[AidLine]:
    """What somebody proposed and is not over, the newest first."""
    own = aid_views.mine(talk.tx, talk.person)
    return [one for one in own if one.state in GOING_ON or one.awaits_revisit][:MINE_SHOWN]


def _unfiled(talk: Talk) -> list[Matter]:
    """The emergencies in sight whose papers are missing, the one due first on top."""
    if not talk.person.roles & FILE_READERS:
        return []
    return papers.unfiled(talk.tx, talk.today, scope=talk.person.scope)


def _unfiled_lines(talk: Talk, found: list[Matter]) -> list[str]:
    return [
        talk.words.say(
            "aid.list.papers_late" if one.due_on < talk.today else "aid.list.papers_by",
            name=clipped(one.household.name),
            number=one.payment_no,
            day=formats.day(talk.words, one.due_on, talk.today),
        )
        for one in found
        if one.household is not None
    ]


def _to_file(talk: Talk, found: list[Matter]) -> list[Button]:
    """Whoever may bring their papers is asked for them at once; the others read the card."""
    buttons = []
    for one in found:
        if one.household is None:
            continue
        files = emergencies.may_file(talk.person, one.decided_by)
        verb, key = ("file", "aid.buttons.papers_of") if files else ("open", "aid.buttons.urgent_of")
        said = talk.words.plain(key, name=clipped(one.household.name, 10), number=one.payment_no)
        buttons.append(Button(label(said), pack(ROUTE, verb, short_id(one.subject))))
    return buttons


def _ways(talk: Talk) -> list[Button]:
    words = talk.words
    ways = []
    if may_propose(talk):
        ways.append(Button(words.plain("aid.buttons.propose"), pack(ROUTE, "propose")))
    if Role.CHAIR in talk.person.roles:
        ways.append(Button(words.plain("aid.buttons.urgent"), pack(ROUTE, "urgent")))
    return ways


def _groups(talk: Talk, there: dict[str, int]) -> list[Button]:
    words = talk.words
    buttons = [
        Button(
            words.plain("aid.buttons.group", group=_name(talk, one), count=count),
            pack(ROUTE, "group", one, 0),
        )
        for one, count in there.items()
    ]
    return [*buttons, Button(_name(talk, DONE), pack(ROUTE, "group", DONE, 0))]


def _cards(talk: Talk, lines: list[AidLine]) -> list[Button]:
    return [Button(aid_words.button(talk, one), pack(ROUTE, "open", short_id(one.id))) for one in lines]


def _name(talk: Talk, one: str) -> str:
    return talk.words.plain(f"aid.group.{one}")
