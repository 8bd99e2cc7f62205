"""标准: what is given of each kind in a year; officer and chair change it, and see first what that means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, number, pack
from bot.chat.report import conversation
from bot.chat.screens.parts.access import ANYBODY, require
from bot.chat.screens.parts.pages import told_apart
from bot.chat.screens.standard import standard_card, standard_words
from bot.chat.screens.standard.standard_card import ALL, ROUTE
from bot.chat.screens.standard.standard_words import NOTHING, PARTS
from storage.aid_codes import AidKind
from storage.aid_refusals import BadStandard
from storage.budgets import standard_book
from storage.budgets.standard_book import FIRST_YEAR, KINDS
from storage.codes import Category
from storage.errors import NotAllowed, NotFound
from storage.members import questions

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from storage.budgets.standard_book import Book


def show(talk: Talk, argument: str = "") -> None:
    """This year's standards, or those of the year that is named; a kind by its name."""
    require(talk, ANYBODY)
    said = argument.strip().casefold()
    named = [kind for kind in KINDS if said and said in talk.words.plain(f"codes.aid.{kind}").casefold()]
    book = _book(talk, said)
    if named:
        talk.say(*standard_card.card(talk, book, named[0], ""))
    else:
        talk.say(*standard_card.listing(talk, book))


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A year, a kind, or a step of changing one. Refuses NotFound for what there is not."""
    require(talk, ANYBODY)
    verb, (year, *given) = told_apart(parts)
    book = _book(talk, year)
    questions.forget(talk.tx, talk.person.id)
    if verb in _STEPS:
        _STEPS[verb](talk, book, *_key(given), given[2:])
    elif verb == "categories":
        talk.replace(*standard_card.categories(talk, book, _key(given)[0]))
    else:
        talk.replace(*standard_card.listing(talk, book))


def typed(talk: Talk, argument: str) -> None:
    """An amount, a band or a cap was typed where one was asked for."""
    year, kind_said, category_said, part = (*argument.split(":"), "", "", "", "")[:4]
    book = _book(talk, year)
    kind, category = _key([kind_said, category_said])
    given = standard_words.typed(talk.words, part, talk.incoming.text)
    shown = None
    try:
        if given is not None:
            shown = standard_card.preview(talk, book, kind, category, part, given)
    except BadStandard:
        shown = None
    if shown is None:
        _ask(talk, book, kind, category, [part], notice=talk.words.say("refused.bad_standard"))
    else:
        talk.say(*shown)


def _book(talk: Talk, said: str) -> Book:
    year = number(said) or talk.today.year
    return standard_book.book(talk.tx, talk.person, min(max(year, FIRST_YEAR), talk.today.year + 1))


def _key(given: list[str]) -> tuple[AidKind, str]:
    kind, said = given[:2]
    category = "" if said in ("", ALL) else said
    if kind not in KINDS or category not in ("", *Category):
        raise NotFound(kind=kind)
    return AidKind(kind), category


def _card(talk: Talk, book: Book, kind: AidKind, category: str, given: list[str]) -> None:
    del given
    talk.replace(*standard_card.card(talk, book, kind, category))


def _ask(talk: Talk, book: Book, kind: AidKind, category: str, given: list[str], *, notice: str = "") -> None:
    part = given[0]
    if not book.may_change:
        raise NotAllowed
    if part not in PARTS:
        raise NotFound(part=part)
    conversation.put_aside(talk)
    key = (book.year, kind, category or ALL)
    questions.ask(talk.tx, talk.person.id, ":".join([ROUTE, *map(str, key), part]))
    what = standard_words.name(talk.words, kind, category)
    asked = talk.words.say(f"standards.ask.{part}", what=what, year=str(book.year))
    keep = Button(talk.words.plain("standards.buttons.keep"), pack(ROUTE, "card", *key))
    talk.say(f"{asked}\n⚠️ {notice}" if notice else asked, [[keep]])


def _try(talk: Talk, book: Book, kind: AidKind, category: str, given: list[str]) -> None:
    if not book.may_change:
        raise NotAllowed
    shown = standard_card.preview(talk, book, kind, category, given[0], given[1])
    if shown is None:
        raise BadStandard
    talk.replace(*shown)


def _set(talk: Talk, book: Book, kind: AidKind, category: str, given: list[str]) -> None:
    now = book.of(kind, category).standard
    wanted = standard_words.changed(now, given[0], given[1])
    if wanted is None:
        raise BadStandard
    standard_book.change(talk.tx, talk.person, book.year, kind, category, wanted)
    key = "taken_back_now" if given[0] == NOTHING else "changed"
    talk.replace(*standard_card.card(talk, _book(talk, str(book.year)), kind, category, done=key))


def _undo(talk: Talk, book: Book, kind: AidKind, category: str, given: list[str]) -> None:
    if not standard_book.undo(talk.tx, talk.person, book.year, kind, category, number(given[0])):
        talk.toast(talk.words.plain("chat.gone"))
        return
    talk.replace(*standard_card.card(talk, _book(talk, str(book.year)), kind, category, done="restored"))


_STEPS = {"card": _card, "type": _ask, "try": _try, "set": _set, "undo": _undo}
