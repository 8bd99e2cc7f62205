"""A restarted sandbox finds its chats, files and waiting updates again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.sandbox.pictures import png
from tests.sandbox.town import LI, START, WANG, bot_of, new_sandbox, running

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


async def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    async with running(folder=tmp_path) as sandbox, bot_of(sandbox) as bot:
        sandbox.world.send_text(LI, "/start")
        await bot.send_message(LI, "您好")
        sandbox.world.send_photo(LI, png())
        sandbox.world.block(WANG)
        sandbox.clock.set(START + timedelta(days=30))
        waiting = [body["update_id"] for body in sandbox.world.updates.pending]
    async with running(folder=tmp_path) as again, bot_of(again) as bot:
        assert ["您好"] == again.world.said(LI)
        assert again.world.people[WANG].blocked
        assert START + timedelta(days=30) <= again.clock()
        updates = await bot.get_updates()
        assert waiting == [update.update_id for update in updates]
        photo = updates[1].message
        assert photo
        assert png() == bytes(await (await bot.get_file(photo.photo[-1])).download_as_bytearray())
        newest = max(again.world.chats[LI].posts)
        assert newest < (await bot.send_message(LI, "再见")).message_id


async def test_the_world_is_written_while_it_runs(tmp_path: Path) -> None:
    async with running(folder=tmp_path) as sandbox:
        sandbox.world.send_text(LI, "/start")
        async with asyncio.timeout(5):
            while not (tmp_path / "world.json").exists():  # noqa: ASYNC110 - a file tells nobody
                await asyncio.sleep(0.05)
        copy = tmp_path / "copy"
        copy.mkdir()
        (copy / "world.json").write_bytes((tmp_path / "world.json").read_bytes())
        assert "/start" == new_sandbox(folder=copy).world.posts(LI)[0].body["text"]


def test_what_cannot_be_read_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "world.json").write_text('{"version": 1, "people": [{}]}')
    assert [] == new_sandbox(folder=tmp_path).world.posts(LI)
    assert (tmp_path / "world.unreadable").exists()
    assert "set aside" in caplog.text
