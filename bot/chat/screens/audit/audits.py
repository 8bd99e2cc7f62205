"""监督: the ledger month by month for auditor and chair, down to every entry's whole trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import long_id, number
from bot.chat.screens.audit import exceptions, months, trail_card
from bot.chat.screens.audit.months import ROUTE
from bot.chat.screens.parts.pages import page_of, told_apart
from storage import audit
from storage.oversight import trails

if TYPE_CHECKING:
    from bot.chat.talk import Talk

__all__ = ["ROUTE", "show", "tapped"]


def show(talk: Talk, argument: str = "") -> None:
    """This month, or the one that is named."""
    talk.say(*months.draw(talk, months.typed(argument, talk.today), 0))


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """Another month or page, an entry, an exception, a file. Refuses NotAllowed, NotFound."""
    trails.require(talk.person)
    verb, (first, second, third, *_) = told_apart(parts)
    if verb == "open":
        talk.replace(*trail_card.of_entry(talk, number(first), second, third))
    elif verb == "aid":
        talk.replace(*trail_card.of_aid(talk, long_id(first), second))
    elif verb == "looks":
        talk.replace(*trail_card.looks(talk, long_id(first), page_of(second)))
    elif verb == "pictures":
        trail_card.pictures(talk, long_id(first))
    elif verb == "exceptions":
        talk.replace(*exceptions.draw(talk, number(first), page_of(second)))
    elif verb == "check":
        _check(talk)
    elif verb == "book":
        _book(talk, months.of_part(first, talk.today))
    else:
        talk.replace(*months.draw(talk, months.of_part(first, talk.today), page_of(second)))


def _check(talk: Talk) -> None:
    """Every sum and chain, beside everything else: what is found is said when it is."""
    audit.record(
        talk.tx, person_id=talk.person.id, act="ledger.check", subject=f"union:{talk.person.union_id}"
    )
    talk.toast(talk.words.plain("audit.checking"))
    talk.find_out("check", {})


def _book(talk: Talk, month: int) -> None:
    """The month as a workbook."""
    year, place = divmod(month, 100)
    subject = f"union:{talk.person.union_id}"
    audit.record(
        talk.tx, person_id=talk.person.id, act="ledger.book", subject=subject, year=year, month=place
    )
    talk.toast(talk.words.plain("audit.making"))
    caption = talk.words.say("audit.book", month=months.name(talk, year, place))
    talk.document("month", {"year": year, "month": place}, caption)
