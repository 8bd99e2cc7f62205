"""A full disk: the person is told, nothing is confirmed and nothing half; afterwards all is as before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.transcripts.outcome import outcome
from tests.transcripts.stage import PEOPLE

if TYPE_CHECKING:
    from storage.core.transaction import Transaction
    from tests.transcripts.conftest import Opening

ZHANG, CHEN = PEOPLE["张东"].user_id, PEOPLE["陈立"].user_id

pytestmark = pytest.mark.slow

NOT_SAVED = "没有保存，请稍后再发一次。"
PAGES_MAX = 1_000_000
LONG = "家里都好。" * 700


def fill(tx: Transaction) -> None:
    """Leave no page free: SQLite says then what it says when the disk is full."""
    pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def clear(tx: Transaction) -> None:
    tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {PAGES_MAX}")


def alarms(said: list[str]) -> int:
    return sum("数据存不进去了" in one for one in said)


async def test_a_full_disk_is_told_and_nothing_is_confirmed_until_there_is_room(
    opening: Opening,
) -> None:
    async with opening("full") as stage:
        world = stage.world
        world.send_text(ZHANG, "走访 施磊斌")
        await stage.settle()
        before = outcome(stage.database)
        await stage.database.run(fill)
        for _ in range(12):
            world.send_text(ZHANG, LONG)
        await world.wait_for(lambda: NOT_SAVED in world.said(ZHANG), 20)
        assert len(world.updates) > 0
        assert 1 == world.said(ZHANG).count(NOT_SAVED)
        await world.wait_for(lambda: alarms(world.said(CHEN)) == 1, 5)

        await stage.database.run(clear)
        await stage.settle()
        assert before == outcome(stage.database)
        world.tap_label(ZHANG, "一切如前")
        await stage.settle()
        world.tap_label(ZHANG, "提交")
        await stage.settle()
        assert world.said(ZHANG)[-1].startswith("✓ 走访 ZF-2017-000104")
        assert 1 == len(outcome(stage.database)["visits"])
        assert 1 == alarms(world.said(CHEN))
        assert 1 == world.said(ZHANG).count(NOT_SAVED)
