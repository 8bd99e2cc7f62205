"""The bot in a process of its own, on a morning of our choosing; a line on stdin has it beat once."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from contextlib import suppress

from bot import app, service
from bot.settings import Settings
from tests.benchmarks.demo_union import SECRET
from tests.benchmarks.our_bot import UNLIMITED
from tests.clock import START


async def run(port: str, url: str, pace: str) -> None:
    """Say "ready", and after the beat how many seconds it took; serve until told to stop."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic's own argument: nothing from outside
        bot_token="1:bench",  # noqa: S106 - it opens nothing
        api_base_url=f"http://127.0.0.1:{port}/bot",
        secret_key=SECRET,
        database_url=url,
    )
    database = app.open_database(settings, app.clock(START))
    bot = service.Bot(settings, database, pace=UNLIMITED if pace == "free" else None)
    await bot.start()
    service.settle_memory()
    serving = asyncio.create_task(bot.serve())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    beating = asyncio.create_task(_beat(bot))
    with suppress(asyncio.CancelledError):
        await serving
    beating.cancel()
    await bot.stop()
    database.close()


async def _beat(bot: service.Bot) -> None:
    _say("ready")
    await asyncio.to_thread(sys.stdin.readline)
    began = time.perf_counter()
    await bot.tick()
    _say(f"{time.perf_counter() - began}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asyncio.run(run(*sys.argv[1:]))
