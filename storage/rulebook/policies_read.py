"""What holds for a union: its own rules and those of the unions above it; the nearest wins, rule by rule.

It is read once a transaction and union. Nothing is changed here.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, bindparam, literal, select

from storage.columns import table_of
from storage.rulebook import policy
from storage.rulebook.policy import KEYS, Policy
from storage.rulebook.policy_course import Course
from storage.tables.office import PolicyRow
from storage.tables.people import Union

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy import CTE, Row, Select

    from storage.core.transaction import Transaction

_POLICIES = table_of(PolicyRow)
_UNIONS = table_of(Union)
_KEPT = "policies"


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


CHAIN = _upwards()
# The furthest union first, then in the order in which they were set: what comes last holds.
_IN_FORCE: Select[Any] = (
    select(CHAIN.c.asked, _POLICIES.c.union_id, _POLICIES.c.key, _POLICIES.c.value, _POLICIES.c.set_at)
    .join(_POLICIES, _POLICIES.c.union_id == CHAIN.c.id)
    .order_by(CHAIN.c.asked, CHAIN.c.above.desc(), _POLICIES.c.id)
)
_ZONES = select(_POLICIES.c.value).where(_POLICIES.c.key == "zone", _POLICIES.c.value.is_not(None)).distinct()


def of(tx: Transaction, union_id: int) -> Policy:
    """Return what holds for a union. One statement a transaction and union."""
    return of_many(tx, (union_id,))[union_id]


def of_many(tx: Transaction, union_ids: Iterable[int]) -> Mapping[int, Policy]:
    """Return what holds for each of these unions; one statement for those not asked before."""
    known: dict[int, Policy] = tx.kept.setdefault(_KEPT, {})
    new = sorted(set(union_ids).difference(known))
    if new:
        rows = tx.connection.execute(_IN_FORCE, {"unions": new})
        known.update(dict.fromkeys(new, policy.DEFAULT))
        for union_id, chain in groupby(rows, key=lambda row: row.asked):
            known[union_id] = _folded(tx, chain).policy()
    return known


def _folded(tx: Transaction, rows: Iterable[Row[Any]]) -> Course:
    """Go through a chain's rows, from the furthest union to the nearest and from the oldest to the newest."""
    course = Course()
    for _, own in groupby(rows, key=lambda row: row.union_id):
        course.descend()
        for row in own:
            if row.key in KEYS:
                course.take(row.key, row.value, row.set_at.astimezone(tx.zone).date())
    return course


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


def forget(tx: Transaction) -> None:
    """Read anew from now on: a rule was changed."""
    tx.kept.pop(_KEPT, None)
