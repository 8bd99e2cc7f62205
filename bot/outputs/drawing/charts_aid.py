"""What was given, a lying bar a kind, in the colours of whose money it was; knows no unit, no language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.outputs.drawing.lettering import (
    COLOURS,
    FIGURE_POINTS,
    HEIGHT_INCHES,
    INK,
    LABEL_POINTS,
    LEGEND_ROW_INCHES,
    LINE,
    PAPER,
    clipped,
    empty,
    legend,
    legend_rows,
    plain,
    said,
    sheet,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

BAR_HEIGHT = 0.34
# So many rows at least are given room, so that few bars are not as thick as a fist.
ROWS_LEAST = 4
NAME_HALF_LETTERS, LABEL_HALF_LETTERS = 26, 40


@dataclass(frozen=True, slots=True)
class AidRow:
    """One kind: what it is called, its sum in words, and a value for each source."""

    name: str
    label: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AidBars:
    """The rows from the top, and the names of the sources in the order of the values."""

    title: str
    note: str
    empty: str
    sources: tuple[str, ...]
    rows: tuple[AidRow, ...]

    @classmethod
    def of(cls, figures: Mapping[str, Any]) -> AidBars:
        """Return what a letter of the outbox describes."""
        rows = tuple(AidRow(one["name"], one["label"], tuple(one["values"])) for one in figures["rows"])
        return cls(
            title=figures["title"],
            note=figures["note"],
            empty=figures["empty"],
            sources=tuple(figures["sources"]),
            rows=rows,
        )


def aid_bars(bars: AidBars) -> Figure:
    """Draw a bar for each kind, its name and its sum above it."""
    figure = sheet(bars.title, bars.note)
    bottom = (0.3 + LEGEND_ROW_INCHES * legend_rows(len(bars.sources))) / HEIGHT_INCHES
    axes = figure.add_axes((0.035, bottom, 0.93, 0.865 - bottom))
    plain(axes)
    axes.spines["bottom"].set_visible(False)
    highest = max((sum(one.values) for one in bars.rows), default=0)
    count = max(len(bars.rows), ROWS_LEAST)
    axes.set_xlim(0, max(highest, 1))
    axes.set_ylim(count - 0.32, -0.68)
    for place, row in enumerate(bars.rows):
        axes.barh(place, max(highest, 1), BAR_HEIGHT, color=LINE, alpha=0.45, linewidth=0)
        ground = 0
        for number, value in enumerate(row.values):
            if value:
                axes.barh(
                    place,
                    value,
                    BAR_HEIGHT,
                    left=ground,
                    color=COLOURS[number % len(COLOURS)],
                    edgecolor=PAPER,
                    linewidth=0.8,
                )
                ground += value
        name = axes.text(0, place - 0.26, "", color=INK, ha="left", va="bottom")
        said(name, clipped(row.name, NAME_HALF_LETTERS), LABEL_POINTS)
        label = axes.text(max(highest, 1), place - 0.26, "", color=INK, ha="right", va="bottom")
        said(label, clipped(row.label, LABEL_HALF_LETTERS), FIGURE_POINTS)
    if not bars.rows:
        empty(axes, bars.empty)
    legend(figure, [(name, COLOURS[number % len(COLOURS)]) for number, name in enumerate(bars.sources)])
    return figure
