"""What a button carries back is taken for a number only where a row could have it."""

from __future__ import annotations

import pytest

from bot.buttons import number


@pytest.mark.parametrize(("part", "taken"), [("7", 7), ("007", 7), ("999999999", 999_999_999)])
def test_a_number_is_a_number(part: str, taken: int) -> None:
    assert taken == number(part)


@pytest.mark.parametrize("part", ["", "-1", "1.5", "x", "²", "七", " 7", "2147483648", "9" * 17, "1" * 5_000])
def test_anything_else_names_nothing(part: str) -> None:
    assert 0 == number(part)
