"""An emergency is approved at once by a chair, its money promised, its papers asked for and filed."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from storage import aid_refusals, errors
from storage.aid import aid_rows, aid_steps
from storage.aid_codes import AidAct, AidState, FundSource
from storage.asking import emergencies, proposals
from storage.asking.proposals import NewLead
from storage.casebook import aid_views
from storage.codes import FollowupKind, HouseholdState, Role
from storage.columns import table_of
from storage.due import followups, policies
from storage.households import dossiers
from storage.members import membership
from storage.money import fund, reserve
from storage.office import matters
from storage.office.matters import Matter, MatterStage
from storage.tables.office import Bulletin
from storage.telling import bulletins
from tests.storage import casework
from tests.storage.aid import asking, deciding
from tests.storage.aid.asking import ELSEWHERE, HOME, TODAY, YEAR, now, said, who

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.asking.proposals import AidReceipt
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

ZHANG, WANG, CHEN, QIAN = casework.ZHANG, casework.WANG, casework.CHEN, casework.QIAN
COMPANY = FundSource.COMPANY


@pytest.fixture
def union(sqlite_database: Database) -> Database:
    sqlite_database.transact(asking.found)
    return sqlite_database


def save(
    tx: Transaction,
    number: int = CHEN,
    aid_id: str = "e1",
    household_id: int | None = HOME,
    *,
    new: NewLead | None = None,
    source: FundSource = COMPANY,
    amount_fen: int = 800_000,
    reason: str = "昨夜失火",
) -> AidReceipt:
    return proposals.emergency(
        tx,
        who(tx, number),
        aid_id=aid_id,
        household_id=None if new else household_id,
        new=new,
        source=source,
        amount_fen=amount_fen,
        reason=reason,
    )


def file_papers(tx: Transaction, number: int = ZHANG, reason: str = "火灾证明、损失清单") -> AidReceipt:
    return proposals.file_papers(tx, who(tx, number), "e1", said(reason=reason))


def told(union: Database, slug: str) -> list[int]:
    rows = table_of(Bulletin)
    asked = select(rows.c.person_id).where(rows.c.slug == slug).order_by(rows.c.person_id)
    return union.view(lambda tx: list(tx.connection.scalars(asked)))


def overrides(union: Database) -> list[str]:
    card = union.transact(lambda tx: aid_views.card(tx, who(tx, casework.SUN), "e1"))
    return [one.guard for one in card.steps if one.act == AidAct.OVERRIDE]


def test_it_is_approved_at_once_its_money_promised_and_the_treasurer_told(database: Database) -> None:
    database.transact(asking.found)
    receipt = database.transact(save)
    assert (AidState.APPROVED, 1) == (receipt.state, receipt.needed)
    row = database.view(aid_rows.find, "e1")
    assert row is not None
    assert (True, TODAY + timedelta(days=30), None) == (row.is_emergency, row.file_by, row.filed_on)
    assert 800_000 == database.view(fund.balance, 1).reserved_fen
    assert 200_000 == database.view(fund.household_year, HOME, YEAR).cap_room_fen
    assert [QIAN] == told(database, "aid_emergency")
    assert [WANG] == told(database, "aid_emergency_papers")


def test_every_rule_it_goes_beyond_is_named(union: Database) -> None:
    union.transact(now, state="MONITOR", last_visit_on=None)
    union.transact(save, amount_fen=1_200_000)
    assert ["file_not_active", "above_band", "over_cap", "no_recent_visit"] == overrides(union)


def test_what_goes_beyond_nothing_names_nothing(union: Database) -> None:
    union.transact(save, amount_fen=300_000)
    assert [] == overrides(union)


@pytest.mark.parametrize("number", [ZHANG, WANG, QIAN, casework.SUN])
def test_only_a_chair_has_it(union: Database, number: int) -> None:
    with pytest.raises(errors.NotAllowed):
        union.transact(save, number)


def test_a_chair_of_one_branch_has_it_there_alone(union: Database) -> None:
    union.transact(asking.also, asking.HE, casework.OTHER_BRANCH, Role.CHAIR)
    with pytest.raises(errors.NotFound):
        union.transact(save, asking.HE)
    union.transact(asking.also, asking.HE, casework.BRANCH, Role.CADRE)
    with pytest.raises(errors.NotAllowed):
        union.transact(save, asking.HE)
    assert AidState.APPROVED == union.transact(save, asking.HE, "e2", ELSEWHERE).state


@pytest.mark.parametrize(
    "source", [one for one in FundSource if one not in {FundSource.COMPANY, FundSource.DONATION}]
)
def test_it_is_the_companys_or_donated_money(union: Database, source: FundSource) -> None:
    with pytest.raises(aid_refusals.EmergencySource):
        union.transact(save, source=source)


def test_donated_money_touches_no_fund(union: Database) -> None:
    union.transact(save, source=FundSource.DONATION, amount_fen=90_000_000)
    assert 0 == union.view(fund.balance, 1).reserved_fen


@pytest.mark.parametrize("amount_fen", [0, -1, 10**30])
def test_an_amount_that_is_none(union: Database, amount_fen: int) -> None:
    with pytest.raises(aid_refusals.BadAmount):
        union.transact(save, amount_fen=amount_fen)


def test_it_wants_a_reason(union: Database) -> None:
    with pytest.raises(aid_refusals.ReasonMissing):
        union.transact(save, reason=" \u200b ")


def test_the_fund_and_the_budget_hold_even_then(union: Database) -> None:
    union.transact(reserve.reserve, 1, 3_000_000, YEAR)
    with pytest.raises(aid_refusals.OverBudget):
        union.transact(save, amount_fen=1_000_001)
    with pytest.raises(aid_refusals.OverBudget):
        union.transact(save, new=NewLead("钱八", casework.BRANCH), amount_fen=1_000_001)
    count = select(func.count()).select_from(dossiers.HOUSEHOLDS)
    assert 2 == union.view(lambda tx: tx.connection.scalar(count))
    assert AidState.APPROVED == union.transact(save, amount_fen=1_000_000).state


def test_a_closed_file_gets_nothing(union: Database) -> None:
    union.transact(now, state="CLOSED", closed_on=TODAY)
    with pytest.raises(aid_refusals.FileNotActive):
        union.transact(save)


def test_twice_it_is_once(database: Database) -> None:
    database.transact(asking.found)
    new = NewLead("钱八", casework.BRANCH)
    first = database.transact(save, new=new)
    again = database.transact(save, new=new)
    assert (first, True) == (again, again.again)
    assert 800_000 == database.view(fund.balance, 1).reserved_fen
    assert ["XS-2017-000001"] == leads(database)


async def test_tapped_at_the_same_moment_it_is_still_one(
    database: Database, open_again: Callable[[], Database]
) -> None:
    database.transact(asking.found)
    twin = open_again()

    def new_lead(tx: Transaction) -> AidReceipt:
        return save(tx, new=NewLead("钱八", casework.BRANCH))

    receipts = await asyncio.gather(*(one.run(new_lead) for one in (database, twin, database, twin)))
    assert 1 == len({one.number for one in receipts})
    assert (1, 800_000) == (len(leads(database)), database.view(fund.balance, 1).reserved_fen)


async def test_two_emergencies_for_the_last_money_are_not_both_approved(
    database: Database, open_again: Callable[[], Database]
) -> None:
    database.transact(asking.found)
    database.transact(reserve.reserve, 1, 3_000_000, YEAR)
    twin = open_again()
    answered = await asyncio.gather(
        database.run(save, CHEN, "e1"), twin.run(save, asking.ZHOU, "e2"), return_exceptions=True
    )
    (refused,) = [one for one in answered if isinstance(one, Exception)]
    assert isinstance(refused, aid_refusals.OverBudget)
    assert {"left_fen": 200_000, "amount_fen": 800_000} == refused.details


def test_who_approved_it_is_not_asked_to_pay_it_and_who_can_bring_a_payer_about_is_told(
    union: Database,
) -> None:
    union.transact(asking.also, CHEN, casework.ROOT, Role.TREASURER)
    union.transact(save)
    assert [QIAN] == told(union, "aid_emergency")
    union.transact(lambda tx: membership.remove(tx, who(tx, admin(tx)), QIAN))
    union.transact(save, CHEN, "e2")
    assert [QIAN] == told(union, "aid_emergency")
    assert WANG in told(union, "aid_no_payer")


def admin(tx: Transaction) -> int:
    casework.person(tx, 30, "郑管理", casework.ROOT, Role.ADMIN)
    return 30


def leads(union: Database) -> list[str]:
    homes = dossiers.HOUSEHOLDS
    asked = select(homes.c.file_no).where(homes.c.state == HouseholdState.LEAD).order_by(homes.c.id)
    return union.view(lambda tx: list(tx.connection.scalars(asked)))


def test_anothers_emergency_is_not_ones_own(union: Database) -> None:
    union.transact(save)
    with pytest.raises(errors.NotFound):
        union.transact(save, asking.ZHOU)


def test_whoever_has_no_file_gets_one_as_a_lead_that_is_found_by_name(union: Database) -> None:
    receipt = union.transact(save, new=NewLead("  钱\u202e八 ", casework.BRANCH))
    row = union.view(aid_rows.find, receipt.id)
    assert row is not None
    assert ("钱八", HouseholdState.LEAD, casework.BRANCH) == (
        row.household_name.replace(" ", ""),
        row.household_state,
        row.union_id,
    )
    found = union.view(lambda tx: dossiers.search(tx, who(tx, ZHANG), "XS-2017-000001"))
    assert [row.household_id] == [one.id for one in found]


def test_what_a_lead_was_given_is_looked_after_as_any_other(union: Database) -> None:
    union.transact(save, new=NewLead("赵钢", casework.BRANCH))
    union.transact(deciding.pay, "e1")
    asked = [(one.kind, one.aid_id) for one in union.view(followups.due, date(2017, 12, 1))]
    assert [(FollowupKind.REVISIT, "e1")] == asked


def test_a_number_that_an_import_has_brought_in_is_passed_over(union: Database) -> None:
    union.transact(now, file_no="XS-2017-000001")
    union.transact(save, new=NewLead("钱八", casework.BRANCH))
    assert ["XS-2017-000002"] == leads(union)


@pytest.mark.parametrize(
    ("new", "refusal"),
    [
        (NewLead("", casework.BRANCH), errors.BadReason),
        (NewLead("\u200b", casework.BRANCH), errors.BadReason),
        (NewLead("长" * 61, casework.BRANCH), errors.BadReason),
        (NewLead("钱八", 999), errors.NotFound),
    ],
)
def test_a_lead_has_a_name_and_a_branch_in_sight(
    union: Database, new: NewLead, refusal: type[errors.Refused]
) -> None:
    with pytest.raises(refusal):
        union.transact(save, new=new)


def test_neither_a_household_nor_a_lead_is_nobody(union: Database) -> None:
    with pytest.raises(errors.NotFound):
        union.transact(save, household_id=None)


def test_whoever_decided_counts_as_its_approver(union: Database) -> None:
    union.transact(save)
    (given,) = union.view(lambda tx: aid_steps.approvals(tx, 1, aid_id="e1"))
    assert CHEN == given.person_id


def test_its_papers_are_filed_once_and_what_was_given_stays(union: Database) -> None:
    union.transact(save)
    union.transact(file_papers)
    row = union.view(aid_rows.find, "e1")
    assert row is not None
    assert (TODAY, "火灾证明、损失清单", 800_000) == (row.filed_on, row.reason, row.amount_fen)
    assert union.transact(file_papers, WANG, "另一份").again
    card = union.transact(lambda tx: aid_views.card(tx, who(tx, WANG), "e1"))
    assert 1 == sum(one.act == AidAct.FILED for one in card.steps)
    assert "火灾证明、损失清单" == card.reason


def test_the_chair_who_decided_and_who_only_pays_or_audits_file_no_papers(union: Database) -> None:
    union.transact(asking.also, CHEN, casework.BRANCH, Role.CADRE)
    union.transact(save)
    for number in (CHEN, QIAN, casework.SUN, asking.ZHOU):
        with pytest.raises(errors.NotAllowed):
            union.transact(file_papers, number)
    with pytest.raises(errors.NotFound):
        union.transact(file_papers, asking.HE)


def test_only_an_emergency_that_stands_wants_papers(union: Database) -> None:
    union.transact(asking.ask, ZHANG, "e1")
    with pytest.raises(aid_refusals.AidMoved):
        union.transact(file_papers)


def test_papers_want_a_reason(union: Database) -> None:
    union.transact(save)
    with pytest.raises(aid_refusals.ReasonMissing):
        union.transact(file_papers, ZHANG, " ")


def morning(union: Database, clock: FakeClock, day: date) -> None:
    clock.set(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))
    union.transact(matters.tell)


def test_missing_papers_are_asked_for_a_week_before_on_the_day_and_then_of_the_chair(
    union: Database, clock: FakeClock
) -> None:
    union.transact(save)
    due_on = TODAY + timedelta(days=30)
    for days in range(-30, 3):
        morning(union, clock, due_on + timedelta(days=days))
        if days == -8:
            assert [] == told(union, "papers_soon")
    assert [ZHANG, WANG] == told(union, "papers_soon")
    assert [ZHANG, WANG] == told(union, "papers_due")
    assert [WANG, CHEN, asking.ZHOU, asking.WU] == sorted(
        told(union, "papers_chair"), key=[WANG, CHEN, asking.ZHOU, asking.WU].index
    )


def test_once_they_are_filed_nobody_is_asked_and_what_was_not_told_yet_is_not_told(
    union: Database, clock: FakeClock
) -> None:
    union.transact(save)
    morning(union, clock, TODAY + timedelta(days=23))
    assert 1 == len(union.transact(bulletins.waiting, ZHANG))
    union.transact(file_papers)
    assert [] == union.transact(lambda tx: bulletins.waiting(tx, ZHANG))
    morning(union, clock, TODAY + timedelta(days=31))
    assert [] == told(union, "papers_chair")


def due_of(tx: Transaction, number: int) -> list[Matter]:
    return matters.due(tx, TODAY, person=who(tx, number))


def opened(tx: Transaction, number: int) -> Matter:
    return matters.get(tx, who(tx, number), "papers:e1")


def test_missing_papers_stand_in_the_lists_of_who_is_to_bring_them(union: Database) -> None:
    union.transact(save)
    for number in (ZHANG, WANG):
        (one,) = union.view(due_of, number)
        assert ("papers", "papers:e1", MatterStage.OPENS) == (one.kind, one.key, one.stage)
    assert [] == union.view(due_of, casework.LI)
    assert "papers:e1" == union.view(opened, ZHANG).key
    for number in (casework.LI, asking.HE):
        with pytest.raises(errors.NotFound):
            union.view(opened, number)


def test_a_union_sets_how_long_papers_may_take(union: Database) -> None:
    union.transact(lambda tx: policies.change(tx, who(tx, CHEN), casework.BRANCH, "aid.file_by", 10))
    union.transact(save)
    row = union.view(aid_rows.find, "e1")
    assert row is not None
    assert TODAY + timedelta(days=10) == row.file_by


def test_it_is_recorded_as_living_aid() -> None:
    assert "LIVING" == emergencies.KIND
