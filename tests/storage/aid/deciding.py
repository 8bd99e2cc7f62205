"""Aid on its way from proposal to payment, in few words, for tests of what is decided and paid."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.aid import aid_rows
from storage.aid.aid_steps import STEPS
from storage.aid_codes import PayMethod
from storage.columns import table_of
from storage.deciding import approvals
from storage.errors import Refused
from storage.money import fund
from storage.paying import payments
from storage.tables.office import Absence, Bulletin
from tests.storage import casework
from tests.storage.aid.asking import ask, said, who

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from storage.aid.aid_rows import AidRow
    from storage.database import Database, Transaction
    from storage.deciding.approvals import Approval
    from storage.paying.payments import PaymentView


def row(tx: Transaction, aid_id: str = "a1") -> AidRow:
    """The piece of aid as it is."""
    found = aid_rows.find(tx, aid_id)
    assert found is not None
    return found


def state(tx: Transaction, aid_id: str = "a1") -> str:
    """Where it stands."""
    return str(row(tx, aid_id).state)


def reviewed(tx: Transaction, /, aid_id: str = "a1", fen: int = 200_000, **more: str) -> None:
    """A cadre asks, the officer passes it on."""
    ask(tx, aid_id=aid_id, answers=said(amount_fen=fen, **more))
    approvals.review(tx, who(tx, casework.WANG), aid_id, 1)


def approve(tx: Transaction, number: int = casework.CHEN, aid_id: str = "a1", revision: int = 1) -> Approval:
    """One of the people approves."""
    return approvals.approve(tx, who(tx, number), aid_id, revision)


def approved(tx: Transaction, /, aid_id: str = "a1", fen: int = 200_000, **more: str) -> None:
    """It needs one approval, and has it."""
    reviewed(tx, aid_id, fen, **more)
    approve(tx, aid_id=aid_id)


def pay(
    tx: Transaction,
    aid_id: str = "a1",
    *,
    payment_id: str = "p1",
    fen: int | None = None,
    on: date | None = None,
    number: int = casework.QIAN,
    voucher: str | None = "2017-000007",
) -> PaymentView:
    """The treasurer pays, all that is left or a part."""
    return payments.pay(
        tx,
        who(tx, number),
        payment_id=payment_id,
        aid_id=aid_id,
        amount_fen=fen,
        method=PayMethod.TRANSFER,
        voucher_no=voucher,
        paid_on=on or tx.today,
    )


def paid(tx: Transaction, aid_id: str = "a1", fen: int = 200_000) -> None:
    """Asked for, approved and paid."""
    approved(tx, aid_id, fen)
    pay(tx, aid_id, payment_id=f"p-{aid_id}")


def leave(tx: Transaction, absent: int, instead: int, *, may_approve: bool = True, days: int = 5) -> None:
    """Somebody is away from today on."""
    tx.connection.execute(
        table_of(Absence)
        .insert()
        .values(
            person_id=absent,
            substitute_id=instead,
            from_on=tx.today,
            until_on=tx.today + timedelta(days=days),
            may_approve=may_approve,
            created_by=absent,
            created_at=tx.now,
        )
    )


def figures(tx: Transaction) -> tuple[int, int, int | None]:
    """Balance, reserved, budget left."""
    now = fund.balance(tx, casework.ROOT)
    return now.balance_fen, now.reserved_fen, now.budget_left_fen


def acts(tx: Transaction, aid_id: str = "a1") -> list[str]:
    """What was done about it, in order."""
    return list(
        tx.connection.scalars(select(STEPS.c.act).where(STEPS.c.aid_id == aid_id).order_by(STEPS.c.id))
    )


def told(tx: Transaction, number: int) -> list[str]:
    """What somebody was posted, in order."""
    table = table_of(Bulletin)
    return list(
        tx.connection.scalars(select(table.c.slug).where(table.c.person_id == number).order_by(table.c.id))
    )


def refusal(database: Database, act: Callable[..., object], *given: object, **named: object) -> str:
    """Why an act is refused; it must be, and must leave nothing."""
    before = database.transact(lambda tx: (figures(tx), fund.check(tx)))
    try:
        database.transact(act, *given, **named)
    except Refused as refused:
        assert before == database.transact(lambda tx: (figures(tx), fund.check(tx)))
        return refused.slug
    raise AssertionError("it was not refused")
