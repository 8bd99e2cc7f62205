"""Payments: who may see one, which are still to be revisited, which wait to be handed over."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from storage import errors
from storage.aid_codes import AidKind, FundSource
from storage.booking import aid
from storage.members import people
from storage.money import fund
from tests.storage import casework, paid

if TYPE_CHECKING:
    from storage.database import Database, Transaction

HOUSEHOLD = 1


@pytest.fixture
def union(database: Database) -> Database:
    database.transact(casework.found)
    database.transact(lambda tx: casework.household(tx, HOUSEHOLD))
    return database


def pay(tx: Transaction, aid_id: str, kind: AidKind = AidKind.LIVING, day: date = date(2017, 8, 1)) -> None:
    paid.record(
        tx,
        aid_id=aid_id,
        household_id=HOUSEHOLD,
        kind=kind,
        source=FundSource.GROUP,
        amount_fen=150_000,
        paid_on=day,
    )


def approve(tx: Transaction, aid_id: str) -> None:
    tx.connection.execute(
        update(fund.aid).where(fund.aid.c.id == aid_id).values(state="APPROVED", paid_on=None)
    )


def listed(tx: Transaction, person_id: int) -> list[str]:
    return [line.id for line in aid.to_revisit(tx, people.get(tx, person_id))]


def test_a_payment_is_shown_to_those_whose_scope_it_is_in(union: Database) -> None:
    union.transact(pay, "a")
    cadre = union.transact(people.get, casework.ZHANG)
    line = union.transact(aid.payment, cadre, "a")
    assert ("a", "BF-2017-000001", 150_000) == (line.id, line.number, line.amount_fen)
    assert (AidKind.LIVING, FundSource.GROUP) == (line.kind, line.source)


def test_others_payments_and_none_look_alike(union: Database) -> None:
    union.transact(pay, "a")
    union.transact(
        lambda tx: tx.connection.execute(fund.households.update().values(union_id=casework.OTHER_BRANCH))
    )
    cadre = union.transact(people.get, casework.ZHANG)
    for aid_id in ("a", "b"):
        with pytest.raises(errors.NotFound):
            union.transact(aid.payment, cadre, aid_id)
    assert [] == union.transact(listed, casework.ZHANG)
    assert ["a"] == union.transact(listed, casework.WANG)


def test_what_is_to_be_revisited_is_listed_once_the_first_due_on_top(union: Database) -> None:
    union.transact(pay, "late", AidKind.MEDICAL, date(2017, 8, 20))
    union.transact(pay, "first", AidKind.SPRING, date(2017, 8, 15))
    union.transact(pay, "twice", AidKind.JOB, date(2017, 8, 10))
    assert ["first", "twice", "late"] == union.transact(listed, casework.ZHANG)


def test_a_payment_taken_back_is_not_to_be_revisited(union: Database) -> None:
    union.transact(pay, "a")
    union.transact(paid.take_back, "a", happened_on=date(2017, 9, 1), reason="wrong household")
    assert [] == union.transact(listed, casework.ZHANG)


def test_what_is_approved_waits_to_be_handed_over(union: Database) -> None:
    union.transact(pay, "a")
    union.transact(pay, "b")
    union.transact(approve, "b")
    assert [("b", None)] == [
        (line.id, line.paid_on) for line in union.transact(aid.handed_over_candidates, HOUSEHOLD)
    ]
