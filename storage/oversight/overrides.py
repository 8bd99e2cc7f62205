"""Every piece of aid with which somebody went beyond rules, and every emergency, by the name of who did it.

The reason is told to those alone who may see the household: it may tell of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, func, or_, select

from storage.aid_codes import AidAct
from storage.among import among
from storage.columns import table_of
from storage.money import fund
from storage.money.fund import aid, households, unions
from storage.oversight.entries import BATCHES, PEOPLE, STEPS, shown
from storage.tables.people import Union

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from storage.core.transaction import Transaction
    from storage.members.people import Person

LISTED_MAX = 1_000
ACTS = (AidAct.OVERRIDE, AidAct.EMERGENCY)

_LIST_UNIONS = table_of(Union).alias("list_unions")


@dataclass(frozen=True, slots=True)
class Override:
    """One piece of aid, or one list, for which somebody went beyond rules, or which was an emergency.

    `rules`: each rule's slug with the reason given, in the order they were gone beyond; the slug of the
    emergency itself is empty. `done_at`: the last time. `for_person`: in whose place.
    Of an emergency `file_by` says until when its papers are to be there, `filed_on` since when they are, and
    `papers` how many pictures there are.
    """

    done_at: datetime
    rules: tuple[tuple[str, str], ...]
    person: str | None
    for_person: str | None
    aid_id: str | None
    number: str
    kind: str
    amount_fen: int
    household: str | None
    union_name: str | None
    is_emergency: bool
    file_by: date | None
    filed_on: date | None
    papers: int


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

    What one person did about one piece of aid is one entry, whatever the number of rules.
    `person`: as whom it is read; None: the shell, which may read all.
    """
    start = datetime.combine(first, time(0), tx.zone)
    end = datetime.combine(last + timedelta(days=1), time(0), tx.zone)
    path = f"/{fund.serving(tx, union_id)}/"
    within = (
        STEPS.c.act.in_(ACTS),
        STEPS.c.done_at >= start,
        STEPS.c.done_at < end,
        or_(
            unions.c.path.startswith(path, autoescape=True),
            _LIST_UNIONS.c.path.startswith(path, autoescape=True),
        ),
    )
    newest = func.max(STEPS.c.id)
    grouped = select(newest).select_from(_JOINED).where(*within).group_by(*_TOGETHER)
    page = tx.connection.scalars(grouped.order_by(newest.desc()).limit(limit).offset(offset)).all()
    told = {
        row.id: row for row in tx.connection.execute(_ROWS.where(among(STEPS.c.id, "ids")), {"ids": page})
    }
    beyond = _beyond(tx, list(told.values()), start, end)
    return [_told(told[one], beyond[_key(told[one])], person) for one in page]


def _beyond(
    tx: Transaction, rows: Sequence[Row[Any]], start: datetime, end: datetime
) -> dict[tuple[Any, ...], tuple[tuple[str, str], ...]]:
    """Every rule of these entries with its reason, each once: what was said last holds."""
    asked = {
        "aid": [one.aid_id for one in rows if one.aid_id],
        "lists": [one.batch_id for one in rows if one.batch_id],
    }
    found: dict[tuple[Any, ...], dict[str, str]] = {}
    steps = _STEPS.where(STEPS.c.done_at >= start, STEPS.c.done_at < end)
    for one in tx.connection.execute(steps, asked):
        found.setdefault(_key(one), {})[one.guard] = one.reason
    return {key: tuple(rules.items()) for key, rules in found.items()}


def _key(row: Row[Any]) -> tuple[Any, ...]:
    """What belongs to one entry."""
    return row.aid_id, row.batch_id, row.person_id, row.for_person_id


def _told(row: Row[Any], rules: tuple[tuple[str, str], ...], person: Person | None) -> Override:
    may_read = person is None or row.union_id is None or row.union_id in person.scope
    photos = (row.answers or {}).get("papers")
    return Override(
        done_at=row.done_at,
        rules=rules if may_read else tuple((guard, "") for guard, _ in rules),
        person=row.person,
        for_person=row.for_person,
        aid_id=row.aid_id,
        number=row.number,
        kind=row.kind,
        amount_fen=row.whole_fen if row.amount_fen is None else row.amount_fen,
        household=shown(row.household, row.union_id, person),
        union_name=row.union_name,
        is_emergency=bool(row.is_emergency),
        file_by=row.file_by,
        filed_on=row.filed_on,
        papers=len(photos) if isinstance(photos, list) else 0,
    )


_INSTEAD = PEOPLE.alias("instead")
_TOGETHER = (STEPS.c.aid_id, STEPS.c.batch_id, STEPS.c.person_id, STEPS.c.for_person_id)
_JOINED = (
    STEPS.outerjoin(aid, aid.c.id == STEPS.c.aid_id)
    .outerjoin(households, households.c.id == aid.c.household_id)
    .outerjoin(unions, unions.c.id == households.c.union_id)
    .outerjoin(BATCHES, BATCHES.c.id == STEPS.c.batch_id)
    .outerjoin(_LIST_UNIONS, _LIST_UNIONS.c.id == BATCHES.c.union_id)
    .outerjoin(PEOPLE, PEOPLE.c.id == STEPS.c.person_id)
    .outerjoin(_INSTEAD, _INSTEAD.c.id == STEPS.c.for_person_id)
)
_ROWS: Select[Any] = select(
    STEPS.c.id,
    *_TOGETHER,
    STEPS.c.done_at,
    STEPS.c.amount_fen,
    PEOPLE.c.name.label("person"),
    _INSTEAD.c.name.label("for_person"),
    func.coalesce(aid.c.number, BATCHES.c.number).label("number"),
    func.coalesce(aid.c.kind, BATCHES.c.kind).label("kind"),
    func.coalesce(aid.c.amount_fen, BATCHES.c.sum_fen).label("whole_fen"),
    aid.c.is_emergency,
    aid.c.file_by,
    aid.c.filed_on,
    aid.c.answers,
    households.c.name.label("household"),
    households.c.union_id,
    func.coalesce(unions.c.name, _LIST_UNIONS.c.name).label("union_name"),
).select_from(_JOINED)
_STEPS: Select[Any] = (
    select(*_TOGETHER, STEPS.c.guard, STEPS.c.reason)
    .where(STEPS.c.act.in_(ACTS), or_(among(STEPS.c.aid_id, "aid"), among(STEPS.c.batch_id, "lists")))
    .order_by(STEPS.c.id)
)
