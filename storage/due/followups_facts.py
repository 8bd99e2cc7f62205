"""Reads the facts that decide what households need; decides nothing itself."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from storage.aid_codes import AidState
from storage.codes import NOBODY, Category, HouseholdState, ReportState
from storage.columns import table_of
from storage.due.followups_wanted import Facts, Went
from storage.due.revisits_wanted import Payment, WentBack
from storage.due.wanted import NOTHING_CLOSED, Closings
from storage.rules import GIVEN
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.reports import Revisit, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import BindParameter, Row, Select

    from storage.core.transaction import Transaction
    from storage.due.wanted import Closed

_HOUSEHOLDS = table_of(Household)
_VISITS = table_of(Visit)
_REVISITS = table_of(Revisit)
_AID = table_of(Aid)

_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_READ_HOUSEHOLDS: Select[Any] = select(
    _HOUSEHOLDS.c.id,
    _HOUSEHOLDS.c.union_id,
    _HOUSEHOLDS.c.state,
    _HOUSEHOLDS.c.category,
    _HOUSEHOLDS.c.opened_on,
    _HOUSEHOLDS.c.monitor_from,
    _HOUSEHOLDS.c.history_until,
).where(_HOUSEHOLDS.c.id.in_(_IDS))
_READ_VISITS: Select[Any] = (
    select(_VISITS.c.household_id, _VISITS.c.id, _VISITS.c.visited_on, _VISITS.c.met, _VISITS.c.next_visit_on)
    .where(_VISITS.c.household_id.in_(_IDS), _VISITS.c.state == ReportState.SUBMITTED)
    .order_by(_VISITS.c.visited_on, _VISITS.c.reported_at, _VISITS.c.number)
)
_READ_PAYMENTS: Select[Any] = (
    select(_AID.c.household_id, _AID.c.id, _AID.c.kind, _AID.c.state, _AID.c.paid_on, _AID.c.imported_at)
    .where(_AID.c.household_id.in_(_IDS), _AID.c.state.in_(GIVEN), _AID.c.paid_on.is_not(None))
    .order_by(_AID.c.paid_on, _AID.c.number)
)
_READ_REVISITS: Select[Any] = (
    select(
        _REVISITS.c.aid_id,
        _REVISITS.c.id,
        _REVISITS.c.visited_on,
        _REVISITS.c.met,
        _REVISITS.c.conclusion,
        _REVISITS.c.again_on,
    )
    .where(_REVISITS.c.household_id.in_(_IDS), _REVISITS.c.state == ReportState.SUBMITTED)
    .order_by(_REVISITS.c.visited_on, _REVISITS.c.reported_at, _REVISITS.c.number)
)


@dataclass(frozen=True, slots=True)
class Known:
    """A household's facts, whose rules hold for it, and the state in which each payment stands now."""

    household_id: int
    union_id: int
    facts: Facts
    aid_states: dict[str, AidState]


def read(
    tx: Transaction, household_ids: Sequence[int], closed: Mapping[int, Iterable[Closed]]
) -> list[Known]:
    """Return what is known of these households, in four statements however many they are.

    `closed`: what somebody closed by hand, by household; who keeps the items has read it with them.
    """
    values = {"ids": list(household_ids)}
    households = tx.connection.execute(_READ_HOUSEHOLDS, values).all()
    visits = _grouped(tx.connection.execute(_READ_VISITS, values).all())
    payments = _grouped(tx.connection.execute(_READ_PAYMENTS, values).all())
    revisits = _grouped(tx.connection.execute(_READ_REVISITS, values).all()) if payments else {}
    return [
        _known(
            row,
            visits.get(row.id, []),
            payments.get(row.id, []),
            revisits,
            Closings(closed[row.id]) if row.id in closed else NOTHING_CLOSED,
        )
        for row in households
    ]


def _grouped(rows: Sequence[Row[Any]]) -> dict[Any, list[Row[Any]]]:
    groups: defaultdict[Any, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row)
    return groups


def _known(
    household: Row[Any],
    visits: list[Row[Any]],
    payments: list[Row[Any]],
    revisits: dict[Any, list[Row[Any]]],
    closed: Closings,
) -> Known:
    facts = Facts(
        state=HouseholdState(household.state),
        category=Category(household.category),
        opened_on=household.opened_on,
        known_from=max(household.opened_on, household.history_until or household.opened_on),
        monitor_from=household.monitor_from,
        visits=tuple(Went(row.id, row.visited_on, row.met != NOBODY, row.next_visit_on) for row in visits),
        payments=tuple(
            Payment(
                id=row.id,
                kind=row.kind,
                paid_on=row.paid_on,
                history_until=household.history_until if row.imported_at is not None else None,
                revisits=tuple(
                    WentBack(one.id, one.visited_on, one.met != NOBODY, one.conclusion, one.again_on)
                    for one in revisits.get(row.id, [])
                    # Whoever went before it was paid (again) has seen nothing of it.
                    if one.visited_on >= row.paid_on
                ),
            )
            for row in payments
        ),
        closed=closed,
    )
    return Known(household.id, household.union_id, facts, {row.id: AidState(row.state) for row in payments})
