"""外出: until when, who stands in, one card to confirm; and 我回来了. In one line, or by a few taps.

What was chosen so far stands in the buttons, so there is nothing to remember or to clear up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, number, pack
from bot.chat.report import conversation
from bot.chat.screens.parts.access import REPORTERS, require
from bot.chat.screens.parts.pages import clipped, fitted, label, page_of, told_apart, turning
from bot.chat.screens.takeover import away_steps, away_words
from bot.chat.screens.takeover.away_steps import ROUTE, SHOWN, day_of, last_day, span
from bot.texts import formats
from storage.codes import Role
from storage.members import people, questions
from storage.takeover import candidates, caseloads, leave, leave_views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.buttons import Keyboard
    from bot.chat.screens.takeover.away_words import Wanted
    from bot.chat.talk import Talk
    from storage.takeover.leave_views import LeaveLine

OVERSEERS = frozenset({Role.OFFICER, Role.CHAIR})


def show(talk: Talk, argument: str = "") -> None:
    """What is set, or until when; with a day straight on to who stands in, with a name to the card."""
    require(talk, REPORTERS)
    questions.forget(talk.tx, talk.person.id)
    wanted = away_words.read(argument, talk.today) if argument else None
    if wanted is not None:
        _read(talk, wanted)
        return
    text, keyboard = _home(talk, 0)
    if argument:
        text = f"{talk.words.say('away.not_understood')}\n\n{text}"
    conversation.put_aside(talk)
    questions.ask(talk.tx, talk.person.id, ROUTE)
    talk.say(text, keyboard)


def back(talk: Talk, argument: str = "") -> None:
    """我回来了."""
    del argument
    require(talk, REPORTERS)
    talk.say(_back(talk, 0))


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A day, a person, or one of the acts."""
    require(talk, REPORTERS)
    verb, given = told_apart(parts)
    whose = number(given[0])
    if verb == "back":
        talk.replace(_back(talk, whose))
    elif verb == "open":
        talk.say(*_home(talk, whose))
    elif verb == "people":
        talk.replace(*_people(talk, page_of(given[0])))
    elif verb == "cal":
        talk.replace(*away_steps.calendar(talk, whose, given[1]))
    elif verb == "start":
        talk.replace(*away_steps.starts(talk, whose, given))
    elif verb == "who":
        talk.replace(*away_steps.who(talk, whose, day_of(given[1]), last_day(given[2]), page_of(given[3])))
    elif verb == "ask":
        talk.replace(*away_steps.card(talk, whose, day_of(given[1]), last_day(given[2]), number(given[3])))
    elif verb == "set":
        _set(talk, whose, given)
    else:
        talk.replace(*_home(talk, whose))


def _read(talk: Talk, wanted: Wanted) -> None:
    """One line said it: as far as it goes, and on from there."""
    whose = _named_person(talk, wanted.person)
    if whose is None or wanted.until_on is None:
        talk.say(talk.words.say("away.nobody_called", name=clipped(wanted.person, 60)))
        return
    until = wanted.until_on
    if not wanted.substitute:
        talk.say(*away_steps.who(talk, whose, wanted.from_on, until, 0))
        return
    first = wanted.from_on or talk.today
    found = candidates.named(talk.tx, whose or talk.person.id, wanted.substitute, first, until)
    if len(found) == 1:
        talk.say(*away_steps.card(talk, whose, wanted.from_on, until, found[0].id))
        return
    text, keyboard = away_steps.who(talk, whose, wanted.from_on, until, 0)
    if found:
        keyboard = columns(away_steps.choices(found, whose, wanted.from_on, until), 1)
        text = talk.words.say("away.several_called", name=clipped(wanted.substitute, 60))
    else:
        text = f"{talk.words.say('away.cannot', name=clipped(wanted.substitute, 60))}\n\n{text}"
    talk.say(text, keyboard)


def _named_person(talk: Talk, name: str) -> int | None:
    """Whose leave a line means: 0 for one's own, None for nobody an overseer may set it for."""
    if not name or name == talk.person.name:
        return 0
    if not talk.person.roles & OVERSEERS:
        return None
    found = [one for one in people.colleagues(talk.tx, talk.person) if one.name == name]
    fit = [one for one in found if one.roles & REPORTERS and one.union_id in talk.person.scope]
    return fit[0].id if len(fit) == 1 else None


def _home(talk: Talk, whose: int) -> tuple[str, Keyboard]:
    """What is set for somebody, and until when they are away."""
    words = talk.words
    person = leave.whose(talk.tx, talk.person, whose or None)
    set_already = leave_views.of_person(talk.tx, talk.person, person_id=whose or None)
    lines = [_leave_line(talk, one, of_self=not whose) for one in set_already]
    if not whose:
        lines += [_for_other(talk, one) for one in leave_views.stood_in_for(talk.tx, talk.person)]
    ask = "away.until" if not whose else "away.until_of"
    lines += ["", words.say(ask, name=clipped(person.name))] if lines else [words.say(ask, name=person.name)]
    ends = [away_words.end_of_week(talk.today), away_words.end_of_week(talk.today, 1)]
    days = [
        Button(
            words.plain(f"away.buttons.{slug}", day=formats.day(words, until, talk.today)),
            pack(ROUTE, "who", whose, 0, away_steps.iso(until)),
        )
        for slug, until in zip(("this_week", "next_week"), ends, strict=True)
    ]
    keyboard: list[Sequence[Button]] = [days]
    keyboard.append([Button(words.plain("away.buttons.pick"), pack(ROUTE, "cal", whose))])
    if set_already:
        slug = "back" if set_already[0].is_now else "call_off"
        keyboard.insert(0, [Button(words.plain(f"away.buttons.{slug}"), pack(ROUTE, "back", whose))])
    if not whose and talk.person.roles & OVERSEERS:
        keyboard.append([Button(words.plain("away.buttons.for_other"), pack(ROUTE, "people", 0))])
    return fitted(lines), keyboard


def _leave_line(talk: Talk, line: LeaveLine, *, of_self: bool) -> str:
    key = "mine" if of_self else "theirs"
    text = talk.words.say(
        f"away.{key}",
        name=clipped(line.person_name),
        other=clipped(line.substitute_name),
        **span(talk, line.leave.from_on, line.leave.until_on),
    )
    if line.leave.may_approve:
        text += talk.words.say("away.approves")
    if not line.is_now or line.instead == line.substitute_name:
        return text
    if line.instead is None:
        return text + talk.words.say("away.uncovered")
    return text + talk.words.say("away.passed_on", name=clipped(line.instead))


def _for_other(talk: Talk, line: LeaveLine) -> str:
    until = formats.day(talk.words, line.leave.until_on, talk.today)
    text = talk.words.say("away.for_other", name=clipped(line.person_name), until=until)
    if line.leave.may_approve and line.leave.substitute_id == talk.person.id:
        text += talk.words.say("away.you_approve")
    return text


def _people(talk: Talk, page: int) -> tuple[str, Keyboard]:
    """Whose leave an overseer sets: everybody who looks after households in their scope."""
    found = caseloads.givers(talk.tx, talk.person, limit=SHOWN + 1, offset=page * SHOWN)
    at_work = [one for one in found[:SHOWN] if not one.is_gone and one.id != talk.person.id]
    buttons = [Button(label(f"{one.name} · {one.union_name}"), pack(ROUTE, "for", one.id)) for one in at_work]
    turn = turning(page, more=len(found) > SHOWN, data=lambda to: pack(ROUTE, "people", to))
    return talk.words.say("away.whose"), [*columns(buttons), turn, [away_steps.to_home(talk, 0)]]


def _set(talk: Talk, whose: int, given: Sequence[str]) -> None:
    questions.forget(talk.tx, talk.person.id)
    until, substitute_id = last_day(given[2]), number(given[3])
    leave.away(
        talk.tx,
        talk.person,
        until,
        substitute_id,
        from_on=day_of(given[1]),
        person_id=whose or None,
        may_approve=given[4] == away_steps.APPROVES and away_steps.lends_approval(talk, whose),
    )
    lines = [
        _leave_line(talk, one, of_self=not whose)
        for one in leave_views.of_person(talk.tx, talk.person, person_id=whose or None)
    ]
    lines.append(talk.words.say("away.set_told"))
    slug = "back" if day_of(given[1]) in {None, talk.today} else "call_off"
    talk.replace(
        "\n".join(lines), [[Button(talk.words.plain(f"away.buttons.{slug}"), pack(ROUTE, "back", whose))]]
    )


def _back(talk: Talk, whose: int) -> str:
    told = leave.back(talk.tx, talk.person, person_id=whose or None)
    if told.leave.from_on > talk.today:
        return talk.words.say("away.called_off", **span(talk, told.leave.from_on, told.leave.until_on))
    slug = "away.is_back" if whose else "away.am_back"
    return talk.words.say(slug, done=told.done, left=told.left)
