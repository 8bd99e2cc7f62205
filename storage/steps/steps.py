"""What somebody does about a due item without a report: put off, take, give to another, give days, close.

Every act is kept as a step and in the audit; done twice it changes nothing more. An item out of the person's
scope looks like none. Whoever had the item hears of it by a bulletin.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from storage import errors, reasons
from storage.codes import FollowupKind, FollowupState, Stage, StepAct
from storage.due import ladder
from storage.due.followups_refresh import refresh
from storage.due.step_log import Step, of_household, of_item
from storage.members import absences
from storage.rulebook import policies_read
from storage.steps import step_people, step_rows
from storage.telling import bulletins

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Row

    from storage.core.transaction import Transaction
    from storage.members.people import Person

__all__ = [
    "Step",
    "add_sentence",
    "close",
    "give_days",
    "of_household",
    "of_item",
    "reassign",
    "set_aside",
    "snooze",
    "take",
]

SNOOZES_MAX = 3
# How far ahead an item may be put off; who moved, declines or lies in hospital may be left alone for longer.
SNOOZE_DAYS_MAX = 30
ASIDE_DAYS_MAX = 90
ASIDE = frozenset({StepAct.MOVED, StepAct.DECLINED, StepAct.HOSPITAL})


def snooze(tx: Transaction, person: Person, followup_id: int, until: date) -> date:
    """Put an item off until a day at most 30 days ahead and return that day.

    Afterwards nobody hears of it before that day, and the ladder to officer and chair counts from then: to
    put it off is to acknowledge it. What is due and late stays as it is. The same day again changes nothing.
    Only whoever has it, their substitute, or a decider may; a decider's is not counted.
    Refuses NotFound, NotAllowed, DayNotOffered, SnoozedTooOften (after three times the officer decides).
    """
    row = step_rows.held(tx, person, followup_id)
    decides = step_rows.decides_over(tx, person, row.union_id)
    if not decides and not step_rows.is_theirs(tx, person, step_rows.owner_of(row)):
        raise errors.NotAllowed
    _within(tx, until, SNOOZE_DAYS_MAX)
    if until == row.snoozed_until:
        return until
    if not decides:
        if row.snoozes >= SNOOZES_MAX:
            raise errors.SnoozedTooOften(times=SNOOZES_MAX)
        step_rows.change(tx, row, snoozes=row.snoozes + 1)
    _tell_again_on(tx, row, until)
    step_rows.record(tx, person, row, StepAct.SNOOZE, until_on=until)
    return until


def set_aside(
    tx: Transaction, person: Person, followup_id: int, act: StepAct, until: date, reason: str = ""
) -> None:
    """Note that the household moved, declines or lies in hospital; nobody is told before `until`.

    It is not counted as put off. `until`: at most 90 days ahead; `reason`: one sentence, or none.
    The officers hear of it in their next digest. Whoever has the item, the liaison, their substitutes or a
    decider may; what an office has, a decider alone.
    Refuses NotFound, NotAllowed, DayNotOffered, BadReason.
    """
    row = step_rows.held(tx, person, followup_id)
    decides = step_rows.decides_over(tx, person, row.union_id)
    theirs = (row.person_id, row.liaison_id) if row.for_role is None else ()
    if not decides and not step_rows.is_theirs(tx, person, *theirs):
        raise errors.NotAllowed
    if act not in ASIDE:
        raise errors.NotAllowed
    _within(tx, until, ASIDE_DAYS_MAX)
    said = reasons.sentence(reason, optional=True)
    last = step_rows.last_step(tx, row)
    if last is not None and (last.act, last.until_on, last.reason) == (act, until, said):
        return
    _tell_again_on(tx, row, until)
    step_id = step_rows.record(tx, person, row, act, until_on=until, reason=said)
    officers = [one for one in bulletins.officers_of(tx, row.union_id) if one != person.id]
    _tell(tx, officers, f"step_{act}", step_id, row, person, until=until.isoformat())


def add_sentence(tx: Transaction, person: Person, followup_id: int, text: str) -> None:
    """Add the sentence to what this person has just set aside. Refuses NotFound, BadReason."""
    row = step_rows.held(tx, person, followup_id)
    last = step_rows.last_step(tx, row)
    if last is None or last.person_id != person.id or last.act not in ASIDE:
        raise errors.NotFound(followup_id=followup_id)
    step_rows.put_reason(tx, last.id, reasons.sentence(text))


def take(tx: Transaction, person: Person, followup_id: int) -> None:
    """The officer or chair sees to it: the item is theirs, and the ladder stops until it is put off or moves.

    Refuses NotFound, NotAllowed, AlreadyTaken (somebody else has; their name is told).
    """
    row = step_rows.held(tx, person, followup_id)
    step_rows.require_decider_over(tx, person, row.union_id)
    taker = step_rows.taker_of(tx, row)
    if taker is not None:
        if taker[0] != person.id:
            raise errors.AlreadyTaken(name=taker[1])
        return
    step_rows.change(
        tx,
        row,
        person_id=person.id,
        for_role=None,
        turn=row.turn + 1,
        snoozed_until=None,
        next_stage=None,
        next_stage_on=None,
    )
    step_id = step_rows.record(tx, person, row, StepAct.TAKE)
    _tell_owner(tx, row, "step_taken", step_id, person)


def reassign(tx: Transaction, person: Person, followup_id: int, to_person_id: int) -> None:
    """Give an item to somebody who sees the household, has joined and is not away.

    Afterwards it is theirs, they are told at once, three times of putting off are before them, and the ladder
    counts from today. Whoever had it is told. Given to the one who has it, nothing changes.
    Refuses NotFound (also: nobody it could be given to), NotAllowed.
    """
    row = step_rows.held(tx, person, followup_id)
    step_rows.require_decider_over(tx, person, row.union_id)
    if to_person_id == step_rows.owner_of(row):
        return
    if to_person_id not in step_people.able(tx, row.union_id):
        raise errors.NotFound(person_id=to_person_id)
    days = step_rows.ladder_of(tx, row, max(row.due_on, tx.today))
    # They are told of today's stage by the bulletin; the ladder tells the next.
    stage = days.stage_at(tx.today)
    after = Stage.OPENS if stage is None else ladder.stage_after(stage)
    step_rows.change(
        tx,
        row,
        person_id=None if to_person_id == row.liaison_id else to_person_id,
        for_role=None,
        turn=row.turn + 1,
        snoozes=0,
        snoozed_until=None,
        ladder_from=days.ladder_from,
        next_stage=after,
        next_stage_on=None if after is None else days.reached_on(after),
    )
    step_id = step_rows.record(tx, person, row, StepAct.REASSIGN, other_id=to_person_id)
    if to_person_id != person.id:
        slug = "step_assigned_first" if _is_first_for_long(tx, row) else "step_assigned"
        _tell(tx, [to_person_id], slug, step_id, row, person, urgent=True)
    _tell_owner(tx, row, "step_passed_on", step_id, person, urgent=True, other=to_person_id)


def give_days(
    tx: Transaction, person: Person, followup_id: int, reason: str, days: int | None = None
) -> date:
    """Give whoever has the item more days, with a reason, and return the day on which they are told again.

    `days`: as many as the union's rules give, unless told. It is not counted as put off; the ladder counts
    from that day. Refuses NotFound, NotAllowed, DayNotOffered, BadReason.
    """
    row = step_rows.held(tx, person, followup_id)
    step_rows.require_decider_over(tx, person, row.union_id)
    until = tx.today + timedelta(days=policies_read.of(tx, row.union_id).more_days if days is None else days)
    _within(tx, until, SNOOZE_DAYS_MAX)
    # Time that was given before is never cut short by more of it.
    until = max(until, row.snoozed_until or until)
    said = reasons.sentence(reason)
    last = step_rows.last_step(tx, row)
    if last is not None and (last.act, last.until_on) == (StepAct.MORE_DAYS, until):
        return until
    _tell_again_on(tx, row, until)
    step_id = step_rows.record(tx, person, row, StepAct.MORE_DAYS, until_on=until, reason=said)
    _tell_owner(tx, row, "step_more_days", step_id, person, until=until.isoformat())
    return until


def close(tx: Transaction, person: Person, followup_id: int, reason: str) -> None:
    """Dismiss an item with a reason: nothing more is done for it, and the next of its cycle is scheduled.

    Refuses NotFound, NotAllowed, BadReason.
    """
    row = step_rows.held(tx, person, followup_id)
    step_rows.require_decider_over(tx, person, row.union_id)
    said = reasons.sentence(reason)
    step_rows.change(tx, row, state=FollowupState.DISMISSED, closed_by=person.id, closed_at=tx.now)
    step_id = step_rows.record(tx, person, row, StepAct.CLOSE, reason=said)
    refresh(tx, row.household_id)
    _tell_owner(tx, row, "step_closed", step_id, person)


def _is_first_for_long(tx: Transaction, row: Row[Any]) -> bool:
    """Whether nobody was ever there, for so long that the day it was due says nothing to anybody."""
    never = row.kind == FollowupKind.RECHECK and row.last_visit_on is None
    return never and (tx.today - row.due_on).days > (row.interval_days or 0)


def _within(tx: Transaction, until: date, most: int) -> None:
    if not 1 <= (until - tx.today).days <= most:
        raise errors.DayNotOffered(most=most)


def _tell_again_on(tx: Transaction, row: Row[Any], until: date) -> None:
    """Silence until that day; then it is told anew, and the ladder counts from there."""
    days = step_rows.ladder_of(tx, row, max(row.ladder_from, until))
    step_rows.change(
        tx,
        row,
        turn=row.turn + 1,
        snoozed_until=until,
        ladder_from=days.ladder_from,
        next_stage=days.stage_at(until) or Stage.OPENS,
        next_stage_on=max(until, row.opens_on),
    )


def _tell_owner(
    tx: Transaction,
    row: Row[Any],
    slug: str,
    step_id: int,
    person: Person,
    *,
    urgent: bool = False,
    **details: int | str,
) -> None:
    """Whoever had the item hears of it, and whoever stands in for them today: it is they who would go."""
    owner_id = step_rows.owner_of(row)
    if owner_id is None:
        return
    told = (owner_id, absences.substitute_of(tx, owner_id, tx.today))
    theirs = [one for one in told if one is not None and one not in {person.id, details.get("other")}]
    _tell(tx, theirs, slug, step_id, row, person, urgent=urgent, **details)


def _tell(
    tx: Transaction,
    to: list[int],
    slug: str,
    step_id: int,
    row: Row[Any],
    person: Person,
    *,
    urgent: bool = False,
    **details: int | str,
) -> None:
    known = {"household": row.household_id, "item": row.id, "person": person.id, "on": row.due_on.isoformat()}
    bulletins.post(tx, to, slug, key=f"{slug}:{step_id}", urgent=urgent, **{**known, **details})
