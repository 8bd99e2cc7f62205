"""A union's open work at a glance: by branch and by who has it, and the load of the weeks to come.

It counts in the database, over what is open and nothing else; it reads no single item.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, func, literal_column, select

from storage.among import among
from storage.codes import FollowupState, PersonState, Role
from storage.columns import table_of
from storage.due.overview_pick import ASKS_FOR, GROUPS, JOINED, OPENED, Counts, asked, owner, summed
from storage.members import absences
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow, Union
from storage.tables.work import Followup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement, Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

WEEKS = 8
WEEK = timedelta(days=7)

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)
_UNIONS = table_of(Union)


@dataclass(frozen=True, slots=True)
class Share:
    """What one person has to do in one branch, or what nobody has, or an office (`office`).

    `branch`: the whole branch's counts. `hindrance`: why the person cannot be told (removed, not_joined,
    blocked), or empty. `is_away`: on leave today; `instead`: who stands in, None when nobody can.
    """

    union_id: int
    union_name: str
    branch: Counts
    counts: Counts
    owner_id: int | None
    owner_name: str | None
    office: Role | None
    hindrance: str
    is_away: bool
    instead: str | None


@dataclass(frozen=True, slots=True)
class StoodIn:
    """Somebody on leave for whom the person stands in today, and how much of theirs is open."""

    person_id: int
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything open in a person's scope, and a page of its shares, the branch with the longest late first.

    `own`: what the person has themselves; `asks`: what asks for them beside that; `unowned`: what has neither
    a liaison nor an office. `instead`: for whom the person stands in, where anything of theirs is open.
    """

    total: Counts
    own: int
    asks: int
    unowned: int
    shares: tuple[Share, ...]
    has_more: bool
    instead: tuple[StoodIn, ...] = ()


@dataclass(frozen=True, slots=True)
class BranchLoad:
    """What is late in a branch, and what falls due there in each of the weeks to come."""

    union_id: int
    union_name: str
    late: int
    weeks: tuple[int, ...]

    @property
    def all(self) -> int:
        """All together."""
        return self.late + sum(self.weeks)


@dataclass(frozen=True, slots=True)
class Load:
    """Eight weeks from this one, by their Mondays, and every branch with work in them, the fullest first."""

    mondays: tuple[date, ...]
    branches: tuple[BranchLoad, ...]


_COUNTS = {name: summed(condition) for name, condition in GROUPS.items()}
_BRANCH = _HOUSEHOLDS.c.union_id
_UNOWNED = and_(owner.is_(None), _FOLLOWUPS.c.for_role.is_(None))


def _over_all(figure: ColumnElement[int]) -> ColumnElement[int]:
    return func.sum(figure).over()


_SHARES = (
    select(
        _BRANCH,
        owner.label("owner_id"),
        _FOLLOWUPS.c.for_role,
        func.min(_FOLLOWUPS.c.due_on).label("oldest"),
        func.min(func.min(_FOLLOWUPS.c.due_on)).over(partition_by=_BRANCH).label("branch_oldest"),
        _over_all(summed(owner == bindparam("me"))).label("own"),
        _over_all(summed(ASKS_FOR)).label("asks"),
        _over_all(summed(_UNOWNED)).label("unowned"),
        *(figure.label(name) for name, figure in _COUNTS.items()),
        *(
            func.sum(figure).over(partition_by=_BRANCH).label(f"branch_{name}")
            for name, figure in _COUNTS.items()
        ),
        *(_over_all(figure).label(f"all_{name}") for name, figure in _COUNTS.items()),
    )
    .select_from(JOINED)
    .where(*OPENED)
    .group_by(_BRANCH, owner, _FOLLOWUPS.c.for_role)
    .subquery()
)
_ORDER = (
    _SHARES.c.branch_oldest,
    _SHARES.c.union_id,
    _SHARES.c.oldest,
    func.coalesce(_SHARES.c.owner_id, 0),
    func.coalesce(_SHARES.c.for_role, ""),
)
_PAGE: Select[Any] = (
    select(
        _SHARES,
        _UNIONS.c.name.label("union_name"),
        _PEOPLE.c.name.label("owner_name"),
        _PEOPLE.c.state,
        _PEOPLE.c.telegram_id,
        _PEOPLE.c.blocked_at,
    )
    .join_from(_SHARES, _UNIONS, _UNIONS.c.id == _SHARES.c.union_id)
    .outerjoin(_PEOPLE, _PEOPLE.c.id == _SHARES.c.owner_id)
    .order_by(*_ORDER)
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_STOOD_IN: Select[Any] = (
    select(_PEOPLE.c.id, _PEOPLE.c.name, func.count())
    .select_from(JOINED.join(_PEOPLE, _PEOPLE.c.id == owner))
    .where(*OPENED, among(_PEOPLE.c.id, "ids"))
    .group_by(_PEOPLE.c.id, _PEOPLE.c.name)
    .order_by(_PEOPLE.c.id)
)
_NAMES: Select[Any] = select(_PEOPLE.c.id, _PEOPLE.c.name).where(among(_PEOPLE.c.id, "ids"))

# A paused household's work comes when the pause ends, if that is later.
_day = case(
    (_HOUSEHOLDS.c.paused_until > _FOLLOWUPS.c.due_on, _HOUSEHOLDS.c.paused_until),
    else_=_FOLLOWUPS.c.due_on,
)
_PLACED = (
    select(
        _BRANCH,
        case(
            (_day < bindparam("today"), 0),
            *((_day < bindparam(f"week{number}"), number) for number in range(1, WEEKS)),
            else_=WEEKS,
        ).label("place"),
    )
    .select_from(JOINED)
    .where(
        _FOLLOWUPS.c.state == FollowupState.OPEN,
        _FOLLOWUPS.c.opens_on < bindparam("end"),
        _day < bindparam("end"),
        literal_column("households.union_id + 0").in_(bindparam("unions", expanding=True)),
    )
    .subquery()
)
_LOAD = select(_PLACED.c.union_id, _PLACED.c.place, func.count()).group_by(
    _PLACED.c.union_id, _PLACED.c.place
)
_UNION_NAMES: Select[Any] = select(_UNIONS.c.id, _UNIONS.c.name).where(among(_UNIONS.c.id, "ids"))


def overview(
    tx: Transaction, person: Person, *, page: int, size: int, union_id: int | None = None
) -> Overview:
    """Return the open work of the person's scope and a page of its shares; a page past the end has none.

    `union_id`: of this branch alone, if it is in their scope. At most three statements, one more
    for whoever stands in.
    """
    window = {"most": size + 1, "skipped": page * size}
    scope = person.scope if union_id is None else person.scope & {union_id}
    rows = tx.connection.execute(_PAGE, asked(tx, person) | window | {"unions": sorted(scope)}).all()
    if not rows:
        return Overview(Counts(), 0, 0, 0, (), has_more=False)
    first = rows[0]
    away = absences.stand_ins(tx, tx.today)
    instead = {one for row in rows if (one := away.get(row.owner_id)) is not None}
    names = _named(tx, _NAMES, instead)
    return Overview(
        total=Counts(first.all_late, first.all_today, first.all_week, first.all_later),
        own=first.own,
        asks=first.asks,
        unowned=first.unowned,
        shares=tuple(
            _share(row, is_away=row.owner_id in away, instead=names.get(away.get(row.owner_id) or 0))
            for row in rows[:size]
        ),
        has_more=len(rows) > size,
        instead=_stood_in(tx, person, away),
    )


def _stood_in(tx: Transaction, person: Person, away: Mapping[int, int | None]) -> tuple[StoodIn, ...]:
    absent = sorted(one for one, instead in away.items() if instead == person.id)
    if not absent:
        return ()
    rows = tx.connection.execute(_STOOD_IN, asked(tx, person) | {"ids": absent})
    return tuple(StoodIn(*row) for row in rows)


def load(tx: Transaction, person: Person) -> Load:
    """Return what is late and what falls due in this and the next seven weeks, by branch. Two statements."""
    monday = tx.today - timedelta(days=tx.today.weekday())
    mondays = tuple(monday + number * WEEK for number in range(WEEKS + 1))
    days = {f"week{number}": mondays[number] for number in range(1, WEEKS)}
    given = {"today": tx.today, "end": mondays[WEEKS], "unions": sorted(person.scope)}
    placed: dict[int, list[int]] = {}
    for union_id, place, number in tx.connection.execute(_LOAD, days | given):
        placed.setdefault(union_id, [0] * (WEEKS + 1))[place] = number
    names = _named(tx, _UNION_NAMES, placed)
    branches = [
        BranchLoad(union_id, names[union_id], counted[0], tuple(counted[1:]))
        for union_id, counted in placed.items()
    ]
    return Load(mondays[:WEEKS], tuple(sorted(branches, key=lambda one: (-one.all, one.union_id))))


def _named(tx: Transaction, names: Select[Any], ids: Iterable[int]) -> dict[int, str]:
    """Names by id; nothing is asked for nobody."""
    known = sorted(ids)
    return {row[0]: row[1] for row in tx.connection.execute(names, {"ids": known})} if known else {}


def _share(row: Row[Any], *, is_away: bool, instead: str | None) -> Share:
    return Share(
        union_id=row.union_id,
        union_name=row.union_name,
        branch=Counts(row.branch_late, row.branch_today, row.branch_week, row.branch_later),
        counts=Counts(row.late, row.today, row.week, row.later),
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        office=None if row.for_role is None else Role(row.for_role),
        hindrance=_hindrance(row),
        is_away=is_away,
        instead=instead,
    )


def _hindrance(row: Row[Any]) -> str:
    if row.owner_id is None:
        return ""
    if row.state == PersonState.REMOVED:
        return "removed"
    if row.state != PersonState.ACTIVE or row.telegram_id is None:
        return "not_joined"
    return "" if row.blocked_at is None else "blocked"
