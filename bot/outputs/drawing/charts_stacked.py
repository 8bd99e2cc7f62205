"""Bars that stand on one another, a bar a column, their sums on top; knows no unit, no language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.outputs.drawing.lettering import (
    ALARM,
    ALARM_PAPER,
    COLOURS,
    FIGURE_POINTS,
    HEIGHT_INCHES,
    INK,
    LABEL_POINTS,
    LEGEND_ROW_INCHES,
    PAPER,
    REST_COLOUR,
    SMALL_POINTS,
    empty,
    legend,
    legend_rows,
    plain,
    said,
    sheet,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BAR_WIDTH = 0.78
# A part of a bar that is lower than this share of the highest bar has no room for its own figure.
LOWEST_WITH_FIGURE = 0.055
HEADROOM = 1.12


@dataclass(frozen=True, slots=True)
class Series:
    """One colour: its name, and a value for each column."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StackedBars:
    """A bar a column, stacked by series; `alarms` columns at the left stand apart as what is late.

    `has_rest`: the last series is all the others together. `empty` is said where there is nothing at all.
    """

    title: str
    note: str
    empty: str
    columns: tuple[str, ...]
    series: tuple[Series, ...]
    alarms: int = 0
    has_rest: bool = False

    @classmethod
    def of(cls, figures: Mapping[str, Any]) -> StackedBars:
        """Return what a letter of the outbox describes."""
        series = tuple(Series(one["name"], tuple(one["values"])) for one in figures["series"])
        return cls(
            title=figures["title"],
            note=figures["note"],
            empty=figures["empty"],
            columns=tuple(figures["columns"]),
            series=series,
            alarms=figures["alarms"],
            has_rest=figures["has_rest"],
        )


def stacked_bars(bars: StackedBars) -> Figure:
    """Draw bars that stand on one another, their sums on top and the names of the colours below."""
    figure = sheet(bars.title, bars.note)
    bottom = (0.72 + LEGEND_ROW_INCHES * legend_rows(len(bars.series))) / HEIGHT_INCHES
    axes = figure.add_axes((0.035, bottom, 0.93, 0.86 - bottom))
    plain(axes)
    sums = [sum(values) for values in zip(*(one.values for one in bars.series), strict=True)]
    highest = max(sums, default=0)
    axes.set_xlim(-0.5, len(bars.columns) - 0.5)
    axes.set_ylim(0, max(highest, 1) * HEADROOM)
    if bars.alarms:
        axes.axvspan(-0.5, bars.alarms - 0.5, color=ALARM_PAPER, linewidth=0)
    _bars(axes, bars, highest)
    for place, total in enumerate(sums):
        _total(axes, place, total, ALARM if place < bars.alarms else INK)
    for place, column in enumerate(bars.columns):
        label = axes.annotate(
            "",
            (place, 0),
            (0, -6),
            textcoords="offset points",
            ha="center",
            va="top",
            color=ALARM if place < bars.alarms else INK,
            linespacing=1.25,
        )
        said(label, column, LABEL_POINTS)
    if not highest:
        empty(axes, bars.empty)
    legend(figure, [(one.name, _colour(bars, number)) for number, one in enumerate(bars.series)])
    return figure


def _bars(axes: Axes, bars: StackedBars, highest: int) -> None:
    grounds = [0] * len(bars.columns)
    for number, one in enumerate(bars.series):
        axes.bar(
            range(len(bars.columns)),
            one.values,
            BAR_WIDTH,
            bottom=grounds,
            color=_colour(bars, number),
            edgecolor=PAPER,
            linewidth=0.8,
        )
        for place, value in enumerate(one.values):
            if len(bars.series) > 1 and value and value >= LOWEST_WITH_FIGURE * highest:
                middle = grounds[place] + value / 2
                inside = axes.text(place, middle, "", color="white", ha="center", va="center")
                said(inside, str(value), SMALL_POINTS)
        grounds = [ground + value for ground, value in zip(grounds, one.values, strict=True)]


def _total(axes: Axes, place: int, total: int, colour: str) -> None:
    if total:
        top = axes.annotate(
            "", (place, total), (0, 3), textcoords="offset points", ha="center", va="bottom", color=colour
        )
        said(top, str(total), FIGURE_POINTS)


def _colour(bars: StackedBars, number: int) -> str:
    if bars.has_rest and number == len(bars.series) - 1:
        return REST_COLOUR
    return COLOURS[number % len(COLOURS)]
