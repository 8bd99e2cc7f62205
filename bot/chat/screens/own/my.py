"""我的: a person's own reports of a year, which of them count, and why the others do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, long_id, number, pack, short_id
from bot.chat.report import conversation
from bot.chat.screens.own import report as reading
from bot.chat.screens.parts.access import ANYBODY, REPORTERS, require
from bot.chat.screens.parts.pages import fitted, page_of, told_apart, turning
from storage.codes import REPORTS, ReportKind
from storage.errors import NotAllowed, NotFound
from storage.reporting import report_lists

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk

ROUTE = "my"
SHOWN = 8
FIRST_YEAR = 2000


def show(talk: Talk, argument: str = "") -> None:
    """This year's reports, or those of the year that is named."""
    require(talk, ANYBODY)
    text, keyboard = _list(talk, _year(talk, argument), 0)
    talk.say(text, keyboard, protected=True)


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A page, a report, or the wish to mend one."""
    require(talk, ANYBODY)
    verb, given = told_apart(parts)
    if verb == "open":
        _open(talk, given)
    elif verb == "amend":
        _amend(talk, form_of(given[0]), long_id(given[1]))
    else:
        talk.replace(*_list(talk, _year(talk, given[0]), page_of(given[1])))


def _amend(talk: Talk, form: ReportKind, report_id: str) -> None:
    """Open a report for mending. Refuses NotFound, and NotAllowed for whoever may only read it."""
    if not report_lists.report(talk.tx, talk.person, form, report_id).may_amend:
        raise NotAllowed
    conversation.amend(talk, form, report_id)


def form_of(part: str) -> ReportKind:
    """The form a button carried. Refuses NotFound when it is none."""
    if part not in set(REPORTS):
        raise NotFound
    return ReportKind(part)


def _year(talk: Talk, part: str) -> int:
    """The year that is named, within those there can be; this year when none is."""
    year = number(part.strip())
    return year if FIRST_YEAR <= year <= talk.today.year else talk.today.year


def _list(talk: Talk, year: int, page: int) -> tuple[str, Keyboard]:
    words = talk.words
    tally = report_lists.tally(talk.tx, talk.person, year)
    lines = report_lists.of_person(talk.tx, talk.person, year, limit=SHOWN + 1, offset=page * SHOWN)
    told = [words.say("my.title", year=str(year))]
    if tally.all:
        told.append(words.say("my.counted", visits=tally.visits, revisits=tally.revisits))
        if tally.attempts or tally.undone:
            told.append(words.say("my.not_counted", attempts=tally.attempts, undone=tally.undone))
        told += [words.say("my.rule"), ""]
        told += [reading.one_line(talk, line) for line in lines[:SHOWN]]
    else:
        told.append(words.say("my.nothing"))
    buttons = [
        Button(
            reading.button_label(talk, line),
            pack(ROUTE, "open", line.form, short_id(line.id), year, page),
        )
        for line in lines[:SHOWN]
        if line.household_name is not None
    ]
    turn = turning(page, more=len(lines) > SHOWN, data=lambda to: pack(ROUTE, "list", year, to))
    before = year - 1 if year > FIRST_YEAR else year
    years = [
        Button(str(one), pack(ROUTE, "list", one, 0))
        for one in (before, year + 1)
        if one != year and one <= talk.today.year
    ]
    return fitted(told), [*columns(buttons), turn, years, _ways(talk)]


def _ways(talk: Talk) -> list[Button]:
    """Who reports may be away, or hand their households over."""
    if not talk.person.roles & REPORTERS:
        return []
    return [
        Button(talk.words.plain("menu.words.away"), pack("away", "open", 0)),
        Button(talk.words.plain("menu.words.handover"), pack("handover", "first")),
    ]


def _open(talk: Talk, given: list[str]) -> None:
    """One of my reports in the place of the list, which is protected already."""
    form, report_id = form_of(given[0]), long_id(given[1])
    report = report_lists.report(talk.tx, talk.person, form, report_id)
    back = pack(ROUTE, "list", _year(talk, given[2]), page_of(given[3]))
    keyboard = [
        reading.buttons(talk, report),
        [Button(talk.words.plain("my.buttons.back"), back)],
    ]
    talk.replace(reading.text(talk, report), keyboard)
