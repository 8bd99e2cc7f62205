"""Dossiers: what is shown to whom, and that every look is written down."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from storage import audit
from storage.audit import ENTRIES
from storage.codes import Category, Cause, Clear, Role, SystemCategory
from storage.columns import table_of
from storage.errors import NotFound
from storage.households import dossiers, filing
from storage.households.dossiers import AidLine, HouseholdLine, VisitLine
from storage.members import membership
from storage.tables.aid import HouseholdYear
from storage.tables.reports import Visit
from tests.storage import union

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.database import Database, Transaction
    from storage.members.people import Person
    from tests.clock import FakeClock

PHONE, ID_NUMBER, CARD, ADDRESS = "13800138000", "530102196001011234", "6222021234567890", "灵泉路 1 号"


@pytest.fixture
def cadre(database: Database) -> Person:
    unions = database.transact(union.found)
    return database.transact(union.joined, union.CADRE, Role.CADRE, unions.office)


@pytest.fixture
def household_id(database: Database, cadre: Person) -> int:
    """A full file in the cadre's branch."""

    def full(tx: Transaction) -> int:
        added = filing.add_household(
            tx,
            file_no="K170030",
            name="凤芳",
            union_id=cadre.union_id,
            category=Category.SPECIAL,
            system_category=SystemCategory.DEEP,
            main_cause=Cause.ILLNESS,
            other_causes=[Cause.SCHOOLING],
            opened_on=date(2015, 1, 1),
            members_count=3,
            income_per_head_fen=123_400,
            rigid_costs_fen=1_000_000,
            phone=PHONE,
            address=ADDRESS,
            id_number=ID_NUMBER,
            bank_card=CARD,
            liaison_id=cadre.id,
        )
        filing.set_clear(tx, added, Clear.FAMILY, "租住公房", on=tx.today, by=cadre.id)
        filing.set_clear(tx, added, Clear.MIND, "积极", on=tx.today - timedelta(days=180), by=None)
        filing.set_clear(tx, added, Clear.JOB, "无", on=tx.today - timedelta(days=181), by=None)
        return added

    return database.transact(full)


@pytest.fixture
def stranger(database: Database, cadre: Person) -> Person:
    """A cadre of another branch."""
    boiler = database.transact(lambda tx: membership.ensure_union(tx, "锅炉分会"))
    assert boiler != cadre.union_id
    return database.transact(union.joined, 77, Role.CADRE, boiler)


def audited(tx: Transaction) -> list[tuple[object, ...]]:
    """Return who did what to which household."""
    rows = tx.connection.execute(
        select(ENTRIES.c.person_id, ENTRIES.c.act, ENTRIES.c.subject)
        .where(ENTRIES.c.act.like("household.%"))
        .order_by(ENTRIES.c.id)
    )
    return [tuple(row) for row in rows]


def test_a_line_says_who_where_and_since_when(database: Database, cadre: Person, household_id: int) -> None:
    expected = HouseholdLine(
        id=household_id,
        file_no="K170030",
        name="凤芳",
        union_name="机关分会",
        category="SPECIAL",
        main_cause="ILLNESS",
        state="ACTIVE",
        liaison_id=cadre.id,
        last_visit_on=None,
        union_id=cadre.union_id,
    )
    assert expected == database.transact(dossiers.line, cadre, household_id)
    assert [expected] == database.transact(dossiers.search, cadre, "凤")


def test_a_dossier_shows_the_file_with_tails_alone(
    database: Database, cadre: Person, household_id: int
) -> None:
    dossier = database.transact(dossiers.dossier, cadre, household_id)
    assert database.transact(dossiers.line, cadre, household_id) == dossier.line
    assert ("8000", "1234", "7890") == (dossier.phone_tail, dossier.id_number_tail, dossier.bank_card_tail)
    assert ("DEEP", ("SCHOOLING",)) == (dossier.system_category, dossier.other_causes)
    assert (3, 123_400, 1_000_000) == (
        dossier.members_count,
        dossier.income_per_head_fen,
        dossier.rigid_costs_fen,
    )
    assert "张东" == dossier.liaison_name
    assert (date(2015, 1, 1), None, None) == (dossier.opened_on, dossier.closed_on, dossier.close_reason)
    shown = str(asdict(dossier))
    for secret in (PHONE, ID_NUMBER, CARD, ADDRESS):
        assert secret not in shown


def test_the_five_clears_are_told_in_order_and_go_stale_after_180_days(
    database: Database, cadre: Person, household_id: int
) -> None:
    clears = database.transact(dossiers.dossier, cadre, household_id).clears
    assert list(Clear) == [clear.clear for clear in clears]
    assert [
        ("租住公房", "张东", False),
        ("", None, True),
        ("", None, True),
        ("无", None, True),
        ("积极", None, False),
    ] == [(clear.text, clear.verified_by, clear.is_stale) for clear in clears]


def test_a_dossier_shows_the_last_five_visits_and_this_year_s_aid(
    database: Database, cadre: Person, household_id: int
) -> None:
    def history(tx: Transaction) -> None:
        for day in range(1, 8):
            visit = {
                "id": f"v{day}",
                "number": f"ZF-2017-{day:06d}",
                "household_id": household_id,
                "visited_on": date(2017, 3, day),
                "way": "HOME",
                "kind": "RECHECK",
                "met": "SELF",
                "assessment": "SAME",
                "needs": ["MEDICAL"],
                "answers": {},
                "form_version": 1,
                "state": "UNDONE" if day == 7 else "SUBMITTED",
                "revision": 1,
                "reported_by": cadre.id,
                "reported_at": tx.now,
            }
            tx.connection.execute(insert(table_of(Visit)), visit)
        for year, payments, fen in ((2016, 1, 5), (2017, 2, 300_000)):
            sums = {"household_id": household_id, "year": year, "kind": "LIVING", "source": "COMPANY"}
            tx.connection.execute(
                insert(table_of(HouseholdYear)),
                {**sums, "payments": payments, "paid_fen": fen, "reserved_fen": 0},
            )

    database.transact(history)
    dossier = database.transact(dossiers.dossier, cadre, household_id)
    assert [6, 5, 4, 3, 2] == [visit.visited_on.day for visit in dossier.visits]
    assert dossier.visits[0] == VisitLine(
        "ZF-2017-000006", date(2017, 3, 6), "HOME", "SELF", "SAME", ("MEDICAL",)
    )
    assert (AidLine("LIVING", "COMPANY", 2, 300_000),) == dossier.aid


def test_every_look_is_written_down(database: Database, cadre: Person, household_id: int) -> None:
    database.transact(dossiers.dossier, cadre, household_id)
    assert PHONE == database.transact(dossiers.phone, cadre, household_id)
    subject = f"household:{household_id}"
    assert [(cadre.id, "household.view", subject), (cadre.id, "household.phone", subject)] == (
        database.transact(audited)
    )
    assert [] == database.transact(audit.check)


@pytest.mark.parametrize("look", [dossiers.line, dossiers.dossier, dossiers.phone])
def test_another_s_household_and_none_are_refused_alike_and_written_down(
    database: Database,
    stranger: Person,
    household_id: int,
    look: Callable[[Transaction, Person, int], object],
) -> None:
    def refused(tx: Transaction, asked: int) -> tuple[str, object]:
        with pytest.raises(NotFound) as refusal:
            look(tx, stranger, asked)
        return refusal.value.slug, refusal.value.details

    assert database.transact(refused, household_id) == database.transact(refused, 999)
    assert [
        (stranger.id, "household.refused", f"household:{household_id}"),
        (stranger.id, "household.refused", "household:999"),
    ] == database.transact(audited)


def test_a_household_without_details_has_no_tails(database: Database, cadre: Person) -> None:
    bare = database.transact(union.household, cadre.union_id, "K1", "王五")
    dossier = database.transact(dossiers.dossier, cadre, bare)
    assert (None, None, None) == (dossier.phone_tail, dossier.id_number_tail, dossier.bank_card_tail)
    assert database.transact(dossiers.phone, cadre, bare) is None


def test_details_lie_sealed_on_disk(sqlite_database: Database, clock: FakeClock) -> None:
    unions = sqlite_database.transact(union.found)
    sqlite_database.transact(
        filing.add_household,
        file_no="K1",
        name="王五",
        union_id=unions.office,
        category=Category.LONG,
        main_cause=Cause.OTHER,
        opened_on=clock.now.date(),
        phone=PHONE,
        address=ADDRESS,
        id_number=ID_NUMBER,
        bank_card=CARD,
    )
    sqlite_database.close()
    content = Path(str(sqlite_database.engine.url.database)).read_bytes()
    assert "王五".encode() in content
    for secret in (PHONE, ID_NUMBER, CARD, ADDRESS):
        assert secret.encode() not in content
