"""The demo union and its people, for files that are made of what is on record."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from storage.codes import Role
from storage.database import Database
from storage.exchange import load
from storage.members import invitations, membership, people
from storage.secrets import Vault
from tests.clock import FakeClock
from tests.conftest import SECRET, ZONE
from tests.storage import kaiyuan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.core.transaction import Transaction
    from storage.members.people import Person

OFFICER, CHAIR, TREASURER, AUDITOR, CADRE, ADMIN = range(2001, 2007)
ROLES = {
    OFFICER: Role.OFFICER,
    CHAIR: Role.CHAIR,
    TREASURER: Role.TREASURER,
    AUDITOR: Role.AUDITOR,
    ADMIN: Role.ADMIN,
}


@pytest.fixture(scope="session")
def demo_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}", vault=Vault(SECRET), clock=FakeClock(), zone=ZONE)
    database.transact(load.import_path, kaiyuan.FOLDER, union_name=kaiyuan.UNION)
    database.transact(_join)
    database.close()
    return path


def _join(tx: Transaction) -> None:
    union_id = membership.root_union(tx)
    for telegram_id, role in ROLES.items():
        code = invitations.invite(tx, roles=[role], union_id=union_id).code
        invitations.join(tx, code, telegram_id=telegram_id, first_name=f"某{role}")
    code = invitations.invite(tx, roles=[Role.CADRE], name="张东").code
    invitations.join(tx, code, telegram_id=CADRE, first_name="张东")


@pytest.fixture
def demo(demo_template: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "demo.db"
    shutil.copy(demo_template, path)
    database = Database(f"sqlite:///{path}", vault=Vault(SECRET), clock=FakeClock(), zone=ZONE)
    yield database
    database.close()


def somebody(tx: Transaction, telegram_id: int) -> Person:
    """One of the people, as an update would find them."""
    found = people.find(tx, telegram_id)
    assert found is not None
    return found
