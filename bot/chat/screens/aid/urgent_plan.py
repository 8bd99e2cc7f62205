"""An emergency while a chair describes it: kept with the question asked last, until it is confirmed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace

from storage.columns import new_id

# What the chair is asked for now.
WHO, NAME, AMOUNT, REASON, CHECK = "who", "name", "amount", "reason", "check"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known so far; `id` is made at the beginning and becomes the aid's, so that it is given once.

    `household_id` 0: somebody who is not on file, of that `name` and `union_id`.
    """

    id: str
    asks: str = WHO
    household_id: int = 0
    name: str = ""
    union_id: int = 0
    union_name: str = ""
    source: str = ""
    amount_fen: int = 0
    reason: str = ""

    def at(self, asks: str, **known: object) -> Plan:
        """It with something more, and what is asked for next."""
        return replace(self, asks=asks, **known)  # type: ignore[arg-type]  # the callers name its own fields

    def packed(self) -> str:
        """It as text."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))


def begun() -> Plan:
    """Nothing known yet."""
    return Plan(new_id())


def unpacked(text: str) -> Plan | None:
    """It back from its text; None when there is none, or one of an earlier shape."""
    try:
        loaded = json.loads(text)
    except ValueError:
        return None
    known = {one.name for one in fields(Plan)}
    return Plan(**loaded) if isinstance(loaded, dict) and set(loaded) == known else None
