"""Who has work waiting and has done nothing for long: their officers get one line, and one more each spell.

Counted is only work that has been theirs and has waited all that while; done is a report handed in, a step
taken, a draft touched or a handover answered. Whoever is on leave is not silent, and whoever cannot be told
is heard of when that begins.
"""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, bindparam, case, func, or_, select, type_coerce, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from storage.among import among
from storage.codes import FollowupState, PersonState, Role, StepAct
from storage.columns import Instant, table_of
from storage.members import absences
from storage.rulebook import policies_read
from storage.tables.dossiers import Household
from storage.tables.office import Handover
from storage.tables.people import PersonRow, RoleRow
from storage.tables.reports import Revisit, Visit
from storage.tables.work import DraftRow, Followup, FollowupStep
from storage.telling import bulletins

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.sql.compiler import SQLCompiler

    from storage.core.transaction import Transaction

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)
_VISITS = table_of(Visit)
_REVISITS = table_of(Revisit)
_STEPS = table_of(FollowupStep)
_DRAFTS = table_of(DraftRow)
_HANDOVERS = table_of(Handover)
_ROLES = table_of(RoleRow)


class _LocalDay(FunctionElement[Any]):
    """The day of a moment where the installation is, whatever zone the database's session has.

    Its second argument is how far that is from UTC, as `_shift` writes it.
    """

    name = "local_day"
    type = Date()
    inherit_cache = True


@compiles(_LocalDay, "sqlite")
def _in_sqlite(element: _LocalDay, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 - the compiler's own
    moment, shift = (compiler.process(one, **more) for one in element.clauses)
    return f"date({moment}, {shift})"


@compiles(_LocalDay, "postgresql")
def _in_postgresql(element: _LocalDay, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 - likewise
    moment, shift = (compiler.process(one, **more) for one in element.clauses)
    return f"CAST(timezone('UTC', {moment}) + CAST({shift} AS INTERVAL) AS DATE)"


def _shift(tx: Transaction) -> str:
    away = tx.now.astimezone(tx.zone).utcoffset() or timedelta()
    return f"{away.total_seconds():+.0f} seconds"


def _later(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    """The later of two days; of none and a day the day."""
    return case((other > one, other), else_=one)


def _of_household(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A household's column, by its number: joined, PostgreSQL would read all households for a few items."""
    return select(column).where(_HOUSEHOLDS.c.id == _FOLLOWUPS.c.household_id).scalar_subquery()


# When an item became its person's by being taken or given away, not by its household.
_GIVEN_AT = (
    select(func.max(_STEPS.c.done_at))
    .where(
        _STEPS.c.followup_id == _FOLLOWUPS.c.id,
        _STEPS.c.act.in_((StepAct.TAKE, StepAct.REASSIGN)),
        _FOLLOWUPS.c.person_id.is_not(None),
    )
    .scalar_subquery()
)
_OPEN = (
    select(
        _FOLLOWUPS.c.household_id,
        _FOLLOWUPS.c.opens_on,
        _FOLLOWUPS.c.created_at,
        _FOLLOWUPS.c.snoozed_until,
        func.coalesce(_FOLLOWUPS.c.person_id, _of_household(_HOUSEHOLDS.c.liaison_id)).label("person_id"),
        _GIVEN_AT.label("given_at"),
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
# Work that arose late, was given, put off or rested with its household has not waited since before that.
_DAYS: tuple[ColumnElement[Any], ...] = (
    _OPEN.c.opens_on,
    _LocalDay(_OPEN.c.created_at, bindparam("shift")),
    _LocalDay(_OPEN.c.given_at, bindparam("shift")),
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
_ACTS = union_all(
    *(
        select(person.label("person_id"), func.max(at).label("at"))
        .where(among(person, "ids"))
        .group_by(person)
        for person, at in (
            (_VISITS.c.reported_by, _VISITS.c.reported_at),
            (_REVISITS.c.reported_by, _REVISITS.c.reported_at),
            (_STEPS.c.person_id, _STEPS.c.done_at),
            (_DRAFTS.c.person_id, _DRAFTS.c.touched_at),
            (_HANDOVERS.c.receiver_id, _HANDOVERS.c.answered_at),
        )
    )
).subquery()
_DONE: Select[Any] = select(_ACTS.c.person_id, type_coerce(func.max(_ACTS.c.at), Instant)).group_by(
    _ACTS.c.person_id
)

# Who asks after somebody silent: the nearest office that can.
_ASKERS = (Role.OFFICER, Role.CHAIR)
_OFFICES: Select[Any] = select(_ROLES.c.person_id, _ROLES.c.role).where(
    among(_ROLES.c.person_id, "ids"), _ROLES.c.role.in_(_ASKERS)
)


def tell(tx: Transaction) -> None:
    """Post a line to the officers over everybody who has been silent for as long as their union allows.

    Once a spell, and once more each time as long again has passed; where there is no officer, to the chairs.
    An officer's silence is the chairs' alone, and a chair's nobody's: it is nobody below who asks after them.
    Three statements find them, all over those alone for whom something waits.
    """
    away = absences.stand_ins(tx, tx.today)
    asked = {"today": tx.today, "shift": _shift(tx)}
    people = [row for row in tx.connection.execute(_BUSY, asked) if row.id not in away]
    rules = policies_read.of_many(tx, {row.union_id for row in people})
    long = [row for row in people if _days(tx, row.since) >= rules[row.union_id].silence_days]
    ids = [row.id for row in long]
    done, above = _last_done(tx, ids), _offices_above(tx, ids)
    for row in long:
        if row.blocked_at is None:
            asks = above.get(row.id, _ASKERS)
            _tell_silent(tx, row, done.get(row.id), rules[row.union_id].silence_days, asks)
        else:
            _tell_blocked(tx, row, rules[row.union_id].silence_days)


def _days(tx: Transaction, since: date) -> int:
    return (tx.today - since).days


def _last_done(tx: Transaction, ids: list[int]) -> Mapping[int, date]:
    if not ids:
        return {}
    return {row[0]: _day(tx, row[1]) for row in tx.connection.execute(_DONE, {"ids": ids})}


def _offices_above(tx: Transaction, ids: list[int]) -> Mapping[int, Sequence[Role]]:
    """Who asks after those who hold an office themselves: the offices above the highest of theirs."""
    above: dict[int, Sequence[Role]] = {}
    for person_id, role in tx.connection.execute(_OFFICES, {"ids": ids}) if ids else ():
        rest = _ASKERS[_ASKERS.index(Role(role)) + 1 :]
        above[person_id] = min(rest, above.get(person_id, rest), key=len)
    return above


def _tell_silent(
    tx: Transaction, row: Row[Any], done_on: date | None, days: int, asks: Sequence[Role]
) -> None:
    heard_on = max(one for one in (row.since, done_on, _day(tx, row.joined_at)) if one is not None)
    spell = _days(tx, heard_on) // days
    if spell:
        key = f"silence:{row.id}:{(done_on or heard_on).isoformat()}:{spell}"
        _post(tx, row, "silence", key, heard_on, asks)


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


def _post(
    tx: Transaction, row: Row[Any], slug: str, key: str, since: date, asks: Sequence[Role] = _ASKERS
) -> None:
    able = (_others(row, bulletins.reachable(tx, role, row.union_id)) for role in asks)
    told = next((ids for ids in able if ids), [])
    bulletins.post(tx, told, slug, key=key, person=row.id, since=since.isoformat(), count=row.households)


def _others(row: Row[Any], ids: Iterable[int]) -> list[int]:
    return [one for one in ids if one != row.id]


def _day(tx: Transaction, moment: datetime) -> date:
    return moment.astimezone(tx.zone).date()
