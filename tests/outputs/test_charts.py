"""Pictures say their figures in letters that exist; a missing letter would make a warning, and fail."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from bot.outputs import pictures
from bot.outputs.drawing import lettering
from bot.outputs.drawing.charts_aid import AidBars, aid_bars
from bot.outputs.drawing.charts_fund import FundYear, fund_year
from bot.outputs.drawing.charts_stacked import Series, StackedBars, stacked_bars
from bot.outputs.drawing.lettering import NO_TYPE
from bot.sandbox.network.files import picture_size

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.text import Text

pytestmark = pytest.mark.slow

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


def course(**more: object) -> FundYear:
    given = {
        "title": "2017 年帮扶资金与预算",
        "note": "截至 9 月 4 日",
        "empty": "这一年还没有进出",
        "names": ["资金余额", "累计发放"],
        "ends": ["53,345.00", "39,000.00"],
        "days": [1, 20, 120, 200, 247],
        "balance": [0, 6_000_000, 5_200_000, 5_500_000, 5_334_500],
        "spent": [0, 0, 2_700_000, 3_900_000, 3_900_000],
        "bounds": [
            {"fen": 4_680_000, "name": "预算的 80%：46,800.00", "is_alarm": False},
            {"fen": 5_850_000, "name": "预算 58,500.00", "is_alarm": True},
        ],
        "ticks": [[0, "0"], [2_000_000, "2 万"], [4_000_000, "4 万"]],
        "months": [[1, "1 月"], [91, "4 月"], [182, "7 月"], [274, "10 月"]],
        "last_day": 365,
        "today": [247, "今天"],
    }
    return FundYear.of(given | more)


def given_by_kind(count: int, sources: int = 3) -> AidBars:
    rows = [
        {
            "name": f"第{number}种帮扶",
            "label": f"{number},000.00 元 · 12 人次",
            "values": [number * 100] * sources,
        }
        for number in range(count, 0, -1)
    ]
    names = [f"第{number}笔资金来源" for number in range(sources)]
    return AidBars.of(
        {"title": "2017 年帮扶", "note": "截至今天", "empty": "还没有发放", "sources": names, "rows": rows}
    )


def test_the_funds_year_names_its_lines_levels_months_and_last_figures() -> None:
    told = said(fund_year(course()))
    for one in (
        "资金余额",
        "累计发放",
        "53,345.00",
        "39,000.00",
        "预算 58,500.00",
        "预算的 80%：46,800.00",
        "今天",
    ):
        assert one in told, one
    assert {"1 月", "4 月", "7 月", "10 月", "2 万"} <= set(told)
    assert "这一年还没有进出" not in told


def test_a_year_in_which_nothing_moved_says_so_and_one_that_is_over_has_no_today() -> None:
    told = said(fund_year(course(balance=[0] * 5, spent=[0] * 5, bounds=[], today=None)))
    assert "这一年还没有进出" in told
    assert "今天" not in told


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"days": [1, 3], "balance": [0, 6_000_000], "spent": [0, 0], "today": [3, "今天"]},
        {"days": [1, 365], "balance": [0, 100], "spent": [0, 5_800_000], "today": None},
        {"days": [1, 180], "balance": [9_000_000, 4_500_000], "spent": [0, 4_500_000]},
        {"days": [1, 300], "balance": [1, 1], "spent": [0, 99_000_000], "ends": ["0.01", "990,000.00"]},
    ],
)
def test_nothing_of_the_funds_year_is_drawn_past_the_edge(more: dict[str, Any]) -> None:
    figure = fund_year(course(**more))
    lettering.png(figure)
    edge = figure.bbox
    boxes = [text.get_window_extent() for text in texts(figure)]
    assert all(
        edge.x0 <= box.x0 and box.x1 <= edge.x1 and edge.y0 <= box.y0 and box.y1 <= edge.y1 for box in boxes
    )


@pytest.mark.parametrize("count", [1, 5, 11])
def test_every_kind_has_its_name_and_its_sum_above_its_bar_and_none_over_another(count: int) -> None:
    figure = aid_bars(given_by_kind(count, sources=6))
    lettering.png(figure)
    told = said(figure)
    assert {f"第{number}种帮扶" for number in range(1, count + 1)} <= set(told)
    assert {f"第{number}笔资金来源" for number in range(6)} <= set(told)
    boxes = [text.get_window_extent() for text in texts(figure) if text.get_text() != "■"]
    assert all(figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1 for box in boxes)
    for number, one in enumerate(boxes):
        assert not [other for other in boxes[number + 1 :] if one.padded(-2).overlaps(other.padded(-2))]


def test_where_nothing_was_given_the_picture_says_so() -> None:
    assert "还没有发放" in said(aid_bars(given_by_kind(0, sources=0)))


async def test_the_new_kinds_are_drawn_small_enough_to_send() -> None:
    for kind, figures in (("fund_year", asdict(course())), ("aid_kinds", asdict(given_by_kind(5)))):
        drawn = await pictures.drawn(kind, figures)
        assert (1200, 1200) == picture_size(drawn)
        assert len(drawn) < 500_000
