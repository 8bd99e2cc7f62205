"""One part of a union's open work: whose, of which kind, how near; counted, and read a page at a time.

Every statement walks the items that have opened, by their index, and never the households.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, bindparam, case, exists, func, literal_column, null, or_, select

from storage.codes import FollowupState, NoticeReason, Role
from storage.columns import table_of
from storage.due.due_items import ANY_ITEMS, DueItem, as_items
from storage.tables.dossiers import Household
from storage.tables.work import Followup, Notice

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, ColumnElement, Select

    from storage.codes import FollowupKind
    from storage.core.transaction import Transaction
    from storage.members.people import Person

Group = Literal["late", "today", "week", "later"]
# Who has an item not by the ladder or in another's place, but because it is theirs.
THEIR_OWN = (NoticeReason.LIAISON, NoticeReason.ASSIGNED, NoticeReason.SUBSTITUTE)

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_NOTICES = table_of(Notice)
# The sum keeps either database from walking the households of the unions instead of the open items.
_branch_of: ColumnElement[int] = literal_column("households.union_id + 0")
_UNIONS: BindParameter[int] = bindparam("unions", expanding=True)
_IDS: BindParameter[int] = bindparam("items", expanding=True)

# Whose an item is: an office's (nobody's in person), else who was given it, else the liaison's.
owner = case(
    (_FOLLOWUPS.c.for_role.is_not(None), null()),
    else_=func.coalesce(_FOLLOWUPS.c.person_id, _HOUSEHOLDS.c.liaison_id),
)
OPENED = (
    _FOLLOWUPS.c.state == FollowupState.OPEN,
    _FOLLOWUPS.c.opens_on <= bindparam("today"),
    or_(_HOUSEHOLDS.c.paused_until.is_(None), _HOUSEHOLDS.c.paused_until <= bindparam("today")),
    _branch_of.in_(_UNIONS),
)
JOINED = _FOLLOWUPS.join(_HOUSEHOLDS, _HOUSEHOLDS.c.id == _FOLLOWUPS.c.household_id)
GROUPS: dict[Group, ColumnElement[bool]] = {
    "late": _FOLLOWUPS.c.due_on < bindparam("today"),
    "today": _FOLLOWUPS.c.due_on == bindparam("today"),
    "week": and_(_FOLLOWUPS.c.due_on > bindparam("today"), _FOLLOWUPS.c.due_on <= bindparam("sunday")),
    "later": _FOLLOWUPS.c.due_on > bindparam("sunday"),
}
# What asks for this person beside their own: told to them by the ladder or in another's place, left to their
# office, or taken by them.
ASKS_FOR = or_(
    _FOLLOWUPS.c.person_id == bindparam("me"),
    _FOLLOWUPS.c.for_role.in_(bindparam("offices", expanding=True)),
    exists().where(
        _NOTICES.c.followup_id == _FOLLOWUPS.c.id,
        _NOTICES.c.turn == _FOLLOWUPS.c.turn,
        _NOTICES.c.due_on == _FOLLOWUPS.c.due_on,
        _NOTICES.c.person_id == bindparam("me"),
        _NOTICES.c.because.not_in(THEIR_OWN),
    ),
)


@dataclass(frozen=True, slots=True)
class Pick:
    """What is looked at; what is left out is not asked for.

    `union_id`: one branch's; `owner_id`: one person's; `unowned`: nobody's, `office`: some role's; `own`: the
    person's who looks; `asks`: what asks for them beside that (taken, climbed, for their office).
    """

    group: Group | None = None
    kind: FollowupKind | None = None
    union_id: int | None = None
    owner_id: int | None = None
    unowned: bool = False
    office: Role | None = None
    own: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many are late, due today, in the rest of this week, and (open already) later."""

    late: int = 0
    today: int = 0
    week: int = 0
    later: int = 0

    @property
    def all(self) -> int:
        """All together."""
        return self.late + self.today + self.week + self.later


def asked(tx: Transaction, person: Person) -> dict[str, Any]:
    """The parameters that every statement here has in common."""
    return {
        "today": tx.today,
        "sunday": sunday(tx.today),
        "unions": sorted(person.scope),
        "me": person.id,
        "offices": sorted(person.roles),
    }


def sunday(day: date) -> date:
    """The last day of a day's week."""
    return day + timedelta(days=7 - day.isoweekday())


def summed(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows this is true of."""
    return func.sum(case((condition, 1), else_=0))


_FIGURES: list[ColumnElement[Any]] = [
    func.coalesce(summed(condition), 0).label(name) for name, condition in GROUPS.items()
]
_COUNTED: Select[Any] = select(*_FIGURES).select_from(JOINED).where(*OPENED)
_BY_KIND: Select[Any] = (
    select(_FOLLOWUPS.c.kind, func.count()).select_from(JOINED).where(*OPENED).group_by(_FOLLOWUPS.c.kind)
)
_FOUND: Select[Any] = (
    select(_FOLLOWUPS.c.id)
    .select_from(JOINED)
    .where(*OPENED)
    .order_by(_FOLLOWUPS.c.due_on, _FOLLOWUPS.c.id)
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_READ = ANY_ITEMS.where(_FOLLOWUPS.c.id.in_(_IDS)).order_by(_FOLLOWUPS.c.due_on, _FOLLOWUPS.c.id)


def counts(tx: Transaction, person: Person, pick: Pick) -> Counts:
    """Return how many items there are of that sort in the person's scope. One statement."""
    row = tx.connection.execute(_COUNTED.where(*_conditions(pick)), asked(tx, person)).one()
    return Counts(row.late, row.today, row.week, row.later)


def by_kind(tx: Transaction, person: Person) -> dict[str, int]:
    """Return how many items of each kind there are in the person's scope. One statement."""
    return {row[0]: row[1] for row in tx.connection.execute(_BY_KIND, asked(tx, person))}


def items(tx: Transaction, person: Person, pick: Pick, *, page: int, size: int) -> tuple[list[DueItem], bool]:
    """Return a page of the items of that sort, the longest late first, and whether there are more.

    Two statements; a page past the end is empty.
    """
    window = {"most": size + 1, "skipped": page * size}
    ids = list(tx.connection.scalars(_FOUND.where(*_conditions(pick)), asked(tx, person) | window))
    if not ids:
        return [], False
    rows = tx.connection.execute(_READ, {"items": ids[:size]})
    return as_items(tx, rows, tx.today), len(ids) > size


def _conditions(pick: Pick) -> list[ColumnElement[bool]]:
    conditions = [GROUPS[pick.group]] if pick.group else []
    if pick.kind is not None:
        conditions.append(_FOLLOWUPS.c.kind == pick.kind)
    if pick.union_id is not None:
        conditions.append(_branch_of == pick.union_id)
    if pick.owner_id is not None:
        conditions.append(owner == pick.owner_id)
    if pick.unowned:
        conditions += [owner.is_(None), _FOLLOWUPS.c.for_role.is_(None)]
    if pick.office is not None:
        conditions.append(_FOLLOWUPS.c.for_role == pick.office)
    if pick.own:
        conditions.append(owner == bindparam("me"))
    if pick.asks:
        conditions.append(ASKS_FOR)
    return conditions
