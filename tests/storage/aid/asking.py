"""A union with money, where people ask for aid: what the tests of proposals and guards share."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert, update

from storage.aid_codes import AidKind, AidState, IncomeKind
from storage.asking import proposals
from storage.codes import Role
from storage.columns import table_of
from storage.money import budget, standards
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.people import RoleRow
from tests.storage import casework, paid
from tests.storage.casework import BRANCH, OTHER_BRANCH, ROOT

if TYPE_CHECKING:
    from storage.asking.proposals import AidReceipt
    from storage.database import Transaction
    from storage.members.people import Person

YEAR = 2017
TODAY = date(2017, 9, 4)
HOME, ELSEWHERE = 101, 102
# A second chair, a cadre of the other branch, and somebody who is both cadre and chair.
ZHOU, HE, WU = 11, 12, 13


def found(tx: Transaction) -> None:
    """Make the union with 50,000 yuan, a budget of 40,000, one household here and one elsewhere."""
    casework.found(tx)
    casework.person(tx, ZHOU, "周副主席", ROOT, Role.CHAIR)
    casework.person(tx, HE, "何平", OTHER_BRANCH, Role.CADRE)
    casework.person(tx, WU, "吴双", BRANCH, Role.CADRE)
    also(tx, WU, ROOT, Role.CHAIR)
    casework.household(tx, HOME, last_visit_on=TODAY)
    casework.household(tx, ELSEWHERE, union_id=OTHER_BRANCH, name="赵六", last_visit_on=TODAY)
    paid.record_income(
        tx,
        union_id=ROOT,
        income_kind=IncomeKind.CARRY_OVER,
        amount_fen=5_000_000,
        happened_on=date(YEAR, 1, 5),
        request_id="opening",
    )
    budget.set_budget(tx, union_id=ROOT, year=YEAR, amount_fen=4_000_000)
    standards.record(tx, union_id=ROOT, year=YEAR, kind=AidKind.SPRING, amount_fen=150_000)


def said(
    kind: str = "LIVING", amount_fen: int = 200_000, source: str = "COMPANY", **more: object
) -> dict[str, object]:
    """What a form would hand in."""
    return {"kind": kind, "source": source, "amount": amount_fen, "reason": "住院，家里没有收入", **more}


def ask(
    tx: Transaction,
    number: int = casework.ZHANG,
    aid_id: str = "a1",
    household_id: int = HOME,
    answers: dict[str, object] | None = None,
) -> AidReceipt:
    """Propose aid as one of the people."""
    return proposals.propose(
        tx,
        who(tx, number),
        aid_id=aid_id,
        household_id=household_id,
        answers=said() if answers is None else answers,
        form_version=1,
    )


def stands(
    tx: Transaction,
    /,
    aid_id: str,
    kind: AidKind = AidKind.LIVING,
    state: AidState = AidState.PAID,
    **columns: object,
) -> None:
    """Let a household have other aid already; it is in no ledger, and in no household's year."""
    row = {"id": aid_id, "number": f"BF-{YEAR}-{aid_id}", "household_id": HOME, "kind": kind, "state": state}
    row |= {"source": "COMPANY", "for_year": YEAR, "amount_fen": 100_000, "recorded_at": tx.now}
    if state in {AidState.PAID, AidState.REVISITED}:
        row["paid_on"] = TODAY - timedelta(days=40)
    tx.connection.execute(insert(table_of(Aid)).values(**{**row, **columns}))


def who(tx: Transaction, number: int) -> Person:
    """One of the people."""
    return casework.get(tx, number)


def also(tx: Transaction, number: int, union_id: int, role: Role) -> None:
    """Give one of the people another role."""
    tx.connection.execute(insert(table_of(RoleRow)).values(person_id=number, role=role, union_id=union_id))


def now(tx: Transaction, /, household_id: int = HOME, **columns: object) -> None:
    """Let a household be otherwise from now on."""
    homes = table_of(Household)
    tx.connection.execute(update(homes).where(homes.c.id == household_id).values(**columns))
