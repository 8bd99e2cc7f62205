"""A year of a fund as it is overseen: periods, entries, trails, exceptions, registers, what is public."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, update

from storage import audit, errors
from storage.aid_codes import AidAct, AidKind, EntryKind, FundSource, IncomeKind
from storage.columns import table_of
from storage.members import people
from storage.money import budget, fund
from storage.oversight import (
    entries,
    overrides,
    periods,
    publicity,
    reach,
    registers,
    trails,
    year_course,
)
from storage.tables.aid import AidStep
from storage.tables.people import RoleRow
from tests.storage import casework, paid

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from storage.members.people import Person

FUND = casework.ROOT
FIRST, LAST = date(2017, 1, 1), date(2017, 12, 31)


@pytest.fixture
def union(database: Database) -> Database:
    database.transact(casework.found)
    database.transact(lambda tx: casework.household(tx, 1, union_id=casework.OTHER_BRANCH))
    database.transact(lambda tx: casework.household(tx, 2, name="李*'=1"))
    database.transact(_a_year)
    return database


def _a_year(tx: Transaction) -> None:
    """In January 10,000 come; 3,000 and 1,000 are paid, one is taken back; 2,000 of other money in May."""
    budget.set_budget(tx, union_id=FUND, year=2017, amount_fen=400_000)
    paid.record_income(
        tx,
        union_id=FUND,
        income_kind=IncomeKind.UPPER,
        amount_fen=1_000_000,
        happened_on=date(2017, 1, 5),
        request_id="in",
        note="上级拨付",
        recorded_by=casework.QIAN,
    )
    _pay(tx, "a", 1, 300_000, date(2017, 1, 20))
    _pay(tx, "b", 2, 100_000, date(2017, 4, 1))
    _pay(tx, "c", 2, 200_000, date(2017, 5, 1), FundSource.CITY_UNION)
    _pay(tx, "job", 2, 0, date(2017, 5, 2), kind=AidKind.JOB)
    paid.take_back(tx, "b", happened_on=date(2017, 6, 1), reason="查出肺癌，发重了")


def _pay(
    tx: Transaction,
    aid_id: str,
    household_id: int,
    fen: int,
    on: date,
    source: FundSource = FundSource.COMPANY,
    kind: AidKind = AidKind.LIVING,
) -> None:
    paid.record(
        tx, aid_id=aid_id, household_id=household_id, kind=kind, source=source, amount_fen=fen, paid_on=on
    )


def someone(union: Database, number: int = casework.SUN) -> Person:
    return union.view(people.get, number)


def test_a_period_begins_with_what_was_there_and_ends_with_what_is(union: Database) -> None:
    months = [union.view(periods.month, casework.BRANCH, 2017, number) for number in range(1, 10)]
    assert [one.closing_fen for one in months[:-1]] == [one.opening_fen for one in months[1:]]
    january, april, june = months[0], months[3], months[5]
    assert (0, 1_000_000, 300_000, 700_000) == (
        january.opening_fen,
        january.income_fen,
        january.paid_fen,
        january.closing_fen,
    )
    assert (400_000, 400_000) == (april.budget_fen, april.budget_paid_fen)
    assert (100_000, 0, 700_000) == (june.returned_fen, june.paid_fen, june.closing_fen)
    assert "开远公司工会" == january.union_name


@pytest.mark.parametrize(("year", "month"), [(2017, 0), (2017, 13), (0, 1), (10_000, 1)])
def test_a_month_that_no_calendar_has_is_not_found(union: Database, year: int, month: int) -> None:
    with pytest.raises(errors.NotFound):
        union.view(periods.month, FUND, year, month)


def test_entries_say_who_stands_behind_them_and_reasons_of_aid_are_not_among_it(union: Database) -> None:
    person = someone(union, casework.ZHANG)
    rows = union.view(lambda tx: list(entries.of_days(tx, FUND, FIRST, LAST, person)))
    assert ["in", "a", "b", "b"] == [one.aid_id or "in" for one in rows]
    income, first, other, back = rows
    assert ("上级拨付", "钱会计") == (income.note, income.recorded_by)
    assert ("凤*", "热控分会", None) == (first.household, first.union_name, first.voucher_no)
    assert ("李*'=1", EntryKind.REVERSAL, None) == (other.household, back.kind, back.note)
    newest = union.view(lambda tx: entries.newest(tx, FUND, FIRST, LAST, person, limit=2, offset=1))
    assert [other.id, first.id] == [one.id for one in newest]


def test_approvals_are_those_of_the_present_revision_less_what_was_taken_back(union: Database) -> None:
    def decide(tx: Transaction) -> None:
        steps = [
            ("a", AidAct.APPROVED, casework.CHEN, 1),
            ("a", AidAct.APPROVED, casework.CHEN, 2),
            ("a", AidAct.APPROVED, casework.WANG, 2),
            ("a", AidAct.TAKEN_BACK, casework.WANG, 2),
            ("b", AidAct.EMERGENCY, casework.CHEN, 1),
        ]
        tx.connection.execute(
            insert(table_of(AidStep)),
            [
                {"aid_id": one, "act": act, "person_id": who, "revision": revision, "done_at": tx.now}
                for one, act, who, revision in steps
            ],
        )
        tx.connection.execute(update(fund.aid).where(fund.aid.c.id == "a").values(revision=2))

    union.transact(decide)
    found = union.view(entries.approvers, ["a", "b", "c"])
    assert {"a": ("陈主席",), "b": ("陈主席",), "c": ()} == found


def test_exceptions_are_told_with_their_reasons_only_to_those_who_see_the_household(union: Database) -> None:
    def exceed(tx: Transaction) -> None:
        tx.connection.execute(
            insert(table_of(AidStep)),
            [
                {
                    "aid_id": "a",
                    "act": AidAct.OVERRIDE,
                    "person_id": casework.WANG,
                    "for_person_id": casework.CHEN,
                    "guard": guard,
                    "reason": reason,
                    "revision": revision,
                    "done_at": tx.now,
                }
                for revision, guard, reason in (
                    (1, "over_cap", "失火"),
                    (1, "no_recent_visit", "住院"),
                    (2, "over_cap", "火灾"),
                )
            ],
        )

    union.transact(exceed)
    told = (("over_cap", "火灾"), ("no_recent_visit", "住院"))
    masked = (("over_cap", ""), ("no_recent_visit", ""))
    for who, name, rules in ((casework.SUN, "凤芳", told), (casework.ZHANG, "凤*", masked)):
        person = someone(union, who)
        (one,) = union.view(overrides.overrides, FUND, person, FIRST, LAST)
        assert ("王芳", "陈主席", rules, name, 300_000) == (
            one.person,
            one.for_person,
            one.rules,
            one.household,
            one.amount_fen,
        )
        assert [] == union.view(overrides.overrides, FUND, person, FIRST, LAST, offset=1)
    assert [] == union.view(overrides.overrides, FUND, None, date(2016, 1, 1), date(2016, 12, 31))


def test_a_trail_tells_of_looks_and_is_one_itself(union: Database) -> None:
    auditor = someone(union)
    ids = union.view(lambda tx: [one.id for one in entries.of_days(tx, FUND, FIRST, LAST, None)])
    for _ in range(2):
        found = union.transact(trails.of_entry, auditor, ids[1])
    assert found.card is not None
    assert ("凤芳", "BF-2017-000001") == (found.card.household_name, found.card.number)
    assert ["aid.view", "entry.view"] * 2 == [one.act for one in found.looks]
    assert 4 == found.looks_count
    assert [] == union.view(audit.check)
    income = union.transact(trails.of_entry, auditor, ids[0])
    assert (None, ()) == (income.card, income.revisits)


@pytest.mark.parametrize("who", [casework.ZHANG, casework.WANG, casework.QIAN])
def test_only_auditor_and_chair_oversee(union: Database, who: int) -> None:
    person = someone(union, who)
    with pytest.raises(errors.NotAllowed):
        union.transact(trails.of_entry, person, 1)
    with pytest.raises(errors.NotAllowed):
        union.transact(trails.of_aid, person, "a")
    with pytest.raises(errors.NotAllowed):
        union.transact(lambda tx: trails.month(tx, person, 2017, 1, limit=5, offset=0))


def test_what_is_made_public_adds_up_and_names_nobody(union: Database) -> None:
    def read(tx: Transaction) -> tuple[publicity.Notice, list[publicity.PublicLine]]:
        found = publicity.notice(tx, casework.BRANCH, 2017, 0)
        return found, list(publicity.lines(tx, found.period))

    found, lines = union.view(read)
    assert [("凤*", 300_000), ("李*", 200_000)] == sorted((one.name, one.fen) for one in lines)
    assert (300_000, 100_000) == (found.company_fen, found.undone_fen)
    assert [(AidKind.LIVING, 300_000), (AidKind.LIVING, 200_000), (AidKind.JOB, 0)] == [
        (one.kind, one.fen) for one in found.sums
    ]
    assert found.is_running


def test_a_notice_is_kept_once_with_the_chain_as_it_was(union: Database) -> None:
    officer = someone(union, casework.WANG)
    figures = union.transact(publicity.begin, officer, 2017, 1)
    for _ in range(2):
        union.transact(publicity.record, figures, "d" * 64)
    (kept,) = union.view(publicity.published, casework.OTHER_BRANCH)
    assert ("d" * 64, "王芳", 1) == (kept.digest, kept.person, kept.quarter)
    acts = union.view(lambda tx: list(tx.connection.scalars(select(audit.ENTRIES.c.act))))
    assert "notice.published" == acts[-1]


def test_the_course_of_a_year_is_that_of_its_entries(union: Database) -> None:
    found = union.view(year_course.course, casework.BRANCH, 2017)
    assert [
        (FIRST, 0, 0),
        (date(2017, 1, 5), 1_000_000, 0),
        (date(2017, 1, 20), 700_000, 300_000),
        (date(2017, 4, 1), 600_000, 400_000),
        (date(2017, 6, 1), 700_000, 300_000),
        (date(2017, 9, 4), 700_000, 300_000),
    ] == [(one.on, one.balance_fen, one.spent_fen) for one in found.days]
    assert (400_000, 80) == (found.budget_fen, found.alarm_percent)


def test_the_registers_hold_everything_of_the_year_and_of_the_branch_alone(union: Database) -> None:
    def read(tx: Transaction, union_id: int) -> tuple[list[str], list[str], list[tuple[str, ...]]]:
        return (
            [one.file_no for one in registers.files(tx, union_id, 2017)],
            [one.number for one in registers.visits(tx, union_id, 2017)],
            [(one.number, *one.approvers) for one in registers.given(tx, union_id, 2017)],
        )

    files, visits, given = union.view(read, FUND)
    assert (["K000001", "K000002"], []) == (files, visits)
    assert [("BF-2017-000001",), ("BF-2017-000002",)] == given[:2]
    assert ["K000001"] == union.view(read, casework.OTHER_BRANCH)[0]
    assert [] == list(union.view(lambda tx: list(registers.revisits(tx, FUND, 2017))))


def test_somebody_reports_of_the_uppermost_union_that_they_see_as_a_whole(union: Database) -> None:
    def also(tx: Transaction) -> None:
        tx.connection.execute(
            insert(table_of(RoleRow)).values(person_id=casework.ZHANG, role="cadre", union_id=FUND)
        )

    assert (FUND, casework.BRANCH) == (
        union.view(reach.whole, someone(union, casework.WANG)),
        union.view(reach.whole, someone(union, casework.ZHANG)),
    )
    union.transact(also)
    assert casework.BRANCH == union.view(reach.whole, someone(union, casework.ZHANG))
