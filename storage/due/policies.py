"""The rules each union set for itself, by whom and when; the nearest union upwards wins, rule by rule.

Rules are rows that are only added: the newest of a key holds, the older ones are its history. What they mean
stands in `policy`; here they are read and changed, and what is due is brought in step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, bindparam, insert, literal, select

from storage import audit, errors
from storage.codes import Role
from storage.columns import table_of
from storage.due import policy, recounts
from storage.due.policy import KEYS, Policy
from storage.members import people
from storage.tables.office import PolicyRow
from storage.tables.people import PersonRow, Union

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from sqlalchemy import CTE, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

# Who may set a union's rules, over that union or one above it.
RULERS = (Role.OFFICER, Role.CHAIR, Role.ADMIN)
HISTORY_SHOWN = 50

_POLICIES = table_of(PolicyRow)
_UNIONS = table_of(Union)
_PEOPLE = table_of(PersonRow)


@dataclass(frozen=True, slots=True)
class Setting:
    """One rule as a union set it; `value` in its JSON form; None (in a history): no longer set."""

    key: str
    value: object
    union_id: int
    union_name: str
    set_by_name: str | None
    set_at: datetime


def _upwards() -> CTE:
    """The asked unions and all above each, with the distance."""
    asked = select(
        _UNIONS.c.id.label("asked"), _UNIONS.c.id, _UNIONS.c.parent_id, literal(0, Integer).label("above")
    ).where(_UNIONS.c.id.in_(bindparam("unions", expanding=True)))
    chain = asked.cte("chain", recursive=True)
    parents = select(chain.c.asked, _UNIONS.c.id, _UNIONS.c.parent_id, chain.c.above + 1).join(
        chain, chain.c.parent_id == _UNIONS.c.id
    )
    return chain.union_all(parents)


_CHAIN = _upwards()
# The furthest union first, then in the order in which they were set: what comes last holds.
_IN_FORCE: Select[Any] = (
    select(_CHAIN.c.asked, _POLICIES.c.union_id, _POLICIES.c.key, _POLICIES.c.value)
    .join(_POLICIES, _POLICIES.c.union_id == _CHAIN.c.id)
    .order_by(_CHAIN.c.above.desc(), _POLICIES.c.id)
)
_SET: Select[Any] = (
    select(
        _POLICIES.c.key,
        _POLICIES.c.value,
        _POLICIES.c.union_id,
        _UNIONS.c.name,
        _PEOPLE.c.name.label("set_by_name"),
        _POLICIES.c.set_at,
    )
    .join(_UNIONS, _UNIONS.c.id == _POLICIES.c.union_id)
    .outerjoin(_PEOPLE, _PEOPLE.c.id == _POLICIES.c.set_by)
)
_SETTINGS = _SET.join(_CHAIN, _CHAIN.c.id == _POLICIES.c.union_id).order_by(
    _CHAIN.c.above.desc(), _POLICIES.c.id
)
_HISTORY = (
    _SET.where(_POLICIES.c.union_id == bindparam("union"), _POLICIES.c.key == bindparam("key"))
    .order_by(_POLICIES.c.id.desc())
    .limit(HISTORY_SHOWN)
)
_OWN = (
    select(_POLICIES.c.value)
    .where(_POLICIES.c.union_id == bindparam("union"), _POLICIES.c.key == bindparam("key"))
    .order_by(_POLICIES.c.id.desc())
    .limit(1)
)
_ZONES = select(_POLICIES.c.value).where(_POLICIES.c.key == "zone", _POLICIES.c.value.is_not(None)).distinct()


def of(tx: Transaction, union_id: int) -> Policy:
    """Return what holds for a union. One statement a transaction and union."""
    return of_many(tx, (union_id,))[union_id]


def of_many(tx: Transaction, union_ids: Iterable[int]) -> Mapping[int, Policy]:
    """Return what holds for each of these unions; one statement for those not asked before."""
    known: dict[int, Policy] = tx.kept.setdefault(_POLICIES.name, {})
    new = set(union_ids).difference(known)
    if new:
        set_there = _in_force(tx, new)
        known.update(
            {one: policy.with_values(set_there[one]) if set_there[one] else policy.DEFAULT for one in new}
        )
    return known


def _in_force(tx: Transaction, union_ids: Iterable[int]) -> dict[int, dict[str, object]]:
    values: dict[int, dict[int, dict[str, object]]] = {one: {} for one in union_ids}
    for row in tx.connection.execute(_IN_FORCE, {"unions": sorted(values)}):
        of_union = values[row.asked].setdefault(row.union_id, {})
        of_union.pop(row.key, None)
        if row.value is not None and row.key in KEYS:
            of_union[row.key] = row.value
    # Unions stand from the furthest to the nearest, so that the nearest is written last.
    return {
        asked: {key: value for own in chain.values() for key, value in own.items()}
        for asked, chain in values.items()
    }


def zone_of(tx: Transaction, union_id: int) -> ZoneInfo:
    """Return the time zone in which a union lives: its own, or the installation's."""
    name = of(tx, union_id).zone
    return ZoneInfo(name) if name else tx.zone


def today_of(tx: Transaction, union_id: int) -> date:
    """Return the day it is where that union is."""
    return tx.now.astimezone(zone_of(tx, union_id)).date()


def latest_today(tx: Transaction) -> date:
    """Return the latest day it is at any union now; the installation's own where nobody set a zone."""
    days = [tx.now.astimezone(ZoneInfo(name)).date() for name in tx.connection.scalars(_ZONES) if name]
    return max([tx.today, *days])


def change(tx: Transaction, person: Person, union_id: int, key: str, value: object) -> None:
    """Set a rule of a union to a value in its JSON form (`policy.parse` reads what a person typed).

    Afterwards it holds for the union and those below it that set no other, from this transaction on: what is
    due moves to its new days and is told by its new stage; of a large union the first 500 households at
    once, the rest by `recount`. A value that holds there already changes nothing.
    Refuses NotFound (no such rule, or a union out of sight), NotAllowed (no officer, chair or admin over it),
    and children of BadRule.
    """
    _check_ruler(tx, person, union_id)
    policy.check(key, value)
    before = of(tx, union_id)
    if value == before.values[key]:
        return
    policy.check_order(policy.with_values({**before.values, key: value}))
    _set(tx, person, union_id, key, value)


def reset(tx: Transaction, person: Person, union_id: int, key: str) -> None:
    """Let a rule of a union be again what the union above it has; what the union never set stays as it is.

    Afterwards as after `change`. Refuses NotFound, NotAllowed, BadOrder (it does not go with the rest).
    """
    _check_ruler(tx, person, union_id)
    if key not in KEYS:
        raise errors.NotFound(key=key)
    if tx.connection.scalar(_OWN, {"union": union_id, "key": key}) is None:
        return
    own = _in_force(tx, [union_id])[union_id]
    above = _above(tx, union_id)
    policy.check_order(policy.with_values({**own, key: above.values[key]}))
    _set(tx, person, union_id, key, None)


def settings(tx: Transaction, union_id: int) -> dict[str, Setting]:
    """Return what is set for a union, there or above, by its key; what is nowhere set is missing."""
    by_union: dict[int, dict[str, Setting]] = {}
    for row in tx.connection.execute(_SETTINGS, {"unions": [union_id]}):
        own = by_union.setdefault(row.union_id, {})
        own.pop(row.key, None)
        if row.value is not None:
            own[row.key] = Setting(*row)
    return {key: one for own in by_union.values() for key, one in own.items()}


def history(tx: Transaction, union_id: int, key: str) -> list[Setting]:
    """Return what a union itself set a rule to, the newest first, at most 50."""
    return [Setting(*row) for row in tx.connection.execute(_HISTORY, {"union": union_id, "key": key})]


def recount(tx: Transaction) -> bool:
    """Bring the next 500 households in step with changed rules; True while there is more."""
    return recounts.go_on(tx)


def _above(tx: Transaction, union_id: int) -> Policy:
    parent = tx.connection.scalar(select(_UNIONS.c.parent_id).where(_UNIONS.c.id == union_id))
    return policy.DEFAULT if parent is None else of(tx, parent)


def _check_ruler(tx: Transaction, person: Person, union_id: int) -> None:
    if union_id not in person.scope | person.charge:
        raise errors.NotFound(union_id=union_id)
    # A person may be officer of one branch and cadre of another: the role must reach this very union.
    rulers = {one.id for role in RULERS if role in person.roles for one in people.holders(tx, role, union_id)}
    if person.id not in rulers:
        raise errors.NotAllowed


def _set(tx: Transaction, person: Person, union_id: int, key: str, value: object) -> None:
    before = of(tx, union_id).values[key]
    tx.connection.execute(
        insert(_POLICIES),
        {"union_id": union_id, "key": key, "value": value, "set_by": person.id, "set_at": tx.now},
    )
    tx.kept.pop(_POLICIES.name, None)
    subject = f"union:{union_id}"
    audit.record(
        tx, person_id=person.id, act="policy.change", subject=subject, key=key, value=value, before=before
    )
    if KEYS[key].moves:
        recounts.begin(tx, union_id)
