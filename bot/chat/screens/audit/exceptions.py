"""Every rule that was gone beyond and every emergency of a year, by name; each opens its trail."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bot.buttons import Button, columns, pack, short_id
from bot.chat.screens.aid import aid_course
from bot.chat.screens.audit.months import FIRST_YEAR, ROUTE
from bot.chat.screens.parts.pages import clipped, fitted, label, turning
from bot.texts import formats
from storage import audit
from storage.oversight import overrides, trails

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.oversight.overrides import Override

PAGE = 8
REASON_CHARACTERS = 120


def draw(talk: Talk, year: int, page: int) -> tuple[str, Keyboard]:
    """A page of a year's exceptions, the newest first; the look is audited. Refuses NotAllowed."""
    trails.require(talk.person)
    year = year if FIRST_YEAR <= year <= talk.today.year else talk.today.year
    subject = f"union:{talk.person.union_id}"
    audit.record(talk.tx, person_id=talk.person.id, act="exceptions.view", subject=subject, year=year)
    found = _read(talk, year, page)
    if not found and page:
        page = 0
        found = _read(talk, year, page)
    shown = found[:PAGE]
    lines = [talk.words.say("audit.exceptions.title", year=str(year))]
    lines += [_line(talk, one) for one in shown] or [talk.words.say("audit.exceptions.none")]
    opening = [
        Button(label(f"{one.number} {one.household or ''}"), pack(ROUTE, "aid", short_id(one.aid_id), year))
        for one in shown
        if one.aid_id is not None
    ]
    turns = turning(page, more=len(found) > PAGE, data=lambda to: pack(ROUTE, "exceptions", year, to))
    return fitted(lines), [*columns(_once(opening)), turns, _years(talk, year), [_back(talk)]]


def _read(talk: Talk, year: int, page: int) -> list[Override]:
    return overrides.overrides(
        talk.tx,
        talk.person.union_id,
        talk.person,
        date(year, 1, 1),
        date(year, 12, 31),
        limit=PAGE + 1,
        offset=page * PAGE,
    )


def _line(talk: Talk, one: Override) -> str:
    words = talk.words
    told = words.say(
        "audit.exceptions.line",
        at=formats.moment(words, one.done_at, talk.tx.zone, talk.today),
        person=aid_course.person(talk, one.person, one.for_person),
        rule=formats.listed(words, [formats.rule(words, guard) for guard, _ in one.rules]),
        number=one.number,
        name=clipped(one.household or words.plain("audit.nothing")),
        kind=words.plain(f"codes.aid.{one.kind}"),
        amount=formats.amount(one.amount_fen),
    )
    reasons = dict.fromkeys(reason for _, reason in one.rules if reason)
    more = [
        words.say("audit.exceptions.reason", reason=clipped(reason, REASON_CHARACTERS)) for reason in reasons
    ]
    return "\n".join([told, *more, *_papers(talk, one)])


def _papers(talk: Talk, one: Override) -> list[str]:
    """Of an emergency: whether its papers are there, or until when they are to be."""
    words = talk.words
    if not one.is_emergency:
        return []
    if one.filed_on is not None:
        filed = "audit.exceptions.filed" if one.papers else "audit.exceptions.filed_bare"
        return [words.say(filed, day=formats.day(words, one.filed_on, talk.today))]
    if one.file_by is None:
        return []
    late = "audit.exceptions.not_filed" if one.file_by < talk.today else "audit.exceptions.file_by"
    return [words.say(late, day=formats.day(words, one.file_by, talk.today))]


def _once(buttons: list[Button]) -> list[Button]:
    """One button for a piece of aid with which several people went beyond rules."""
    return list({button.data: button for button in buttons}.values())


def _years(talk: Talk, year: int) -> list[Button]:
    years = [(f"‹ {year - 1}", year - 1), (f"{year + 1} ›", year + 1)]
    return [
        Button(said, pack(ROUTE, "exceptions", one, 0))
        for said, one in years
        if FIRST_YEAR <= one <= talk.today.year
    ]


def _back(talk: Talk) -> Button:
    return Button(talk.words.plain("audit.buttons.back"), pack(ROUTE, "month", 0, 0))
