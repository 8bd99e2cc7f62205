"""Ten thousand digests at once: Telegram's pace is kept, and whoever taps meanwhile waits for none of them.

The bot writes and sends them for a minute while one person taps through a report. It is stopped: what was
sent and what still waits are ten thousand together. It goes on, is stopped again, and at last sends the rest
without any pace. Nobody hears anything twice.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, insert, select

from storage.columns import table_of
from storage.households import names
from storage.post.outbox import NEW, Priority
from storage.tables.mail import outbox
from storage.tables.names import HouseholdKey
from tests.benchmarks.loopback import Someone
from tests.benchmarks.reminders import vast_union
from tests.benchmarks.reminders.strict_api import StrictApi
from tests.benchmarks.reminders.vast_rows import ROOT, Size
from tests.benchmarks.reminders.vast_union import FIRST_TELEGRAM_ID
from tests.benchmarks.row import Row
from tests.clock import START

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator

SIZE = Size(100_000, people=10_000, items=1)
DIGESTS = SIZE.people
NAME = f"{DIGESTS:,} digests at once"
MINUTE_SECONDS = 60.0
GOES_ON_SECONDS = 5.0
PATIENCE_SECONDS = 300.0
MOST_MS = 2_000.0
LEAST_A_SECOND = 20.0
# Every other cadre is told of something; the second is not, and taps instead.
TAPPER = 2


def run() -> list[Row]:
    """Flood, stop, go on, let everything out."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'flood.db'}"
        vast_union.build(url, SIZE)
        _make_findable(url)
        return asyncio.run(_flooded(url))


def _file_no() -> str:
    return f"K{TAPPER}"


def _make_findable(url: str) -> None:
    """Have the household that the person who taps will name be found by its number."""
    keys = names.keys_of(f"户{TAPPER}", _file_no())
    rows = [{"key": key, "household_id": TAPPER, "union_id": ROOT + TAPPER} for key in keys]
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(insert(table_of(HouseholdKey)), rows)
    engine.dispose()


async def _flooded(url: str) -> list[Row]:
    api = StrictApi(Someone(FIRST_TELEGRAM_ID + TAPPER, f"走访 {_file_no()}", taps=True))
    await api.start()
    try:
        rows = await _measured(api, url)
        rows.append(await _gone_on(api, url))
        rows.append(await _let_out(api, url))
    finally:
        await api.stop()
    rows.append(Row(NAME, "heard by each in the end", len(api.letters) / DIGESTS, "times", DIGESTS, 1, 1))
    return rows


async def _measured(api: StrictApi, url: str) -> list[Row]:
    """A minute from the moment at which they are due."""
    async with _bot(api, url, "paced") as bot:
        tapping = asyncio.create_task(api.tap())
        began = time.monotonic()
        assert bot.stdin is not None
        bot.stdin.write(b"\n")
        beat_seconds = float(await _line(bot))
        await asyncio.sleep(began + MINUTE_SECONDS - time.monotonic())
        tapping.cancel()
        with suppress(asyncio.CancelledError):
            await tapping
        sent = [at - began for _, at in api.letters if at < began + MINUTE_SECONDS]
    known = _check(api, url)
    answered = [seconds * 1_000 for seconds in api.answered_after]
    return [
        Row(NAME, "to write them all", beat_seconds, "s", DIGESTS),
        Row(NAME, "the first is sent after", sent[0], "s", 1),
        Row(NAME, "sent a second", len(sent) / (MINUTE_SECONDS - sent[0]), "", len(sent), LEAST_A_SECOND, 30),
        Row(NAME, "refused as too many", api.refused, "", len(sent), at_most=0),
        Row(NAME, "out of their turn", _out_of_turn(api, known), "", len(sent), at_most=0),
        Row(NAME, "a tap is answered, median", median(answered), "ms", len(answered), at_most=MOST_MS),
        Row(NAME, "a tap is answered, at worst", max(answered), "ms", len(answered), at_most=MOST_MS),
    ]


async def _gone_on(api: StrictApi, url: str) -> Row:
    """Stopped and started again: the rest follows at the same pace."""
    before = len(api.letters)
    async with _bot(api, url, "paced"):
        await asyncio.sleep(GOES_ON_SECONDS)
    _check(api, url)
    sent = len(api.letters) - before
    return Row(NAME, "sent a second after a restart", sent / GOES_ON_SECONDS, "", sent, LEAST_A_SECOND, 30)


async def _let_out(api: StrictApi, url: str) -> Row:
    """Nobody sets a pace any more: everybody hears."""
    before = len(api.letters)
    api.limits.is_lifted = True
    async with _bot(api, url, "free"), asyncio.timeout(PATIENCE_SECONDS):
        await api.all_written(DIGESTS)
    _check(api, url)
    moments = [at for _, at in api.letters[before:]]
    sent = len(moments)
    return Row(NAME, "sent a second without a pace", sent / (moments[-1] - moments[0]), "", sent)


@asynccontextmanager
async def _bot(api: StrictApi, url: str, pace: str) -> AsyncIterator[Process]:
    """The bot, from when it is ready until it has ended well."""
    command = [sys.executable, "-m", "tests.benchmarks.reminders.flood_bot", str(api.port), url, pace]
    pipe = asyncio.subprocess.PIPE
    bot = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    try:
        await _line(bot)
        yield bot
    finally:
        with suppress(ProcessLookupError):
            bot.terminate()
        if bot.stdin is not None:
            bot.stdin.close()
        code = await bot.wait()
    if code:
        raise RuntimeError(f"the bot ended with {code}")


async def _line(bot: Process) -> str:
    assert bot.stdout is not None
    async with asyncio.timeout(PATIENCE_SECONDS):
        line = await bot.stdout.readline()
    if not line:
        raise RuntimeError("the bot ended early")
    return line.decode().strip()


def _check(api: StrictApi, url: str) -> list[int]:
    """Everybody has heard once, or will; return whose letters there are, in the order they were written."""
    letters = select(outbox.c.chat_id, outbox.c.state).where(
        outbox.c.priority == int(Priority.REMINDER), outbox.c.created_at >= START
    )
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(letters.order_by(outbox.c.id)).all()
    engine.dispose()
    heard = sorted(chat_id for chat_id, _ in api.letters)
    waiting = [row.chat_id for row in rows if row.state == NEW]
    expected = sorted(row.chat_id for row in rows)
    assert len(set(expected)) == len(expected) == DIGESTS, "not one letter for each"
    assert expected == sorted(heard + waiting), f"{len(heard)} sent and {len(waiting)} waiting"
    return [row.chat_id for row in rows]


def _out_of_turn(api: StrictApi, written: list[int]) -> int:
    """How many were overtaken by one that was written after them."""
    turn = {chat_id: place for place, chat_id in enumerate(written)}
    return sum(turn[one] > turn[other] for (one, _), (other, _) in pairwise(api.letters))
