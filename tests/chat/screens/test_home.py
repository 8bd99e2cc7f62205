"""The keyboard under the chat and the help: everybody's words in one order, four beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.screens import home
from tests.chat.screens.conftest import CHAIR, OFFICER, TREASURER, ZHANG

if TYPE_CHECKING:
    from tests.chat.screens.conftest import Town


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (ZHANG, ["走访 回访 待办 草稿", "帮扶 余额 档案 我的", "统计 帮助"]),
        (CHAIR, ["走访 回访 待办 草稿", "帮扶 审批 余额 档案", "名单 预算 我的 统计", "监督 公示 规则 帮助"]),
        (TREASURER, ["帮扶 发放 入账 余额", "档案 名单 预算 统计", "帮助"]),
    ],
)
def test_the_words_of_a_person_stand_in_rows_of_four(town: Town, who: int, expected: list[str]) -> None:
    assert expected == list(town.chat(who).ask("帮助").keyboard)


@pytest.mark.parametrize(
    ("who", "proposes"), [(ZHANG, True), (OFFICER, True), (CHAIR, False), (TREASURER, False)]
)
def test_who_may_not_propose_aid_is_not_told_to(town: Town, who: int, proposes: bool) -> None:  # noqa: FBT001 - a case
    said = town.chat(who).ask("帮助").text
    assert proposes == ("写“帮扶 张三”" in said)
    assert "<b>帮扶</b>" in said
    assert (who == CHAIR) == ("<b>救急</b>" in said)


def test_the_help_has_the_order_of_the_keyboard() -> None:
    assert len(home.KEYBOARD) == len({name for name, _ in home.KEYBOARD})
    assert ["visit", "revisit", "due", "drafts", "aid"] == [name for name, _ in home.KEYBOARD[:5]]
