"""A small union with a liaison cadre, an officer and a chair, for tests of reports and of what is due."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert

from storage.aid_codes import AidKind, AidState
from storage.codes import Role
from storage.columns import table_of
from storage.members import people
from storage.rules import GIVEN
from storage.tables.aid import Aid, Payment
from storage.tables.dossiers import ClearRow, Household
from storage.tables.people import PersonRow, RoleRow, Union

if TYPE_CHECKING:
    from storage.database import Transaction
    from storage.members.people import Person

ROOT, BRANCH, OTHER_BRANCH = 1, 2, 3
ZHANG, LI, WANG, CHEN, QIAN, SUN = 1, 2, 3, 4, 5, 6

_PEOPLE = (
    (ZHANG, "张东", BRANCH, Role.CADRE),
    (LI, "李梅", BRANCH, Role.CADRE),
    (WANG, "王芳", ROOT, Role.OFFICER),
    (CHEN, "陈主席", ROOT, Role.CHAIR),
    (QIAN, "钱会计", ROOT, Role.TREASURER),
    (SUN, "孙审计", ROOT, Role.AUDITOR),
)


def found(tx: Transaction) -> None:
    """Make the union with two branches, and six people who have joined with Telegram ids from 1001."""
    tx.connection.execute(
        insert(table_of(Union)),
        [
            {"id": ROOT, "parent_id": None, "name": "开远公司工会", "path": f"/{ROOT}/"},
            {"id": BRANCH, "parent_id": ROOT, "name": "机关分会", "path": f"/{ROOT}/{BRANCH}/"},
            {"id": OTHER_BRANCH, "parent_id": ROOT, "name": "热控分会", "path": f"/{ROOT}/{OTHER_BRANCH}/"},
        ],
    )
    for number, name, union_id, role in _PEOPLE:
        person(tx, number, name, union_id, role)


def person(
    tx: Transaction, number: int, name: str, union_id: int, role: Role, *, language: str = "zh"
) -> None:
    """Make somebody who has joined."""
    tx.connection.execute(
        insert(table_of(PersonRow)).values(
            id=number,
            union_id=union_id,
            name=name,
            telegram_id=1000 + number,
            state="ACTIVE",
            language=language,
            joined_at=datetime(2017, 1, 1, tzinfo=UTC),
        )
    )
    tx.connection.execute(insert(table_of(RoleRow)).values(person_id=number, role=role, union_id=union_id))


def get(tx: Transaction, number: int) -> Person:
    """Return one of the people."""
    return people.get(tx, number)


def household(
    tx: Transaction,
    number: int,
    *,
    union_id: int = BRANCH,
    state: str = "ACTIVE",
    category: str = "SPECIAL",
    liaison_id: int | None = ZHANG,
    opened_on: date = date(2017, 1, 10),
    name: str = "凤芳",
    **more: object,
) -> int:
    """Make a household, its five clears as the file first has them, and return its id."""
    tx.connection.execute(
        insert(table_of(Household)).values(
            id=number,
            file_no=f"K{number:06d}",
            union_id=union_id,
            name=name,
            state=state,
            category=category,
            main_cause="ILLNESS",
            other_causes=[],
            liaison_id=liaison_id,
            opened_on=opened_on,
            missed_visits=0,
            **more,
        )
    )
    tx.connection.execute(
        insert(table_of(ClearRow)),
        [
            {"household_id": number, "clear": clear, "text": f"建档时的{clear}", "verified_on": opened_on}
            for clear in ("FAMILY", "CAUSE", "SKILL", "JOB", "MIND")
        ],
    )
    return number


def payment(
    tx: Transaction,
    household_id: int,
    paid_on: date,
    *,
    aid_id: str = "a1",
    kind: AidKind = AidKind.MEDICAL,
    state: AidState = AidState.PAID,
    amount_fen: int = 180_000,
    imported: bool = False,
) -> str:
    """Make a piece of aid, paid at once if it is given, and return its id; it is not in the ledger."""
    given = state in GIVEN
    tx.connection.execute(
        insert(table_of(Aid)).values(
            id=aid_id,
            number=f"BF-{paid_on.year}-{aid_id}",
            household_id=household_id,
            kind=kind,
            source="CITY_UNION",
            for_year=paid_on.year,
            amount_fen=amount_fen,
            paid_fen=amount_fen if given else 0,
            state=state,
            paid_on=paid_on,
            recorded_at=tx.now,
            imported_at=tx.now if imported else None,
        )
    )
    if given:
        paid = {"id": aid_id, "aid_id": aid_id, "amount_fen": amount_fen, "paid_on": paid_on, "receipts": []}
        tx.connection.execute(insert(table_of(Payment)).values(**paid, reason="", recorded_at=tx.now))
    return aid_id


def met(day: date, **more: object) -> dict[str, object]:
    """The answers of a visit at which everything was as before."""
    return {
        "date": day.isoformat(),
        "way": "HOME",
        "kind": "RECHECK",
        "visitors": [str(ZHANG), str(LI)],
        "met": "SELF",
        "clears": ["SAME"],
        "needs": ["MEDICAL"],
        "assessment": "SAME",
        "measure": "KEEP",
        **more,
    }


def missed(day: date, retry_on: date | None = None) -> dict[str, object]:
    """The answers of an attempt that met nobody."""
    answers: dict[str, object] = {
        "date": day.isoformat(),
        "way": "HOME",
        "kind": "RECHECK",
        "visitors": [str(ZHANG)],
        "met": "NOBODY",
        "not_met_reason": "NOT_HOME",
    }
    return answers if retry_on is None else {**answers, "retry_on": retry_on.isoformat()}


def went_back(day: date, conclusion: str = "CLOSE", **more: object) -> dict[str, object]:
    """The answers of a revisit at which the family was met."""
    return {
        "date": day.isoformat(),
        "way": "HOME",
        "met": "SELF",
        "received": "FULL",
        "conclusion": conclusion,
        **more,
    }
