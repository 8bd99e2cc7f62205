"""The ledger's entries with who stands behind each: who asked for it, who approved, who recorded it.

Of a household the name is told to those who may see it; to others only its first character and a star.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, Select, Table, and_, select

from storage.aid import aid_steps
from storage.aid_codes import AidAct, EntryKind
from storage.columns import table_of
from storage.money.fund import aid, households, unions
from storage.money.fund_views import masked
from storage.money.ledger import entries
from storage.tables.aid import AidBatch, AidStep
from storage.tables.people import PersonRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from storage.core.transaction import Transaction
    from storage.members.people import Person

ROWS_AT_ONCE = 1_000

STEPS = table_of(AidStep)
PEOPLE = table_of(PersonRow)
BATCHES = table_of(AidBatch)
# An approval counts for the revision it was given to, until it is taken back.
JUDGED = (AidAct.APPROVED, AidAct.EMERGENCY, AidAct.TAKEN_BACK)


@dataclass(frozen=True, slots=True)
class Undone:
    """An entry that was taken back; its `reason`, where somebody typed it, may tell of the household."""

    id: int
    happened_on: date
    voucher_no: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as it is written out; `approvers` are those whose approval stands.

    `note` is told only of what is about no household: a reason may say too much of one. `undoes`: the entry
    that a reversal takes back.
    """

    id: int
    happened_on: date
    kind: EntryKind
    income_kind: str | None
    amount_fen: int
    voucher_no: str | None
    recorded_by: str | None
    aid_id: str | None
    aid_number: str | None
    aid_kind: str | None
    is_emergency: bool
    household_id: int | None
    household: str | None
    union_name: str | None
    proposed_by: str | None
    approvers: tuple[str, ...]
    note: str | None
    undoes: Undone | None


def shown(name: str | None, union_id: int | None, person: Person | None) -> str | None:
    """The name of a household as this person may read it; None: the shell, which may read all."""
    if name is None or person is None or union_id in person.scope:
        return name
    return masked(name)


def of_days(
    tx: Transaction, fund_id: int, first: date, last: date, person: Person | None
) -> Iterator[EntryRow]:
    """Yield the entries of a fund between two days, the oldest first, in little memory however many."""
    chosen = _rows().where(entries.c.union_id == fund_id, entries.c.happened_on.between(first, last))
    ordered = chosen.order_by(entries.c.happened_on, entries.c.id)
    read = tx.connection.execute(ordered.execution_options(yield_per=ROWS_AT_ONCE))
    for some in read.partitions():
        yield from _told(tx, some, person)


def newest(
    tx: Transaction, fund_id: int, first: date, last: date, person: Person, *, limit: int, offset: int
) -> list[EntryRow]:
    """Return a page of the entries of a fund between two days, the newest first."""
    chosen = _rows().where(entries.c.union_id == fund_id, entries.c.happened_on.between(first, last))
    ordered = chosen.order_by(entries.c.happened_on.desc(), entries.c.id.desc())
    return _told(tx, tx.connection.execute(ordered.limit(limit).offset(offset)).all(), person)


def one(tx: Transaction, fund_id: int, entry_id: int, person: Person) -> EntryRow | None:
    """Return an entry of this fund; None when there is none."""
    chosen = _rows().where(entries.c.union_id == fund_id, entries.c.id == entry_id)
    told = _told(tx, tx.connection.execute(chosen).all(), person)
    return told[0] if told else None


def approvers(tx: Transaction, aid_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return who approved each piece of aid, as far as it stands: its own approvals, or those of its list."""
    wanted = list(aid_ids)
    if not wanted:
        return {}
    listed = select(aid.c.id, aid.c.batch_id).where(aid.c.id.in_(wanted), aid.c.batch_id.is_not(None))
    lists: dict[str, str] = {row.id: row.batch_id for row in tx.connection.execute(listed)}
    of_aid = _approved(tx, STEPS.c.aid_id, aid, wanted)
    of_list = _approved(tx, STEPS.c.batch_id, BATCHES, sorted(set(lists.values())))
    return {one: of_aid.get(one) or of_list.get(lists.get(one, ""), ()) for one in wanted}


def _approved(
    tx: Transaction, about: ColumnElement[str], subjects: Table, ids: list[str]
) -> dict[str, tuple[str, ...]]:
    """The people whose approvals of the present revision stand, in the order in which they gave them."""
    if not ids:
        return {}
    standing: dict[str, dict[int, str]] = {}
    rows = tx.connection.execute(
        select(about, STEPS.c.act, STEPS.c.person_id, PEOPLE.c.name, STEPS.c.answers)
        .join(subjects, and_(subjects.c.id == about, subjects.c.revision == STEPS.c.revision))
        .join(PEOPLE, PEOPLE.c.id == STEPS.c.person_id)
        .where(about.in_(ids), STEPS.c.act.in_(JUDGED))
        .order_by(STEPS.c.id)
    )
    for subject, act, person_id, name, answers in rows:
        given = standing.setdefault(subject, {})
        if act == AidAct.TAKEN_BACK:
            if aid_steps.taken(answers) == AidAct.APPROVED:
                given.pop(person_id, None)
        else:
            given[person_id] = name
    return {subject: tuple(given.values()) for subject, given in standing.items()}


def _rows() -> Select[Any]:
    recorder, proposer = PEOPLE.alias("recorder"), PEOPLE.alias("proposer")
    undone = entries.alias("undone")
    joined = (
        entries.outerjoin(aid, aid.c.id == entries.c.aid_id)
        .outerjoin(households, households.c.id == aid.c.household_id)
        .outerjoin(unions, unions.c.id == households.c.union_id)
        .outerjoin(recorder, recorder.c.id == entries.c.recorded_by)
        .outerjoin(proposer, proposer.c.id == aid.c.proposed_by)
        .outerjoin(undone, undone.c.id == entries.c.reverses_id)
    )
    return select(
        entries.c.id,
        entries.c.happened_on,
        entries.c.kind,
        entries.c.income_kind,
        entries.c.amount_fen,
        entries.c.voucher_no,
        entries.c.note,
        recorder.c.name.label("recorded_by"),
        aid.c.id.label("aid_id"),
        aid.c.number,
        aid.c.kind.label("aid_kind"),
        aid.c.is_emergency,
        aid.c.household_id,
        households.c.name,
        households.c.union_id,
        unions.c.name.label("union_name"),
        proposer.c.name.label("proposed_by"),
        undone.c.id.label("undone_id"),
        undone.c.happened_on.label("undone_on"),
        undone.c.voucher_no.label("undone_voucher"),
    ).select_from(joined)


def _told(tx: Transaction, rows: Iterable[Row[Any]], person: Person | None) -> list[EntryRow]:
    read = list(rows)
    approved = approvers(tx, {row.aid_id for row in read if row.aid_id is not None})
    return [_entry(row, approved.get(row.aid_id, ()), person) for row in read]


def _entry(row: Row[Any], approved: tuple[str, ...], person: Person | None) -> EntryRow:
    return EntryRow(
        id=row.id,
        happened_on=row.happened_on,
        kind=EntryKind(row.kind),
        income_kind=row.income_kind,
        amount_fen=row.amount_fen,
        voucher_no=row.voucher_no,
        recorded_by=row.recorded_by,
        aid_id=row.aid_id,
        aid_number=row.number,
        aid_kind=row.aid_kind,
        is_emergency=bool(row.is_emergency),
        household_id=row.household_id,
        household=shown(row.name, row.union_id, person),
        union_name=row.union_name,
        proposed_by=row.proposed_by,
        approvers=approved,
        note=row.note if row.aid_id is None else None,
        undoes=None
        if row.undone_id is None
        else Undone(row.undone_id, row.undone_on, row.undone_voucher, row.note or ""),
    )
