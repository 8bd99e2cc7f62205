"""Shows households to people: found by name, one line each, or the whole file; never outside their scope.

It must not hand out ID, card or phone beyond the last four characters, nor any member's name. What it shows
it audits. A file that is absent and one that is somebody else's are refused alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import Select, bindparam, select

from storage import audit, rules
from storage.codes import Clear, ReportState
from storage.columns import table_of
from storage.errors import NotFound
from storage.households import names
from storage.tables.aid import HouseholdYear
from storage.tables.dossiers import ClearRow, Household
from storage.tables.people import PersonRow, Union
from storage.tables.reports import Visit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Row

    from storage.database import Transaction
    from storage.members.people import Person

HOUSEHOLDS = table_of(Household)
CLEARS = table_of(ClearRow)
VISITS = table_of(Visit)
YEARS = table_of(HouseholdYear)
UNIONS = table_of(Union)
PEOPLE = table_of(PersonRow)

VISITS_SHOWN = 5
TAIL = 4


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """A household on one line."""

    id: int
    file_no: str
    name: str
    union_name: str
    category: str
    main_cause: str
    state: str
    liaison_id: int | None
    last_visit_on: date | None
    union_id: int


@dataclass(frozen=True, slots=True)
class ClearLine:
    """One of the five clears; stale when never verified or more than 180 days ago."""

    clear: Clear
    text: str
    verified_on: date | None
    verified_by: str | None
    is_stale: bool


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One earlier visit; the last ones stand on the file's card."""

    number: str
    visited_on: date
    way: str
    met: str
    assessment: str | None
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AidLine:
    """What the household had this calendar year of one kind from one source, in fen."""

    kind: str
    source: str
    payments: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """The whole file as a person may see it; tails are the last four characters, or None."""

    line: HouseholdLine
    system_category: str | None
    other_causes: tuple[str, ...]
    members_count: int | None
    income_per_head_fen: int | None
    rigid_costs_fen: int | None
    opened_on: date
    closed_on: date | None
    close_reason: str | None
    liaison_name: str | None
    phone_tail: str | None
    id_number_tail: str | None
    bank_card_tail: str | None
    clears: tuple[ClearLine, ...]
    visits: tuple[VisitLine, ...]
    aid: tuple[AidLine, ...]


# What every line of a household is made of, in its order; a statement that begins with these is read by
# `line_of`.
LINE_COLUMNS = (
    HOUSEHOLDS.c.id,
    HOUSEHOLDS.c.file_no,
    HOUSEHOLDS.c.name,
    UNIONS.c.name.label("union_name"),
    HOUSEHOLDS.c.category,
    HOUSEHOLDS.c.main_cause,
    HOUSEHOLDS.c.state,
    HOUSEHOLDS.c.liaison_id,
    HOUSEHOLDS.c.last_visit_on,
    HOUSEHOLDS.c.union_id,
)
_REST_COLUMNS = (
    HOUSEHOLDS.c.system_category,
    HOUSEHOLDS.c.other_causes,
    HOUSEHOLDS.c.members_count,
    HOUSEHOLDS.c.income_per_head_fen,
    HOUSEHOLDS.c.rigid_costs_fen,
    HOUSEHOLDS.c.opened_on,
    HOUSEHOLDS.c.closed_on,
    HOUSEHOLDS.c.close_reason,
    HOUSEHOLDS.c.phone_sealed,
    HOUSEHOLDS.c.id_number_sealed,
    HOUSEHOLDS.c.bank_card_sealed,
    PEOPLE.c.name.label("liaison_name"),
)
_ANY_LINES: Select[Any] = select(*LINE_COLUMNS).join(UNIONS, UNIONS.c.id == HOUSEHOLDS.c.union_id)
_LINES = _ANY_LINES.where(HOUSEHOLDS.c.id.in_(bindparam("ids", expanding=True)))
# Every tap in a report asks for one line; a list of one would have its statement made anew each time.
_LINE = _ANY_LINES.where(HOUSEHOLDS.c.id == bindparam("household_id"))
_FILE: Select[Any] = (
    select(*LINE_COLUMNS, *_REST_COLUMNS)
    .join(UNIONS, UNIONS.c.id == HOUSEHOLDS.c.union_id)
    .join(PEOPLE, PEOPLE.c.id == HOUSEHOLDS.c.liaison_id, isouter=True)
    .where(HOUSEHOLDS.c.id == bindparam("household_id"))
)
_CLEARS = (
    select(CLEARS.c.clear, CLEARS.c.text, CLEARS.c.verified_on, PEOPLE.c.name.label("verified_by"))
    .join(PEOPLE, PEOPLE.c.id == CLEARS.c.verified_by, isouter=True)
    .where(CLEARS.c.household_id == bindparam("household_id"))
)
_LAST_VISITS = (
    select(VISITS)
    .where(VISITS.c.household_id == bindparam("household_id"), VISITS.c.state == ReportState.SUBMITTED)
    .order_by(VISITS.c.visited_on.desc(), VISITS.c.reported_at.desc(), VISITS.c.number.desc())
    .limit(VISITS_SHOWN)
)
_AID = (
    select(YEARS.c.kind, YEARS.c.source, YEARS.c.payments, YEARS.c.paid_fen)
    .where(
        YEARS.c.household_id == bindparam("household_id"),
        YEARS.c.year == bindparam("year"),
        YEARS.c.payments > 0,
    )
    .order_by(YEARS.c.kind, YEARS.c.source)
)


def line_of(row: Row[Any]) -> HouseholdLine:
    """Return the line of a row that begins with `LINE_COLUMNS`."""
    return HouseholdLine(*row[: len(LINE_COLUMNS)])


def lines(tx: Transaction, household_ids: Iterable[int]) -> dict[int, HouseholdLine]:
    """Return the lines of these households by id, for those who have checked already whose they are."""
    rows = tx.connection.execute(_LINES, {"ids": list(household_ids)})
    return {row.id: HouseholdLine(*row) for row in rows}


def search(tx: Transaction, person: Person, words: str, limit: int = 8) -> list[HouseholdLine]:
    """Return the households in the person's scope that fit, the best first; [] when none does.

    `words`: any part of the name, even one character; the file number or its beginning or end; or the
    beginning of the pinyin initials. Width, case, spaces and punctuation do not matter.
    """
    found = names.find(tx, words, person.scope, limit)
    by_id = lines(tx, found) if found else {}
    return [by_id[household_id] for household_id in found]


def line(tx: Transaction, person: Person, household_id: int) -> HouseholdLine:
    """Return one household's line. Refuses NotFound; the refusal is audited if the caller catches it."""
    row = tx.connection.execute(_LINE, {"household_id": household_id}).one_or_none()
    if row is None or row.union_id not in person.scope:
        _refuse(tx, person, household_id)
    return HouseholdLine(*row)


def dossier(tx: Transaction, person: Person, household_id: int) -> Dossier:
    """Return the whole file and audit the look. Refuses NotFound, audited if the caller catches it."""
    row = _file(tx, person, household_id)
    audit.record(tx, person_id=person.id, act="household.view", subject=f"household:{household_id}")
    asked = {"household_id": household_id, "year": tx.today.year}
    return Dossier(
        line=line_of(row),
        system_category=row.system_category,
        other_causes=tuple(row.other_causes),
        members_count=row.members_count,
        income_per_head_fen=row.income_per_head_fen,
        rigid_costs_fen=row.rigid_costs_fen,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        close_reason=row.close_reason,
        liaison_name=row.liaison_name,
        phone_tail=_tail(tx, row.phone_sealed, "households.phone"),
        id_number_tail=_tail(tx, row.id_number_sealed, "households.id_number"),
        bank_card_tail=_tail(tx, row.bank_card_sealed, "households.bank_card"),
        clears=_clears(tx, household_id),
        visits=tuple(_visit(visit) for visit in tx.connection.execute(_LAST_VISITS, asked)),
        aid=tuple(AidLine(*paid) for paid in tx.connection.execute(_AID, asked)),
    )


def phone(tx: Transaction, person: Person, household_id: int) -> str | None:
    """Return the household's whole phone number, None when unknown, and audit that it was given out.

    Refuses NotFound, audited if the caller catches it.
    """
    row = _file(tx, person, household_id)
    audit.record(tx, person_id=person.id, act="household.phone", subject=f"household:{household_id}")
    return tx.vault.open(row.phone_sealed, "households.phone") if row.phone_sealed is not None else None


def _file(tx: Transaction, person: Person, household_id: int) -> Row[Any]:
    row = tx.connection.execute(_FILE, {"household_id": household_id}).one_or_none()
    if row is None or row.union_id not in person.scope:
        _refuse(tx, person, household_id)
    return row


def _refuse(tx: Transaction, person: Person, household_id: int) -> NoReturn:
    audit.record(tx, person_id=person.id, act="household.refused", subject=f"household:{household_id}")
    raise NotFound


def _tail(tx: Transaction, sealed: bytes | None, purpose: str) -> str | None:
    return tx.vault.open(sealed, purpose)[-TAIL:] if sealed is not None else None


def _clears(tx: Transaction, household_id: int) -> tuple[ClearLine, ...]:
    known = {row.clear: row for row in tx.connection.execute(_CLEARS, {"household_id": household_id})}
    told = []
    for clear in Clear:
        row = known.get(clear)
        verified_on = row.verified_on if row is not None else None
        told.append(
            ClearLine(
                clear=clear,
                text=row.text if row is not None else "",
                verified_on=verified_on,
                verified_by=row.verified_by if row is not None else None,
                is_stale=verified_on is None or (tx.today - verified_on).days > rules.CLEAR_STALE_DAYS,
            )
        )
    return tuple(told)


def _visit(row: Row[Any]) -> VisitLine:
    return VisitLine(row.number, row.visited_on, row.way, row.met, row.assessment, tuple(row.needs))


def id_of(tx: Transaction, file_no: str) -> int | None:
    """Return the household of that file number, for the shell, which sees the whole union."""
    return tx.connection.scalar(select(HOUSEHOLDS.c.id).where(HOUSEHOLDS.c.file_no == file_no))
