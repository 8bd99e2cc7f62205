"""The next eight weeks' load as a picture, and the same in words under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.texts import formats
from storage.due import overview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.talk import Talk
    from storage.due.overview import BranchLoad, Load

# The colours that can be told apart on a telephone; the rest share a quiet one.
BRANCHES_MAX = 6
CHART = "stacked_bars"


def picture(talk: Talk) -> None:
    """Send the picture; where it cannot be drawn, its caption goes alone."""
    load = overview.load(talk.tx, talk.person)
    talk.picture(CHART, figures(talk, load), caption(talk, load))


def figures(talk: Talk, load: Load) -> dict[str, object]:
    """What is to be drawn: a bar for what is late and one for each week, a colour for each branch."""
    plain = talk.words.plain
    shown, rest = load.branches[:BRANCHES_MAX], load.branches[BRANCHES_MAX:]
    series = [{"name": one.union_name, "values": [one.late, *one.weeks]} for one in shown]
    if rest:
        name = plain("overview.chart.rest", count=len(rest))
        series.append({"name": name, "values": _together(rest)})
    note = {"union": talk.person.union_name, "day": formats.day(talk.words, talk.today, talk.today)}
    return {
        "title": plain("overview.chart.title"),
        "note": plain("overview.chart.note", **note),
        "empty": plain("overview.chart.empty"),
        "columns": [plain("overview.chart.late"), *_weeks(talk, load)],
        "series": series,
        "alarms": 1,
        "has_rest": bool(rest),
    }


def caption(talk: Talk, load: Load) -> str:
    """The same in words, for whoever cannot see the picture."""
    said = talk.words.say
    late, *weeks = _together(load.branches)
    if not late and not sum(weeks):
        return said("overview.chart.empty")
    lines = [said("overview.caption.total", count=sum(weeks), late=late)]
    if sum(weeks):
        fullest = weeks.index(max(weeks))
        day = formats.day(talk.words, load.mondays[fullest], talk.today)
        lines.append(said("overview.caption.busiest", day=day, count=weeks[fullest]))
    shown, rest = load.branches[:BRANCHES_MAX], load.branches[BRANCHES_MAX:]
    lines += [
        said("overview.caption.branch", union=one.union_name, count=sum(one.weeks), late=one.late)
        for one in shown
    ]
    if rest:
        late, *weeks = _together(rest)
        lines.append(said("overview.caption.rest", number=len(rest), count=sum(weeks), late=late))
    return "\n".join(lines)


def _weeks(talk: Talk, load: Load) -> list[str]:
    names = []
    for number, monday in enumerate(load.mondays):
        month = talk.words.plain(f"formats.month.{monday.month}")
        key = "overview.chart.week" if number else "overview.chart.this_week"
        names.append(talk.words.plain(key, month=month, day=monday.day))
    return names


def _together(branches: Sequence[BranchLoad]) -> list[int]:
    """What is late and what each week has, of all these branches."""
    columns = [[one.late, *one.weeks] for one in branches] or [[0] * (overview.WEEKS + 1)]
    return [sum(column) for column in zip(*columns, strict=True)]
