"""The steps of setting a leave: the last day, the first, who stands in, and the card to confirm."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.buttons import Button, columns, number, pack
from bot.chat.screens.parts import calendar_keys
from bot.chat.screens.parts.pages import clipped, fitted, label, turning
from bot.texts import formats
from storage.codes import Role
from storage.errors import LeaveDays
from storage.takeover import leave, leave_views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.takeover.candidates import Candidate

ROUTE = "away"
SHOWN = 8
# What a button carries by which the substitute also approves.
APPROVES = "1"


def calendar(talk: Talk, whose: int, asked: str) -> tuple[str, Keyboard]:
    """A month to choose the last day from."""
    last = talk.today + timedelta(days=leave.DAYS_MAX - 1)
    keys = calendar_keys.month(
        talk.words,
        asked,
        talk.today,
        last,
        day=lambda one: pack(ROUTE, "who", whose, 0, iso(one)),
        turn=lambda month: pack(ROUTE, "cal", whose, month),
    )
    return talk.words.say("away.last_day"), [*keys, [to_home(talk, whose)]]


def starts(talk: Talk, whose: int, given: Sequence[str]) -> tuple[str, Keyboard]:
    """From which day on, for a leave that does not begin today."""
    # A forged last day may lie where no calendar goes.
    until = min(last_day(given[1]), talk.today + timedelta(days=leave.DAYS_MAX))
    substitute_id, asked = number(given[2]), given[3]
    keys = calendar_keys.month(
        talk.words,
        asked,
        talk.today,
        until,
        day=lambda one: pack(ROUTE, "ask", whose, iso(one), iso(until), substitute_id),
        turn=lambda month: pack(ROUTE, "start", whose, iso(until), substitute_id, month),
    )
    return talk.words.say("away.first_day"), [*keys, [to_home(talk, whose)]]


def who(talk: Talk, whose: int, since: date | None, until: date, page: int) -> tuple[str, Keyboard]:
    """Who stands in: colleagues of the branch, then officers, then chairs, with what they have to do."""
    words = talk.words
    found = leave.substitutes(talk.tx, talk.person, until, from_on=since, person_id=whose or None)
    shown = found[page * SHOWN : (page + 1) * SHOWN]
    lines = [words.say("away.who" if found else "away.nobody", **span(talk, since or talk.today, until))]
    lines += [candidate_line(talk, one) for one in shown]
    buttons = choices(shown, whose, since, until)
    turn = turning(
        page,
        more=len(found) > (page + 1) * SHOWN,
        data=lambda to: pack(ROUTE, "who", whose, iso(since), iso(until), to),
    )
    return fitted(lines), [*columns(buttons), turn, [to_home(talk, whose)]]


def candidate_line(talk: Talk, one: Candidate) -> str:
    """Somebody who could take over, with what lies with them already."""
    return talk.words.say(
        "away.candidate",
        name=clipped(one.name),
        role=talk.words.plain(f"codes.role.{one.role}"),
        union=clipped(one.union_name),
        count=one.load.households,
        due=one.load.open,
    )


def choices(found: Sequence[Candidate], whose: int, since: date | None, until: date) -> list[Button]:
    """A button for each; those of one name are told apart by their branch."""
    several = len({one.name for one in found}) < len(found)
    return [
        Button(
            label(f"{one.name} · {one.union_name}" if several else one.name),
            pack(ROUTE, "ask", whose, iso(since), iso(until), one.id),
        )
        for one in found
    ]


def card(talk: Talk, whose: int, since: date | None, until: date, substitute_id: int) -> tuple[str, Keyboard]:
    """What it would mean, to be confirmed."""
    words = talk.words
    would = leave_views.preview(
        talk.tx, talk.person, until, substitute_id, from_on=since, person_id=whose or None
    )
    lines = [
        words.say("away.card", name=clipped(would.person_name, 60), **span(talk, would.from_on, until)),
        candidate_line(talk, would.substitute),
    ]
    name = clipped(would.substitute.name)
    after = formats.day(words, until + timedelta(days=1), talk.today)
    counts = {"count": would.load.households, "due": would.load.open}
    lines.append(words.say("away.card_means", name=name, after=after, **counts))
    if would.opened:
        unions = formats.listed(words, [clipped(one) for one in would.opened])
        lines.append(words.say("away.card_opens", name=name, unions=unions))
    chosen = (iso(since), iso(until))
    if lends_approval(talk, whose):
        lines.append(words.say("away.card_approves", name=name))
    keyboard = [
        _confirm(talk, whose, (*chosen, substitute_id)),
        [
            Button(words.plain("away.buttons.other_who"), pack(ROUTE, "who", whose, *chosen)),
            Button(words.plain("away.buttons.start"), pack(ROUTE, "start", whose, iso(until), substitute_id)),
        ],
        [to_home(talk, whose)],
    ]
    return "\n".join(lines), keyboard


def lends_approval(talk: Talk, whose: int) -> bool:
    """Whether the substitute may be asked to approve as well: only a chair can say so, of their own leave."""
    return whose in (0, talk.person.id) and Role.CHAIR in talk.person.roles


def _confirm(talk: Talk, whose: int, chosen: tuple[str, str, int]) -> list[Button]:
    """The button that sets it; for a chair two, one of which has the substitute approve as well."""
    words, data = talk.words, (ROUTE, "set", whose, *chosen)
    if not lends_approval(talk, whose):
        return [Button(words.plain("away.buttons.set"), pack(*data))]
    return [
        Button(words.plain("away.buttons.set_approves"), pack(*data, APPROVES)),
        Button(words.plain("away.buttons.set_alone"), pack(*data)),
    ]


def span(talk: Talk, since: date, until: date) -> dict[str, str]:
    """The first and the last day in words."""
    words = talk.words
    return {
        "since": formats.day(words, since, talk.today),
        "until": words.plain(
            "away.day",
            day=formats.day(words, until, talk.today),
            weekday=formats.weekday(words, until),
        ),
    }


def to_home(talk: Talk, whose: int) -> Button:
    """Back to where the last day is asked for."""
    return Button(talk.words.plain("away.buttons.home"), pack(ROUTE, "for", whose))


def iso(day: date | None) -> str:
    """A day as a button carries it; None is today."""
    return "0" if day is None else day.isoformat()


def day_of(part: str) -> date | None:
    """The day a button carried; None for today, and for one that is no day."""
    try:
        return date.fromisoformat(part)
    except ValueError:
        return None


def last_day(part: str) -> date:
    """The last day a button carried. Refuses LeaveDays: a forged one."""
    chosen = day_of(part)
    if chosen is None:
        raise LeaveDays(days=leave.DAYS_MAX)
    return chosen
