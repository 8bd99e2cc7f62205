"""The clock gives back what nobody decides on, by working days, and says what nobody can decide on or pay."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from storage.aid_codes import AidState
from storage.asking import proposals
from storage.codes import Role
from storage.columns import table_of
from storage.deciding import approvals, expiry, stuck
from storage.members import membership
from storage.tables.office import PolicyRow
from tests.storage import casework
from tests.storage.aid import asking
from tests.storage.aid.asking import WU, ZHOU, ask, said, who
from tests.storage.aid.deciding import acts, approve, approved, pay, refusal, reviewed, row, state, told
from tests.storage.casework import CHEN, QIAN, ROOT, WANG, ZHANG

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

ADMIN = 21


@pytest.fixture(autouse=True)
def union(sqlite_database: Database) -> None:
    sqlite_database.transact(asking.found)
    sqlite_database.transact(casework.person, ADMIN, "管理员", ROOT, Role.ADMIN)


def at(clock: FakeClock, day: date, hour: int = 1) -> None:
    clock.set(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def leaves(tx: Transaction, number: int) -> None:
    membership.remove(tx, who(tx, ADMIN), number)


def test_fifteen_working_days_reach_over_the_autumn_holidays(
    sqlite_database: Database, clock: FakeClock
) -> None:
    # From Monday 18 September 2017: 30 September is a make-up day, 1 to 8 October are holidays.
    at(clock, date(2017, 9, 18))
    sqlite_database.transact(ask)
    at(clock, date(2017, 10, 13))
    assert 0 == sqlite_database.transact(expiry.expire)
    at(clock, date(2017, 10, 16))
    assert 1 == sqlite_database.transact(expiry.expire)
    assert 0 == sqlite_database.transact(expiry.expire)
    assert (AidState.RETURNED, "EXPIRED") == (
        sqlite_database.view(state),
        sqlite_database.view(acts)[-1],
    )
    assert "aid_expired" in sqlite_database.view(told, ZHANG)


def test_it_counts_from_the_last_change_of_its_state(sqlite_database: Database, clock: FakeClock) -> None:
    at(clock, date(2017, 9, 4))
    sqlite_database.transact(ask)
    at(clock, date(2017, 9, 20))
    sqlite_database.transact(lambda tx: approvals.review(tx, who(tx, WANG), "a1", 1))
    at(clock, date(2017, 9, 29))
    assert 0 == sqlite_database.transact(expiry.expire)


def test_what_is_approved_or_paid_does_not_expire(sqlite_database: Database, clock: FakeClock) -> None:
    sqlite_database.transact(approved)
    sqlite_database.transact(approved, "a2", kind="MEDICAL")
    sqlite_database.transact(pay)
    at(clock, date(2018, 3, 1))
    assert 0 == sqlite_database.transact(expiry.expire)


def test_a_union_has_days_of_its_own(sqlite_database: Database, clock: FakeClock) -> None:
    def rule(tx: Transaction) -> None:
        known = {"union_id": ROOT, "key": "aid.expires", "value": 3, "set_at": tx.now}
        tx.connection.execute(insert(table_of(PolicyRow)).values(**known))

    sqlite_database.transact(rule)
    sqlite_database.transact(ask)
    at(clock, date(2017, 9, 8))
    assert 1 == sqlite_database.transact(expiry.expire)


def test_what_expired_goes_on_with_another_revision(sqlite_database: Database, clock: FakeClock) -> None:
    sqlite_database.transact(reviewed, fen=300_000)
    sqlite_database.transact(approve)
    at(clock, date(2017, 10, 30))
    sqlite_database.transact(expiry.expire)
    assert "aid_moved" == refusal(sqlite_database, approve, ZHOU)
    sqlite_database.transact(lambda tx: asking.now(tx, last_visit_on=tx.today))
    sqlite_database.transact(lambda tx: proposals.amend(tx, who(tx, ZHANG), "a1", said(amount_fen=300_000)))
    assert (AidState.TO_REVIEW, 2) == (sqlite_database.view(state), sqlite_database.view(row).revision)


def test_too_few_chairs_are_told_of_once_a_week(sqlite_database: Database, clock: FakeClock) -> None:
    sqlite_database.transact(reviewed, fen=300_000)
    sqlite_database.transact(stuck.tell)
    assert "aid_none_to_approve" not in sqlite_database.view(told, ADMIN)
    for gone in (CHEN, ZHOU):
        sqlite_database.transact(leaves, gone)
    for _ in range(2):
        sqlite_database.transact(stuck.tell)
    assert 1 == sqlite_database.view(told, ADMIN).count("aid_none_to_approve")
    assert 1 == sqlite_database.view(told, WANG).count("aid_none_to_approve")
    clock.advance(days=7)
    sqlite_database.transact(stuck.tell)
    assert 2 == sqlite_database.view(told, ADMIN).count("aid_none_to_approve")
    # One chair is left who may: with another one it can go on, and nothing is told.
    sqlite_database.transact(asking.also, WANG, ROOT, Role.CHAIR)
    sqlite_database.transact(approve, WU)
    clock.advance(days=7)
    sqlite_database.transact(stuck.tell)
    assert 2 == sqlite_database.view(told, ADMIN).count("aid_none_to_approve")


def test_a_treasurer_who_left_is_missed(sqlite_database: Database) -> None:
    sqlite_database.transact(approved)
    sqlite_database.transact(stuck.tell)
    assert "aid_none_to_pay" not in sqlite_database.view(told, ADMIN)
    sqlite_database.transact(leaves, QIAN)
    sqlite_database.transact(stuck.tell)
    for number in (ADMIN, WANG):
        assert "aid_none_to_pay" in sqlite_database.view(told, number)


def test_what_waits_long_to_be_paid_is_told_once_a_week(sqlite_database: Database, clock: FakeClock) -> None:
    sqlite_database.transact(approved)
    at(clock, date(2017, 9, 7))
    sqlite_database.transact(stuck.tell)
    assert "aid_unpaid" not in sqlite_database.view(told, QIAN)
    for day in (date(2017, 9, 8), date(2017, 9, 9), date(2017, 9, 11)):
        at(clock, day)
        sqlite_database.transact(stuck.tell)
    assert 2 == sqlite_database.view(told, QIAN).count("aid_unpaid")
    sqlite_database.transact(pay)
    at(clock, date(2017, 9, 18))
    sqlite_database.transact(stuck.tell)
    assert 2 == sqlite_database.view(told, QIAN).count("aid_unpaid")
