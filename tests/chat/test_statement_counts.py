"""How many statements an update takes: what makes it dear, and what a busy machine cannot blur."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from bot.chat import gate
from bot.chat.line.incoming import Incoming
from bot.sandbox import demo
from storage.codes import Role
from storage.exchange import load
from storage.members import invitations, people
from storage.post import inbox
from storage.post.outbox import SEAL
from storage.tables.mail import outbox
from storage.takeover import leave

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from storage.database import Database, Transaction

ZHANG = 9_001
HOUSE = gate.House(language="zh", bot_username="tiexin_bot")


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Every statement that reaches the driver meanwhile, the transaction's own BEGIN among them."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


@dataclass
class Phone:
    """张东's telephone: each thing done on it is one update, and says which statements that took."""

    database: Database
    number: int = 0
    last: Incoming | None = None

    def write(self, text: str) -> list[str]:
        return self._update("text", text, "")

    def tap(self, label: str = "") -> list[str]:
        """Tap the first button of the last message whose label begins so."""
        buttons = self.database.transact(_last_buttons)
        return self._update("tap", "", next(buttons[one] for one in buttons if one.startswith(label)))

    def repeat(self) -> list[str]:
        """Telegram delivers the last update once more."""
        assert self.last is not None
        with counted(self.database) as statements:
            self.database.transact(gate.answer, self.last, HOUSE)
        return statements

    def _update(self, kind: Literal["text", "tap"], text: str, data: str) -> list[str]:
        self.number += 1
        raw = {"update_id": self.number, "message": {"from": {"id": ZHANG}}}
        assert [self.number] == self.database.transact(inbox.store, [raw])
        self.last = Incoming(
            update_id=self.number,
            chat_id=ZHANG,
            user_id=ZHANG,
            chat_type="private",
            kind=kind,
            text=text,
            data=data,
            tap_id=str(self.number) if kind == "tap" else "",
            message_id=5,
            file=None,
            place=None,
            contact_user_id=None,
            album_id="",
            forwarded=False,
            sent_at=self.database.clock(),
            first_name="张东",
        )
        return self.repeat()


def _last_buttons(tx: Transaction) -> dict[str, str]:
    shown = select(outbox.c.payload).where(outbox.c.method == "sendMessage").order_by(outbox.c.id.desc())
    payload: dict[str, Any] = json.loads(tx.vault.open(tx.connection.scalars(shown).first() or b"", SEAL))
    rows = payload["reply_markup"]["inline_keyboard"]
    return {button["text"]: button["callback_data"] for row in rows for button in row}


@pytest.fixture
def phone(database: Database) -> Phone:
    database.transact(load.import_path, demo.RECORDS, union_name=demo.UNION)
    code = database.transact(invitations.invite, roles=[Role.CADRE], name="张东").code
    database.transact(invitations.join, code, telegram_id=ZHANG, first_name="张东")
    return Phone(database)


def test_a_word_takes_at_most_eight_statements(phone: Phone) -> None:
    assert 8 >= len(phone.write("余额"))


def test_a_tap_in_a_report_takes_at_most_nine_statements_there_and_back(phone: Phone) -> None:
    phone.write("走访 凤芳")
    phone.tap("有变化")
    for statements in (phone.tap(), phone.tap("上一步")):
        assert 1 == sum("UPDATE drafts" in one for one in statements)
        assert 9 >= len(statements)


def test_a_step_of_a_request_for_aid_reads_what_judges_it_once(phone: Phone) -> None:
    phone.write("帮扶 凤芳")
    steps = [phone.tap("生活救助"), phone.tap("公司"), phone.tap("2,000"), phone.write("孩子上学")]
    for statements in steps:
        assert 1 == sum("FROM fund_balances" in one for one in statements)
        assert 15 >= len(statements)


def test_an_update_that_comes_once_more_takes_two_statements(phone: Phone) -> None:
    phone.write("余额")
    assert 2 >= len(phone.repeat())


@pytest.mark.parametrize(("role", "most"), [(Role.CADRE, 2), (Role.OFFICER, 2)])
def test_who_stands_in_for_somebody_is_found_by_two_statements(phone: Phone, role: Role, most: int) -> None:
    code = phone.database.transact(invitations.invite, roles=[role]).code
    other = phone.database.transact(invitations.join, code, telegram_id=9_002, first_name="李梅")
    assert most - (role == Role.CADRE) == found_by(phone.database, 9_002)
    phone.database.transact(_goes_away, other.id)
    assert most == found_by(phone.database, 9_002)
    assert 1 == found_by(phone.database, ZHANG)


def _goes_away(tx: Transaction, substitute_id: int) -> None:
    person = people.find(tx, ZHANG)
    assert person is not None
    leave.away(tx, person, tx.today, substitute_id)


def found_by(database: Database, telegram_id: int) -> int:
    """How many statements it takes to find somebody, without the transaction's own."""
    with counted(database) as statements:
        database.transact(people.find, telegram_id)
    return sum(one.lstrip().startswith(("SELECT", "WITH")) for one in statements)
