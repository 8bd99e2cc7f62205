"""The kinds of pictures: what stands in them was counted and worded elsewhere; knows no unit, no language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.outputs.drawing.charts_aid import AidBars, aid_bars
from bot.outputs.drawing.charts_fund import FundYear, fund_year
from bot.outputs.drawing.charts_stacked import StackedBars, stacked_bars
from bot.outputs.drawing.lettering import png

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.figure import Figure


def drawn(kind: str, figures: Mapping[str, Any]) -> bytes:
    """Return the picture of that kind as a PNG file. Raises KeyError when there is no such kind."""
    return png(_KINDS[kind](figures))


_KINDS: dict[str, Callable[[Mapping[str, Any]], Figure]] = {
    "stacked_bars": lambda figures: stacked_bars(StackedBars.of(figures)),
    "fund_year": lambda figures: fund_year(FundYear.of(figures)),
    "aid_kinds": lambda figures: aid_bars(AidBars.of(figures)),
}
