"""Pictures say their figures in letters that exist; a missing letter would make a warning, and fail."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bot.outputs import lettering, pictures
from bot.outputs.charts_stacked import Series, StackedBars, stacked_bars
from bot.outputs.lettering import NO_TYPE
from bot.sandbox.network.files import picture_size

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.text import Text

COLUMNS = ("迟", "本周\n11/23", "11/30", "12/7")


def bars(*series: Series, has_rest: bool = False, note: str = "11 月 22 日") -> StackedBars:
    return StackedBars(
        title="今后八周要办的",
        note=note,
        empty="没有要办的",
        columns=COLUMNS,
        series=series,
        alarms=1,
        has_rest=has_rest,
    )


def texts(figure: Figure) -> list[Text]:
    """Every text of the figure, those on its bars among them."""
    return [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]


def said(figure: Figure) -> list[str]:
    return [text.get_text() for text in texts(figure)]


def test_title_note_columns_names_and_sums_are_said() -> None:
    figure = stacked_bars(bars(Series("机关分会", (3, 0, 12, 1)), Series("检修分会", (4, 0, 9, 1))))
    assert {"今后八周要办的", "11 月 22 日", *COLUMNS, "机关分会", "检修分会"} <= set(said(figure))
    assert {"7", "21", "2"} <= set(said(figure))
    assert "没有要办的" not in said(figure)


def test_where_nothing_is_due_the_picture_says_so() -> None:
    figure = stacked_bars(bars(Series("机关分会", (0, 0, 0, 0))))
    assert "没有要办的" in said(figure)
    assert "0" not in said(figure)


def test_what_is_late_stands_apart_from_what_is_to_come() -> None:
    figure = stacked_bars(bars(Series("机关分会", (3, 4, 5, 6))))
    colours = {text.get_text(): text.get_color() for text in texts(figure)}
    assert (lettering.ALARM, lettering.INK) == (colours["迟"], colours["12/7"])


def test_every_branch_has_its_own_colour_and_the_rest_a_quiet_one() -> None:
    series = [Series(f"第{number}分会", (1, 1, 1, 1)) for number in range(6)]
    figure = stacked_bars(bars(*series, Series("其他 6 个", (2, 2, 2, 2)), has_rest=True))
    colours = [text.get_color() for text in texts(figure) if text.get_text() == "■"]
    assert 7 == len(set(colours))
    assert lettering.REST_COLOUR == colours[-1]


@pytest.mark.parametrize("count", [1, 2, 6, 7])
def test_nothing_is_drawn_past_the_edge_and_no_label_over_another(count: int) -> None:
    long = "国电开远发电有限公司工会检修维护部锅炉专业第一分会"
    series = [Series(f"{long}{number}", (500, 499, 3, 250 + number)) for number in range(count)]
    figure = stacked_bars(bars(*series, note=long * 4))
    lettering.png(figure)
    edge = figure.bbox
    boxes = {id(text): text.get_window_extent() for text in texts(figure)}
    assert all(edge.x0 <= box.x0 and box.x1 <= edge.x1 and edge.y0 <= box.y0 for box in boxes.values())
    below = [text for text in texts(figure) if text.get_text() in COLUMNS or text in figure.texts]
    for number, one in enumerate(below):
        assert not [
            (one.get_text(), other.get_text())
            for other in below[number + 1 :]
            if boxes[id(one)].padded(-2).overlaps(boxes[id(other)].padded(-2))
        ]


def test_a_letter_that_the_font_lacks_is_marked_and_a_dollar_sign_is_no_formula() -> None:
    figure = stacked_bars(bars(Series("$x^2$ 𠮷😀分会", (1, 2, 3, 4))))
    assert f"$x^2$ {NO_TYPE}{NO_TYPE}分会" in said(figure)
    assert lettering.png(figure).startswith(b"\x89PNG")


def test_the_font_has_the_letters_of_rare_names() -> None:
    names = "喆堃昇淼玥珺瑄翀祎闫镕"
    assert names == lettering.legible(names)


def test_a_letter_of_another_font_would_be_noticed() -> None:
    figure = stacked_bars(bars(Series("机关分会", (1, 2, 3, 4))))
    figure.texts[0].set_text("😀")
    with pytest.warns(UserWarning, match="missing from font"):
        lettering.png(figure)


async def test_pictures_are_drawn_beside_everything_else_and_are_small_enough_to_send() -> None:
    figures = {
        "title": "Work",
        "note": "",
        "empty": "",
        "columns": ["Late", "This\nweek"],
        "series": [{"name": "Office", "values": [1, 2]}],
        "alarms": 1,
        "has_rest": False,
    }
    two = await asyncio.gather(
        pictures.drawn("stacked_bars", figures), pictures.drawn("stacked_bars", figures)
    )
    assert [(1200, 1200)] * 2 == [picture_size(one) for one in two]
    assert max(map(len, two)) < 500_000
    with pytest.raises(KeyError):
        await pictures.drawn("pie", figures)


def test_the_library_is_not_loaded_before_something_is_drawn() -> None:
    ask = "import sys, bot.service; sys.exit('matplotlib' in sys.modules)"
    assert 0 == subprocess.run([sys.executable, "-c", ask], check=False).returncode
