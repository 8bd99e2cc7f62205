"""A whole number."""

import pytest

from bot.forms.kinds.number import Number
from tests.forms.world import context, slip, tapped, typed

KIND = Number(least=1, most=30)


@pytest.mark.parametrize(
    ("text", "number"),
    [("4", 4), ("４", 4), ("四", 4), ("4口人", 4), ("十二个", 12), ("二十", 20), (" 3 人", 3)],
)
def test_numbers_as_people_write_them(text: str, number: int) -> None:
    assert number == typed(KIND, text)


@pytest.mark.parametrize("text", ["", "很多", "1.5", "-3", "4 or 5", "½", "人", "9" * 50])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    assert "number_wanted" == slip(typed(KIND, text))


@pytest.mark.parametrize("text", ["0", "31", "一百"])
def test_a_number_out_of_range_is_refused(text: str) -> None:
    assert "number_range" == slip(typed(KIND, text))


def test_a_small_range_has_a_button_each() -> None:
    assert (1, 2, 3, 4, 5) == Number(least=1, most=5).offered()
    assert () == KIND.offered()
    assert 5 == tapped(Number(least=1, most=5), "5")


def test_a_kept_number_must_be_in_range() -> None:
    assert KIND.accepts(30, context())
    assert not KIND.accepts(31, context())
    assert not KIND.accepts(True, context())
    assert not KIND.accepts("4", context())
