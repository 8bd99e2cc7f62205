"""What a figure is made of: terms that add up to it, and the records under them; knows no figure's rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, case, func, select

from storage.aid_codes import AidKind, EntryKind, IncomeKind
from storage.money.fund import aid, households
from storage.money.fund_views import masked
from storage.money.ledger import entries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, FromClause, Row

    from storage.core.transaction import Transaction
    from storage.members.people import Person


class Figure(StrEnum):
    """What can be explained; the last two are of one household and one year."""

    BALANCE = "balance"
    RESERVED = "reserved"
    AVAILABLE = "available"
    BUDGET_PAID = "budget_paid"
    BUDGET_LEFT = "budget_left"
    HOUSEHOLD_PAID = "household_paid"
    HOUSEHOLD_ROOM = "household_room"


@dataclass(frozen=True, slots=True)
class Term:
    """One addend: `key` is `income.<code>`, `entry.<code>`, `aid.<code>`, or `figure.<slug>`.

    Of a payment it is the kind of aid. The slugs are those of `Figure`, and `budget` and `cap`. `count`: of
    how many records it is the sum.
    """

    key: str
    fen: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One record under a figure: a ledger entry, or a piece of aid where no entry stands behind it.

    `key` as of a term. `household`: the name for those who may see that household, else 张*.
    """

    key: str
    fen: int
    happened_on: date
    aid_id: str | None = None
    number: str | None = None
    aid_kind: str | None = None
    source: str | None = None
    entry_id: int | None = None
    voucher_no: str | None = None
    household_id: int | None = None
    household: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure and what it is made of.

    `total_fen` is None where there is no budget. `bound_by`: of what is available, which of `balance` and
    `budget_left` is the smaller. `lines` are a page of the `count` records, the newest first.
    """

    figure: Figure
    year: int
    total_fen: int | None
    terms: tuple[Term, ...]
    lines: tuple[Line, ...]
    count: int
    holds: bool
    bound_by: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Who asks, of which year, and which page of the records is wanted; `only`: those of one term alone."""

    person: Person
    year: int
    limit: int
    offset: int
    only: str = ""


# The order in which terms are told: what came in, what was paid, what was taken back.
_KEYS = (
    f"entry.{EntryKind.OPENING}",
    *(f"income.{one}" for one in IncomeKind),
    f"entry.{EntryKind.INCOME}",
    *(f"aid.{one}" for one in AidKind),
    f"entry.{EntryKind.PAYMENT}",
    f"entry.{EntryKind.REVERSAL}",
)
OF_ENTRIES = entries.outerjoin(aid, aid.c.id == entries.c.aid_id).outerjoin(
    households, households.c.id == aid.c.household_id
)
OF_AID = aid.join(households, households.c.id == aid.c.household_id)
_COLUMNS = (
    aid.c.id.label("aid_id"),
    aid.c.number,
    aid.c.kind.label("aid_kind"),
    aid.c.source,
    aid.c.household_id,
    households.c.name,
    households.c.union_id.label("seen_in"),
)


def from_entries(
    tx: Transaction,
    page: Page,
    figure: Figure,
    kept_fen: int | None,
    joined: FromClause,
    which: ColumnElement[bool],
    *,
    sign: int = 1,
) -> Explanation:
    """Explain a figure by the ledger's entries, of which `which` are chosen among `joined`."""
    # What a payment was for tells more than that it was one.
    paid_for = case((entries.c.kind == EntryKind.PAYMENT, aid.c.kind))
    by = (entries.c.kind, entries.c.income_kind, paid_for)
    grouped = select(*by, func.sum(entries.c.amount_fen), func.count()).select_from(joined).where(which)
    sums = {
        _entry_key(kind, income, paid): Term(_entry_key(kind, income, paid), sign * int(fen), int(count))
        for kind, income, paid, fen, count in tx.connection.execute(grouped.group_by(*by))
    }
    terms = [sums[key] for key in _KEYS if key in sums]
    columns = [entries.c.id.label("entry_id"), entries.c.kind, entries.c.income_kind, entries.c.happened_on]
    columns += [entries.c.voucher_no, (sign * entries.c.amount_fen).label("fen")]
    wanted = and_(which, _of_entry(page.only)) if page.only else which
    statement = select(*columns, *_COLUMNS).select_from(joined).where(wanted)
    newest: Select[Any] = statement.order_by(entries.c.happened_on.desc(), entries.c.id.desc())
    rows = tx.connection.execute(newest.limit(page.limit).offset(page.offset))
    lines = tuple(
        _line(
            page.person,
            row,
            row.happened_on,
            key=_entry_key(row.kind, row.income_kind, row.aid_kind),
            entry_id=row.entry_id,
            voucher_no=row.voucher_no,
        )
        for row in rows
    )
    return _explained(page, figure, kept_fen, terms, lines)


def from_aid(
    tx: Transaction,
    page: Page,
    figure: Figure,
    kept_fen: int,
    joined: FromClause,
    which: ColumnElement[bool],
    counted_fen: ColumnElement[Any],
) -> Explanation:
    """Explain a figure by pieces of aid, of each of which `counted_fen` counts."""
    grouped = (
        select(aid.c.kind, func.sum(counted_fen), func.count())
        .select_from(joined)
        .where(which)
        .group_by(aid.c.kind)
    )
    sums = {
        kind: Term(f"aid.{kind}", int(fen), int(count)) for kind, fen, count in tx.connection.execute(grouped)
    }
    columns = (*_COLUMNS, counted_fen.label("fen"), aid.c.paid_on, aid.c.recorded_at)
    wanted = and_(which, aid.c.kind == page.only.removeprefix("aid.")) if page.only else which
    newest: Select[Any] = (
        select(*columns).select_from(joined).where(wanted).order_by(aid.c.recorded_at.desc(), aid.c.id)
    )
    rows = tx.connection.execute(newest.limit(page.limit).offset(page.offset))
    lines = tuple(
        _line(page.person, row, row.paid_on or row.recorded_at.astimezone(tx.zone).date()) for row in rows
    )
    return _explained(page, figure, kept_fen, [sums[kind] for kind in AidKind if kind in sums], lines)


def _explained(
    page: Page, figure: Figure, kept_fen: int | None, terms: Sequence[Term], lines: tuple[Line, ...]
) -> Explanation:
    return Explanation(
        figure=figure,
        year=page.year,
        total_fen=kept_fen,
        terms=tuple(terms),
        lines=lines,
        count=sum(term.count for term in terms),
        holds=kept_fen is None or kept_fen == sum(term.fen for term in terms),
    )


def _entry_key(kind: str, income_kind: str | None, paid_for: str | None) -> str:
    if kind == EntryKind.PAYMENT and paid_for is not None:
        return f"aid.{paid_for}"
    return f"entry.{kind}" if income_kind is None else f"income.{income_kind}"


def _of_entry(key: str) -> ColumnElement[bool]:
    """The entries behind one term."""
    family, _, code = key.partition(".")
    if family == "income":
        return entries.c.income_kind == code
    if family == "aid":
        return and_(entries.c.kind == EntryKind.PAYMENT, aid.c.kind == code)
    return and_(entries.c.kind == code, entries.c.income_kind.is_(None))


def _line(person: Person, row: Row[Any], happened_on: date, **entry: Any) -> Line:  # noqa: ANN401 - of an entry
    """A record as this person may read it: beyond their scope a name is masked."""
    name = row.name
    if name is not None and row.seen_in not in person.scope:
        name = masked(name)
    return Line(
        **{"key": f"aid.{row.aid_kind}", **entry},
        fen=int(row.fen),
        happened_on=happened_on,
        aid_id=row.aid_id,
        number=row.number,
        aid_kind=row.aid_kind,
        source=row.source,
        household_id=row.household_id,
        household=name,
    )
