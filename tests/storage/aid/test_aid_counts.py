"""How much waits where: for whoever may see it, as it is listed, and read from the indexes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event

from storage.aid_codes import AidState
from storage.casebook import aid_counts, aid_views
from storage.deciding import approvals
from tests.storage import casework
from tests.storage.aid import asking
from tests.storage.aid.asking import HE, ask, who

if TYPE_CHECKING:
    from storage.database import Database, Transaction

ZHANG, WANG, CHEN, QIAN = casework.ZHANG, casework.WANG, casework.CHEN, casework.QIAN


def counted(tx: Transaction, number: int) -> dict[AidState, int]:
    return aid_counts.by_state(tx, who(tx, number))


def listed(tx: Transaction, number: int) -> dict[AidState, int]:
    """The same, one by one."""
    lines = aid_views.in_state(tx, who(tx, number), set(AidState) - {AidState.PAID})
    return {state: sum(one.state == state for one in lines) for state in {one.state for one in lines}}


def some_aid(tx: Transaction) -> None:
    """One to review, one to approve, one approved, one given back."""
    for aid_id in ("a1", "a2", "a3", "a4"):
        ask(tx, aid_id=aid_id)
    officer = who(tx, WANG)
    for aid_id in ("a2", "a3"):
        approvals.review(tx, officer, aid_id, 1)
    approvals.approve(tx, who(tx, CHEN), "a3", 1)
    approvals.give_back(tx, officer, "a4", 1, "缺材料")


def test_each_state_is_counted_as_it_is_listed(database: Database) -> None:
    database.transact(asking.found)
    database.transact(some_aid)
    expected = {
        AidState.TO_REVIEW: 1,
        AidState.TO_APPROVE: 1,
        AidState.APPROVED: 1,
        AidState.RETURNED: 1,
    }
    for number in (ZHANG, WANG, CHEN):
        assert expected == database.transact(counted, number)
        assert expected == database.transact(listed, number)


def test_whoever_only_pays_counts_what_is_approved_and_others_nothing(database: Database) -> None:
    database.transact(asking.found)
    database.transact(some_aid)
    assert {AidState.APPROVED: 1} == database.transact(counted, QIAN)
    assert {} == database.transact(counted, HE)


def test_nothing_is_walked_but_what_waits(sqlite_database: Database) -> None:
    sqlite_database.transact(asking.found)
    statements: list[tuple[str, object]] = []
    event.listen(
        sqlite_database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, values, *_: statements.append((statement, values)),
    )
    sqlite_database.transact(counted, WANG)
    ((statement, values),) = [one for one in statements if "count(*)" in one[0]]
    with sqlite_database.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()  # type: ignore[arg-type]
    steps = [row.detail for row in plan if "aid" in row.detail.split()]
    assert steps
    assert all("INDEX ix_aid_" in one for one in steps), steps
