"""Reports being filled 草稿: one ACTIVE a person, others kept; one open draft a person, form and subject.

A draft's content is the form engine's own; nothing here looks into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from storage import errors
from storage.codes import DraftState, ReportKind
from storage.columns import new_id, table_of
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.work import DraftRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from storage.core.transaction import Transaction
    from storage.members.people import Person

LISTED_MAX = 50
# Rung when somebody has left a report: what waited for them meanwhile may be told.
DONE_BELL = "reminders"
OPEN = (DraftState.ACTIVE, DraftState.KEPT)

_DRAFTS = table_of(DraftRow)
_HOUSEHOLDS = table_of(Household)
_AID = table_of(Aid)

_LINES = (
    select(
        _DRAFTS,
        _HOUSEHOLDS.c.name,
        _HOUSEHOLDS.c.file_no,
        _HOUSEHOLDS.c.union_id,
        _AID.c.number.label("payment_no"),
    )
    .join(_HOUSEHOLDS, _HOUSEHOLDS.c.id == _DRAFTS.c.household_id)
    .outerjoin(_AID, _AID.c.id == _DRAFTS.c.aid_id)
)
_ACTIVE = _LINES.where(_DRAFTS.c.person_id == bindparam("person"), _DRAFTS.c.state == DraftState.ACTIVE)
_ONE = _LINES.where(_DRAFTS.c.id == bindparam("draft"), _DRAFTS.c.person_id == bindparam("person"))
_SAME = _LINES.where(
    _DRAFTS.c.person_id == bindparam("person"),
    _DRAFTS.c.form == bindparam("report"),
    _DRAFTS.c.subject == bindparam("about"),
    _DRAFTS.c.state.in_(OPEN),
)
_CHANGE = update(_DRAFTS).where(_DRAFTS.c.id == bindparam("draft"))
_SAVE = _CHANGE.values(content=bindparam("content"), touched_at=bindparam("at"))
_SAVE_QUIETLY = _CHANGE.values(content=bindparam("content"))
_PUT_ASIDE = (
    update(_DRAFTS)
    .where(_DRAFTS.c.person_id == bindparam("person"), _DRAFTS.c.state == DraftState.ACTIVE)
    .values(state=DraftState.KEPT)
)


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A report being filled, with what a list shows of it; `content` is the form engine's."""

    id: str
    person_id: int
    form: ReportKind
    household_id: int
    household_name: str
    file_no: str
    union_id: int
    aid_id: str | None
    payment_no: str | None
    amends: str | None
    followup_id: int | None
    content: dict[str, object]
    state: DraftState
    started_at: datetime
    touched_at: datetime


def open_draft(
    tx: Transaction,
    person: Person,
    *,
    form: ReportKind | str,
    household_id: int,
    content: Mapping[str, object],
    aid_id: str | None = None,
    followup_id: int | None = None,
    amends: str | None = None,
) -> OpenDraft:
    """Begin a report and return its draft, ACTIVE; its id will be the report's.

    An open draft of the same form and subject (household, payment, or report to amend) is returned instead,
    ACTIVE and with its own content. Whatever else was ACTIVE is KEPT. The caller has checked the scope.
    """
    subject = _subject(household_id, aid_id, amends)
    there = _of_subject(tx, person, form, subject)
    if there is not None:
        return _activate(tx, person, there)
    _put_aside(tx, person.id)
    draft_id = new_id()
    tx.connection.execute(
        insert(_DRAFTS),
        {
            "id": draft_id,
            "person_id": person.id,
            "form": str(form),
            "subject": subject,
            "household_id": household_id,
            "aid_id": aid_id,
            "amends": amends,
            "followup_id": followup_id,
            "content": dict(content),
            "state": DraftState.ACTIVE,
            "started_at": tx.now,
            "touched_at": tx.now,
        },
    )
    return _own(tx, person, draft_id)


def active(tx: Transaction, person_id: int) -> OpenDraft | None:
    """Return what the person is filling now, None when nothing."""
    row = tx.connection.execute(_ACTIVE, {"person": person_id}).one_or_none()
    return None if row is None else _draft(row)


def open_for(
    tx: Transaction, person: Person, *, form: ReportKind | str, household_id: int, aid_id: str | None = None
) -> OpenDraft | None:
    """Return the person's open draft of that form on the household, or the payment; None when none."""
    return _of_subject(tx, person, form, _subject(household_id, aid_id, None))


def get(tx: Transaction, person: Person, draft_id: str) -> OpenDraft | None:
    """Return a draft of the person's own, whatever its state; None for others' and for none."""
    row = tx.connection.execute(_ONE, {"draft": draft_id, "person": person.id}).one_or_none()
    return None if row is None else _draft(row)


def save(tx: Transaction, draft_id: str, content: Mapping[str, object], *, keep_time: bool = False) -> None:
    """Keep the draft's content; it counts as touched now, unless `keep_time`."""
    saved = {"draft": draft_id, "content": dict(content)}
    if keep_time:
        tx.connection.execute(_SAVE_QUIETLY, saved)
    else:
        tx.connection.execute(_SAVE, {**saved, "at": tx.now})


def keep(tx: Transaction, draft_id: str) -> None:
    """Put an ACTIVE draft aside."""
    tx.connection.execute(
        _CHANGE.where(_DRAFTS.c.state == DraftState.ACTIVE).values(state=DraftState.KEPT, touched_at=tx.now),
        {"draft": draft_id},
    )
    tx.ring(DONE_BELL)


def resume(tx: Transaction, person: Person, draft_id: str) -> OpenDraft:
    """Go on with a draft of the person's own that is open or was given up; it becomes ACTIVE.

    Whatever else was ACTIVE is KEPT. When another draft of the same subject was begun meanwhile, that one is
    returned. Refuses NotFound for others' drafts and for submitted ones.
    """
    return _take_up(tx, person, draft_id, (*OPEN, DraftState.CANCELLED))


def reopen(tx: Transaction, person: Person, draft_id: str) -> OpenDraft:
    """Do the same for a draft that was submitted, once its report has been undone. Refuses NotFound."""
    return _take_up(tx, person, draft_id, tuple(DraftState))


def close(tx: Transaction, draft_id: str, state: DraftState) -> None:
    """End a draft: SUBMITTED or CANCELLED."""
    tx.connection.execute(_CHANGE.values(state=state, touched_at=tx.now), {"draft": draft_id})
    tx.ring(DONE_BELL)


def listing(tx: Transaction, person: Person) -> list[OpenDraft]:
    """Return the person's open drafts: the ACTIVE one first, then the one touched last."""
    statement = (
        _LINES.where(_DRAFTS.c.person_id == person.id, _DRAFTS.c.state.in_(OPEN))
        .order_by(_DRAFTS.c.state, _DRAFTS.c.touched_at.desc())
        .limit(LISTED_MAX)
    )
    return [_draft(row) for row in tx.connection.execute(statement)]


def touched_since(tx: Transaction, since: datetime) -> list[OpenDraft]:
    """Return everybody's ACTIVE drafts touched at or after `since`, for going on after a restart."""
    statement = _LINES.where(_DRAFTS.c.state == DraftState.ACTIVE, _DRAFTS.c.touched_at >= since)
    return [_draft(row) for row in tx.connection.execute(statement.order_by(_DRAFTS.c.touched_at))]


def _subject(household_id: int, aid_id: str | None, amends: str | None) -> str:
    if amends is not None:
        return f"report:{amends}"
    return f"household:{household_id}" if aid_id is None else f"aid:{aid_id}"


def _of_subject(tx: Transaction, person: Person, form: ReportKind | str, subject: str) -> OpenDraft | None:
    same = {"person": person.id, "report": str(form), "about": subject}
    row = tx.connection.execute(_SAME, same).one_or_none()
    return None if row is None else _draft(row)


def _own(tx: Transaction, person: Person, draft_id: str) -> OpenDraft:
    draft = get(tx, person, draft_id)
    if draft is None:
        raise errors.NotFound(draft_id=draft_id)
    return draft


def _take_up(tx: Transaction, person: Person, draft_id: str, states: tuple[DraftState, ...]) -> OpenDraft:
    draft = _own(tx, person, draft_id)
    if draft.state not in states:
        raise errors.NotFound(draft_id=draft_id)
    subject = _subject(draft.household_id, draft.aid_id, draft.amends)
    other = _of_subject(tx, person, draft.form, subject)
    return _activate(tx, person, other or draft)


def _put_aside(tx: Transaction, person_id: int) -> None:
    tx.connection.execute(_PUT_ASIDE, {"person": person_id})


def _activate(tx: Transaction, person: Person, draft: OpenDraft) -> OpenDraft:
    if draft.state != DraftState.ACTIVE:
        _put_aside(tx, person.id)
    values = {"state": DraftState.ACTIVE, "touched_at": tx.now}
    tx.connection.execute(_CHANGE.values(**values), {"draft": draft.id})
    return _own(tx, person, draft.id)


def _draft(row: Any) -> OpenDraft:  # noqa: ANN401 - a row of the statement above
    return OpenDraft(
        id=row.id,
        person_id=row.person_id,
        form=ReportKind(row.form),
        household_id=row.household_id,
        household_name=row.name,
        file_no=row.file_no,
        union_id=row.union_id,
        aid_id=row.aid_id,
        payment_no=row.payment_no,
        amends=row.amends,
        followup_id=row.followup_id,
        content=row.content,
        state=DraftState(row.state),
        started_at=row.started_at,
        touched_at=row.touched_at,
    )
