"""Who could take over from somebody: who may report and can be told, with what lies with them already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, or_, select

from storage.codes import PersonState, Role
from storage.columns import table_of
from storage.members.absences import ABSENCES
from storage.tables.people import PersonRow, RoleRow, Union
from storage.takeover import workload
from storage.takeover.workload import REPORTERS, Load

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction

LISTED_MAX = 60

_PEOPLE = table_of(PersonRow)
_ROLES = table_of(RoleRow)
_UNIONS = table_of(Union)

CAN_BE_TOLD = (
    _PEOPLE.c.state == PersonState.ACTIVE,
    _PEOPLE.c.telegram_id.is_not(None),
    _PEOPLE.c.blocked_at.is_(None),
)
_SOMEBODY: Select[Any] = (
    select(_PEOPLE.c.id, _PEOPLE.c.name, _UNIONS.c.name.label("union_name"), _ROLES.c.role)
    .join(_ROLES, _ROLES.c.person_id == _PEOPLE.c.id)
    .join(_UNIONS, _UNIONS.c.id == _PEOPLE.c.union_id)
    .where(*CAN_BE_TOLD, _ROLES.c.role.in_(REPORTERS))
)
_NOT_AWAY = (
    ~select(ABSENCES.c.id)
    .where(
        ABSENCES.c.person_id == _PEOPLE.c.id,
        ABSENCES.c.ended_at.is_(None),
        ABSENCES.c.from_on <= bindparam("last"),
        ABSENCES.c.until_on >= bindparam("first"),
    )
    .exists()
)
_OF_UNIONS = (
    _SOMEBODY.where(
        or_(
            and_(_ROLES.c.role == Role.CADRE, _ROLES.c.union_id.in_(bindparam("branches", expanding=True))),
            and_(_ROLES.c.role != Role.CADRE, _ROLES.c.union_id.in_(bindparam("upwards", expanding=True))),
        ),
        _PEOPLE.c.id != bindparam("person"),
        _NOT_AWAY,
    )
    .order_by(_PEOPLE.c.id)
    .limit(LISTED_MAX * len(REPORTERS))
)
_NAMED = _SOMEBODY.where(_PEOPLE.c.name == bindparam("name"), _PEOPLE.c.id != bindparam("person"), _NOT_AWAY)
_ONE = _SOMEBODY.where(_PEOPLE.c.id == bindparam("person"))
_PATHS = select(_UNIONS.c.path).where(_UNIONS.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take over; `role` is what they would do it as, cadre before officer before chair."""

    id: int
    name: str
    union_name: str
    role: Role
    load: Load


def of_branches(
    tx: Transaction, person_id: int, unions: Collection[int], first: date, last: date
) -> list[Candidate]:
    """Return who could take over households of these branches and is at work on all these days.

    Cadres of the branches come first, whoever has least to do at the head, then officers, then chairs.
    """
    asked = {
        "branches": sorted(unions),
        "upwards": _upwards(tx, unions),
        "person": person_id,
        "first": first,
        "last": last,
    }
    return _candidates(tx, tx.connection.execute(_OF_UNIONS, asked).all())


def named(tx: Transaction, person_id: int, name: str, first: date, last: date) -> list[Candidate]:
    """Return those of that name, of whichever branch; the caller decides whether they fit."""
    asked = {"name": name, "person": person_id, "first": first, "last": last}
    return _candidates(tx, tx.connection.execute(_NAMED, asked).all())


def one(tx: Transaction, person_id: int) -> Candidate | None:
    """Return this person as a candidate; None for whoever cannot take over at all."""
    return next(iter(_candidates(tx, tx.connection.execute(_ONE, {"person": person_id}).all())), None)


def _upwards(tx: Transaction, unions: Collection[int]) -> list[int]:
    """These unions and all above them: an officer's or chair's office reaches down."""
    paths = tx.connection.scalars(_PATHS, {"ids": sorted(unions)})
    return sorted({int(part) for path in paths for part in path.strip("/").split("/")})


def _candidates(tx: Transaction, rows: Iterable[Row[Any]]) -> list[Candidate]:
    by_id: dict[int, Row[Any]] = {}
    for row in sorted(rows, key=lambda row: REPORTERS.index(Role(row.role))):
        by_id.setdefault(row.id, row)
    if not by_id:
        return []
    loads = workload.of_people(tx, by_id)
    found = [
        Candidate(row.id, row.name, row.union_name, Role(row.role), loads[row.id]) for row in by_id.values()
    ]
    found.sort(key=lambda one: (REPORTERS.index(one.role), one.load.open, one.load.households, one.id))
    return found[:LISTED_MAX]
