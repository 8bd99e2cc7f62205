"""Does in the product what the page says was done: one function an act, under the page's own names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from storage.aid_codes import AidAct, AidKind, FundSource, IncomeKind, PayMethod
from storage.asking import emergencies, proposals
from storage.batches import batches, confirming, deciding, starting, striking
from storage.batches import taking_back as list_undo
from storage.booking import income as incomes
from storage.budgets import adopting, drafting
from storage.columns import table_of
from storage.deciding import approvals, expiry, taking_back
from storage.members import membership, people
from storage.money import standards
from storage.paying import corrections, payments, waiving
from storage.reporting import revisits
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.fund import LedgerEntry
from storage.tables.office import Absence
from tests.money.town import ROOT
from tests.storage import casework

if TYPE_CHECKING:
    from datetime import date

    from storage.core.transaction import Transaction
    from storage.members.people import Person
    from tests.money.paper import Wish

FORM_VERSION = 1


class Gone(Exception):
    """Whoever acts has left: the bot knows nobody of that account any more."""


def speaking(tx: Transaction, who: int) -> Person:
    person = people.find(tx, 1000 + who)
    if person is None:
        raise Gone
    return person


def found(tx: Transaction, key: str) -> str:
    """The id behind a name on the page: an item of a list is named by the list and the household."""
    batch_id, _, household = key.partition(":")
    if not household:
        return key
    aid = table_of(Aid)
    of_list = (aid.c.batch_id == batch_id, aid.c.household_id == int(household))
    return str(tx.connection.scalar(select(aid.c.id).where(*of_list)))


def answers(wish: Wish) -> dict[str, object]:
    said: dict[str, object] = {"kind": wish.kind, "source": wish.source, "amount": wish.fen, "reason": "治病"}
    if "unrevisited" in wish.why:
        said["unrevisited_reason"] = "等不及回访"
    if "no_visit" in wish.why:
        said["no_visit_reason"] = "住院，见不到"
    return said


def propose(tx: Transaction, who: int, aid_id: str, household: int, wish: Wish) -> tuple[str, int]:
    done = proposals.propose(
        tx,
        speaking(tx, who),
        aid_id=found(tx, aid_id),
        household_id=household,
        answers=answers(wish),
        form_version=FORM_VERSION,
    )
    return str(done.state), done.needed


def amend(tx: Transaction, who: int, aid_id: str, wish: Wish) -> tuple[str, int]:
    done = proposals.amend(tx, speaking(tx, who), found(tx, aid_id), answers(wish))
    return str(done.state), done.needed


def withdraw(tx: Transaction, who: int, aid_id: str) -> None:
    proposals.withdraw(tx, speaking(tx, who), found(tx, aid_id), "不需要了")


def review(tx: Transaction, who: int, aid_id: str, revision: int) -> None:
    approvals.review(tx, speaking(tx, who), found(tx, aid_id), revision)


def end(tx: Transaction, who: int, aid_id: str, revision: int, act: str, reason: str) -> None:
    doing = approvals.give_back if act == "RETURNED" else approvals.refuse
    doing(tx, speaking(tx, who), found(tx, aid_id), revision, reason)


def approve(tx: Transaction, who: int, aid_id: str, revision: int) -> tuple[str, int, int]:
    done = approvals.approve(tx, speaking(tx, who), found(tx, aid_id), revision)
    return str(done.state), done.given, done.needed


def take_back(tx: Transaction, who: int, aid_id: str, act: str = "APPROVED") -> None:
    taking_back.take_back(tx, speaking(tx, who), found(tx, aid_id), AidAct(act))


def expire(tx: Transaction) -> int:
    return expiry.expire(tx)


def pay(
    tx: Transaction, who: int, payment_id: str, aid_id: str, fen: int | None, day: date
) -> tuple[str, int]:
    done = payments.pay(
        tx,
        speaking(tx, who),
        payment_id=found(tx, payment_id),
        aid_id=found(tx, aid_id),
        amount_fen=fen,
        method=PayMethod.TRANSFER,
        voucher_no=None,
        paid_on=day,
    )
    return str(done.state), done.amount_fen


def fail(tx: Transaction, who: int, payment_id: str, aid_id: str, reason: str) -> None:
    known = {"payment_id": found(tx, payment_id), "aid_id": found(tx, aid_id)}
    payments.fail(tx, speaking(tx, who), **known, reason=reason)


def waive(tx: Transaction, who: int, aid_id: str, fen: int, reason: str) -> None:
    waiving.waive(tx, speaking(tx, who), found(tx, aid_id), fen, reason)


def reverse(tx: Transaction, who: int, aid_id: str, reason: str, day: date) -> None:
    payments.reverse(tx, speaking(tx, who), found(tx, aid_id), reason, day)


def correct(tx: Transaction, who: int, payment_id: str, new_id: str, day: date) -> tuple[str, int]:
    done = corrections.correct(
        tx,
        speaking(tx, who),
        found(tx, payment_id),
        new_id=found(tx, new_id),
        method=PayMethod.TRANSFER,
        voucher_no=None,
        paid_on=day,
        reason="日期记错",
    )
    return str(done.state), done.amount_fen


def emergency(
    tx: Transaction, who: int, aid_id: str, household: int, source: str, fen: int, reason: str
) -> tuple[str, int]:
    done = emergencies.emergency(
        tx,
        speaking(tx, who),
        aid_id=found(tx, aid_id),
        household_id=household,
        new=None,
        source=FundSource(source),
        amount_fen=fen,
        reason=reason,
    )
    return str(done.state), done.needed


def file_papers(tx: Transaction, who: int, aid_id: str) -> None:
    emergencies.file_papers(tx, speaking(tx, who), found(tx, aid_id), {"reason": "房子烧了", "papers": []})


def income(tx: Transaction, who: int, request: str, fen: int, day: date) -> None:
    incomes.record(
        tx,
        speaking(tx, who),
        request_id=request,
        income_kind=IncomeKind.UNION_DUES,
        amount_fen=fen,
        happened_on=day,
        voucher_no=None,
        note="",
    )


def income_back(tx: Transaction, who: int, request: str, reason: str) -> None:
    entries = table_of(LedgerEntry)
    entry_id = tx.connection.execute(
        entries.select().with_only_columns(entries.c.id).where(entries.c.request_id == request)
    ).scalar_one()
    incomes.reverse_entry(tx, speaking(tx, who), entry_id, reason)


def list_start(tx: Transaction, who: int, batch_id: str, kind: str, source: str, fen: int | None) -> None:
    starting.start(
        tx,
        speaking(tx, who),
        batch_id=batch_id,
        kind=AidKind(kind),
        year=tx.today.year,
        source=FundSource(source),
        amount_fen=fen,
    )


def list_work(tx: Transaction) -> None:
    while batches.work(tx):
        pass


def list_strike(tx: Transaction, who: int, batch_id: str, household: int) -> None:
    item = found(tx, f"{batch_id}:{household}")
    striking.strike(tx, speaking(tx, who), batch_id, item, "这次不要了")


def list_restore(tx: Transaction, who: int, batch_id: str, household: int) -> None:
    striking.restore(tx, speaking(tx, who), batch_id, found(tx, f"{batch_id}:{household}"))


def list_submit(tx: Transaction, who: int, batch_id: str, revision: int, reason: str) -> None:
    deciding.submit(tx, speaking(tx, who), batch_id, revision, reason)


def list_approve(tx: Transaction, who: int, batch_id: str, revision: int) -> None:
    deciding.approve(tx, speaking(tx, who), batch_id, revision)


def list_take_back(tx: Transaction, who: int, batch_id: str) -> None:
    list_undo.take_back(tx, speaking(tx, who), batch_id)


def list_end(tx: Transaction, who: int, batch_id: str, revision: int, act: str, reason: str) -> None:
    doing = deciding.give_back if act == "RETURNED" else deciding.refuse
    doing(tx, speaking(tx, who), batch_id, revision, reason)


def list_withdraw(tx: Transaction, who: int, batch_id: str) -> None:
    deciding.withdraw(tx, speaking(tx, who), batch_id)


def list_confirm(tx: Transaction, who: int, batch_id: str, day: date) -> None:
    confirming.confirm_payment(tx, speaking(tx, who), batch_id, method=PayMethod.CASH, paid_on=day)


def plan_draft(tx: Transaction, who: int, year: int) -> None:
    drafting.draft(tx, speaking(tx, who), year)


def plan_revise(tx: Transaction, who: int, year: int) -> None:
    drafting.revise(tx, speaking(tx, who), year, "实际不够用")


def plan_rest(tx: Transaction, who: int, year: int, revision: int, fen: int) -> None:
    drafting.set_rest(tx, speaking(tx, who), year, revision, fen)


def plan_submit(tx: Transaction, who: int, year: int, revision: int) -> None:
    drafting.submit(tx, speaking(tx, who), year, revision)


def plan_adopt(tx: Transaction, who: int, year: int, revision: int) -> None:
    adopting.adopt(tx, speaking(tx, who), year, revision)


def plan_refuse(tx: Transaction, who: int, year: int, revision: int) -> None:
    adopting.refuse(tx, speaking(tx, who), year, revision, "先核一核")


def revisit(tx: Transaction, aid_id: str) -> None:
    revisits.submit(
        tx,
        people.get(tx, 3),
        report_id=f"{aid_id}:{tx.now.isoformat()}",
        aid_id=found(tx, aid_id),
        answers=casework.went_back(tx.today),
        form_version=FORM_VERSION,
    )


def visit(tx: Transaction, household: int) -> None:
    households = table_of(Household)
    _put(tx, update(households).where(households.c.id == household).values(last_visit_on=tx.today))


def leave(tx: Transaction, who: int, other: int, first: date, last: date, *, may_approve: bool) -> None:
    row = {"person_id": who, "substitute_id": other, "from_on": first, "until_on": last, "created_by": who}
    _put(tx, insert(table_of(Absence)).values(**row, may_approve=may_approve, created_at=tx.now))


def remove(tx: Transaction, who: int) -> None:
    membership.remove(tx, people.get(tx, 10), who)


def standard(tx: Transaction, year: int, fen: int) -> None:
    standards.record(tx, union_id=ROOT, year=year, kind=AidKind.SPRING, amount_fen=fen)


def _put(tx: Transaction, statement: Any) -> None:  # noqa: ANN401 - an insert or an update
    tx.connection.execute(statement)
