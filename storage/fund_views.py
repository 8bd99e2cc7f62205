"""The fund as its people look at it: the last movements, and the year by kind of aid.

Whoever was paid is named only to those who may see that household; to others the name is masked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from storage import fund
from storage.codes import AidKind, FundSource
from storage.fund import household_years, households, unions

if TYPE_CHECKING:
    from storage.fund import EntryLine
    from storage.people import Person
    from storage.transaction import Transaction

MASK = "*"


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry of the ledger and whom it went to: the name, or only its first character and a star."""

    entry: EntryLine
    household: str | None


@dataclass(frozen=True, slots=True)
class KindLine:
    """What was given of one kind from one source in a year: person-times, and fen."""

    kind: AidKind
    source: FundSource
    payments: int
    paid_fen: int


def movements(tx: Transaction, person: Person, limit: int) -> list[Movement]:
    """Return the newest entries of the fund that serves the person's union, newest first."""
    entries = fund.last_entries(tx, person.union_id, limit)
    named = select(households.c.file_no, households.c.name, households.c.union_id).where(
        households.c.file_no.in_([one.file_no for one in entries if one.file_no is not None])
    )
    names = {
        row.file_no: row.name if row.union_id in person.scope else masked(row.name)
        for row in tx.connection.execute(named)
    }
    return [Movement(one, names.get(one.file_no or "")) for one in entries]


def by_kind(tx: Transaction, person: Person, year: int) -> list[KindLine]:
    """Return what all households of the person's fund had in a year, by source and kind."""
    top = fund.serving(tx, person.union_id)
    statement = (
        select(
            household_years.c.kind,
            household_years.c.source,
            func.sum(household_years.c.payments),
            func.sum(household_years.c.paid_fen),
        )
        .join(households, households.c.id == household_years.c.household_id)
        .join(unions, unions.c.id == households.c.union_id)
        .where(
            household_years.c.year == year,
            household_years.c.payments > 0,
            unions.c.path.startswith(f"/{top}/", autoescape=True),
        )
        .group_by(household_years.c.kind, household_years.c.source)
    )
    lines = [
        KindLine(AidKind(kind), FundSource(source), int(payments), int(paid_fen))
        for kind, source, payments, paid_fen in tx.connection.execute(statement)
    ]
    order = (list(AidKind), list(FundSource))
    return sorted(lines, key=lambda one: (order[1].index(one.source), order[0].index(one.kind)))


def masked(name: str) -> str:
    """Return a name as the public may read it: 张*."""
    return f"{name[:1]}{MASK}"
