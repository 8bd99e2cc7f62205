"""The row of a due item while somebody acts on it, who may, and the trace that every act leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from storage import audit, errors
from storage.codes import FollowupState, PersonState, Role, StepAct
from storage.columns import table_of
from storage.due.ladder import Ladder
from storage.members import absences
from storage.rulebook import policies_read
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow, RoleRow, Union
from storage.tables.work import Followup, FollowupStep

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

# Longer reasons are refused with one line rather than cut. Our default.
# Who decides when a cadre cannot: takes it, gives it to another, gives more days, closes it.
DECIDERS = frozenset({Role.OFFICER, Role.CHAIR})
_KEPT = "deciders"
_ASSIGNMENTS = frozenset({StepAct.TAKE, StepAct.REASSIGN})

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)
_STEPS = table_of(FollowupStep)
_ROLES = table_of(RoleRow)
_UNIONS = table_of(Union)

_ONE: Select[Any] = (
    select(
        *_FOLLOWUPS.c,
        _HOUSEHOLDS.c.union_id,
        _HOUSEHOLDS.c.liaison_id,
        _HOUSEHOLDS.c.last_visit_on,
    )
    .join(_HOUSEHOLDS, _HOUSEHOLDS.c.id == _FOLLOWUPS.c.household_id)
    .where(_FOLLOWUPS.c.id == bindparam("item"), _FOLLOWUPS.c.state == FollowupState.OPEN)
    .with_for_update(of=_FOLLOWUPS)
)
_PUT: Any = update(_FOLLOWUPS).where(_FOLLOWUPS.c.id == bindparam("item"))
_THERE = _UNIONS.alias("there")
_REACHES = (
    select(_ROLES.c.person_id)
    .join(_UNIONS, _UNIONS.c.id == _ROLES.c.union_id)
    .join(_THERE, _THERE.c.path.like(_UNIONS.c.path + "%"))
    .where(
        _ROLES.c.person_id == bindparam("person"),
        _ROLES.c.role.in_(DECIDERS),
        _THERE.c.id == bindparam("union"),
    )
    .limit(1)
)
_LAST: Select[Any] = (
    select(_STEPS).where(_STEPS.c.followup_id == bindparam("item")).order_by(_STEPS.c.id.desc()).limit(1)
)
_LAST_ASSIGNMENT: Select[Any] = (
    select(_STEPS.c.act, _PEOPLE.c.id, _PEOPLE.c.name, _PEOPLE.c.state, _PEOPLE.c.blocked_at)
    .join(_PEOPLE, _PEOPLE.c.id == _STEPS.c.person_id)
    .where(_STEPS.c.followup_id == bindparam("item"), _STEPS.c.act.in_(_ASSIGNMENTS))
    .order_by(_STEPS.c.id.desc())
    .limit(1)
)


def held(tx: Transaction, person: Person, followup_id: int) -> Row[Any]:
    """Return the open item, nobody else's until the transaction ends.

    Refuses NotFound: answered, closed, absent, or out of the person's scope; these look alike.
    """
    row = tx.connection.execute(_ONE, {"item": followup_id}).one_or_none()
    if row is None or row.union_id not in person.scope:
        raise errors.NotFound(followup_id=followup_id)
    return row


def owner_of(row: Row[Any]) -> int | None:
    """Whose the item is: whoever was given it, else the household's liaison; None when an office has it."""
    if row.for_role is not None:
        return None
    owner_id: int | None = row.liaison_id if row.person_id is None else row.person_id
    return owner_id


def decides(person: Person) -> bool:
    """Whether this person decides anywhere about items that are not theirs."""
    return bool(person.roles & DECIDERS)


def decides_over(tx: Transaction, person: Person, union_id: int) -> bool:
    """Whether they do so for this very union: an officer of one branch may be a cadre of another."""
    if not decides(person) or union_id not in person.scope:
        return False
    known: dict[tuple[int, int], bool] = tx.kept.setdefault(_KEPT, {})
    if (person.id, union_id) not in known:
        asked = {"person": person.id, "union": union_id}
        known[person.id, union_id] = tx.connection.scalar(_REACHES, asked) is not None
    return known[person.id, union_id]


def require_decider(person: Person) -> None:
    """Let only an officer or a chair pass. Refuses NotAllowed."""
    if not decides(person):
        raise errors.NotAllowed


def require_decider_over(tx: Transaction, person: Person, union_id: int) -> None:
    """Let only an officer or a chair of that union, or of one above it, pass. Refuses NotAllowed."""
    if not decides_over(tx, person, union_id):
        raise errors.NotAllowed


def is_theirs(tx: Transaction, person: Person, *ids: int | None) -> bool:
    """Whether one of these is the person, or somebody they stand in for today."""
    if person.id in ids:
        return True
    return bool(absences.standing_in(tx, person.id, tx.today) & {one for one in ids if one is not None})


def taker_of(tx: Transaction, row: Row[Any]) -> tuple[int, str] | None:
    """Who has taken the item on, so that nobody else is told; None when nobody has, or they are gone."""
    if row.person_id is None or row.next_stage is not None:
        return None
    last = tx.connection.execute(_LAST_ASSIGNMENT, {"item": row.id}).one_or_none()
    if last is None or last.act != StepAct.TAKE or last.id != row.person_id:
        return None
    return (last.id, last.name) if last.state == PersonState.ACTIVE and last.blocked_at is None else None


def last_step(tx: Transaction, row: Row[Any]) -> Row[Any] | None:
    """The newest step of an item."""
    return tx.connection.execute(_LAST, {"item": row.id}).one_or_none()


def ladder_of(tx: Transaction, row: Row[Any], ladder_from: date) -> Ladder:
    """The item's days on the ladder, were its upper half to count from that day."""
    return Ladder(row.opens_on, row.due_on, ladder_from, policies_read.of(tx, row.union_id))


def change(tx: Transaction, row: Row[Any], **columns: object) -> None:
    """Write columns of the item."""
    tx.connection.execute(_PUT.values(**columns), {"item": row.id})


def record(
    tx: Transaction,
    person: Person,
    row: Row[Any],
    act: StepAct,
    *,
    until_on: date | None = None,
    other_id: int | None = None,
    reason: str = "",
) -> int:
    """Keep who did what, and return the step's id. The reason, which may be personal, is not audited."""
    step_id: int = tx.connection.execute(
        insert(_STEPS)
        .values(
            followup_id=row.id,
            household_id=row.household_id,
            person_id=person.id,
            act=act,
            until_on=until_on,
            other_person_id=other_id,
            reason=reason,
            done_at=tx.now,
        )
        .returning(_STEPS.c.id)
    ).scalar_one()
    details: dict[str, object] = {"household_id": row.household_id, "step_id": step_id}
    if until_on is not None:
        details["until_on"] = until_on.isoformat()
    if other_id is not None:
        details["other_id"] = other_id
    audit.record(tx, person_id=person.id, act=f"followup.{act}", subject=f"followup:{row.id}", **details)
    return step_id


def put_reason(tx: Transaction, step_id: int, reason: str) -> None:
    """Write the reason of a step that had none, or another."""
    tx.connection.execute(update(_STEPS).where(_STEPS.c.id == step_id).values(reason=reason))
