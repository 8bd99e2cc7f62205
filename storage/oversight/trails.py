"""One entry with all that stands behind it: proposal, decisions, payments, revisits, and who looked at it.

Only for those who oversee; each look here is itself written down. Of a household beyond their scope they are
told the entry and a masked name, and nothing of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from storage import audit, errors
from storage.casebook import aid_views
from storage.codes import ReportState
from storage.money import fund, ledger
from storage.oversight import entries, periods
from storage.oversight.entries import PEOPLE
from storage.oversight.readers import OVERSEERS
from storage.oversight.registers import REVISITS

if TYPE_CHECKING:
    from datetime import date, datetime

    from storage.casebook.aid_views import AidCard
    from storage.core.transaction import Transaction
    from storage.members.people import Person
    from storage.oversight.entries import EntryRow
    from storage.oversight.periods import Period

LOOKS = 5
# What is written down when somebody has looked at a household, or at a piece of aid.
LOOKED = (
    "aid.view",
    "entry.view",
    "household.view",
    "household.phone",
    "household.balance",
    "household.explained",
    "household.refused",
)

ENTRIES = audit.ENTRIES


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody looked, or tried to; `person` None: the shell."""

    at: datetime
    act: str
    person: str | None


@dataclass(frozen=True, slots=True)
class WentBack:
    """One revisit after the aid, with its outcome in codes."""

    number: str
    visited_on: date
    met: str
    received: str | None
    conclusion: str | None
    reported_by: str | None


@dataclass(frozen=True, slots=True)
class Trail:
    """An entry and what is behind it. `card` None: no aid, or a household out of the person's scope."""

    entry: EntryRow | None
    card: AidCard | None
    revisits: tuple[WentBack, ...]
    looks: tuple[Look, ...]
    looks_count: int


def require(person: Person) -> None:
    """Let those pass who oversee. Refuses NotAllowed."""
    if not person.roles & OVERSEERS:
        raise errors.NotAllowed


def month(
    tx: Transaction, person: Person, year: int, number: int, *, limit: int, offset: int
) -> tuple[Period, list[EntryRow]]:
    """Return a month of the person's fund and a page of its entries, the newest first; the look is audited.

    Refuses NotAllowed, NotFound for a month that is none.
    """
    require(person)
    found = periods.month(tx, person.union_id, year, number)
    subject = f"union:{found.union_id}"
    audit.record(
        tx, person_id=person.id, act="ledger.view", subject=subject, year=year, month=number, offset=offset
    )
    page = entries.newest(tx, found.union_id, found.first, found.last, person, limit=limit, offset=offset)
    return found, page


def of_entry(tx: Transaction, person: Person, entry_id: int, *, limit: int = LOOKS, offset: int = 0) -> Trail:
    """Return the trail of a ledger entry; the look is audited. `limit`, `offset`: which of the looks.

    Refuses NotAllowed, and NotFound for none and for that of another fund alike.
    """
    require(person)
    entry = entries.one(tx, fund.serving(tx, person.union_id), entry_id, person)
    if entry is None:
        raise errors.NotFound(entry_id=entry_id)
    audit.record(tx, person_id=person.id, act="entry.view", subject=f"entry:{entry_id}")
    if entry.aid_id is None:
        looks, count = _looks(tx, [f"entry:{entry_id}"], limit, offset)
        return Trail(entry, None, (), looks, count)
    return _of_aid(tx, person, entry.aid_id, entry, limit, offset)


def of_aid(tx: Transaction, person: Person, aid_id: str, *, limit: int = LOOKS, offset: int = 0) -> Trail:
    """Return the trail of a piece of aid, whosever money it was. Refuses NotAllowed, NotFound."""
    require(person)
    return _of_aid(tx, person, aid_id, None, limit, offset)


def _of_aid(
    tx: Transaction, person: Person, aid_id: str, entry: EntryRow | None, limit: int, offset: int
) -> Trail:
    try:
        card = aid_views.card(tx, person, aid_id)
    except errors.NotFound:
        if entry is None:
            raise
        return Trail(entry, None, (), (), 0)
    moved = select(ledger.entries.c.id).where(ledger.entries.c.aid_id == aid_id)
    subjects = [card.number, f"household:{card.household_id}"]
    subjects += [f"entry:{one}" for one in tx.connection.scalars(moved)]
    looks, count = _looks(tx, subjects, limit, offset)
    return Trail(entry, card, _revisits(tx, aid_id), looks, count)


def _revisits(tx: Transaction, aid_id: str) -> tuple[WentBack, ...]:
    rows = tx.connection.execute(
        select(REVISITS, PEOPLE.c.name)
        .outerjoin(PEOPLE, PEOPLE.c.id == REVISITS.c.reported_by)
        .where(REVISITS.c.aid_id == aid_id, REVISITS.c.state == ReportState.SUBMITTED)
        .order_by(REVISITS.c.visited_on, REVISITS.c.number)
    )
    return tuple(
        WentBack(row.number, row.visited_on, row.met, row.received, row.conclusion, row.name) for row in rows
    )


def _looks(tx: Transaction, subjects: list[str], limit: int, offset: int) -> tuple[tuple[Look, ...], int]:
    """The newest looks at any of these, and how many there were in all."""
    which = (ENTRIES.c.subject.in_(subjects), ENTRIES.c.act.in_(LOOKED))
    count = tx.connection.scalar(select(func.count()).select_from(ENTRIES).where(*which))
    rows = tx.connection.execute(
        select(ENTRIES.c.happened_at, ENTRIES.c.act, PEOPLE.c.name)
        .outerjoin(PEOPLE, PEOPLE.c.id == ENTRIES.c.person_id)
        .where(*which)
        .order_by(ENTRIES.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(Look(row.happened_at, row.act, row.name) for row in rows), int(count or 0)
