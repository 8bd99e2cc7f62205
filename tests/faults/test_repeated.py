"""Everything delivered more than once, and answers that were sent twice: it comes to the same as once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.transcripts.outcome import outcome
from tests.transcripts.performance import SCRIPTS, Performance, each_of, performed
from tests.transcripts.player import Player
from tests.transcripts.stage import PEOPLE

if TYPE_CHECKING:
    from tests.transcripts.conftest import Opening
    from tests.transcripts.script import Script

pytestmark = pytest.mark.slow
# These stop the bot themselves, and what comes again then is another test's.
TWICE = [one for one in SCRIPTS if one.name not in ("restarted", "digest_once")]


@each_of(TWICE)
async def test_every_update_twice_comes_to_the_same_as_once(
    played: Script, once: Performance, opening: Opening
) -> None:
    twice = await performed(played, opening, repeating=True)
    assert once.outcome == twice.outcome


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText", "answerCallbackQuery", "deleteMessage"])
@pytest.mark.parametrize("after", [False, True], ids=["before it arrived", "after it arrived"])
async def test_a_line_dropped_at_a_call_doubles_no_effect_and_repeats_at_most_one_text(
    method: str, opening: Opening, *, after: bool
) -> None:
    played = next(one for one in SCRIPTS if one.name == "one_message")
    async with opening("straight") as stage:
        await Player(stage, played).play()
        straight = outcome(stage.database)
        said = Counter(stage.world.said(PEOPLE["张东"].user_id))
    async with opening("dropped") as stage:
        fault = stage.world.faults.drop(method, nth=2, after=after)
        await Player(stage, played).play()
        assert straight == outcome(stage.database)
        repeated = Counter(stage.world.said(PEOPLE["张东"].user_id)) - said
    assert 1 == fault.fired
    assert sum(repeated.values()) <= 1
