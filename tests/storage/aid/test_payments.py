"""Approved aid is paid: whole, in parts, once; what failed and what is taken back leaves every sum right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from storage import errors
from storage.aid import aid_steps
from storage.aid_codes import AidAct, AidState, PaymentState, PayMethod
from storage.booking import aid, vouchers
from storage.codes import Role
from storage.columns import table_of
from storage.deciding import approvals
from storage.due import followups
from storage.money import fund, ledger
from storage.paying import payment_rows, payments
from storage.reporting import revisits
from storage.tables.aid import AidBatch
from tests.storage import casework
from tests.storage.aid import asking
from tests.storage.aid.asking import HOME, ZHOU, ask, who
from tests.storage.aid.deciding import (
    acts,
    approve,
    approved,
    figures,
    paid,
    pay,
    refusal,
    reviewed,
    row,
    state,
    told,
)
from tests.storage.casework import CHEN, QIAN, SUN, WANG, ZHANG

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database, Transaction
    from tests.clock import FakeClock

TODAY = asking.TODAY
PHOTO = {"file_id": "f1", "unique_id": "u1"}


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(asking.found)


def fail(tx: Transaction, /, reason: str = "卡号错了", **which: str) -> None:
    payments.fail(tx, who(tx, QIAN), reason=reason, **which)


def reverse(tx: Transaction, reason: str = "发错人了", on: date | None = None, number: int = QIAN) -> None:
    payments.reverse(tx, who(tx, number), "a1", reason, on or tx.today)


def revisits_due(tx: Transaction) -> list[date]:
    return [one.due_on for one in followups.due(tx, date(2030, 1, 1)) if one.kind == "revisit"]


def went_back(tx: Transaction, day: date, report_id: str = "v1", conclusion: str = "CLOSE") -> None:
    revisits.submit(
        tx,
        who(tx, ZHANG),
        report_id=report_id,
        aid_id="a1",
        answers=casework.went_back(day, conclusion),
        form_version=1,
    )


def year(tx: Transaction, of: int = 2017) -> tuple[int, int]:
    """How often and how much the household had in a year."""
    had = fund.household_year(tx, HOME, of)
    return sum(times for _, times, _ in had.by_kind), had.paid_fen


def receipts(tx: Transaction, /, number: int = QIAN, payment_id: str = "p1", **photo: str) -> int:
    view = payments.add_receipt(tx, who(tx, number), payment_id, photo or PHOTO)
    return len(view.receipts)


def sound(database: Database) -> bool:
    return [] == database.transact(fund.check)


def test_a_payment_leaves_the_fund_and_opens_the_revisit(database: Database) -> None:
    database.transact(approved)
    view = database.transact(pay)
    assert (200_000, TODAY, PaymentState.PAID) == (view.amount_fen, view.paid_on, view.state)
    assert ("2017-000007", PayMethod.TRANSFER, "钱会计") == (view.voucher_no, view.method, view.paid_by_name)
    assert (AidState.PAID, None) == (database.view(state), database.view(row).waits_since)
    assert (4_800_000, 0, 3_800_000) == database.view(figures)
    assert [TODAY + timedelta(days=30)] == database.view(revisits_due)
    assert (1, 200_000) == database.view(year)
    assert "aid_paid" in database.view(told, ZHANG)
    assert sound(database)


def test_the_same_payment_twice_is_paid_once(database: Database) -> None:
    database.transact(approved)
    first = database.transact(pay)
    assert first == database.transact(pay)
    assert first == database.transact(pay, fen=1)
    assert (4_800_000, 0, 3_800_000) == database.view(figures)
    assert "already_paid" == refusal(database, pay, payment_id="p2")
    assert ["PROPOSED", "REVIEWED", "APPROVED", "PAID"] == database.view(acts)


def test_the_id_of_a_payment_is_of_one_piece_of_aid(database: Database) -> None:
    database.transact(approved)
    database.transact(approved, "a2", kind="MEDICAL")
    database.transact(pay)
    assert "not_found" == refusal(database, pay, "a2", payment_id="p1")


def test_paid_in_parts_it_is_paid_when_nothing_is_left(database: Database) -> None:
    database.transact(approved)
    database.transact(pay, fen=50_000)
    assert (AidState.APPROVED, 150_000) == (database.view(state), database.view(row).left_fen)
    assert (4_950_000, 150_000, 3_950_000) == database.view(figures)
    assert ([], (1, 50_000)) == (database.view(revisits_due), database.view(year))
    assert "more_than_left" == refusal(database, pay, payment_id="p2", fen=150_001)
    for wrong in (0, -1):
        assert "bad_amount" == refusal(database, pay, payment_id="p2", fen=wrong)
    database.transact(pay, payment_id="p2")
    assert (AidState.PAID, (1, 200_000)) == (database.view(state), database.view(year))
    assert (4_800_000, 0, 3_800_000) == database.view(figures)
    assert sound(database)


def test_parts_over_a_years_end_count_in_their_own_years(database: Database, clock: FakeClock) -> None:
    clock.set(datetime(2017, 12, 29, 2, tzinfo=UTC))
    database.transact(approved)
    database.transact(pay, fen=50_000)
    clock.set(datetime(2018, 1, 4, 2, tzinfo=UTC))
    database.transact(pay, payment_id="p2", voucher="2018-000001")
    assert ((1, 50_000), (0, 150_000)) == (database.view(year), database.view(year, 2018))
    assert 3_950_000 == database.view(fund.balance, casework.ROOT, year=2017).budget_left_fen
    assert sound(database)
    # The first part comes back: the aid counts where its first standing payment is.
    database.transact(fail, payment_id="p1")
    assert ((0, 0), (1, 150_000)) == (database.view(year), database.view(year, 2018))
    assert date(2018, 1, 4) == database.view(row).paid_on
    assert sound(database)
    database.transact(reverse)
    assert ((0, 0), (0, 0)) == (database.view(year), database.view(year, 2018))
    assert sound(database)


def test_a_payment_that_came_back_is_promised_still_and_paid_anew(database: Database) -> None:
    database.transact(paid)
    database.transact(fail, payment_id="p-a1")
    database.transact(fail, payment_id="p-a1")
    assert (AidState.APPROVED, None) == (database.view(state), database.view(row).paid_on)
    assert (5_000_000, 200_000, 4_000_000) == database.view(figures)
    assert ([], (0, 0)) == (database.view(revisits_due), database.view(year))
    assert "aid_pay_failed" in database.view(told, ZHANG)
    assert sound(database)
    database.transact(pay, payment_id="p2")
    kept = database.view(payment_rows.of_aid, "a1")
    assert [PaymentState.FAILED, PaymentState.PAID] == [one.state for one in kept]
    assert [TODAY + timedelta(days=30)] == database.view(revisits_due)
    assert (4_800_000, 0, 3_800_000) == database.view(figures)
    assert sound(database)


def test_a_payment_that_never_left_moves_nothing(database: Database) -> None:
    database.transact(approved)
    database.transact(fail, aid_id="a1", payment_id="p1")
    database.transact(fail, aid_id="a1", payment_id="p1")
    assert (5_000_000, 200_000, 4_000_000) == database.view(figures)
    assert ["PROPOSED", "REVIEWED", "APPROVED", "PAY_FAILED"] == database.view(acts)
    assert "aid_pay_failed" in database.view(told, ZHANG)
    # A payment that is known to have failed is not paid by a second tap on an old card.
    assert PaymentState.FAILED == database.transact(pay).state
    assert PaymentState.PAID == database.transact(pay, payment_id="p2").state
    assert sound(database)


def test_what_came_back_is_promised_whatever_the_budget_says_by_now(database: Database) -> None:
    database.transact(paid)
    database.transact(lambda tx: tx.connection.execute(ledger.budgets.update().values(amount_fen=200_000)))
    database.transact(fail, payment_id="p-a1")
    assert (5_000_000, 200_000, 200_000) == database.view(figures)
    assert 0 == database.view(fund.balance, casework.ROOT).available_fen
    assert sound(database)


@pytest.mark.parametrize("parts", [(), (50_000,), (50_000, 150_000), (200_000,)])
def test_reversed_nothing_of_it_counts_any_more(database: Database, parts: tuple[int, ...]) -> None:
    database.transact(approved)
    for number, fen in enumerate(parts):
        database.transact(pay, payment_id=f"p{number}", fen=fen)
    database.transact(reverse)
    database.transact(reverse)
    assert (AidState.REVERSED, 0, None) == (
        database.view(state),
        database.view(row).paid_fen,
        database.view(row).paid_on,
    )
    assert (5_000_000, 0, 4_000_000) == database.view(figures)
    assert ([], (0, 0)) == (database.view(revisits_due), database.view(year))
    assert "aid_reversed" in database.view(told, ZHANG)
    assert 1 == database.view(acts).count("REVERSED")
    assert sound(database)
    for act in (pay, fail):
        assert "aid_moved" == refusal(database, act, payment_id="new", aid_id="a1")


def test_reversed_after_the_revisit_it_is_over(database: Database, clock: FakeClock) -> None:
    database.transact(paid)
    clock.advance(days=20)
    database.transact(went_back, date(2017, 9, 20))
    assert AidState.REVISITED == database.view(state)
    database.transact(reverse)
    assert ([], AidState.REVERSED) == (database.view(revisits_due), database.view(state))
    assert "not_paid" == refusal(database, went_back, date(2017, 9, 21), "v2")
    assert sound(database)


def test_what_came_back_after_the_revisit_is_revisited_anew(database: Database, clock: FakeClock) -> None:
    database.transact(paid)
    clock.advance(days=20)
    database.transact(went_back, date(2017, 9, 20))
    database.transact(fail, payment_id="p-a1")
    assert AidState.APPROVED == database.view(state)
    clock.advance(days=3)
    database.transact(pay, payment_id="p2")
    assert AidState.PAID == database.view(state)
    assert [date(2017, 10, 27)] == database.view(revisits_due)


def test_a_look_after_the_revisit_closes_it_and_undone_it_is_open_again(
    database: Database, clock: FakeClock
) -> None:
    database.transact(paid)
    clock.advance(days=20)
    database.transact(went_back, date(2017, 9, 20))
    database.transact(went_back, date(2017, 9, 22), "v2")
    assert (AidState.CLOSED, "CLOSED") == (database.view(state), database.view(acts)[-1])
    assert sound(database)
    database.transact(lambda tx: revisits.undo(tx, who(tx, ZHANG), "v2"))
    assert AidState.REVISITED == database.view(state)
    database.transact(lambda tx: revisits.undo(tx, who(tx, ZHANG), "v1"))
    assert (AidState.PAID, [date(2017, 10, 4)]) == (database.view(state), database.view(revisits_due))


def test_days_that_cannot_be(database: Database, clock: FakeClock) -> None:
    clock.set(datetime(2017, 9, 8, 1, tzinfo=UTC))
    database.transact(approved)
    clock.set(datetime(2017, 9, 12, 1, tzinfo=UTC))
    assert "date_in_future" == refusal(database, pay, on=date(2017, 9, 13))
    assert "day_too_early" == refusal(database, pay, on=date(2017, 9, 7))
    database.transact(pay, on=date(2017, 9, 10))
    assert "date_in_future" == refusal(database, reverse, on=date(2017, 9, 13))
    assert "day_too_early" == refusal(database, reverse, on=date(2017, 9, 9))
    database.transact(reverse, on=date(2017, 9, 10))


def test_whose_office_it_is_not_pays_nothing(database: Database) -> None:
    database.transact(casework.person, 20, "别家会计", casework.OTHER_BRANCH, Role.TREASURER)
    database.transact(approved)
    for number in (ZHANG, WANG, ZHOU, SUN):
        assert "not_allowed" == refusal(database, pay, number=number)
        assert "not_allowed" == refusal(database, reverse, number=number)
    assert "not_found" == refusal(database, pay, number=20)
    database.transact(asking.also, 20, casework.BRANCH, Role.CADRE)
    assert "not_allowed" == refusal(database, pay, number=20)
    database.transact(pay)
    assert "not_allowed" == refusal(database, receipts, SUN)
    assert "not_found" == refusal(database, receipts, QIAN, "none")


def test_what_is_not_approved_is_not_paid(database: Database) -> None:
    database.transact(ask)
    assert "aid_moved" == refusal(database, pay)
    assert "aid_moved" == refusal(database, reverse)
    assert "not_found" == refusal(database, pay, "none")
    database.transact(approved, "a2", kind="MEDICAL")
    assert "reason_missing" == refusal(database, fail, reason=" ", aid_id="a2", payment_id="p9")
    assert "not_found" == refusal(database, fail, payment_id="none")


def test_a_receipt_is_kept_once_and_so_many(database: Database) -> None:
    database.transact(approved)
    database.transact(pay)
    assert [1, 1] == [database.transact(receipts) for _ in range(2)]
    for number in range(2, 11):
        assert number == database.transact(receipts, file_id="f", unique_id=f"u{number}")
    assert "too_many_receipts" == refusal(database, receipts, file_id="f", unique_id="u11")


def test_what_is_no_money_is_done_all_the_same(database: Database) -> None:
    database.transact(approved, fen=0, kind="JOB")
    assert (5_000_000, 0, 4_000_000) == database.view(figures)
    line = database.view(lambda tx: payments.line(tx, who(tx, QIAN), "a1"))
    assert (0, None) == (line.left_fen, line.method)
    assert 0 == database.transact(pay).amount_fen
    assert (AidState.PAID, (1, 0)) == (database.view(state), database.view(year))
    assert [TODAY + timedelta(days=30)] == database.view(revisits_due)[:1]
    assert sound(database)
    database.transact(reverse)
    assert (0, 0) == database.view(year)
    assert sound(database)


def test_other_money_is_recorded_and_leaves_the_fund_alone(database: Database) -> None:
    database.transact(approved, source="DONATION", kind="MEDICAL")
    assert (5_000_000, 0, 4_000_000) == database.view(figures)
    assert database.transact(pay).entry_id is None
    assert ((1, 200_000), (5_000_000, 0, 4_000_000)) == (database.view(year), database.view(figures))
    assert sound(database)


def test_the_treasurers_list_and_its_sum(database: Database) -> None:
    database.transact(
        lambda tx: asking.now(tx, bank_card_sealed=tx.vault.seal("6222021234", "households.bank_card"))
    )
    database.transact(approved)
    database.transact(approved, "a2", 100_000, kind="MEDICAL")
    database.transact(ask, aid_id="a3")
    database.transact(pay, fen=50_000)
    listed = database.view(lambda tx: payments.to_pay(tx, who(tx, QIAN), 10))
    assert [("a1", 150_000, "1234"), ("a2", 100_000, "1234")] == [
        (one.id, one.left_fen, one.card_last4) for one in listed
    ]
    assert {PayMethod.TRANSFER} == {one.method for one in listed}
    assert (2, 250_000) == database.view(lambda tx: payments.total(tx, who(tx, QIAN)))
    assert ["a2"] == [one.id for one in database.view(lambda tx: payments.to_pay(tx, who(tx, QIAN), 10, 1))]
    of_others = database.view(lambda tx: payments.to_pay(tx, who(tx, CHEN), 10))
    assert [None, None] == [one.card_last4 for one in of_others]


def test_vouchers_are_proposed_in_their_order(database: Database) -> None:
    def proposed(tx: Transaction, on: date = TODAY) -> str:
        return vouchers.next_of(tx, casework.ROOT, on)

    assert "2017-000001" == database.view(proposed)
    database.transact(approved)
    database.transact(pay, fen=50_000, voucher=database.view(proposed))
    assert ["2017-000002", "2018-000001"] == [database.view(proposed, on) for on in (TODAY, date(2018, 1, 1))]
    database.transact(pay, payment_id="p2", fen=50_000, voucher="2017-000005")
    database.transact(pay, payment_id="p3", fen=50_000, voucher="转字第8号")
    database.transact(pay, payment_id="p4", fen=10_000, voucher="2017-999999")
    assert "2017-000006" == database.view(proposed)
    assert "bad_reason" == refusal(database, pay, payment_id="p5", voucher="号" * 201)


def test_what_was_handed_over_is_found_until_it_is_paid(database: Database) -> None:
    database.transact(approved)
    assert ["a1"] == [one.id for one in database.view(aid.handed_over_candidates, HOME)]
    database.transact(pay)
    assert [] == database.view(aid.handed_over_candidates, HOME)


def test_never_does_the_fund_give_what_it_promised_to_somebody_else(database: Database) -> None:
    database.transact(reviewed, "a1", 4_000_000, kind="STUDY")
    for chair in (CHEN, ZHOU, asking.WU):
        database.transact(approve, chair)
    with pytest.raises(errors.Refused):
        database.transact(approved, "a2", 100_000, kind="MEDICAL")
    database.transact(pay)
    assert (1_000_000, 0, 0) == database.view(figures)
    assert sound(database)


def listed(tx: Transaction, state: str, *, made_by: int = ZHANG, by: int = CHEN) -> None:
    """The aid stands on a list in that state, which another one approved."""
    batch = {"id": "b1", "number": "PL-2017-0001", "union_id": casework.ROOT, "kind": "LIVING"}
    batch |= {"source": "COMPANY", "for_year": 2017, "state": state, "people": 1, "sum_fen": 200_000}
    batch |= {"made_by": made_by, "made_at": tx.now, "picked": {}, "left_out": {}}
    tx.connection.execute(insert(table_of(AidBatch)).values(**batch))
    tx.connection.execute(fund.aid.update().values(batch_id="b1"))
    aid_steps.record(tx, AidAct.APPROVED, number="PL-2017-0001", revision=1, person_id=by, batch_id="b1")


def list_stands(tx: Transaction, state: str) -> None:
    tx.connection.execute(table_of(AidBatch).update().values(state=state))


def list_paid(tx: Transaction) -> tuple[int, int]:
    columns = table_of(AidBatch).c
    people, fen = tx.connection.execute(select(columns.paid_people, columns.paid_fen)).one()
    return people, fen


def test_what_stands_on_a_list_is_paid_with_it_and_then_by_itself(database: Database) -> None:
    database.transact(approved)
    database.transact(listed, "APPROVED")
    for at_work in ("APPROVED", "PAYING"):
        database.transact(list_stands, at_work)
        assert "batch_not_ready" == refusal(database, pay)
        assert [] == database.view(lambda tx: payments.to_pay(tx, who(tx, QIAN), 10))
    database.transact(list_stands, "PAID")
    assert ["a1"] == [one.id for one in database.view(lambda tx: payments.to_pay(tx, who(tx, QIAN), 10))]
    database.transact(pay, fen=50_000)
    assert (0, 50_000) == database.view(list_paid)
    database.transact(pay, payment_id="p2")
    assert ((1, 200_000), True) == (database.view(list_paid), sound(database))
    database.transact(fail, payment_id="p1")
    assert ((0, 150_000), True) == (database.view(list_paid), sound(database))
    database.transact(reverse)
    assert ((0, 0), True) == (database.view(list_paid), sound(database))


@pytest.mark.parametrize(
    ("role", "refused"), [({"made_by": QIAN}, "own_proposal"), ({"by": QIAN}, "own_approval")]
)
def test_two_persons_hold_for_a_list_as_well(database: Database, role: dict[str, int], refused: str) -> None:
    database.transact(approved)
    database.transact(lambda tx: listed(tx, "PAID", **role))
    assert refused == refusal(database, pay)


def test_what_was_promised_on_a_past_day(database: Database, clock: FakeClock) -> None:
    done: dict[int, Callable[[Transaction], object]] = {
        4: ask,
        6: reviewed_now,
        8: approve,
        12: pay_a_part,
        14: pay_the_rest,
        20: ask_again,
    }
    for day, act in done.items():
        clock.set(datetime(2017, 9, day, 1, tzinfo=UTC))
        database.transact(act)
    promised = {4: 0, 7: 0, 8: 200_000, 11: 200_000, 12: 150_000, 13: 150_000, 14: 0, 19: 0}
    for day, fen in promised.items():
        assert fen == database.view(fund.balance, casework.ROOT, as_of=date(2017, 9, day)).reserved_fen


def reviewed_now(tx: Transaction) -> None:
    approvals.review(tx, who(tx, WANG), "a1", 1)


def pay_a_part(tx: Transaction) -> None:
    pay(tx, fen=50_000)


def pay_the_rest(tx: Transaction) -> None:
    pay(tx, payment_id="p2")


def ask_again(tx: Transaction) -> None:
    approved(tx, "a2", 100_000, kind="MEDICAL", unrevisited_reason="等钱用")
