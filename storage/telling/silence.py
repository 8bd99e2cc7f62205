"""Who has work waiting and has done nothing for long: their officers get one line, and one more each spell.

Counted is only work that has waited all that while; done is a report handed in, a step taken or a draft
touched. Whoever is on leave is not silent, and whoever cannot be told is heard of when that begins.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, bindparam, case, func, or_, select, type_coerce, union_all

from storage.codes import FollowupState, PersonState, Role
from storage.columns import Instant, table_of
from storage.members import absences
from storage.rulebook import policies_read
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow
from storage.tables.reports import Revisit, Visit
from storage.tables.work import DraftRow, Followup, FollowupStep
from storage.telling import bulletins

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from sqlalchemy import BindParameter, ColumnElement, Row, Select

    from storage.core.transaction import Transaction

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)
_VISITS = table_of(Visit)
_REVISITS = table_of(Revisit)
_STEPS = table_of(FollowupStep)
_DRAFTS = table_of(DraftRow)


def _later(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    """The later of two days; of none and a day the day."""
    return case((other > one, other), else_=one)


def _of_household(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A household's column, by its number: joined, PostgreSQL would read all households for a few items."""
    return select(column).where(_HOUSEHOLDS.c.id == _FOLLOWUPS.c.household_id).scalar_subquery()


_OPEN = (
    select(
        _FOLLOWUPS.c.household_id,
        _FOLLOWUPS.c.opens_on,
        _FOLLOWUPS.c.created_at,
        _FOLLOWUPS.c.snoozed_until,
        func.coalesce(_FOLLOWUPS.c.person_id, _of_household(_HOUSEHOLDS.c.liaison_id)).label("person_id"),
        _of_household(_HOUSEHOLDS.c.paused_until).label("paused_until"),
    )
    .where(
        _FOLLOWUPS.c.state == FollowupState.OPEN,
        _FOLLOWUPS.c.opens_on <= bindparam("today"),
        _FOLLOWUPS.c.for_role.is_(None),
        or_(_FOLLOWUPS.c.snoozed_until.is_(None), _FOLLOWUPS.c.snoozed_until <= bindparam("today")),
    )
    .cte("waiting")
    # Each household is looked up once, not once for every mention.
    .prefix_with("MATERIALIZED")
)
# Work that arose late, was put off or rested with its household has not waited since before that.
_DAYS: tuple[ColumnElement[Any], ...] = (
    _OPEN.c.opens_on,
    type_coerce(func.date(_OPEN.c.created_at), Date),
    _OPEN.c.snoozed_until,
    _OPEN.c.paused_until,
)
_WAITS_SINCE = reduce(_later, _DAYS)
_WORK = (
    select(
        _OPEN.c.person_id,
        func.min(_WAITS_SINCE).label("since"),
        func.count(_OPEN.c.household_id.distinct()).label("households"),
    )
    .where(or_(_OPEN.c.paused_until.is_(None), _OPEN.c.paused_until <= bindparam("today")))
    .group_by(_OPEN.c.person_id)
    .subquery()
)
_BUSY: Select[Any] = (
    select(
        _PEOPLE.c.id,
        _PEOPLE.c.union_id,
        _PEOPLE.c.joined_at,
        _PEOPLE.c.blocked_at,
        type_coerce(_WORK.c.since, Date).label("since"),
        _WORK.c.households,
    )
    .join(_WORK, _WORK.c.person_id == _PEOPLE.c.id)
    .where(_PEOPLE.c.state == PersonState.ACTIVE, _PEOPLE.c.telegram_id.is_not(None))
    .order_by(_PEOPLE.c.id)
)
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_ACTS = union_all(
    *(
        select(person.label("person_id"), func.max(at).label("at")).where(person.in_(_IDS)).group_by(person)
        for person, at in (
            (_VISITS.c.reported_by, _VISITS.c.reported_at),
            (_REVISITS.c.reported_by, _REVISITS.c.reported_at),
            (_STEPS.c.person_id, _STEPS.c.done_at),
            (_DRAFTS.c.person_id, _DRAFTS.c.touched_at),
        )
    )
).subquery()
_DONE: Select[Any] = select(_ACTS.c.person_id, type_coerce(func.max(_ACTS.c.at), Instant)).group_by(
    _ACTS.c.person_id
)


def tell(tx: Transaction) -> None:
    """Post a line to the officers over everybody who has been silent for as long as their union allows.

    Once a spell, and once more each time as long again has passed; where there is no other officer, to the
    chairs. Two statements find them, both over those alone for whom something waits.
    """
    away = absences.stand_ins(tx, tx.today)
    people = [row for row in tx.connection.execute(_BUSY, {"today": tx.today}) if row.id not in away]
    rules = policies_read.of_many(tx, {row.union_id for row in people})
    long = [row for row in people if _days(tx, row.since) >= rules[row.union_id].silence_days]
    done = _last_done(tx, [row.id for row in long])
    for row in long:
        if row.blocked_at is None:
            _tell_silent(tx, row, done.get(row.id), rules[row.union_id].silence_days)
        else:
            _tell_blocked(tx, row, rules[row.union_id].silence_days)


def _days(tx: Transaction, since: date) -> int:
    return (tx.today - since).days


def _last_done(tx: Transaction, ids: list[int]) -> Mapping[int, date]:
    if not ids:
        return {}
    return {row[0]: _day(tx, row[1]) for row in tx.connection.execute(_DONE, {"ids": ids})}


def _tell_silent(tx: Transaction, row: Row[Any], done_on: date | None, days: int) -> None:
    heard_on = max(one for one in (row.since, done_on, _day(tx, row.joined_at)) if one is not None)
    spell = _days(tx, heard_on) // days
    if spell:
        key = f"silence:{row.id}:{(done_on or heard_on).isoformat()}:{spell}"
        _post(tx, row, "silence", key, heard_on)


def _tell_blocked(tx: Transaction, row: Row[Any], days: int) -> None:
    blocked_on = _day(tx, row.blocked_at)
    spell = _days(tx, blocked_on) // days
    if spell:
        _post(
            tx,
            row,
            "silence_blocked",
            f"silence_blocked:{row.id}:{blocked_on.isoformat()}:{spell}",
            blocked_on,
        )


def _post(tx: Transaction, row: Row[Any], slug: str, key: str, since: date) -> None:
    officers = _others(row, bulletins.reachable(tx, Role.OFFICER, row.union_id))
    told = officers or _others(row, bulletins.reachable(tx, Role.CHAIR, row.union_id))
    bulletins.post(tx, told, slug, key=key, person=row.id, since=since.isoformat(), count=row.households)


def _others(row: Row[Any], ids: Iterable[int]) -> list[int]:
    return [one for one in ids if one != row.id]


def _day(tx: Transaction, moment: datetime) -> date:
    return moment.astimezone(tx.zone).date()
