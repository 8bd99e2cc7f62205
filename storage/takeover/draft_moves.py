"""Drafts that change hands: KEPT by the first heir who has none of the same open; looks into none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, or_, select, update

from storage import audit
from storage.among import among
from storage.codes import DraftState
from storage.columns import table_of
from storage.members import people
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow
from storage.tables.work import DraftRow
from storage.takeover.candidates import CAN_BE_TOLD
from storage.telling import bulletins

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction

# Who has touched a draft within this time is filling it, and goes on doing so.
BEING_FILLED = timedelta(minutes=10)
OPEN = (DraftState.ACTIVE, DraftState.KEPT)

_DRAFTS = table_of(DraftRow)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)
_THEIRS: Select[Any] = (
    select(_DRAFTS.c.id, _DRAFTS.c.form, _DRAFTS.c.subject, _DRAFTS.c.amends, _HOUSEHOLDS.c.union_id)
    .join(_HOUSEHOLDS, _HOUSEHOLDS.c.id == _DRAFTS.c.household_id)
    .where(_DRAFTS.c.person_id == bindparam("person"), _DRAFTS.c.state.in_(OPEN))
    .order_by(_DRAFTS.c.touched_at)
)
_LOST: Select[Any] = (
    select(
        _DRAFTS.c.id,
        _DRAFTS.c.person_id,
        _DRAFTS.c.form,
        _DRAFTS.c.subject,
        _DRAFTS.c.amends,
        _HOUSEHOLDS.c.union_id,
        _HOUSEHOLDS.c.liaison_id,
        _PEOPLE.c.id.label("able_id"),
    )
    .join(_HOUSEHOLDS, _HOUSEHOLDS.c.id == _DRAFTS.c.household_id)
    .outerjoin(_PEOPLE, and_(_PEOPLE.c.id == _HOUSEHOLDS.c.liaison_id, *CAN_BE_TOLD))
)
# A report that is being mended is its author's; it goes to nobody but an officer.
_PUT_ASIDE = and_(
    among(_DRAFTS.c.household_id, "households"),
    _DRAFTS.c.amends.is_(None),
    or_(_DRAFTS.c.state == DraftState.KEPT, _DRAFTS.c.touched_at <= bindparam("idle_since")),
)
_HAS_ONE = select(_DRAFTS.c.person_id).where(
    among(_DRAFTS.c.person_id, "people"),
    _DRAFTS.c.form == bindparam("report"),
    _DRAFTS.c.subject == bindparam("about"),
    _DRAFTS.c.state.in_(OPEN),
)
_ASIDE = update(_DRAFTS).where(_DRAFTS.c.id == bindparam("draft")).values(state=DraftState.KEPT)
_MOVE = (
    update(_DRAFTS)
    .where(_DRAFTS.c.id == bindparam("draft"))
    .values(person_id=bindparam("heir"), state=DraftState.KEPT)
)


def put_aside(tx: Transaction, person_id: int, household_ids: Collection[int]) -> int:
    """Return how many drafts on these households would go along if they changed hands now."""
    counted = _THEIRS.where(_PUT_ASIDE).order_by(None).with_only_columns(func.count())
    found: int = tx.connection.execute(counted, _asked(tx, person_id, household_ids)).scalar_one()
    return found


def go_along(
    tx: Transaction, person_id: int, household_ids: Collection[int], heirs: Sequence[int]
) -> dict[int, int]:
    """Give the drafts on these households that are put aside to the first heir who has none of the same.

    Return how many each heir got; what nobody can take stays where it is.
    """
    rows = tx.connection.execute(_THEIRS.where(_PUT_ASIDE), _asked(tx, person_id, household_ids)).all()
    return _moved(tx, rows, lambda _union_id: heirs)


def leave_behind(tx: Transaction, person_id: int, heirs_of: Callable[[int], Sequence[int]]) -> dict[int, int]:
    """Give all drafts of somebody who is gone to the heirs of each branch; return how many each got."""
    rows = tx.connection.execute(_THEIRS, {"person": person_id}).all()
    return _moved(tx, rows, heirs_of)


def let_go(tx: Transaction, draft_id: str) -> str | None:
    """Give one draft to the household's liaison, else to an officer; return the name of whoever has it.

    Where nobody can take it, it lies aside where it is and None is returned.
    """
    row = tx.connection.execute(_LOST.where(_DRAFTS.c.id == draft_id)).one()
    heirs = [one for one in _heirs(tx, row) if one != row.person_id]
    got = _moved(tx, [row], lambda _union_id: heirs)
    if not got:
        tx.connection.execute(_ASIDE, {"draft": draft_id})
        return None
    return people.get(tx, next(iter(got))).name


def return_lost(tx: Transaction, person_id: int) -> None:
    """Give back what somebody began on households they do not see any more; what is being filled waits."""
    telegram_id = people.get(tx, person_id).telegram_id
    person = None if telegram_id is None else people.find(tx, telegram_id)
    scope = frozenset[int]() if person is None else person.scope
    statement = _LOST.where(
        _DRAFTS.c.person_id == person_id,
        _DRAFTS.c.state.in_(OPEN),
        or_(_DRAFTS.c.state == DraftState.KEPT, _DRAFTS.c.touched_at <= tx.now - BEING_FILLED),
    )
    for row in tx.connection.execute(statement).all():
        if row.union_id not in scope:
            let_go(tx, row.id)


def _heirs(tx: Transaction, row: Row[Any]) -> list[int]:
    """The liaison, if they can be told and the report is not another's to mend; then the officers."""
    liaison = [row.liaison_id] if row.able_id is not None and row.amends is None else []
    return [*liaison, *bulletins.officers_of(tx, row.union_id)]


def _asked(tx: Transaction, person_id: int, household_ids: Collection[int]) -> dict[str, object]:
    return {
        "person": person_id,
        "households": list(household_ids),
        "idle_since": tx.now - BEING_FILLED,
    }


def _moved(
    tx: Transaction, rows: Sequence[Row[Any]], heirs_of: Callable[[int], Sequence[int]]
) -> dict[int, int]:
    got: dict[int, int] = {}
    for row in rows:
        heirs = heirs_of(row.union_id)
        asked = {"people": list(heirs), "report": row.form, "about": row.subject}
        busy = set(tx.connection.scalars(_HAS_ONE, asked)) if heirs else set()
        heir = next((one for one in heirs if one not in busy), None)
        if heir is not None:
            tx.connection.execute(_MOVE, {"draft": row.id, "heir": heir})
            audit.record(tx, person_id=None, act="draft.move", subject=f"draft:{row.id}", to=heir)
            got[heir] = got.get(heir, 0) + 1
    return got
