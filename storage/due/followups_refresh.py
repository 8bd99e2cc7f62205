"""Keeps the rows of what is due in step with the facts; tells nobody and shows nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from storage.codes import AidState, FollowupState, Stage
from storage.columns import table_of
from storage.due import followups_facts
from storage.due.followups_wanted import Wanted, is_concluded, wanted
from storage.tables.dossiers import Household
from storage.tables.fund import Aid
from storage.tables.work import Followup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.due.followups_facts import Known

REFRESH_AT_ONCE = 500

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_AID = table_of(Aid)

Key = tuple[int, str, str | None, int, str]

_ROWS: Select[Any] = select(
    _FOLLOWUPS.c.id,
    _FOLLOWUPS.c.household_id,
    _FOLLOWUPS.c.kind,
    _FOLLOWUPS.c.aid_id,
    _FOLLOWUPS.c.round,
    _FOLLOWUPS.c.source,
    _FOLLOWUPS.c.due_on,
).where(_FOLLOWUPS.c.household_id.in_(bindparam("ids", expanding=True)))
_OPEN_ROWS = _ROWS.where(_FOLLOWUPS.c.state == FollowupState.OPEN)
_PAST_ROWS = _ROWS.where(_FOLLOWUPS.c.state.in_((FollowupState.DONE, FollowupState.CANCELLED))).order_by(
    _FOLLOWUPS.c.id
)
_CLOSE = update(_FOLLOWUPS).where(_FOLLOWUPS.c.id == bindparam("row"))
_ADD = insert(_FOLLOWUPS)
_SET_AID = update(_AID).where(_AID.c.id == bindparam("aid"))


def refresh(tx: Transaction, household_id: int, *, answered_by: str | None = None) -> None:
    """Bring one household's due items in step with its facts, in the transaction that changed them.

    Afterwards exactly what the facts call for is open. An item whose source fact is the same but whose day
    changed keeps its row and moves, with a fresh ladder; one that is no longer called for is DONE when the
    report `answered_by` brought that about, else CANCELLED; one called for again (an undo) is opened again.
    A payment is REVISITED when its last round is concluded, and PAID again when that is taken back.
    """
    _refresh(tx, [household_id], answered_by)


def refresh_some(tx: Transaction, household_ids: Sequence[int]) -> None:
    """Do the same for several households at once, after something that concerns them all has changed."""
    if household_ids:
        _refresh(tx, household_ids, None)


def refresh_all(tx: Transaction, *, history_until: date) -> None:
    """Do the same for every household after an import, in bulk.

    `history_until`: the latest day in the imported records. Revisits of imported payments that fell due by
    then are past work and become no items. Overdue re-checks keep their true day, while the ladder to
    officer and chair counts from today, so that going live does not bury the chair.
    """
    tx.connection.execute(
        update(_HOUSEHOLDS)
        .where(_HOUSEHOLDS.c.imported_at.is_not(None), _HOUSEHOLDS.c.history_until.is_(None))
        .values(history_until=history_until)
    )
    after = 0
    while ids := _next_ids(tx, after):
        _refresh(tx, ids, None)
        after = ids[-1]


def _next_ids(tx: Transaction, after: int) -> list[int]:
    chosen = (
        select(_HOUSEHOLDS.c.id)
        .where(_HOUSEHOLDS.c.id > after)
        .order_by(_HOUSEHOLDS.c.id)
        .limit(REFRESH_AT_ONCE)
    )
    return list(tx.connection.scalars(chosen))


def _refresh(tx: Transaction, household_ids: Sequence[int], answered_by: str | None) -> None:
    tx.flush()
    known = followups_facts.read(tx, household_ids)
    _settle_payments(tx, known)
    needed = {_key(one.household_id, item): item for one in known for item in wanted(one.facts)}
    there = {_row_key(row): row for row in tx.connection.execute(_OPEN_ROWS, {"ids": list(household_ids)})}
    # Closing comes first: only one item of a purpose may be open at any moment.
    _close(tx, [row.id for key, row in there.items() if key not in needed], answered_by)
    for key, row in there.items():
        if key in needed and row.due_on != needed[key].due_on:
            _put(tx, row.id, needed[key])
    _open(tx, {key: item for key, item in needed.items() if key not in there})


def _key(household_id: int, item: Wanted) -> Key:
    return household_id, item.kind, item.aid_id, item.round, item.source


def _row_key(row: Row[Any]) -> Key:
    return row.household_id, row.kind, row.aid_id, row.round, row.source


def _close(tx: Transaction, rows: Iterable[int], answered_by: str | None) -> None:
    state = FollowupState.CANCELLED if answered_by is None else FollowupState.DONE
    closing = _CLOSE.values(state=state, done_by_report=answered_by, closed_at=tx.now)
    for row in rows:
        tx.connection.execute(closing, {"row": row})


def _put(tx: Transaction, row: int, item: Wanted) -> None:
    """Open an existing row for the item's day, to be told from its beginning."""
    tx.connection.execute(
        _CLOSE.values(**_fresh(tx, item), state=FollowupState.OPEN, done_by_report=None, closed_at=None),
        {"row": row},
    )


def _open(tx: Transaction, items: dict[Key, Wanted]) -> None:
    """Open the past row of the same source again, else add one."""
    if not items:
        return
    ids = list({key[0] for key in items})
    past = {_row_key(row): row.id for row in tx.connection.execute(_PAST_ROWS, {"ids": ids})}
    for key, item in items.items():
        if key in past:
            _put(tx, past[key], item)
    added = [_new_row(tx, key, item) for key, item in items.items() if key not in past]
    if added:
        tx.connection.execute(_ADD, added)


def _fresh(tx: Transaction, item: Wanted) -> dict[str, object]:
    return {
        "opens_on": item.opens_on,
        "due_on": item.due_on,
        # What arises late has its ladder still before it: nobody could have done it earlier.
        "ladder_from": max(item.due_on, tx.today),
        "next_stage": Stage.OPENS,
        "next_stage_on": item.opens_on,
        "interval_days": item.interval_days,
        "snoozes": 0,
        "snoozed_until": None,
    }


def _new_row(tx: Transaction, key: Key, item: Wanted) -> dict[str, object]:
    household_id, kind, aid_id, number, source = key
    return {
        "household_id": household_id,
        "kind": kind,
        "aid_id": aid_id,
        "round": number,
        "source": source,
        "state": FollowupState.OPEN,
        "created_at": tx.now,
        **_fresh(tx, item),
    }


def _settle_payments(tx: Transaction, known: Sequence[Known]) -> None:
    for one in known:
        for payment in one.facts.payments:
            state = AidState.REVISITED if is_concluded(payment) else AidState.PAID
            if state != one.aid_states[payment.id]:
                tx.connection.execute(_SET_AID.values(state=state), {"aid": payment.id})
