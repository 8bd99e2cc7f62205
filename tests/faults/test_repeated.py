"""Everything delivered more than once, and answers that were sent twice: it comes to the same as once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.transcripts.outcome import outcome
from tests.transcripts.player import Player
from tests.transcripts.test_transcripts import SCRIPTS

if TYPE_CHECKING:
    from tests.transcripts.conftest import Opening
    from tests.transcripts.script import Script

# These stop the bot themselves, and what comes again then is another test's.
TWICE = [one for one in SCRIPTS if one.name not in ("restarted", "digest_once")]


@pytest.mark.slow
@pytest.mark.parametrize("played", TWICE, ids=lambda one: one.name)
async def test_every_update_twice_comes_to_the_same_as_once(played: Script, opening: Opening) -> None:
    async with opening("once") as stage:
        await Player(stage, played).play()
        once = outcome(stage.database)
    async with opening("twice") as stage:
        await Player(stage, played, repeating=True).play()
        assert once == outcome(stage.database)
