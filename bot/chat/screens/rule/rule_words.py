"""A union's rules in words: what each is called, what it does, its value, and who set it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.chat.screens.parts.pages import clipped
from bot.texts import formats
from storage.rulebook.policy import KEYS
from storage.rules import FROM_TERM_START

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, tzinfo

    from bot.texts.catalogue import Words
    from storage.due.policies import Setting

# The rules as people look for them; what a cadre may read concerns visits alone.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "visits": (
        *(key for key in KEYS if key.startswith("recheck.")),
        "retry",
        "missed",
        "review",
        "window",
        "monitor",
    ),
    "revisits": tuple(key for key in KEYS if key.startswith("revisit.")),
    "ladder": ("ladder.late", "ladder.officer", "ladder.chair", "more", "silence"),
    "hours": ("digest_at", "quiet_from", "quiet_until", "holidays", "zone"),
    "aid": (
        "aid.band1",
        "aid.band2",
        "aid.unrevisited",
        "aid.visited",
        "aid.expires",
        "aid.file_by",
        "budget.alarm",
    ),
    "office": ("drafts", "approval", "publicity", "complaints"),
    "campaigns": tuple(key for key in KEYS if key.startswith("campaign.")),
}
# Whose name is one of the trade's codes; the others have a name of their own.
CODED = {"recheck": "category", "revisit": "aid", "campaign": "campaign"}
WORKDAYS = frozenset({"approval", "publicity", "aid.expires"})
# Where an amount or a number of people stands in the way of a day's or a time's word.
COUNTED = frozenset({"people", "percent"})


def group_of(key: str) -> str:
    """The group in which a rule stands."""
    return next(group for group, keys in GROUPS.items() if key in keys)


def slug(key: str) -> str:
    """Under which name a rule's words stand: all categories, kinds and campaigns have the same."""
    family, _, code = key.partition(".")
    if family == "revisit" and code in FROM_TERM_START:
        return "revisit_term"
    return family if family in CODED else key.replace(".", "_")


def name(words: Words, key: str) -> str:
    """特别困难户, 医疗救助, 几天算迟: as it stands on a button."""
    family, _, code = key.partition(".")
    if family in CODED:
        return words.plain(f"codes.{CODED[family]}.{code}")
    return words.plain(f"rules.name.{slug(key)}")


def sentence(words: Words, key: str, value: object) -> str:
    """特别困难户每 90 天走访一次."""
    if value in (False, 0):
        off = f"rules.off.{slug(key)}"
        return words.plain(off, name=name(words, key))
    return words.plain(f"rules.line.{slug(key)}", name=name(words, key), value=told(words, key, value))


def about(words: Words, key: str) -> str:
    """What a rule does, in a sentence or two."""
    return words.say(f"rules.about.{slug(key)}")


def told(words: Words, key: str, value: object) -> str:
    """A value as people say it: 90 天, 30 天、90 天, 08:30, 开, 北京时间."""
    kind = KEYS[key].kind
    if kind == "days_list":
        days = cast("list[int]", value)
        listed = formats.listed(words, [str(one) for one in days])
        return words.plain("rules.value.days_list", days=listed, count=days[-1])
    if kind == "switch":
        return words.plain("rules.value.on" if value else "rules.value.off")
    if kind == "zone":
        return zone(words, str(value))
    if kind in ("time", "phone"):
        return str(value) or words.plain("rules.value.no_phone")
    if kind == "money":
        return formats.money(words, cast("int", value))
    if kind in COUNTED:
        return words.plain(f"rules.value.{kind}", count=value)
    if key.startswith("campaign.") and not value:
        return words.plain("rules.value.off")
    unit = "workdays" if key in WORKDAYS else "days" if kind == "days" else "times"
    return words.plain(f"rules.value.{unit}", count=value)


def zone(words: Words, value: str) -> str:
    """A time zone by its own name, or by the one that people use."""
    known = f"rules.zone.{value.replace('/', '_') or 'same'}"
    return words.plain(known) if words.has(known) else value


def allowed(words: Words, key: str) -> str:
    """What a rule may be; empty for a switch and for a zone."""
    rule = KEYS[key]
    if rule.kind in ("switch", "zone"):
        return ""
    lowest, highest = (_bound(words, rule.kind, one) for one in (rule.lowest, rule.highest))
    return words.say(f"rules.allowed.{rule.kind}", lowest=lowest, highest=highest)


def set_by(words: Words, setting: Setting | None, today: date, zone_: tzinfo) -> str:
    """张主席 1 月 10 日设定, or that it is the default."""
    if setting is None:
        return words.plain("rules.default")
    day = formats.day(words, setting.set_at.astimezone(zone_).date(), today)
    who = clipped(setting.set_by_name) if setting.set_by_name else words.plain("rules.nobody")
    return words.plain("rules.set_by", name=who, day=day)


def _bound(words: Words, kind: str, value: int) -> str:
    """One end of what a rule may be, as people say it."""
    if kind == "time":
        return _clock(value)
    return formats.money(words, value) if kind == "money" else str(value)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
