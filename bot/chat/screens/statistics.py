"""统计: the year's table of a union, told in a few lines."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from bot.buttons import Button, number, pack
from bot.chat.screens.balance import year_pictures
from bot.chat.screens.parts.access import ANYBODY, require
from bot.chat.screens.parts.pages import clipped, fitted, told_apart
from bot.texts import formats
from storage import audit, statistics
from storage.aid_codes import FundSource
from storage.codes import Role
from storage.households import caseload
from storage.oversight.readers import PUBLISHERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.statistics import KindLine

ROUTE = "stats"
FIRST_YEAR = 2000
BOOK = "year_book"
PICTURES: dict[str, Callable[[Talk, int], None]] = {
    "fund_year": year_pictures.fund_year,
    "aid_kinds": year_pictures.aid_kinds,
}


def show(talk: Talk, argument: str = "") -> None:
    """This year's table, or that of the year that is named."""
    require(talk, ANYBODY)
    talk.say(*_table(talk, argument.strip()))


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """Another year, or one of its pictures."""
    require(talk, ANYBODY)
    verb, (year, *_) = told_apart(parts)
    draw = PICTURES.get(verb)
    if verb == BOOK:
        _book(talk, _year(talk, year))
    elif draw is None:
        talk.replace(*_table(talk, verb))
    else:
        draw(talk, _year(talk, year))


def _table(talk: Talk, named: str) -> tuple[str, Keyboard]:
    """The union of the person's scope and everything below it; a cadre's is their own branch."""
    year = _year(talk, named)
    union_id = caseload.widest(talk.tx, talk.person)
    figures = statistics.year_table(talk.tx, union_id, year)
    lines = statistics.year_by_kind_and_source(talk.tx, union_id, year)
    told = [*_files(talk, figures), *_aid(talk, figures, lines), *_fund(talk, figures)]
    if talk.person.roles == {Role.CADRE}:
        told += ["", talk.words.say("statistics.own_branch")]
    pictures = [
        Button(talk.words.plain(f"statistics.buttons.{slug}"), pack(ROUTE, slug, year)) for slug in PICTURES
    ]
    book = []
    if talk.person.roles & PUBLISHERS:
        book.append(Button(talk.words.plain("statistics.buttons.year_book"), pack(ROUTE, BOOK, year)))
    return fitted(told), [_years(talk, year), pictures, book]


def _book(talk: Talk, year: int) -> None:
    """The year's registers as a workbook; that somebody had it is audited."""
    require(talk, PUBLISHERS)
    subject = f"union:{talk.person.union_id}"
    audit.record(talk.tx, person_id=talk.person.id, act="export.year", subject=subject, year=year)
    talk.toast(talk.words.plain("statistics.making"))
    talk.document("year", {"year": year}, talk.words.say("statistics.year_book", year=year))


def _year(talk: Talk, named: str) -> int:
    return min(max(number(named) or talk.today.year, FIRST_YEAR), talk.today.year)


def _files(talk: Talk, figures: dict[str, object]) -> list[str]:
    words = talk.words
    as_of = date.fromisoformat(str(figures["as_of"]))
    return [
        words.say(
            "statistics.title",
            year=str(figures["year"]),
            union=clipped(str(figures["union"]), 60),
            day=formats.day(words, as_of, talk.today),
        ),
        words.say(
            "statistics.files",
            start=figures["on_file_at_year_start"],
            removed=figures["removed"],
            added=figures["added"],
            now=figures["on_file_now"],
        ),
        words.say("statistics.visits", count=figures["visits"]),
        "",
    ]


def _aid(talk: Talk, figures: dict[str, object], lines: list[KindLine]) -> list[str]:
    """The company fund by kind, the other sources in a line each, and the sum that is reported upwards."""
    words = talk.words
    own = [one for one in lines if one.source == FundSource.COMPANY]
    told = [
        words.say(
            "statistics.company",
            times=_times(talk, _fen(figures, "company_fund_person_times")),
            amount=formats.money(words, _fen(figures, "company_fund_paid_fen")),
        )
    ]
    told += [_line(talk, words.plain(f"codes.aid.{one.kind}"), [one]) for one in own]
    for source in FundSource:
        given = [one for one in lines if one.source == source]
        if given and source != FundSource.COMPANY:
            told.append(_line(talk, words.plain(f"codes.source.{source}"), given, key="source"))
    to_date = cast("dict[str, int]", figures["warm_living_medical_all_sources_to_date"])
    return [
        *told,
        words.say(
            "statistics.to_date",
            times=_times(talk, to_date["person_times"]),
            amount=formats.money(words, to_date["fen"]),
        ),
        "",
    ]


def _line(talk: Talk, name: str, lines: list[KindLine], key: str = "kind") -> str:
    return talk.words.say(
        f"statistics.{key}",
        name=name,
        times=_times(talk, sum(one.person_times for one in lines)),
        amount=formats.amount(sum(one.fen for one in lines)),
    )


def _fund(talk: Talk, figures: dict[str, object]) -> list[str]:
    words = talk.words
    told = [
        words.say(
            "statistics.fund",
            income=formats.amount(_fen(figures, "fund_income_fen")),
            balance=formats.amount(_fen(figures, "fund_balance_fen")),
        )
    ]
    if figures["budget_fen"] is None:
        return [*told, words.say("statistics.no_budget")]
    budget = formats.amount(_fen(figures, "budget_fen"))
    left = formats.amount(_fen(figures, "budget_left_fen"))
    return [*told, words.say("statistics.budget", budget=budget, left=left)]


def _fen(figures: dict[str, object], name: str) -> int:
    return cast("int", figures[name])


def _times(talk: Talk, count: int) -> str:
    return talk.words.plain("statistics.times", count=count)


def _years(talk: Talk, year: int) -> list[Button]:
    buttons = []
    if year > FIRST_YEAR:
        buttons.append(Button(f"‹ {year - 1}", pack(ROUTE, year - 1)))
    if year < talk.today.year:
        buttons.append(Button(f"{year + 1} ›", pack(ROUTE, year + 1)))
    return buttons
