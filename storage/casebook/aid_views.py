"""Shows one piece of aid to people, with everything that was done about it; never outside their scope.

Aid that is absent and aid of others' households are refused alike. Who only pays is not told why it was
asked for: that belongs to the file. Every look is audited.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, or_, select

from storage import audit, errors
from storage.aid import aid_rows, aid_steps, approvers
from storage.aid.aid_lines import (
    FILE_READERS,
    LINES,
    AidLine,
    as_line,
    in_state,
    mine,
    of_household,
    states_seen,
)
from storage.aid.aid_rows import HOUSEHOLDS
from storage.aid.aid_steps import STEPS
from storage.aid_codes import AidAct, AidState
from storage.asking import guards
from storage.columns import table_of
from storage.due import revisits_open
from storage.paying import payment_rows, settling
from storage.tables.people import PersonRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy import Row, Select

    from storage.aid.aid_rows import AidRow
    from storage.aid_refusals import AidRefused
    from storage.codes import Category
    from storage.core.transaction import Transaction
    from storage.members.people import Person
    from storage.paying.payment_rows import PaymentView

__all__ = [
    "LINES",
    "AidCard",
    "AidLine",
    "Approver",
    "Step",
    "as_line",
    "card",
    "in_state",
    "mine",
    "of_household",
    "states_seen",
]

# While it is judged anew each time somebody looks: it is not decided yet.
UNDECIDED = frozenset({AidState.TO_REVIEW, AidState.TO_APPROVE, AidState.RETURNED})

_PEOPLE = table_of(PersonRow)
_INSTEAD = _PEOPLE.alias("instead")
_MORE = (
    select(HOUSEHOLDS.c.last_visit_id, HOUSEHOLDS.c.last_visit_on, _PEOPLE.c.name)
    .select_from(HOUSEHOLDS.outerjoin(_PEOPLE, _PEOPLE.c.id == bindparam("proposer")))
    .where(HOUSEHOLDS.c.id == bindparam("household"))
)
_READ_STEPS: Select[Any] = (
    select(STEPS, _PEOPLE.c.name.label("person_name"), _INSTEAD.c.name.label("for_name"))
    .select_from(
        STEPS.outerjoin(_PEOPLE, _PEOPLE.c.id == STEPS.c.person_id).outerjoin(
            _INSTEAD, _INSTEAD.c.id == STEPS.c.for_person_id
        )
    )
    .where(
        or_(
            STEPS.c.aid_id == bindparam("aid"),
            # That the whole list was confirmed, with the sum of all of it, is told by its own payment.
            and_(STEPS.c.batch_id == bindparam("batch"), STEPS.c.act != AidAct.PAID),
        )
    )
    .order_by(STEPS.c.id)
)


@dataclass(frozen=True, slots=True)
class Approver:
    """One approval that stands: by whom, in whose place, when."""

    name: str
    for_name: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One act on it; `person_name` None: the clock did it. `guard`: the rule an OVERRIDE went beyond.

    `taken`: which act a TAKEN_BACK took back. `paid_fen`: what was paid when the rest (`amount_fen`) was
    waived.
    """

    act: AidAct
    person_name: str | None
    for_name: str | None
    revision: int
    amount_fen: int | None
    guard: str
    reason: str
    at: datetime
    person_id: int | None = None
    taken: AidAct | None = None
    paid_fen: int | None = None


@dataclass(frozen=True, slots=True)
class AidCard(AidLine):
    """Everything about one piece of aid that this person may see.

    `papers` and the receipts of payments are pictures as forms keep them. `verdict_refusals` and
    `verdict_warnings`: what the rules say now, while it is not decided. `approvers_possible`: how many chairs
    there are who may approve it at all.
    """

    union_id: int
    category: Category
    for_year: int
    reason: str
    answers: Mapping[str, object]
    form_version: int | None
    proposed_by: int | None
    file_by: date | None
    filed_on: date | None
    approvals_needed: int
    approvers_possible: int
    approvals: tuple[Approver, ...]
    steps: tuple[Step, ...]
    papers: tuple[Mapping[str, str], ...]
    payments: tuple[PaymentView, ...]
    verdict_refusals: tuple[AidRefused, ...]
    verdict_warnings: tuple[AidRefused, ...]
    visit_id: str | None
    last_visit_on: date | None

    @property
    def left_fen(self) -> int:
        """What of it is not paid yet."""
        return self.amount_fen - self.paid_fen


def card(tx: Transaction, person: Person, aid_id: str) -> AidCard:
    """Return one piece of aid with all that was done about it, and audit the look.

    Refuses NotFound for none, for others', and for what is not approved yet to somebody who only pays.
    """
    row = aid_rows.get(tx, person, aid_id)
    if row.state not in states_seen(person):
        raise errors.NotFound(aid_id=aid_id)
    audit.record(tx, person_id=person.id, act="aid.view", subject=row.number)
    reads = bool(person.roles & FILE_READERS)
    steps = _steps(tx, row, reads=reads)
    asked = {"household": row.household_id, "proposer": row.proposed_by}
    visit_id, visited_on, proposer = tx.connection.execute(_MORE, asked).one()
    verdict = _verdict(tx, row) if row.state in UNDECIDED else None
    batch = settling.batch_of(tx, row)
    answers = (row.answers or {}) if reads else {}
    photos = answers.get("papers")
    return AidCard(
        **_line_of(tx, row, proposer),
        union_id=row.union_id,
        category=row.category,
        for_year=row.for_year,
        reason=(row.reason or "") if reads else "",
        answers=answers,
        form_version=row.form_version,
        proposed_by=row.proposed_by,
        file_by=row.file_by,
        filed_on=row.filed_on,
        approvals_needed=row.approvals_needed if batch is None else batch.approvals_needed,
        approvers_possible=_possible(tx, row),
        approvals=_approvals(tx, row, batch, steps),
        steps=tuple(step for _, step in steps),
        papers=tuple(photos) if isinstance(photos, list) else (),
        payments=tuple(payment_rows.of_aid(tx, aid_id)),
        verdict_refusals=verdict.refusals if verdict else (),
        verdict_warnings=verdict.warnings if verdict else (),
        visit_id=visit_id if reads else None,
        last_visit_on=visited_on if reads else None,
    )


def _line_of(tx: Transaction, row: AidRow, proposer: str | None) -> dict[str, Any]:
    given: dict[str, Any] = {"proposer_name": proposer, "since": row.waits_since}
    given["awaits_revisit"] = row.state == AidState.PAID and revisits_open.is_awaited(tx, row.id)
    same = [name for name in AidLine.__dataclass_fields__ if name not in given]
    return {**{name: getattr(row, name) for name in same}, **given}


def _verdict(tx: Transaction, row: AidRow) -> guards.Verdict:
    wish = guards.Wish(row.household_id, row.kind, row.source, row.amount_fen, row.for_year)
    return guards.judge(tx, wish, aid_id=row.id)


def _possible(tx: Transaction, row: AidRow) -> int:
    return len(approvers.possible(tx, row.union_id, aid_steps.authors(tx, aid_id=row.id)))


def _steps(tx: Transaction, row: AidRow, *, reads: bool) -> list[tuple[Row[Any], Step]]:
    """Every act on it and on the list it stands on; whoever only pays reads no reasons but the payments'."""
    asked = {"aid": row.id, "batch": row.batch_id}
    found = tx.connection.execute(_READ_STEPS, asked).all()
    marked = row.guards.split(",")
    # Why a list kept those whom a rule marked is no matter of a household that none did.
    others = [one for one in found if one.batch_id and one.guard and one.guard not in marked]
    kept = {one.reason for one in found if one.guard and one not in others}
    foreign = {one.reason for one in others} - kept
    told = [one for one in found if one not in others]
    return [(one, _step(one, reads=reads and not (one.batch_id and one.reason in foreign))) for one in told]


def _step(one: Row[Any], *, reads: bool) -> Step:
    act = AidAct(one.act)
    return Step(
        act=act,
        person_name=one.person_name,
        for_name=one.for_name,
        revision=one.revision,
        amount_fen=one.amount_fen,
        guard=one.guard,
        reason=one.reason if reads or act == AidAct.WAIVED else "",
        at=one.done_at,
        person_id=one.person_id,
        taken=aid_steps.taken(one.answers) if act == AidAct.TAKEN_BACK else None,
        paid_fen=aid_steps.paid_fen(one.answers) if act == AidAct.WAIVED else None,
    )


def _approvals(
    tx: Transaction, row: AidRow, batch: Row[Any] | None, steps: list[tuple[Row[Any], Step]]
) -> tuple[Approver, ...]:
    given = aid_steps.approvals(tx, row.revision, aid_id=row.id)
    if batch is not None:
        given += aid_steps.approvals(tx, batch.revision, batch_id=row.batch_id)
    names = {one.person_id: step.person_name for one, step in steps}
    names |= {one.for_person_id: step.for_name for one, step in steps}
    return tuple(
        Approver(
            names.get(one.person_id) or "",
            names.get(one.for_person_id) if one.for_person_id else None,
            one.done_at,
        )
        for one in given
    )
