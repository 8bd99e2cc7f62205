"""Two payments of one kind to one household: every list says which is which, however long the name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from storage.aid_codes import AidKind, FundSource
from tests.chat.screens.aid.requests import household_becomes
from tests.chat.screens.conftest import OFFICER, ZHANG
from tests.storage import paid

if TYPE_CHECKING:
    from tests.chat.screens.conftest import Town

LONG = "阿依古丽·买买提·" + "龙" * 40


@pytest.fixture(autouse=True)
def two_payments(town: Town) -> None:
    """张东's household of a very long name got living aid twice, as much each time."""
    home, today = town.household_id("K170001"), town.clock().date()
    town.database.transact(household_becomes, home, name=LONG)
    for days in (30, 28):
        town.database.transact(
            paid.record,
            aid_id=f"{days:032x}",
            household_id=home,
            kind=AidKind.LIVING,
            source=FundSource.DONATION,
            amount_fen=300_000,
            paid_on=today - timedelta(days=days),
        )


@pytest.mark.parametrize(
    ("who", "line"),
    [(ZHANG, "回访"), (OFFICER, "aid:group:revisit:0"), (ZHANG, "待办")],
)
@pytest.mark.parametrize(
    ("language", "amount", "days"),
    [("zh", "3,000 元", ["8 月 5 日", "8 月 7 日"]), ("en", "¥3,000", ["5 Aug", "7 Aug"])],
)
def test_the_amount_and_the_day_are_on_the_button(
    town: Town, who: int, line: str, language: str, amount: str, days: list[str]
) -> None:
    chat = town.chat(who, language)
    said = chat.press(line) if ":" in line else chat.ask(line)
    shown = [one for one in said.buttons if one.startswith("阿依古丽") and amount in one]
    assert 2 == len(shown), said.buttons
    for day in days:
        assert 1 == len([one for one in shown if day in one])
        assert all(len(one) <= 40 for one in shown)
    if line != "回访":
        assert all(day in said.text for day in days)
