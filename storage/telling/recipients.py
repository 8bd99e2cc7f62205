"""Who is told of a due item at a stage, and why to them; tells nobody, and knows no notice.

Whoever has it: the holders of an office, or the person it was given to, or the household's liaison. Whoever
of them is away is stood in for; who cannot be told is stood in for by the officers, else the chairs. Up the
ladder officers are added, then chairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from storage.codes import NoticeReason, PersonState, Role, Stage
from storage.columns import table_of
from storage.due.due_items import ASSIGNEE
from storage.due.ladder import UPWARD
from storage.members import absences
from storage.rulebook.policies_read import CHAIN
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow, RoleRow
from storage.tables.work import Followup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction

_KEPT = "recipients"
_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)
_ROLES = table_of(RoleRow)

# What a row must hold for `Recipients.of`; the people joined are those of `ASSIGNEE`, by `IS_ASSIGNEE`.
COLUMNS = (
    _HOUSEHOLDS.c.union_id,
    ASSIGNEE.label("assignee_id"),
    _FOLLOWUPS.c.person_id.label("given_id"),
    _FOLLOWUPS.c.for_role,
    _PEOPLE.c.state.label("assignee_state"),
    _PEOPLE.c.telegram_id,
    _PEOPLE.c.blocked_at,
)
IS_ASSIGNEE = _PEOPLE.c.id == ASSIGNEE
# Officers and chairs over each of some unions who can be told.
_OFFICES: Select[Any] = (
    select(CHAIN.c.asked, _ROLES.c.role, _ROLES.c.person_id)
    .join(_ROLES, _ROLES.c.union_id == CHAIN.c.id)
    .join(_PEOPLE, _PEOPLE.c.id == _ROLES.c.person_id)
    .where(
        _ROLES.c.role.in_((Role.OFFICER, Role.CHAIR)),
        _PEOPLE.c.state == PersonState.ACTIVE,
        _PEOPLE.c.telegram_id.is_not(None),
        _PEOPLE.c.blocked_at.is_(None),
    )
    .order_by(_ROLES.c.person_id)
)


class Recipients:
    """Whom items go to on one day; roles and leaves are looked up once."""

    def __init__(self, tx: Transaction, on: date) -> None:
        self._tx = tx
        self._on = on
        self._expected: set[int] = set()
        self._offices: dict[int, dict[str, list[int]]] = {}
        self._away: Mapping[int, int | None] | None = None

    def expect(self, rows: Iterable[Row[Any]]) -> None:
        """Say which items will be asked about, so that the offices over all of them are looked up at once."""
        self._expected.update(row.union_id for row in rows)

    def of(self, row: Row[Any], stage: Stage) -> dict[int, NoticeReason]:
        """Return who is told of this item at that stage, and why; nobody when nobody can be."""
        told = self._bearers(row)
        if stage in UPWARD:
            self._add(told, self._holders(Role.OFFICER, row.union_id), NoticeReason.OFFICER)
        if stage == Stage.CHAIR:
            self._add(told, self._holders(Role.CHAIR, row.union_id), NoticeReason.CHAIR)
        return told

    def _bearers(self, row: Row[Any]) -> dict[int, NoticeReason]:
        if row.for_role is not None:
            office = self._holders(Role(row.for_role), row.union_id)
            return dict.fromkeys(office or self._instead(row.union_id), NoticeReason.MISSED)
        missing = hindrance(row)
        if missing is not None:
            return dict.fromkeys(self._instead(row.union_id), missing)
        away = self._absent()
        if row.assignee_id not in away:
            reason = NoticeReason.LIAISON if row.given_id is None else NoticeReason.ASSIGNED
            return {row.assignee_id: reason}
        stand_in = away[row.assignee_id]
        told = self._instead(row.union_id) if stand_in is None else [stand_in]
        return dict.fromkeys(told, NoticeReason.SUBSTITUTE)

    def _instead(self, union_id: int) -> list[int]:
        return self._holders(Role.OFFICER, union_id) or self._holders(Role.CHAIR, union_id)

    def _add(self, told: dict[int, NoticeReason], ids: Iterable[int], reason: NoticeReason) -> None:
        for person_id in ids:
            told.setdefault(person_id, reason)

    def _holders(self, role: Role, union_id: int) -> list[int]:
        """Who holds a role over a union and can be told; whoever stands in for those who are away."""
        if union_id not in self._offices:
            self._look_up(self._expected.difference(self._offices) | {union_id})
        able = self._offices[union_id].get(role, [])
        away = self._absent()
        present = [away.get(one, one) for one in able]
        # With everybody away and nobody in their place it is better told to them than to nobody.
        return list(dict.fromkeys([one for one in present if one is not None] or able))

    def _look_up(self, union_ids: set[int]) -> None:
        self._offices.update((union_id, {}) for union_id in union_ids)
        for row in self._tx.connection.execute(_OFFICES, {"unions": sorted(union_ids)}):
            self._offices[row.asked].setdefault(row.role, []).append(row.person_id)

    def _absent(self) -> Mapping[int, int | None]:
        if self._away is None:
            self._away = absences.stand_ins(self._tx, self._on)
        return self._away


def on_day(tx: Transaction, on: date) -> Recipients:
    """Return whom items go to on that day: looked up once a transaction, in which nobody's place changes."""
    known: dict[date, Recipients] = tx.kept.setdefault(_KEPT, {})
    if on not in known:
        known[on] = Recipients(tx, on)
    return known[on]


def hindrance(row: Row[Any]) -> NoticeReason | None:
    """Why whoever has it cannot be told; None when they can."""
    if row.assignee_id is None:
        return NoticeReason.NO_LIAISON
    if row.assignee_state == PersonState.REMOVED:
        return NoticeReason.REMOVED
    if row.assignee_state != PersonState.ACTIVE or row.telegram_id is None:
        return NoticeReason.NOT_JOINED
    return None if row.blocked_at is None else NoticeReason.BLOCKED
