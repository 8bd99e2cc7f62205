"""Keeps the rows of what is due in step with the facts; tells nobody and shows nothing."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from storage.codes import FollowupKind, FollowupState
from storage.columns import table_of
from storage.due import followups_facts, followups_rows, revisits_wanted
from storage.due.followups_wanted import wanted
from storage.due.wanted import Closed
from storage.rulebook import policies_read
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.work import Followup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.due.followups_facts import Known
    from storage.due.wanted import Wanted
    from storage.rulebook.policy import Policy

REFRESH_AT_ONCE = 500

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_AID = table_of(Aid)

Key = tuple[int, str, str | None, int, str]

# Visits that stand for one another: who was given one of them has what follows from a failed try.
_TRIES = frozenset({FollowupKind.RECHECK, FollowupKind.RETRY, FollowupKind.MONITOR})

_TOLD_ONLY = {"created_at", "done_by_report", "closed_by"}
_ROWS: Select[Any] = select(*(one for one in _FOLLOWUPS.c if one.name not in _TOLD_ONLY)).where(
    _FOLLOWUPS.c.household_id.in_(bindparam("ids", expanding=True))
)
_STANDING_ROWS = _ROWS.where(_FOLLOWUPS.c.state.in_((FollowupState.OPEN, FollowupState.DISMISSED)))
_PAST_ROWS = _ROWS.where(_FOLLOWUPS.c.state.in_((FollowupState.DONE, FollowupState.CANCELLED))).order_by(
    _FOLLOWUPS.c.id
)
_PUT = update(_FOLLOWUPS).where(_FOLLOWUPS.c.id == bindparam("row"))
_ADD = insert(_FOLLOWUPS)
_SET_AID = update(_AID).where(_AID.c.id == bindparam("aid"))


def refresh(tx: Transaction, household_id: int, *, answered_by: str | None = None) -> None:
    """Bring one household's due items in step with its facts, in the transaction that changed them.

    Afterwards exactly what the facts call for is open. An item whose source fact is the same but whose day
    changed keeps its row and moves, with a fresh ladder; one that is no longer called for is DONE when the
    report `answered_by` brought that about, else CANCELLED; one called for again (an undo) is opened again.
    A payment is REVISITED when its last round is concluded, CLOSED by a visit after that which says so, and
    PAID again when that is taken back.
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
    there, closed = _standing(tx, household_ids)
    known = followups_facts.read(tx, household_ids, closed)
    rules = policies_read.of_many(tx, {one.union_id for one in known})
    _settle_payments(tx, known, rules)
    needed = {
        _key(one.household_id, item): (item, rules[one.union_id])
        for one in known
        for item in wanted(one.facts, rules[one.union_id])
    }
    # Closing comes first: only one item of a purpose may be open at any moment.
    over = [row for key, row in there.items() if key not in needed]
    _close(tx, over, answered_by)
    _keep(tx, [(row, *needed[key]) for key, row in there.items() if key in needed])
    _open(tx, {key: item for key, (item, _) in needed.items() if key not in there}, over)


def _standing(
    tx: Transaction, household_ids: Sequence[int]
) -> tuple[dict[Key, Row[Any]], dict[int, list[Closed]]]:
    """The open items, and by household what somebody closed by hand."""
    there: dict[Key, Row[Any]] = {}
    closed: defaultdict[int, list[Closed]] = defaultdict(list)
    for row in tx.connection.execute(_STANDING_ROWS, {"ids": list(household_ids)}):
        if row.state == FollowupState.OPEN:
            there[_row_key(row)] = row
        else:
            closed_on = row.closed_at.astimezone(tx.zone).date()
            one = Closed(row.id, FollowupKind(row.kind), row.source, row.aid_id, row.round, closed_on)
            closed[row.household_id].append(one)
    return there, closed


def _key(household_id: int, item: Wanted) -> Key:
    return household_id, item.kind, item.aid_id, item.round, item.source


def _row_key(row: Row[Any]) -> Key:
    return row.household_id, row.kind, row.aid_id, row.round, row.source


def _close(tx: Transaction, rows: Iterable[Row[Any]], answered_by: str | None) -> None:
    state = FollowupState.CANCELLED if answered_by is None else FollowupState.DONE
    columns = {"state": state, "done_by_report": answered_by, "closed_at": tx.now}
    _put(tx, [{"row": row.id, **columns} for row in rows])


def _put(tx: Transaction, rows: list[dict[str, object]]) -> None:
    """Write the same columns of many rows at once."""
    if rows:
        tx.connection.execute(_PUT, rows)


def _keep(tx: Transaction, standing: Iterable[tuple[Row[Any], Wanted, Policy]]) -> None:
    """Move what has another day, and mend what is otherwise not as it should be."""
    moved, mended = [], []
    for row, item, policy in standing:
        if row.due_on != item.due_on:
            moved.append({"row": row.id, **followups_rows.moved(tx, row, item)})
        elif columns := followups_rows.kept(row, item, policy):
            mended.append({"row": row.id, **columns})
    _put(tx, moved)
    _put(tx, mended)


def _open(tx: Transaction, items: dict[Key, Wanted], over: Iterable[Row[Any]]) -> None:
    """Open the past row of the same source again, else add one."""
    if not items:
        return
    given = [row for row in over if row.person_id is not None]
    ids = list({key[0] for key in items})
    past = {_row_key(row): row for row in tx.connection.execute(_PAST_ROWS, {"ids": ids})}
    again = [(past[key], item) for key, item in items.items() if key in past]
    _put(tx, [{"row": row.id, **followups_rows.moved(tx, row, item)} for row, item in again])
    added = [
        followups_rows.new(tx, key[0], item, _given_to(key[0], item, given))
        for key, item in items.items()
        if key not in past
    ]
    if added:
        tx.connection.execute(_ADD, added)


def _given_to(household_id: int, item: Wanted, given: Sequence[Row[Any]]) -> int | None:
    """Who goes on with it: whoever was given the visit, or the round of revisits, that met nobody."""
    for row in given:
        is_try = item.kind == FollowupKind.RETRY and row.kind in _TRIES
        is_round = item.aid_id is not None and (row.aid_id, row.round) == (item.aid_id, item.round)
        if row.household_id == household_id and (is_try or is_round):
            return int(row.person_id)
    return None


def _settle_payments(tx: Transaction, known: Sequence[Known], rules: Mapping[int, Policy]) -> None:
    for one in known:
        for payment in one.facts.payments:
            state = revisits_wanted.standing(payment, rules[one.union_id], one.facts.closed)
            if state != one.aid_states[payment.id]:
                tx.connection.execute(_SET_AID.values(state=state), {"aid": payment.id})
