"""公示: a quarter's income and spending for everybody to read: looked at first, then published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.buttons import Button, columns, number, pack, short_id
from bot.chat.screens.parts.access import require
from bot.chat.screens.parts.pages import clipped, fitted, told_apart
from bot.texts import formats
from storage import audit
from storage.columns import new_id
from storage.errors import NotFound
from storage.oversight import publicity
from storage.oversight.readers import OVERSEERS, PUBLISHERS
from storage.post import outbox

if TYPE_CHECKING:
    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.oversight.publicity import Notice

ROUTE = "notice"
READERS = PUBLISHERS | OVERSEERS
QUARTERS_OFFERED = 5
DIGEST_CHARACTERS = 12
MONTHS_A_QUARTER = 3


def show(talk: Talk, argument: str = "") -> None:
    """Which quarters there are, and what was published last."""
    del argument
    require(talk, READERS)
    talk.say(*_list(talk))


def tapped(talk: Talk, parts: tuple[str, ...]) -> None:
    """A quarter, its preview, or a step of publishing it. Refuses NotFound for one that has not begun."""
    require(talk, READERS)
    verb, (first, second, third, *_) = told_apart(parts)
    year, quarter = number(first), number(second)
    if verb == "card":
        talk.replace(*_card(talk, year, quarter))
    elif verb == "preview":
        _preview(talk, year, quarter)
    elif verb == "ask":
        talk.replace(*_ask(talk, year, quarter))
    elif verb == "yes":
        _publish(talk, year, quarter, third)
    elif verb == "show":
        talk.say(*_list(talk))
    else:
        talk.replace(*_list(talk))


def _list(talk: Talk) -> tuple[str, Keyboard]:
    words = talk.words
    lines = [words.say("notice.screen.which"), *_published(talk)]
    year, quarter = talk.today.year, (talk.today.month - 1) // MONTHS_A_QUARTER + 1
    periods = []
    for _ in range(QUARTERS_OFFERED):
        periods.append((year, quarter))
        year, quarter = (year, quarter - 1) if quarter > 1 else (year - 1, publicity.QUARTERS)
    periods += [(talk.today.year - 1, 0), (talk.today.year, 0)]
    buttons = [Button(_name(talk, *one), pack(ROUTE, "card", *one)) for one in periods]
    return fitted(lines), columns(buttons)


def _published(talk: Talk) -> list[str]:
    words = talk.words
    found = publicity.published(talk.tx, talk.person.union_id)
    if not found:
        return ["", words.say("notice.screen.none_published")]
    told = [
        words.say(
            "notice.screen.published",
            at=formats.moment(words, one.published_at, talk.tx.zone, talk.today),
            period=_name(talk, one.year, one.quarter),
            person=clipped(one.person or words.plain("notice.screen.shell")),
            digest=one.digest[:DIGEST_CHARACTERS],
        )
        for one in found
    ]
    return ["", words.say("notice.screen.last"), *told]


def _card(talk: Talk, year: int, quarter: int) -> tuple[str, Keyboard]:
    """What the notice will say, in a few lines; whoever may publish can do so from here."""
    words, found = talk.words, publicity.notice(talk.tx, talk.person.union_id, year, quarter)
    period = found.period
    lines = [
        words.say("notice.screen.title", period=_name(talk, year, quarter)),
        words.say(
            "notice.screen.sums",
            opening=formats.amount(period.opening_fen),
            income=formats.amount(period.income_fen - period.retracted_fen),
            paid=formats.amount(period.paid_fen - period.returned_fen),
            closing=formats.amount(period.closing_fen),
        ),
        words.say(
            "notice.screen.given",
            times=sum(one.times for one in found.sums),
            amount=formats.money(words, sum(one.fen for one in found.sums)),
        ),
        *_warnings(talk, found),
    ]
    ways = [Button(words.plain("notice.screen.buttons.preview"), pack(ROUTE, "preview", year, quarter))]
    if talk.person.roles & PUBLISHERS:
        ways.append(Button(words.plain("notice.screen.buttons.publish"), pack(ROUTE, "ask", year, quarter)))
    return fitted(lines), [ways, [Button(words.plain("notice.screen.buttons.back"), pack(ROUTE, "list"))]]


def _warnings(talk: Talk, found: Notice) -> list[str]:
    """What somebody should know before it hangs on the wall."""
    words = talk.words
    lines = []
    if found.complaints_phone:
        lines.append(words.say("notice.screen.phone", phone=found.complaints_phone))
    else:
        lines.append(words.say("notice.screen.no_phone"))
    if found.is_running:
        lines.append(words.say("notice.screen.running", day=formats.day(words, found.until, talk.today)))
    return lines


def _preview(talk: Talk, year: int, quarter: int) -> None:
    """The page as it would be published, marked as a preview."""
    publicity.notice(talk.tx, talk.person.union_id, year, quarter)
    _record(talk, "notice.preview", year, quarter)
    talk.toast(talk.words.plain("notice.screen.making"))
    caption = talk.words.say("notice.screen.preview", period=_name(talk, year, quarter))
    talk.document("notice", {"year": year, "quarter": quarter}, caption)


def _ask(talk: Talk, year: int, quarter: int) -> tuple[str, Keyboard]:
    require(talk, PUBLISHERS)
    words, found = talk.words, publicity.notice(talk.tx, talk.person.union_id, year, quarter)
    text = [words.say("notice.screen.really", period=_name(talk, year, quarter)), *_warnings(talk, found)]
    yes = pack(ROUTE, "yes", year, quarter, short_id(new_id()))
    return fitted(text), [
        [
            Button(words.plain("notice.screen.buttons.yes"), yes),
            Button(words.plain("notice.screen.buttons.no"), pack(ROUTE, "card", year, quarter)),
        ]
    ]


def _publish(talk: Talk, year: int, quarter: int, mark: str) -> None:
    """Publish it: once for each time that it was asked."""
    require(talk, PUBLISHERS)
    if not mark:
        raise NotFound
    key = f"notice:{talk.person.id}:{mark}"
    words = talk.words
    if outbox.is_known(talk.tx, key):
        talk.toast(words.plain("notice.screen.published_already"))
        return
    figures = publicity.begin(talk.tx, talk.person, year, quarter)
    period = _name(talk, year, quarter)
    talk.toast(words.plain("notice.screen.making"))
    talk.replace(*_card(talk, year, quarter))
    talk.document("notice_published", figures, words.say("notice.screen.done", period=period), key=key)


def _name(talk: Talk, year: int, quarter: int) -> str:
    return talk.words.plain(f"notice.period.{quarter}", year=year)


def _record(talk: Talk, act: str, year: int, quarter: int) -> None:
    subject = f"union:{talk.person.union_id}"
    audit.record(talk.tx, person_id=talk.person.id, act=act, subject=subject, year=year, quarter=quarter)
