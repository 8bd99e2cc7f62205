"""A campaign's card leads to its list: a plan of the right kind and year, or the list that is there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.chat.screens.conftest import AUDITOR, OFFICER

if TYPE_CHECKING:
    from tests.chat.screens.conftest import Town


@pytest.mark.parametrize(
    ("kind", "day", "planned"),
    [
        ("spring_list", datetime(2018, 1, 3, 1, tzinfo=UTC), "<b>做名单：春节慰问 · 2018 年</b>"),
        ("summer_relief", datetime(2018, 6, 4, 1, tzinfo=UTC), "<b>做名单：送清凉 · 2018 年</b>"),
        ("autumn_study", datetime(2018, 7, 4, 1, tzinfo=UTC), "<b>做名单：助学 · 2018 年</b>"),
    ],
)
def test_it_begins_a_list_of_its_kind(town: Town, kind: str, day: datetime, planned: str) -> None:
    town.clock.set(day)
    root = town.chat(OFFICER).person().union_id
    place = f"matter:place:campaign:{root}.{kind}.2018"
    assert planned in town.chat(OFFICER).press(place).text
    assert "还没有名单" in town.chat(AUDITOR).press(place).text


def test_it_opens_the_list_that_is_there(town: Town) -> None:
    town.clock.set(datetime(2018, 1, 3, 1, tzinfo=UTC))
    officer = town.chat(OFFICER)
    place = f"matter:place:campaign:{officer.person().union_id}.spring_list.2018"
    officer.press(officer.press(place).data("开始做"))
    assert "PL-2018-0001" in officer.press(place).text


def test_the_budgets_campaign_leads_to_next_years(town: Town) -> None:
    town.clock.set(datetime(2017, 11, 6, 1, tzinfo=UTC))
    officer = town.chat(OFFICER)
    said = officer.press(f"matter:place:campaign:{officer.person().union_id}.budget_draft.2017")
    assert "<b>2018 年帮扶预算</b>" in said.text
    assert "编 2018 年预算" in said.buttons
