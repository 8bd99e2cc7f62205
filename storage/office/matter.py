"""One matter of the office: not a household's due item, but what an officer, a chair or an author must do.

PURE: knows no table and no clock. A matter has no row of its own; it is read from the facts each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from storage.codes import Role
    from storage.households.dossiers import HouseholdLine

MatterKind = Literal["draft", "approval", "publicity", "campaign", "papers", "batch", "budget"]
MatterState = Literal["open", "due", "late"]


class MatterStage(StrEnum):
    """How far a matter has been told, in the order of telling; no matter passes through all of them."""

    OPENS = "opens"
    SOON = "soon"
    DUE = "due"
    LATE = "late"
    OFFICER = "officer"
    CHAIR = "chair"


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter as it stands on a day.

    `slug`: the report's form, the aid's or the household's state, or the campaign. `key` names it for good.
    `since`: from when it is there. `due_on`: until when it is to be done. `stage`: the newest one reached,
    on `stage_on`.
    `assignee_id`: whose own it is (the author of a draft), or who has it beside the office of `role` (the
    cadre who looks after the household whose papers are missing); else that office has it.
    `assignee_hears`: whether that person can be told. `payment_no`: the number of the aid or the list, or
    the budget's year. `decided_by`: the chair who gave an emergency's money before its papers.
    """

    kind: MatterKind
    slug: str
    key: str
    household: HouseholdLine | None
    union_id: int
    since: date
    due_on: date
    state: MatterState
    stage: MatterStage
    stage_on: date
    role: Role | None = None
    assignee_id: int | None = None
    assignee_name: str | None = None
    assignee_hears: bool = True
    payment_no: str | None = None
    decided_by: int | None = None

    @property
    def file_no(self) -> str | None:
        """The household's file number, if it is about one."""
        return None if self.household is None else self.household.file_no

    @property
    def subject(self) -> str:
        """What the key names: the draft, the payment, the household, or the campaign."""
        return self.key.partition(":")[2]

    @property
    def told_as(self) -> str:
        """The key under which its present stage is told once."""
        return f"{self.key}:{self.slug}:{self.since.isoformat()}:{self.stage}"


def state_on(on: date, due_on: date) -> MatterState:
    """Return whether a matter is open, due or late on a day."""
    if on == due_on:
        return "due"
    return "late" if on > due_on else "open"


def reached(on: date, days: Mapping[MatterStage, date]) -> MatterStage | None:
    """Return the newest stage whose day has come; None before the first."""
    return max((stage for stage, day in days.items() if day <= on), key=_ORDER.index, default=None)


_ORDER = tuple(MatterStage)
