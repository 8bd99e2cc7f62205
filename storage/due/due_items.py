"""One due item as people see it: what is due, whose, what happened last; puts nothing off, tells nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import bindparam, func, select

from storage import errors
from storage.codes import FollowupKind, FollowupState, Role, Stage
from storage.columns import table_of
from storage.due.ladder import Ladder
from storage.households.dossiers import LINE_COLUMNS, HouseholdLine, line_of
from storage.rulebook import policies_read
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow, Union
from storage.tables.reports import Visit
from storage.tables.work import Followup

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Row, Select

    from storage.core.transaction import Transaction
    from storage.members.people import Person
    from storage.rulebook.policy import Policy

_FOLLOWUPS = table_of(Followup)
_HOUSEHOLDS = table_of(Household)
_UNIONS = table_of(Union)
_PEOPLE = table_of(PersonRow)
_AID = table_of(Aid)
_VISITS = table_of(Visit)

DueState = Literal["open", "due", "late"]


@dataclass(frozen=True, slots=True)
class DueItem:
    """One thing due, as it stands on a day.

    `state`: open from `opens_on`, due on the day, late after it. `stage`: how far up the ladder it is.
    `assignee_*`: whoever was given it, else the household's liaison; `is_given` tells which. `for_role`: an
    office has it instead. `turn`: how often it was put off or given away; each time it is told anew.
    `last_*`: the household's last visit that met somebody. `paid_on`, `amount_fen`, `aid_kind`: the payment
    that is to be revisited.
    """

    id: int
    kind: FollowupKind
    household: HouseholdLine
    opens_on: date
    due_on: date
    state: DueState
    stage: Stage
    round: int
    assignee_id: int | None
    assignee_name: str | None
    snoozes: int
    snoozed_until: date | None
    interval_days: int | None
    last_visit_on: date | None
    last_visit_no: str | None
    last_assessment: str | None
    last_needs: tuple[str, ...]
    missed_visits: int
    aid_id: str | None
    payment_no: str | None
    aid_kind: str | None
    amount_fen: int | None
    paid_on: date | None
    turn: int = 0
    is_given: bool = False
    for_role: Role | None = None

    @property
    def file_no(self) -> str:
        """The household's file number."""
        return self.household.file_no

    def days_late(self, on: date) -> int:
        """How many days past the due day; negative before it."""
        return (on - self.due_on).days


# Whose an item is: whoever was given it, else the household's liaison.
ASSIGNEE = func.coalesce(_FOLLOWUPS.c.person_id, _HOUSEHOLDS.c.liaison_id)
ANY_ITEMS: Select[Any] = (
    select(
        *LINE_COLUMNS,
        _FOLLOWUPS.c.id.label("item_id"),
        _FOLLOWUPS.c.kind.label("item_kind"),
        _FOLLOWUPS.c.opens_on,
        _FOLLOWUPS.c.due_on,
        _FOLLOWUPS.c.ladder_from,
        _FOLLOWUPS.c.round,
        _FOLLOWUPS.c.snoozes,
        _FOLLOWUPS.c.turn,
        _FOLLOWUPS.c.person_id.label("given_id"),
        _FOLLOWUPS.c.for_role,
        ASSIGNEE.label("assignee_id"),
        _FOLLOWUPS.c.snoozed_until,
        _FOLLOWUPS.c.interval_days,
        _FOLLOWUPS.c.source,
        _FOLLOWUPS.c.next_stage,
        _FOLLOWUPS.c.next_stage_on,
        _PEOPLE.c.name.label("assignee_name"),
        _VISITS.c.number.label("last_visit_no"),
        _VISITS.c.assessment,
        _VISITS.c.needs,
        _HOUSEHOLDS.c.missed_visits,
        _FOLLOWUPS.c.aid_id,
        _AID.c.number.label("payment_no"),
        _AID.c.kind.label("aid_kind"),
        _AID.c.amount_fen,
        _AID.c.paid_on,
    )
    .join_from(_FOLLOWUPS, _HOUSEHOLDS, _HOUSEHOLDS.c.id == _FOLLOWUPS.c.household_id)
    # An outer join keeps the planner from walking the unions first, whose items are many.
    .outerjoin(_UNIONS, _UNIONS.c.id == _HOUSEHOLDS.c.union_id)
    .outerjoin(_PEOPLE, _PEOPLE.c.id == ASSIGNEE)
    .outerjoin(_VISITS, _VISITS.c.id == _HOUSEHOLDS.c.last_visit_id)
    .outerjoin(_AID, _AID.c.id == _FOLLOWUPS.c.aid_id)
)
ITEMS: Select[Any] = ANY_ITEMS.where(_FOLLOWUPS.c.state == FollowupState.OPEN)
_ONE = ITEMS.where(_FOLLOWUPS.c.id == bindparam("item"))


def as_items(tx: Transaction, rows: Iterable[Row[Any]], on: date) -> list[DueItem]:
    """Return rows of `ITEMS` or `ANY_ITEMS` as they stand on a day, by the rules of their unions."""
    found = list(rows)
    rules = policies_read.of_many(tx, {row.union_id for row in found})
    return [as_item(row, on, rules[row.union_id]) for row in found]


def as_item(row: Row[Any], on: date, policy: Policy) -> DueItem:
    """Return a row of `ITEMS` or `ANY_ITEMS` as it stands on a day, by its union's rules."""
    return DueItem(
        id=row.item_id,
        kind=FollowupKind(row.item_kind),
        household=line_of(row),
        opens_on=row.opens_on,
        due_on=row.due_on,
        state="late" if on > row.due_on else "due" if on == row.due_on else "open",
        stage=Ladder(row.opens_on, row.due_on, row.ladder_from, policy).stage_at(on) or Stage.OPENS,
        round=row.round,
        assignee_id=row.assignee_id,
        assignee_name=row.assignee_name,
        turn=row.turn,
        is_given=row.given_id is not None,
        for_role=None if row.for_role is None else Role(row.for_role),
        snoozes=row.snoozes,
        snoozed_until=row.snoozed_until,
        interval_days=row.interval_days,
        last_visit_on=row.last_visit_on,
        last_visit_no=row.last_visit_no,
        last_assessment=row.assessment,
        last_needs=tuple(row.needs or ()),
        missed_visits=row.missed_visits,
        aid_id=row.aid_id,
        payment_no=row.payment_no,
        aid_kind=row.aid_kind,
        amount_fen=row.amount_fen,
        paid_on=row.paid_on,
    )


def open_row(tx: Transaction, person: Person, followup_id: int) -> Row[Any]:
    """Return the row of an open item. Refuses NotFound: answered, absent, or out of the person's scope."""
    row = tx.connection.execute(_ONE, {"item": followup_id}).one_or_none()
    if row is None or row.union_id not in person.scope:
        raise errors.NotFound(followup_id=followup_id)
    return row
