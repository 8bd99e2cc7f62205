"""The webhook takes updates with the right secret alone, and says yes only to what is on disk."""

from __future__ import annotations

import asyncio
import io
import json
from typing import TYPE_CHECKING

import aiohttp
import pytest
import uvicorn

from bot.chat.line.intake import Intake
from bot.chat.line.webhook import application
from storage.errors import NotSaved
from storage.post import inbox
from tests.transport.fake_api import message

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.chat.line.incoming import Arrival
    from storage.database import Database

SECRET = "right-secret"  # noqa: S105 - it guards nothing
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


class Door:
    """A running server with the webhook, and what its handler has seen."""

    def __init__(self) -> None:
        self.url = ""
        self.seen: list[int] = []

    async def post(self, body: bytes, headers: dict[str, str] | None = None) -> int:
        async with (
            aiohttp.ClientSession() as client,
            client.post(self.url, data=io.BytesIO(body), headers=headers or {}) as answer,
        ):
            return answer.status


@pytest.fixture
async def door(sqlite_database: Database) -> AsyncIterator[Door]:
    opened = Door()

    async def handle(came: Arrival) -> None:
        if await sqlite_database.run(inbox.finish, came.update_id):
            opened.seen.append(came.update_id)

    intake = Intake(sqlite_database, handle)
    config = uvicorn.Config(
        application(intake, secret=SECRET, path="/hook"), port=0, log_level="critical", lifespan="off"
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    opened.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/hook"
    yield opened
    await intake.idle()
    await server.shutdown()


async def test_an_update_with_the_secret_is_stored_and_handled(door: Door) -> None:
    assert 200 == await door.post(json.dumps(message(1)).encode(), HEADERS)
    assert 200 == await door.post(json.dumps(message(1)).encode(), HEADERS)
    await asyncio.sleep(0.1)

    assert [1] == door.seen


@pytest.mark.parametrize("headers", [{}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}])
async def test_another_secret_is_refused(
    door: Door, sqlite_database: Database, headers: dict[str, str]
) -> None:
    assert 403 == await door.post(json.dumps(message(1)).encode(), headers)
    assert [] == await sqlite_database.run(inbox.waiting)
    assert [] == door.seen


async def test_a_look_with_get_is_refused(door: Door) -> None:
    async with aiohttp.ClientSession() as client, client.get(door.url, headers=HEADERS) as answer:
        assert 405 == answer.status


async def test_two_megabytes_are_refused(door: Door) -> None:
    assert 413 == await door.post(b"x" * 2_000_000, HEADERS)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"update_id": "x"}', b"[" * 100_000, b"\xff"])
async def test_what_is_no_update_is_refused(door: Door, body: bytes) -> None:
    assert 400 == await door.post(body, HEADERS)


async def test_telegram_is_asked_to_try_again_when_the_storage_fails(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise NotSaved

    store = inbox.store
    monkeypatch.setattr(inbox, "store", fail)
    assert 500 == await door.post(json.dumps(message(1)).encode(), HEADERS)
    monkeypatch.setattr(inbox, "store", store)
    assert 200 == await door.post(json.dumps(message(1)).encode(), HEADERS)


def test_a_webhook_without_a_secret_does_not_open(sqlite_database: Database) -> None:
    async def handle(_came: Arrival) -> None:
        """Nothing comes this far."""

    intake = Intake(sqlite_database, handle)
    with pytest.raises(ValueError, match="secret"):
        application(intake, secret="", path="/hook")
