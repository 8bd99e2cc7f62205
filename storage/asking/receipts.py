"""What whoever asked for aid is answered with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.aid.aid_rows import AidRow
    from storage.aid_codes import AidState


@dataclass(frozen=True, slots=True)
class AidReceipt:
    """What a proposal answers with: its number, where it goes next, and how many must approve it.

    `again`: it was there already, and nothing was done.
    """

    number: str
    id: str
    state: AidState
    needed: int
    again: bool = field(default=False, compare=False)


def receipt(row: AidRow, *, again: bool = False) -> AidReceipt:
    """Return what a piece of aid answers with as it stands."""
    return AidReceipt(row.number, row.id, row.state, row.approvals_needed, again)
