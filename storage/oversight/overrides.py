"""Every rule that somebody went beyond, and every emergency, by the name of who did it.

The reason is told to those alone who may see the household: it may tell of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, func, or_, select

from storage.aid_codes import AidAct
from storage.columns import table_of
from storage.money import fund
from storage.money.fund import aid, households, unions
from storage.oversight.entries import BATCHES, PEOPLE, STEPS, shown
from storage.tables.people import Union

if TYPE_CHECKING:
    from datetime import date

    from storage.core.transaction import Transaction
    from storage.members.people import Person

LISTED_MAX = 1_000
ACTS = (AidAct.OVERRIDE, AidAct.EMERGENCY)

_LIST_UNIONS = table_of(Union).alias("list_unions")


@dataclass(frozen=True, slots=True)
class Override:
    """One rule gone beyond, or one emergency: who, when, of what; `guard` is empty for an emergency.

    `for_person`: in whose place. Of an emergency `file_by` says until when its papers are to be there and
    `filed_on` since when they are.
    """

    done_at: datetime
    act: AidAct
    guard: str
    person: str | None
    for_person: str | None
    aid_id: str | None
    number: str
    kind: str
    amount_fen: int
    household: str | None
    union_name: str | None
    reason: str
    file_by: date | None
    filed_on: date | None


def overrides(
    tx: Transaction,
    union_id: int,
    person: Person | None,
    first: date,
    last: date,
    *,
    limit: int = LISTED_MAX,
    offset: int = 0,
) -> list[Override]:
    """Return what was done between two days in the whole union of that fund, the newest first.

    `person`: as whom it is read; None: the shell, which may read all.
    """
    start = datetime.combine(first, time(0), tx.zone)
    end = datetime.combine(last + timedelta(days=1), time(0), tx.zone)
    path = f"/{fund.serving(tx, union_id)}/"
    chosen = _rows().where(
        STEPS.c.act.in_(ACTS),
        STEPS.c.done_at >= start,
        STEPS.c.done_at < end,
        or_(
            unions.c.path.startswith(path, autoescape=True),
            _LIST_UNIONS.c.path.startswith(path, autoescape=True),
        ),
    )
    ordered = chosen.order_by(STEPS.c.done_at.desc(), STEPS.c.id.desc()).limit(limit).offset(offset)
    return [_told(row, person) for row in tx.connection.execute(ordered)]


def _rows() -> Select[Any]:
    instead = PEOPLE.alias("instead")
    joined = (
        STEPS.outerjoin(aid, aid.c.id == STEPS.c.aid_id)
        .outerjoin(households, households.c.id == aid.c.household_id)
        .outerjoin(unions, unions.c.id == households.c.union_id)
        .outerjoin(BATCHES, BATCHES.c.id == STEPS.c.batch_id)
        .outerjoin(_LIST_UNIONS, _LIST_UNIONS.c.id == BATCHES.c.union_id)
        .outerjoin(PEOPLE, PEOPLE.c.id == STEPS.c.person_id)
        .outerjoin(instead, instead.c.id == STEPS.c.for_person_id)
    )
    return select(
        STEPS.c.done_at,
        STEPS.c.act,
        STEPS.c.guard,
        STEPS.c.reason,
        STEPS.c.amount_fen,
        PEOPLE.c.name.label("person"),
        instead.c.name.label("for_person"),
        STEPS.c.aid_id,
        func.coalesce(aid.c.number, BATCHES.c.number).label("number"),
        func.coalesce(aid.c.kind, BATCHES.c.kind).label("kind"),
        func.coalesce(aid.c.amount_fen, BATCHES.c.sum_fen).label("whole_fen"),
        aid.c.file_by,
        aid.c.filed_on,
        households.c.name.label("household"),
        households.c.union_id,
        func.coalesce(unions.c.name, _LIST_UNIONS.c.name).label("union_name"),
    ).select_from(joined)


def _told(row: Row[Any], person: Person | None) -> Override:
    may_read = person is None or row.union_id is None or row.union_id in person.scope
    return Override(
        done_at=row.done_at,
        act=AidAct(row.act),
        guard=row.guard,
        person=row.person,
        for_person=row.for_person,
        aid_id=row.aid_id,
        number=row.number,
        kind=row.kind,
        amount_fen=row.whole_fen if row.amount_fen is None else row.amount_fen,
        household=shown(row.household, row.union_id, person),
        union_name=row.union_name,
        reason=row.reason if may_read else "",
        file_by=row.file_by,
        filed_on=row.filed_on,
    )
