"""A refusal says amounts, kinds and states as people say them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.texts import refusals
from bot.texts.catalogue import Words

ENTRIES = {
    "formats.money": "{amount} 元",
    "codes.aid.LIVING": "生活救助",
    "codes.household_state.MONITOR": "跟踪观察",
    "codes.aid_state.PAID": "已发放",
    "refused.below_band": "至少 {lowest}。",
    "refused.once_a_year": "{year} 年已有{kind}。",
    "refused.file_not_active": "{name}：{state}",
    "refused.aid_moved": "{state}",
    "refused.kindless": "{kind}",
    "refused.day_too_early": "{earliest}",
    "formats.day_of_year": "{year} 年 {month} {day} 日",
    "formats.month.1": "1 月",
}


@pytest.mark.parametrize(
    ("slug", "details", "words"),
    [
        ("below_band", {"lowest_fen": 100_000}, "至少 1,000.00 元。"),
        ("once_a_year", {"year": 2018, "kind": "LIVING"}, "2018 年已有生活救助。"),
        ("aid_moved", {"state": "PAID"}, "已发放"),
        ("kindless", {"kind": "GONE"}, "GONE"),
        ("day_too_early", {"earliest_on": date(2018, 1, 5)}, "2018 年 1 月 5 日"),
    ],
)
def test_details_are_said_as_people_say_them(slug: str, details: dict[str, object], words: str) -> None:
    assert words == refusals.plain(Words("zh", dict(ENTRIES)), slug, details)


def test_in_a_message_what_somebody_typed_is_escaped() -> None:
    said = refusals.said(Words("zh", dict(ENTRIES)), "file_not_active", {"name": "<b>", "state": "MONITOR"})
    assert "&lt;b&gt;：跟踪观察" == said
