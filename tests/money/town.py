"""Who and what there is in the random stories: three unions, people with one office or several, households.

Both the page and the database begin from here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert

from storage.aid_codes import AidKind
from storage.columns import table_of
from storage.money import standards
from storage.tables.dossiers import Household
from storage.tables.people import PersonRow, RoleRow, Union

if TYPE_CHECKING:
    from storage.core.transaction import Transaction

# A Monday morning in Shanghai, with the year's end in sight.
BEGINS_AT = datetime(2017, 11, 6, 1, 0, tzinfo=UTC)
TODAY = BEGINS_AT.date()

ROOT, BOILER, OFFICE = 1, 2, 3
# Everything a union leads is below it.
BELOW = {ROOT: frozenset({ROOT, BOILER, OFFICE}), BOILER: frozenset({BOILER}), OFFICE: frozenset({OFFICE})}

PEOPLE: dict[int, tuple[tuple[str, int], ...]] = {
    1: (("cadre", BOILER),),
    2: (("cadre", OFFICE),),
    3: (("officer", ROOT),),
    4: (("chair", ROOT),),
    5: (("chair", ROOT),),
    6: (("chair", ROOT), ("officer", ROOT)),
    7: (("treasurer", ROOT),),
    8: (("treasurer", ROOT), ("chair", ROOT)),
    9: (("auditor", ROOT),),
    10: (("admin", ROOT),),
    11: (("cadre", BOILER), ("chair", OFFICE)),
    12: (("officer", ROOT), ("treasurer", ROOT)),
    13: (("chair", ROOT),),
    14: (("cadre", BOILER), ("treasurer", ROOT)),
}
# Chairs who go on leave, and who may leave for good.
GO_ON_LEAVE = (4, 5, 8, 11, 13)
MAY_LEAVE = (2, 8, 11, 13)

# Household: branch, state, category, days since the last visit (None: never visited).
HOUSEHOLDS: dict[int, tuple[int, str, str, int | None]] = {
    1: (BOILER, "ACTIVE", "SPECIAL", 20),
    2: (BOILER, "ACTIVE", "LONG", 40),
    3: (BOILER, "ACTIVE", "TEMP", 60),
    4: (BOILER, "ACTIVE", "LONG", 170),
    5: (BOILER, "MONITOR", "LONG", 30),
    6: (BOILER, "CLOSED", "SPECIAL", 300),
    7: (OFFICE, "ACTIVE", "SPECIAL", 10),
    8: (OFFICE, "ACTIVE", "LONG", None),
    9: (OFFICE, "ACTIVE", "TEMP", 200),
}
# What the union has set for the Spring Festival, by year, in fen.
SPRING_FEN = {2017: 150_000, 2018: 200_000}


def found(tx: Transaction) -> None:
    """Write it all into an empty database."""
    for union_id, parent_id, name in (
        (ROOT, None, "公司工会"),
        (BOILER, ROOT, "锅炉"),
        (OFFICE, ROOT, "机关"),
    ):
        path = f"/{ROOT}/" if parent_id is None else f"/{ROOT}/{union_id}/"
        row = {"id": union_id, "parent_id": parent_id, "name": name, "path": path}
        tx.connection.execute(insert(table_of(Union)), row)
    for number, roles in PEOPLE.items():
        person = {"id": number, "union_id": roles[0][1], "name": f"人{number}", "telegram_id": 1000 + number}
        person |= {"state": "ACTIVE", "language": "zh", "joined_at": tx.now}
        tx.connection.execute(insert(table_of(PersonRow)), person)
        rows = [{"person_id": number, "role": role, "union_id": union_id} for role, union_id in roles]
        tx.connection.execute(insert(table_of(RoleRow)), rows)
    for number, (union_id, state, category, days) in HOUSEHOLDS.items():
        visited_on = None if days is None else TODAY - timedelta(days=days)
        file = {"id": number, "file_no": f"K{number:06d}", "union_id": union_id, "name": f"户{number}"}
        file |= {"state": state, "category": category, "main_cause": "ILLNESS", "other_causes": []}
        file |= {"opened_on": date(2015, 1, 1), "missed_visits": 0, "last_visit_on": visited_on}
        file |= {"closed_on": date(2017, 1, 1) if state == "CLOSED" else None}
        tx.connection.execute(insert(table_of(Household)), file)
    for year, fen in SPRING_FEN.items():
        standards.record(tx, union_id=ROOT, year=year, kind=AidKind.SPRING, amount_fen=fen)
