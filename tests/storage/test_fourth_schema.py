"""A fund in the middle of its year, as the third schema kept it, adds up to the same under those after it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from sqlalchemy import Date, LargeBinary, column, delete, insert, select, table, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import NullType, TypeEngine

from storage.aid_codes import AidKind, EntryKind
from storage.budgets import plan_rows
from storage.codes import Category
from storage.columns import Instant, Json, table_of
from storage.core.engine import open_engine
from storage.database import Database
from storage.migrations import migrate
from storage.money import fund, ledger, standards
from storage.money.ledger import Entry
from storage.tables.aid import AidStep
from tests.storage.test_migrations import empty_url, new_database

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.secrets import Vault
    from tests.clock import FakeClock

pytestmark = pytest.mark.slow

__all__ = ["empty_url", "new_database"]

ROOT = 1
AT = datetime(2017, 6, 1, 1, tzinfo=UTC)
PAID_ON = date(2017, 3, 2)

# Id, household, kind, source, fen, state, day, method, voucher.
AID: tuple[tuple[str, int, str, str, int, str, date | None, str | None, str | None], ...] = (
    ("a1", 1, "LIVING", "COMPANY", 300_000, "PAID", PAID_ON, "TRANSFER", "2017-011"),
    ("a2", 1, "MEDICAL", "CITY_UNION", 180_000, "REVISITED", PAID_ON, "CASH", None),
    ("a3", 2, "LIVING", "COMPANY", 100_000, "REVERSED", PAID_ON, "TRANSFER", "2017-012"),
    ("a4", 2, "STUDY", "COMPANY", 200_000, "APPROVED", None, None, None),
)


ENTRIES = (
    Entry(ROOT, EntryKind.OPENING, 6_000_000, PAID_ON, "opening"),
    Entry(ROOT, EntryKind.PAYMENT, -300_000, PAID_ON, "aid:a1", aid_id="a1", voucher_no="2017-011"),
    Entry(ROOT, EntryKind.PAYMENT, -100_000, PAID_ON, "aid:a3", aid_id="a3", voucher_no="2017-012"),
    Entry(ROOT, EntryKind.REVERSAL, 100_000, PAID_ON, "reverse:a3", aid_id="a3", reverses_id=3),
)
# Household, kind, source, payments, paid fen, reserved fen.
YEARS = (
    (1, "LIVING", "COMPANY", 1, 300_000, 0),
    (1, "MEDICAL", "CITY_UNION", 1, 180_000, 0),
    (2, "STUDY", "COMPANY", 0, 0, 200_000),
)


TYPES: dict[type, TypeEngine[Any]] = {date: Date(), datetime: Instant(), bytes: LargeBinary(), list: Json()}


def _add(connection: Connection, into: str, /, **values: object) -> None:
    columns = [column(one, TYPES.get(type(value), NullType())) for one, value in values.items()]
    connection.execute(insert(table(into, *columns)).values(values))


def _fill(connection: Connection, vault: Vault) -> None:
    _add(connection, "unions", id=ROOT, name="开远公司工会", path="/1/")
    _add(connection, "people", id=1, union_id=ROOT, name="许静", state="ACTIVE", language="zh")
    for number in (1, 2):
        known = {"name": "凤芳", "state": "ACTIVE", "category": "SPECIAL", "main_cause": "ILLNESS"}
        new = {"id": number, "file_no": f"K{number}", "union_id": ROOT, "opened_on": date(2016, 1, 10)}
        _add(connection, "households", other_causes=[], **new, **known)
    for aid_id, household_id, kind, source, fen, state, day, method, voucher in AID:
        what = {
            "household_id": household_id,
            "kind": kind,
            "source": source,
            "amount_fen": fen,
            "state": state,
        }
        paid = {"method": method, "voucher_no": voucher, "paid_on": day, "paid_by": 1} if day else {}
        _add(connection, "aid", id=aid_id, number=f"BF-2017-{aid_id}", recorded_at=AT, **what, **paid)
    link = ledger.GENESIS
    for number, entry in enumerate(ENTRIES, start=1):
        row = ledger.row_of(entry, AT)
        link = vault.link(link, ledger.content(row))
        _add(connection, "ledger_entries", id=number, link=link, **row)
    sums = {"balance_fen": 5_700_000, "reserved_fen": 200_000}
    _add(connection, "fund_balances", union_id=ROOT, head_id=len(ENTRIES), head=link, **sums)
    _add(connection, "budgets", union_id=ROOT, year=2017, amount_fen=5_850_000, paid_fen=300_000)
    for household_id, kind, source, payments, paid_fen, reserved_fen in YEARS:
        key = {"household_id": household_id, "year": 2017, "kind": kind, "source": source}
        had = {"payments": payments, "paid_fen": paid_fen, "reserved_fen": reserved_fen}
        _add(connection, "household_years", **key, **had)
    _add(connection, "standards", union_id=ROOT, year=2017, kind="SPRING", amount_fen=150_000)


@pytest.fixture
def third_schema(empty_url: str, vault: Vault) -> str:
    with open_engine(empty_url).begin() as connection:
        command.upgrade(migrate.config(connection=connection), "0003")
        _fill(connection, vault)
    migrate.migrate(empty_url)
    return empty_url


def test_what_was_paid_is_one_payment_each_with_its_voucher_and_entry(third_schema: str) -> None:
    paid, aid = fund.payments.c, fund.aid.c
    told = select(
        paid.aid_id, paid.amount_fen, paid.method, paid.voucher_no, paid.state, paid.entry_id, paid.paid_by
    )
    kept = select(aid.id, aid.for_year, aid.paid_fen, aid.revision).order_by(aid.id)
    with open_engine(third_schema).connect() as connection:
        rows = [tuple(row) for row in connection.execute(told.order_by(paid.aid_id))]
        years = [tuple(row) for row in connection.execute(kept)]
    expected = [
        ("a1", 300_000, "TRANSFER", "2017-011", "PAID", 2, 1),
        ("a2", 180_000, "CASH", None, "PAID", None, 1),
        ("a3", 100_000, "TRANSFER", "2017-012", "REVERSED", 3, 1),
    ]
    assert expected == rows
    assert [
        ("a1", 2017, 300_000, 1),
        ("a2", 2017, 180_000, 1),
        ("a3", 2017, 0, 1),
        ("a4", 2017, 0, 1),
    ] == years


def test_every_sum_holds_and_the_standard_of_the_year_is_known(
    third_schema: str, vault: Vault, clock: FakeClock
) -> None:
    database = Database(third_schema, vault=vault, clock=clock, zone=ZoneInfo("Asia/Shanghai"))
    try:
        assert [] == database.transact(fund.check)
        of_2017 = database.transact(standards.of, ROOT, 2017, AidKind.SPRING, Category.LONG)
        assert (150_000, 2017) == (of_2017.amount_fen, of_2017.set_for)
        (plan,) = database.transact(plan_rows.versions, ROOT, 2017)
        assert (1, 5_850_000, 5_850_000) == (plan.revision, plan.amount_fen, plan.rest_fen)
    finally:
        database.close()


def test_what_was_done_about_aid_before_the_fifth_schema_is_kept_and_still_not_changed(
    empty_url: str, vault: Vault
) -> None:
    done = {"aid_id": "a1", "act": "PAID", "person_id": 1, "revision": 1, "guard": "", "reason": "家里急用"}
    with open_engine(empty_url).begin() as connection:
        command.upgrade(migrate.config(connection=connection), "0003")
        _fill(connection, vault)
    with migrate._alone(empty_url) as connection:
        command.upgrade(migrate.config(connection=connection), "0004")
    with open_engine(empty_url).begin() as connection:
        _add(connection, "aid_steps", id=1, done_at=AT, **done)
    migrate.migrate(empty_url)
    steps = table_of(AidStep)
    with open_engine(empty_url).begin() as connection:
        rest = {**done, "act": "WAIVED", "amount_fen": 1}
        _add(connection, "aid_steps", id=2, done_at=AT, **rest)
        told = select(steps.c.act, steps.c.reason, steps.c.done_at).order_by(steps.c.id)
        kept = [tuple(row) for row in connection.execute(told)]
    assert [("PAID", "家里急用", AT), ("WAIVED", "家里急用", AT)] == kept
    for change in (delete(steps), update(steps).values(reason="")):
        with pytest.raises(DBAPIError, match="append-only"), open_engine(empty_url).begin() as connection:
            connection.execute(change)
