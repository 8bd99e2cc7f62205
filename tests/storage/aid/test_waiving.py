"""The rest of part-paid aid is not paid: what was promised is free, and all else goes on as if paid."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from storage.aid_codes import AidAct, AidState
from storage.audit import ENTRIES
from storage.casebook import aid_views
from storage.deciding import approvals, taking_back
from storage.due import followups
from storage.errors import Refused
from storage.money import fund
from storage.paying import corrections, pay_lines, payments, waiving
from storage.telling import bulletins
from tests.storage import casework
from tests.storage.aid import asking
from tests.storage.aid.asking import HOME, who
from tests.storage.aid.deciding import approved, figures, paid, pay, refusal, reviewed, row, state, told
from tests.storage.casework import CHEN, QIAN, SUN, WANG, ZHANG

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database, Transaction
    from tests.clock import FakeClock

TODAY = asking.TODAY
WHOLE, PART = 200_000, 120_000
REST = WHOLE - PART


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(asking.found)


def part_paid(tx: Transaction, fen: int = PART) -> None:
    approved(tx)
    pay(tx, fen=fen)


def waive(tx: Transaction, fen: int = REST, reason: str = "好转了", number: int = QIAN) -> None:
    waiving.waive(tx, who(tx, number), "a1", fen, reason)


def sound(database: Database) -> bool:
    return [] == database.transact(fund.check)


def amounts(tx: Transaction) -> tuple[str, int, int]:
    one = row(tx)
    return str(one.state), one.amount_fen, one.paid_fen


def promised(tx: Transaction) -> int:
    room = fund.household_year(tx, HOME, TODAY.year).cap_room_fen
    assert room is not None
    return room


def test_the_rest_is_free_again_and_the_aid_is_paid_with_what_was(database: Database) -> None:
    free = database.view(promised)
    database.transact(part_paid)
    assert (4_880_000, REST, 3_880_000 - REST) == (*database.view(figures)[:2], 3_880_000 - REST)
    database.transact(waive)
    assert (AidState.PAID, PART, PART) == database.view(amounts)
    assert (4_880_000, 0, 3_880_000) == database.view(figures)
    assert free - PART == database.view(promised)
    assert sound(database)


def test_on_the_days_before_the_rest_was_promised(database: Database, clock: FakeClock) -> None:
    def on(tx: Transaction, days: int) -> tuple[int, int]:
        then = fund.balance(tx, casework.ROOT, as_of=TODAY + timedelta(days=days))
        return then.balance_fen, then.reserved_fen

    database.transact(approved)
    clock.advance(days=1)
    database.transact(pay, fen=PART)
    clock.advance(days=1)
    database.transact(waive)
    clock.advance(days=1)
    assert [(5_000_000, WHOLE), (5_000_000 - PART, REST), (5_000_000 - PART, 0)] == [
        database.view(on, days) for days in range(3)
    ]


def test_its_revisit_is_due_from_its_first_payment_on(database: Database) -> None:
    database.transact(part_paid)
    database.transact(waive)
    due = database.view(lambda tx: [one.due_on for one in followups.due(tx, date(2030, 1, 1))])
    assert TODAY + timedelta(days=30) in due
    assert database.view(row).waits_since is None
    assert (0, 0) == database.view(lambda tx: pay_lines.total(tx, who(tx, QIAN)))


def test_waived_again_it_is_waived_once(database: Database) -> None:
    database.transact(part_paid)
    for _ in range(2):
        database.transact(waive)
    assert 1 == database.view(told, ZHANG).count("aid_waived")
    assert [AidAct.WAIVED] == [one.act for one in card(database).steps if one.paid_fen]


def card(database: Database) -> aid_views.AidCard:
    return database.transact(lambda tx: aid_views.card(tx, who(tx, WANG), "a1"))


def test_card_and_audit_chain_tell_both_figures_and_the_reason_only_the_card(database: Database) -> None:
    database.transact(part_paid)
    database.transact(waive)
    step = card(database).steps[-1]
    assert (AidAct.WAIVED, REST, PART, "好转了", "钱会计") == (
        step.act,
        step.amount_fen,
        step.paid_fen,
        step.reason,
        step.person_name,
    )
    entry = database.view(
        lambda tx: tx.connection.execute(select(ENTRIES).where(ENTRIES.c.act == "aid.waived")).one()
    )
    assert (REST, PART) == (entry.details["amount_fen"], entry.details["paid_fen"])
    assert "好转了" not in str(entry.details)


def test_whoever_proposed_it_is_told_why(database: Database) -> None:
    database.transact(part_paid)
    database.transact(waive)
    waiting = database.transact(lambda tx: bulletins.waiting(tx, ZHANG))
    (heard,) = [one for one in waiting if one.slug == "aid_waived"]
    assert (REST, str(PART), "好转了") == (
        heard.details["fen"],
        heard.facts["whole_fen"],
        heard.facts["reason"],
    )


@pytest.mark.parametrize(
    ("before", "slug"),
    [(reviewed, "aid_moved"), (approved, "nothing_paid"), (paid, "already_paid")],
)
def test_only_what_is_paid_in_part_has_a_rest(
    database: Database, before: Callable[[Transaction], None], slug: str
) -> None:
    database.transact(before)
    assert slug == refusal(database, waive)


def test_another_rest_than_was_shown_is_looked_at_again(database: Database) -> None:
    database.transact(part_paid)
    database.transact(pay, payment_id="p2", fen=10_000)
    assert "aid_moved" == refusal(database, waive)
    assert AidState.APPROVED == database.view(state)


def test_nobody_else_waives_it(database: Database) -> None:
    database.transact(part_paid)
    for number in (WANG, CHEN, ZHANG, SUN):
        assert "not_allowed" == refusal(database, waive, number=number)


def test_there_is_no_rest_of_what_is_not_there(database: Database) -> None:
    def foreign(tx: Transaction) -> None:
        waiving.waive(tx, who(tx, QIAN), "a2", REST, "好转了")

    assert "not_found" == refusal(database, foreign)


@pytest.mark.parametrize(("reason", "slug"), [("  ", "reason_missing"), ("😀" * 4096, "bad_reason")])
def test_a_rest_is_waived_for_a_reason(database: Database, reason: str, slug: str) -> None:
    database.transact(part_paid)
    assert slug == refusal(database, waive, reason=reason)


def test_money_that_comes_back_afterwards_is_promised_anew_and_no_more_than_that(database: Database) -> None:
    database.transact(part_paid, 50_000)
    database.transact(pay, payment_id="p2", fen=PART - 50_000)
    database.transact(waive)
    database.transact(lambda tx: payments.fail(tx, who(tx, QIAN), payment_id="p1", reason="退回"))
    assert (AidState.APPROVED, PART, PART - 50_000) == database.view(amounts)
    assert (4_930_000, 50_000, 3_880_000) == (*database.view(figures)[:2], 3_880_000)
    assert sound(database)
    assert "more_than_left" == refusal(database, pay, payment_id="p3", fen=REST)
    database.transact(waive, 50_000, "也不要了")
    assert (AidState.PAID, PART - 50_000, PART - 50_000) == database.view(amounts)
    assert sound(database)


def test_what_was_waived_can_be_corrected_and_reversed_as_any_other(database: Database) -> None:
    database.transact(part_paid)
    database.transact(waive)
    database.transact(
        lambda tx: corrections.correct(
            tx, who(tx, QIAN), "p1", new_id="p9", method=None, voucher_no="9", paid_on=TODAY, reason="更正"
        )
    )
    assert (AidState.PAID, PART, PART) == database.view(amounts)
    database.transact(lambda tx: payments.reverse(tx, who(tx, QIAN), "a1", "不该发", tx.today))
    assert (5_000_000, 0, 4_000_000) == database.view(figures)
    assert sound(database)


def test_its_approval_stays_when_the_money_came_back(database: Database) -> None:
    database.transact(part_paid)
    database.transact(waive)
    database.transact(lambda tx: payments.fail(tx, who(tx, QIAN), payment_id="p1", reason="退回"))
    assert "already_paid" == refusal(
        database, lambda tx: taking_back.take_back(tx, who(tx, CHEN), "a1", AidAct.APPROVED)
    )
    assert AidState.APPROVED == database.view(state)
    assert "aid_moved" == refusal(database, lambda tx: approvals.approve(tx, who(tx, CHEN), "a1", 7))


def test_of_two_who_pay_the_rest_and_waive_it_at_once_one_does(database: Database) -> None:
    database.transact(part_paid)
    gate = Barrier(2)

    def paying() -> str:
        gate.wait()
        return outcome(database, pay, payment_id="p2")

    def waived() -> str:
        gate.wait()
        return outcome(database, waive)

    with ThreadPoolExecutor(2) as threads:
        ends = {threads.submit(paying).result, threads.submit(waived).result}
        said = sorted(end() for end in ends)
    assert ["already_paid", "done"] == said
    assert AidState.PAID == database.view(state)
    assert sound(database)


def outcome(database: Database, act: Callable[..., object], **named: str) -> str:
    try:
        database.transact(act, **named)
    except Refused as refused:
        return refused.slug
    return "done"
