"""What is made public of the fund 公示: where money came from and went, and who had what, by masked names.

A line tells 张*, the branch, the kind of aid, whose money and how much, and nothing else: no day, no number,
no reason. What was no money is counted and names nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, insert, select

from storage import audit, errors
from storage.aid_codes import AidKind, FundSource, PaymentState
from storage.columns import table_of
from storage.due import policies
from storage.members import offices
from storage.members.membership import root_union
from storage.money import fund
from storage.money.fund import aid, households, payments, unions
from storage.money.fund_views import masked
from storage.oversight import periods
from storage.oversight.entries import PEOPLE, ROWS_AT_ONCE
from storage.tables.fund import PublicNotice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from storage.core.transaction import Transaction
    from storage.members.people import Person
    from storage.oversight.periods import Period

QUARTERS = 4
LISTED = 5

NOTICES = table_of(PublicNotice)
_PAID = (
    aid.join(payments, payments.c.aid_id == aid.c.id)
    .join(households, households.c.id == aid.c.household_id)
    .join(unions, unions.c.id == households.c.union_id)
)
_BY_KIND = case({str(kind): place for place, kind in enumerate(AidKind)}, value=aid.c.kind)


@dataclass(frozen=True, slots=True)
class PublicSum:
    """What was given of a kind from one source: pieces of aid, households, fen."""

    kind: AidKind
    source: FundSource
    times: int
    households: int
    fen: int


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One piece of aid as everybody may read it."""

    name: str
    union_name: str
    kind: AidKind
    source: FundSource
    fen: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A quarter (0: the year) of a fund as it is made public, but for the single lines.

    `until`: up to which day it tells; `is_running`: it has not ended yet. `company_fen` is what stands of the
    company's payments of these days, `undone_fen` what of them was taken back since. `complaints_phone` is
    empty where the union has set none.
    """

    year: int
    quarter: int
    until: date
    period: Period
    sums: tuple[PublicSum, ...]
    company_fen: int
    undone_fen: int
    complaints_phone: str
    is_running: bool


@dataclass(frozen=True, slots=True)
class Published:
    """That a notice was published: by whom (None: the shell), when, and which file exactly."""

    year: int
    quarter: int
    digest: str
    person: str | None
    published_at: datetime


def notice(tx: Transaction, union_id: int, year: int, quarter: int) -> Notice:
    """Return the figures of a notice. Refuses NotFound for a quarter that is none, or has not begun."""
    first, last = periods.days_of_quarter(year, quarter) if 0 <= quarter <= QUARTERS else (date.max, date.max)
    if first > tx.today:
        raise errors.NotFound(year=year, quarter=quarter)
    until = min(last, tx.today)
    period = periods.period(tx, union_id, first, until)
    sums = _sums(tx, period)
    company_fen = sum(one.fen for one in sums if one.source == FundSource.COMPANY)
    return Notice(
        year=year,
        quarter=quarter,
        until=until,
        period=period,
        sums=tuple(sums),
        company_fen=company_fen,
        undone_fen=period.paid_fen - company_fen,
        complaints_phone=policies.of(tx, period.union_id).complaints_phone,
        is_running=last > tx.today,
    )


def lines(tx: Transaction, period: Period) -> Iterator[PublicLine]:
    """Yield who had what money in a period: by kind, branch and amount, which tells nothing of its day."""
    paid_fen = func.sum(payments.c.amount_fen)
    statement = (
        select(
            aid.c.kind,
            aid.c.source,
            households.c.name,
            unions.c.name.label("union_name"),
            paid_fen.label("fen"),
        )
        .select_from(_PAID)
        .where(*_standing(period))
        .group_by(aid.c.id, aid.c.kind, aid.c.source, households.c.name, unions.c.name)
        .having(paid_fen > 0)
        .order_by(_BY_KIND, unions.c.name, paid_fen.desc(), func.substr(households.c.name, 1, 1))
    )
    for some in tx.connection.execute(statement.execution_options(yield_per=ROWS_AT_ONCE)).partitions():
        for row in some:
            kind, source = AidKind(row.kind), FundSource(row.source)
            yield PublicLine(masked(row.name), row.union_name, kind, source, int(row.fen))


def begin(tx: Transaction, person: Person | None, year: int, quarter: int) -> dict[str, Any]:
    """Write down in the audit chain that this notice is published now; return what the file is made of.

    `person` None: the shell. Refuses NotAllowed to all but officers and chairs over the whole fund, NotFound
    as `notice`.
    """
    if person is not None and fund.serving(tx, person.union_id) not in offices.led(tx, person):
        raise errors.NotAllowed
    union_id = root_union(tx) if person is None else person.union_id
    found = notice(tx, union_id or 0, year, quarter)
    person_id = None if person is None else person.id
    audit.record(
        tx,
        person_id=person_id,
        act="notice.published",
        subject=f"union:{found.period.union_id}",
        year=year,
        quarter=quarter,
    )
    head = audit.head(tx)
    return {
        "union_id": found.period.union_id,
        "year": year,
        "quarter": quarter,
        "person_id": person_id,
        "published_on": tx.today.isoformat(),
        "audit_head": f"{head.entry_id}:{head.link}" if head else "",
    }


def record(tx: Transaction, figures: dict[str, Any], digest: str) -> None:
    """Keep which file was published: its SHA-256. The same file published once is kept once."""
    same = (
        NOTICES.c.union_id == figures["union_id"],
        NOTICES.c.digest == digest,
        NOTICES.c.audit_head == figures["audit_head"],
    )
    if tx.connection.scalar(select(NOTICES.c.id).where(*same)) is not None:
        return
    kept = {name: figures[name] for name in ("union_id", "year", "quarter", "audit_head")}
    kept |= {"digest": digest, "published_by": figures["person_id"], "published_at": tx.now}
    tx.connection.execute(insert(NOTICES), kept)


def published(tx: Transaction, union_id: int, limit: int = LISTED) -> list[Published]:
    """Return what was published of the fund that serves a union, the newest first."""
    statement = (
        select(NOTICES, PEOPLE.c.name)
        .outerjoin(PEOPLE, PEOPLE.c.id == NOTICES.c.published_by)
        .where(NOTICES.c.union_id == fund.serving(tx, union_id))
        .order_by(NOTICES.c.id.desc())
        .limit(limit)
    )
    return [
        Published(row.year, row.quarter, row.digest, row.name, row.published_at)
        for row in tx.connection.execute(statement)
    ]


def _standing(period: Period) -> tuple[Any, ...]:
    """The payments of a period that were neither taken back nor failed, in the whole tree of the fund."""
    return (
        payments.c.state == PaymentState.PAID,
        payments.c.paid_on.between(period.first, period.last),
        unions.c.path.startswith(f"/{period.union_id}/", autoescape=True),
    )


def _sums(tx: Transaction, period: Period) -> list[PublicSum]:
    statement = (
        select(
            aid.c.kind,
            aid.c.source,
            func.count(aid.c.id.distinct()).label("times"),
            func.count(aid.c.household_id.distinct()).label("homes"),
            func.sum(payments.c.amount_fen).label("fen"),
        )
        .select_from(_PAID)
        .where(*_standing(period))
        .group_by(aid.c.kind, aid.c.source)
    )
    sums = [
        PublicSum(AidKind(row.kind), FundSource(row.source), int(row.times), int(row.homes), int(row.fen))
        for row in tx.connection.execute(statement)
    ]
    kinds, sources = list(AidKind), list(FundSource)
    return sorted(sums, key=lambda one: (kinds.index(one.kind), sources.index(one.source)))
