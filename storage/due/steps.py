"""What somebody does about a due item without a report; each step is kept, and none changes what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from storage import audit, errors
from storage.codes import FollowupState, Role, Stage, StepAct
from storage.columns import table_of
from storage.due import ladder
from storage.tables.dossiers import Household
from storage.tables.work import Followup, FollowupStep

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person

SNOOZES_MAX = 3
SNOOZE_DAYS_MAX = 30

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_STEPS = table_of(FollowupStep)

_ONE: Select[Any] = (
    select(*_FOLLOWUPS.c, _HOUSEHOLDS.c.union_id, _HOUSEHOLDS.c.liaison_id)
    .join(_HOUSEHOLDS, _HOUSEHOLDS.c.id == _FOLLOWUPS.c.household_id)
    .where(_FOLLOWUPS.c.id == bindparam("item"), _FOLLOWUPS.c.state == FollowupState.OPEN)
    .with_for_update(of=_FOLLOWUPS)
)


def snooze(tx: Transaction, person: Person, followup_id: int, until: date) -> date:
    """Put an item off until a day at most 30 days ahead and return that day.

    Afterwards nobody hears of it before that day, and the ladder to officer and chair counts from then: to
    put it off is to acknowledge it. What is due and late stays as it is. The same day again changes nothing.
    Only whoever has it or an officer may. Refuses NotFound, NotAllowed (also another day), SnoozedTooOften
    (after three times the officer decides).
    """
    row = _held(tx, person, followup_id)
    if not 1 <= (until - tx.today).days <= SNOOZE_DAYS_MAX:
        raise errors.NotAllowed
    if row.liaison_id != person.id and Role.OFFICER not in person.roles:
        raise errors.NotAllowed
    if until == row.snoozed_until:
        return until
    if row.snoozes >= SNOOZES_MAX:
        raise errors.SnoozedTooOften(times=SNOOZES_MAX)
    ladder_from = max(row.ladder_from, until)
    tx.connection.execute(
        update(_FOLLOWUPS)
        .where(_FOLLOWUPS.c.id == followup_id)
        .values(
            snoozes=row.snoozes + 1,
            turn=row.turn + 1,
            snoozed_until=until,
            ladder_from=ladder_from,
            next_stage=ladder.stage_at(until, row.due_on, ladder_from) or Stage.OPENS,
            next_stage_on=max(until, row.opens_on),
        )
    )
    _record(tx, person, row, StepAct.SNOOZE, until_on=until)
    return until


def _held(tx: Transaction, person: Person, followup_id: int) -> Row[Any]:
    """The item, held for this transaction; NotFound when answered, absent, or out of scope."""
    row = tx.connection.execute(_ONE, {"item": followup_id}).one_or_none()
    if row is None or row.union_id not in person.scope:
        raise errors.NotFound(followup_id=followup_id)
    return row


def _record(tx: Transaction, person: Person, row: Row[Any], act: StepAct, *, until_on: date) -> None:
    tx.connection.execute(
        insert(_STEPS).values(
            followup_id=row.id,
            household_id=row.household_id,
            person_id=person.id,
            act=act,
            until_on=until_on,
            reason="",
            done_at=tx.now,
        )
    )
    audit.record(
        tx,
        person_id=person.id,
        act=f"followup.{act}",
        subject=f"followup:{row.id}",
        until_on=until_on.isoformat(),
    )
