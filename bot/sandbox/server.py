"""The sandbox as a whole: the world, its Bot API and its page, on one port of this machine."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn
from starlette.applications import Starlette

from bot.sandbox.bot_api import BotApi
from bot.sandbox.clock import Mornings, TurnableClock, Turning
from bot.sandbox.network.chats import Person
from bot.sandbox.network.keeping import Keeping
from bot.sandbox.network.pace import Limits
from bot.sandbox.network.profile import Profile
from bot.sandbox.page_api import PageApi
from bot.sandbox.persona import Persona
from bot.sandbox.wire.connection import DroppableProtocol
from bot.sandbox.wire.guard import guarded
from bot.sandbox.world import World

HOST = "127.0.0.1"
LAST_WORDS_SECONDS = 2
# As long as Telegram keeps idle connections, so that a bot's next call does not meet a closed one.
KEEP_ALIVE_SECONDS = 75
BOT_ID = 7_000_000_001
PAGE = Path(__file__).parent / "page"


async def nothing_to_do(_stop: datetime) -> None:
    """Nobody works by the clock."""


class Sandbox:
    """Telegram on this machine. `start` makes it answer, `stop` ends every wait.

    `folder`: where the world is found again; `keeps`: whether what changes is written there.
    """

    def __init__(
        self,
        *,
        clock: TurnableClock,
        zone: ZoneInfo,
        personas: Sequence[Persona] = (),
        name: str = "Tiexin",
        username: str = "tiexin_sandbox_bot",
        token: str | None = None,
        language: str = "zh",
        folder: Path | None = None,
        keeps: bool = True,
        limits: Limits | None = None,
        tap_lasts_seconds: float = 30.0,
        on_turn: Callable[[datetime], Awaitable[None]] = nothing_to_do,
        mornings: Mornings | None = None,
        page: Path = PAGE,
    ) -> None:
        self.clock = clock
        self.token = token or f"{BOT_ID}:{secrets.token_urlsafe(26)}"
        profile = Profile(BOT_ID, self.token, name, username)
        self.world = World(clock=clock, profile=profile, limits=limits, tap_lasts_seconds=tap_lasts_seconds)
        keeping = Keeping(self.world, folder) if folder else None
        if keeping:
            self._catch_up(keeping.load())
        self._keeping = keeping if keeps else None
        for one in personas:
            self.world.add_person(_person(one))
        self.turning = Turning(clock, zone, on_turn, self._announce_clock, mornings)
        self._page_api = PageApi(self.world, self.turning, personas, language=language, page=page)
        self._server: _Server | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.port = 0

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://{HOST}:{self.port}/"

    @property
    def api_base_url(self) -> str:
        """The Bot API's address, without the token."""
        return f"{self.url}bot"

    @property
    def file_base_url(self) -> str:
        """The address of files, without the token."""
        return f"{self.url}file/bot"

    async def start(self, port: int = 0, host: str = HOST) -> None:
        """Answers on this port, or on any free one; refuses every other host with ValueError."""
        if host != HOST:
            raise ValueError("the sandbox listens on 127.0.0.1 only")
        listening = _listen(port)
        self.port = listening.getsockname()[1]
        routes = BotApi(self.world).routes + self._page_api.routes
        config = uvicorn.Config(
            guarded(Starlette(routes=routes), self.port),
            http=DroppableProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=LAST_WORDS_SECONDS,
        )
        self._server = _Server(config)
        self._tasks = [asyncio.create_task(self._server.serve(sockets=[listening]))]
        self._tasks.append(asyncio.create_task(self.world.webhook.run()))
        if self._keeping:
            self._tasks.append(asyncio.create_task(self._keeping.run()))
        await self._started(self._tasks[0])

    async def stop(self) -> None:
        """Ends polls and streams, stops the server, writes what is to be kept."""
        self.world.updates.close()
        self._page_api.events.close()
        for task in self._tasks[1:]:
            task.cancel()
        if self._server:
            self._server.should_exit = True
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        if self._keeping:
            self._keeping.close()

    async def _started(self, serving: asyncio.Task[None]) -> None:
        while self._server and not self._server.started:
            if serving.done():
                serving.result()
                raise RuntimeError("the sandbox's server ended at its start")
            await asyncio.sleep(0.005)

    def _announce_clock(self) -> None:
        self._page_api.announce_clock()

    def _catch_up(self, kept: datetime | None) -> None:
        if kept is not None and kept > self.clock():
            self.clock.set(kept)


class _Server(uvicorn.Server):
    """Leaves the signals of the process to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listen(port: int) -> socket.socket:
    # Named as TCP, or asyncio leaves the small pauses of Nagle in every answer.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError:
        listening.close()
        raise
    return listening


def _person(one: Persona) -> Person:
    return Person(one.user_id, one.first_name, language_code=one.language_code, phone=one.phone)
