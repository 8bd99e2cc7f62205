"""What the row of a due item says when it is new, when its day moves, and when it stays; writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.codes import FollowupState, Stage
from storage.due.ladder import Ladder

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Row

    from storage.core.transaction import Transaction
    from storage.due.wanted import Wanted
    from storage.rulebook.policy import Policy


def new(tx: Transaction, household_id: int, item: Wanted, person_id: int | None) -> dict[str, object]:
    """A row for something that was not called for before; `person_id`: who was given what led to it."""
    return {
        "household_id": household_id,
        "kind": item.kind,
        "aid_id": item.aid_id,
        "round": item.round,
        "source": item.source,
        "state": FollowupState.OPEN,
        "created_at": tx.now,
        "person_id": person_id,
        "for_role": item.for_role,
        "snoozes": 0,
        **_days(tx, item, None),
    }


def moved(tx: Transaction, row: Row[Any], item: Wanted) -> dict[str, object]:
    """The row opened for another day, or opened again, to be told from its beginning.

    It stays with whoever was given it: another day does not undo that. `turn` stays as well. A notice's key
    holds the due day, so that every stage of a new day is told; back on a day of which it was told before,
    the stages that were told then are not told again. To count the turn up would tell them twice, to set it
    back would let stages of an earlier turn stand for those of a later one. A day it was put off to that
    still lies ahead goes on to hold, with its count; else putting off begins anew with the new day.
    """
    ahead = row.snoozed_until if row.snoozed_until is not None and row.snoozed_until > tx.today else None
    return {
        "state": FollowupState.OPEN,
        "done_by_report": None,
        "closed_at": None,
        "closed_by": None,
        "for_role": _role(row, item),
        "snoozes": 0 if ahead is None else row.snoozes,
        **_days(tx, item, ahead),
    }


def kept(row: Row[Any], item: Wanted, policy: Policy) -> dict[str, object]:
    """What the rules or the facts say otherwise of an item whose day is the same; empty when nothing.

    What is told next stays the same stage, on its new day: nothing is told again, nothing is left out.
    """
    now: dict[str, object] = {
        "opens_on": item.opens_on,
        "interval_days": item.interval_days,
        "for_role": _role(row, item),
        "next_stage_on": _next_on(row, item, policy),
    }
    return {} if all(getattr(row, name) == value for name, value in now.items()) else now


def _days(tx: Transaction, item: Wanted, ahead: date | None) -> dict[str, object]:
    # What arises late, or is put off, has its ladder still before it: nobody could have done it earlier.
    return {
        "opens_on": item.opens_on,
        "due_on": item.due_on,
        "ladder_from": max(item.due_on, tx.today, ahead or tx.today),
        "next_stage": Stage.OPENS,
        "next_stage_on": max(item.opens_on, ahead or item.opens_on),
        "interval_days": item.interval_days,
        "snoozed_until": ahead,
    }


def _role(row: Row[Any], item: Wanted) -> str | None:
    """Whose office has it by the facts; an item that somebody has acted on stays with whom it is."""
    if item.for_role is None or row.for_role is not None or row.turn == 0:
        return item.for_role
    return None


def _next_on(row: Row[Any], item: Wanted, policy: Policy) -> date | None:
    if row.next_stage is None:
        return None
    reached = Ladder(item.opens_on, row.due_on, row.ladder_from, policy).reached_on(Stage(row.next_stage))
    return max(reached, row.snoozed_until or reached)
