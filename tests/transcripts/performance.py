"""What a transcript comes to when it is played: what is in the database then, what the bot asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.transcripts import script
from tests.transcripts.outcome import outcome
from tests.transcripts.player import Player

if TYPE_CHECKING:
    from bot.sandbox.network.faults import Call
    from tests.transcripts.conftest import Opening

SCRIPTS = [script.read(path) for path in sorted(Path(__file__).parent.glob("*.txt"))]


def each_of(scripts: list[script.Script]) -> pytest.MarkDecorator:
    """A test of each of these; all that is tried with one is tried by one worker, who plays it once."""
    group = pytest.mark.xdist_group
    params = [pytest.param(one, id=one.name, marks=group(f"transcript {one.name}")) for one in scripts]
    return pytest.mark.parametrize("played", params)


PLAYED = each_of(SCRIPTS)
# What this process has played once already, by the transcript's name.
_PLAYED_ONCE: dict[str, Performance] = {}


@dataclass(frozen=True, slots=True)
class Performance:
    """What one performance came to."""

    outcome: dict[str, list[Any]]
    calls: list[Call]


async def performed(
    played: script.Script, opening: Opening, *, restarting: bool = False, repeating: bool = False
) -> Performance:
    """Play it; `restarting` and `repeating` as the player takes them."""
    name = "restarting" if restarting else "repeating" if repeating else "once"
    async with opening(name) as stage:
        await Player(stage, played, restarting=restarting, repeating=repeating).play()
        return Performance(outcome(stage.database), list(stage.world.faults.calls))


async def performed_once(played: script.Script, opening: Opening) -> Performance:
    """Play it as it stands, the first time it is asked for; afterwards what it came to then."""
    if played.name not in _PLAYED_ONCE:
        _PLAYED_ONCE[played.name] = await performed(played, opening)
    return _PLAYED_ONCE[played.name]
