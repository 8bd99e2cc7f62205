"""Has people told of leaves: who stands in, the officers where nobody can, and whoever is back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from storage.codes import ReportState
from storage.columns import table_of
from storage.members import absences, people
from storage.members.absences import ABSENCES, Absence
from storage.tables.dossiers import Household
from storage.tables.reports import Revisit, Visit
from storage.takeover import draft_moves, workload
from storage.telling import bulletins, notices_plan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

# How long after its end a leave that ended by itself may still be told of.
TOLD_WITHIN_DAYS = 14
# How the keys of what is told of leaves begin.
FAMILY = "leave:"

_HOUSEHOLDS = table_of(Household)
_VISITS = table_of(Visit)
_REVISITS = table_of(Revisit)
_COLUMNS = (
    ABSENCES.c.id,
    ABSENCES.c.person_id,
    ABSENCES.c.substitute_id,
    ABSENCES.c.from_on,
    ABSENCES.c.until_on,
    ABSENCES.c.may_approve,
)
_NOW: Select[Any] = select(*_COLUMNS, ABSENCES.c.created_at).where(
    ABSENCES.c.ended_at.is_(None),
    ABSENCES.c.from_on <= bindparam("today"),
    ABSENCES.c.until_on >= bindparam("today"),
)
_OVER: Select[Any] = (
    select(*_COLUMNS)
    .where(
        ABSENCES.c.ended_at.is_(None),
        ABSENCES.c.until_on < bindparam("today"),
        ABSENCES.c.until_on >= bindparam("since"),
    )
    .order_by(ABSENCES.c.until_on)
)


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What became of somebody's households during a leave: reports by others, and what is open now."""

    leave: Absence
    done: int
    left: int


def branches_of(tx: Transaction, person: Person) -> frozenset[int]:
    """Return the branches whose households somebody looks after, or where they could: their own, if none."""
    theirs = select(_HOUSEHOLDS.c.union_id).where(_HOUSEHOLDS.c.liaison_id == person.id).distinct()
    return frozenset(tx.connection.scalars(theirs)) or frozenset({person.union_id})


def meanwhile(tx: Transaction, leave: Absence) -> Meanwhile:
    """Return what others reported of the person's households during a leave, and what is open there now."""
    start = datetime.combine(leave.from_on, time.min, tx.zone)
    end = datetime.combine(leave.until_on + timedelta(days=1), time.min, tx.zone)
    theirs = select(_HOUSEHOLDS.c.id).where(_HOUSEHOLDS.c.liaison_id == leave.person_id).scalar_subquery()
    done = 0
    for reports in (_VISITS, _REVISITS):
        counted = select(func.count()).where(
            reports.c.household_id.in_(theirs),
            reports.c.state == ReportState.SUBMITTED,
            reports.c.reported_by != leave.person_id,
            reports.c.reported_at >= start,
            reports.c.reported_at < end,
        )
        done += tx.connection.execute(counted).scalar_one()
    return Meanwhile(leave, done, workload.of_people(tx, [leave.person_id])[leave.person_id].open)


def tell(tx: Transaction) -> None:
    """Have everybody told whom today's leaves concern; run again it tells nothing twice.

    Whoever stands in at the end of a chain hears of it, officers where nobody can; whoever is back since
    yesterday or before hears what was done meanwhile. What is open there follows in their digests. Called
    after every change, and each working morning.
    """
    rows = tx.connection.execute(_NOW, {"today": tx.today}).all()
    instead = absences.stand_ins(tx, tx.today) if rows else {}
    hearers = {one for one in instead.values() if one is not None}
    heard = bulletins.known(tx, hearers, FAMILY) if hearers else set()
    for row in rows:
        stands_in = instead.get(row.person_id)
        if stands_in is None:
            _uncovered(tx, _leave(row))
        else:
            _tell_of_one(tx, row, stands_in, heard)
    since = tx.today - timedelta(days=TOLD_WITHIN_DAYS)
    last: dict[int, Absence] = {}
    for row in tx.connection.execute(_OVER, {"today": tx.today, "since": since}):
        last[row.person_id] = _leave(row)
    heard = bulletins.known(tx, last, FAMILY) if last else set()
    for leave in last.values():
        if (leave.person_id, _key(leave, "back")) not in heard:
            _tell_of_end(tx, leave, is_back=leave.person_id not in instead)


def _tell_of_one(tx: Transaction, row: Row[Any], stands_in: int, heard: Collection[tuple[int, str]]) -> None:
    """One leave of today: whoever stands in hears of it once, and of its first day if that lay ahead."""
    leave = _leave(row)
    if (stands_in, _key(leave, "begin")) not in heard:
        begun(tx, leave, stands_in)
    was_ahead = row.created_at.astimezone(tx.zone).date() < leave.from_on
    if was_ahead and (stands_in, _key(leave, "begins")) not in heard:
        notices_plan.of_person_again(tx, leave.person_id)
        _post(tx, {stands_in}, "away_begins", leave, "begins")


def _tell_of_end(tx: Transaction, leave: Absence, *, is_back: bool) -> None:
    """One leave that ended by itself; who went on from it to the next one is not back yet."""
    over(tx, leave, {leave.substitute_id})
    draft_moves.return_lost(tx, leave.substitute_id)
    if is_back:
        notices_plan.of_person_back(tx, leave.person_id)
        told = meanwhile(tx, leave)
        done, left = str(told.done), str(told.left)
        _post(tx, {leave.person_id}, "away_back", leave, "back", done=done, left=left)


def begun(tx: Transaction, leave: Absence, substitute_id: int) -> None:
    """Whoever stands in hears for whom, until when and how much that is; what is open now follows."""
    if leave.from_on <= tx.today:
        notices_plan.of_person_again(tx, leave.person_id)
    load = workload.of_people(tx, [leave.person_id])[leave.person_id]
    # Whoever stands in at the end of a chain was not entrusted with approvals.
    approves = leave.may_approve and substitute_id == leave.substitute_id
    _post(
        tx,
        {substitute_id},
        "away_substitute_approves" if approves else "away_substitute",
        leave,
        "begin",
        urgent=True,
        count=load.households,
        due=str(load.open),
    )


def noted(tx: Transaction, leave: Absence, actor_id: int) -> None:
    """The officers hear who is away and who stands in; the person hears of it too, if another set it."""
    officers = officers_of(tx, leave.person_id) - {actor_id, leave.person_id, leave.substitute_id}
    _post(tx, officers, "away_known", leave, "known", other=leave.substitute_id)
    if actor_id != leave.person_id:
        _post(tx, {leave.person_id}, "away_set", leave, "set", urgent=True, other=leave.substitute_id)


def over(tx: Transaction, leave: Absence, told: Collection[int]) -> None:
    """Whoever stood in hears that it is over; who had not yet heard that it began hears neither."""
    silent = bulletins.withdraw(tx, told, _key(leave, "begin"))
    _post(tx, set(told) - silent, "away_over", leave, "over")


def officers_of(tx: Transaction, person_id: int) -> set[int]:
    """Return the officers, else the chairs, over the branches whose households somebody looks after."""
    union_ids = branches_of(tx, people.get(tx, person_id))
    return {one for union_id in union_ids for one in bulletins.officers_of(tx, union_id)}


def _is_news(tx: Transaction, told: Collection[int], leave: Absence, act: str) -> bool:
    """Whether none of these was told of it before: what is open is then planned again, and only then."""
    return not bulletins.is_known(tx, told, _key(leave, act))


def _uncovered(tx: Transaction, leave: Absence) -> None:
    """Nobody stands in: until that changes it lies with the officers, and they hear so once a substitute."""
    load = workload.of_people(tx, [leave.person_id])[leave.person_id]
    officers, act = officers_of(tx, leave.person_id) - {leave.person_id}, f"uncovered:{leave.substitute_id}"
    if _is_news(tx, officers, leave, act):
        notices_plan.of_person_again(tx, leave.person_id)
    _post(
        tx,
        officers,
        "away_uncovered",
        leave,
        act,
        urgent=True,
        other=leave.substitute_id,
        count=load.households,
        due=str(load.open),
    )


def _post(
    tx: Transaction,
    told: Iterable[int],
    slug: str,
    leave: Absence,
    act: str,
    *,
    urgent: bool = False,
    **details: int | str,
) -> None:
    days = {"since": leave.from_on.isoformat(), "until": leave.until_on.isoformat()}
    known: dict[str, int | str] = {"person": leave.person_id, **days, **details}
    bulletins.post(tx, told, slug, key=_key(leave, act), urgent=urgent, **known)


def _leave(row: Row[Any]) -> Absence:
    return Absence(row.id, row.person_id, row.substitute_id, row.from_on, row.until_on, row.may_approve)


def _key(leave: Absence, act: str) -> str:
    return f"{FAMILY}{leave.id}:{act}"
