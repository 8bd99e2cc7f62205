"""The demo union, imported once, with somebody of every role in it; each test has a copy of its own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.codes import Role
from storage.database import Database
from storage.exchange import load
from storage.members import invitations, membership, people
from storage.secrets import Vault
from tests.chat.screens.chatting import Chat
from tests.clock import FakeClock
from tests.conftest import SECRET, ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.database import Transaction

DEMO = Path(__file__).parents[3] / "bot" / "sandbox" / "kaiyuan-2017"
UNION = "国电开远发电有限公司工会"
ADMIN, ZHANG, JIANG, OFFICER, CHAIR, TREASURER, AUDITOR = range(1001, 1008)


@dataclass
class Town:
    """The demo union and its people's chats."""

    database: Database
    clock: FakeClock

    def chat(self, telegram_id: int, language: str = "zh") -> Chat:
        """The private chat of one of its people, in their language."""
        chat = Chat(self.database, telegram_id)
        self.database.transact(people.set_language, chat.person().id, language)
        return chat

    def household_id(self, file_no: str) -> int:
        """The household behind a file number."""
        officer = Chat(self.database, OFFICER)
        data = officer.ask(f"余额 {file_no}").buttons.values()
        return int(next(iter(data)).rsplit(":", 1)[1])


@pytest.fixture(scope="session")
def town_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("town") / "town.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}", vault=Vault(SECRET), clock=FakeClock(), zone=ZONE)
    database.transact(load.import_path, DEMO, union_name=UNION)
    database.transact(_people_join)
    database.close()
    return path


def _people_join(tx: Transaction) -> None:
    membership.ensure_admins(tx, [ADMIN], union_name=UNION, name="管理员")
    for telegram_id, name in ((ZHANG, "张东"), (JIANG, "蒋立")):
        code = invitations.invite(tx, roles=[Role.CADRE], name=name).code
        invitations.join(tx, code, telegram_id=telegram_id, first_name=name)
    roles = {OFFICER: Role.OFFICER, CHAIR: Role.CHAIR, TREASURER: Role.TREASURER, AUDITOR: Role.AUDITOR}
    for telegram_id, role in roles.items():
        code = invitations.invite(tx, roles=[role]).code
        invitations.join(tx, code, telegram_id=telegram_id, first_name=f"某{role}")


@pytest.fixture
def town(town_template: Path, tmp_path: Path) -> Iterator[Town]:
    path = tmp_path / "town.db"
    shutil.copy(town_template, path)
    clock = FakeClock()
    database = Database(f"sqlite:///{path}", vault=Vault(SECRET), clock=clock, zone=ZONE)
    yield Town(database, clock)
    database.close()
