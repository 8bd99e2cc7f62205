"""Why a due item is there: the rule and who set it, the paper it follows from, its days, what was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from storage.codes import FollowupKind, Stage
from storage.columns import table_of
from storage.due import policies, step_log
from storage.due.due_items import DueItem, as_item, open_row
from storage.due.ladder import Ladder
from storage.rulebook import policies_read
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow
from storage.tables.reports import Revisit, Visit
from storage.tables.work import Followup, Notice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.due.policies import Setting
    from storage.due.step_log import Step
    from storage.members.people import Person

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_PEOPLE = table_of(PersonRow)
_AID = table_of(Aid)
_VISITS = table_of(Visit)
_REVISITS = table_of(Revisit)
_NOTICES = table_of(Notice)


@dataclass(frozen=True, slots=True)
class Told:
    """One telling of an item: when, at which stage, to whom and why to them."""

    told_at: datetime
    stage: Stage
    person_name: str
    because: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an item is there, all its days, what was sent of it and what people did about it.

    `rule`: the key of the rule its day follows from, None where somebody named the day; `rule_set`: by whom
    and when it was set, None where nobody set it. `source` names the kind of fact it follows from: visit (the
    last one, or an attempt), opened (the filing), monitor (the exit), aid (the payment), revisit (an earlier
    revisit of it), review (the autumn), dismissed (an earlier one that was closed by hand). `source_no` and
    `source_on`: that paper's number and day. `days`: when each stage is reached. `next_stage`,
    `next_stage_on`: what will be told next; None when the ladder is at its end, or stopped. `steps`: newest
    first.
    """

    item: DueItem
    source: str
    source_no: str | None
    source_on: date | None
    told: tuple[Told, ...]
    next_stage: Stage | None
    next_stage_on: date | None
    rule: str | None = None
    rule_set: Setting | None = None
    days: Mapping[Stage, date] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


_TOLD: Select[Any] = (
    select(_NOTICES.c.told_at, _NOTICES.c.stage, _PEOPLE.c.name, _NOTICES.c.because)
    .join(_PEOPLE, _PEOPLE.c.id == _NOTICES.c.person_id)
    .where(_NOTICES.c.followup_id == bindparam("item"), _NOTICES.c.told_at.is_not(None))
    .order_by(_NOTICES.c.told_at, _NOTICES.c.person_id)
)
_OPENED = select(_HOUSEHOLDS.c.opened_on).where(_HOUSEHOLDS.c.id == bindparam("household"))
_CLOSED = select(_FOLLOWUPS.c.closed_at).where(_FOLLOWUPS.c.id == bindparam("item"))
_PAPERS: dict[str, Select[Any]] = {
    "visit": select(_VISITS.c.number, _VISITS.c.visited_on).where(_VISITS.c.id == bindparam("paper")),
    "revisit": select(_REVISITS.c.number, _REVISITS.c.visited_on).where(_REVISITS.c.id == bindparam("paper")),
    "aid": select(_AID.c.number, _AID.c.paid_on).where(_AID.c.id == bindparam("paper")),
}


def explain(tx: Transaction, person: Person, followup_id: int) -> Explanation:
    """Return why an item is there, all its days, every telling and step. Refuses NotFound."""
    row = open_row(tx, person, followup_id)
    policy = policies_read.of(tx, row.union_id)
    source, _, key = row.source.partition(":")
    number, day = _paper(tx, row, source, key)
    rule = _rule(row, source)
    days = Ladder(row.opens_on, row.due_on, row.ladder_from, policy)
    return Explanation(
        item=as_item(row, tx.today, policy),
        rule=rule,
        rule_set=None if rule is None else policies.settings(tx, row.union_id).get(rule),
        source=source,
        source_no=number,
        source_on=day,
        days={stage: days.reached_on(stage) for stage in Stage},
        told=tuple(
            Told(one.told_at, Stage(one.stage), one.name, one.because)
            for one in tx.connection.execute(_TOLD, {"item": followup_id})
        ),
        next_stage=None if row.next_stage is None else Stage(row.next_stage),
        next_stage_on=row.next_stage_on,
        steps=tuple(step_log.of_item(tx, followup_id)),
    )


def _rule(row: Row[Any], source: str) -> str | None:
    """The key of the rule from which an item's day follows; None where somebody named the day."""
    match FollowupKind(row.item_kind):
        case FollowupKind.RECHECK:
            return f"recheck.{row.category}" if row.interval_days else None
        case FollowupKind.REVISIT:
            return f"revisit.{row.aid_kind}" if source == "aid" else None
        case FollowupKind.RETRY:
            return None if row.for_role is None else "missed"
        case kind:
            return str(kind)


def _paper(tx: Transaction, row: Row[Any], source: str, key: str) -> tuple[str | None, date | None]:
    """The number and day of the paper an item follows from."""
    if source in _PAPERS:
        found = tx.connection.execute(_PAPERS[source], {"paper": key}).one_or_none()
        return (None, None) if found is None else (found[0], found[1])
    if source == "monitor":
        return None, date.fromisoformat(key)
    if source == "review":
        return None, row.opens_on
    if source == "dismissed":
        closed_at = tx.connection.execute(_CLOSED, {"item": int(key)}).scalar_one()
        return None, closed_at.astimezone(tx.zone).date()
    return None, tx.connection.scalar(_OPENED, {"household": row.id})
