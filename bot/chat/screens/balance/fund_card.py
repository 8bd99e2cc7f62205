"""The fund in a few lines, its last movements, the year by kind, and what the coming festival needs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bot.buttons import Button, pack
from bot.chat.screens.parts import amounts
from bot.chat.screens.parts.access import READERS, REPORTERS
from bot.chat.screens.parts.pages import clipped, fitted
from bot.chat.screens.standard import standard_card
from bot.texts import formats
from bot.texts.catalogue import words as words_of
from storage import statistics
from storage.aid_codes import AidKind, EntryKind
from storage.budgets import needs, standard_book
from storage.members.offices import LEADERS
from storage.money import fund, fund_views
from storage.office.campaign_calendar import festival_on

if TYPE_CHECKING:
    from datetime import date

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.money.fund_views import Movement

ROUTE = "balance"
ENTRIES_SHOWN = 10
# Where the festival's day is not known it is over by then.
FESTIVAL_OVER = (2, 20)


def text(talk: Talk) -> str:
    """Balance, reserved, available; the year's budget. Asked by a word, many times a day: few statements."""
    words, tx = talk.words, talk.tx
    figures = fund.balance(tx, talk.person.union_id)
    lines = [
        words.say("balance.title", moment=formats.moment(words, tx.now, tx.zone, tx.today)),
        words.say(
            "balance.figures",
            balance=formats.money(words, figures.balance_fen),
            reserved=formats.amount(figures.reserved_fen),
            available=formats.amount(figures.available_fen),
        ),
    ]
    if figures.budget_fen is None or figures.budget_paid_fen is None or figures.budget_left_fen is None:
        lines.append(words.say("balance.no_budget", year=str(talk.today.year)))
    else:
        lines.append(
            words.say(
                "balance.budget",
                year=str(talk.today.year),
                budget=formats.amount(figures.budget_fen),
                paid=formats.amount(figures.budget_paid_fen),
                percent=amounts.percent(figures.budget_paid_fen, figures.budget_fen),
                left=formats.amount(figures.budget_left_fen),
            )
        )
    return "\n".join(lines)


def keyboard(talk: Talk) -> Keyboard:
    """What can be asked next."""
    roles = talk.person.roles
    return _keyboard(talk.words.language, is_reader=bool(roles & READERS), reports=bool(roles & REPORTERS))


@cache
def _keyboard(language: str, *, is_reader: bool, reports: bool) -> Keyboard:
    rows = [["last", "kinds"], ["why", "unpaid", "budget"], ["picture_year", "picture_kinds"], ["need"]]
    if is_reader:
        rows[0].append("find")
    if reports:
        rows[3].append("own")
    ways = {"why": ("why", "balance", 0), "unpaid": ("why", "reserved", 0)}
    return [
        [
            Button(
                words_of(language).plain(f"balance.buttons.{one}"),
                pack("budget") if one == "budget" else pack(ROUTE, *ways.get(one, (one,))),
            )
            for one in row
        ]
        for row in rows
    ]


def back(talk: Talk) -> list[Button]:
    """‹ 余额."""
    return [Button(talk.words.plain("balance.buttons.back"), pack(ROUTE, "fund"))]


def last(talk: Talk) -> tuple[str, Keyboard]:
    """The last ten entries, and the way to all of them."""
    movements = fund_views.movements(talk.tx, talk.person, ENTRIES_SHOWN)
    if not movements:
        return talk.words.say("balance.no_entries"), [back(talk)]
    lines = [talk.words.say("balance.last_title", count=len(movements))]
    lines += [_entry_line(talk, one) for one in movements]
    more = Button(talk.words.plain("balance.buttons.all"), pack(ROUTE, "why", "balance", 0))
    return fitted(lines), [[more, *back(talk)]]


def _entry_line(talk: Talk, movement: Movement) -> str:
    words, entry = talk.words, movement.entry
    what = [words.plain(f"codes.entry.{entry.kind}")] if entry.kind != EntryKind.PAYMENT else []
    if entry.income_kind is not None:
        what = [words.plain(f"codes.income.{entry.income_kind}")]
    if entry.aid_kind is not None:
        what.append(words.plain(f"codes.aid.{entry.aid_kind}"))
    if movement.household is not None:
        what.append(clipped(movement.household))
    return words.say(
        "balance.entry",
        day=formats.day(words, entry.happened_on, talk.today),
        amount=signed(entry.amount_fen),
        what=" · ".join(what),
    )


def signed(fen: int) -> str:
    """An amount with its sign, as in a ledger."""
    return f"{'+' if fen > 0 else ''}{formats.amount(fen)}"


def kinds(talk: Talk) -> tuple[str, Keyboard]:
    """The year by kind and source, of every money."""
    words, year = talk.words, talk.today.year
    top = fund.serving(talk.tx, talk.person.union_id)
    lines = statistics.year_by_kind_and_source(talk.tx, top, year)
    if not lines:
        return words.say("balance.no_aid", year=str(year)), [back(talk)]
    told = [words.say("balance.kinds_title", year=str(year))]
    told += [
        words.say(
            "balance.kind",
            kind=words.plain(f"codes.aid.{one.kind}"),
            source=words.plain(f"codes.source.{one.source}"),
            times=words.plain("balance.times", count=one.person_times),
            amount=formats.amount(one.fen),
        )
        for one in lines
    ]
    times = words.plain("balance.times", count=sum(one.person_times for one in lines))
    total = formats.amount(sum(one.fen for one in lines))
    picture = Button(words.plain("balance.buttons.picture_kinds"), pack(ROUTE, "picture_kinds"))
    shown = fitted([*told, words.say("balance.kinds_total", times=times, amount=total)])
    return shown, [[picture, *back(talk)]]


def need(talk: Talk) -> tuple[str, Keyboard]:
    """What the coming Spring Festival needs for everybody on file, and whether there is enough."""
    words, year = talk.words, next_festival(talk.today)
    book = standard_book.book(talk.tx, talk.person, year)
    found = needs.need(talk.tx, talk.person, AidKind.SPRING, book)
    set_for = book.of(AidKind.SPRING).standard.set_for
    lines = [words.say("balance.need.title", year=str(year))]
    festival = festival_on(year)
    if festival is not None:
        lines.append(words.say("balance.need.day", day=formats.day(words, festival, talk.today)))
    if not found.people:
        lines.append(words.say("balance.need.no_standard", year=str(year)))
    elif set_for is not None and set_for < year:
        lines.append(words.say("balance.need.earlier", year=str(year), earlier=str(set_for)))
    lines += standard_card.need_lines(talk, found)
    ways = [
        Button(words.plain("balance.buttons.standard"), pack("standards", "card", year, AidKind.SPRING, "-"))
    ]
    if talk.person.roles & LEADERS:
        ways.append(Button(words.plain("balance.buttons.list"), pack("batch", "new", AidKind.SPRING)))
    return fitted(lines), [ways, back(talk)]


def next_festival(today: date) -> int:
    """The year of the Spring Festival that comes next, today included."""
    festival = festival_on(today.year)
    if festival is None:
        return today.year + ((today.month, today.day) > FESTIVAL_OVER)
    return today.year + (today > festival)
