"""A year of the fund in pictures, the same in words under each: its course, and aid by kind and source."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.chat.screens.parts.amounts import percent
from bot.texts import formats
from storage import statistics
from storage.aid_codes import AidKind, FundSource
from storage.money import fund
from storage.oversight import year_course

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.talk import Talk
    from storage.oversight.year_course import Course
    from storage.statistics import KindLine

# Levels at which a line is drawn are these times a power of ten.
STEPS = (1, 2, 5)
LEVELS_MOST = 5
MONTHS_LABELLED = (1, 4, 7, 10)
PERCENT = 100


def fund_year(talk: Talk, year: int) -> None:
    """Send the fund's year against its budget; where it cannot be drawn, its caption goes alone."""
    course = year_course.course(talk.tx, talk.person.union_id, year)
    talk.picture("fund_year", fund_figures(talk, course), fund_caption(talk, course))


def aid_kinds(talk: Talk, year: int) -> None:
    """Send the year's aid by kind and source; where it cannot be drawn, its caption goes alone."""
    lines = _given(talk, year)
    talk.picture("aid_kinds", aid_figures(talk, year, lines), aid_caption(talk, year, lines))


def fund_figures(talk: Talk, course: Course) -> dict[str, object]:
    """What is to be drawn: a step for every day on which money moved."""
    plain = talk.words.plain
    last = course.days[-1]
    bounds = []
    if course.budget_fen:
        alarm_fen = course.budget_fen * course.alarm_percent // PERCENT
        named = {"percent": course.alarm_percent, "amount": formats.amount(alarm_fen)}
        bounds = [
            {"fen": alarm_fen, "name": plain("statistics.fund_year.alarm", **named), "is_alarm": False},
            {
                "fen": course.budget_fen,
                "name": plain("statistics.fund_year.budget", amount=formats.amount(course.budget_fen)),
                "is_alarm": True,
            },
        ]
    levels = [course.budget_fen or 0, *(max(one.balance_fen, one.spent_fen) for one in course.days)]
    today = _day_of(course.until) if course.until == talk.today else None
    return {
        "title": plain("statistics.fund_year.title", year=course.year),
        "note": _note(talk, course.until),
        "empty": plain("statistics.fund_year.empty"),
        "names": [plain("statistics.fund_year.balance"), plain("statistics.fund_year.spent")],
        "ends": [formats.amount(last.balance_fen), formats.amount(last.spent_fen)],
        "days": [_day_of(one.on) for one in course.days],
        "balance": [one.balance_fen for one in course.days],
        "spent": [one.spent_fen for one in course.days],
        "bounds": bounds,
        "ticks": [[fen, _tick(talk, fen)] for fen in ticks(max(levels))],
        "months": [
            [_day_of(date(course.year, one, 1)), plain(f"statistics.fund_year.month.{one}")]
            for one in MONTHS_LABELLED
        ],
        "last_day": _day_of(date(course.year, 12, 31)),
        "today": None if today is None else [today, plain("statistics.fund_year.today")],
    }


def fund_caption(talk: Talk, course: Course) -> str:
    """The same in words, for whoever cannot see the picture."""
    say, last = talk.words.say, course.days[-1]
    lines = [
        say("statistics.fund_year.title", year=course.year),
        say(
            "statistics.fund_year.now",
            day=formats.day(talk.words, course.until, talk.today),
            balance=formats.money(talk.words, last.balance_fen),
            spent=formats.money(talk.words, last.spent_fen),
        ),
    ]
    if course.budget_fen is None:
        return "\n".join([*lines, say("statistics.no_budget")])
    key = "within"
    if last.spent_fen >= course.budget_fen:
        key = "over"
    elif PERCENT * last.spent_fen >= course.alarm_percent * course.budget_fen:
        key = "near"
    told = {
        "percent": percent(last.spent_fen, course.budget_fen),
        "budget": formats.amount(course.budget_fen),
    }
    left = formats.amount(course.budget_fen - last.spent_fen)
    return "\n".join([*lines, say(f"statistics.fund_year.{key}", left=left, **told)])


def aid_figures(talk: Talk, year: int, lines: Sequence[KindLine]) -> dict[str, object]:
    """What is to be drawn: a row for every kind that moved money, the largest on top."""
    plain = talk.words.plain
    sources = [source for source in FundSource if any(one.source == source for one in lines)]
    rows = []
    for kind in by_size(lines):
        own = [one for one in lines if one.kind == kind]
        values = [sum(one.fen for one in own if one.source == source) for source in sources]
        times = plain("statistics.times", count=sum(one.person_times for one in own))
        label = plain("statistics.aid_kinds.row", amount=formats.amount(sum(values)), times=times)
        rows.append({"name": plain(f"codes.aid.{kind}"), "label": label, "values": values})
    return {
        "title": plain("statistics.aid_kinds.title", year=year),
        "note": _note(talk, min(talk.today, date(year, 12, 31))),
        "empty": plain("statistics.aid_kinds.empty"),
        "sources": [plain(f"codes.source.{source}") for source in sources],
        "rows": rows,
    }


def aid_caption(talk: Talk, year: int, lines: Sequence[KindLine]) -> str:
    """The same in words: the sum, each kind, each source."""
    words = talk.words
    if not lines:
        return words.say("statistics.aid_kinds.empty")
    times = words.plain("statistics.times", count=sum(one.person_times for one in lines))
    amount = formats.money(words, sum(one.fen for one in lines))
    told = [words.say("statistics.aid_kinds.total", year=year, times=times, amount=amount)]
    told += [
        _line(talk, f"codes.aid.{kind}", [one for one in lines if one.kind == kind])
        for kind in by_size(lines)
    ]
    told.append(words.say("statistics.aid_kinds.sources"))
    for source in FundSource:
        own = [one for one in lines if one.source == source]
        told += [_line(talk, f"codes.source.{source}", own)] if own else []
    return "\n".join(told)


def by_size(lines: Sequence[KindLine]) -> list[AidKind]:
    """The kinds that moved money, the largest first."""
    sums = {kind: sum(one.fen for one in lines if one.kind == kind) for kind in AidKind}
    return sorted((kind for kind in AidKind if sums[kind]), key=lambda kind: -sums[kind])


def ticks(highest_fen: int) -> list[int]:
    """Round levels from nothing to the highest, five at most."""
    step, power = 1, formats.FEN_PER_YUAN
    while highest_fen > 0:
        for one in STEPS:
            step = one * power
            if step * LEVELS_MOST >= highest_fen:
                return list(range(0, highest_fen + 1, step))
        power *= 10
    return [0]


def _line(talk: Talk, name: str, own: Sequence[KindLine]) -> str:
    return talk.words.say(
        "statistics.kind",
        name=talk.words.plain(name),
        times=talk.words.plain("statistics.times", count=sum(one.person_times for one in own)),
        amount=formats.amount(sum(one.fen for one in own)),
    )


def _given(talk: Talk, year: int) -> list[KindLine]:
    top = fund.serving(talk.tx, talk.person.union_id)
    return [one for one in statistics.year_by_kind_and_source(talk.tx, top, year) if one.fen]


def _note(talk: Talk, until: date) -> str:
    day = formats.day(talk.words, until, talk.today)
    return talk.words.plain("statistics.picture_note", day=day)


def _tick(talk: Talk, fen: int) -> str:
    """2万, or 20k: as short as a level can be said."""
    unit = int(talk.words.plain("statistics.fund_year.unit_yuan")) * formats.FEN_PER_YUAN
    if fen == 0:
        return "0"
    if fen % (unit // 10):
        return f"{fen // formats.FEN_PER_YUAN:,}"
    return talk.words.plain("statistics.fund_year.tick", count=f"{fen / unit:g}")


def _day_of(day: date) -> int:
    return day.timetuple().tm_yday
