"""Who sees which aid, and how much of it: by scope and by role; every look is audited."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select, update

from storage import errors
from storage.aid_codes import AidAct, AidKind, AidState
from storage.asking import proposals
from storage.casebook import aid_views
from storage.codes import Role
from storage.columns import table_of
from storage.deciding import approvals
from storage.members import people
from storage.tables.audit import AuditEntry
from storage.tables.dossiers import Household
from tests.storage import casework
from tests.storage.aid import asking
from tests.storage.aid.asking import ELSEWHERE, HOME, TODAY, ask, said, stands, who
from tests.storage.batches import lists

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.casebook.aid_views import AidCard, AidLine
    from storage.database import Database, Transaction
    from tests.clock import FakeClock

ZHANG, LI, WANG, CHEN, QIAN, SUN = (
    casework.ZHANG,
    casework.LI,
    casework.WANG,
    casework.CHEN,
    casework.QIAN,
    casework.SUN,
)
PHOTO = {"file_id": "f1", "unique_id": "u1"}
STATES = tuple(AidState)


@pytest.fixture
def union(sqlite_database: Database) -> Database:
    sqlite_database.transact(asking.found)
    return sqlite_database


def card(tx: Transaction, number: int, aid_id: str = "a1") -> AidCard:
    return aid_views.card(tx, who(tx, number), aid_id)


def in_state(tx: Transaction, number: int, *states: AidState) -> list[str]:
    return [one.id for one in aid_views.in_state(tx, who(tx, number), states or STATES)]


def to_the_treasurer(tx: Transaction) -> None:
    ask(tx, answers=said(papers=[PHOTO]))
    approvals.review(tx, who(tx, WANG), "a1", 1)
    approvals.approve(tx, who(tx, CHEN), "a1", 1)


def test_a_card_tells_all_that_was_done_and_by_whom(database: Database) -> None:
    database.transact(asking.found)
    database.transact(to_the_treasurer)
    seen = database.transact(card, ZHANG)
    assert ("凤芳", "张东", "住院，家里没有收入", (PHOTO,)) == (
        seen.household_name,
        seen.proposer_name,
        seen.reason,
        seen.papers,
    )
    assert [("PROPOSED", "张东"), ("REVIEWED", "王芳"), ("APPROVED", "陈主席")] == [
        (one.act, one.person_name) for one in seen.steps
    ]
    assert [("陈主席", None)] == [(one.name, one.for_name) for one in seen.approvals]
    assert (1, 3, 200_000) == (seen.approvals_needed, seen.approvers_possible, seen.left_fen)


def test_a_card_says_what_the_rules_say_by_now(union: Database) -> None:
    union.transact(ask)
    union.transact(asking.now, state="MONITOR", last_visit_on=TODAY - timedelta(days=400))
    seen = union.transact(card, WANG)
    assert ["file_not_active"] == [one.slug for one in seen.verdict_refusals]
    assert ["no_recent_visit"] == [one.slug for one in seen.verdict_warnings]


def test_of_those_who_may_approve_the_proposer_is_none(union: Database) -> None:
    union.transact(ask, asking.WU)
    assert 2 == union.transact(card, WANG).approvers_possible


@pytest.mark.parametrize("number", [asking.HE, 20])
def test_aid_of_others_and_aid_that_is_none_look_alike(union: Database, number: int) -> None:
    union.transact(casework.person, 20, "郑管理", casework.ROOT, Role.ADMIN)
    union.transact(to_the_treasurer)
    for aid_id in ("a1", "none", ""):
        with pytest.raises(errors.NotFound) as refused:
            union.transact(card, number, aid_id)
        assert {"aid_id": aid_id} == refused.value.details
    assert [] == union.view(in_state, number)
    assert [] == union.view(lambda tx: aid_views.of_household(tx, who(tx, number), HOME))


def test_who_only_pays_sees_it_once_it_is_approved_and_never_why(union: Database) -> None:
    union.transact(ask, answers=said(papers=[PHOTO]))
    with pytest.raises(errors.NotFound):
        union.transact(card, QIAN)
    assert [] == union.view(in_state, QIAN)
    union.transact(reviewed)
    union.transact(lambda tx: approvals.approve(tx, who(tx, CHEN), "a1", 1))
    seen = union.transact(card, QIAN)
    assert ("", (), {}, None) == (seen.reason, seen.papers, seen.answers, seen.visit_id)
    assert {""} == {one.reason for one in seen.steps}
    assert ["a1"] == union.view(in_state, QIAN)


def reviewed(tx: Transaction) -> None:
    approvals.review(tx, who(tx, WANG), "a1", 1)


def test_a_treasurer_who_is_a_cadre_as_well_reads_as_a_cadre(union: Database) -> None:
    union.transact(asking.also, QIAN, casework.BRANCH, Role.CADRE)
    union.transact(ask)
    assert "住院，家里没有收入" == union.transact(card, QIAN).reason


def test_every_look_is_audited(union: Database) -> None:
    union.transact(ask)
    union.transact(card, SUN)
    entries = table_of(AuditEntry)
    looks = select(entries.c.person_id, entries.c.subject).where(entries.c.act == "aid.view")
    assert [(SUN, "BF-2017-000001")] == [
        tuple(one) for one in union.view(lambda tx: tx.connection.execute(looks).all())
    ]


def test_ones_own_proposals_are_listed_the_newest_first_as_long_as_one_sees_the_household(
    union: Database, clock: FakeClock
) -> None:
    def mine(tx: Transaction) -> list[AidLine]:
        return aid_views.mine(tx, who(tx, ZHANG))

    union.transact(ask)
    clock.advance(hours=1)
    union.transact(ask, ZHANG, "a2", HOME, said("MEDICAL"))
    union.transact(ask, LI, "a3", HOME, said("STUDY"))
    assert ["a2", "a1"] == [one.id for one in union.view(mine)]
    union.transact(asking.now, union_id=casework.OTHER_BRANCH)
    assert [] == union.view(mine)


def test_what_waits_longest_comes_first_page_by_page(union: Database, clock: FakeClock) -> None:
    for number, kind in enumerate(("LIVING", "MEDICAL", "STUDY"), start=1):
        union.transact(ask, ZHANG, f"a{number}", HOME, said(kind))
        clock.advance(hours=1)
    union.transact(lambda tx: proposals.amend(tx, who(tx, ZHANG), "a1", said(amount_fen=300_000)))
    assert ["a2", "a3", "a1"] == union.view(in_state, WANG, AidState.TO_REVIEW)

    def page(tx: Transaction) -> list[str]:
        lines = aid_views.in_state(tx, who(tx, WANG), [AidState.TO_REVIEW], 2, 2)
        return [one.id for one in lines]

    assert ["a1"] == union.view(page)


def test_a_households_aid_is_listed_for_who_sees_it_lists_being_made_left_out(union: Database) -> None:
    union.transact(stands, "d1", AidKind.SPRING, AidState.DRAFT)
    union.transact(stands, "e1", AidKind.MEDICAL, AidState.PAID, household_id=ELSEWHERE)
    union.transact(ask)

    def of(tx: Transaction, number: int, household_id: int = HOME) -> list[str]:
        return [one.id for one in aid_views.of_household(tx, who(tx, number), household_id)]

    assert (["a1"], [], ["e1"]) == (
        union.view(of, ZHANG),
        union.view(of, ZHANG, ELSEWHERE),
        union.view(of, QIAN, ELSEWHERE),
    )


@pytest.mark.parametrize(
    ("state", "index"),
    [
        (AidState.TO_APPROVE, "ix_aid_waiting"),
        (AidState.APPROVED, "ix_aid_to_pay"),
        (AidState.RETURNED, "ix_aid_returned"),
    ],
)
def test_a_list_walks_an_index_in_its_order(union: Database, state: AidState, index: str) -> None:
    plans: list[str] = []

    def explain(
        connection: Connection, _cursor: object, statement: str, given: tuple[object, ...], *_rest: object
    ) -> None:
        if statement.startswith("SELECT aid.id"):
            cursor = connection.connection.cursor()
            plans.extend(str(row[3]) for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given))

    event.listen(union.engine, "before_cursor_execute", explain)
    union.transact(in_state, WANG, state)
    event.remove(union.engine, "before_cursor_execute", explain)
    assert f"SCAN aid USING INDEX {index}" == plans[0]
    assert not any("TEMP B-TREE FOR ORDER BY" == one for one in plans)


def test_what_waits_for_nobody_does_not_stand_among_what_waits(union: Database) -> None:
    for number, state in enumerate((AidState.REFUSED, AidState.PAID, AidState.WITHDRAWN)):
        union.transact(stands, f"s{number}", AidKind.MEDICAL, state)
    union.transact(ask)
    assert ["a1"] == union.view(in_state, WANG)


def test_why_a_list_kept_the_households_that_a_rule_marked_stands_with_those_alone(
    sqlite_database: Database,
) -> None:
    sqlite_database.transact(lists.found, 3)
    homes = table_of(Household)
    unseen = update(homes).where(homes.c.id == 2).values(last_visit_on=None)
    sqlite_database.transact(lambda tx: tx.connection.execute(unseen))
    revision = lists.made(sqlite_database).line.revision
    lists.act(sqlite_database, lists.WANG, "submit", lists.LIST, revision, "春节前统一走访")

    def trail(aid_id: str) -> list[tuple[AidAct, str, str]]:
        person = sqlite_database.view(people.get, lists.WANG)
        card = sqlite_database.transact(aid_views.card, person, aid_id)
        return [(one.act, one.guard, one.reason) for one in card.steps]

    marked, *others = sorted(lists.items(sqlite_database), key=lambda one: one.household_id != 2)
    expected = [
        (AidAct.OVERRIDE, "no_recent_visit", "春节前统一走访"),
        (AidAct.PROPOSED, "", "春节前统一走访"),
    ]
    assert expected == trail(marked.aid_id)
    for one in others:
        assert [(AidAct.PROPOSED, "", "")] == trail(one.aid_id)
