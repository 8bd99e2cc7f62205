"""A bug in one screen: everybody else is served at once, the person gets a reference, an admin hears once."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, NoReturn

import pytest

from bot.chat import routes
from tests.transcripts.outcome import outcome
from tests.transcripts.stage import PEOPLE

if TYPE_CHECKING:
    from bot.chat.talk import Talk
    from tests.transcripts.conftest import Opening

ZHANG, CAO, CHEN = (PEOPLE[name].user_id for name in ("张东", "曹玉芳", "陈立"))

pytestmark = pytest.mark.slow


def broken(talk: Talk, argument: str = "") -> NoReturn:
    raise ZeroDivisionError(f"{talk.person.name} {argument}")


async def test_a_bug_in_a_screen_stops_nobody_else_and_is_told_once(
    opening: Opening, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(routes.COMMANDS, "balance", broken)
    async with opening("broken") as stage:
        world = stage.world
        world.send_text(ZHANG, "走访 施磊斌")
        await stage.settle()
        before = outcome(stage.database)
        begun = time.monotonic()
        world.send_text(ZHANG, "余额 施磊斌")
        world.send_text(CAO, "待办")
        await world.wait_for(lambda: any("待办 3 项" in one for one in world.said(CAO)), 5)
        assert time.monotonic() - begun < 5

        await world.wait_for(lambda: any("出了点问题" in one for one in world.said(ZHANG)), 20)
        await stage.settle()
        (told,) = [one for one in world.said(ZHANG) if "出了点问题" in one]
        reference = re.findall(r"编号 (\w{8})", told)[0]
        assert 1 == len([one for one in world.said(CHEN) if reference in one])
        assert before == outcome(stage.database)

        world.tap_label(ZHANG, "一切如前")
        await stage.settle()
        assert "提交" in world.labels(ZHANG)
    assert reference in caplog.text
    assert "施磊斌" not in caplog.text
