"""Draws pictures beside everything else: on a thread of their own, one at a time, the library loaded late."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# One thread: the library keeps fonts and the like between pictures and does not promise that two may be drawn
# at once. It begins with the first picture.
_ARTIST = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")


async def drawn(kind: str, figures: Mapping[str, Any]) -> bytes:
    """Return the picture of that kind as a PNG file. Raises KeyError when there is no such kind."""
    return await asyncio.get_running_loop().run_in_executor(_ARTIST, _draw, kind, figures)


def _draw(kind: str, figures: Mapping[str, Any]) -> bytes:
    from bot.outputs.drawing import charts  # noqa: PLC0415 - seconds to load, and most processes draw nothing

    return charts.drawn(kind, figures)
