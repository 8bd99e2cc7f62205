"""A month of the ledger on a card: what it came to, its entries newest first, and the ways onwards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.buttons import Button, columns, number, pack
from bot.chat.screens.parts.pages import clipped, fitted, label, turning
from bot.texts import formats
from storage.aid_codes import EntryKind
from storage.oversight import trails

if TYPE_CHECKING:
    from datetime import date

    from bot.buttons import Keyboard
    from bot.chat.talk import Talk
    from storage.oversight.entries import EntryRow
    from storage.oversight.periods import Period

ROUTE = "audit"
PAGE = 8
FIRST_YEAR, MONTHS = 2000, 12
# 2017-09, 2017 年 9 月, 9 月: digits, and whatever stands between and behind them.
_TYPED = re.compile(r"(?:(\d{4})\D{0,4})?(\d{1,2})\D{0,3}")


def typed(text: str, today: date) -> int:
    """The month that was typed, as 201709: 2017-09, 2017年9月, 9月; the present one where it is none."""
    found = _TYPED.fullmatch(text.strip())
    this = today.year * 100 + today.month
    if found is None or not 1 <= int(found[2]) <= MONTHS:
        return this
    return known(int(found[1] or today.year) * 100 + int(found[2]), today)


def known(month: int, today: date) -> int:
    """A month that can be shown: none before the first, none to come."""
    this = today.year * 100 + today.month
    return month if FIRST_YEAR * 100 < month <= this and 1 <= month % 100 <= MONTHS else this


def draw(talk: Talk, month: int, page: int) -> tuple[str, Keyboard]:
    """A page of a month's entries; the look is audited. Refuses NotAllowed."""
    year, place = divmod(known(month, talk.today), 100)
    found, rows = trails.month(talk.tx, talk.person, year, place, limit=PAGE, offset=page * PAGE)
    if not rows and page:
        page = 0
        found, rows = trails.month(talk.tx, talk.person, year, place, limit=PAGE, offset=0)
    lines = [*_head(talk, found), *(_line(talk, one, found) for one in rows)]
    entries = [
        Button(label(_short(one)), pack(ROUTE, "open", one.id, year * 100 + place, page)) for one in rows
    ]
    turns = turning(
        page,
        more=(page + 1) * PAGE < found.count,
        data=lambda to: pack(ROUTE, "month", year * 100 + place, to),
    )
    return fitted(lines), [*columns(entries), turns, _months(talk, year, place), *_ways(talk, year, place)]


def name(talk: Talk, year: int, place: int) -> str:
    """2017 年 9 月."""
    return talk.words.plain("audit.month", year=year, month=talk.words.plain(f"formats.month.{place}"))


def what(talk: Talk, one: EntryRow) -> str:
    """发放 · 生活救助, 上年结转, 冲销 · 医疗救助."""
    plain = talk.words.plain
    if one.income_kind is not None:
        return plain(f"codes.income.{one.income_kind}")
    told = [plain(f"codes.entry.{one.kind}")]
    if one.aid_kind is not None:
        told.append(plain(f"codes.aid.{one.aid_kind}"))
    return " · ".join(told)


def signed(fen: int) -> str:
    """+1,500.00 or -1,500.00."""
    return f"{'+' if fen > 0 else ''}{formats.amount(fen)}"


def _head(talk: Talk, found: Period) -> list[str]:
    words = talk.words
    head = words.say("audit.title", month=name(talk, found.first.year, found.first.month), count=found.count)
    told = {
        "opening": formats.amount(found.opening_fen),
        "income": formats.amount(found.income_fen - found.retracted_fen),
        "paid": formats.amount(found.paid_fen - found.returned_fen),
        "closing": formats.amount(found.closing_fen),
    }
    lines = [head, words.say("audit.sums", **told)]
    return [*lines, "" if found.count else words.say("audit.no_entries")]


def _line(talk: Talk, one: EntryRow, found: Period) -> str:
    """9 月 4 日 -1,800.00 发放 · 医疗救助 · 凤芳 · 凭证 2017-000012."""
    told = [what(talk, one)]
    if one.household is not None:
        told.append(clipped(one.household))
    if one.voucher_no:
        told.append(talk.words.plain("audit.voucher", number=clipped(one.voucher_no)))
    if one.is_emergency and one.kind == EntryKind.PAYMENT:
        told.append(talk.words.plain("audit.emergency"))
    day = formats.day(talk.words, one.happened_on, found.first)
    return talk.words.say("audit.line", day=day, amount=signed(one.amount_fen), what=" · ".join(told))


def _short(one: EntryRow) -> str:
    """What tells an entry on a button."""
    amount = signed(one.amount_fen)
    return f"{amount} {one.household}" if one.household is not None else amount


def _months(talk: Talk, year: int, place: int) -> list[Button]:
    """The month before, and the one after where it has begun."""
    before = (year - 1) * 100 + MONTHS if place == 1 else year * 100 + place - 1
    after = (year + 1) * 100 + 1 if place == MONTHS else year * 100 + place + 1
    return [
        Button(
            f"‹ {name(talk, *divmod(one, 100))}" if one == before else f"{name(talk, *divmod(one, 100))} ›",
            data,
        )
        for one in (before, after)
        if known(one, talk.today) == one and (data := pack(ROUTE, "month", one, 0))
    ]


def _ways(talk: Talk, year: int, place: int) -> list[list[Button]]:
    plain, month = talk.words.plain, year * 100 + place
    return [
        [
            Button(plain("audit.buttons.exceptions"), pack(ROUTE, "exceptions", year, 0)),
            Button(plain("audit.buttons.check"), pack(ROUTE, "check")),
        ],
        [
            Button(plain("audit.buttons.book"), pack(ROUTE, "book", month)),
            Button(plain("audit.buttons.notice"), pack("notice", "show")),
        ],
    ]


def of_part(part: str, today: date) -> int:
    """The month that a button carried."""
    return known(number(part), today)
