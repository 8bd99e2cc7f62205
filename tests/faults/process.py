"""`tiexin run` as a process of its own against a network in this one, to be killed at any moment."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.sandbox import demo
from bot.sandbox.clock import TurnableClock
from bot.sandbox.server import Sandbox

if TYPE_CHECKING:
    from bot.sandbox.world import World

ROOT = Path(__file__).parents[2]
SHANGHAI = ZoneInfo("Asia/Shanghai")
# After the welcome of everybody, before the digest of that morning.
BEGINS_AT = datetime.combine(demo.BEGINS_ON, time(8, 5), tzinfo=SHANGHAI)
READY_SECONDS = 30.0
SETTLE_SECONDS = 30.0
TOKEN = "7000000001:canary-token-that-nobody-may-see"  # noqa: S105 - of a network in this process
_WAITING = """
    SELECT (SELECT count(*) FROM inbox WHERE state = 'NEW')
        + (SELECT count(*) FROM outbox WHERE state = 'NEW')
"""


class Service:
    """One union's database and network; the process comes and goes."""

    def __init__(self, furnished: Path, folder: Path) -> None:
        shutil.copytree(furnished, folder)
        self.folder = folder
        self.sandbox = Sandbox(
            clock=TurnableClock(BEGINS_AT),
            zone=SHANGHAI,
            personas=demo.PERSONAS,
            token=TOKEN,
            folder=folder / "world",
        )
        self.process: asyncio.subprocess.Process | None = None
        self.log = folder / "log"

    @property
    def world(self) -> World:
        return self.sandbox.world

    @property
    def database_path(self) -> Path:
        return self.folder / "tiexin.db"

    @property
    def key(self) -> str:
        return (self.folder / "key").read_text()

    async def start(self) -> None:
        """Start the process; it is ready when it asks for updates."""
        polls = len(self.world.faults.of("getUpdates"))
        await self.launch()
        await self.world.wait_for(lambda: len(self.world.faults.of("getUpdates")) > polls, READY_SECONDS)

    async def launch(self) -> asyncio.subprocess.Process:
        """Start the process, whatever becomes of it."""
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "TIEXIN_BOT_TOKEN": TOKEN,
            "TIEXIN_API_BASE_URL": self.sandbox.api_base_url,
            "TIEXIN_FILE_BASE_URL": self.sandbox.file_base_url,
            "TIEXIN_DATABASE_URL": f"sqlite:///{self.database_path}",
            "TIEXIN_SECRET_KEY": self.key,
            "TIEXIN_UNION": demo.UNION,
            "TIEXIN_NOW": self.sandbox.clock().isoformat(),
        }
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=environment, cwd=self.folder, stdout=log, stderr=log
            )
        return self.process

    async def kill(self) -> None:
        """End the process as a power cut does."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    def waiting(self) -> int:
        """How much is not done: updates not confirmed, not handled, letters not sent."""
        with sqlite3.connect(f"file:{self.database_path}?mode=ro", uri=True) as connection:
            (stored,) = connection.execute(_WAITING).fetchone()
        connection.close()
        return len(self.world.updates) + int(stored)

    async def settle(self) -> None:
        """Return once everything that was said has been answered."""
        async with asyncio.timeout(SETTLE_SECONDS):
            while self.waiting():  # noqa: ASYNC110 - another process's database rings no bell here
                await asyncio.sleep(0.02)
