"""Aid on its way in the demo union: asked for, reviewed, approved, by whoever a test needs for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from storage.aid_codes import FundSource, PayMethod
from storage.asking import proposals
from storage.casebook import aid_views
from storage.codes import HouseholdState, Role
from storage.columns import new_id, table_of
from storage.deciding import approvals
from storage.members import invitations, people
from storage.money import budget as plan
from storage.money import fund
from storage.paying import payments
from storage.tables.audit import AuditEntry
from storage.tables.dossiers import Household
from storage.tables.people import RoleRow
from tests.chat.screens.conftest import CHAIR, OFFICER, TREASURER, ZHANG

if TYPE_CHECKING:
    from storage.casebook.aid_views import AidCard
    from storage.database import Transaction
    from storage.members.people import Person
    from tests.chat.screens.conftest import Town

# 施磊斌 and another household of 张东's branch.
SHI, YUAN = "K170001", "K170030"
VICE, THIRD = 1011, 1012
WHY = {
    "unrevisited_reason": "孩子急着开学",
    "no_visit_reason": "电话里问清楚了",
}


def who(tx: Transaction, telegram_id: int) -> Person:
    """One of the people."""
    found = people.find(tx, telegram_id)
    assert found is not None
    return found


def ask(
    town: Town,
    file_no: str = SHI,
    fen: int = 200_000,
    *,
    by: int = ZHANG,
    kind: str = "LIVING",
    source: str = "COMPANY",
    reason: str = "妻子住院，家里断了收入",
    papers: int = 0,
    aid_id: str = "",
) -> str:
    """Somebody asks for aid; its id."""
    household_id = town.household_id(file_no)
    photos = [{"file_id": f"photo{one}", "unique_id": f"u{one}"} for one in range(papers)]
    answers: dict[str, object] = {"kind": kind, "source": source, "amount": fen, "reason": reason, **WHY}
    if photos:
        answers["papers"] = photos
    made = aid_id or new_id()

    def work(tx: Transaction) -> None:
        proposals.propose(
            tx, who(tx, by), aid_id=made, household_id=household_id, answers=answers, form_version=1
        )

    town.database.transact(work)
    return made


def review(town: Town, aid_id: str, by: int = OFFICER) -> str:
    """An officer passes it on."""
    town.database.transact(lambda tx: approvals.review(tx, who(tx, by), aid_id, revision(tx, aid_id)))
    return aid_id


def approve(town: Town, aid_id: str, by: int = CHAIR) -> str:
    """A chair approves it."""
    town.database.transact(lambda tx: approvals.approve(tx, who(tx, by), aid_id, revision(tx, aid_id)))
    return aid_id


def approved(
    town: Town, file_no: str = SHI, fen: int = 200_000, kind: str = "LIVING", source: str = "COMPANY"
) -> str:
    """Aid that an officer asked for and a chair approved: it waits to be paid."""
    return approve(town, ask(town, file_no, fen, by=OFFICER, kind=kind, source=source))


def emergency(town: Town, file_no: str, fen: int) -> str:
    """A chair has it paid first."""
    household_id, made = town.household_id(file_no), new_id()

    def work(tx: Transaction) -> None:
        proposals.emergency(
            tx,
            who(tx, CHAIR),
            aid_id=made,
            household_id=household_id,
            new=None,
            source=FundSource.COMPANY,
            amount_fen=fen,
            reason="家里失火",
        )

    town.database.transact(work)
    return made


def bank_card(town: Town, file_no: str, number: str) -> None:
    """The household's bank card."""

    def work(tx: Transaction) -> None:
        homes = table_of(Household)
        sealed = tx.vault.seal(number, "households.bank_card")
        tx.connection.execute(update(homes).where(homes.c.file_no == file_no).values(bank_card_sealed=sealed))

    town.database.transact(work)


def paid(town: Town, file_no: str = SHI, fen: int = 200_000) -> tuple[str, str]:
    """Aid that is paid; its id and the payment's."""
    aid_id, payment_id = approved(town, file_no, fen), new_id()

    def work(tx: Transaction) -> None:
        payments.pay(
            tx,
            who(tx, TREASURER),
            payment_id=payment_id,
            aid_id=aid_id,
            method=PayMethod.TRANSFER,
            voucher_no="2017-000001",
            paid_on=tx.today,
        )

    town.database.transact(work)
    return aid_id, payment_id


def revision(tx: Transaction, aid_id: str) -> int:
    """The revision it is in."""
    return aid_views.card(tx, who(tx, OFFICER), aid_id).revision


def card(town: Town, aid_id: str) -> AidCard:
    """It as an officer sees it."""
    return town.database.transact(lambda tx: aid_views.card(tx, who(tx, OFFICER), aid_id))


def state(town: Town, aid_id: str) -> str:
    """Where it stands."""
    return str(card(town, aid_id).state)


def joins(town: Town, telegram_id: int, role: Role, name: str) -> int:
    """One more person of the union; the Telegram id again."""

    def work(tx: Transaction) -> None:
        code = invitations.invite(tx, roles=[role]).code
        invitations.join(tx, code, telegram_id=telegram_id, first_name=name)

    town.database.transact(work)
    return telegram_id


def vice_chair(town: Town) -> int:
    """A second chair."""
    return joins(town, VICE, Role.CHAIR, "李副主席")


def amend(town: Town, aid_id: str, fen: int, by: int = ZHANG) -> None:
    """Whoever asked for it wants another amount."""

    def work(tx: Transaction) -> None:
        answers = {**aid_views.card(tx, who(tx, by), aid_id).answers, "amount": fen}
        proposals.amend(tx, who(tx, by), aid_id, answers)

    town.database.transact(work)


def withdraw(town: Town, aid_id: str, by: int = ZHANG) -> None:
    """Whoever asked for it takes it back."""
    town.database.transact(lambda tx: proposals.withdraw(tx, who(tx, by), aid_id))


def rename(town: Town, file_no: str, name: str) -> None:
    """A household's name, as long as one likes."""
    homes = table_of(Household)
    change = update(homes).where(homes.c.file_no == file_no).values(name=name)
    town.database.transact(lambda tx: tx.connection.execute(change))


def visited(town: Town, file_no: str) -> None:
    """Somebody has been there today."""
    homes = table_of(Household)

    def work(tx: Transaction) -> None:
        change = update(homes).where(homes.c.file_no == file_no).values(last_visit_on=tx.today)
        tx.connection.execute(change)

    town.database.transact(work)


def budget(town: Town, fen: int) -> None:
    """The year's budget from now on."""

    def work(tx: Transaction) -> None:
        fund_id = fund.serving(tx, who(tx, OFFICER).union_id)
        plan.set_budget(tx, union_id=fund_id, year=tx.today.year, amount_fen=fen)

    town.database.transact(work)


def also(town: Town, telegram_id: int, role: Role) -> None:
    """Give somebody another role over their union."""

    def work(tx: Transaction) -> None:
        person = who(tx, telegram_id)
        row = {"person_id": person.id, "role": str(role), "union_id": person.union_id}
        tx.connection.execute(insert(table_of(RoleRow)).values(row))

    town.database.transact(work)


def files(town: Town, count: int) -> list[str]:
    """So many open files."""
    homes = table_of(Household)
    found = select(homes.c.file_no).where(homes.c.state == HouseholdState.ACTIVE).order_by(homes.c.file_no)
    return town.database.transact(lambda tx: list(tx.connection.scalars(found.limit(count))))


def looks(town: Town, telegram_id: int) -> int:
    """How often this person has looked at aid."""
    log = table_of(AuditEntry)

    def work(tx: Transaction) -> int:
        mine = select(func.count()).where(log.c.person_id == who(tx, telegram_id).id, log.c.act == "aid.view")
        return int(tx.connection.scalar(mine) or 0)

    return town.database.transact(work)
