"""A fund over its year: what was in it and what was spent, against the budget; knows no unit, no language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.outputs.drawing.lettering import (
    ALARM,
    COLOURS,
    FIGURE_POINTS,
    HEIGHT_INCHES,
    INK,
    LABEL_POINTS,
    LEGEND_ROW_INCHES,
    LINE,
    PAPER,
    QUIET,
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

HEADROOM = 1.14
BALANCE, SPENT, WARNING = COLOURS[0], COLOURS[1], "#a5670f"
# Two figures at the right end keep so much of the height between them.
APART = 0.065
# How much of the year's width the name of a level takes, and where it may end.
LABEL_SHARE, LABEL_ENDS = 0.3, (1.0, 0.68, 0.38)
_GROUND = {"facecolor": PAPER, "edgecolor": "none", "alpha": 0.8, "pad": 1.0}


@dataclass(frozen=True, slots=True)
class Bound:
    """A level across the year, and what it is called; `is_alarm`: the last one there is."""

    fen: int
    name: str
    is_alarm: bool


@dataclass(frozen=True, slots=True)
class FundYear:
    """`days` are days of the year with what was in the fund and what had been spent after each.

    `ends`: the two last figures in words. `ticks`: levels with their labels, `months`: days with theirs.
    `today`: a day and its label; none where the year is over.
    """

    title: str
    note: str
    empty: str
    names: tuple[str, str]
    ends: tuple[str, str]
    days: tuple[int, ...]
    balance: tuple[int, ...]
    spent: tuple[int, ...]
    bounds: tuple[Bound, ...]
    ticks: tuple[tuple[int, str], ...]
    months: tuple[tuple[int, str], ...]
    last_day: int
    today: tuple[int, str] | None

    @classmethod
    def of(cls, figures: Mapping[str, Any]) -> FundYear:
        """Return what a letter of the outbox describes."""
        today = figures["today"]
        return cls(
            title=figures["title"],
            note=figures["note"],
            empty=figures["empty"],
            names=(figures["names"][0], figures["names"][1]),
            ends=(figures["ends"][0], figures["ends"][1]),
            days=tuple(figures["days"]),
            balance=tuple(figures["balance"]),
            spent=tuple(figures["spent"]),
            bounds=tuple(Bound(one["fen"], one["name"], one["is_alarm"]) for one in figures["bounds"]),
            ticks=tuple((fen, label) for fen, label in figures["ticks"]),
            months=tuple((day, label) for day, label in figures["months"]),
            last_day=figures["last_day"],
            today=None if today is None else (today[0], today[1]),
        )


def fund_year(year: FundYear) -> Figure:
    """Draw two stepped lines against the budget's levels, their last figures at the right end."""
    figure = sheet(year.title, year.note)
    bottom = (0.62 + LEGEND_ROW_INCHES * legend_rows(2)) / HEIGHT_INCHES
    axes = figure.add_axes((0.115, bottom, 0.85, 0.85 - bottom))
    plain(axes)
    highest = max([*year.balance, *year.spent, *(one.fen for one in year.bounds), 1])
    axes.set_xlim(1, year.last_day)
    axes.set_ylim(0, highest * HEADROOM)
    _grid(axes, year)
    if any(year.balance) or any(year.spent):
        _lines(axes, year, highest)
    else:
        empty(axes, year.empty)
    _bounds(axes, year)
    _today(axes, year)
    legend(figure, [(year.names[0], BALANCE), (year.names[1], SPENT)])
    return figure


def _grid(axes: Axes, year: FundYear) -> None:
    for fen, label in year.ticks:
        axes.axhline(fen, color=LINE, linewidth=0.8, zorder=0)
        tick = axes.annotate(
            "", (1, fen), (-5, 0), textcoords="offset points", ha="right", va="center", color=QUIET
        )
        said(tick, label, SMALL_POINTS)
    for day, label in year.months:
        tick = axes.annotate(
            "", (day, 0), (0, -6), textcoords="offset points", ha="left", va="top", color=INK
        )
        said(tick, label, LABEL_POINTS)


def _lines(axes: Axes, year: FundYear, highest: int) -> None:
    days = list(year.days)
    axes.fill_between(days, list(year.balance), step="post", color=BALANCE, alpha=0.10, linewidth=0)
    for values, colour in ((year.balance, BALANCE), (year.spent, SPENT)):
        axes.step(days, list(values), where="post", color=colour, linewidth=2.6)
        axes.plot(days[-1], values[-1], "o", color=colour, markersize=6)
    higher_is_balance = year.balance[-1] >= year.spent[-1]
    gap = abs(year.balance[-1] - year.spent[-1])
    lift = max(0.0, APART * highest * HEADROOM - gap) / 2
    for values, text, colour, up in (
        (year.balance, year.ends[0], BALANCE, higher_is_balance),
        (year.spent, year.ends[1], SPENT, not higher_is_balance),
    ):
        # Where there is no room at the right the figure stands at the left of its point.
        late = days[-1] > year.last_day * 0.62
        level = values[-1] + (lift if up else -lift)
        is_above = up or level < APART * highest
        said(
            axes.annotate(
                "",
                (days[-1], max(level, 0)),
                (-9 if late else 9, 12 if is_above else -12),
                textcoords="offset points",
                ha="right" if late else "left",
                va="center",
                color=colour,
                bbox=_GROUND,
            ),
            text,
            FIGURE_POINTS,
        )


def _bounds(axes: Axes, year: FundYear) -> None:
    for one in year.bounds:
        colour = ALARM if one.is_alarm else WARNING
        axes.axhline(one.fen, color=colour, linewidth=1.6, linestyle="--" if one.is_alarm else ":")
        day = _free_day(year, one.fen)
        label = axes.annotate(
            "",
            (day, one.fen),
            (-2, 3),
            textcoords="offset points",
            ha="right",
            va="bottom",
            color=colour,
            bbox=_GROUND,
        )
        said(label, one.name, SMALL_POINTS)


def _free_day(year: FundYear, level_fen: int) -> float:
    """Where a label that ends there is furthest from both lines."""
    places = [year.last_day * share for share in LABEL_ENDS]
    return max(places, key=lambda day: _clearance(year, level_fen, day - LABEL_SHARE * year.last_day, day))


def _clearance(year: FundYear, level_fen: int, first: float, last: float) -> float:
    """How far the lines keep from a level between two days."""
    nearest = float("inf")
    until = (*year.days[1:], year.days[-1])
    for day, end, *values in zip(year.days, until, year.balance, year.spent, strict=True):
        if day <= last and end >= first:
            nearest = min(nearest, *(abs(value - level_fen) for value in values))
    return nearest


def _today(axes: Axes, year: FundYear) -> None:
    if year.today is None:
        return
    day, name = year.today
    axes.axvline(day, color=QUIET, linewidth=1.0, linestyle=(0, (2, 3)))
    near_end = day > year.last_day * 0.85
    label = axes.annotate(
        "",
        (day, axes.get_ylim()[1]),
        (-3 if near_end else 3, -2),
        textcoords="offset points",
        ha="right" if near_end else "left",
        va="top",
        color=QUIET,
    )
    said(label, name, SMALL_POINTS)
