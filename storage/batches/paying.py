"""Pays a confirmed list, 200 households at a time, until all of them are paid.

Each has a payment, an entry and a revisit of its own, as if it had been paid alone. What was done is known by
its rows: whoever goes on after a crash, or beside somebody else, pays nobody twice. Who may not be paid any
more stays approved, marked with the rule, and holds up nobody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, String, bindparam, case, func, literal, select, update

from storage import rules
from storage.aid_codes import AidAct, AidState, BatchState, PayMethod
from storage.among import among
from storage.batches import batch_facts, batch_news, batch_rows, batch_steps
from storage.batches.batch_facts import AID, HOUSEHOLDS, ON_FILE
from storage.batches.batch_rows import BATCHES, UNIONS
from storage.booking import bookings, list_bookings
from storage.booking.list_bookings import Lot, Share
from storage.budgets import budget_alarms
from storage.due import followups_refresh
from storage.money import ledger
from storage.money.fund import GIVEN

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Row, Select

    from storage.batches.batch_rows import BatchRow
    from storage.core.transaction import Transaction

# So many households are paid in one transaction.
AT_ONCE = 200
# The fund does not hold it, whatever was promised.
NO_MONEY = "over_balance"

_PENDING = (
    select(BATCHES.c.id, UNIONS.c.path)
    .join_from(BATCHES, UNIONS, UNIONS.c.id == BATCHES.c.union_id)
    .where(BATCHES.c.state == BatchState.PAYING, BATCHES.c.id.not_in(bindparam("but", expanding=True)))
    .order_by(BATCHES.c.made_at, BATCHES.c.id)
    .limit(1)
)
_NOT_ON_FILE = batch_facts.home_is(HOUSEHOLDS.c.state.not_in(ON_FILE))
_NEXT: dict[bool, Select[Any]] = {
    is_once: select(
        AID.c.id,
        AID.c.household_id,
        AID.c.paid_fen,
        (AID.c.amount_fen - AID.c.paid_fen).label("left_fen"),
        case(
            (_NOT_ON_FILE, literal("file_not_active")),
            *([(batch_facts.has_other(GIVEN), literal("once_a_year"))] if is_once else ()),
            else_=literal(""),
        ).label("guard"),
    )
    .where(
        AID.c.batch_id == bindparam("batch"),
        AID.c.state == AidState.APPROVED,
        AID.c.household_id > bindparam("after"),
    )
    .order_by(AID.c.household_id)
    .limit(bindparam("most"))
    for is_once in (True, False)
}
_PAY = (
    update(AID)
    .where(among(AID.c.id, "ids"))
    .values(
        state=str(AidState.PAID),
        paid_fen=AID.c.amount_fen,
        paid_on=func.coalesce(AID.c.paid_on, bindparam("on", type_=Date)),
        waits_since=None,
    )
)
# Why it was kept on the list, where a rule had marked it, is part of its course.
_HOLD = (
    update(AID)
    .where(AID.c.id == bindparam("item"))
    .values(
        guards=bindparam("guard", type_=String) + case((AID.c.guards == "", ""), else_="," + AID.c.guards)
    )
)


def pay_next(tx: Transaction, but: Collection[str], reached: list[str]) -> bool:
    """Pay the next 200 households of the list that was made first; False when none is being paid.

    With the last of them the list is PAID, and people are told. `but`: lists that are passed over; `reached`
    is given the id of the one that is taken.
    """
    pending = tx.connection.execute(_PENDING, {"but": list(but)}).one_or_none()
    if pending is None:
        return False
    reached.append(pending.id)
    fund = ledger.lock(tx, int(pending.path.split("/")[1]))
    batch = batch_rows.again(tx, pending.id)
    if batch.state != BatchState.PAYING:
        return True
    asked = {"batch": batch.id, "after": batch.after_household_id, "most": AT_ONCE}
    asked |= {"of_kind": str(batch.kind), "of_year": batch.for_year}
    items = tx.connection.execute(_NEXT[batch.kind in rules.ONCE_A_YEAR], asked).all()
    free_fen = fund.balance_fen if bookings.moves_fund(batch.source) else None
    shares, held = _shares(items, free_fen)
    _pay(tx, batch, shares)
    _hold(tx, batch, held)
    paid = batch_rows.change(
        tx,
        batch,
        paid_people=batch.paid_people + len(shares),
        paid_fen=batch.paid_fen + sum(one.left_fen for one in shares),
        after_household_id=items[-1].household_id if items else batch.after_household_id,
    )
    if len(items) < AT_ONCE:
        _end(tx, paid)
    return True


def _shares(
    items: Sequence[Row[Any]], free_fen: int | None
) -> tuple[list[Share], list[tuple[Row[Any], str]]]:
    """Who is paid, and who is held by which rule; `free_fen`: no more than the fund holds."""
    shares, held = [], []
    for item in items:
        guard = item.guard
        if not guard and free_fen is not None:
            free_fen -= item.left_fen
            if free_fen < 0:
                free_fen, guard = free_fen + item.left_fen, NO_MONEY
        if guard:
            held.append((item, guard))
        else:
            shares.append(Share(item.id, item.household_id, item.left_fen, is_first=not item.paid_fen))
    return shares, held


def _pay(tx: Transaction, batch: BatchRow, shares: Sequence[Share]) -> None:
    if not shares or batch.paid_on is None or batch.paid_by is None:
        return
    lot = Lot(
        fund_id=batch.fund_id,
        kind=batch.kind,
        source=batch.source,
        for_year=batch.for_year,
        paid_on=batch.paid_on,
        method=PayMethod(batch.method or PayMethod.TRANSFER),
        voucher_no=batch.voucher_no,
        paid_by=batch.paid_by,
    )
    list_bookings.book(tx, lot, shares)
    tx.connection.execute(_PAY, {"ids": [one.aid_id for one in shares], "on": batch.paid_on})
    followups_refresh.refresh_some(tx, [one.household_id for one in shares])
    paid = [(one.aid_id, one.left_fen) for one in shares]
    batch_steps.record(tx, AidAct.PAID, batch, paid, person_id=batch.paid_by)


def _hold(tx: Transaction, batch: BatchRow, held: Sequence[tuple[Row[Any], str]]) -> None:
    """Mark whoever stays unpaid with the rule that says so."""
    if held:
        tx.connection.execute(_HOLD, [{"item": item.id, "guard": guard} for item, guard in held])
        failed = [(item.id, item.left_fen) for item, _ in held]
        batch_steps.record(tx, AidAct.PAY_FAILED, batch, failed, person_id=None)


def _end(tx: Transaction, batch: BatchRow) -> None:
    done = batch_rows.change(tx, batch, state=BatchState.PAID)
    if bookings.moves_fund(batch.source) and batch.paid_on is not None:
        budget_alarms.check(tx, batch.fund_id, batch.paid_on.year)
    payer = set() if batch.paid_by is None else {batch.paid_by}
    people = batch_rows.authors(tx, batch) | batch_rows.deciders(tx, batch) | payer
    batch_news.paid(tx, done, sorted(people), batch_rows.held(tx, done))
