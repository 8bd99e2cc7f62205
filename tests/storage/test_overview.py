"""A union's open work at a glance: counted as the list of what is due counts it, by few statements."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, insert, update

from storage.codes import FollowupKind, NoticeReason, Role, Stage
from storage.columns import table_of
from storage.due import followups, overview, overview_pick
from storage.due.overview import BranchLoad
from storage.due.overview_pick import Counts, Pick
from storage.tables.dossiers import Household
from storage.tables.office import Absence
from storage.tables.people import PersonRow
from storage.tables.work import Followup, Notice
from tests.storage import casework
from tests.storage.casework import BRANCH, CHEN, LI, OTHER_BRANCH, WANG, ZHANG

if TYPE_CHECKING:
    from storage.database import Database, Transaction
    from storage.due.overview import Overview, Share
    from tests.clock import FakeClock

MONDAY = date(2017, 9, 4)
PAGE = 10


@pytest.fixture(autouse=True)
def union(database: Database) -> None:
    database.transact(casework.found)


def item(
    tx: Transaction, /, number: int, due_in: int, *, household: int | None = None, **more: object
) -> int:
    """Make one open item of a household that has none yet, due in so many days and open for a week before."""
    columns = {name: more.pop(name) for name in ("union_id", "liaison_id", "paused_until") if name in more}
    if household is None:
        household = casework.household(tx, number, **columns)  # type: ignore[arg-type]  # the test names columns
    due_on = MONDAY + timedelta(days=due_in)
    values: dict[str, Any] = {
        "id": number,
        "household_id": household,
        "kind": FollowupKind.RECHECK,
        "opens_on": due_on - timedelta(days=7),
        "due_on": due_on,
        "ladder_from": due_on,
        "source": "opened",
        "created_at": tx.now,
    }
    tx.connection.execute(insert(table_of(Followup)).values(**{**values, **more}))
    return number


def notice(tx: Transaction, number: int, person_id: int, because: NoticeReason, *, turn: int = 0) -> None:
    """Have one item told to somebody."""
    found = table_of(Followup)
    due_on = tx.connection.execute(found.select().where(found.c.id == number)).one().due_on
    tx.connection.execute(
        insert(table_of(Notice)).values(
            followup_id=number,
            due_on=due_on,
            stage=Stage.OFFICER,
            turn=turn,
            person_id=person_id,
            because=because,
        )
    )


def seen(database: Database, person_id: int = WANG, *, page: int = 0, size: int = PAGE) -> Overview:
    return database.transact(
        lambda tx: overview.overview(tx, casework.get(tx, person_id), page=page, size=size)
    )


def picked(database: Database, pick: Pick, person_id: int = WANG, *, page: int = 0) -> list[int]:
    def read(tx: Transaction) -> list[int]:
        found, _ = overview_pick.items(tx, casework.get(tx, person_id), pick, page=page, size=PAGE)
        return [one.id for one in found]

    return database.transact(read)


def told(share: Share) -> tuple[str, str | None, Counts]:
    return share.union_name, share.owner_name, share.counts


def test_a_union_with_nothing_open_shows_nothing(database: Database) -> None:
    database.transact(item, 1, 80)
    assert (Counts(), ()) == (seen(database).total, seen(database).shares)
    assert () == database.transact(lambda tx: overview.load(tx, casework.get(tx, casework.SUN))).branches


def test_late_today_this_week_and_later_are_counted_by_branch_and_person(database: Database) -> None:
    def fill(tx: Transaction) -> None:
        for number, due_in in enumerate((-30, -1, 0, 6, 7), start=1):
            item(tx, number, due_in)
        item(tx, 6, -40, union_id=OTHER_BRANCH, liaison_id=LI)
        item(tx, 7, 3, liaison_id=LI)
        item(tx, 8, 20, liaison_id=LI)

    database.transact(fill)
    view = seen(database)
    assert Counts(late=3, today=1, week=2, later=1) == view.total
    assert [
        ("热控分会", "李梅", Counts(late=1)),
        ("机关分会", "张东", Counts(late=2, today=1, week=1, later=1)),
        ("机关分会", "李梅", Counts(week=1)),
    ] == [told(one) for one in view.shares]
    assert Counts(late=2, today=1, week=2, later=1) == view.shares[1].branch == view.shares[2].branch


def test_on_a_sunday_nothing_is_left_of_this_week(database: Database, clock: FakeClock) -> None:
    clock.advance(days=6)
    database.transact(item, 1, 7)
    assert Counts(later=1) == seen(database).total


def test_pages_go_on_where_the_last_one_ended_and_keep_the_totals(database: Database) -> None:
    def fill(tx: Transaction) -> None:
        for number in range(20, 27):
            casework.person(tx, number, f"干部{number}", BRANCH, Role.CADRE)
            item(tx, number, -number, liaison_id=number)

    database.transact(fill)
    pages = [seen(database, page=page, size=3) for page in range(4)]
    assert [3, 3, 1, 0] == [len(one.shares) for one in pages]
    assert [True, True, False, False] == [one.has_more for one in pages]
    assert [Counts(late=7)] * 3 == [one.total for one in pages[:3]]
    names = [share.owner_name for one in pages for share in one.shares]
    assert [f"干部{number}" for number in range(26, 19, -1)] == names


def test_an_item_counts_for_whoever_was_given_it_or_the_office_that_has_it(database: Database) -> None:
    def fill(tx: Transaction) -> None:
        item(tx, 1, -9, person_id=LI)
        item(tx, 2, -8, for_role=Role.OFFICER)
        item(tx, 3, -7, liaison_id=None)

    database.transact(fill)
    view = seen(database)
    assert [("李梅", None), (None, Role.OFFICER), (None, None)] == [
        (one.owner_name, one.office) for one in view.shares
    ]
    assert 1 == view.unowned
    assert [[1], [2], [3]] == [
        picked(database, Pick(union_id=BRANCH, owner_id=LI)),
        picked(database, Pick(union_id=BRANCH, office=Role.OFFICER)),
        picked(database, Pick(union_id=BRANCH, unowned=True)),
    ]


def test_why_somebody_cannot_be_told_and_who_stands_in_is_said(database: Database, clock: FakeClock) -> None:
    people = table_of(PersonRow)

    def fill(tx: Transaction) -> None:
        told: tuple[dict[str, object], ...] = (
            {"state": "REMOVED"},
            {"state": "REGISTERED"},
            {"blocked_at": tx.now},
            {"language": "en"},
            {"language": "en"},
        )
        for number, columns in enumerate(told, start=20):
            casework.person(tx, number, f"干部{number}", BRANCH, Role.CADRE)
            tx.connection.execute(update(people).where(people.c.id == number).values(**columns))
            item(tx, number, number, liaison_id=number, opens_on=MONDAY)
        leave = {"from_on": MONDAY, "until_on": MONDAY, "created_by": WANG, "created_at": tx.now}
        for person_id, instead in ((23, ZHANG), (24, 20)):
            tx.connection.execute(
                insert(table_of(Absence)).values(person_id=person_id, substitute_id=instead, **leave)
            )

    database.transact(fill)
    assert [
        ("removed", False, None),
        ("not_joined", False, None),
        ("blocked", False, None),
        ("", True, "张东"),
        ("", True, None),
    ] == [(one.hindrance, one.is_away, one.instead) for one in seen(database).shares]
    clock.advance(days=1)
    assert not any(one.is_away for one in seen(database).shares)


def test_what_is_ones_own_and_what_asks_for_one_are_told_apart(database: Database) -> None:
    def fill(tx: Transaction) -> None:
        item(tx, 1, -20, liaison_id=WANG)
        item(tx, 2, -19, person_id=WANG)
        item(tx, 3, -18, for_role=Role.OFFICER)
        item(tx, 4, -17)
        notice(tx, 4, WANG, NoticeReason.OFFICER)
        item(tx, 5, -16, turn=1)
        notice(tx, 5, WANG, NoticeReason.OFFICER)
        item(tx, 6, -15)
        notice(tx, 6, ZHANG, NoticeReason.LIAISON)
        item(tx, 7, -14, for_role=Role.CHAIR)

    database.transact(fill)
    assert (2, 3) == (seen(database).own, seen(database).asks)
    assert [1, 2] == picked(database, Pick(own=True))
    assert [2, 3, 4] == picked(database, Pick(asks=True))
    assert [7] == picked(database, Pick(asks=True), CHEN)
    assert [] == picked(database, Pick(asks=True), ZHANG)


def test_a_cadre_sees_no_other_branch(database: Database) -> None:
    def fill(tx: Transaction) -> None:
        item(tx, 1, -3)
        item(tx, 2, -2, union_id=OTHER_BRANCH)

    database.transact(fill)
    assert Counts(late=1) == seen(database, ZHANG).total
    assert [] == picked(database, Pick(union_id=OTHER_BRANCH), ZHANG)
    assert [2] == picked(database, Pick(union_id=OTHER_BRANCH))


def test_kinds_and_groups_are_picked(database: Database) -> None:
    def fill(tx: Transaction) -> None:
        item(tx, 1, -3)
        item(tx, 2, -2, kind=FollowupKind.RETRY, household=1)
        item(tx, 3, 0)

    database.transact(fill)
    by_kind = database.transact(lambda tx: overview_pick.by_kind(tx, casework.get(tx, WANG)))
    assert {"recheck": 2, "retry": 1} == by_kind
    assert [[2], [1, 2], [3]] == [
        picked(database, Pick(kind=FollowupKind.RETRY)),
        picked(database, Pick(group="late")),
        picked(database, Pick(group="today")),
    ]


@pytest.mark.parametrize("seed", range(8))
def test_it_counts_what_the_list_of_the_due_holds(database: Database, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret

    def fill(tx: Transaction) -> None:
        for number in range(1, 41):
            more: dict[str, Any] = {
                "union_id": chance.choice((BRANCH, OTHER_BRANCH)),
                "liaison_id": chance.choice((ZHANG, LI, None)),
                "state": chance.choice(("OPEN", "OPEN", "DONE")),
                "person_id": chance.choice((None, None, LI)),
            }
            if chance.random() < 0.2:
                more["paused_until"] = MONDAY + timedelta(days=chance.choice((-1, 0, 1)))
            item(tx, number, chance.randrange(-20, 20), **more)

    database.transact(fill)
    due = database.transact(lambda tx: followups.due(tx, MONDAY, scope={BRANCH, OTHER_BRANCH}))
    view = seen(database)
    assert len(due) == view.total.all == sum(one.counts.all for one in view.shares)
    assert sum(one.state == "late" for one in due) == view.total.late
    assert sum(one.state == "due" for one in due) == view.total.today
    for share in view.shares:
        mine = [one for one in due if one.household.union_name == share.union_name]
        assert len(mine) == share.branch.all
    pages = [picked(database, Pick(), page=page) for page in range(5)]
    assert [one.id for one in sorted(due, key=lambda one: (one.due_on, one.id))] == [
        one for page in pages for one in page
    ]


def test_the_load_counts_weeks_from_monday_and_puts_the_late_apart(database: Database) -> None:
    def fill(tx: Transaction) -> None:
        for number, due_in in enumerate((-1, 0, 6, 7, 55, 56), start=1):
            item(tx, number, due_in)
        item(tx, 7, 30, union_id=OTHER_BRANCH)
        item(tx, 8, -9, paused_until=MONDAY + timedelta(days=14))

    database.transact(fill)
    load = database.transact(lambda tx: overview.load(tx, casework.get(tx, WANG)))
    assert [MONDAY + timedelta(days=7 * number) for number in range(8)] == list(load.mondays)
    assert (
        BranchLoad(BRANCH, "机关分会", 1, (2, 1, 1, 0, 0, 0, 0, 1)),
        BranchLoad(OTHER_BRANCH, "热控分会", 0, (0, 0, 0, 0, 1, 0, 0, 0)),
    ) == load.branches


def test_a_week_begun_counts_what_is_left_of_it(database: Database, clock: FakeClock) -> None:
    clock.advance(days=3)
    database.transact(item, 1, 2)
    database.transact(item, 2, 4)
    load = database.transact(lambda tx: overview.load(tx, casework.get(tx, WANG)))
    assert (MONDAY, 1, 1) == (load.mondays[0], load.branches[0].late, load.branches[0].weeks[0])


def test_it_walks_what_is_open_by_its_index_in_few_statements(database: Database) -> None:
    sent: list[tuple[str, tuple[object, ...]]] = []

    def note(
        _connection: object, _cursor: object, statement: str, values: tuple[object, ...], *_: object
    ) -> None:
        sent.append((statement, values))

    database.transact(item, 1, -3)
    officer = database.transact(casework.get, WANG)
    pick = Pick(union_id=BRANCH, owner_id=ZHANG)
    event.listen(database.engine, "before_cursor_execute", note)
    database.transact(lambda tx: overview.overview(tx, officer, page=0, size=PAGE))
    database.transact(lambda tx: overview.load(tx, officer))
    database.transact(lambda tx: overview_pick.counts(tx, officer, pick))
    database.transact(lambda tx: overview_pick.items(tx, officer, pick, page=0, size=PAGE))
    event.remove(database.engine, "before_cursor_execute", note)
    reading = [one for one in sent if one[0].lstrip().startswith(("SELECT", "WITH"))]
    assert 8 == len(reading)

    if not database.is_sqlite:
        return

    def explain(tx: Transaction, statement: str, values: tuple[object, ...]) -> str:
        rows = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return " | ".join(str(row.detail) for row in rows)

    plans = [database.transact(explain, *one) for one in reading]
    counting = [plan for plan in plans if "ix_followups_due (state=? AND opens_on<?)" in plan]
    assert 4 == len(counting)
    assert not [plan for plan in plans if "SCAN households" in plan or "SCAN followups" in plan]


def test_a_paused_household_is_in_no_count(database: Database) -> None:
    database.transact(item, 1, -3)
    households = table_of(Household)
    database.transact(
        lambda tx: (
            tx.connection.execute(update(households).values(paused_until=MONDAY + timedelta(days=1))).rowcount
        )
    )
    assert Counts() == seen(database).total


@pytest.mark.parametrize("number", [0, 10**9 - 1])
def test_what_names_nothing_is_empty(database: Database, number: int) -> None:
    database.transact(item, 1, -3)
    for pick in (Pick(union_id=number), Pick(owner_id=number), Pick(union_id=number, office=Role.CHAIR)):
        assert [] == picked(database, pick)
