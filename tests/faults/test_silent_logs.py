"""Nothing that a person says, no name, no telephone and no token is in any log, whatever its level."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

import pytest

from bot import logs
from tests.transcripts.performance import SCRIPTS
from tests.transcripts.player import Player
from tests.transcripts.stage import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.transcripts.conftest import Opening

pytestmark = pytest.mark.slow

PLAYED = ("visit_full", "revisit_not_received", "bad_answers", "joining")
CANARY = "张东 13900009001"
PRIVATE = (*PEOPLE, "施磊斌", "苗云涛", "花霞新", "孩子", "账号填错", "13900009", "2,673.00")


@pytest.fixture
def loudest() -> Iterator[logging.StreamHandler[io.StringIO]]:
    """The program's own log, told to write down everything."""
    root = logging.getLogger()
    handler = logging.StreamHandler(io.StringIO())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.mark.parametrize(
    ("name", "form"), [(name, (logs.Redacting, logs.JsonLines)[at % 2]) for at, name in enumerate(PLAYED)]
)
async def test_the_log_at_its_loudest_holds_nothing_of_anybody(
    name: str, form: type[logs.Redacting], opening: Opening, loudest: logging.StreamHandler[io.StringIO]
) -> None:
    played = next(one for one in SCRIPTS if one.name == name)
    async with opening(name) as stage:
        token = stage.rehearsal.sandbox.token
        loudest.setFormatter(form("%(levelname)s %(name)s: %(message)s", (token,)))
        loudest.stream.truncate(0)
        await Player(stage, played).play()
        stage.world.send_contact(PEOPLE["张东"].user_id, user_id=PEOPLE["曹玉芳"].user_id)
        await stage.settle()
        await stage.restart()
    told = loudest.stream.getvalue()
    assert "getMe" in told
    assert token not in told
    assert [] == [one for one in PRIVATE if one in told]


def fail_over_a_failure() -> None:
    try:
        int(CANARY)
    except ValueError as cause:
        raise KeyError(CANARY) from cause


@pytest.mark.parametrize("form", [logs.Redacting, logs.JsonLines])
def test_an_error_is_logged_by_its_place_and_kind_and_not_by_its_words(form: type[logs.Redacting]) -> None:
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(form("%(message)s", ()))
    log = logging.getLogger("a log of its own")
    log.addHandler(handler)
    try:
        fail_over_a_failure()
    except KeyError:
        log.exception("it failed")
    log.removeHandler(handler)

    assert CANARY not in said.getvalue()
    for told in ("ValueError", "KeyError", "test_silent_logs.py"):
        assert told in said.getvalue()
