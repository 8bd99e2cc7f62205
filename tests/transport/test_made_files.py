"""A file made to order goes out under its name; what cannot be made or sent leaves its words."""

from __future__ import annotations

import io
import tempfile
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.chat.line.delivery import Delivery, Hooks
from storage.post import outbox
from storage.tables import mail
from tests.transport.conftest import FAST
from tests.transport.fake_api import DROP, refusal
from tests.transport.test_delivery import once, states

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import BinaryIO

    from bot.chat.line.api import BotApi
    from storage.database import Database
    from tests.transport.fake_api import FakeApi

    Make = Callable[[Mapping[str, Any]], Awaitable[tuple[str, BinaryIO, str]]]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ORDER = {
    "make": "month",
    "figures": {"month": 9},
    "telegram_id": 1,
    "language": "zh",
    "otherwise": "没有做出来",
}
LETTER = {"document": ORDER, "caption": "<b>9 月</b>", "parse_mode": "HTML"}


class Clerk:
    """Makes files, and keeps hold of every one that was made."""

    def __init__(self, size: int = 12) -> None:
        self.size = size
        self.files: list[BinaryIO] = []

    async def make(self, order: Mapping[str, Any]) -> tuple[str, BinaryIO, str]:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
        file.write(bytes([order["figures"]["month"]]) * self.size)
        file.seek(0)
        self.files.append(file)
        return "九月 账.xlsx", file, XLSX


async def not_made(order: Mapping[str, Any]) -> tuple[str, BinaryIO, str]:
    raise RuntimeError(order)


async def send(database: Database, api: BotApi, make: Make) -> None:
    await database.run(outbox.put, chat_id=1, method="sendDocument", payload=LETTER)
    delivery = Delivery(database, api, pace=FAST, hooks=Hooks(make=make))
    await delivery.start()
    await delivery.drained()
    await delivery.stop()


async def test_a_file_is_made_when_it_is_sent_and_gone_afterwards(
    database: Database, api: BotApi, fake: FakeApi
) -> None:
    clerk = Clerk(size=3_000_000)
    await send(database, api, clerk.make)
    (call,) = fake.calls
    assert {"document": ("九月 账.xlsx", b"\x09" * 3_000_000)} == call.files
    assert ("sendDocument", "<b>9 月</b>") == (call.method, call.parameters["caption"])
    assert "document" not in call.parameters
    assert [True] == [file.closed for file in clerk.files]
    assert ["SENT"] == states(database)


async def test_what_waits_to_be_made_stands_in_the_outbox_as_ids_alone(database: Database) -> None:
    await database.run(outbox.put, chat_id=1, method="sendDocument", payload=LETTER)
    assert [] == await database.run(lambda tx: tx.connection.execute(select(mail.outbox_files)).all())


async def test_where_a_file_cannot_be_made_its_caption_goes_with_a_word_about_it(
    database: Database, api: BotApi, fake: FakeApi, caplog: pytest.LogCaptureFixture
) -> None:
    await send(database, api, not_made)
    (call,) = fake.calls
    assert ("sendMessage", "<b>9 月</b>\n没有做出来") == (call.method, call.parameters["text"])
    assert ["SENT"] == states(database)
    assert "could not be made" in caplog.text


@pytest.mark.parametrize("code", [400, 413])
async def test_a_file_that_telegram_will_not_have_leaves_its_caption(
    database: Database, api: BotApi, fake: FakeApi, code: int
) -> None:
    fake.script = once(refusal(code, "Request Entity Too Large"), "sendDocument")
    await send(database, api, Clerk().make)
    assert ["sendDocument", "sendMessage"] == [call.method for call in fake.calls]
    assert ["SENT"] == states(database)


async def test_a_file_sent_without_an_answer_is_made_again_and_sent_once_more(
    database: Database, api: BotApi, fake: FakeApi
) -> None:
    fake.script = once(DROP, "sendDocument")
    clerk = Clerk()
    await send(database, api, clerk.make)
    sent = fake.of("sendDocument")
    assert 2 == len(sent) == len(clerk.files)
    assert sent[0].files == sent[1].files
    assert [True, True] == [file.closed for file in clerk.files]


async def test_nobody_makes_files_unless_it_is_said_who_does(
    database: Database, api: BotApi, fake: FakeApi
) -> None:
    await send(database, api, Hooks().make)
    assert ["sendMessage"] == [call.method for call in fake.calls]


async def test_a_text_may_be_found_out_when_it_is_said(
    database: Database, api: BotApi, fake: FakeApi
) -> None:
    letter = {"text": {**ORDER, "otherwise": "没有查成"}, "parse_mode": "HTML"}

    async def find_out(_order: Mapping[str, Any]) -> tuple[str, BinaryIO, str]:
        return "x.txt", io.BytesIO("<b>账实相符</b>".encode()), "text/plain"

    for make in (find_out, not_made):
        await database.run(outbox.put, chat_id=1, method="sendMessage", payload=letter)
        delivery = Delivery(database, api, pace=FAST, hooks=Hooks(make=make))
        await delivery.start()
        await delivery.drained()
        await delivery.stop()
    assert [("<b>账实相符</b>", "HTML"), ("没有查成", "HTML")] == [
        (call.parameters["text"], call.parameters["parse_mode"]) for call in fake.of("sendMessage")
    ]
    assert [{}, {}] == [call.files for call in fake.calls]
