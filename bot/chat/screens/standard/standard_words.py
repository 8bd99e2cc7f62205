"""A standard in words: what it says, since when, and how what is typed becomes one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.chat.screens.parts import amounts
from bot.chat.screens.parts.pages import clipped
from bot.texts import formats
from storage import rules
from storage.aid_codes import AidKind
from storage.codes import Category
from storage.money.standards import Standard

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from bot.texts.catalogue import Words
    from storage.budgets.standard_book import Norm

# What of a standard can be set by itself.
AMOUNT, BAND, CAP, NOTHING = "amount", "band", "cap", "none"
PARTS = (AMOUNT, BAND, CAP)


def name(words: Words, kind: AidKind, category: str = "") -> str:
    """春节慰问, or 春节慰问（特别困难）."""
    said = words.plain(f"codes.aid.{kind}")
    if not category:
        return said
    return words.plain("standards.of_category", kind=said, category=words.plain(f"codes.category.{category}"))


def sentence(words: Words, kind: AidKind, standard: Standard) -> str:
    """每人 1,000.00 元，限特别困难、长期困难."""
    said = [one for one in (_at_a_time(words, standard), _cap(words, standard)) if one]
    if not said:
        return words.plain("standards.said.unset" if kind == AidKind.SPRING else "standards.said.free")
    if kind == AidKind.ANNUAL:
        may = [words.plain(f"codes.category.{one}") for one in Category if one in rules.ANNUAL_FOR]
        said.append(words.plain("standards.said.only", categories=formats.listed(words, may)))
    return words.plain("standards.comma").join(said)


def since(talk: Talk, norm: Norm, year: int) -> str:
    """Who set it and when, from which year it comes, or that it is the default."""
    words, standard = talk.words, norm.standard
    if standard.set_for is None:
        is_ours = standard != Standard()
        return words.plain("standards.since.default") if is_ours else ""
    if standard.set_for < year:
        return words.plain("standards.since.earlier", year=str(standard.set_for))
    if norm.set_by_name is None or norm.set_at is None:
        return words.plain("standards.since.imported")
    day = formats.day(words, norm.set_at.astimezone(talk.tx.zone).date(), talk.today)
    return words.plain("standards.since.set", name=clipped(norm.set_by_name), day=day)


def changed(now: Standard, part: str, given: str) -> Standard | None:
    """The standard with that part set anew; None when what was given is none.

    `given` is as a button carries it: fen, two of them with a hyphen, 0 for no cap.
    """
    if part == NOTHING:
        return Standard()
    if part == BAND:
        low, high = (amounts.packed(one) for one in (*given.split("-"), "", "")[:2])
        if low is None or high is None or given.count("-") != 1:
            return None
        return replace(now, amount_fen=None, lowest_fen=low, highest_fen=high, set_for=None)
    fen = amounts.packed(given)
    if fen is None or part not in PARTS:
        return None
    if part == CAP:
        return replace(now, cap_fen=fen or None, set_for=None)
    return replace(now, amount_fen=fen, lowest_fen=None, highest_fen=None, set_for=None)


def typed(words: Words, part: str, text: str) -> str | None:
    """What was typed, as a button would carry it; None when it is no amount, or no two."""
    if part != BAND:
        if part == CAP and text.strip() in words.plain("standards.no_cap").split():
            return "0"
        fen = amounts.typed(text)
        return None if fen is None else str(fen)
    for mark in words.plain("standards.band_marks").split():
        ends = [amounts.typed(one) for one in text.split(mark)]
        if len(ends) == 2 and None not in ends:  # noqa: PLR2004 - from, and up to
            return "-".join(str(one) for one in ends)
    return None


def _at_a_time(words: Words, standard: Standard) -> str:
    low, high = standard.lowest_fen, standard.highest_fen
    if standard.amount_fen is not None:
        return words.plain("standards.said.amount", amount=formats.money(words, standard.amount_fen))
    if high is not None:
        key = "band" if low else "highest"
        return words.plain(
            f"standards.said.{key}", lowest=formats.amount(low or 0), highest=formats.money(words, high)
        )
    return words.plain("standards.said.lowest", lowest=formats.money(words, low)) if low else ""


def _cap(words: Words, standard: Standard) -> str:
    if standard.cap_fen is None:
        return ""
    return words.plain("standards.said.cap", cap=formats.money(words, standard.cap_fen))
