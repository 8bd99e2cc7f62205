"""A small union for the tests of people and dossiers: a top, two branches, and somebody of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from storage.codes import Category, Cause, HouseholdState, Role
from storage.households import filing
from storage.members import invitations, membership

if TYPE_CHECKING:
    from storage.database import Transaction
    from storage.members.people import Person

ADMIN = 1001
CADRE = 1002
OFFICER = 1003


@dataclass(frozen=True)
class Unions:
    """The ids of the unions."""

    top: int
    office: int
    boiler: int


def found(tx: Transaction) -> Unions:
    """Make the union tree and its first admin."""
    membership.ensure_admins(tx, [ADMIN], union_name="开远公司工会", name="管理员")
    top = membership.root_union(tx)
    assert top is not None
    return Unions(top, membership.ensure_union(tx, "机关分会"), membership.ensure_union(tx, "锅炉分会"))


def joined(tx: Transaction, telegram_id: int, role: Role, union_id: int, name: str = "张东") -> Person:
    """Let somebody in with one role."""
    code = invitations.invite(tx, roles=[role], union_id=union_id).code
    return invitations.join(tx, code, telegram_id=telegram_id, first_name=name)


def household(
    tx: Transaction,
    union_id: int,
    file_no: str = "K170030",
    name: str = "凤芳",
    state: HouseholdState = HouseholdState.ACTIVE,
) -> int:
    """Open a file in a branch."""
    return filing.add_household(
        tx,
        file_no=file_no,
        name=name,
        union_id=union_id,
        category=Category.SPECIAL,
        main_cause=Cause.ILLNESS,
        opened_on=date(2015, 1, 1),
        state=state,
        closed_on=date(2016, 1, 1) if state == HouseholdState.CLOSED else None,
    )
