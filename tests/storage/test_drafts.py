"""Drafts: several kept, one being filled, none of anybody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage import errors
from storage.codes import DraftState, ReportKind
from storage.reporting import drafts
from tests.storage import casework

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from storage.reporting.drafts import OpenDraft
    from tests.clock import FakeClock


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    def make(tx: Transaction) -> None:
        casework.found(tx)
        for number in (1, 2):
            casework.household(tx, number)

    database.transact(make)


def begin(tx: Transaction, household_id: int = 1, amends: str | None = None) -> OpenDraft:
    return drafts.open_draft(
        tx,
        casework.get(tx, casework.ZHANG),
        form=ReportKind.VISIT,
        household_id=household_id,
        content={"at": "START"},
        amends=amends,
    )


def states(tx: Transaction) -> dict[int, DraftState]:
    return {one.household_id: one.state for one in drafts.listing(tx, casework.get(tx, casework.ZHANG))}


def test_beginning_another_report_keeps_the_first(database: Database) -> None:
    database.transact(begin, 1)
    database.transact(begin, 2)
    assert {1: DraftState.KEPT, 2: DraftState.ACTIVE} == database.view(states)


def test_beginning_the_same_report_again_goes_on_with_it(database: Database) -> None:
    first = database.transact(begin, 1)
    database.transact(drafts.save, first.id, {"at": "REVIEW"})
    database.transact(begin, 2)
    again = database.transact(begin, 1)
    assert (first.id, {"at": "REVIEW"}, DraftState.ACTIVE) == (again.id, again.content, again.state)
    assert {1: DraftState.ACTIVE, 2: DraftState.KEPT} == database.view(states)


def test_amending_a_report_is_a_draft_of_its_own(database: Database) -> None:
    visit = database.transact(begin, 1)
    amending = database.transact(begin, 1, "r1")
    assert visit.id != amending.id
    assert "r1" == amending.amends


def test_a_draft_says_whose_it_is_about(database: Database) -> None:
    draft = database.transact(begin, 1)
    assert ("凤芳", "K000001", None) == (draft.household_name, draft.file_no, draft.payment_no)


def test_another_persons_draft_looks_like_none(database: Database) -> None:
    draft = database.transact(begin, 1)
    assert database.view(lambda tx: drafts.get(tx, casework.get(tx, casework.LI), draft.id)) is None
    with pytest.raises(errors.NotFound):
        database.transact(lambda tx: drafts.resume(tx, casework.get(tx, casework.LI), draft.id))


def test_a_draft_put_aside_can_be_taken_up_again(database: Database) -> None:
    draft = database.transact(begin, 1)
    database.transact(drafts.keep, draft.id)
    assert database.view(drafts.active, casework.ZHANG) is None
    database.transact(lambda tx: drafts.resume(tx, casework.get(tx, casework.ZHANG), draft.id))
    active = database.view(drafts.active, casework.ZHANG)
    assert active is not None
    assert draft.id == active.id


def test_a_cancelled_draft_can_be_restored_and_a_submitted_one_only_after_an_undo(database: Database) -> None:
    draft = database.transact(begin, 1)
    zhang = database.view(casework.get, casework.ZHANG)
    database.transact(drafts.close, draft.id, DraftState.CANCELLED)
    assert DraftState.ACTIVE == database.transact(drafts.resume, zhang, draft.id).state
    database.transact(drafts.close, draft.id, DraftState.SUBMITTED)
    with pytest.raises(errors.NotFound):
        database.transact(drafts.resume, zhang, draft.id)
    assert DraftState.ACTIVE == database.transact(drafts.reopen, zhang, draft.id).state


def test_restoring_gives_way_to_a_draft_begun_meanwhile(database: Database) -> None:
    zhang = database.view(casework.get, casework.ZHANG)
    first = database.transact(begin, 1)
    database.transact(drafts.close, first.id, DraftState.CANCELLED)
    second = database.transact(begin, 1)
    assert second.id == database.transact(drafts.resume, zhang, first.id).id


def test_saving_touches_a_draft_unless_told_not_to(database: Database, clock: FakeClock) -> None:
    draft = database.transact(begin, 1)
    clock.advance(minutes=5)
    database.transact(lambda tx: drafts.save(tx, draft.id, {"at": "x"}, keep_time=True))
    kept = database.view(drafts.active, casework.ZHANG)
    database.transact(drafts.save, draft.id, {"at": "y"})
    touched = database.view(drafts.active, casework.ZHANG)
    assert kept is not None
    assert touched is not None
    assert (draft.touched_at, clock.now) == (kept.touched_at, touched.touched_at)
    assert {"at": "y"} == touched.content


def test_the_draft_being_filled_is_listed_first(database: Database, clock: FakeClock) -> None:
    database.transact(begin, 1)
    clock.advance(minutes=1)
    database.transact(begin, 2)
    listed = database.view(lambda tx: drafts.listing(tx, casework.get(tx, casework.ZHANG)))
    assert [2, 1] == [one.household_id for one in listed]
