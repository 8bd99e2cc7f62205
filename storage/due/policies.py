"""The rules each union set for itself, by whom and when; the nearest union upwards wins, rule by rule.

Rules are rows that are only added: the newest of a key holds, the older ones are its history. What they mean
stands in `policy`; here they are read and changed, and what is due is brought in step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select

from storage import audit, errors
from storage.codes import Role
from storage.columns import table_of
from storage.due import recounts
from storage.members import people
from storage.rulebook import policies_read, policy
from storage.rulebook.policies_read import CHAIN, latest_today, of, of_many, today_of, zone_of
from storage.rulebook.policy import KEYS, Policy
from storage.tables.office import PolicyRow
from storage.tables.people import PersonRow, Union

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

__all__ = [
    "Setting",
    "change",
    "history",
    "latest_today",
    "of",
    "of_many",
    "recount",
    "reset",
    "settings",
    "today_of",
    "zone_of",
]

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
_SETTINGS = _SET.join(CHAIN, CHAIN.c.id == _POLICIES.c.union_id).order_by(
    CHAIN.c.above.desc(), _POLICIES.c.id
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
    above = _above(tx, union_id)
    policy.check_order(policy.with_values({**of(tx, union_id).values, key: above.values[key]}))
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
    policies_read.forget(tx)
    subject = f"union:{union_id}"
    audit.record(
        tx, person_id=person.id, act="policy.change", subject=subject, key=key, value=value, before=before
    )
    if KEYS[key].moves:
        recounts.begin(tx, union_id)
