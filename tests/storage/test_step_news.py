"""News of steps waiting for a digest: the latest of each item, while it still concerns somebody."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from storage.codes import StepAct
from storage.columns import table_of
from storage.due import followups
from storage.reporting import visits
from storage.steps import steps
from storage.tables.dossiers import Household
from storage.takeover import leave
from storage.telling import bulletins
from tests.storage import casework

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database, Transaction

ZHANG, LI, WANG, CHEN = casework.ZHANG, casework.LI, casework.WANG, casework.CHEN
TODAY = date(2017, 9, 4)
SOON = TODAY + timedelta(days=3)
ITEM = 1


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    def found(tx: Transaction) -> None:
        casework.found(tx)
        casework.household(tx, 1, opened_on=TODAY - timedelta(days=100))
        followups.refresh(tx, 1)

    database.transact(found)


def act(database: Database, person_id: int, what: Callable[..., object], *given: object) -> None:
    database.transact(lambda tx: what(tx, casework.get(tx, person_id), ITEM, *given))


def waiting(database: Database, person_id: int) -> list[str]:
    return [one.slug for one in database.transact(bulletins.waiting, person_id)]


def test_of_several_pieces_of_news_about_one_item_the_last_alone_is_told(database: Database) -> None:
    act(database, ZHANG, steps.set_aside, StepAct.MOVED, SOON)
    act(database, ZHANG, steps.set_aside, StepAct.HOSPITAL, SOON)
    assert ["step_hospital"] == waiting(database, WANG)
    act(database, WANG, steps.give_days, "在住院")
    act(database, WANG, steps.close, "在住院")
    assert ["step_closed"] == waiting(database, ZHANG)


def test_somebody_given_an_item_back_does_not_hear_that_they_need_not_go(database: Database) -> None:
    act(database, WANG, steps.reassign, LI)
    assert ["step_passed_on"] == waiting(database, ZHANG)
    act(database, WANG, steps.reassign, ZHANG)
    assert (["step_assigned"], ["step_passed_on"]) == (waiting(database, ZHANG), waiting(database, LI))


def test_whose_the_item_is_and_until_when_are_both_told(database: Database) -> None:
    act(database, WANG, steps.reassign, LI)
    act(database, WANG, steps.give_days, "刚接手")
    assert ["step_assigned", "step_more_days"] == waiting(database, LI)


def test_of_a_household_that_is_somebody_elses_by_now_nothing_is_told(database: Database) -> None:
    act(database, WANG, steps.give_days, "路远")
    assert ["step_more_days"] == waiting(database, ZHANG)
    homes = table_of(Household)
    database.transact(lambda tx: tx.connection.execute(update(homes).values(liaison_id=LI)).rowcount)
    assert [] == waiting(database, ZHANG)


def test_of_an_item_that_is_done_nothing_is_told(database: Database) -> None:
    act(database, ZHANG, steps.set_aside, StepAct.MOVED, SOON)
    assert ["step_moved"] == waiting(database, WANG)
    database.transact(
        lambda tx: visits.submit(
            tx,
            casework.get(tx, ZHANG),
            report_id="v1",
            household_id=1,
            answers=casework.met(tx.today),
            form_version=1,
        )
    )
    assert [] == waiting(database, WANG)


def test_a_first_visit_that_is_years_late_is_passed_on_without_its_day(database: Database) -> None:
    def found(tx: Transaction) -> None:
        casework.household(tx, 2, opened_on=TODAY - timedelta(days=1_000))
        followups.refresh(tx, 2)

    database.transact(found)
    database.transact(lambda tx: steps.reassign(tx, casework.get(tx, WANG), 2, LI))
    assert ["step_assigned_first"] == waiting(database, LI)


def test_news_for_somebody_on_leave_is_told_to_whoever_stands_in(database: Database) -> None:
    def on_leave(tx: Transaction) -> None:
        leave.away(tx, casework.get(tx, ZHANG), SOON, LI)
        bulletins.forget(tx, LI)

    database.transact(on_leave)
    act(database, WANG, steps.give_days, "路不通")
    assert ["step_more_days"] == waiting(database, LI)
    act(database, WANG, steps.reassign, CHEN)
    assert ["step_passed_on"] == waiting(database, LI)


def test_whoever_stands_in_and_is_given_the_item_hears_that_it_is_theirs(database: Database) -> None:
    def on_leave(tx: Transaction) -> None:
        leave.away(tx, casework.get(tx, ZHANG), SOON, LI)
        bulletins.forget(tx, LI)

    database.transact(on_leave)
    act(database, WANG, steps.reassign, LI)
    assert ["step_assigned"] == waiting(database, LI)
