"""The year's plan: drafted from what was spent, adopted by somebody else, revised for a reason."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from storage import aid_refusals, audit, errors
from storage.aid_codes import AidKind, AidState, BudgetState, FundSource, IncomeKind
from storage.budgets import budget_alarms, budgets
from storage.codes import Category, Role
from storage.columns import new_id, table_of
from storage.money import budget, reserve, standards
from storage.tables.aid import Aid
from storage.tables.office import Absence, Bulletin
from storage.tables.people import RoleRow
from tests.storage import casework, paid
from tests.storage.casework import CHEN, QIAN, ROOT, SUN, WANG, ZHANG

if TYPE_CHECKING:
    from storage.budgets.plan import Plan
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

YEAR = 2017
ZHOU = 11
BULLETINS = table_of(Bulletin)


@pytest.fixture
def union(database: Database) -> Database:
    """Two households; 2016 spent 4,000 of the fund in three times; nothing planned yet."""
    database.transact(_found)
    return database


@pytest.fixture
def embedded(sqlite_database: Database) -> Database:
    """For what need not be tried twice."""
    sqlite_database.transact(_found)
    return sqlite_database


def _found(tx: Transaction) -> None:
    casework.found(tx)
    casework.person(tx, ZHOU, "周副主席", ROOT, Role.CHAIR)
    for number in (1, 2):
        casework.household(tx, number, category="LONG")
    paid.record_income(
        tx,
        union_id=ROOT,
        income_kind=IncomeKind.CARRY_OVER,
        amount_fen=5_000_000,
        happened_on=date(2016, 1, 5),
        request_id="opening",
    )
    standards.record(tx, union_id=ROOT, year=YEAR, kind=AidKind.SPRING, amount_fen=150_000)
    for household_id, kind, fen in (
        (1, AidKind.LIVING, 150_000),
        (1, AidKind.LIVING, 150_000),
        (2, AidKind.SPRING, 100_000),
    ):
        pay(tx, household_id, kind, fen, date(2016, 2, 1))
    pay(tx, 2, AidKind.MEDICAL, 900_000, date(2016, 3, 1), source=FundSource.CITY_UNION)


def pay(
    tx: Transaction,
    household_id: int,
    kind: AidKind,
    fen: int,
    paid_on: date,
    source: FundSource = FundSource.COMPANY,
) -> None:
    """Record aid that was paid."""
    paid.record(
        tx,
        aid_id=new_id(),
        household_id=household_id,
        kind=kind,
        source=source,
        amount_fen=fen,
        paid_on=paid_on,
    )


def act(database: Database, person_id: int, name: str, *args: object, **more: object) -> Any:  # noqa: ANN401
    """Let somebody do something with the plan of the year."""
    return database.transact(
        lambda tx: getattr(budgets, name)(tx, casework.get(tx, person_id), YEAR, *args, **more)
    )


def adopted(database: Database) -> Plan:
    """A plan of 4,000 that holds."""
    draft: Plan = act(database, WANG, "draft")
    act(database, WANG, "submit", draft.revision)
    plan: Plan = act(database, CHEN, "adopt", draft.revision)
    return plan


def held(database: Database) -> int | None:
    """The budget that holds."""
    return database.transact(budget.amount_of, ROOT, YEAR)


def told(database: Database, slug: str) -> list[int]:
    """Who was posted a bulletin of that name, each time."""
    asked = select(BULLETINS.c.person_id).where(BULLETINS.c.slug == slug).order_by(BULLETINS.c.id)
    return database.transact(lambda tx: list(tx.connection.scalars(asked)))


# --- drafted ---


def test_a_draft_shows_what_the_year_before_spent_line_by_line(union: Database) -> None:
    draft = act(union, WANG, "draft")
    lines = {one.kind: (one.times, one.households, one.actual_fen, one.planned_fen) for one in draft.lines}
    assert (2, 1, 300_000, 300_000) == lines[AidKind.LIVING]
    assert (1, 1, 100_000, 100_000) == lines[AidKind.SPRING]
    assert (0, 0, 0, None) == lines[AidKind.MEDICAL]
    assert (400_000, 400_000, 2016, None) == (
        draft.amount_fen,
        draft.basis_fen,
        draft.basis_year,
        draft.before_fen,
    )
    assert AidKind.JINQIU not in lines


def test_a_yearly_kind_says_what_everybody_on_file_would_need(union: Database) -> None:
    needs = {one.kind: one.need_fen for one in act(union, WANG, "draft").lines}
    assert (2 * 150_000, 2 * 100_000, None) == (
        needs[AidKind.SPRING],
        needs[AidKind.ANNUAL],
        needs[AidKind.LIVING],
    )
    union.transact(
        lambda tx: standards.record(
            tx, union_id=ROOT, year=YEAR, kind=AidKind.SPRING, category=Category.LONG, amount_fen=1
        )
    )
    needs = {one.kind: one.need_fen for one in act(union, WANG, "plan").lines}
    assert 2 == needs[AidKind.SPRING]


def test_a_draft_holds_nothing_until_it_is_adopted(union: Database) -> None:
    draft = act(union, WANG, "draft")
    act(union, WANG, "submit", draft.revision)
    assert held(union) is None
    plan = act(union, CHEN, "adopt", draft.revision)
    assert (BudgetState.ADOPTED, 400_000) == (plan.state, held(union))


def test_drafted_twice_it_is_one_draft(union: Database) -> None:
    first = act(union, WANG, "draft")
    assert first == act(union, WANG, "draft")
    assert 1 == len(act(union, WANG, "history"))


def test_what_holds_is_revised_with_a_reason_and_not_drafted_anew(union: Database) -> None:
    adopted(union)
    with pytest.raises(aid_refusals.BudgetHolds):
        act(union, WANG, "draft")


def test_lines_are_changed_while_it_is_a_draft_and_the_whole_follows(union: Database) -> None:
    draft = act(union, WANG, "draft")
    draft = act(union, WANG, "set_line", draft.revision, AidKind.MEDICAL, 250_000)
    draft = act(union, WANG, "set_rest", draft.revision, 50_000)
    assert (700_000, 50_000) == (draft.amount_fen, draft.rest_fen)
    act(union, WANG, "submit", draft.revision)
    for name, args in (("set_line", (AidKind.MEDICAL, 1)), ("set_rest", (1,))):
        with pytest.raises(aid_refusals.BudgetMoved):
            act(union, WANG, name, draft.revision, *args)


@pytest.mark.parametrize("fen", [-1, 10**12])
def test_a_line_is_an_amount_of_this_world(embedded: Database, fen: int) -> None:
    draft = act(embedded, WANG, "draft")
    with pytest.raises(errors.BadSum):
        act(embedded, WANG, "set_line", draft.revision, AidKind.MEDICAL, fen)


def test_money_that_is_not_the_funds_has_no_line(embedded: Database) -> None:
    draft = act(embedded, WANG, "draft")
    with pytest.raises(errors.NotFound):
        act(embedded, WANG, "set_line", draft.revision, AidKind.JINQIU, 1)


@pytest.mark.parametrize("year", [YEAR - 1, YEAR + 2])
def test_a_plan_is_made_for_this_year_or_the_next(embedded: Database, year: int) -> None:
    with pytest.raises(aid_refusals.BudgetYear):
        embedded.transact(lambda tx: budgets.draft(tx, casework.get(tx, WANG), year))


@pytest.mark.parametrize("person_id", [ZHANG, QIAN, SUN])
def test_only_officers_and_chairs_draft(embedded: Database, person_id: int) -> None:
    with pytest.raises(errors.NotAllowed):
        act(embedded, person_id, "draft")


# --- adopted ---


def test_nobody_adopts_what_they_drafted(union: Database) -> None:
    draft = act(union, CHEN, "draft")
    act(union, CHEN, "submit", draft.revision)
    assert "adopt" not in act(union, CHEN, "plan").may
    with pytest.raises(aid_refusals.OwnProposal):
        act(union, CHEN, "adopt", draft.revision)
    assert BudgetState.ADOPTED == act(union, ZHOU, "adopt", draft.revision).state


def test_nobody_adopts_a_plan_they_put_a_line_into(union: Database) -> None:
    draft = act(union, WANG, "draft")
    act(union, CHEN, "set_line", draft.revision, AidKind.MEDICAL, 1)
    act(union, WANG, "submit", draft.revision)
    with pytest.raises(aid_refusals.OwnProposal):
        act(union, CHEN, "adopt", draft.revision)


def test_an_officer_who_is_a_chair_too_does_not_adopt_the_own_draft(union: Database) -> None:
    role = {"person_id": WANG, "role": Role.CHAIR, "union_id": ROOT}
    union.transact(lambda tx: tx.connection.execute(insert(table_of(RoleRow)).values(**role)))
    draft = act(union, WANG, "draft")
    act(union, WANG, "submit", draft.revision)
    with pytest.raises(aid_refusals.OwnProposal):
        act(union, WANG, "adopt", draft.revision)


@pytest.mark.parametrize("person_id", [WANG, QIAN, SUN, ZHANG])
def test_only_a_chair_adopts(embedded: Database, person_id: int) -> None:
    draft = act(embedded, CHEN, "draft")
    act(embedded, CHEN, "submit", draft.revision)
    with pytest.raises(errors.NotAllowed):
        act(embedded, person_id, "adopt", draft.revision)


def test_whoever_acts_for_a_chair_adopts_in_their_place_and_never_for_the_drafter(union: Database) -> None:
    day = date(2017, 9, 4)
    away = {"from_on": day, "until_on": day, "created_by": CHEN, "may_approve": True}
    union.transact(
        lambda tx: tx.connection.execute(
            insert(table_of(Absence)).values(person_id=CHEN, substitute_id=ZHANG, created_at=tx.now, **away)
        )
    )
    draft = act(union, CHEN, "draft")
    act(union, CHEN, "submit", draft.revision)
    with pytest.raises(aid_refusals.OwnProposal):
        act(union, ZHANG, "adopt", draft.revision)
    act(union, WANG, "withdraw", draft.revision)
    draft = act(union, WANG, "draft")
    act(union, WANG, "submit", draft.revision)
    assert BudgetState.ADOPTED == act(union, ZHANG, "adopt", draft.revision).state
    told = union.transact(
        lambda tx: tx.connection.execute(
            select(audit.ENTRIES.c.person_id, audit.ENTRIES.c.details).where(
                audit.ENTRIES.c.act == "budget.adopt"
            )
        ).one()
    )
    assert (ZHANG, CHEN) == (told.person_id, told.details["in_place_of"])


def test_what_was_not_handed_in_is_not_adopted(union: Database) -> None:
    draft = act(union, WANG, "draft")
    with pytest.raises(aid_refusals.BudgetMoved):
        act(union, CHEN, "adopt", draft.revision)


def test_adopted_twice_it_holds_once(union: Database) -> None:
    plan = adopted(union)
    assert plan == act(union, CHEN, "adopt", plan.revision)
    assert [WANG, QIAN] == told(union, "budget_adopted")
    with pytest.raises(aid_refusals.BudgetMoved):
        act(union, ZHOU, "adopt", plan.revision)


def test_returned_it_is_another_revision_and_the_old_button_adopts_nothing(union: Database) -> None:
    draft = act(union, WANG, "draft")
    act(union, WANG, "submit", draft.revision)
    back = act(union, CHEN, "give_back", draft.revision, "医疗要留够")
    assert (draft.revision + 1, False, "医疗要留够") == (back.revision, back.is_waiting, back.decision)
    act(union, WANG, "set_line", back.revision, AidKind.MEDICAL, 900_000)
    act(union, WANG, "submit", back.revision)
    with pytest.raises(aid_refusals.BudgetMoved):
        act(union, CHEN, "adopt", draft.revision)
    assert [WANG] == told(union, "budget_returned")


def test_refused_it_is_over_and_another_may_be_drafted(union: Database) -> None:
    draft = act(union, WANG, "draft")
    act(union, WANG, "submit", draft.revision)
    refused = act(union, CHEN, "refuse", draft.revision, "太多")
    assert (BudgetState.REFUSED, "太多", "陈主席") == (
        refused.state,
        refused.decision,
        refused.decided_by_name,
    )
    assert draft.revision + 1 == act(union, WANG, "draft").revision
    assert held(union) is None


@pytest.mark.parametrize("name", ["give_back", "refuse"])
def test_sending_back_needs_a_reason(embedded: Database, name: str) -> None:
    draft = act(embedded, WANG, "draft")
    act(embedded, WANG, "submit", draft.revision)
    with pytest.raises(aid_refusals.ReasonMissing):
        act(embedded, CHEN, name, draft.revision, " ")


# --- revised ---


def test_a_revision_begins_with_what_holds_and_says_why(union: Database) -> None:
    adopted(union)
    draft = act(union, WANG, "revise", reason="新增两户大病")
    assert (400_000, 400_000, "新增两户大病") == (draft.amount_fen, draft.before_fen, draft.reason)
    draft = act(union, WANG, "set_line", draft.revision, AidKind.MEDICAL, 200_000)
    act(union, WANG, "submit", draft.revision)
    assert 400_000 == held(union)
    act(union, CHEN, "adopt", draft.revision)
    assert 600_000 == held(union)
    history = act(union, WANG, "history")
    assert [(2, 600_000, "新增两户大病"), (1, 400_000, "")] == [
        (one.revision, one.amount_fen, one.reason) for one in history
    ]


def test_a_revision_needs_a_reason_and_something_to_revise(union: Database) -> None:
    with pytest.raises(errors.NotFound):
        act(union, WANG, "revise", reason="新增")
    adopted(union)
    with pytest.raises(errors.BadReason):
        act(union, WANG, "revise", reason=" ")


def test_two_changes_are_not_drafted_at_once(embedded: Database) -> None:
    adopted(embedded)
    act(embedded, WANG, "revise", reason="新增")
    with pytest.raises(aid_refusals.BudgetDrafted):
        act(embedded, CHEN, "revise", reason="也要")
    with pytest.raises(aid_refusals.BudgetDrafted):
        act(embedded, CHEN, "top_up", source=FundSource.GROUP, amount_fen=1, reason="集团")


def test_a_top_up_names_its_source_and_raises_the_budget_once_adopted(union: Database) -> None:
    adopted(union)
    draft = act(union, WANG, "top_up", source=FundSource.GROUP, amount_fen=100_000, reason="集团追加")
    assert (500_000, FundSource.GROUP, True) == (draft.amount_fen, draft.source, draft.is_waiting)
    assert 400_000 == held(union)
    act(union, CHEN, "adopt", draft.revision)
    assert 500_000 == held(union)


@pytest.mark.parametrize("fen", [0, -5])
def test_a_top_up_is_more_than_nothing(embedded: Database, fen: int) -> None:
    adopted(embedded)
    with pytest.raises(errors.BadSum):
        act(embedded, WANG, "top_up", source=FundSource.GROUP, amount_fen=fen, reason="集团追加")


def test_a_budget_never_falls_below_what_is_paid_and_promised(union: Database) -> None:
    adopted(union)
    union.transact(lambda tx: pay(tx, 1, AidKind.LIVING, 100_000, date(YEAR, 3, 1)))
    union.transact(lambda tx: reserve.reserve(tx, ROOT, 150_000, YEAR))
    draft = act(union, WANG, "revise", reason="压缩")
    assert 250_000 == draft.promised_fen
    for kind in (AidKind.LIVING, AidKind.SPRING):
        draft = act(union, WANG, "set_line", draft.revision, kind, 0)
    draft = act(union, WANG, "set_rest", draft.revision, 249_999)
    with pytest.raises(aid_refusals.BudgetBelowPromised) as refused:
        act(union, WANG, "submit", draft.revision)
    assert 250_000 == refused.value.details["promised_fen"]
    draft = act(union, WANG, "set_rest", draft.revision, 250_000)
    act(union, WANG, "submit", draft.revision)
    union.transact(lambda tx: reserve.reserve(tx, ROOT, 1, YEAR))
    with pytest.raises(aid_refusals.BudgetBelowPromised):
        act(union, CHEN, "adopt", draft.revision)
    assert 400_000 == held(union)


def test_next_years_plan_holds_what_is_promised_for_that_year_already(union: Database) -> None:
    """A Spring Festival list is approved before the year begins, and so may its budget be."""
    aid = table_of(Aid)

    def through(tx: Transaction, rest_fen: int) -> Plan:
        officer, chair = casework.get(tx, WANG), casework.get(tx, CHEN)
        draft = budgets.draft(tx, officer, YEAR + 1)
        draft = budgets.set_rest(tx, officer, YEAR + 1, draft.revision, rest_fen)
        budgets.submit(tx, officer, YEAR + 1, draft.revision)
        return budgets.adopt(tx, chair, YEAR + 1, draft.revision)

    def promise(tx: Transaction) -> None:
        casework.payment(tx, 1, date(YEAR, 12, 23), aid_id="s1", kind=AidKind.SPRING, state=AidState.APPROVED)
        ahead = {"for_year": YEAR + 1, "source": FundSource.COMPANY, "amount_fen": 150_000, "paid_on": None}
        tx.connection.execute(update(aid).where(aid.c.id == "s1").values(**ahead))
        reserve.reserve(tx, ROOT, 150_000, YEAR + 1)

    union.transact(promise)
    with pytest.raises(aid_refusals.BudgetBelowPromised) as refused:
        union.transact(through, 149_999)
    assert 150_000 == refused.value.details["promised_fen"]
    assert 150_000 == union.transact(through, 150_000).promised_fen


def test_next_years_plan_is_not_bounded_by_this_years_promises(union: Database) -> None:
    union.transact(lambda tx: reserve.reserve(tx, ROOT, 150_000, YEAR))

    def through(tx: Transaction) -> Plan:
        officer, chair = casework.get(tx, WANG), casework.get(tx, CHEN)
        draft = budgets.draft(tx, officer, YEAR + 1)
        budgets.submit(tx, officer, YEAR + 1, draft.revision)
        return budgets.adopt(tx, chair, YEAR + 1, draft.revision)

    plan = union.transact(through)
    assert (0, BudgetState.ADOPTED) == (plan.amount_fen, plan.state)


def test_what_an_import_set_is_a_version_of_its_own(union: Database) -> None:
    union.transact(lambda tx: budget.set_budget(tx, union_id=ROOT, year=YEAR, amount_fen=777))
    (only,) = act(union, WANG, "history")
    assert (BudgetState.ADOPTED, 777, 777, None) == (
        only.state,
        only.amount_fen,
        only.rest_fen,
        only.decided_by_name,
    )


@pytest.mark.parametrize("person_id", [ZHANG])
def test_a_cadre_sees_no_plan(embedded: Database, person_id: int) -> None:
    adopted(embedded)
    for name in ("plan", "history"):
        with pytest.raises(errors.NotFound):
            act(embedded, person_id, name)


def test_auditor_and_treasurer_see_it_and_may_do_nothing(embedded: Database) -> None:
    act(embedded, WANG, "draft")
    for person_id in (SUN, QIAN):
        assert frozenset() == act(embedded, person_id, "plan").may


# --- alarms ---


def test_the_alarm_rings_once_at_each_part_and_again_after_a_revision(union: Database) -> None:
    adopted(union)
    everybody = {WANG, CHEN, ZHOU, QIAN}

    def spend(fen: int) -> None:
        union.transact(lambda tx: pay(tx, 1, AidKind.MEDICAL, fen, date(YEAR, 3, 1)))
        for _ in range(2):
            union.transact(budget_alarms.check, ROOT, YEAR)

    spend(319_999)
    assert [] == told(union, "budget_alarm")
    spend(1)
    assert everybody == set(told(union, "budget_alarm"))
    assert len(everybody) == len(told(union, "budget_alarm"))
    spend(80_000)
    assert everybody == set(told(union, "budget_alarm_full"))
    draft = act(union, WANG, "top_up", source=FundSource.GROUP, amount_fen=50_000, reason="集团追加")
    act(union, CHEN, "adopt", draft.revision)
    assert 2 * len(everybody) == len(told(union, "budget_alarm"))


def test_a_year_without_a_budget_or_a_payment_has_no_alarm(union: Database, clock: FakeClock) -> None:
    union.transact(budget_alarms.check_all)
    adopted(union)
    union.transact(budget_alarms.check_all)
    clock.advance(days=365)
    union.transact(budget_alarms.check_all)
    assert [] == told(union, "budget_alarm") + told(union, "budget_alarm_full")
