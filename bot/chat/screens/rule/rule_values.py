"""The values a rule's card offers at once, and how a value travels in a button."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.chat.screens.rule.rule_words import slug
from bot.texts.formats import FEN_PER_YUAN
from storage.errors import BadRule
from storage.rulebook import policy
from storage.rulebook.policy import KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

# In a button: back to what the union above has, and the zone of the installation.
RESET = "reset"
SAME_ZONE = "="
ZONE_CHARACTERS = 32
# More than any amount that a rule may have.
FEN_DIGITS = 12

QUICK: Mapping[str, tuple[object, ...]] = {
    "recheck": (30, 60, 90, 120, 180),
    "revisit": ([15], [30], [45], [30, 90]),
    "revisit_term": ([30], [45], [60]),
    "campaign": (0, 14, 30, 45, 60),
    "retry": (3, 7, 14),
    "missed": (2, 3, 5),
    "review": (True, False),
    "window": (0, 3, 7, 14),
    "monitor": ([90, 180], [60, 120, 180], [180]),
    "ladder_late": (1, 3, 5),
    "ladder_officer": (5, 7, 10, 14),
    "ladder_chair": (10, 14, 21, 30),
    "more": (2, 3, 5, 7),
    "silence": (7, 14, 21, 30),
    "digest_at": ("08:00", "08:30", "09:00", "09:30"),
    "quiet_from": ("20:00", "21:00", "22:00"),
    "quiet_until": ("07:00", "07:30", "08:00"),
    "holidays": (True, False),
    "zone": (
        "",
        "Asia/Shanghai",
        "Asia/Urumqi",
        "Asia/Hong_Kong",
        "Asia/Bangkok",
        "Asia/Tashkent",
        "Africa/Nairobi",
    ),
    "aid_band1": (100_000, 200_000, 300_000),
    "aid_band2": (500_000, 1_000_000, 2_000_000),
    "aid_unrevisited": (0, 1, 2),
    "aid_visited": (90, 180, 365),
    "aid_expires": (10, 15, 30),
    "aid_file_by": (15, 30, 60),
    "budget_alarm": (70, 80, 90),
    "drafts": (1, 2, 3, 7),
    "approval": (1, 2, 3, 5),
    "publicity": (5, 7, 10),
    "complaints": ("12351",),
}


def quick(key: str, values: Mapping[str, object]) -> list[object]:
    """What can be chosen at once: neither what holds now nor what would not go with the other rules."""
    return [one for one in QUICK[slug(key)] if one != values[key] and _goes({**values, key: one})]


def _goes(values: Mapping[str, object]) -> bool:
    try:
        policy.check_order(policy.with_values(values))
    except BadRule:
        return False
    return True


def packed(value: object) -> str:
    """A value as a button carries it; None (back to what is above) as well."""
    if value is None:
        return RESET
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return "-".join(str(one) for one in cast("list[int]", value))
    return str(value).replace(":", "") or SAME_ZONE


def unpacked(key: str, text: str) -> object:
    """The value that a button carried. Refuses children of BadRule, for anybody may forge it."""
    if text == RESET:
        return None
    kind = KEYS[key].kind
    if kind == "days_list":
        return policy.parse(key, text.replace("-", ","))
    if kind == "time":
        return policy.parse(key, f"{text[:2]}:{text[2:]}")
    if kind == "zone":
        if len(text) > ZONE_CHARACTERS:
            raise BadRule
        return policy.parse(key, text.removeprefix(SAME_ZONE))
    if kind == "money":
        if not (text.isascii() and text.isdigit()) or len(text) > FEN_DIGITS:
            raise BadRule
        policy.check(key, int(text))
        return int(text)
    return policy.parse(key, text)


def example(key: str) -> str:
    """What somebody might type."""
    default = KEYS[key].default or QUICK[slug(key)][0]
    if KEYS[key].kind == "money":
        return str(cast("int", default) // FEN_PER_YUAN)
    if isinstance(default, list):
        return ", ".join(str(one) for one in cast("list[int]", default))
    return str(default)
