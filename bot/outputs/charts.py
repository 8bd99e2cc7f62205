"""Figures become pictures: what stands in them was counted and worded elsewhere; knows no unit, no language.

Every chart is a figure of its own, drawn without the library's shared state, in the letters of the font that
comes along: no computer's fonts are asked for. One neutral picture reads on a light and on a dark chat alike.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.axes import Axes
    from matplotlib.text import Text

FONT = Path(__file__).parent / "fonts" / "NotoSansCJKsc-Subset.otf"
# Stands for a letter the font does not have, as printers have always done.
NO_TYPE = "\u3013"

WIDTH_INCHES, HEIGHT_INCHES, DOTS_PER_INCH = 6.0, 6.0, 200
TITLE_POINTS, FIGURE_POINTS, LABEL_POINTS, SMALL_POINTS = 16.0, 13.0, 11.5, 10.0
BAR_WIDTH = 0.78
# A part of a bar that is lower than this share of the highest bar has no room for its own figure.
LOWEST_WITH_FIGURE = 0.055
HEADROOM = 1.12
LEGEND_COLUMNS = 2
LEGEND_ROW_INCHES = 0.27
# Chinese letters are twice as wide as Latin ones.
LEGEND_HALF_LETTERS, NOTE_HALF_LETTERS = 26, 80

PAPER, INK, QUIET, LINE, ALARM, ALARM_PAPER = "#f6f7f9", "#22262d", "#6b7280", "#d8dce2", "#b3261e", "#fbe6e3"
COLOURS = ("#1f5fa8", "#d9822b", "#2f8f63", "#8757b3", "#c2476a", "#3f8fa3")
REST_COLOUR = "#8a9099"


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
    figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES), dpi=DOTS_PER_INCH, facecolor=PAPER)
    legend_rows = -(-len(bars.series) // LEGEND_COLUMNS)
    bottom = (0.72 + LEGEND_ROW_INCHES * legend_rows) / HEIGHT_INCHES
    axes = figure.add_axes((0.035, bottom, 0.93, 0.86 - bottom))
    _plain(axes)
    _said(figure.text(0.035, 0.945, "", color=INK, va="center"), bars.title, TITLE_POINTS)
    note = clipped(bars.note, NOTE_HALF_LETTERS)
    _said(figure.text(0.035, 0.895, "", color=QUIET, va="center"), note, SMALL_POINTS)
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
        _said(label, column, LABEL_POINTS)
    if not highest:
        middle = axes.text(0.5, 0.5, "", color=QUIET, ha="center", va="center", transform=axes.transAxes)
        _said(middle, bars.empty, FIGURE_POINTS)
    _legend(figure, bars, legend_rows)
    return figure


def png(figure: Figure) -> bytes:
    """Return the picture as a PNG file."""
    paper = io.BytesIO()
    figure.savefig(paper, format="png")
    return paper.getvalue()


def legible(text: str) -> str:
    """The text with a mark for every letter that the font does not have."""
    known = _letters()
    return "".join(one if one == "\n" or ord(one) in known else NO_TYPE for one in text)


def clipped(text: str, half_letters: int) -> str:
    """The text in so much room, with an ellipsis where it was too long."""
    room = half_letters
    for place, one in enumerate(text):
        room -= _half_letters(one)
        if room < 0:
            return f"{text[:place].rstrip()}…"
    return text


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
                _said(inside, str(value), SMALL_POINTS)
        grounds = [ground + value for ground, value in zip(grounds, one.values, strict=True)]


def _total(axes: Axes, place: int, total: int, colour: str) -> None:
    if total:
        top = axes.annotate(
            "", (place, total), (0, 3), textcoords="offset points", ha="center", va="bottom", color=colour
        )
        _said(top, str(total), FIGURE_POINTS)


def _legend(figure: Figure, bars: StackedBars, rows: int) -> None:
    """Names in two columns from the left, read along the rows; a square of its colour before each."""
    for number, one in enumerate(bars.series):
        row, column = divmod(number, LEGEND_COLUMNS)
        x = 0.035 + column * 0.475
        y = (0.16 + LEGEND_ROW_INCHES * (rows - row - 0.5)) / HEIGHT_INCHES
        square = figure.text(x, y, "", color=_colour(bars, number), va="center")
        _said(square, "■", FIGURE_POINTS)
        name = figure.text(x + 0.04, y, "", color=INK, va="center")
        _said(name, clipped(one.name, LEGEND_HALF_LETTERS), LABEL_POINTS)


def _colour(bars: StackedBars, number: int) -> str:
    if bars.has_rest and number == len(bars.series) - 1:
        return REST_COLOUR
    return COLOURS[number % len(COLOURS)]


def _plain(axes: Axes) -> None:
    """No frame, no ticks: the figures on the bars say it."""
    axes.set_facecolor("none")
    axes.set_xticks([])
    axes.set_yticks([])
    for name, side in axes.spines.items():
        side.set_visible(name == "bottom")
        side.set_color(LINE)


def _said(where: Text, text: str, points: float) -> None:
    """Put a text in our own letters; a dollar sign in it is no formula."""
    where.set_parse_math(False)
    where.set_fontproperties(FontProperties(fname=FONT, size=points))
    where.set_text(legible(text))


@cache
def _letters() -> frozenset[int]:
    return frozenset(get_font(FONT).get_charmap())


def _half_letters(letter: str) -> int:
    return 1 if ord(letter) < 0x2E80 else 2  # noqa: PLR2004 - where the wide letters begin


def drawn(kind: str, figures: Mapping[str, Any]) -> bytes:
    """Return the picture of that kind as a PNG file. Raises KeyError when there is no such kind."""
    return png(_KINDS[kind](figures))


_KINDS: dict[str, Callable[[Mapping[str, Any]], Figure]] = {
    "stacked_bars": lambda figures: stacked_bars(StackedBars.of(figures)),
}
