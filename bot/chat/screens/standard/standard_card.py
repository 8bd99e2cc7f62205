"""The standards of a year as a list, one of them as a card, and what a change of it would mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack
from bot.chat.screens.parts.pages import clipped, fitted
from bot.chat.screens.standard import standard_words
from bot.chat.screens.standard.standard_words import AMOUNT, BAND, CAP, NOTHING
from bot.texts import formats
from storage.aid_codes import AidKind
from storage.budgets import needs, standard_book
from storage.budgets.standard_book import FIRST_YEAR, KINDS, UNDO_WITHIN
from storage.codes import Category

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.budgets.needs import Need
    from storage.budgets.standard_book import Book, Change
    from storage.money.standards import Standard

ROUTE = "standards"
# In a button: every category.
ALL = "-"
# How far from what holds the amounts lie that are worth a button.
STEPS_FEN = (-500_00, 200_00, 500_00, 1_000_00)
FIRST_FEN = (1_000_00, 1_500_00, 2_000_00)
YEARS_SHOWN = 6


def listing(talk: Talk, book: Book) -> tuple[str, Keyboard]:
    """Every kind with what holds in the year, a line each, and the years before and after."""
    words, year = talk.words, book.year
    lines = [words.say("standards.title", year=str(year))]
    for norm in book.norms:
        said = standard_words.sentence(words, norm.kind, norm.standard)
        since = standard_words.since(talk, norm, year)
        what = standard_words.name(words, norm.kind, norm.category)
        lines.append(
            words.say(
                "standards.line_since" if since else "standards.line", what=what, said=said, since=since
            )
        )
    if not book.may_change:
        lines.append(words.say("standards.read_only" if year >= talk.today.year else "standards.past"))
    cards = [Button(standard_words.name(words, kind), pack(ROUTE, "card", year, kind, ALL)) for kind in KINDS]
    years = []
    if year > FIRST_YEAR:
        years.append(Button(f"‹ {year - 1}", pack(ROUTE, "list", year - 1)))
    if year <= talk.today.year:
        years.append(Button(f"{year + 1} ›", pack(ROUTE, "list", year + 1)))
    return fitted(lines), [*columns(cards), years]


def card(talk: Talk, book: Book, kind: AidKind, category: str, *, done: str = "") -> tuple[str, Keyboard]:
    """One kind: what holds, what that needs, what held in other years, and who changed it."""
    words, year = talk.words, book.year
    norm = book.of(kind, category)
    history = standard_book.history(talk.tx, talk.person, year, kind, category)
    said = standard_words.sentence(words, kind, norm.standard)
    since = standard_words.since(talk, norm, year)
    lines = [words.say(f"standards.{done}")] if done else []
    lines.append(words.say("standards.card", what=standard_words.name(words, kind, category), year=str(year)))
    lines.append(words.say("standards.now_since" if since else "standards.now", said=said, since=since))
    lines += need_lines(talk, needs.need(talk.tx, talk.person, kind, book))
    lines += _other_years(talk, kind, year)
    lines += _history(talk, kind, history)
    keyboard = _changes(talk, book, kind, category, history) if book.may_change else []
    back = Button(words.plain("standards.buttons.back"), pack(ROUTE, "list", year))
    return fitted(lines), [*keyboard, [back]]


def preview(
    talk: Talk, book: Book, kind: AidKind, category: str, part: str, given: str
) -> tuple[str, Keyboard] | None:
    """What would hold and what it would mean, with nothing changed yet; None when what was given is none."""
    words, now = talk.words, book.of(kind, category).standard
    wanted = standard_words.changed(now, part, given)
    if wanted is None:
        return None
    standard_book.check(talk.tx, book.year, kind, category, wanted)
    if part == NOTHING:
        tried = standard_book.without(talk.tx, talk.person, book, kind, category)
    else:
        tried = standard_book.with_standard(book, kind, category, wanted)
    lines = [
        words.say("standards.preview", what=standard_words.name(words, kind, category), year=str(book.year)),
        standard_words.sentence(words, kind, now),
        words.say(
            "standards.preview_to",
            said=standard_words.sentence(words, kind, tried.of(kind, category).standard),
        ),
        *_meaning(talk, book, tried, kind),
    ]
    if wanted.cap_fen is not None and wanted.cap_fen != now.cap_fen:
        count = needs.at_cap(talk.tx, talk.person, kind, book.year, wanted.cap_fen)
        lines.append(words.say("standards.at_cap", count=count, year=str(book.year)))
    lines.append(words.say("standards.holds_for"))
    key = (book.year, kind, category or ALL)
    row = [
        Button(words.plain("standards.buttons.confirm"), pack(ROUTE, "set", *key, part, given)),
        Button(words.plain("standards.buttons.keep"), pack(ROUTE, "card", *key)),
    ]
    return fitted(lines), [row]


def need_lines(talk: Talk, need: Need, *, own_money: bool = True) -> list[str]:
    """60 人 × 2,000.00 = 120,000.00 元, and whether there is enough; no line where no amount is set.

    `own_money`: of the company's fund; other money has no balance here.
    """
    if not need.people:
        return []
    words, figures = talk.words, need.figures
    each = {one.amount_fen for one in need.lines if one.amount_fen}
    whole = formats.money(words, need.sum_fen)
    if len(each) == 1:
        one = formats.amount(each.pop())
        lines = [words.say("standards.need.one", count=need.people, amount=one, sum=whole)]
    else:
        parts = [
            words.plain(
                "standards.need.part",
                category=words.plain(f"codes.category.{one.category}"),
                count=one.people,
                amount=formats.amount(one.amount_fen or 0),
            )
            for one in need.lines
            if one.amount_fen
        ]
        lines = [words.say("standards.need.many", count=need.people, parts=" + ".join(parts), sum=whole)]
    if need.had:
        left = formats.money(words, need.left_fen)
        lines.append(words.say("standards.need.had", count=need.had, left=left))
    if not own_money:
        return lines
    key = "lacks" if need.lacks_fen else "enough"
    budget = (
        "" if figures.budget_fen is not None else words.plain("standards.need.no_budget", year=str(need.year))
    )
    lines.append(
        words.say(
            f"standards.need.{key}",
            available=formats.money(words, figures.available_fen),
            lacks=formats.money(words, need.lacks_fen),
            budget=budget,
        )
    )
    return lines


def _meaning(talk: Talk, book: Book, tried: Book, kind: AidKind) -> list[str]:
    after = needs.need(talk.tx, talk.person, kind, tried)
    more_fen = after.sum_fen - needs.need(talk.tx, talk.person, kind, book).sum_fen
    lines = need_lines(talk, after)
    if lines and more_fen:
        key = "more" if more_fen > 0 else "less"
        difference = formats.money(talk.words, abs(more_fen))
        lines.insert(1, talk.words.say(f"standards.need.{key}", difference=difference))
    return lines


def _other_years(talk: Talk, kind: AidKind, year: int) -> list[str]:
    words = talk.words
    known = standard_book.amounts_by_year(talk.tx, talk.person, kind)
    told = [
        words.plain("standards.of_year", year=str(one), amount=formats.amount(fen))
        for one, fen in known[-YEARS_SHOWN:]
        if one != year
    ]
    return [words.say("standards.other_years", years=" · ".join(told))] if told else []


def _history(talk: Talk, kind: AidKind, history: list[Change]) -> list[str]:
    words, zone = talk.words, talk.tx.zone
    lines = []
    for one in history:
        day = formats.day(words, one.set_at.astimezone(zone).date(), talk.today)
        who = clipped(one.set_by_name) if one.set_by_name else words.plain("standards.since.imported")
        said = words.plain("standards.taken_back")
        if standard_book.says_anything(one.standard):
            said = standard_words.sentence(words, kind, one.standard)
        lines.append(words.say("standards.history_line", day=day, name=who, said=said))
    return [words.say("standards.history"), *lines] if lines else []


def _changes(
    talk: Talk, book: Book, kind: AidKind, category: str, history: list[Change]
) -> list[list[Button]]:
    words, year = talk.words, book.year
    key = (year, kind, category or ALL)
    now = book.of(kind, category).standard
    quick = [Button(formats.amount(fen), pack(ROUTE, "try", *key, AMOUNT, fen)) for fen in _quick(kind, now)]
    parts = [
        Button(words.plain(f"standards.buttons.{part}"), pack(ROUTE, "type", *key, part))
        for part in (AMOUNT, BAND, CAP)
    ]
    others = []
    if not category:
        others.append(
            Button(words.plain("standards.buttons.categories"), pack(ROUTE, "categories", year, kind))
        )
    if history and standard_book.says_anything(history[0].standard):
        others.append(Button(words.plain("standards.buttons.reset"), pack(ROUTE, "try", *key, NOTHING)))
    if history and history[0].set_by_name and talk.tx.now - history[0].set_at <= UNDO_WITHIN:
        others.append(Button(words.plain("standards.buttons.undo"), pack(ROUTE, "undo", *key, history[0].id)))
    return [quick, parts, others]


def _quick(kind: AidKind, now: Standard) -> list[int]:
    if now.amount_fen is not None:
        return [now.amount_fen + step for step in STEPS_FEN if now.amount_fen + step > 0]
    return list(FIRST_FEN) if kind in (AidKind.SPRING, AidKind.ANNUAL) else []


def categories(talk: Talk, book: Book, kind: AidKind) -> tuple[str, Keyboard]:
    """Whose category is to have something of its own?"""
    words = talk.words
    counts = needs.on_file(talk.tx, talk.person)
    buttons = [
        Button(
            words.plain(
                "standards.category_line",
                category=words.plain(f"codes.category.{one}"),
                count=counts.get(one, 0),
            ),
            pack(ROUTE, "card", book.year, kind, one),
        )
        for one in Category
    ]
    back = Button(words.plain("standards.buttons.back"), pack(ROUTE, "card", book.year, kind, ALL))
    asked = words.say("standards.which_category", what=standard_words.name(words, kind))
    return asked, [*columns(buttons, 1), [back]]
