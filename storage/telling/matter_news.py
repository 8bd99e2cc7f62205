"""Whether what was posted of an office matter is still so when it is told; words nothing, posts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, literal, select

from storage.aid_codes import AidState
from storage.among import among
from storage.codes import DraftState
from storage.columns import table_of
from storage.tables.aid import Aid, AidBatch
from storage.tables.dossiers import Household
from storage.tables.fund import BudgetRevision
from storage.tables.office import CampaignDone
from storage.tables.work import DraftRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Select

    from storage.core.transaction import Transaction

_DRAFTS = table_of(DraftRow)
_AID = table_of(Aid)
_BATCHES = table_of(AidBatch)
_BUDGETS = table_of(BudgetRevision)
_HOUSEHOLDS = table_of(Household)
_DONE = table_of(CampaignDone)

# What a matter's key names: its row, since when it stands, and as what; no row, no such matter any more.
_STANDING: dict[str, Select[Any]] = {
    "draft": select(_DRAFTS.c.id, _DRAFTS.c.touched_at, _DRAFTS.c.form).where(
        among(_DRAFTS.c.id, "ids"), _DRAFTS.c.state.in_((DraftState.ACTIVE, DraftState.KEPT))
    ),
    "approval": select(_AID.c.id, _AID.c.waits_since, _AID.c.state).where(
        among(_AID.c.id, "ids"), _AID.c.waits_since.is_not(None)
    ),
    "papers": select(_AID.c.id, _AID.c.recorded_at, literal("UNFILED")).where(
        among(_AID.c.id, "ids"),
        _AID.c.file_by.is_not(None),
        _AID.c.filed_on.is_(None),
        _AID.c.state != AidState.REVERSED,
    ),
    "batch": select(_BATCHES.c.id, _BATCHES.c.waits_since, _BATCHES.c.state).where(
        among(_BATCHES.c.id, "ids"), _BATCHES.c.waits_since.is_not(None)
    ),
    "budget": select(_BUDGETS.c.id, _BUDGETS.c.waits_since, _BUDGETS.c.state).where(
        among(_BUDGETS.c.id, "ids"), _BUDGETS.c.waits_since.is_not(None)
    ),
    "publicity": select(_HOUSEHOLDS.c.id, _HOUSEHOLDS.c.public_from, _HOUSEHOLDS.c.state).where(
        among(_HOUSEHOLDS.c.id, "ids"), _HOUSEHOLDS.c.public_from.is_not(None)
    ),
}
_FINISHED = select(_DONE.c.union_id, _DONE.c.kind, _DONE.c.year).where(_DONE.c.year >= bindparam("since"))


def outdated(tx: Transaction, details: Sequence[Mapping[str, int | str]]) -> list[bool]:
    """Return, for each of one person's bulletins in their order, whether it is no longer to be told.

    So it is when its matter is over or began anew, and when something later was posted of the same matter.
    """
    keys = [str(one.get("matter", "")) for one in details]
    if not any(keys):
        return [False] * len(keys)
    standing = _standing(tx, {key for key in keys if key})
    done = _done(tx) if any("campaign" in one for one in details) else frozenset()
    newest = {key: place for place, key in enumerate(keys)}
    over = [
        key in done if "campaign" in one else standing.get(key) != (one.get("since"), one.get("standing"))
        for key, one in zip(keys, details, strict=True)
    ]
    return [bool(key) and (over[place] or newest[key] != place) for place, key in enumerate(keys)]


def _done(tx: Transaction) -> frozenset[str]:
    """The keys of the campaigns that are done."""
    rows = tx.connection.execute(_FINISHED, {"since": tx.today.year - 1})
    return frozenset(f"campaign:{row.union_id}.{row.kind}.{row.year}" for row in rows)


def _standing(tx: Transaction, keys: set[str]) -> dict[str, tuple[str, str]]:
    """Since when each of these matters stands, in ISO form, and as what; those that are over are missing."""
    of_kind: dict[str, list[str]] = {}
    for kind, _, subject in (key.partition(":") for key in keys):
        of_kind.setdefault(kind, []).append(subject)
    found: dict[str, tuple[str, str]] = {}
    for kind, statement in _STANDING.items():
        ids: list[Any] = of_kind.get(kind, [])
        if kind in {"publicity", "budget"}:
            ids = [int(one) for one in ids]
        for subject, since, slug in tx.connection.execute(statement, {"ids": ids}) if ids else ():
            day = since if kind == "publicity" else since.astimezone(tx.zone).date()
            found[f"{kind}:{subject}"] = day.isoformat(), slug
    return found
