"""What is about to be entered: an amount, a day, a voucher. It waits with the question that is asked.

So nothing is left behind when somebody turns to something else, and a button can be held against what the
card showed: it names the slip by its mark, and a slip that was changed meanwhile has another.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING

from storage import json_text
from storage.members import questions

if TYPE_CHECKING:
    from bot.chat.talk import Talk

MARK_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class Slip:
    """One entry to be made. `id` is made before the work; `subject` says what it is about.

    `asks`: which part the next typed sentence answers; empty when none is asked for.
    """

    id: str
    subject: str
    amount_fen: int = 0
    on: str = ""
    method: str = ""
    voucher_no: str = ""
    note: str = ""
    asks: str = ""

    @property
    def day(self) -> date:
        """The day it carries."""
        return date.fromisoformat(self.on)

    @property
    def mark(self) -> str:
        """A short word for exactly these values, whatever is being asked."""
        told = json_text.packed(asdict(replace(self, asks="")))
        return hashlib.sha256(told.encode()).hexdigest()[:MARK_CHARACTERS]


def keep(talk: Talk, purpose: str, slip: Slip) -> Slip:
    """Put the slip down under this purpose; it replaces whatever was asked before."""
    questions.ask(talk.tx, talk.person.id, f"{purpose}:{json_text.packed(asdict(slip))}")
    return slip


def held(talk: Talk, purpose: str) -> Slip | None:
    """The slip that waits under this purpose; None when it is gone, or something else was asked since."""
    named, _, told = (questions.asked(talk.tx, talk.person.id) or "").partition(":")
    return read(told) if named == purpose else None


def read(told: str) -> Slip | None:
    """The slip as a question carries it; None when that is none."""
    try:
        values = json_text.unpacked(told)
    except ValueError:
        return None
    known = {one.name for one in fields(Slip)}
    return Slip(**values) if isinstance(values, dict) and set(values) == known else None


def is_idle(told: str) -> bool:
    """Whether a question carries a slip of which nothing is asked for just now."""
    slip = read(told) if told.startswith("{") else None
    return slip is not None and not slip.asks


def drop(talk: Talk) -> None:
    """It is entered, or given up."""
    questions.forget(talk.tx, talk.person.id)
