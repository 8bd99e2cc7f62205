"""The sandbox put together: Telegram on this machine, the real bot, the demo union, a clock to turn."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from contextlib import AsyncExitStack, suppress
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bot import app, service
from bot.sandbox import demo
from bot.sandbox.clock import TurnableClock
from bot.sandbox.network.pace import Limits
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from storage.codes import Role
from storage.exchange import load
from storage.members import invitations, membership
from storage.migrations import migrate
from storage.telling import speaking

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from storage.core.transaction import Transaction
    from storage.database import Database

Language = Literal["zh", "en"]
NAME = "贴心"
BEGINS_AT = time(8, 0)
KEY_FILE = "key"
KEY_BYTES = 32
SETTLE_SECONDS = 10.0


class Rehearsal:
    """A sandbox with its bot; `folder` holds what was said and done, and with `keeps` the chats as well."""

    def __init__(
        self,
        *,
        folder: Path,
        keeps: bool = True,
        begin_on: date | None = None,
        language: Language = "zh",
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        blank = Settings(
            _env_file=None,  # type: ignore[call-arg]  # pydantic's own argument: nothing from outside
            secret_key=_key(folder / KEY_FILE),
            database_url=f"sqlite:///{folder / 'tiexin.db'}",
            language=language,
            union=demo.UNION,
            admin_ids=(),
        )
        self.clock = TurnableClock(datetime.combine(begin_on or demo.BEGINS_ON, BEGINS_AT, tzinfo=blank.zone))
        self.sandbox = Sandbox(
            clock=self.clock,
            zone=blank.zone,
            personas=demo.PERSONAS,
            name=NAME,
            language=language,
            limits=Limits(chat_burst=60, overall_burst=60),
            folder=folder / "world",
            keeps=keeps,
            on_turn=self._turned,
            mornings=self._mornings,
        )
        self._settings = blank
        self.database: Database | None = None
        self.bot: service.Bot | None = None
        self._stack = AsyncExitStack()

    async def start(self, port: int = 0) -> None:
        """Everything is ready when this returns: records imported, everybody but the stranger joined."""
        await self.sandbox.start(port)
        self._stack.push_async_callback(self.sandbox.stop)
        settings = self._settings.model_copy(
            update={
                "bot_token": self.sandbox.token,
                "api_base_url": self.sandbox.api_base_url,
                "file_base_url": self.sandbox.file_base_url,
            }
        )
        migrate.migrate(settings.database_url)
        database = app.open_database(settings, self.clock)
        self.database = database
        self._stack.callback(database.close)
        codes = await database.run(_furnish)
        bot = service.Bot(settings, database)
        self.bot = bot
        await bot.start()
        self._stack.push_async_callback(bot.stop)
        serving = asyncio.create_task(bot.serve())
        self._stack.push_async_callback(_ended, serving)
        self.serving = serving
        for user_id, code in codes.items():
            self.sandbox.world.send_text(user_id, f"/start {code}")
        await self._settled(len(codes))

    async def stop(self) -> None:
        """End in the reverse order; the folder keeps what was said and done."""
        await self._stack.aclose()

    async def _turned(self, _stop: datetime) -> None:
        """The clock stands at a morning: what is due is told, and has arrived, before it goes on."""
        if self.bot is not None:
            await self.bot.tick()
            await self.bot.delivery.drained()

    def _mornings(self, day: date) -> list[datetime]:
        """When digests go out on that day, by the hours that the unions have set."""
        return [] if self.database is None else self.database.view(speaking.digests_of, day)

    async def _settled(self, joined: int) -> None:
        """Wait until everybody has been welcomed, so that the first look at the page is complete."""
        if not joined or self.bot is None:
            return
        deadline = asyncio.get_running_loop().time() + SETTLE_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            welcomed = [one for one in demo.MEMBERS if self.sandbox.world.said(one.persona.user_id)]
            if len(welcomed) == len(demo.MEMBERS):
                return
            await asyncio.sleep(0.02)


async def run(
    *,
    port: int,
    folder: Path | None,
    begin_on: date | None,
    language: Language,
    ready: Callable[[str], None],
) -> None:
    """Rehearse until cancelled; without a folder nothing is kept. Raises OSError when the port is taken."""
    with tempfile.TemporaryDirectory(prefix="tiexin-") as fleeting:
        rehearsal = Rehearsal(
            folder=folder or Path(fleeting),
            keeps=folder is not None,
            begin_on=begin_on,
            language=language,
        )
        try:
            await rehearsal.start(port)
            ready(rehearsal.sandbox.url)
            await rehearsal.serving
        finally:
            await rehearsal.stop()


def _furnish(tx: Transaction) -> dict[int, str]:
    """Fill an empty database with the demo records; return everybody's code by Telegram id."""
    if membership.root_union(tx) is not None:
        return {}
    load.import_path(tx, demo.RECORDS, union_name=demo.UNION)
    root = membership.root_union(tx)
    codes = {}
    for member in demo.MEMBERS:
        if member.of_register:
            made = invitations.invite(tx, roles=[Role.CADRE], name=member.persona.name)
        else:
            made = invitations.invite(tx, roles=[Role(role) for role in member.roles], union_id=root)
        codes[member.persona.user_id] = made.code
    return codes


def _key(path: Path) -> str:
    if not path.exists():
        path.write_text(secrets.token_urlsafe(KEY_BYTES), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8")


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
