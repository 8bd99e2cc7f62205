"""What a step of a form says back: a closed union that the chat layer renders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.forms.model import Answers, Invalid, Value


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask this field; position and total are 0 when a single field is being changed."""

    field: str
    problem: Invalid | None = None
    position: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """Show the opening card: the basics, and 一切如前 when there is an earlier report."""

    problem: Invalid | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """Show the summary; a problem with a "field" in its details names the field to jump to."""

    problem: Invalid | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The report is complete; these are its answers, without those whose conditions fell away."""

    answers: Answers


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The person wants no report."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The person wants to go on later."""


Result = Ask | Opening | Review | Finished | Cancelled | Kept


@dataclass(frozen=True, slots=True)
class Change:
    """What is different from last time; None where there was, or is, nothing."""

    field: str
    old: Value | None
    new: Value | None
