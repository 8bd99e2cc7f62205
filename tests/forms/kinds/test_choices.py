"""Several of many."""

import pytest

from bot.forms.kinds.choices import Choices
from bot.forms.model import Given, Progress, Value
from tests.forms.world import context, slip, tapped, typed

KIND = Choices(("NONE", "A", "B", "C"), exclusive=("NONE",), at_most=2)


def test_a_tap_ticks_and_a_second_tap_unticks() -> None:
    assert Progress(ticks=("A",)) == tapped(KIND, "A")
    assert Progress() == tapped(KIND, "A", ticks=("A",))


def test_ticks_keep_the_order_of_the_options() -> None:
    assert Progress(ticks=("A", "C")) == tapped(KIND, "A", ticks=("C",))


def test_none_clears_the_others_and_ends_at_once() -> None:
    assert ["NONE"] == tapped(KIND, "NONE", ticks=("A", "B"))


def test_another_option_takes_the_place_of_none() -> None:
    assert Progress(ticks=("B",)) == tapped(KIND, "B", ticks=("NONE",))


def test_done_needs_at_least_one_tick() -> None:
    assert "at_least" == slip(KIND.read(Given(done=True), context()))
    assert ["A"] == KIND.read(Given(done=True), context(ticks=("A",)))


def test_no_more_than_the_most() -> None:
    assert "at_most" == slip(tapped(KIND, "C", ticks=("A", "B")))
    assert "at_most" == slip(KIND.read(Given(typed="…", options=("A", "B", "C")), context()))


def test_several_typed_labels_answer_at_once() -> None:
    assert ["A", "B"] == KIND.read(Given(typed="乙 甲", options=("B", "A", "B")), context())
    assert ["C"] == KIND.read(Given(typed="丙", option="C"), context())


def test_none_cannot_stand_beside_others() -> None:
    assert "not_together" == slip(KIND.read(Given(typed="…", options=("NONE", "A")), context()))


def test_forged_and_foreign_answers_are_refused() -> None:
    assert "no_such_option" == slip(tapped(KIND, "Z"))
    assert "no_such_option" == slip(KIND.read(Given(typed="…", options=("Z",)), context()))
    assert "choices_wanted" == slip(typed(KIND, "都要"))


@pytest.mark.parametrize("value", [["A", "A"], ["NONE", "A"], ["Z"], [], "A", ["A", "B", "C"], 3])
def test_a_kept_list_must_be_a_possible_answer(value: Value) -> None:
    assert not KIND.accepts(value, context())


def test_a_kept_list_that_is_possible_is_accepted() -> None:
    assert KIND.accepts(["A", "B"], context())
