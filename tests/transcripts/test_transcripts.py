"""Every transcript, as it stands and with the bot restarted after every line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.transcripts import script
from tests.transcripts.player import Player

if TYPE_CHECKING:
    from tests.transcripts.conftest import Opening

SCRIPTS = [script.read(path) for path in sorted(Path(__file__).parent.glob("*.txt"))]


@pytest.mark.parametrize("played", SCRIPTS, ids=lambda one: one.name)
async def test_it_goes_as_it_stands(played: script.Script, opening: Opening) -> None:
    async with opening("once") as stage:
        await Player(stage, played).play()
