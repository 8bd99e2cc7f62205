"""A union of any size, written row upon row: every branch has its cadre, with thirty households."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from storage.aid_codes import IncomeKind
from storage.codes import FollowupKind, Role, Stage
from storage.columns import table_of
from storage.database import Database
from storage.households import names
from storage.members import membership
from storage.migrations import migrate
from storage.money import budget
from storage.secrets import Vault
from storage.tables.dossiers import Household
from storage.tables.names import HouseholdKey
from storage.tables.people import PersonRow, RoleRow, Union
from storage.tables.work import Followup
from tests.clock import START, FakeClock
from tests.conftest import SECRET, ZONE
from tests.storage import paid

if TYPE_CHECKING:
    from pathlib import Path

    from storage.core.transaction import Transaction

HOUSEHOLDS_OF_A_CADRE = 30
DUE_OF_A_CADRE = 10
FIRST_TELEGRAM_ID = 1_000
ROWS_AT_ONCE = 5_000
TODAY = START.date()
FAMILIES = "施喻凤袁昌洋尤曹张王李赵陈杨黄吴周徐孙马朱胡郭何高林"
GIVEN = "磊斌静强芳梅丽军伟娜敏洁勇艳杰涛明超秀霞平刚桂英华建文玉兰红辉鹏飞龙海波亮健峰宁"


def build(path: Path, households: int) -> Database:
    """Make the database and open it, on a Monday morning on which everybody has been told of everything."""
    url = f"sqlite:///{path}"
    migrate.migrate(url)
    database = Database(url, vault=Vault(SECRET), clock=FakeClock(), zone=ZONE)
    database.transact(_fill, households)
    return database


def _fill(tx: Transaction, households: int) -> None:
    root = membership.ensure_union(tx, "开远公司工会")
    paid.record_income(
        tx,
        union_id=root,
        income_kind=IncomeKind.CARRY_OVER,
        amount_fen=9_000_000,
        happened_on=date(TODAY.year, 1, 3),
        request_id="carried-over",
    )
    budget.set_budget(tx, union_id=root, year=TODAY.year, amount_fen=5_850_000)
    branches = range(1, households // HOUSEHOLDS_OF_A_CADRE + 1)
    _insert(
        tx,
        Union,
        [
            {"id": root + n, "parent_id": root, "name": f"分会{n}", "path": f"/{root}/{root + n}/"}
            for n in branches
        ],
    )
    _insert(tx, PersonRow, [_cadre(n, root + n) for n in branches])
    _insert(tx, RoleRow, [{"person_id": n, "role": Role.CADRE, "union_id": root + n} for n in branches])
    files = [_file(number, root) for number in range(households)]
    _insert(tx, Household, files)
    _insert(tx, HouseholdKey, [key for file in files for key in _keys(file)])
    _insert(tx, Followup, [_item(file) for file in files])


def _insert(tx: Transaction, model: Any, rows: list[dict[str, Any]]) -> None:  # noqa: ANN401 - any table
    for start in range(0, len(rows), ROWS_AT_ONCE):
        tx.connection.execute(insert(table_of(model)), rows[start : start + ROWS_AT_ONCE])


def _cadre(number: int, union_id: int) -> dict[str, Any]:
    return {
        "id": number,
        "union_id": union_id,
        "name": f"干部{number}",
        "telegram_id": FIRST_TELEGRAM_ID + number,
        "state": "ACTIVE",
        "language": "zh",
        "joined_at": START,
    }


_NAMES = ["".join(parts) for parts in product(FAMILIES, GIVEN, GIVEN)]


def _file(number: int, root: int) -> dict[str, Any]:
    cadre = number // HOUSEHOLDS_OF_A_CADRE + 1
    return {
        "id": number + 1,
        "file_no": f"K{number:06d}",
        "union_id": root + cadre,
        # Far apart in the list of names, so that a branch has all kinds of them.
        "name": _NAMES[number * 9_973 % len(_NAMES)],
        "state": "ACTIVE",
        "category": "LONG",
        "main_cause": "ILLNESS",
        "other_causes": [],
        "liaison_id": cadre,
        "opened_on": date(TODAY.year, 1, 10),
        "missed_visits": 0,
    }


def _keys(file: dict[str, Any]) -> list[dict[str, Any]]:
    keys = sorted(names.keys_of(file["name"], file["file_no"]))
    return [{"key": key, "household_id": file["id"], "union_id": file["union_id"]} for key in keys]


def _item(file: dict[str, Any]) -> dict[str, Any]:
    """One visit for every household: of a few it is due, all of them have been told of."""
    is_due = file["id"] % HOUSEHOLDS_OF_A_CADRE < DUE_OF_A_CADRE
    due_on = TODAY + timedelta(days=3 if is_due else 60)
    return {
        "household_id": file["id"],
        "kind": FollowupKind.RECHECK,
        "round": 1,
        "opens_on": due_on - timedelta(days=7),
        "due_on": due_on,
        "ladder_from": due_on,
        "state": "OPEN",
        "next_stage": Stage.DUE if is_due else Stage.OPENS,
        "next_stage_on": due_on if is_due else due_on - timedelta(days=7),
        "source": f"opened:{file['id']}",
        "interval_days": 180,
        "snoozes": 0,
        "created_at": START,
    }
