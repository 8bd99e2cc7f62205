"""Killed at any moment of a report: the next question is right, nothing is lost and nothing is doubled."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from bot.app import open_database
from bot.settings import Settings
from storage import audit
from storage.money import fund
from tests.faults.process import SHANGHAI, TOKEN, Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.sandbox.network.faults import Fault

ZHANG = 9001
# What the person does, and a button that must be there afterwards, whatever happened in between.
ACTS = (
    ("say", "走访 施磊斌", "一切如前"),
    ("tap", "一切如前", "提交"),
    ("tap", "补一句话", "跳过"),
    ("say", "{sentence}", "提交"),
    ("tap", "提交", "撤销"),
)
CALLS = (
    ("sendMessage", 1),
    ("sendMessage", 2),
    ("editMessageText", 1),
    ("editMessageText", 2),
    ("editMessageText", 3),
    ("answerCallbackQuery", 1),
    ("answerCallbackQuery", 3),
    ("deleteMessage", 1),
    ("getUpdates", 2),
)
MOMENTS = tuple((method, nth, after) for method, nth in CALLS for after in (False, True))
AT_RANDOM = 2


@asynccontextmanager
async def serving(furnished: Path, folder: Path) -> AsyncIterator[Service]:
    service = Service(furnished, folder)
    await service.sandbox.start()
    try:
        yield service
    finally:
        await service.kill()
        await service.sandbox.stop()


class Round:
    """One visit report, during which the process dies once."""

    def __init__(self, service: Service, sentence: str) -> None:
        self.service = service
        self.sentence = sentence
        self.fault: Fault | None = None
        self.dies_after: float | None = None

    async def play(self) -> None:
        world = self.service.world
        for kind, what, shown in ACTS:
            if kind == "say":
                world.send_text(ZHANG, what.format(sentence=self.sentence))
            else:
                world.tap_label(ZHANG, what)
            await self._answered()
            assert shown in world.labels(ZHANG), (self.sentence, what, world.said(ZHANG)[-3:])
        assert self.fault is None or self.fault.fired

    async def _answered(self) -> None:
        """Wait for the answer; when the moment comes, kill the process and start it again."""
        async with asyncio.timeout(60):
            while self.service.waiting():
                if self.fault is not None and self.fault.fired == 1 and self.dies_after is None:
                    self.dies_after = 0.0
                if self.dies_after is not None and self.dies_after >= 0:
                    await asyncio.sleep(self.dies_after)
                    self.dies_after = -1.0
                    await self.service.kill()
                    await self.service.start()
                await asyncio.sleep(0.005)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_killed_at_twenty_moments_of_a_report_nothing_is_lost_nor_doubled(
    furnished: Path, tmp_path: Path
) -> None:
    dice = random.Random(7)  # noqa: S311 - a fixed order of moments for a test
    async with serving(furnished, tmp_path / "service") as service:
        await service.start()
        sentences = []
        for number, moment in enumerate([*MOMENTS, *[None] * AT_RANDOM]):
            sentences.append(f"第 {number} 次：家里都好")
            one = Round(service, sentences[-1])
            if moment is None:
                one.dies_after = dice.uniform(0.0, 0.06)
            else:
                method, nth, after = moment
                one.fault = service.world.faults.drop(method, nth=nth, after=after)
            seen = len(service.world.faults.of("sendMessage"))
            await one.play()
            service.world.faults.clear()
            said = Counter(
                call.parameters["text"]
                for call in service.world.faults.of("sendMessage")[seen:]
                if call.result
            )
            assert max(said.values()) <= 2, (moment, said.most_common(2))
            assert sentences == words_of_visits(service), moment
        assert 20 == len(sentences)
        check_books(service)
        log = service.log.read_text()
        assert TOKEN not in log
        assert "家里都好" not in log


def words_of_visits(service: Service) -> list[str]:
    """What the visits of this test say, in the order of their numbers."""
    with sqlite3.connect(service.database_path) as connection:
        rows = connection.execute(
            "SELECT answers FROM visits WHERE imported_at IS NULL AND state = 'SUBMITTED' ORDER BY number"
        ).fetchall()
    connection.close()
    answers = [json.loads(row[0]) for row in rows]
    assert all(one["clears"] == ["SAME"] and one["assessment"] == "SAME" for one in answers)
    return [one["words"] for one in answers]


def check_books(service: Service) -> None:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic's own argument: nothing from outside
        database_url=f"sqlite:///{service.database_path}",
        secret_key=service.key,
    )
    assert SHANGHAI == settings.zone
    database = open_database(settings, service.sandbox.clock)
    try:
        assert [] == [*database.view(fund.check), *database.view(audit.check)]
    finally:
        database.close()
