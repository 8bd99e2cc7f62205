"""A fund with a ledger of any length: its entries linked one to another, its sums kept, its aid beside it."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import Date, case, func, insert, literal, select, text

from storage.aid_codes import AidKind, AidState, EntryKind, FundSource, IncomeKind
from storage.codes import Category, Cause, HouseholdState
from storage.columns import Instant, Json, table_of
from storage.database import Database
from storage.migrations import migrate
from storage.money import budget, ledger
from storage.secrets import Vault
from storage.tables.aid import Aid, HouseholdYear
from storage.tables.dossiers import Household
from storage.tables.people import Union
from tests.benchmarks.reminders.vast_rows import numbers, put, said
from tests.clock import START, FakeClock
from tests.conftest import SECRET, ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.core.transaction import Transaction

ROOT = 1
YEAR = START.year
DAY = date(YEAR, 3, 1)
AT_ONCE = 50_000
# Of ten entries the first is an income; the other nine are what one household has had in the year.
OF_A_HOUSEHOLD = 10
PAYMENTS = OF_A_HOUSEHOLD - 1
INCOME_FEN = 10_000_00
# A payment is so much, and some fen more by its number.
PAYMENT_FEN, SPREAD_FEN = 100_00, 900
KINDS = (AidKind.LIVING, AidKind.MEDICAL, AidKind.STUDY)
BUDGET_FEN = 10**12

aid = table_of(Aid)


def build(url: str, entries: int) -> Database:
    """Make a database with so many entries, a multiple of ten, and open it."""
    migrate.migrate(url)
    database = Database(url, vault=Vault(SECRET), clock=FakeClock(), zone=ZONE)
    database.transact(_found, entries // OF_A_HOUSEHOLD)
    database.transact(budget.set_budget, union_id=ROOT, year=YEAR, amount_fen=BUDGET_FEN)
    moves = moved(entries)
    while some := list(islice(moves, AT_ONCE)):
        database.transact(ledger.append_all, ROOT, some)
    if database.engine.dialect.name == "postgresql":
        # What the server does by itself long before somebody asks of so many rows.
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return database


def moved(entries: int) -> Iterator[ledger.Entry]:
    """Everything the ledger is told, in its order."""
    for household in range(1, entries // OF_A_HOUSEHOLD + 1):
        yield ledger.Entry(
            union_id=ROOT,
            kind=EntryKind.INCOME,
            amount_fen=INCOME_FEN,
            happened_on=DAY,
            request_id=f"income:{household}",
            income_kind=IncomeKind.UNION_DUES,
        )
        for number in range((household - 1) * PAYMENTS + 1, household * PAYMENTS + 1):
            yield ledger.Entry(
                union_id=ROOT,
                kind=EntryKind.PAYMENT,
                amount_fen=-(PAYMENT_FEN + number % SPREAD_FEN),
                happened_on=DAY,
                request_id=f"aid:a{number}",
                aid_id=f"a{number}",
            )


def _found(tx: Transaction, households: int) -> None:
    """Write the union, its households and what they were given; the database makes these rows by itself."""
    tx.connection.execute(insert(table_of(Union)).values(id=ROOT, name="开远公司工会", path=f"/{ROOT}/"))
    number = numbers(households).c.number
    put(
        tx.connection,
        table_of(Household),
        id=number,
        file_no=said("K", number),
        union_id=literal(ROOT),
        name=said("户", number),
        state=literal(HouseholdState.ACTIVE),
        category=literal(Category.LONG),
        main_cause=literal(Cause.ILLNESS),
        other_causes=literal([], Json()),
        opened_on=literal(date(YEAR - 1, 1, 1), Date()),
        missed_visits=literal(0),
    )
    number = numbers(households * PAYMENTS).c.number
    put(
        tx.connection,
        aid,
        id=said("a", number),
        number=said(f"BF-{YEAR}-", number),
        household_id=(number - 1) // PAYMENTS + 1,
        kind=case({place: str(kind) for place, kind in enumerate(KINDS)}, value=number % len(KINDS)),
        source=literal(FundSource.COMPANY),
        for_year=literal(YEAR),
        amount_fen=PAYMENT_FEN + number % SPREAD_FEN,
        paid_fen=PAYMENT_FEN + number % SPREAD_FEN,
        state=literal(AidState.PAID),
        paid_on=literal(DAY, Date()),
        recorded_at=literal(START, Instant()),
    )
    _count_years(tx)


def _count_years(tx: Transaction) -> None:
    """Count what each household has had, as each payment would have."""
    kept = ("household_id", "year", "kind", "source", "payments", "paid_fen", "reserved_fen")
    years = (aid.c.household_id, aid.c.for_year, aid.c.kind, aid.c.source)
    sums = select(*years, func.count(), func.sum(aid.c.amount_fen), literal(0)).group_by(*years)
    tx.connection.execute(insert(table_of(HouseholdYear)).from_select(kept, sums))
