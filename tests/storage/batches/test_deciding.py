"""A list is looked through, handed in, and approved once by as many as it needs: by nobody twice or alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from storage import aid_refusals, errors
from storage.aid_codes import AidKind, AidState, BatchState
from storage.batches import batches, building
from storage.codes import Category, Role
from storage.columns import table_of
from storage.money import budget, standards
from storage.tables.office import Absence
from storage.tables.people import RoleRow
from storage.takeover import departures
from tests.storage import casework
from tests.storage.batches import lists
from tests.storage.batches.lists import GRANT_FEN, HE, LIST, QIAN, ROOT, WANG, YEAR, ZHOU
from tests.storage.casework import CHEN, ZHANG

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database

PEOPLE = 4


def first(database: Database) -> str:
    """The first household's aid on the list."""
    return str(lists.items(database)[0].aid_id)


# --- struck and put back ---


def test_whoever_is_struck_is_off_the_sum_and_listed_with_the_reason(union: Database) -> None:
    card = lists.made(union)
    struck = lists.act(union, WANG, "strike", LIST, first(union), "已调离")
    assert (PEOPLE - 1, (PEOPLE - 1) * GRANT_FEN, 1) == (
        struck.line.people,
        struck.line.sum_fen,
        struck.struck,
    )
    assert card.line.revision + 1 == struck.line.revision
    assert [("户1", "已调离")] == [(one.household_name, one.reason) for one in lists.items(union, "struck")]
    assert 3 == len(lists.items(union))


def test_struck_twice_is_struck_once(union: Database) -> None:
    lists.made(union)
    once = lists.act(union, WANG, "strike", LIST, first(union), "已调离")
    (struck,) = lists.items(union, "struck")
    assert once == lists.act(union, WANG, "strike", LIST, struck.aid_id, "已调离")


def test_put_back_the_list_is_as_it_was(union: Database) -> None:
    before = lists.made(union).line
    item = first(union)
    lists.act(union, WANG, "strike", LIST, item, "已调离")
    lists.act(union, WANG, "restore", LIST, item)
    after = lists.act(union, WANG, "restore", LIST, item)
    assert (before.people, before.sum_fen, 0) == (after.line.people, after.line.sum_fen, after.struck)


def test_who_may_not_have_it_any_more_is_not_put_back(union: Database) -> None:
    lists.made(union)
    item = first(union)
    lists.act(union, WANG, "strike", LIST, item, "已调离")
    lists.change(union, 1, state="EXIT_PUBLIC")
    with pytest.raises(aid_refusals.FileNotActive):
        lists.act(union, WANG, "restore", LIST, item)


def test_all_that_one_rule_marked_are_struck_at_once(union: Database) -> None:
    for household_id in (2, 3):
        lists.change(union, household_id, last_visit_on=None)
    lists.made(union)
    card = lists.act(union, WANG, "strike_exceptions", LIST, "no_recent_visit", "没有核实")
    assert (2, 0, 2) == (card.line.people, card.exceptions, card.struck)
    assert ["户1", "户4"] == [one.household_name for one in lists.items(union)]


def test_after_it_is_handed_in_nobody_is_struck(union: Database) -> None:
    lists.submitted(union)
    with pytest.raises(aid_refusals.BatchNotReady):
        lists.act(union, WANG, "strike", LIST, first(union), "已调离")


@pytest.mark.parametrize("reason", ["", "   ", "长" * 201])
def test_striking_needs_a_sentence(embedded: Database, reason: str) -> None:
    lists.made(embedded)
    with pytest.raises(errors.BadReason):
        lists.act(embedded, WANG, "strike", LIST, first(embedded), reason)


def test_aid_of_another_list_is_not_found_on_this_one(union: Database) -> None:
    lists.made(union)
    union.transact(lists.begin, "other", kind=AidKind.ANNUAL)
    lists.work(union)
    with pytest.raises(errors.NotFound):
        lists.act(union, WANG, "strike", "other", first(union), "已调离")


def test_a_cadre_strikes_nobody(embedded: Database) -> None:
    lists.made(embedded)
    with pytest.raises(errors.NotFound):
        lists.act(embedded, ZHANG, "strike", LIST, first(embedded), "已调离")


def test_struck_to_the_last_it_cannot_be_handed_in(union: Database) -> None:
    lists.made(union)
    for item in lists.items(union):
        card = lists.act(union, WANG, "strike", LIST, item.aid_id, "已调离")
    with pytest.raises(aid_refusals.BatchEmpty):
        lists.act(union, WANG, "submit", LIST, card.line.revision)


# --- handed in ---


def test_an_older_card_hands_nothing_in(union: Database) -> None:
    card = lists.made(union)
    lists.act(union, WANG, "strike", LIST, first(union), "已调离")
    with pytest.raises(aid_refusals.BatchMoved):
        lists.act(union, WANG, "submit", LIST, card.line.revision)


def test_handed_in_twice_it_waits_once(union: Database) -> None:
    card = lists.submitted(union)
    assert card == lists.act(union, WANG, "submit", LIST, card.line.revision)
    assert {CHEN, ZHOU, HE} == lists.told(union, "batch_to_approve")
    assert 3 == lists.count(union, lists.BULLETINS, lists.BULLETINS.c.slug == "batch_to_approve")


def test_exceptions_that_stay_want_a_reason(union: Database) -> None:
    lists.change(union, 2, last_visit_on=None)
    card = lists.made(union)
    with pytest.raises(aid_refusals.ExceptionsKept) as refused:
        lists.act(union, WANG, "submit", LIST, card.line.revision)
    assert {"number": "PL-2017-0001", "count": 1} == refused.value.details
    waiting = lists.act(union, WANG, "submit", LIST, card.line.revision, "春节前统一走访")
    assert (BatchState.TO_APPROVE, "春节前统一走访") == (waiting.line.state, waiting.reason)


@pytest.mark.parametrize(("people", "needed"), [(1, 1), (2, 2), (4, 3)])
def test_as_many_approve_as_the_sum_asks_for(database: Database, people: int, needed: int) -> None:
    database.transact(lists.found, people)
    assert needed == lists.made(database).approvals_needed
    assert needed == lists.act(database, WANG, "submit", LIST, 1).approvals_needed


# --- approved ---


def test_nobody_approves_twice_and_one_is_not_three(union: Database) -> None:
    revision = lists.submitted(union).line.revision
    for _ in range(3):
        card = lists.act(union, CHEN, "approve", LIST, revision)
    assert (BatchState.TO_APPROVE, 1) == (card.line.state, len(card.approvals))


def test_who_made_it_or_handed_it_in_never_approves_it(union: Database) -> None:
    role = table_of(RoleRow)
    union.transact(
        lambda tx: tx.connection.execute(insert(role).values(person_id=WANG, role=Role.CHAIR, union_id=ROOT))
    )
    made = union.transact(lists.begin, person_id=ZHOU)
    lists.work(union)
    card = lists.act(union, WANG, "submit", LIST, made.line.revision)
    for person_id in (ZHOU, WANG):
        with pytest.raises(aid_refusals.OwnProposal):
            lists.act(union, person_id, "approve", LIST, card.line.revision)
        assert "approve" not in lists.card(union, person_id=person_id).may


@pytest.mark.parametrize("person_id", [WANG, QIAN, casework.SUN])
def test_only_chairs_approve(embedded: Database, person_id: int) -> None:
    revision = lists.submitted(embedded).line.revision
    with pytest.raises((errors.NotAllowed, errors.NotFound)):
        lists.act(embedded, person_id, "approve", LIST, revision)


def test_a_chair_and_whoever_acts_for_them_are_one_approval(union: Database) -> None:
    away = {"from_on": lists.TODAY, "until_on": lists.TODAY, "created_by": CHEN, "may_approve": True}
    union.transact(
        lambda tx: tx.connection.execute(
            insert(table_of(Absence)).values(person_id=CHEN, substitute_id=ZHANG, created_at=tx.now, **away)
        )
    )
    revision = lists.submitted(union).line.revision
    assert {ZHANG, ZHOU, HE} == lists.told(union, "batch_to_approve")
    card = lists.act(union, ZHANG, "approve", LIST, revision)
    assert [("张东", "陈主席")] == [(one.name, one.for_name) for one in card.approvals]
    with pytest.raises(aid_refusals.ApprovedAlready):
        lists.act(union, CHEN, "approve", LIST, revision)


def test_an_older_revision_is_not_approved(union: Database) -> None:
    revision = lists.submitted(union).line.revision
    back = lists.act(union, CHEN, "give_back", LIST, revision, "先核实户2")
    again = lists.act(union, WANG, "submit", LIST, back.line.revision)
    with pytest.raises(aid_refusals.BatchMoved):
        lists.act(union, ZHOU, "approve", LIST, revision)
    assert () == again.approvals


def test_returned_it_can_be_changed_and_its_approvals_are_void(union: Database) -> None:
    revision = lists.submitted(union).line.revision
    lists.act(union, CHEN, "approve", LIST, revision)
    card = lists.act(union, ZHOU, "give_back", LIST, revision, "先核实户2")
    assert (BatchState.DRAFT, ()) == (card.line.state, card.approvals)
    assert {WANG} == lists.told(union, "batch_returned")
    lists.act(union, WANG, "strike", LIST, first(union), "已调离")


def test_where_its_maker_has_left_those_who_can_go_on_with_it_hear_that_it_is_returned(
    union: Database,
) -> None:
    revision = lists.submitted(union).line.revision
    union.transact(casework.person, casework.SUN + 90, "管理员", ROOT, Role.ADMIN)
    admin = casework.SUN + 90
    union.transact(lambda tx: departures.remove(tx, casework.get(tx, admin), WANG))
    lists.act(union, CHEN, "give_back", LIST, revision, "再核一遍")
    assert {ZHOU, HE} == lists.told(union, "batch_returned")


def test_sending_back_needs_a_reason(embedded: Database) -> None:
    revision = lists.submitted(embedded).line.revision
    for name in ("give_back", "refuse"):
        with pytest.raises(aid_refusals.ReasonMissing):
            lists.act(embedded, CHEN, name, LIST, revision, " ")


def test_refused_nobody_has_anything_of_it_and_a_new_one_may_be_made(union: Database) -> None:
    revision = lists.submitted(union).line.revision
    card = lists.act(union, CHEN, "refuse", LIST, revision, "今年不发")
    assert BatchState.REFUSED == card.line.state
    assert PEOPLE == lists.count(union, lists.AID, lists.AID.c.state == AidState.REFUSED)
    assert PEOPLE == lists.made(union, "second").line.people


def test_a_household_closed_meanwhile_falls_off_and_the_maker_is_told(union: Database) -> None:
    revision = lists.submitted(union).line.revision
    lists.change(union, 2, state="CLOSED", closed_on=lists.TODAY)
    for chair in (CHEN, ZHOU, HE):
        card = lists.act(union, chair, "approve", LIST, revision)
    assert (PEOPLE - 1, (PEOPLE - 1) * GRANT_FEN) == (card.line.people, card.line.sum_fen)
    assert (5_000_000, (PEOPLE - 1) * GRANT_FEN) == lists.balance(union)
    assert [("户2", ("file_not_active",))] == [
        (one.household_name, one.guards) for one in lists.items(union, "struck")
    ]
    assert {WANG} == lists.told(union, "batch_approved_but")
    assert [] == lists.faults(union)


def test_a_household_that_got_it_meanwhile_falls_off(union: Database) -> None:
    revision = lists.submitted(union).line.revision
    union.transact(
        lambda tx: casework.payment(tx, 3, lists.TODAY, kind=AidKind.SPRING, state=AidState.TO_APPROVE)
    )
    for chair in (CHEN, ZHOU, HE):
        card = lists.act(union, chair, "approve", LIST, revision)
    assert PEOPLE - 1 == card.line.people


def test_a_household_of_another_category_since_gets_no_amount_that_is_not_its_own(union: Database) -> None:
    union.transact(
        lambda tx: standards.record(
            tx, union_id=ROOT, year=YEAR, kind=AidKind.SPRING, category=Category.TEMP, amount_fen=80_000
        )
    )
    revision = lists.submitted(union).line.revision
    lists.change(union, 2, category="TEMP")
    lists.change(union, 3, category="LONG")
    for chair in (CHEN, ZHOU, HE):
        card = lists.act(union, chair, "approve", LIST, revision)
    assert (PEOPLE - 1, (PEOPLE - 1) * GRANT_FEN) == (card.line.people, card.line.sum_fen)
    assert [("户2", ("not_the_standard",))] == [
        (one.household_name, one.guards) for one in lists.items(union, "struck")
    ]
    assert [] == lists.faults(union)


def test_when_nobody_is_left_it_is_not_approved(union: Database) -> None:
    revision = lists.submitted(union).line.revision
    for household_id in range(1, PEOPLE + 1):
        lists.change(union, household_id, state="EXIT_PUBLIC")
    for chair in (CHEN, ZHOU):
        lists.act(union, chair, "approve", LIST, revision)
    with pytest.raises(aid_refusals.BatchEmpty):
        lists.act(union, HE, "approve", LIST, revision)
    assert BatchState.TO_APPROVE == lists.card(union).line.state


def test_a_standard_changed_meanwhile_stops_it_until_it_is_recalculated(union: Database) -> None:
    card = lists.made(union)
    union.transact(
        lambda tx: standards.record(tx, union_id=ROOT, year=YEAR, kind=AidKind.SPRING, amount_fen=200_000)
    )
    with pytest.raises(aid_refusals.BatchOutdated):
        lists.act(union, WANG, "submit", LIST, card.line.revision)
    seen = lists.card(union)
    assert (True, True, False) == (seen.outdated, "reprice" in seen.may, "submit" in seen.may)
    card = lists.act(union, WANG, "reprice", LIST, card.line.revision)
    assert PEOPLE * 200_000 == card.line.sum_fen
    lists.act(union, WANG, "submit", LIST, card.line.revision)


def test_a_standard_set_since_goes_before_the_amount_a_list_was_made_with(union: Database) -> None:
    card = lists.made(union, kind=AidKind.WARMTH, amount_fen=50_000)
    union.transact(
        lambda tx: standards.record(tx, union_id=ROOT, year=YEAR, kind=AidKind.WARMTH, amount_fen=80_000)
    )
    assert lists.card(union).outdated
    card = lists.act(union, WANG, "reprice", LIST, card.line.revision)
    assert (PEOPLE * 80_000, False) == (card.line.sum_fen, card.outdated)


def test_a_standard_taken_back_leaves_nothing_to_recalculate_by(union: Database) -> None:
    card = lists.made(union)
    union.transact(lambda tx: standards.record(tx, union_id=ROOT, year=YEAR, kind=AidKind.SPRING))
    assert lists.card(union).outdated
    with pytest.raises(aid_refusals.NoStandard):
        lists.act(union, WANG, "reprice", LIST, card.line.revision)


def test_a_standard_changed_while_the_chairs_decide_stops_the_last_of_them(union: Database) -> None:
    revision = lists.submitted(union).line.revision
    for chair in (CHEN, ZHOU):
        lists.act(union, chair, "approve", LIST, revision)
    union.transact(
        lambda tx: standards.record(tx, union_id=ROOT, year=YEAR, kind=AidKind.SPRING, amount_fen=200_000)
    )
    with pytest.raises(aid_refusals.BatchOutdated):
        lists.act(union, HE, "approve", LIST, revision)
    assert (5_000_000, 0) == lists.balance(union)


# --- the money ---


def test_a_budget_too_small_stops_the_last_approval_and_promises_nothing(database: Database) -> None:
    database.transact(lists.found, PEOPLE, budget_fen=PEOPLE * GRANT_FEN - 1)
    card = lists.submitted(database)
    assert isinstance(card.money, aid_refusals.OverBudget)
    for chair in (CHEN, ZHOU):
        lists.act(database, chair, "approve", LIST, card.line.revision)
    with pytest.raises(aid_refusals.OverBudget):
        lists.act(database, HE, "approve", LIST, card.line.revision)
    assert 0 == lists.balance(database)[1]
    database.transact(
        lambda tx: budget.set_budget(tx, union_id=ROOT, year=YEAR, amount_fen=PEOPLE * GRANT_FEN)
    )
    assert BatchState.APPROVED == lists.act(database, HE, "approve", LIST, card.line.revision).line.state


def test_a_sum_over_the_balance_stops_the_last_approval(database: Database) -> None:
    many = 5_000_000 // GRANT_FEN + 1
    database.transact(lists.found, many, budget_fen=10_000_000)
    revision = lists.submitted(database).line.revision
    for chair in (CHEN, ZHOU):
        lists.act(database, chair, "approve", LIST, revision)
    with pytest.raises(aid_refusals.OverBalance):
        lists.act(database, HE, "approve", LIST, revision)
    assert [] == lists.faults(database)


def test_money_from_elsewhere_asks_nothing_of_the_fund(database: Database) -> None:
    database.transact(lists.found, PEOPLE, budget_fen=1)
    card = lists.approved(database, source="DONATION")
    assert (BatchState.APPROVED, None) == (card.line.state, card.available_fen)
    assert (5_000_000, 0) == lists.balance(database)


def test_three_chairs_at_once_promise_the_money_once(
    union: Database, open_again: Callable[[], Database]
) -> None:
    revision = lists.submitted(union).line.revision
    chairs = {CHEN: union, ZHOU: open_again(), HE: open_again()}
    barrier = Barrier(len(chairs))

    def approve(chair: int) -> None:
        barrier.wait()
        lists.act(chairs[chair], chair, "approve", LIST, revision)

    with ThreadPoolExecutor(len(chairs)) as pool:
        list(pool.map(approve, chairs))
    card = lists.card(union)
    assert (BatchState.APPROVED, 3) == (card.line.state, len(card.approvals))
    assert (5_000_000, PEOPLE * GRANT_FEN) == lists.balance(union)
    assert [] == lists.faults(union)


def test_two_lists_at_once_do_not_promise_the_same_money(
    database: Database, open_again: Callable[[], Database]
) -> None:
    database.transact(lists.found, 1, budget_fen=GRANT_FEN)
    wanted = {"first": AidKind.SPRING, "second": AidKind.ANNUAL}
    for name, kind in wanted.items():
        lists.submitted(database, name, kind=kind)
    ways = {"first": database, "second": open_again()}
    barrier = Barrier(len(ways))

    def approve(name: str) -> str:
        barrier.wait()
        try:
            return str(lists.act(ways[name], CHEN, "approve", name, 1).line.state)
        except aid_refusals.OverBudget:
            return "refused"

    with ThreadPoolExecutor(len(ways)) as pool:
        assert ["APPROVED", "refused"] == sorted(pool.map(approve, ways))
    assert [] == lists.faults(database)


# --- withdrawn ---


def test_withdrawn_while_it_is_made_the_beat_goes_no_further(
    union: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "AT_ONCE", 1)
    union.transact(lists.begin)
    union.transact(batches.work)
    lists.act(union, WANG, "withdraw", LIST)
    assert 0 == lists.work(union)
    assert 1 == lists.count(union, lists.AID, lists.AID.c.state == AidState.WITHDRAWN)
    assert PEOPLE == lists.made(union, "second").line.people


@pytest.mark.parametrize("name", ["made", "submitted", "approved"])
def test_withdrawn_before_it_is_paid_it_leaves_nothing_behind(union: Database, name: str) -> None:
    getattr(lists, name)(union)
    for _ in range(2):
        card = lists.act(union, WANG, "withdraw", LIST, "不办了")
    assert BatchState.WITHDRAWN == card.line.state
    assert (5_000_000, 0) == lists.balance(union)
    assert PEOPLE == lists.count(union, lists.AID, lists.AID.c.state == AidState.WITHDRAWN)
    assert [] == lists.faults(union)
    assert 0 == sum(_reserved(union))


def _reserved(database: Database) -> list[Any]:
    years = lists.YEARS
    return list(
        database.transact(
            lambda tx: list(tx.connection.scalars(years.select().with_only_columns(years.c.reserved_fen)))
        )
    )


def test_once_it_is_being_paid_it_is_not_withdrawn(union: Database) -> None:
    lists.confirmed(union)
    with pytest.raises(aid_refusals.BatchNotReady):
        lists.act(union, WANG, "withdraw", LIST)


def test_a_forgotten_list_id_is_not_found(embedded: Database) -> None:
    for name, args in (("submit", (1,)), ("approve", (1,)), ("withdraw", ())):
        with pytest.raises(errors.NotFound):
            lists.act(embedded, CHEN, name, "nowhere", *args)


def test_every_act_answers_with_what_may_be_done_next(embedded: Database) -> None:
    lists.made(embedded)
    assert {"strike", "restore", "submit", "withdraw"} == lists.card(embedded).may
    assert "submit" in lists.card(embedded, person_id=CHEN).may
    lists.act(embedded, WANG, "submit", LIST, 1)
    assert {"approve", "return", "refuse", "withdraw"} == lists.card(embedded, person_id=CHEN).may
    assert {"withdraw"} == lists.card(embedded).may
    assert frozenset() == lists.card(embedded, person_id=casework.SUN).may
    assert batches.KINDS[0] == AidKind.SPRING
