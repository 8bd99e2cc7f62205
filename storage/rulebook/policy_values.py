"""What the value of a rule may be, and how a person may type it; PURE, and knows no rule by name.

What is wrong is refused as a child of `errors.BadRule`, whose details say what is allowed.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass
from datetime import time
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage import errors

RuleKind = Literal[
    "days", "days_list", "time", "zone", "switch", "count", "people", "money", "percent", "phone"
]

ROUNDS_MAX = 4
TYPED_MAX = 60
PHONE_CHARACTERS = 24
MINUTES_PER_HOUR = 60
HALF_AN_HOUR = 30
FEN_PER_YUAN = 100

_NUMBER = re.compile(r"(\d{1,4})\s*(?:天|日|次|个工作日|工作日|days?|times?)?", re.IGNORECASE)
_MONEY = re.compile(
    r"[¥￥]?\s*(\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(?:\.(\d{1,2}))?\s*(?:元|块|yuan)?", re.IGNORECASE
)
_PERCENT = re.compile(r"(\d{1,3})\s*%?")
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()-]*")
_BETWEEN = re.compile(r"\s*[,;、/和]\s*|\s+and\s+|\s+(?=\d)", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2})\s*(?:[:.点时]\s*(\d{1,2}|半)?\s*分?)?")
_ON = frozenset({"on", "yes", "true", "1", "是", "开", "要", "启用"})
_OFF = frozenset({"off", "no", "false", "0", "否", "关", "不", "不要", "停用"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule may be: days, a count or a part from `lowest` to `highest`, a time between two minutes.

    Money is kept in fen and typed in yuan; a part is per cent; of a telephone number the digits are counted.
    `default` is what holds unless a union says otherwise; `moves`: what is due moves when the rule changes.
    """

    kind: RuleKind
    lowest: int
    highest: int
    default: object
    moves: bool = False


def minutes_of(moment: time) -> int:
    """Return how many minutes of the day have passed."""
    return moment.hour * MINUTES_PER_HOUR + moment.minute


def parse(rule: Rule, text: str) -> object:
    """Return what was typed in its JSON form. Refuses a child of BadRule."""
    typed = unicodedata.normalize("NFKC", text).strip()[:TYPED_MAX]
    value = _read(rule, typed)
    check(rule, value)
    return value


def check(rule: Rule, value: object) -> None:
    """Let a value in its JSON form pass. Refuses a child of BadRule."""
    match rule.kind:
        case "days_list":
            _check_list(rule, value)
        case "time":
            _check_time(rule, value)
        case "zone":
            _check_zone(value)
        case "phone":
            _check_phone(rule, value)
        case "switch":
            if not isinstance(value, bool):
                raise errors.BadSwitch
        case _:
            if not _is_within(rule, value):
                raise _refusal(rule)


def _read(rule: Rule, typed: str) -> object:
    match rule.kind:
        case "days_list":
            return [_number(rule, part) for part in _BETWEEN.split(typed)]
        case "time":
            return _time(rule, typed)
        case "zone" | "phone":
            return typed
        case "switch":
            return _switch(typed)
        case "money":
            return _money(rule, typed)
        case _:
            return _number(rule, typed)


def _refusal(rule: Rule) -> errors.BadRule:
    if rule.kind == "days_list":
        return errors.BadDaysList(lowest=rule.lowest, highest=rule.highest, most=ROUNDS_MAX)
    if rule.kind == "time":
        return errors.BadTime(earliest=_clock(rule.lowest), latest=_clock(rule.highest))
    if rule.kind == "money":
        return errors.BadSum(lowest_fen=rule.lowest, highest_fen=rule.highest)
    if rule.kind == "phone":
        return errors.BadPhone(lowest=rule.lowest, highest=rule.highest)
    return errors.BadNumber(lowest=rule.lowest, highest=rule.highest)


def _clock(minutes: int) -> str:
    return f"{minutes // MINUTES_PER_HOUR:02}:{minutes % MINUTES_PER_HOUR:02}"


def _number(rule: Rule, typed: str) -> int:
    found = (_PERCENT if rule.kind == "percent" else _NUMBER).fullmatch(typed)
    if found is None:
        raise _refusal(rule)
    return int(found[1])


def _money(rule: Rule, typed: str) -> int:
    """Yuan as people type them, in fen: 2000, 2,000.00 元."""
    found = _MONEY.fullmatch(typed)
    if found is None:
        raise _refusal(rule)
    return int(found[1].replace(",", "")) * FEN_PER_YUAN + int((found[2] or "").ljust(2, "0") or 0)


def _time(rule: Rule, typed: str) -> str:
    found = _TIME.fullmatch(typed)
    if found is None:
        raise _refusal(rule)
    minutes = HALF_AN_HOUR if found[2] == "半" else int(found[2] or 0)
    return f"{int(found[1]):02}:{minutes:02}"


def _switch(typed: str) -> bool:
    if typed.casefold() in _ON:
        return True
    if typed.casefold() in _OFF:
        return False
    raise errors.BadSwitch


def _is_within(rule: Rule, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and rule.lowest <= value <= rule.highest


def _check_list(rule: Rule, value: object) -> None:
    if not isinstance(value, list) or not 1 <= len(value) <= ROUNDS_MAX:
        raise _refusal(rule)
    rises = all(one < after for one, after in itertools.pairwise(value))
    if not rises or not all(_is_within(rule, one) for one in value):
        raise _refusal(rule)


def _check_time(rule: Rule, value: object) -> None:
    try:
        moment = time.fromisoformat(str(value))
    except ValueError:
        raise _refusal(rule) from None
    if value != f"{moment:%H:%M}" or not rule.lowest <= minutes_of(moment) <= rule.highest:
        raise _refusal(rule)


def _check_zone(value: object) -> None:
    """Let an IANA name pass, or nothing at all: the installation's own zone."""
    try:
        if value != "":
            ZoneInfo(str(value))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise errors.BadZone from None


def _check_phone(rule: Rule, value: object) -> None:
    """Let a telephone number pass as people write it, or nothing at all: there is none."""
    if value == "":
        return
    written = value if isinstance(value, str) and _PHONE.fullmatch(value) else ""
    digits = sum(one.isdigit() for one in written)
    if len(written) > PHONE_CHARACTERS or not rule.lowest <= digits <= rule.highest:
        raise _refusal(rule)
