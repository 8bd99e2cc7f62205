"""How the databases find what is due among many: by their indexes, never by walking everything."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, insert, select, text

from storage.booking import aid
from storage.casebook import after_paying
from storage.codes import Role
from storage.columns import new_id, table_of
from storage.due import followups, policies, recounts
from storage.tables.aid import Aid
from storage.tables.dossiers import Household
from storage.tables.office import PolicyRow
from storage.tables.people import PersonRow, RoleRow, Union
from storage.tables.work import Followup
from storage.telling import hearers, notices, notices_plan
from tests.storage import casework

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database, Transaction
    from tests.clock import FakeClock

pytestmark = pytest.mark.slow

TODAY = date(2017, 9, 4)
BRANCHES = range(10, 110)
HOUSEHOLDS_OF_A_BRANCH = 30
CADRE = 50


def _insert(tx: Transaction, model: Any, rows: list[dict[str, Any]]) -> None:  # noqa: ANN401 - any table
    tx.connection.execute(insert(table_of(model)), rows)


@pytest.fixture
def large(database: Database) -> Database:
    """A hundred branches with thirty households each; one item in ten is open, each cadre was given one."""

    def fill(tx: Transaction) -> None:
        casework.found(tx)
        path = f"/{casework.ROOT}/"
        unions = [
            {"id": n, "parent_id": casework.ROOT, "name": f"分会{n}", "path": f"{path}{n}/"} for n in BRANCHES
        ]
        _insert(tx, Union, unions)
        cadre = {"state": "ACTIVE", "language": "zh"}
        people = [
            {**cadre, "id": n, "union_id": n, "name": f"干部{n}", "telegram_id": 9000 + n} for n in BRANCHES
        ]
        _insert(tx, PersonRow, people)
        _insert(tx, RoleRow, [{"person_id": n, "role": Role.CADRE, "union_id": n} for n in BRANCHES])
        numbers = range(1, len(BRANCHES) * HOUSEHOLDS_OF_A_BRANCH + 1)
        _insert(tx, Household, [_file(n) for n in numbers])
        _insert(tx, Followup, [_item(tx, n) for n in numbers])
        rule = {"key": "window", "set_by": casework.WANG, "set_at": tx.now}
        _insert(tx, PolicyRow, [{**rule, "union_id": n, "value": 5} for n in BRANCHES])

    database.transact(fill)
    database.transact(run, "ANALYZE")
    return database


def run(tx: Transaction, statement: str) -> None:
    tx.connection.execute(text(statement))


def _file(number: int) -> dict[str, Any]:
    union_id = BRANCHES[(number - 1) // HOUSEHOLDS_OF_A_BRANCH]
    return {
        "id": number,
        "file_no": f"K{number:06d}",
        "union_id": union_id,
        "name": "户",
        "state": "ACTIVE",
        "category": "SPECIAL",
        "main_cause": "OTHER",
        "other_causes": [],
        "liaison_id": union_id,
        "opened_on": date(2017, 1, 10),
        "missed_visits": 0,
    }


def _item(tx: Transaction, number: int) -> dict[str, Any]:
    due_on = TODAY + timedelta(days=number % 100 - 5)
    opens_on = due_on - timedelta(days=7)
    return {
        "household_id": number,
        "kind": "recheck",
        "round": 1,
        "opens_on": opens_on,
        "due_on": due_on,
        "ladder_from": due_on,
        "state": "OPEN" if number % 10 else "DONE",
        "next_stage": "opens",
        "next_stage_on": opens_on,
        "source": f"visit:{number}",
        "person_id": BRANCHES[number // HOUSEHOLDS_OF_A_BRANCH]
        if number % HOUSEHOLDS_OF_A_BRANCH == 1
        else None,
        "snoozes": 0,
        "turn": 0,
        "created_at": tx.now,
    }


def plans(database: Database, work: Callable[[Transaction], object], table: str) -> str:
    """How the database goes about the statements of some work that read a table."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:  # noqa: ANN401 - the driver's own
        sent.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    database.transact(work)
    event.remove(database.engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    reading = [one for one in sent if f"FROM {table}" in one[0] or f"JOIN {table}" in one[0]]
    assert reading

    def ask(tx: Transaction) -> str:
        if not database.is_sqlite:
            # So few rows PostgreSQL reads through; asked not to, it shows which index it has for many.
            run(tx, "SET LOCAL enable_seqscan = off")
        rows = [
            row for one, values in reading for row in tx.connection.exec_driver_sql(explain + one, values)
        ]
        return "\n".join(str(row[-1]) for row in rows)

    return database.transact(ask)


def walks_all(plan: str, table: str) -> list[str]:
    return [line for line in plan.splitlines() if f"SCAN {table}" in line or f"Seq Scan on {table}" in line]


def test_a_cadres_list_is_found_by_their_households_and_by_what_they_were_given(large: Database) -> None:
    plan = plans(large, lambda tx: followups.due(tx, TODAY, assignee_id=CADRE), "followups")
    assert [] == walks_all(plan, "followups") + walks_all(plan, "households")
    for index in ("ix_households_liaison", "ix_followups_household", "ix_followups_person_id"):
        assert index in plan, plan
    for index in ("ix_followups_due", "ix_followups_next_stage"):
        assert index not in plan, plan


def test_a_households_items_are_found_by_the_household(large: Database) -> None:
    plan = plans(large, lambda tx: followups.due(tx, TODAY, household_id=77), "followups")
    assert "ix_followups_household" in plan or "uq_followups_open" in plan
    assert [] == walks_all(plan, "followups")


def test_a_beat_finds_what_is_reached_by_its_own_index(large: Database) -> None:
    large.transact(run, "UPDATE followups SET next_stage_on = '2018-01-01'")
    large.transact(run, "ANALYZE")
    plan = plans(large, notices_plan.plan, "followups")
    assert "ix_followups_next_stage" in plan
    assert [] == walks_all(plan, "followups") + walks_all(plan, "households") + walks_all(plan, "people")


def test_what_waits_for_a_person_is_found_by_the_person(large: Database) -> None:
    large.transact(notices_plan.plan)
    large.transact(run, "ANALYZE")

    def take(tx: Transaction) -> None:
        hearer = hearers.hold(tx, CADRE)
        assert hearer is not None
        notices.take(tx, hearer, TODAY)

    plan = plans(large, take, "notices")
    assert "ix_notices_waiting" in plan
    assert [] == walks_all(plan, "followups") + walks_all(plan, "households")


def test_a_unions_rules_are_found_by_the_union(large: Database) -> None:
    plan = plans(large, lambda tx: policies.of(tx, CADRE), "policies")
    assert [] == walks_all(plan, "unions")
    if large.is_sqlite:
        assert "ix_policies_union" in plan


def test_a_recount_walks_on_from_where_it_was(large: Database) -> None:
    large.transact(
        lambda tx: policies.change(tx, casework.get(tx, casework.WANG), casework.ROOT, "window", 6)
    )
    plan = plans(large, recounts.go_on, "households")
    assert [] == walks_all(plan, "followups")
    left = select(table_of(Household).c.id).where(table_of(Household).c.id > 1000).limit(1)
    assert 1001 == large.view(lambda tx: tx.connection.scalar(left))


def sent_by(database: Database, work: Callable[[Transaction], object]) -> list[str]:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    database.transact(work)
    event.remove(database.engine, "before_cursor_execute", note)
    return [one for one in sent if not one.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]


@pytest.fixture
def long_paid(large: Database) -> Database:
    """The same where everybody was paid two years ago, and one in a hundred is to be revisited."""

    def pay(tx: Transaction) -> None:
        ids = {number: new_id() for number in range(1, len(BRANCHES) * HOUSEHOLDS_OF_A_BRANCH + 1)}
        same = {"kind": "LIVING", "source": "DONATION", "for_year": 2015, "state": "PAID"}
        same |= {"amount_fen": 100_000, "paid_fen": 100_000, "recorded_at": tx.now}
        rows = [
            {
                **same,
                "id": one,
                "number": f"BF-2015-{number:06d}",
                "household_id": number,
                "paid_on": date(2015, 1, 1) + timedelta(days=number % 300),
            }
            for number, one in ids.items()
        ]
        _insert(tx, Aid, rows)
        revisit = {"kind": "revisit", "state": "OPEN"}
        chosen = [number for number in ids if number % 100 == 1]
        _insert(tx, Followup, [{**_item(tx, number), **revisit, "aid_id": ids[number]} for number in chosen])

    large.transact(pay)
    large.transact(run, "ANALYZE")
    return large


@pytest.mark.parametrize(
    "work",
    [
        lambda tx: aid.to_revisit(tx, casework.get(tx, casework.WANG)),
        lambda tx: after_paying.to_revisit(tx, casework.get(tx, casework.WANG), 9),
        lambda tx: after_paying.to_revisit_count(tx, casework.get(tx, casework.WANG)),
    ],
    ids=["choose", "list", "count"],
)
def test_what_is_to_be_revisited_is_found_by_the_aid_and_never_by_the_households(
    long_paid: Database, work: Callable[[Transaction], object]
) -> None:
    plan = plans(long_paid, work, "followups")
    assert "ix_followups_aid_id" in plan, plan
    for index in ("ix_followups_due", "ix_followups_next_stage", "uq_followups_open", "ix_households_union"):
        assert index not in plan, plan
    assert [] == [line for table in ("followups", "households", "aid") for line in walks_all(plan, table)]


def test_what_is_finished_is_read_from_the_newest_payment_on(long_paid: Database) -> None:
    plan = plans(long_paid, lambda tx: after_paying.finished(tx, casework.get(tx, casework.WANG), 9), "aid")
    assert "ix_aid_paid" in plan, plan
    assert [] == [line for table in ("followups", "households", "aid") for line in walks_all(plan, table)]
    if long_paid.is_sqlite:
        # Only those of one day are put in order.
        assert 1 == plan.count("USE TEMP B-TREE FOR RIGHT PART OF ORDER BY") + plan.count(
            "LAST TERM OF ORDER BY"
        )


def test_what_a_chair_hears_of_a_hundred_branches_takes_a_handful_of_statements(
    large: Database, clock: FakeClock
) -> None:
    clock.advance(days=30)
    planned = [len(sent_by(large, notices_plan.plan))]
    while large.transact(notices_plan.plan):
        pass
    heard: list[notices.Line] = []

    def take(tx: Transaction) -> None:
        hearer = hearers.hold(tx, casework.CHEN)
        assert hearer is not None
        heard.extend(notices.take(tx, hearer, tx.today))

    taken = len(sent_by(large, take))
    assert len({line.item.household.union_id for line in heard}) > 20
    assert planned[0] <= 8
    assert taken <= 9
