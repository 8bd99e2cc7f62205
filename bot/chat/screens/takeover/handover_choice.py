"""Choosing what is handed over: whose households, which of them, and to whom."""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack
from bot.chat.screens.parts.pages import clipped, fitted, label, turning
from bot.chat.screens.takeover.away_steps import candidate_line
from bot.chat.screens.takeover.handover_card import ROUTE
from bot.texts import formats
from storage.codes import Role
from storage.errors import ListChanged, NotFound
from storage.members import people
from storage.takeover import caseloads, handover_rows
from storage.takeover.handovers import NOBODY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.takeover.caseloads import Case, Caseload
    from storage.takeover.handover_rows import Handover

# All of a giver's households, whichever these are at that moment.
ALL = "all"
TICK = "✓ "
SHOWN = 10
RECEIVERS = 12
GIVERS = 10
# As many ticks as a button carries beside the rest: 6 bits a character.
TICKED_MAX = 150
OVERSEERS = frozenset({Role.OFFICER, Role.CHAIR})


def first(talk: Talk, argument: str) -> tuple[str, Keyboard]:
    """What waits for an answer, and then one's own households or, for an overseer, whose."""
    words = talk.words
    if argument and talk.person.roles & OVERSEERS:
        named = [one for one in people.colleagues(talk.tx, talk.person) if one.name == argument.strip()]
        if len(named) == 1:
            return cases(talk, named[0].id, 0, "")
    waiting = handover_rows.open_ones(talk.tx, talk.person)
    if talk.person.roles & OVERSEERS:
        text, keyboard = givers(talk, 0)
    else:
        text, keyboard = cases(talk, talk.person.id, 0, "")
    if not waiting:
        return text, keyboard
    lines = [words.say("handover.open"), *(_open_line(talk, one) for one in waiting), "", text]
    buttons = [
        Button(
            label(words.plain("handover.buttons.see", giver=one.giver_name, receiver=one.receiver_name)),
            pack(ROUTE, "open", one.id),
        )
        for one in waiting
    ]
    return fitted(lines), [*columns(buttons), *keyboard]


def givers(talk: Talk, page: int) -> tuple[str, Keyboard]:
    """Everybody in an overseer's scope who looks after households; who is gone or blocked comes first."""
    words = talk.words
    found = caseloads.givers(talk.tx, talk.person, limit=GIVERS + 1, offset=page * GIVERS)
    shown = found[:GIVERS]
    lines = [words.say("handover.givers")]
    unowned = caseloads.unowned(talk.tx, talk.person) if not page else 0
    if unowned:
        lines.append(words.say("handover.unowned", count=unowned))
    for one in shown:
        state = "gone" if one.is_gone else "blocked" if one.is_blocked else "at_work"
        known = {"name": clipped(one.name), "union": clipped(one.union_name), "count": one.households}
        lines.append(words.say(f"handover.giver_{state}", **known))
    if not page and not shown and not unowned:
        return words.say("handover.no_givers"), []
    buttons = [
        Button(label(f"{one.name}（{one.households}）"), pack(ROUTE, "cases", one.id)) for one in shown
    ]
    if unowned:
        label_of = words.plain("handover.buttons.unowned", count=unowned)
        buttons.insert(0, Button(label_of, pack(ROUTE, "cases", NOBODY)))
    turn = turning(page, more=len(found) > GIVERS, data=lambda to: pack(ROUTE, "givers", to))
    return fitted(lines), [*columns(buttons), turn]


def cases(talk: Talk, giver_id: int, page: int, ticks: str) -> tuple[str, Keyboard]:
    """The giver's households to tick, a page at a time; all of them by one button."""
    words = talk.words
    load = caseloads.of(talk.tx, talk.person, giver_id)
    if not load.cases:
        key = "handover.no_givers" if giver_id == NOBODY else "handover.nothing"
        return words.say(key, name=clipped(load.giver_name, 60)), []
    mask = _mask(load, ticks)
    page = min(page, (len(load.cases) - 1) // SHOWN)
    places = range(page * SHOWN, min((page + 1) * SHOWN, len(load.cases)))
    taken = handover_rows.taken(talk.tx, [one.id for one in load.cases])
    lines = [
        words.say(
            "handover.cases_of_nobody" if giver_id == NOBODY else "handover.cases",
            name=clipped(load.giver_name, 60),
            count=len(load.cases),
            due=load.load.open,
            late=load.load.late,
        ),
        *(_case_line(talk, load.cases[place], taken) for place in places),
    ]
    buttons = [
        _tick(load, giver_id, page, mask, place)
        for place in places
        if place < TICKED_MAX and load.cases[place].id not in taken
    ]
    turn = turning(
        page,
        more=places[-1] + 1 < len(load.cases),
        data=lambda to: pack(ROUTE, "tick", giver_id, to, _packed(load, mask)),
    )
    free = len(load.cases) - len(taken)
    return fitted(lines), [*columns(buttons), turn, _on(talk, load, giver_id, mask, free)]


def receivers(talk: Talk, giver_id: int, ticks: str) -> tuple[str, Keyboard]:
    """Who could take them over: cadres of the branch, officers, chairs."""
    words = talk.words
    those = chosen(talk, giver_id, ticks)
    found = caseloads.receivers(talk.tx, giver_id, those)[:RECEIVERS]
    key = "handover.to_whom" if found else "handover.to_nobody"
    lines = [words.say(key, count=len(those)), *(candidate_line(talk, one) for one in found)]
    buttons = [
        Button(
            label(words.plain("handover.buttons.myself") if one.id == talk.person.id else one.name),
            pack(ROUTE, "ask", giver_id, one.id, ticks),
        )
        for one in found
    ]
    back = Button(words.plain("handover.buttons.to_cases"), pack(ROUTE, "tick", giver_id, 0, ticks))
    return fitted(lines), [*columns(buttons), [back]]


def preview(talk: Talk, giver_id: int, receiver_id: int, ticks: str) -> tuple[str, Keyboard]:
    """What would be offered, to be confirmed."""
    words = talk.words
    those = chosen(talk, giver_id, ticks)
    receiver = people.get(talk.tx, receiver_id)
    names = formats.listed(words, [f"{clipped(one.name)} {one.file_no}" for one in those[:SHOWN]])
    lines = [
        words.say(
            "handover.preview",
            giver=_giver(talk, giver_id),
            receiver=clipped(receiver.name, 60),
            count=len(those),
        ),
        words.say("handover.preview_names", names=names)
        if len(those) <= SHOWN
        else words.say("handover.preview_many", names=names, count=len(those) - SHOWN),
        words.say("handover.until_then" if receiver_id != talk.person.id else "handover.at_once"),
    ]
    row = [
        Button(words.plain("handover.buttons.offer"), pack(ROUTE, "offer", giver_id, receiver_id, ticks)),
        Button(words.plain("handover.buttons.other_receiver"), pack(ROUTE, "to", giver_id, ticks)),
    ]
    return fitted(lines), [row]


def _giver(talk: Talk, giver_id: int) -> str:
    """Whose households these are, by name."""
    if giver_id == NOBODY:
        return talk.words.plain("handover.nobody")
    return clipped(people.get(talk.tx, giver_id).name, 60)


def chosen(talk: Talk, giver_id: int, ticks: str) -> list[Case]:
    """The households a button means. Refuses NotFound for none, ListChanged where the list is another."""
    load = caseloads.of(talk.tx, talk.person, giver_id)
    if ticks == ALL:
        taken = handover_rows.taken(talk.tx, [one.id for one in load.cases])
        # With nothing free it is a second tap, or an old one: storage says what became of the first.
        found = [one for one in load.cases if one.id not in taken] or list(load.cases)
    else:
        mask = _mask(load, ticks)
        if not mask and ticks:
            raise ListChanged
        found = [one for place, one in enumerate(load.cases) if mask >> place & 1]
    if not found:
        raise NotFound(giver_id=giver_id)
    return found


def _open_line(talk: Talk, one: Handover) -> str:
    day = formats.day(talk.words, one.asked_at.astimezone(talk.tx.zone).date(), talk.today)
    return talk.words.say(
        "handover.open_line",
        giver=clipped(one.giver_name),
        receiver=clipped(one.receiver_name),
        count=one.households,
        day=day,
    )


def _case_line(talk: Talk, case: Case, taken: dict[int, Handover]) -> str:
    words = talk.words
    known = {"name": clipped(case.name), "file_no": case.file_no}
    if case.id in taken:
        return words.say("handover.case_taken", **known, receiver=clipped(taken[case.id].receiver_name))
    if case.due_on is None:
        return words.say("handover.case", **known)
    late = (talk.today - case.due_on).days
    if late > 0:
        return words.say("handover.case_late", **known, count=late)
    return words.say("handover.case_due", **known, day=formats.day(words, case.due_on, talk.today))


def _tick(load: Caseload, giver_id: int, page: int, mask: int, place: int) -> Button:
    mark = TICK if mask >> place & 1 else ""
    case = load.cases[place]
    turned = _packed(load, mask ^ (1 << place))
    return Button(label(f"{mark}{case.name} {case.file_no}"), pack(ROUTE, "tick", giver_id, page, turned))


def _on(talk: Talk, load: Caseload, giver_id: int, mask: int, free: int) -> list[Button]:
    """On to whom: with what is ticked, and with everything that is in no other handover."""
    words = talk.words
    ways = []
    if mask:
        some = words.plain("handover.buttons.ticked", count=mask.bit_count())
        ways.append(Button(some, pack(ROUTE, "to", giver_id, _packed(load, mask))))
    if free:
        everything = words.plain("handover.buttons.all", count=free)
        ways.append(Button(everything, pack(ROUTE, "to", giver_id, ALL)))
    return ways


def _mark(cases: Sequence[Case]) -> bytes:
    """Four bytes that tell this list from another."""
    return zlib.crc32(",".join(str(one.id) for one in cases).encode()).to_bytes(4)


def _packed(load: Caseload, mask: int) -> str:
    """The ticks and the mark of their list, as a button carries them."""
    size = (mask.bit_length() + 7) // 8
    return base64.urlsafe_b64encode(_mark(load.cases) + mask.to_bytes(size)).decode().rstrip("=")


def _mask(load: Caseload, ticks: str) -> int:
    """The ticks a button carried; none where they belong to another list, or to none."""
    try:
        told = base64.urlsafe_b64decode(f"{ticks}{'=' * (-len(ticks) % 4)}")
    except ValueError:
        return 0
    if told[:4] != _mark(load.cases):
        return 0
    return int.from_bytes(told[4:]) & ((1 << len(load.cases)) - 1)
