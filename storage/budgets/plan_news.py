"""Has people told of a year's plan: the chairs who may adopt it, then whoever drafted it; words nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.aid import approvers
from storage.budgets import plan_rows
from storage.codes import Role
from storage.office.matter import MatterStage
from storage.telling import bulletins

if TYPE_CHECKING:
    from storage.budgets.plan_rows import PlanRow
    from storage.core.transaction import Transaction


def waits(tx: Transaction, row: PlanRow) -> None:
    """Tell the chairs at once that a draft was handed in; the office's own reminder begins with no other."""
    asked = approvers.asked(tx, row.union_id, plan_rows.authors(row))
    since = tx.today.isoformat()
    subject = f"budget:{row.id}"
    key = f"{subject}:{row.state}:{since}:{MatterStage.OPENS}"
    standing = {"matter": subject, "standing": str(row.state), "since": since}
    bulletins.post(tx, asked, "budget_to_adopt", key=key, urgent=True, **_about(row), **standing)


def told(tx: Transaction, row: PlanRow, slug: str, *, actor_id: int) -> None:
    """Tell whoever drafted it, and once it holds the treasurers, what became of it."""
    people = sorted(plan_rows.authors(row))
    if slug == "budget_adopted":
        people += bulletins.reachable(tx, Role.TREASURER, row.union_id)
    hearers = [one for one in people if one != actor_id]
    key = f"budget:{row.union_id}.{row.year}.{row.revision}:{slug}"
    bulletins.post(tx, hearers, slug, key=key, urgent=True, **_about(row))


def _about(row: PlanRow) -> dict[str, int | str]:
    return {"budget": row.year, "year": row.year, "fen": row.amount_fen}
