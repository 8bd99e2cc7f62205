"""What is due: the one definition of open, due and late that every list, digest and export reads.

The rows themselves follow from the facts (`followups_refresh`); here they are only read. What people do
about them without a report stands in `steps`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, or_, select

from storage import errors
from storage.codes import Stage
from storage.columns import table_of
from storage.due.due_items import ITEMS, DueItem, as_item
from storage.due.followups_refresh import refresh, refresh_all
from storage.rules import WINDOW_DAYS
from storage.tables.dossiers import Household
from storage.tables.fund import Aid
from storage.tables.people import PersonRow
from storage.tables.reports import Revisit, Visit
from storage.tables.work import Followup, Notice

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

__all__ = ["DueItem", "Explanation", "Told", "due", "explain", "get", "refresh", "refresh_all"]

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)
_AID = table_of(Aid)
_VISITS = table_of(Visit)
_REVISITS = table_of(Revisit)
_NOTICES = table_of(Notice)


@dataclass(frozen=True, slots=True)
class Told:
    """One telling of an item: when, at which stage, to whom and why to them."""

    told_at: datetime
    stage: Stage
    person_name: str
    because: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an item is there: the fact it follows from (`source` names its kind), its days, what was sent.

    `source`: visit (the last one, or an attempt), opened (the filing), monitor (the exit), aid (the payment),
    revisit (an earlier revisit of it). `source_no` and `source_on`: that paper's number and day.
    `next_stage`, `next_stage_on`: what will be told next; None when the ladder is at its end.
    """

    item: DueItem
    source: str
    source_no: str | None
    source_on: date | None
    told: tuple[Told, ...]
    next_stage: Stage | None
    next_stage_on: date | None


_ONE = ITEMS.where(_FOLLOWUPS.c.id == bindparam("item"))
_TOLD: Select[Any] = (
    select(_NOTICES.c.told_at, _NOTICES.c.stage, _PEOPLE.c.name, _NOTICES.c.because)
    .join(_PEOPLE, _PEOPLE.c.id == _NOTICES.c.person_id)
    .where(_NOTICES.c.followup_id == bindparam("item"), _NOTICES.c.told_at.is_not(None))
    .order_by(_NOTICES.c.told_at, _NOTICES.c.person_id)
)
_OPENED = select(_HOUSEHOLDS.c.opened_on).where(_HOUSEHOLDS.c.id == bindparam("household"))
_PAPERS: dict[str, Select[Any]] = {
    "visit": select(_VISITS.c.number, _VISITS.c.visited_on).where(_VISITS.c.id == bindparam("paper")),
    "revisit": select(_REVISITS.c.number, _REVISITS.c.visited_on).where(_REVISITS.c.id == bindparam("paper")),
    "aid": select(_AID.c.number, _AID.c.paid_on).where(_AID.c.id == bindparam("paper")),
}


def due(
    tx: Transaction,
    on: date,
    *,
    scope: Collection[int] | None = None,
    assignee_id: int | None = None,
    household_id: int | None = None,
    limit: int | None = None,
) -> list[DueItem]:
    """Return everything that is open, due or late on that day, the longest late first.

    `scope`: only households of these unions; `assignee_id`: only those of this liaison. A household that is
    paused on that day is silent.
    """
    statement = ITEMS.where(or_(_HOUSEHOLDS.c.paused_until.is_(None), _HOUSEHOLDS.c.paused_until <= on))
    if assignee_id is None and household_id is None:
        # In the order of the index, so that a limit ends the walk.
        statement = statement.where(_FOLLOWUPS.c.opens_on <= on).order_by(_FOLLOWUPS.c.opens_on)
    else:
        # The same days in the same order, but of these few households and not by everybody's index.
        opened = _FOLLOWUPS.c.due_on <= on + timedelta(days=WINDOW_DAYS)
        statement = statement.where(opened).order_by(_FOLLOWUPS.c.due_on)
    if scope is not None:
        statement = statement.where(_HOUSEHOLDS.c.union_id.in_(sorted(scope)))
    if assignee_id is not None:
        theirs = select(_HOUSEHOLDS.c.id).where(_HOUSEHOLDS.c.liaison_id == assignee_id).scalar_subquery()
        statement = statement.where(_FOLLOWUPS.c.household_id.in_(theirs))
    if household_id is not None:
        statement = statement.where(_FOLLOWUPS.c.household_id == household_id)
    statement = statement.order_by(_FOLLOWUPS.c.id).limit(limit)
    return [as_item(row, on) for row in tx.connection.execute(statement)]


def get(tx: Transaction, person: Person, followup_id: int) -> DueItem:
    """Return one open item as it stands today. Refuses NotFound: answered, absent, or out of scope."""
    return as_item(_row(tx, person, followup_id), tx.today)


def explain(tx: Transaction, person: Person, followup_id: int) -> Explanation:
    """Return why an item is there, all its days and every telling. Refuses NotFound."""
    row = _row(tx, person, followup_id)
    source, _, key = row.source.partition(":")
    number, day = _source(tx, row, source, key)
    told = tuple(
        Told(one.told_at, Stage(one.stage), one.name, one.because)
        for one in tx.connection.execute(_TOLD, {"item": followup_id})
    )
    return Explanation(
        item=as_item(row, tx.today),
        source=source,
        source_no=number,
        source_on=day,
        told=told,
        next_stage=None if row.next_stage is None else Stage(row.next_stage),
        next_stage_on=row.next_stage_on,
    )


def _row(tx: Transaction, person: Person, followup_id: int) -> Row[Any]:
    row = tx.connection.execute(_ONE, {"item": followup_id}).one_or_none()
    if row is None or row.union_id not in person.scope:
        raise errors.NotFound(followup_id=followup_id)
    return row


def _source(tx: Transaction, row: Row[Any], source: str, key: str) -> tuple[str | None, date | None]:
    """The number and day of the paper an item follows from."""
    if source in _PAPERS:
        found = tx.connection.execute(_PAPERS[source], {"paper": key}).one_or_none()
        return (None, None) if found is None else (found[0], found[1])
    if source == "monitor":
        return None, date.fromisoformat(key)
    return None, tx.connection.scalar(_OPENED, {"household": row.id})
