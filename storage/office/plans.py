"""Reads the matters of many households at once: lists of aid and budgets that wait for the chairs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from storage.aid_codes import BatchState, BudgetState
from storage.codes import Role
from storage.columns import table_of
from storage.due import policies
from storage.office.matter import Matter, MatterStage, reached, state_on
from storage.office.matters_read import CHAIR_DAYS
from storage.rulebook import workdays
from storage.tables.aid import AidBatch
from storage.tables.fund import BudgetRevision

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.office.matter import MatterKind

_BATCHES = table_of(AidBatch)
_BUDGETS = table_of(BudgetRevision)
_READ: dict[MatterKind, Select[Any]] = {
    "batch": select(
        _BATCHES.c.id, _BATCHES.c.union_id, _BATCHES.c.number, _BATCHES.c.state, _BATCHES.c.waits_since
    ).where(_BATCHES.c.state == BatchState.TO_APPROVE),
    "budget": select(
        _BUDGETS.c.id,
        _BUDGETS.c.union_id,
        _BUDGETS.c.year.label("number"),
        _BUDGETS.c.state,
        _BUDGETS.c.waits_since,
    ).where(_BUDGETS.c.state == BudgetState.DRAFT, _BUDGETS.c.waits_since.is_not(None)),
}
_TABLES = {"batch": _BATCHES, "budget": _BUDGETS}


def waiting(
    tx: Transaction, on: date, *, scope: Collection[int] | None = None, only: str | None = None
) -> list[Matter]:
    """Return the lists, then the budgets, that wait for the chairs; there are never many.

    `scope`: of these unions. `only`: the one of this key.
    """
    found: list[Matter] = []
    for kind, statement in _READ.items():
        wanted = statement.order_by(_TABLES[kind].c.waits_since, _TABLES[kind].c.id)
        if scope is not None:
            wanted = wanted.where(_TABLES[kind].c.union_id.in_(sorted(scope)))
        found += [_matter(tx, kind, row, on) for row in tx.connection.execute(wanted)]
    return [one for one in found if only is None or one.key == only]


def _matter(tx: Transaction, kind: MatterKind, row: Row[Any], on: date) -> Matter:
    since = row.waits_since.astimezone(tx.zone).date()
    due_on = workdays.workdays_after(since, policies.of(tx, row.union_id).approval_days)
    days = {
        MatterStage.OPENS: since,
        MatterStage.DUE: due_on,
        MatterStage.CHAIR: due_on + timedelta(days=CHAIR_DAYS),
    }
    stage = reached(on, days) or MatterStage.OPENS
    return Matter(
        kind=kind,
        slug=row.state,
        key=f"{kind}:{row.id}",
        household=None,
        union_id=row.union_id,
        since=since,
        due_on=due_on,
        state=state_on(on, due_on),
        stage=stage,
        stage_on=days[stage],
        role=Role.CHAIR,
        payment_no=str(row.number),
    )
