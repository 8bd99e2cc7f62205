"""The bot itself, as `tiexin run` starts it, but for Telegram's pace."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import suppress

from bot import app, service
from bot.chat.line.delivery import Pace
from bot.settings import Settings
from tests.benchmarks import meter
from tests.benchmarks.demo_union import SECRET

UNLIMITED = Pace(overall_per_second=1e6, overall_burst=1_000_000, chat_per_second=1e6, chat_burst=1_000_000)


async def run(port: int, path: str) -> None:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic's own argument: nothing from outside
        bot_token="1:bench",  # noqa: S106 - it opens nothing
        api_base_url=f"http://127.0.0.1:{port}/bot",
        secret_key=SECRET,
        database_url=f"sqlite:///{path}",
    )
    database = app.open_database(settings, app.clock())
    bot = service.Bot(settings, database, pace=UNLIMITED)
    await bot.start()
    service.settle_memory()
    serving = asyncio.create_task(bot.serve())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving
    await bot.stop()
    database.close()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    meter.install()
    asyncio.run(run(int(sys.argv[1]), sys.argv[2]))
