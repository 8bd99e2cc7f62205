"""The notice of income and spending 公示 as one page for everybody: on a wall, on a telephone, at night.

It names nobody in full and needs nothing from anywhere: no script, no picture, no address.
"""

from __future__ import annotations

import html
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.outputs.desk import DoesNotAddUp, file_name
from bot.texts import formats
from storage.aid_codes import EntryKind
from storage.errors import NotAllowed
from storage.oversight import publicity
from storage.oversight.readers import OVERSEERS, PUBLISHERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import BinaryIO

    from bot.outputs.desk import Desk
    from bot.texts.catalogue import Words
    from storage.oversight.publicity import Notice

STYLE = Path(__file__).parent / "notice_page.css"
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
PERCENT = 100


def write(desk: Desk, file: BinaryIO) -> str:
    """Write the notice that was ordered (`year`, `quarter`) and return the file's name.

    One that is published says when, and the end of the audit chain. Refuses NotAllowed to those who may
    neither publish nor oversee, NotFound for a quarter that has not begun.
    """
    if desk.person is not None and not desk.person.roles & (PUBLISHERS | OVERSEERS):
        raise NotAllowed
    year, quarter = int(desk.figures["year"]), int(desk.figures["quarter"])
    found = publicity.notice(desk.tx, desk.union_id, year, quarter)
    title = f"{found.period.union_name} {heading(desk.words, found)}"
    file.writelines(part.encode() for part in _page(desk, found, title))
    return file_name(title, "html")


def heading(words: Words, found: Notice) -> str:
    """2017 年第三季度帮扶资金收支公示."""
    return words.plain("notice.title", period=period_name(words, found.year, found.quarter))


def period_name(words: Words, year: int, quarter: int) -> str:
    """2017 年第三季度, or 2017 年."""
    return words.plain(f"notice.period.{quarter}", year=year)


def _page(desk: Desk, found: Notice, title: str) -> Iterable[str]:
    words = desk.words
    yield f'<!doctype html>\n<html lang="{"zh-CN" if words.language == "zh" else "en"}">\n<head>\n'
    yield '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
    yield '<meta name="robots" content="noindex">\n'
    yield f"<title>{html.escape(title)}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
    yield f"<h1>{html.escape(found.period.union_name)}<br>{html.escape(heading(words, found))}</h1>\n"
    yield _quiet(words.plain("notice.days", first=f"{found.period.first}", last=f"{found.until}"))
    yield _quiet(_standing(desk))
    yield from _fund(words, found)
    yield from _budget(words, found)
    yield from _kinds(words, found)
    yield from _names(desk, found)
    yield from _complaints(words, found)
    head = str(desk.figures.get("audit_head", ""))
    if head:
        yield _quiet(words.plain("notice.audit"))
        yield f"<p><code>{html.escape(head)}</code></p>\n"
    yield "</body>\n</html>\n"


def _standing(desk: Desk) -> str:
    """When it was published; a preview says that it is one."""
    on = desk.figures.get("published_on")
    if on is None:
        return desk.words.plain("notice.preview", day=f"{desk.tx.today}")
    return desk.words.plain("notice.published", day=f"{date.fromisoformat(str(on))}")


def _fund(words: Words, found: Notice) -> Iterable[str]:
    period = found.period
    yield _h2(words.plain("notice.fund"))
    yield _head([words.plain("notice.item"), words.plain("notice.amount")], numbers=1)
    yield _row([words.plain("notice.opening"), formats.amount(period.opening_fen)], numbers=1)
    for one in period.sums:
        if one.kind in {EntryKind.INCOME, EntryKind.OPENING}:
            key = f"codes.income.{one.income_kind}" if one.income_kind else f"codes.entry.{one.kind}"
            yield _row(
                [words.plain("notice.income_of", name=words.plain(key)), formats.amount(one.fen)], numbers=1
            )
    sums = [("income", period.income_fen), ("paid", -period.paid_fen), ("returned", period.returned_fen)]
    sums.append(("retracted", -period.retracted_fen))
    for slug, fen in sums:
        if fen or slug in {"income", "paid"}:
            yield _row([words.plain(f"notice.{slug}"), formats.amount(fen)], numbers=1)
    yield _row([words.plain("notice.closing"), formats.amount(period.closing_fen)], numbers=1, is_sum=True)
    yield "</tbody></table>\n"


def _budget(words: Words, found: Notice) -> Iterable[str]:
    yield _h2(words.plain("notice.budget", year=found.year))
    budget_fen, used_fen = found.period.budget_fen, found.period.budget_paid_fen
    if budget_fen is None or used_fen is None:
        yield _p(words.plain("notice.no_budget"))
        return
    percent = (2 * PERCENT * used_fen + budget_fen) // (2 * budget_fen) if budget_fen else PERCENT
    told = {"budget": formats.money(words, budget_fen), "used": formats.money(words, used_fen)}
    left = formats.money(words, budget_fen - used_fen)
    yield _p(words.plain("notice.budget_used", **told, percent=percent, left=left))


def _kinds(words: Words, found: Notice) -> Iterable[str]:
    yield _h2(words.plain("notice.kinds"))
    if not found.sums:
        yield _p(words.plain("notice.nothing_given"))
        return
    columns = ("kind", "source", "times", "households", "amount")
    yield _head([words.plain(f"notice.{one}") for one in columns], numbers=3)
    for one in found.sums:
        names = [words.plain(f"codes.aid.{one.kind}"), words.plain(f"codes.source.{one.source}")]
        yield _row([*names, str(one.times), str(one.households), formats.amount(one.fen)], numbers=3)
    times, fen = sum(one.times for one in found.sums), sum(one.fen for one in found.sums)
    yield _row([words.plain("notice.sum"), "", str(times), "", formats.amount(fen)], numbers=3, is_sum=True)
    yield "</tbody></table>\n"
    if found.undone_fen:
        undone, company = (formats.money(words, one) for one in (found.undone_fen, found.company_fen))
        yield _quiet(words.plain("notice.undone", undone=undone, company=company))


def _names(desk: Desk, found: Notice) -> Iterable[str]:
    """Everybody who had money, by a masked name."""
    words = desk.words
    total_fen = sum(one.fen for one in found.sums)
    if not total_fen:
        return
    yield _h2(words.plain("notice.names"))
    yield _quiet(words.plain("notice.names_note"))
    columns = ("name", "branch", "kind", "source", "amount")
    yield _head([words.plain(f"notice.{one}") for one in columns], numbers=1)
    for one in publicity.lines(desk.tx, found.period):
        total_fen -= one.fen
        named = [one.name, one.union_name, words.plain(f"codes.aid.{one.kind}")]
        yield _row([*named, words.plain(f"codes.source.{one.source}"), formats.amount(one.fen)], numbers=1)
    if total_fen:
        raise DoesNotAddUp(total_fen)
    yield _row(
        [words.plain("notice.sum"), "", "", "", formats.amount(sum(one.fen for one in found.sums))],
        numbers=1,
        is_sum=True,
    )
    yield "</tbody></table>\n"


def _complaints(words: Words, found: Notice) -> Iterable[str]:
    yield _h2(words.plain("notice.complaints"))
    if found.complaints_phone:
        said = words.plain("notice.phone", phone=found.complaints_phone)
    else:
        said = words.plain("notice.no_phone")
    yield f'<p class="phone">{html.escape(said)}</p>\n'
    yield _quiet(words.plain("notice.overseen"))


def _head(texts: Sequence[str], *, numbers: int) -> str:
    first = len(texts) - numbers
    cells = "".join(
        f'<th scope="col"{_aligned(place >= first)}>{html.escape(text)}</th>'
        for place, text in enumerate(texts)
    )
    return f"<table>\n<thead><tr>{cells}</tr></thead>\n<tbody>\n"


def _row(texts: Sequence[str], *, numbers: int, is_sum: bool = False) -> str:
    """A row whose last `numbers` cells are figures."""
    first = len(texts) - numbers
    cells = "".join(
        f"<td{_aligned(place >= first)}>{html.escape(text)}</td>" for place, text in enumerate(texts)
    )
    opening = '<tr class="sum">' if is_sum else "<tr>"
    return f"{opening}{cells}</tr>\n"


def _aligned(is_number: bool) -> str:  # noqa: FBT001 - a cell's one property
    return ' class="n"' if is_number else ""


def _h2(text: str) -> str:
    return f"<h2>{html.escape(text)}</h2>\n"


def _p(text: str) -> str:
    return f"<p>{html.escape(text)}</p>\n"


def _quiet(text: str) -> str:
    return f'<p class="quiet">{html.escape(text)}</p>\n'


@cache
def _style() -> str:
    return STYLE.read_text(encoding="utf-8")
