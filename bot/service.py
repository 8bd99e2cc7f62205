"""The bot put together: the one file that knows every part of it, from Telegram to the database."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from contextlib import AsyncExitStack, suppress
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import uvicorn
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram import BotCommand
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, TypeHandler

from bot.chat.gate import House
from bot.chat.handling import Handling
from bot.chat.line import webhook
from bot.chat.line.api import ApiRefused, BotApi
from bot.chat.line.carrier import Hooks as DeliveryHooks
from bot.chat.line.delivery import Delivery, Pace
from bot.chat.line.http import AiohttpRequest, NoAnswer, NotReached
from bot.chat.line.incoming import Incoming, Membership
from bot.chat.line.intake import Hooks as IntakeHooks
from bot.chat.line.intake import Intake
from bot.chat.line.polling import ALLOWED_UPDATES, Deaf, Poller
from bot.chat.report import restart
from bot.outputs import pictures
from bot.outputs.documents import Documents
from bot.reminders.metronome import Metronome
from bot.texts.catalogue import LANGUAGES, words
from storage.core.instance import InstanceLock
from storage.members import membership
from storage.post import inbox, outbox

if TYPE_CHECKING:
    from telegram.ext import CallbackContext

    from bot.chat.line.incoming import Arrival
    from bot.settings import Settings
    from storage.core.transaction import Transaction
    from storage.database import Database

log = logging.getLogger(__name__)

TICK_SECONDS = 20
KEPT_DAYS = 30
PAUSE_SECONDS = 1.0
# Objects made, then rounds of the young and of the middle ones, before the collector looks.
COLLECTED_AFTER = (50_000, 20, 50)
PAUSE_MAX_SECONDS = 30.0
TELEGRAM_LANGUAGES = {"zh": "zh", "en": "en"}


class Bot:
    """Telegram on one side, the database on the other; started, it serves until stopped.

    `pace`: how fast it may speak, None: as fast as Telegram takes it.
    """

    def __init__(self, settings: Settings, database: Database, *, pace: Pace | None = None) -> None:
        self.settings = settings
        self._pace = pace
        self.database = database
        self.api = BotApi(settings.bot_token, settings.api_base_url)
        self._application = (
            Application.builder()
            .token(settings.bot_token)
            .base_url(settings.api_base_url)
            .base_file_url(settings.file_base_url)
            .request(AiohttpRequest())
            .get_updates_request(AiohttpRequest())
            .updater(None)
            .job_queue(None)
            .build()
        )
        self._failures: dict[int, Exception] = {}
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._metronome = Metronome(database)
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        """Say who we are to Telegram, take up what was left, begin to listen, send and remind."""
        self._stack.push_async_callback(self.api.close)
        self._stack.push_async_callback(self._application.bot.shutdown)
        await self._reach()
        self._stack.push_async_callback(self._application.shutdown)
        house = House(self.settings.language, self._application.bot.username)
        self.handling = Handling(self.database, self.api, house)
        for kind in (Incoming, Membership):
            self._application.add_handler(TypeHandler(kind, self._handle))
        self._application.add_error_handler(self._note_failure)
        await self.database.run(
            membership.ensure_admins,
            self.settings.admin_ids,
            union_name=self.settings.union or words(self.settings.language).plain("shell.union"),
            name=words(self.settings.language).plain("codes.role.admin"),
        )
        await self._introduce()
        self.delivery = Delivery(
            self.database,
            self.api,
            pace=self._pace,
            hooks=DeliveryHooks(
                on_blocked=self.handling.on_blocked,
                on_refused=self.handling.on_refused,
                draw=pictures.drawn,
                make=Documents(self.database).made,
            ),
        )
        await self.delivery.start()
        self._stack.push_async_callback(self.delivery.stop)
        hooks = IntakeHooks(on_dead=self.handling.on_dead, on_not_saved=self.handling.on_not_saved)
        self.intake = Intake(
            self.database,
            self._process,
            hooks=hooks,
            shared=bool(self.settings.webhook_url) and not self.database.is_sqlite,
        )
        await self.database.run(restart.tell)
        await self.intake.start()
        self._stack.push_async_callback(self.intake.stop)
        await self._remind()

    async def serve(self) -> None:
        """Listen until cancelled: by polling, or behind the webhook. Raises Deaf, AlreadyRunning."""
        if self.settings.webhook_url:
            await self._serve_webhook()
            return
        with suppress(ApiRefused, NotReached, NoAnswer):
            # Where a webhook still stands after this, polling is refused and says so.
            await self.api.call("deleteWebhook", {})
        await Poller(self.database, self.api, self.intake).run()

    async def stop(self) -> None:
        """Finish what is begun, in the reverse order of the start."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await self._stack.aclose()

    async def tick(self) -> None:
        """Tell whatever has fallen due: the metronome's beat, and the sandbox's turned clock."""
        await self._metronome.beat()

    async def reminded(self) -> None:
        """Return once whatever was posted until now as urgent has been written to the outbox."""
        await self._metronome.answered()

    async def _remind(self) -> None:
        # Rows decide what is due; a late or missed beat of the metronome loses nothing.
        await self._metronome.start()
        self._stack.push_async_callback(self._metronome.stop)
        steady: dict[str, Any] = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler.add_job(self.tick, "interval", seconds=TICK_SECONDS, **steady)
        self._scheduler.add_job(self._prune, "interval", hours=6, **steady)
        self._scheduler.start()

    async def _prune(self) -> None:
        await self.database.run(prune)

    async def _reach(self) -> None:
        """Ask Telegram who we are until the network is there. Raises Deaf when it will not have us."""
        pause_seconds = PAUSE_SECONDS
        while True:
            try:
                await self._application.initialize()
            except (InvalidToken, Forbidden, BadRequest) as refusal:
                # The framework puts the token into this message; it goes no further.
                raise Deaf(type(refusal).__name__) from None
            except NetworkError as error:
                log.warning("start: Telegram is not reached (%s)", type(error).__name__)
                await asyncio.sleep(pause_seconds)
                pause_seconds = min(2 * pause_seconds, PAUSE_MAX_SECONDS)
            else:
                return

    async def _introduce(self) -> None:
        """The command menu, in the language of each person's Telegram; nobody is kept waiting for it."""
        default = self.settings.language
        for language, code in ((default, None), *((one, TELEGRAM_LANGUAGES[one]) for one in LANGUAGES)):
            speech = words(language).under("menu.commands")
            commands = [BotCommand(name, said) for name, said in speech.items()]
            try:
                await self._application.bot.set_my_commands(commands, language_code=code)
            except TelegramError as error:
                log.warning("start: the command menu was not set (%s)", type(error).__name__)

    async def _process(self, came: Arrival) -> None:
        """Through the framework, whose errors are swallowed there and raised again here."""
        await self._application.process_update(came)
        failure = self._failures.pop(came.update_id, None)
        if failure is not None:
            raise failure

    async def _handle(self, came: Arrival, _context: CallbackContext[Any, Any, Any, Any]) -> None:
        await self.handling.handle(came)

    async def _note_failure(self, came: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        if isinstance(came, Incoming | Membership) and isinstance(context.error, Exception):
            self._failures[came.update_id] = context.error

    async def _serve_webhook(self) -> None:
        parts = urlsplit(self.settings.webhook_url)
        door = webhook.application(self.intake, secret=self.settings.webhook_secret, path=parts.path or "/")
        host, port = self.settings.listen_address
        server = uvicorn.Server(
            uvicorn.Config(door, host=host, port=port, log_config=None, access_log=False, server_header=False)
        )
        serving = asyncio.create_task(server.serve())
        try:
            await self.api.call(
                "setWebhook",
                {
                    "url": self.settings.webhook_url,
                    "secret_token": self.settings.webhook_secret,
                    "allowed_updates": list(ALLOWED_UPDATES),
                },
            )
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await serving


def prune(tx: Transaction) -> None:
    """Forget what was said and done long ago in the post office; reports and ledgers stay."""
    before = tx.now - timedelta(days=KEPT_DAYS)
    inbox.prune(tx, older_than=before)
    outbox.prune(tx, older_than=before)


def settle_memory() -> None:
    """Spare the collector what was loaded for good, and let it look for circles less often.

    An update leaves hardly any circle behind; looking for them after every few hundred objects was a tenth of
    its cost.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


async def run(settings: Settings, database: Database) -> None:
    """Serve until cancelled. In polling mode one process only. Raises AlreadyRunning, Deaf."""
    lock = InstanceLock(database) if not settings.webhook_url else None
    if lock is not None:
        lock.acquire()
    bot = Bot(settings, database)
    serving = asyncio.current_task()
    if serving is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    try:
        await bot.start()
        settle_memory()
        await bot.serve()
    finally:
        await bot.stop()
        if lock is not None:
            lock.release()
