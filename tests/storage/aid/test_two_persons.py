"""Whoever asks does not approve, and whoever approves does not pay: by whatever role, and for whomever."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from storage.aid import aid_steps
from storage.aid_codes import AidState, FundSource
from storage.asking import proposals
from storage.codes import Role
from storage.deciding import approvals
from storage.errors import NotAllowed
from storage.members import absences
from storage.paying import payments
from storage.takeover import departures, leave
from tests.storage import casework
from tests.storage.aid import asking
from tests.storage.aid.asking import HOME, WU, ZHOU, ask, said, who
from tests.storage.aid.deciding import approve, approved, pay, refusal, reviewed, row, state, told
from tests.storage.aid.deciding import leave as goes
from tests.storage.casework import BRANCH, CHEN, QIAN, ROOT, SUN, WANG, ZHANG

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

ADMIN, TREASURER = 21, 22


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Who may do what hangs on no database; the random stories go through it on both."""
    return sqlite_database


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(asking.found)


def review(tx: Transaction, number: int = WANG, revision: int = 1) -> None:
    approvals.review(tx, who(tx, number), "a1", revision)


def waits_for(tx: Transaction, number: int) -> list[str]:
    return [one.id for one in approvals.waiting(tx, who(tx, number))]


def given_for(tx: Transaction) -> list[tuple[int, int | None]]:
    return [(one.person_id, one.for_person_id) for one in aid_steps.approvals(tx, 1, aid_id="a1")]


def test_nobody_approves_what_they_asked_for_themselves(database: Database) -> None:
    # 吴双 is cadre and chair.
    database.transact(ask, WU)
    database.transact(review)
    assert "own_proposal" == refusal(database, approve, WU)
    assert [[], ["a1"]] == [database.view(waits_for, one) for one in (WU, CHEN)]
    assert "own_proposal" == refusal(database, lambda tx: approvals.refuse(tx, who(tx, WU), "a1", 1, "不行"))
    assert AidState.APPROVED == database.transact(approve).state


def test_nobody_reviews_what_they_asked_for_themselves(database: Database) -> None:
    database.transact(ask)
    database.transact(asking.also, ZHANG, ROOT, Role.OFFICER)
    assert "own_proposal" == refusal(database, review, ZHANG)
    assert [] == database.view(waits_for, ZHANG)


def test_whoever_changed_it_has_asked_for_it_as_well(database: Database) -> None:
    database.transact(ask)
    database.transact(asking.also, WANG, ROOT, Role.CHAIR)
    database.transact(lambda tx: proposals.amend(tx, who(tx, WANG), "a1", said(amount_fen=150_000)))
    assert AidState.TO_APPROVE == database.view(state)
    assert "own_proposal" == refusal(database, approve, WANG, revision=2)


@pytest.mark.parametrize("number", [ZHANG, WANG])
def test_nobody_pays_what_they_asked_for_themselves(database: Database, number: int) -> None:
    database.transact(ask, number)
    if number == ZHANG:
        database.transact(review)
    database.transact(approve)
    database.transact(asking.also, number, ROOT, Role.TREASURER)
    assert "own_proposal" == refusal(database, pay, number=number)
    database.transact(pay)


def test_nobody_pays_what_they_approved(database: Database) -> None:
    database.transact(asking.also, CHEN, ROOT, Role.TREASURER)
    database.transact(approved)
    assert "own_approval" == refusal(database, pay, number=CHEN)
    assert "own_approval" == refusal(
        database,
        lambda tx: payments.fail(tx, who(tx, CHEN), payment_id="p9", aid_id="a1", reason="退汇"),
    )
    database.transact(pay)


def test_nobody_approves_what_they_tried_to_pay(database: Database) -> None:
    database.transact(approved)
    database.transact(
        lambda tx: payments.fail(tx, who(tx, QIAN), payment_id="p9", aid_id="a1", reason="卡号错")
    )
    database.transact(lambda tx: approvals.take_back(tx, who(tx, CHEN), "a1"))
    database.transact(asking.also, QIAN, ROOT, Role.CHAIR)
    assert "own_approval" == refusal(database, approve, QIAN)


def test_a_treasurer_may_be_chair_where_they_did_not_approve(database: Database) -> None:
    database.transact(asking.also, QIAN, ROOT, Role.CHAIR)
    database.transact(approved)
    database.transact(pay)


def test_who_stands_in_approves_in_the_others_place(database: Database) -> None:
    database.transact(goes, CHEN, WANG)
    database.transact(reviewed_by_another)
    assert ["a1"] == database.view(waits_for, WANG)
    assert AidState.APPROVED == database.transact(approve, WANG).state
    assert [(WANG, CHEN)] == database.view(given_for)


def reviewed_by_another(tx: Transaction) -> None:
    casework.person(tx, 23, "另一位干事", ROOT, Role.OFFICER)
    ask(tx)
    review(tx, 23)


def test_who_stands_in_without_that_word_approves_nothing(database: Database) -> None:
    database.transact(goes, CHEN, WANG, may_approve=False)
    database.transact(reviewed_by_another)
    assert ([], "not_allowed") == (database.view(waits_for, WANG), refusal(database, approve, WANG))


def test_that_word_ends_with_the_leave(database: Database, clock: FakeClock) -> None:
    database.transact(goes, CHEN, WANG, days=5)
    database.transact(reviewed_by_another)
    clock.advance(days=6)
    assert "not_allowed" == refusal(database, approve, WANG)
    assert [] == database.view(waits_for, WANG)


def test_nobody_approves_their_own_in_another_ones_place(database: Database) -> None:
    database.transact(goes, CHEN, WANG)
    database.transact(ask, WANG)
    assert "own_proposal" == refusal(database, approve, WANG)
    assert [] == database.view(waits_for, WANG)


def test_nobody_approves_for_somebody_whose_own_it_is(database: Database) -> None:
    database.transact(goes, WU, WANG)
    database.transact(ask, WU)
    database.transact(lambda tx: casework.person(tx, 23, "另一位干事", ROOT, Role.OFFICER))
    database.transact(review, 23)
    assert "own_proposal" == refusal(database, approve, WANG)


def test_one_person_is_one_approval_whomever_they_stand_in_for(database: Database) -> None:
    database.transact(goes, CHEN, ZHOU)
    database.transact(reviewed, fen=300_000)
    assert 1 == database.transact(approve, ZHOU).given
    assert [(ZHOU, None)] == database.view(given_for)
    again = database.transact(approve, ZHOU)
    assert (1, AidState.TO_APPROVE) == (again.given, again.state)
    assert [] == database.view(waits_for, ZHOU)


def test_in_whose_place_it_was_approved_does_not_approve_it_again(database: Database) -> None:
    database.transact(goes, CHEN, WANG)
    database.transact(lambda tx: casework.person(tx, 23, "另一位干事", ROOT, Role.OFFICER))
    database.transact(ask, answers=said(amount_fen=300_000))
    database.transact(review, 23)
    database.transact(approve, WANG)
    assert "approved_already" == refusal(database, approve, CHEN)
    assert [] == database.view(waits_for, CHEN)
    assert AidState.APPROVED == database.transact(approve, ZHOU).state


def test_in_whose_place_it_was_approved_does_not_pay_it(database: Database) -> None:
    database.transact(asking.also, CHEN, ROOT, Role.TREASURER)
    database.transact(asking.also, WANG, ROOT, Role.TREASURER)
    database.transact(goes, CHEN, WANG)
    database.transact(reviewed_by_another)
    database.transact(approve, WANG)
    for number in (CHEN, WANG):
        assert "own_approval" == refusal(database, pay, number=number)
    database.transact(pay)


def test_the_power_to_approve_is_not_handed_on(database: Database) -> None:
    database.transact(lambda tx: casework.person(tx, 23, "另一位干事", ROOT, Role.OFFICER))
    database.transact(goes, CHEN, 23)
    database.transact(goes, 23, WANG)
    database.transact(ask)
    database.transact(review)
    assert "not_allowed" == refusal(database, approve, WANG)
    assert AidState.APPROVED == database.transact(approve, 23).state


def test_who_left_lends_nobody_an_approval(database: Database) -> None:
    database.transact(casework.person, ADMIN, "管理员", ROOT, Role.ADMIN)
    database.transact(goes, CHEN, WANG)
    database.transact(reviewed_by_another)
    database.transact(lambda tx: departures.remove(tx, who(tx, ADMIN), CHEN))
    assert "not_allowed" == refusal(database, approve, WANG)


def test_only_a_chair_lends_their_approval_and_only_their_own(database: Database) -> None:
    until = date(2017, 9, 8)

    def away(tx: Transaction, actor: int, instead: int, person: int | None = None) -> bool:
        made = leave.away(tx, who(tx, actor), until, instead, person_id=person, may_approve=True)
        return made.may_approve

    assert database.transact(away, CHEN, WANG)
    assert not database.transact(away, ZHANG, casework.LI)
    with pytest.raises(NotAllowed):
        database.transact(away, WANG, ZHOU, WU)
    assert frozenset({CHEN}) == database.view(absences.approves_for, WANG, asking.TODAY)
    assert frozenset() == database.view(absences.approves_for, WANG, until + timedelta(days=1))
    assert frozenset() == database.view(absences.approves_for, casework.LI, asking.TODAY)


def test_an_emergency_is_paid_by_somebody_else_than_its_chair(database: Database) -> None:
    def emergency(tx: Transaction) -> None:
        proposals.emergency(
            tx,
            who(tx, CHEN),
            aid_id="a1",
            household_id=HOME,
            new=None,
            source=FundSource.COMPANY,
            amount_fen=300_000,
            reason="失火",
        )

    database.transact(asking.also, CHEN, ROOT, Role.TREASURER)
    database.transact(emergency)
    assert "own_proposal" == refusal(database, pay, number=CHEN)
    assert AidState.APPROVED == database.transact(approve).state
    assert "aid_moved" == refusal(database, approve, ZHOU)
    assert "aid_moved" == refusal(database, lambda tx: approvals.take_back(tx, who(tx, CHEN), "a1"))
    database.transact(pay, on=date(2017, 9, 1))
    assert AidState.PAID == database.view(state)


def test_where_nobody_can_pay_those_who_can_help_it_are_told(database: Database) -> None:
    database.transact(casework.person, ADMIN, "管理员", ROOT, Role.ADMIN)
    database.transact(lambda tx: departures.remove(tx, who(tx, ADMIN), QIAN))
    database.transact(approved)
    assert "aid_no_payer" in database.view(told, ADMIN)
    assert "aid_no_payer" in database.view(told, WANG)


def test_a_treasurer_who_may_not_pay_it_is_no_treasurer_for_it(database: Database) -> None:
    database.transact(asking.also, QIAN, BRANCH, Role.CADRE)
    database.transact(ask, QIAN)
    database.transact(review)
    database.transact(approve)
    assert ("aid_no_payer" in database.view(told, WANG), AidState.APPROVED) == (True, database.view(state))
    assert "aid_to_pay" not in database.view(told, QIAN)
    database.transact(casework.person, TREASURER, "李会计", ROOT, Role.TREASURER)
    database.transact(pay, number=TREASURER)
    assert 200_000 == database.view(row).paid_fen
    assert [] == database.view(told, SUN)


def test_a_treasurer_on_leave_is_asked_to_pay_and_not_whoever_stands_in(database: Database) -> None:
    until = date(2017, 9, 8)
    database.transact(asking.also, QIAN, BRANCH, Role.CADRE)
    database.transact(lambda tx: leave.away(tx, who(tx, QIAN), until, WANG))
    database.transact(approved)
    assert "aid_to_pay" in database.view(told, QIAN)
    assert "aid_to_pay" not in database.view(told, WANG)


def test_of_two_treasurers_the_one_at_work_is_asked_to_pay(database: Database) -> None:
    until = date(2017, 9, 8)
    database.transact(asking.also, QIAN, BRANCH, Role.CADRE)
    database.transact(casework.person, TREASURER, "李会计", ROOT, Role.TREASURER)
    database.transact(lambda tx: leave.away(tx, who(tx, QIAN), until, WANG))
    database.transact(approved)
    assert "aid_to_pay" in database.view(told, TREASURER)
    assert "aid_to_pay" not in database.view(told, QIAN)
    assert "aid_to_pay" not in database.view(told, WANG)


def test_who_stands_in_for_a_treasurer_and_cannot_pay_is_no_payer(database: Database) -> None:
    """The treasurer asked for it, and is away: whoever stands in for them has not become one."""
    until = date(2017, 9, 8)
    database.transact(asking.also, QIAN, BRANCH, Role.CADRE)
    database.transact(ask, QIAN)
    database.transact(review)
    database.transact(lambda tx: leave.away(tx, who(tx, QIAN), until, WANG))
    database.transact(approve)
    heard = database.view(told, WANG)
    assert ("aid_no_payer" in heard, "aid_to_pay" in heard) == (True, False)


def test_a_chair_away_who_entrusted_nobody_is_asked_and_not_whoever_stands_in(database: Database) -> None:
    until = date(2017, 9, 8)

    def all_go(tx: Transaction) -> None:
        for absent in (CHEN, ZHOU, WU):
            leave.away(tx, who(tx, absent), until, WANG)

    database.transact(all_go)
    database.transact(reviewed)
    assert "aid_to_approve" in database.view(told, CHEN)
    assert "aid_to_approve" not in database.view(told, WANG)


def test_where_more_are_needed_than_are_at_work_chairs_on_leave_are_asked_too(database: Database) -> None:
    until = date(2017, 9, 8)

    def two_go(tx: Transaction) -> None:
        for absent in (CHEN, ZHOU):
            leave.away(tx, who(tx, absent), until, WANG)

    database.transact(two_go)
    database.transact(reviewed, fen=300_000)
    assert [True, True, True, False] == [
        "aid_to_approve" in database.view(told, one) for one in (CHEN, ZHOU, WU, WANG)
    ]


def test_while_enough_are_at_work_nobody_on_leave_is_asked(database: Database) -> None:
    until = date(2017, 9, 8)
    database.transact(lambda tx: leave.away(tx, who(tx, CHEN), until, WANG))
    database.transact(reviewed, fen=300_000)
    assert [False, True, True] == ["aid_to_approve" in database.view(told, one) for one in (CHEN, ZHOU, WU)]


def test_who_is_entrusted_with_approvals_is_told_so(database: Database) -> None:
    until = date(2017, 9, 8)
    database.transact(lambda tx: leave.away(tx, who(tx, CHEN), until, WANG, may_approve=True))
    database.transact(lambda tx: leave.away(tx, who(tx, WU), until, ZHOU))
    assert "away_substitute_approves" == database.view(told, WANG)[0]
    assert "away_substitute" == database.view(told, ZHOU)[0]
