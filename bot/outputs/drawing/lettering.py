"""Paper, ink and letters of every picture: our own font, colours that can be told apart; knows no chart.

Every chart is a figure of its own, drawn without the library's shared state, in the letters of the font that
comes along: no computer's fonts are asked for. One neutral picture reads on a light and on a dark chat alike.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

FONT = Path(__file__).parent / "fonts" / "NotoSansCJKsc-Subset.otf"
# Stands for a letter the font does not have, as printers have always done.
NO_TYPE = "\u3013"

WIDTH_INCHES, HEIGHT_INCHES, DOTS_PER_INCH = 6.0, 6.0, 200
TITLE_POINTS, FIGURE_POINTS, LABEL_POINTS, SMALL_POINTS = 16.0, 13.0, 11.5, 10.0
LEGEND_COLUMNS = 2
LEGEND_ROW_INCHES = 0.27
# Chinese letters are twice as wide as Latin ones.
LEGEND_HALF_LETTERS, NOTE_HALF_LETTERS = 26, 80

PAPER, INK, QUIET, LINE, ALARM, ALARM_PAPER = "#f6f7f9", "#22262d", "#6b7280", "#d8dce2", "#b3261e", "#fbe6e3"
COLOURS = ("#1f5fa8", "#d9822b", "#2f8f63", "#8757b3", "#c2476a", "#3f8fa3")
REST_COLOUR = "#8a9099"


def sheet(title: str, note: str) -> Figure:
    """An empty picture with its title and a quiet line under it."""
    figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES), dpi=DOTS_PER_INCH, facecolor=PAPER)
    said(figure.text(0.035, 0.945, "", color=INK, va="center"), title, TITLE_POINTS)
    told = clipped(note, NOTE_HALF_LETTERS)
    said(figure.text(0.035, 0.895, "", color=QUIET, va="center"), told, SMALL_POINTS)
    return figure


def legend(figure: Figure, names: list[tuple[str, str]]) -> None:
    """Names with their colours, in two columns from the left, read along the rows."""
    rows = legend_rows(len(names))
    for number, (name, colour) in enumerate(names):
        row, column = divmod(number, LEGEND_COLUMNS)
        x = 0.035 + column * 0.475
        y = (0.16 + LEGEND_ROW_INCHES * (rows - row - 0.5)) / HEIGHT_INCHES
        said(figure.text(x, y, "", color=colour, va="center"), "■", FIGURE_POINTS)
        label = figure.text(x + 0.04, y, "", color=INK, va="center")
        said(label, clipped(name, LEGEND_HALF_LETTERS), LABEL_POINTS)


def legend_rows(names: int) -> int:
    """How many rows so many names take."""
    return -(-names // LEGEND_COLUMNS)


def empty(axes: Axes, text: str) -> None:
    """Say in the middle that there is nothing."""
    said(
        axes.text(0.5, 0.5, "", color=QUIET, ha="center", va="center", transform=axes.transAxes),
        text,
        FIGURE_POINTS,
    )


def png(figure: Figure) -> bytes:
    """Return the picture as a PNG file."""
    paper = io.BytesIO()
    figure.savefig(paper, format="png")
    return paper.getvalue()


def plain(axes: Axes) -> None:
    """No frame, no ticks: the figures say it."""
    axes.set_facecolor("none")
    axes.set_xticks([])
    axes.set_yticks([])
    for name, side in axes.spines.items():
        side.set_visible(name == "bottom")
        side.set_color(LINE)


def said(where: Text, text: str, points: float) -> None:
    """Put a text in our own letters; a dollar sign in it is no formula."""
    where.set_parse_math(False)
    where.set_fontproperties(FontProperties(fname=FONT, size=points))
    where.set_text(legible(text))


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


@cache
def _letters() -> frozenset[int]:
    return frozenset(get_font(FONT).get_charmap())


def _half_letters(letter: str) -> int:
    return 1 if ord(letter) < 0x2E80 else 2  # noqa: PLR2004 - where the wide letters begin
