"""The bot put together: behind a webhook, at a start without a network, and asked to stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from bot import app, service
from bot.chat.line.polling import Deaf
from bot.sandbox import demo
from bot.sandbox.clock import TurnableClock
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from storage.codes import Role
from storage.members import invitations, membership, people
from storage.migrations import migrate
from storage.telling import bulletins

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from storage.database import Database, Transaction

# Each starts the program anew.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SHANGHAI = ZoneInfo("Asia/Shanghai")
CADRE = demo.PERSONAS[0].user_id


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox(
        clock=TurnableClock(datetime(2017, 9, 1, 8, tzinfo=SHANGHAI)), zone=SHANGHAI, personas=demo.PERSONAS
    )
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def settings(sandbox: Sandbox, tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic's own argument
        bot_token=sandbox.token,
        secret_key="a key for tests alone",  # noqa: S106 - of a database that lives for one test
        database_url=f"sqlite:///{tmp_path / 'union.db'}",
        api_base_url=sandbox.api_base_url,
        file_base_url=sandbox.file_base_url,
        admin_ids=(CADRE,),
        union=demo.UNION,
    )


@contextlib.asynccontextmanager
async def running(settings: Settings, clock: Callable[[], datetime]) -> AsyncIterator[Database]:
    migrate.migrate(settings.database_url)
    database = app.open_database(settings, clock)
    serving = asyncio.create_task(service.run(settings, database))
    try:
        yield database
        assert not serving.done(), serving.exception()
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
        database.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_behind_a_webhook_it_answers_as_well(sandbox: Sandbox, settings: Settings) -> None:
    port = free_port()
    hooked = settings.model_copy(
        update={
            "webhook_url": f"http://127.0.0.1:{port}/telegram",
            "webhook_secret": "a-secret-of-our-own",
            "listen": f"127.0.0.1:{port}",
        }
    )
    async with running(hooked, sandbox.clock):
        await sandbox.world.wait_for(lambda: bool(sandbox.world.faults.of("setWebhook")), 10)
        sandbox.world.send_text(CADRE, "/start")
        await sandbox.world.wait_for(lambda: bool(sandbox.world.said(CADRE)), 10)
        assert demo.UNION in sandbox.world.said(CADRE)[0]
        assert [] == sandbox.world.faults.of("getUpdates")


async def test_a_start_without_a_network_waits_for_it(
    sandbox: Sandbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PAUSE_SECONDS", 0.01)
    sandbox.world.faults.fail("getMe", 502, "Bad Gateway", times=3)
    async with running(settings, sandbox.clock):
        sandbox.world.send_text(CADRE, "/start")
        await sandbox.world.wait_for(lambda: bool(sandbox.world.said(CADRE)), 10)
    assert 4 <= len(sandbox.world.faults.of("getMe"))


async def test_a_reminder_that_telegram_refuses_once_arrives_with_the_next_beat(
    sandbox: Sandbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "TICK_SECONDS", 0.2)
    day: dict[str, int | str] = {"since": "2017-08-31", "until": "2017-09-01"}

    def post(tx: Transaction) -> None:
        admin = people.find(tx, CADRE)
        assert admin is not None
        bulletins.post(tx, [admin.id], "outage_alone", key="k", urgent=True, **day)

    async with running(settings, sandbox.clock) as database:
        sandbox.world.send_text(CADRE, "/start")
        await sandbox.world.wait_for(lambda: bool(sandbox.world.said(CADRE)), 10)
        sandbox.world.faults.fail("sendMessage", 400, "Bad Request: can't parse entities")
        await database.run(post)
        await sandbox.world.wait_for(lambda: "没有人的提醒" in sandbox.world.said(CADRE)[-1], 10)


async def test_it_serves_though_the_command_menu_was_refused(sandbox: Sandbox, settings: Settings) -> None:
    sandbox.world.faults.fail("setMyCommands", 404, "Not Found", times=9)
    sandbox.world.faults.fail("deleteWebhook", 404, "Not Found")
    async with running(settings, sandbox.clock):
        sandbox.world.send_text(CADRE, "/start")
        await sandbox.world.wait_for(lambda: bool(sandbox.world.said(CADRE)), 10)


async def test_a_wrong_token_ends_it_and_is_not_repeated(sandbox: Sandbox, settings: Settings) -> None:
    wrong = settings.model_copy(update={"bot_token": "7:wrong-canary-token"})
    migrate.migrate(wrong.database_url)
    database = app.open_database(wrong, sandbox.clock)
    with pytest.raises(Deaf) as refused:
        await service.run(wrong, database)
    database.close()
    assert "canary" not in str(refused.value)


def _furnish(tx: Transaction) -> str:
    root = membership.ensure_union(tx, demo.UNION)
    return invitations.invite(tx, roles=[Role.OFFICER], union_id=root).code


async def test_asked_to_stop_it_ends_well_and_starts_again(sandbox: Sandbox, settings: Settings) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "TIEXIN_BOT_TOKEN": settings.bot_token,
        "TIEXIN_SECRET_KEY": settings.secret_key,
        "TIEXIN_DATABASE_URL": settings.database_url,
        "TIEXIN_API_BASE_URL": settings.api_base_url,
    }
    world = sandbox.world
    for _ in range(2):
        polls = len(world.faults.of("getUpdates"))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=environment, stderr=asyncio.subprocess.PIPE
        )
        await world.wait_for(lambda seen=polls: len(world.faults.of("getUpdates")) > seen, 30)  # type: ignore[misc]  # a bound loop variable
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(process.communicate(), 20)
        assert 0 == process.returncode, said.decode()
        assert b"Traceback" not in said
