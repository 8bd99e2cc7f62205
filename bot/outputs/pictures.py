"""Draws pictures beside everything else: off the event loop, one at a time, with the library loaded late."""

from __future__ import annotations

import asyncio
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# The library keeps fonts and the like between pictures and does not say that two may be drawn at once.
_PENCIL = Lock()


async def drawn(kind: str, figures: Mapping[str, Any]) -> bytes:
    """Return the picture of that kind as a PNG file. Raises KeyError when there is no such kind."""
    return await asyncio.to_thread(_draw, kind, figures)


def _draw(kind: str, figures: Mapping[str, Any]) -> bytes:
    from bot.outputs import charts  # noqa: PLC0415 - seconds to load, and most processes draw nothing

    with _PENCIL:
        return charts.drawn(kind, figures)
