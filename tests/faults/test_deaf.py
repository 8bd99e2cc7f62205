"""Refused or unanswered by Telegram for a while: it hears again by itself, or ends and says why."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.faults.process import TOKEN, Service

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

ZHANG = 9001
REFUSALS = ((401, "Unauthorized"), (404, "Not Found"), (409, "Conflict: other"), (502, "Bad Gateway"))


async def test_after_every_kind_of_refusal_it_hears_again(furnished: Path, tmp_path: Path) -> None:
    service = Service(furnished, tmp_path / "service")
    await service.sandbox.start()
    try:
        await service.start()
        for number, (status, description) in enumerate(REFUSALS):
            fault = service.world.faults.fail("getUpdates", status, description, times=1_000)
            await asked(service, 2 * number + 1)
            await service.world.wait_for(lambda fault=fault: fault.fired >= 2, 20)  # type: ignore[misc]
            service.world.faults.clear()
            await asked(service, 2 * number + 2)
        assert service.process is not None
        assert service.process.returncode is None
        assert TOKEN not in service.log.read_text()
    finally:
        await service.kill()
        await service.sandbox.stop()


async def asked(service: Service, number: int) -> None:
    """Ask for the balance; it is answered for that many times now."""
    service.world.send_text(ZHANG, "余额")
    await service.world.wait_for(lambda: balances(service) == number, 20)


def balances(service: Service) -> int:
    return sum(one.startswith("帮扶资金") for one in service.world.said(ZHANG))


async def test_a_token_that_is_not_taken_at_the_start_ends_it_with_one_line(
    furnished: Path, tmp_path: Path
) -> None:
    service = Service(furnished, tmp_path / "service")
    await service.sandbox.start()
    try:
        service.world.faults.fail("*", 401, "Unauthorized", times=1_000)
        process = await service.launch()
        assert 1 == await asyncio.wait_for(process.wait(), 60)
        log = service.log.read_text()
        assert TOKEN not in log
        assert "Traceback" not in log
    finally:
        await service.kill()
        await service.sandbox.stop()
