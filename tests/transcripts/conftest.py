"""A demo union prepared once, and a stage of its own for every transcript."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.transcripts import performance, stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from tests.transcripts.script import Script

    Opening = Callable[[str], AbstractAsyncContextManager[stage.Stage]]


@pytest.fixture(autouse=True)
def without_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    stage.without_pace(monkeypatch)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo union in it, made once for all who import this; to be copied."""
    folder = tmp_path_factory.getbasetemp() / "furnished"
    if folder.exists():
        return folder
    with pytest.MonkeyPatch.context() as patch:
        stage.without_pace(patch)
        asyncio.run(stage.furnish(folder))
    return folder


@pytest.fixture
def opening(furnished: Path, tmp_path: Path) -> Opening:
    """Open stages, each in a copy of the demo union under the name given."""

    @asynccontextmanager
    async def opened(name: str) -> AsyncIterator[stage.Stage]:
        shutil.copytree(furnished, tmp_path / name)
        one = stage.Stage(tmp_path / name)
        await one.start()
        try:
            yield one
        finally:
            await one.stop()

    return opened


@pytest.fixture
async def once(played: Script, opening: Opening) -> performance.Performance:
    """What the transcript comes to as it stands."""
    return await performance.performed_once(played, opening)
