"""Numbers and amounts as people type them: 1,500 · １５００ · 一千五 · 1.5万 · 两块五."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.forms.wording import folded

_DIGITS = {mark: value for value, mark in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "k": 1000, "w": 10_000, "万": 10_000, "亿": 100_000_000}
_PLAIN = re.compile(r"(\d+(?:\.\d+)?|\.\d+)(?:(十|百|千|万|亿|k|w)(\d*))?")
_GROUPED = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")
_MONEY_MARKS = ("人民币", "rmb", "cny", "yuan", "¥", "元整", "元", "块钱", "块", "圆")
_LONGEST = 40


def read_number(text: str) -> Decimal | None:
    """The number typed, or None if it is none. Never negative."""
    plain = _GROUPED.sub("", folded(text)).replace(" ", "")
    if not plain or len(plain) > _LONGEST:
        return None
    found = _PLAIN.fullmatch(plain)
    if found is not None:
        return _plain(found)
    return _chinese(plain)


def _plain(found: re.Match[str]) -> Decimal:
    """1500, 1.5万, and 1万5 (where the 5 counts thousands)."""
    number, unit, rest = found.groups()
    if unit is None:
        return Decimal(number)
    tail = Decimal(rest) * _UNITS[unit] / 10 ** len(rest) if rest else Decimal(0)
    return Decimal(number) * _UNITS[unit] + tail


def _chinese(text: str) -> Decimal | None:
    """一千五百, 一千五 (the last digit counts the next smaller unit), 二〇一七, 三点五, 十二万."""
    whole, point, part = text.partition("点")
    value = _whole(whole)
    if value is None or not point:
        return value
    if not part or any(mark not in _DIGITS for mark in part):
        return None
    return value + Decimal("0." + "".join(str(_DIGITS[mark]) for mark in part))


def _whole(text: str) -> Decimal | None:
    if not text or any(mark not in _DIGITS and mark not in _UNITS for mark in text):
        return None
    if all(mark in _DIGITS for mark in text):
        return Decimal("".join(str(_DIGITS[mark]) for mark in text))
    for big in ("亿", "万"):
        high, found, low = text.rpartition(big)
        if found:
            return _joined(high, low, _UNITS[big])
    return _below_ten_thousand(text)


def _joined(high: str, low: str, unit: int) -> Decimal | None:
    """The parts before and after 万 or 亿; 三万五 means 35,000."""
    above = _whole(high)
    if above is None:
        return None
    if not low:
        return above * unit
    if low in _DIGITS and low not in "零〇":
        return above * unit + Decimal(_DIGITS[low] * unit // 10)
    below = _whole(low.lstrip("零〇"))
    return None if below is None else above * unit + below


def _below_ten_thousand(text: str) -> Decimal | None:
    total, digit, last_unit, gap = 0, 0, 0, False
    for mark in text:
        if mark in _DIGITS:
            gap = gap or _DIGITS[mark] == 0
            digit = _DIGITS[mark]
            continue
        unit = _UNITS[mark]
        if last_unit and unit >= last_unit:
            return None
        total += (digit or 1) * unit
        digit, last_unit = 0, unit
    if digit and not gap and last_unit > 10:  # noqa: PLR2004 - 一千五, but not 十五
        return Decimal(total + digit * last_unit // 10)
    return Decimal(total + digit)


def read_fen(text: str) -> Decimal | None:
    """The amount typed in yuan, as fen; a fraction of a fen is left for the caller to refuse."""
    plain = folded(text).replace(" ", "")
    for mark in _MONEY_MARKS:
        if plain.startswith(mark):
            plain = plain.removeprefix(mark)
            break
    yuan, small = _split_small(plain)
    if small is None:
        return None
    value = read_number(_unmarked(yuan)) if yuan else Decimal(0)
    if value is None or not (yuan or small):
        return None
    return value * 100 + small


def _unmarked(text: str) -> str:
    for mark in _MONEY_MARKS:
        if text.endswith(mark):
            return text.removesuffix(mark)
    return text


_SMALL = re.compile(
    r"(?P<yuan>.*(?:元|块|圆))(?:(?P<jiao>[\d一二两三四五六七八九])[角毛]?)?(?:(?P<fen>[\d一二两三四五六七八九])分)?"
)


def _split_small(text: str) -> tuple[str, Decimal | None]:
    """What stands before 元, and the 角 and 分 after it as fen: 两块五 → (两块, 50)."""
    found = _SMALL.fullmatch(text)
    if found is None:
        return text, Decimal(0)
    return found["yuan"], _digit(found["jiao"]) * 10 + _digit(found["fen"])


def _digit(mark: str | None) -> Decimal:
    if mark is None:
        return Decimal(0)
    return Decimal(mark) if mark.isdecimal() else Decimal(_DIGITS[mark])
