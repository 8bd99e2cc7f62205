"""Every transcript, as it stands and with the bot restarted after every act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import published_api
from tests.transcripts import requests
from tests.transcripts.performance import PLAYED, Performance, performed

if TYPE_CHECKING:
    from tests.transcripts.conftest import Opening
    from tests.transcripts.script import Script


pytestmark = pytest.mark.slow


@PLAYED
def test_it_goes_as_it_stands(once: Performance) -> None:
    assert once.calls


@PLAYED
def test_every_request_it_makes_is_as_the_bot_api_is_published(once: Performance) -> None:
    api = published_api.load()
    assert [] == requests.wrong(api, once.calls)


@PLAYED
async def test_it_comes_to_the_same_with_the_bot_restarted_after_every_act(
    played: Script, once: Performance, opening: Opening
) -> None:
    again = await performed(played, opening, restarting=True)
    assert once.outcome == again.outcome
