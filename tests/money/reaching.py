"""The last money of a fund, and two hands that reach for it at the same moment; each round begins with none.

`Reaching` prepares a round, has both hands act at once, and sees that exactly one had it, that the other was
told why by name, and that every sum is as it should be. How the two hands are moved (threads, processes,
replicas) is whoever's who gives them.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import insert, update

from storage.aid_codes import AidKind, FundSource, IncomeKind, PayMethod
from storage.asking import proposals
from storage.batches import batches
from storage.booking import income
from storage.codes import Role
from storage.columns import new_id, table_of
from storage.deciding import approvals
from storage.errors import Refused
from storage.members import people
from storage.money import fund
from storage.paying import payments
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow, RoleRow, Union
from tests.clock import START

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.core.transaction import Transaction
    from storage.database import Database

ROOT, FIRST_BRANCH, OTHER_BRANCH = 1, 2, 3
OFFICER, CHAIR, OTHER_CHAIR, PAYER, OTHER_PAYER = 1, 2, 3, 4, 5
ONE, ANOTHER, LISTED = 1, 2, 3
FEN = 100_000
DAY = START.date()
DONE = "done"
CHECKED_EVERY = 100
_PEOPLE = {
    OFFICER: Role.OFFICER,
    CHAIR: Role.CHAIR,
    OTHER_CHAIR: Role.CHAIR,
    PAYER: Role.TREASURER,
    OTHER_PAYER: Role.TREASURER,
}

Act = dict[str, Any]


class Hands(Protocol):
    """Two hands that can move at the same moment."""

    def at_once(self, acts: Sequence[Act]) -> list[str]:
        """Have the first hand do the first act and the other the second; return what became of each."""


def found(tx: Transaction) -> None:
    """Make a union with two branches, its five people, and three households that were visited today."""
    unions = table_of(Union)
    tx.connection.execute(insert(unions), {"id": ROOT, "name": "公司工会", "path": f"/{ROOT}/"})
    for branch in (FIRST_BRANCH, OTHER_BRANCH):
        row = {"id": branch, "parent_id": ROOT, "name": f"分会{branch}", "path": f"/{ROOT}/{branch}/"}
        tx.connection.execute(insert(unions), row)
    for number, role in _PEOPLE.items():
        row = {"id": number, "union_id": ROOT, "name": f"人{number}", "telegram_id": 1000 + number}
        row |= {"state": "ACTIVE", "language": "zh", "joined_at": tx.now}
        tx.connection.execute(insert(table_of(PersonRow)), row)
        tx.connection.execute(
            insert(table_of(RoleRow)), {"person_id": number, "role": role, "union_id": ROOT}
        )
    for number, branch in ((ONE, FIRST_BRANCH), (ANOTHER, FIRST_BRANCH), (LISTED, OTHER_BRANCH)):
        row = {"id": number, "file_no": f"K{number:06d}", "union_id": branch, "name": f"户{number}"}
        row |= {"state": "ACTIVE", "category": "LONG", "main_cause": "ILLNESS", "other_causes": []}
        row |= {"opened_on": date(2015, 1, 1), "missed_visits": 0, "last_visit_on": tx.today}
        tx.connection.execute(insert(table_of(Household)), row)


def act(tx: Transaction, what: str, who: int, of: str, other: str = "") -> None:
    """What a hand does: approve one piece of aid, or a whole list, or pay (`other`: the payment's id)."""
    person = people.get(tx, who)
    if what == "approve":
        approvals.approve(tx, person, of, 1)
    elif what == "approve list":
        batches.approve(tx, person, of, batches.card(tx, person, of).line.revision)
    else:
        payments.pay(tx, person, payment_id=other, aid_id=of, method=PayMethod.CASH, paid_on=tx.today)


def ended(database: Database, doing: Act) -> str:
    """Do it, and return what became of it: done, or the name of the refusal."""
    try:
        database.transact(act, **doing)
    except Refused as refusal:
        return refusal.slug
    return DONE


class Reaching:
    """Round after round over one database; whatever a round has won is paid out at its end."""

    def __init__(self, database: Database, hands: Hands) -> None:
        self.database = database
        self.hands = hands
        self.rounds = 0

    def for_two(self) -> None:
        """Two chairs approve the last money for two households; then two treasurers pay who has it."""
        self._begin()
        one, another = new_id(), new_id()
        for aid_id, household in ((one, ONE), (another, ANOTHER)):
            self.database.transact(_propose, aid_id, household)
        ends = self.hands.at_once([_approve(CHAIR, one), _approve(OTHER_CHAIR, another)])
        assert [DONE, "over_balance"] == sorted(ends), ends
        self._money(balance_fen=FEN, reserved_fen=FEN)
        won, lost = (one, another) if ends[0] == DONE else (another, one)
        ends = self.hands.at_once([_pay(PAYER, won), _pay(OTHER_PAYER, won)])
        assert ["already_paid", DONE] == sorted(ends), ends
        self._end(lost)

    def against_a_list(self) -> None:
        """A chair approves the last money for a household, another one a whole list."""
        self._begin()
        one, listed = new_id(), new_id()
        self.database.transact(_propose, one, ONE)
        self.database.transact(_list, listed)
        approving = {"what": "approve list", "who": OTHER_CHAIR, "of": listed}
        ends = self.hands.at_once([_approve(CHAIR, one), approving])
        assert [DONE, "over_balance"] == sorted(ends), ends
        self._money(balance_fen=FEN, reserved_fen=FEN)
        if ends[0] == DONE:
            self.database.transact(act, **_pay(PAYER, one))
            self.database.transact(_drop_list, listed)
            self._end()
        else:
            self.database.transact(_pay_list, listed)
            self._end(one)

    def _begin(self) -> None:
        self.rounds += 1
        self.database.transact(_income, self.rounds)

    def _end(self, *lost: str) -> None:
        """The money is gone, and whoever had it is looked after: the next round begins as this one."""
        for aid_id in lost:
            self.database.transact(_withdraw, aid_id)
        self._money(balance_fen=0, reserved_fen=0)
        self.database.transact(_look_after)
        if self.rounds % CHECKED_EVERY == 0:
            self.check()

    def check(self) -> None:
        """Every sum is rebuilt and holds."""
        findings = self.database.transact(fund.check)
        assert [] == findings, findings

    def _money(self, *, balance_fen: int, reserved_fen: int) -> None:
        figures = self.database.transact(fund.balance, ROOT)
        assert (balance_fen, reserved_fen) == (figures.balance_fen, figures.reserved_fen)


def _approve(who: int, aid_id: str) -> Act:
    return {"what": "approve", "who": who, "of": aid_id}


def _pay(who: int, aid_id: str) -> Act:
    return {"what": "pay", "who": who, "of": aid_id, "other": new_id()}


def _income(tx: Transaction, number: int) -> None:
    income.record(
        tx,
        people.get(tx, PAYER),
        request_id=f"income{number}",
        income_kind=IncomeKind.UNION_DUES,
        amount_fen=FEN,
        happened_on=tx.today,
    )


def _propose(tx: Transaction, aid_id: str, household: int) -> None:
    answers = {"kind": AidKind.MEDICAL, "source": FundSource.COMPANY, "amount": FEN, "reason": "住院"}
    officer = people.get(tx, OFFICER)
    proposals.propose(tx, officer, aid_id=aid_id, household_id=household, answers=answers, form_version=1)


def _withdraw(tx: Transaction, aid_id: str) -> None:
    proposals.withdraw(tx, people.get(tx, OFFICER), aid_id)


def _list(tx: Transaction, batch_id: str) -> None:
    officer = people.get(tx, OFFICER)
    batches.start(
        tx,
        officer,
        batch_id=batch_id,
        kind=AidKind.WARMTH,
        year=tx.today.year,
        source=FundSource.COMPANY,
        picked={"unions": [OTHER_BRANCH]},
        amount_fen=FEN,
    )
    while batches.work(tx):
        pass
    batches.submit(tx, officer, batch_id, batches.card(tx, officer, batch_id).line.revision)


def _pay_list(tx: Transaction, batch_id: str) -> None:
    treasurer = people.get(tx, PAYER)
    batches.confirm_payment(tx, treasurer, batch_id, method=PayMethod.CASH, paid_on=tx.today)
    while batches.work(tx):
        pass


def _drop_list(tx: Transaction, batch_id: str) -> None:
    batches.withdraw(tx, people.get(tx, OFFICER), batch_id)


def _look_after(tx: Transaction) -> None:
    aid = table_of(Aid)
    tx.connection.execute(update(aid).where(aid.c.state == "PAID").values(state="REVISITED"))
