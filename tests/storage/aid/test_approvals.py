"""Aid is reviewed, given back, refused, approved and taken back: by whom, how often, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.aid_codes import AidAct, AidState
from storage.asking import proposals
from storage.casebook import aid_views
from storage.codes import Role
from storage.deciding import approvals
from storage.members import membership
from storage.money import budget, fund
from tests.storage import casework
from tests.storage.aid import asking
from tests.storage.aid.asking import WU, ZHOU, ask, said, who
from tests.storage.aid.deciding import (
    acts,
    approve,
    approved,
    figures,
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


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(asking.found)


def review(tx: Transaction, number: int = WANG, revision: int = 1) -> None:
    approvals.review(tx, who(tx, number), "a1", revision)


def give_back(tx: Transaction, number: int = CHEN, revision: int = 1, reason: str = "缺收入证明") -> None:
    approvals.give_back(tx, who(tx, number), "a1", revision, reason)


def refuse(tx: Transaction, number: int = CHEN, revision: int = 1, reason: str = "不符合条件") -> None:
    approvals.refuse(tx, who(tx, number), "a1", revision, reason)


def take_back(tx: Transaction, number: int = CHEN, act: AidAct = AidAct.APPROVED) -> None:
    approvals.take_back(tx, who(tx, number), "a1", act)


def reviewed_back(tx: Transaction, number: int = WANG) -> None:
    take_back(tx, number, AidAct.REVIEWED)


def waits_for(tx: Transaction, number: int) -> list[str]:
    lines = approvals.waiting(tx, who(tx, number))
    assert len(lines) == approvals.count(tx, who(tx, number))
    return [one.id for one in lines]


def may(tx: Transaction, number: int) -> frozenset[str]:
    card = aid_views.of_household(tx, who(tx, SUN), asking.HOME)[0]
    return approvals.may_decide(tx, who(tx, number), card)


def test_the_way_from_proposal_to_approved_money(database: Database) -> None:
    database.transact(ask)
    assert [["a1"], []] == [database.view(waits_for, one) for one in (WANG, CHEN)]
    database.transact(review)
    assert [[], ["a1"]] == [database.view(waits_for, one) for one in (WANG, CHEN)]
    done = database.transact(approve)
    assert (AidState.APPROVED, 1, 1) == (done.state, done.given, done.needed)
    assert (5_000_000, 200_000, 4_000_000) == database.view(figures)
    assert 3_800_000 == database.view(fund.balance, casework.ROOT).available_fen
    assert ["PROPOSED", "REVIEWED", "APPROVED"] == database.view(acts)
    assert [] == database.transact(fund.check)


def test_each_step_tells_the_next_one_and_whoever_asked(database: Database) -> None:
    database.transact(approved)
    assert ["aid_to_review"] == database.view(told, WANG)
    assert ["aid_to_approve"] == database.view(told, CHEN)
    assert ["aid_to_pay"] == database.view(told, QIAN)
    assert ["aid_reviewed", "aid_approved"] == database.view(told, ZHANG)


@pytest.mark.parametrize(("fen", "needed"), [(200_000, 1), (200_100, 2), (500_000, 2)])
def test_so_many_approve_as_the_amount_asks_for(database: Database, fen: int, needed: int) -> None:
    database.transact(reviewed, fen=fen)
    for given, chair in enumerate((CHEN, ZHOU, WU)[:needed], start=1):
        assert 0 == database.view(figures)[1]
        done = database.transact(approve, chair)
        assert (given, needed) == (done.given, done.needed)
    assert (AidState.APPROVED, fen) == (done.state, database.view(figures)[1])


def test_above_the_second_band_three_approve(database: Database) -> None:
    database.transact(reviewed, fen=600_000, kind="MEDICAL")
    ends = [database.transact(approve, chair).state for chair in (CHEN, ZHOU, WU)]
    assert [AidState.TO_APPROVE, AidState.TO_APPROVE, AidState.APPROVED] == ends


def test_one_approver_more_where_earlier_aid_was_not_looked_after(database: Database) -> None:
    database.transact(approved, "earlier", kind="MEDICAL")
    database.transact(pay, "earlier")
    why = {"unrevisited_reason": "住院等钱"}
    database.transact(reviewed, fen=200_000, **why)
    assert AidState.TO_APPROVE == database.transact(approve).state
    assert AidState.APPROVED == database.transact(approve, ZHOU).state
    assert "OVERRIDE" in database.view(acts)


def test_a_second_tap_of_each_act_answers_the_same_and_does_nothing_more(database: Database) -> None:
    database.transact(ask)
    database.transact(review)
    database.transact(review)
    first = database.transact(approve)
    assert first == database.transact(approve)
    assert ["PROPOSED", "REVIEWED", "APPROVED"] == database.view(acts)
    assert (5_000_000, 200_000, 4_000_000) == database.view(figures)
    database.transact(pay)
    assert AidState.PAID == database.transact(approve).state
    database.transact(review)
    assert 200_000 == database.view(row).paid_fen


def test_given_back_it_is_its_authors_again_and_begins_anew(database: Database) -> None:
    database.transact(reviewed, fen=300_000)
    database.transact(approve)
    database.transact(give_back, ZHOU)
    database.transact(give_back, ZHOU)
    assert (AidState.RETURNED, 1) == (database.view(state), database.view(row).revision)
    assert "aid_returned" in database.view(told, ZHANG)
    assert [] == database.view(waits_for, CHEN)
    database.transact(lambda tx: proposals.amend(tx, who(tx, ZHANG), "a1", said(amount_fen=400_000)))
    assert (AidState.TO_REVIEW, 2) == (database.view(state), database.view(row).revision)
    database.transact(review, revision=2)
    assert 1 == database.transact(approve, revision=2).given


def test_a_changed_amount_voids_what_was_approved_before(database: Database) -> None:
    database.transact(reviewed, fen=300_000)
    database.transact(approve)
    database.transact(lambda tx: proposals.amend(tx, who(tx, ZHANG), "a1", said(amount_fen=500_000)))
    assert "VOIDED" in database.view(acts)
    assert "aid_moved" == refusal(database, approve, ZHOU)
    database.transact(review, revision=2)
    done = [database.transact(approve, chair, revision=2) for chair in (CHEN, ZHOU)]
    assert [(1, 2), (2, 2)] == [(one.given, one.needed) for one in done]
    assert 500_000 == database.view(figures)[1]


def test_refused_it_is_over(database: Database) -> None:
    database.transact(reviewed)
    database.transact(refuse)
    database.transact(refuse)
    assert AidState.REFUSED == database.view(state)
    assert ["aid_reviewed", "aid_refused"] == database.view(told, ZHANG)
    assert "aid_moved" == refusal(database, approve, ZHOU)
    assert "aid_moved" == refusal(database, give_back, ZHOU)
    assert database.view(row).waits_since is None


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_no_reason_no_refusal(database: Database, reason: str) -> None:
    database.transact(reviewed)
    assert "reason_missing" == refusal(database, refuse, reason=reason)
    assert "reason_missing" == refusal(database, give_back, reason=reason)
    assert "bad_reason" == refusal(database, refuse, reason="长" * 201)
    assert AidState.TO_APPROVE == database.view(state)


def test_old_buttons_find_that_it_has_moved(database: Database) -> None:
    database.transact(ask)
    assert "aid_moved" == refusal(database, approve)
    assert "aid_moved" == refusal(database, approve, revision=7)
    database.transact(review)
    assert "aid_moved" == refusal(database, review, WANG, 2)
    database.transact(approve)
    for act in (give_back, refuse):
        assert "aid_moved" == refusal(database, act, ZHOU)


@pytest.mark.parametrize("number", [ZHANG, QIAN, SUN])
def test_whose_office_it_is_not_decides_nothing(database: Database, number: int) -> None:
    database.transact(casework.person, 20, "外人", casework.OTHER_BRANCH, Role.CHAIR)
    database.transact(ask)
    for undecided in (review, give_back, refuse):
        assert "not_allowed" == refusal(database, undecided, number)
    database.transact(review)
    for passed_on in (approve, give_back, refuse):
        assert "not_allowed" == refusal(database, passed_on, number)
    assert "not_found" == refusal(database, approve, 20)
    assert "not_found" == refusal(database, approve, aid_id="none")


def test_an_officer_passes_on_and_does_not_approve(database: Database) -> None:
    database.transact(reviewed)
    assert "not_allowed" == refusal(database, approve, WANG)
    # What was passed on is the chairs' to give back.
    assert "not_allowed" == refusal(database, give_back, WANG)


def test_the_role_of_an_admin_approves_nothing(database: Database) -> None:
    database.transact(casework.person, 21, "管理员", casework.ROOT, Role.ADMIN)
    database.transact(reviewed)
    assert "not_found" == refusal(database, approve, 21)
    database.transact(asking.also, 21, casework.BRANCH, Role.CADRE)
    assert "not_allowed" == refusal(database, approve, 21)


def test_an_approval_is_taken_back_within_ten_minutes(database: Database, clock: FakeClock) -> None:
    database.transact(approved)
    clock.advance(minutes=9)
    assert "take_back" in database.view(may, CHEN)
    database.transact(take_back)
    database.transact(take_back)
    assert (AidState.TO_APPROVE, 0) == (database.view(state), database.view(figures)[1])
    assert "aid_taken_back" in database.view(told, ZHANG)
    assert ["a1"] == database.view(waits_for, CHEN)
    clock.advance(minutes=1)
    assert AidState.APPROVED == database.transact(approve).state
    assert 200_000 == database.view(figures)[1]
    heard = [one for one in database.view(told, ZHANG) if one != "aid_reviewed"]
    assert ["aid_approved", "aid_taken_back", "aid_approved"] == heard


def test_each_time_that_it_is_approved_or_that_is_taken_back_the_treasurer_is_told(
    database: Database, clock: FakeClock
) -> None:
    database.transact(approved)
    for times in (2, 3):
        clock.advance(minutes=1)
        database.transact(take_back)
        assert times - 1 == database.view(told, QIAN).count("aid_not_to_pay")
        clock.advance(minutes=1)
        database.transact(approve)
        assert times == database.view(told, QIAN).count("aid_to_pay")


def test_each_time_that_it_is_reviewed_on_one_day_the_chairs_are_told(
    database: Database, clock: FakeClock
) -> None:
    database.transact(reviewed)
    for times in (2, 3):
        clock.advance(minutes=1)
        database.transact(lambda tx: approvals.take_back(tx, who(tx, WANG), "a1", AidAct.REVIEWED))
        clock.advance(minutes=1)
        database.transact(lambda tx: approvals.review(tx, who(tx, WANG), "a1", 1))
        assert times == database.view(told, CHEN).count("aid_to_approve")


def test_one_of_two_approvals_is_taken_back_alone(database: Database) -> None:
    database.transact(reviewed, fen=300_000)
    database.transact(approve)
    database.transact(approve, ZHOU)
    database.transact(take_back)
    done = database.transact(approve, WU)
    assert (AidState.APPROVED, 2) == (done.state, done.given)


def test_what_is_late_or_paid_is_not_taken_back(database: Database, clock: FakeClock) -> None:
    database.transact(approved)
    assert "aid_moved" == refusal(database, take_back, ZHOU)
    clock.advance(minutes=11)
    assert "too_late_to_undo" == refusal(database, take_back)
    assert "take_back" not in database.view(may, CHEN)
    clock.advance(minutes=-11)
    database.transact(pay, fen=50_000)
    assert "already_paid" == refusal(database, take_back)


def test_a_review_is_taken_back_while_nobody_has_approved(database: Database, clock: FakeClock) -> None:
    database.transact(ask)
    database.transact(review)
    clock.advance(minutes=9)
    assert "take_back" in database.view(may, WANG)
    database.transact(reviewed_back)
    database.transact(reviewed_back)
    assert AidState.TO_REVIEW == database.view(state)
    assert clock() == database.view(row).waits_since
    assert [["a1"], []] == [database.view(waits_for, one) for one in (WANG, CHEN)]
    assert 1 == database.view(acts).count(AidAct.TAKEN_BACK)
    for one in (ZHANG, CHEN):
        assert "aid_review_taken_back" in database.view(told, one)
    # A tap on the button of before the chair had it is answered, and it can be passed on once more.
    assert "aid_moved" == refusal(database, approve)
    database.transact(review)
    database.transact(approve)
    assert AidState.APPROVED == database.view(state)


def test_a_review_that_a_chair_went_on_from_stands(database: Database) -> None:
    database.transact(reviewed, fen=300_000)
    database.transact(approve)
    assert "take_back" not in database.view(may, WANG)
    assert "aid_moved" == refusal(database, reviewed_back)
    database.transact(take_back)
    database.transact(reviewed_back)
    assert AidState.TO_REVIEW == database.view(state)


def test_a_review_is_taken_back_by_nobody_else_and_not_late(database: Database, clock: FakeClock) -> None:
    database.transact(ask)
    database.transact(review)
    assert "aid_moved" == refusal(database, reviewed_back, CHEN)
    clock.advance(minutes=11)
    assert "too_late_to_undo" == refusal(database, reviewed_back)
    assert "take_back" not in database.view(may, WANG)


@pytest.mark.parametrize(
    ("end", "act", "ended", "slug"),
    [
        (give_back, AidAct.RETURNED, AidState.RETURNED, "aid_return_taken_back"),
        (refuse, AidAct.REFUSED, AidState.REFUSED, "aid_refusal_taken_back"),
    ],
)
@pytest.mark.parametrize(("number", "before"), [(WANG, AidState.TO_REVIEW), (CHEN, AidState.TO_APPROVE)])
def test_what_was_ended_is_where_it_was_once_that_is_taken_back(
    database: Database,
    clock: FakeClock,
    end: Callable[..., None],
    act: AidAct,
    ended: AidState,
    slug: str,
    number: int,
    before: AidState,
) -> None:
    database.transact(ask)
    if number == CHEN:
        database.transact(review)
    for _ in range(2):
        database.transact(end, number)
        assert ended == database.view(state)
        assert "take_back" in database.view(may, number)
        clock.advance(minutes=1)
        for _ in range(2):
            database.transact(take_back, number, act)
        assert before == database.view(state)
        assert clock() == database.view(row).waits_since
        assert ["a1"] == database.view(waits_for, number)
    assert 2 == database.view(told, ZHANG).count(slug)
    assert 2 == database.view(acts).count(AidAct.TAKEN_BACK)
    database.transact(end, number)
    clock.advance(minutes=11)
    assert "too_late_to_undo" == refusal(database, take_back, number, act)


def test_what_was_given_back_and_amended_or_withdrawn_stays_so(database: Database) -> None:
    database.transact(reviewed)
    database.transact(give_back)
    database.transact(lambda tx: proposals.amend(tx, who(tx, ZHANG), "a1", said(amount_fen=100_000)))
    assert "aid_moved" == refusal(database, take_back, CHEN, AidAct.RETURNED)
    database.transact(give_back, WANG, 2)
    database.transact(lambda tx: proposals.withdraw(tx, who(tx, ZHANG), "a1"))
    assert "aid_moved" == refusal(database, take_back, WANG, AidAct.RETURNED)
    assert AidState.WITHDRAWN == database.view(state)


def test_an_approval_outlives_a_refusal_that_its_chair_takes_back(database: Database) -> None:
    database.transact(reviewed, fen=300_000)
    database.transact(approve)
    database.transact(refuse)
    assert "aid_moved" == refusal(database, take_back)
    database.transact(take_back, CHEN, AidAct.REFUSED)
    done = database.transact(approve, ZHOU)
    assert (AidState.APPROVED, 2) == (done.state, done.given)


def test_the_rules_are_judged_again_when_it_is_approved(database: Database) -> None:
    database.transact(reviewed, "a1", 500_000, kind="MEDICAL")
    database.transact(approve)
    database.transact(reviewed, "a2", 3_800_000, kind="STUDY")
    for chair in (CHEN, ZHOU, WU):
        database.transact(approve, chair, "a2")
    assert "over_budget" == refusal(database, approve, ZHOU)
    database.transact(budget.set_budget, union_id=casework.ROOT, year=2017, amount_fen=9_000_000)
    database.transact(pay, "a2")
    assert AidState.APPROVED == database.transact(approve, ZHOU).state


def test_whose_file_was_closed_meanwhile_is_not_approved(database: Database) -> None:
    database.transact(reviewed)
    database.transact(lambda tx: asking.now(tx, state="MONITOR"))
    assert "file_not_active" == refusal(database, approve)


def test_who_is_removed_between_two_approvals_has_approved(database: Database) -> None:
    database.transact(casework.person, 21, "管理员", casework.ROOT, Role.ADMIN)
    database.transact(reviewed, fen=300_000)
    database.transact(approve)
    database.transact(lambda tx: membership.remove(tx, who(tx, 21), CHEN))
    assert "not_found" == refusal(database, take_back)
    done = database.transact(approve, ZHOU)
    assert (AidState.APPROVED, 2) == (done.state, done.given)
    card = database.transact(lambda tx: aid_views.card(tx, who(tx, SUN), "a1"))
    assert ["陈主席", "周副主席"] == [one.name for one in card.approvals]


def test_what_buttons_there_are(database: Database) -> None:
    database.transact(ask, answers=said(amount_fen=300_000))
    assert {"review", "return", "refuse", "amend", "withdraw"} == database.view(may, WANG)
    assert {"amend", "withdraw"} == database.view(may, ZHANG)
    assert frozenset() == database.view(may, SUN)
    database.transact(review)
    assert {"approve", "return", "refuse"} == database.view(may, CHEN)
    assert {"amend", "withdraw", "take_back"} == database.view(may, WANG)
    database.transact(approve)
    assert {"amend", "withdraw"} == database.view(may, WANG)
    assert {"return", "refuse", "take_back"} == database.view(may, CHEN)
    database.transact(approve, ZHOU)
    assert {"pay", "reverse"} == database.view(may, QIAN)
    assert frozenset() == database.view(may, WU)
    database.transact(pay)
    assert {"reverse"} == database.view(may, QIAN)
