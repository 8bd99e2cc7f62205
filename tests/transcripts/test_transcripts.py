"""Every transcript, as it stands and with the bot restarted after every act."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import published_api
from tests.transcripts import requests, script
from tests.transcripts.outcome import outcome
from tests.transcripts.player import Player

if TYPE_CHECKING:
    from bot.sandbox.network.faults import Call
    from tests.transcripts.conftest import Opening

SCRIPTS = [script.read(path) for path in sorted(Path(__file__).parent.glob("*.txt"))]
PLAYED = pytest.mark.parametrize("played", SCRIPTS, ids=lambda one: one.name)


async def performed(
    played: script.Script, opening: Opening, *, restarting: bool = False
) -> tuple[dict[str, list[Any]], list[Call]]:
    """Play it once; return what it came to, and what the bot asked of Telegram."""
    async with opening("restarting" if restarting else "once") as stage:
        await Player(stage, played, restarting=restarting).play()
        return outcome(stage.database), list(stage.world.faults.calls)


@pytest.fixture(scope="session")
def seen() -> dict[str, tuple[dict[str, list[Any]], list[Call]]]:
    """What the transcripts played so far have come to."""
    return {}


@PLAYED
async def test_it_goes_as_it_stands(
    played: script.Script, opening: Opening, seen: dict[str, tuple[dict[str, list[Any]], list[Call]]]
) -> None:
    seen[played.name] = await performed(played, opening)
    assert seen[played.name][1]


@PLAYED
async def test_every_request_it_makes_is_as_the_bot_api_is_published(
    played: script.Script, opening: Opening, seen: dict[str, tuple[dict[str, list[Any]], list[Call]]]
) -> None:
    api = published_api.load()
    if played.name not in seen:
        seen[played.name] = await performed(played, opening)
    assert [] == requests.wrong(api, seen[played.name][1])


@pytest.mark.slow
@PLAYED
async def test_it_comes_to_the_same_with_the_bot_restarted_after_every_act(
    played: script.Script, opening: Opening, seen: dict[str, tuple[dict[str, list[Any]], list[Call]]]
) -> None:
    if played.name not in seen:
        seen[played.name] = await performed(played, opening)
    again, _ = await performed(played, opening, restarting=True)
    assert seen[played.name][0] == again
