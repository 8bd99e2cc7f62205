"""A union with money and a standard, where lists of aid are made: what the tests of lists share."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from storage.aid_codes import AidKind, FundSource, IncomeKind, PayMethod
from storage.batches import batches
from storage.codes import Role
from storage.columns import table_of
from storage.money import budget, fund, standards
from storage.tables.aid import Aid, HouseholdYear, Payment
from storage.tables.dossiers import Household
from storage.tables.fund import LedgerEntry
from storage.tables.office import Bulletin
from tests.storage import casework, paid
from tests.storage.casework import BRANCH, CHEN, OTHER_BRANCH, QIAN, ROOT, WANG

if TYPE_CHECKING:
    from storage.batches.batch import BatchCard
    from storage.database import Database, Transaction

YEAR = 2017
TODAY = date(2017, 9, 4)
# Two more chairs, so that three can approve.
ZHOU, HE = 11, 12
GRANT_FEN = 150_000
LIST = "list"

AID, PAYMENTS, ENTRIES = table_of(Aid), table_of(Payment), table_of(LedgerEntry)
YEARS, BULLETINS = table_of(HouseholdYear), table_of(Bulletin)


def found(tx: Transaction, households: int = 3, budget_fen: int = 4_000_000) -> None:
    """Make the union with 50,000 yuan, a budget, the year's grant, and households 1, 2, … seen today."""
    casework.found(tx)
    casework.person(tx, ZHOU, "周副主席", ROOT, Role.CHAIR)
    casework.person(tx, HE, "何副主席", ROOT, Role.CHAIR)
    for number in range(1, households + 1):
        casework.household(tx, number, name=f"户{number}", last_visit_on=TODAY)
    paid.record_income(
        tx,
        union_id=ROOT,
        income_kind=IncomeKind.CARRY_OVER,
        amount_fen=5_000_000,
        happened_on=date(YEAR, 1, 5),
        request_id="opening",
    )
    budget.set_budget(tx, union_id=ROOT, year=YEAR, amount_fen=budget_fen)
    standards.record(tx, union_id=ROOT, year=YEAR, kind=AidKind.SPRING, amount_fen=GRANT_FEN)


def begin(tx: Transaction, /, batch_id: str = LIST, person_id: int = WANG, **more: Any) -> BatchCard:  # noqa: ANN401
    """Begin the Spring Festival list as the officer, unless another is named."""
    wanted = {"kind": AidKind.SPRING, "year": YEAR, "source": FundSource.COMPANY, **more}
    return batches.start(tx, casework.get(tx, person_id), batch_id=batch_id, **wanted)


def work(database: Database) -> int:
    """Let the beat do all there is to do; return how often it did something."""
    count = 0
    while database.transact(batches.work):
        count += 1
    return count


def made(database: Database, batch_id: str = LIST, **more: Any) -> BatchCard:  # noqa: ANN401
    """A list that is made and may be looked through."""
    database.transact(lambda tx: begin(tx, batch_id, **more))
    work(database)
    return card(database, batch_id)


def card(database: Database, batch_id: str = LIST, person_id: int = WANG) -> BatchCard:
    """The list as somebody sees it."""
    return database.transact(lambda tx: batches.card(tx, casework.get(tx, person_id), batch_id))


def submitted(database: Database, batch_id: str = LIST, reason: str = "", **more: Any) -> BatchCard:  # noqa: ANN401
    """A list that waits for the chairs."""
    revision = made(database, batch_id, **more).line.revision
    return act(database, WANG, "submit", batch_id, revision, reason)


def approved(database: Database, batch_id: str = LIST, **more: Any) -> BatchCard:  # noqa: ANN401
    """A list that all who are needed have approved."""
    waiting = submitted(database, batch_id, **more)
    for chair in (CHEN, ZHOU, HE)[: waiting.approvals_needed]:
        act(database, chair, "approve", batch_id, waiting.line.revision)
    return card(database, batch_id)


def confirmed(database: Database, batch_id: str = LIST, **more: Any) -> BatchCard:  # noqa: ANN401
    """A list that the beat pays from now on."""
    approved(database, batch_id, **more)
    return pay(database, batch_id)


def pay(database: Database, batch_id: str = LIST, person_id: int = QIAN, paid_on: date = TODAY) -> BatchCard:
    """The treasurer confirms the payment."""
    return database.transact(
        lambda tx: batches.confirm_payment(
            tx,
            casework.get(tx, person_id),
            batch_id,
            method=PayMethod.TRANSFER,
            voucher_no="2017-000007",
            paid_on=paid_on,
        )
    )


def act(database: Database, person_id: int, name: str, *args: Any) -> BatchCard:  # noqa: ANN401
    """Let somebody do something with a list."""
    done: BatchCard = database.transact(
        lambda tx: getattr(batches, name)(tx, casework.get(tx, person_id), *args)
    )
    return done


def change(database: Database, household_id: int, **columns: object) -> None:
    """Let a household be otherwise from now on."""
    homes = table_of(Household)
    database.transact(
        lambda tx: tx.connection.execute(update(homes).where(homes.c.id == household_id).values(**columns))
    )


def items(database: Database, only: Any = None, person_id: int = WANG) -> list[Any]:  # noqa: ANN401
    """The households of the list, or of a part of it."""
    return list(
        database.transact(
            lambda tx: batches.items(tx, casework.get(tx, person_id), LIST, limit=100, only=only)
        )
    )


def balance(database: Database) -> tuple[int, int]:
    """What the fund holds, and what of it is promised."""
    figures = database.transact(lambda tx: fund.balance(tx, ROOT, year=YEAR))
    return figures.balance_fen, figures.reserved_fen


def count(database: Database, table: Any, *conditions: Any) -> int:  # noqa: ANN401
    """How many rows a table has."""
    asked = select(func.count()).select_from(table).where(*conditions)
    return int(database.transact(lambda tx: tx.connection.scalar(asked)) or 0)


def told(database: Database, slug: str) -> set[int]:
    """Who was posted a bulletin of that name."""
    asked = select(BULLETINS.c.person_id).where(BULLETINS.c.slug == slug)
    return set(database.transact(lambda tx: list(tx.connection.scalars(asked))))


def faults(database: Database) -> list[str]:
    """What does not add up, of all the sums that are kept."""
    return list(database.transact(fund.check))


__all__ = ["BRANCH", "CHEN", "OTHER_BRANCH", "QIAN", "ROOT", "WANG"]
