"""Money, days and names of things as people write them, per language; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from bot.texts.catalogue import Words

FEN_PER_YUAN = 100


def amount(fen: int) -> str:
    """1500 yuan as `1,500.00`."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{yuan:,}.{rest:02}"


def money(words: Words, fen: int) -> str:
    """1500 yuan as `1,500.00 元` or `¥1,500.00`."""
    return words.plain("formats.money", amount=amount(fen))


def short_money(words: Words, fen: int) -> str:
    """The same on a button: whole yuan without their fen, `1,500 元` or `¥1,500`."""
    return words.plain("formats.money", amount=amount(fen).removesuffix(".00"))


def day(words: Words, when: date, today: date) -> str:
    """A day as `9 月 4 日` or `4 Sep`; the year is said only when it is not this one."""
    key = "formats.day" if when.year == today.year else "formats.day_of_year"
    month = words.plain(f"formats.month.{when.month}")
    return words.plain(key, year=when.year, month=month, day=when.day)


def weekday(words: Words, when: date) -> str:
    """周一 or Mon."""
    return words.plain(f"formats.weekday.{when.isoweekday()}")


def moment(words: Words, instant: datetime, zone: ZoneInfo, today: date) -> str:
    """A day and a time of the union's own zone, to the minute."""
    local = instant.astimezone(zone)
    return words.plain("formats.moment", day=day(words, local.date(), today), time=f"{local:%H:%M}")


def within(words: Words, label: str) -> str:
    """A label as it stands inside a sentence: in English without its capital."""
    return label[:1].lower() + label[1:] if words.language == "en" else label


def listed(words: Words, parts: list[str]) -> str:
    """Several things in a row: `资金、医疗` or `money, medical`."""
    return words.plain("formats.separator").join(parts)


def rule(words: Words, guard: str) -> str:
    """What a rule of aid is called where somebody went beyond it; without one it was an emergency."""
    if not guard:
        return words.plain("audit.rules.emergency")
    key = f"aid.guard.{guard}"
    return words.plain(key if words.has(key) else "audit.rules.other")
